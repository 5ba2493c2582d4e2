// The page: it reads the model, connects the controls and runs the clock.

const byId = (id) => document.getElementById(id);

const RATE = 30; // steps per second

// slider sets up the one slider of a page.
function slider(element, { name, low, high, step, value, marks, ends, text, changed }) {
  const input = element.slide;
  Object.assign(input, { min: low, max: high, step, value });
  byId("slide-name").textContent = name;
  ["slide-low", "slide-middle", "slide-high"].forEach((id, i) => { byId(id).textContent = ends[i]; });
  for (const m of marks) { const option = document.createElement("option"); option.value = m; byId("marks").append(option); }
  const say = (v) => { byId("slide-value").textContent = text(v); input.setAttribute("aria-valuetext", text(v)); };
  input.addEventListener("input", () => { say(Number(input.value)); changed(Number(input.value)); });
  say(value);
  return { set(v) { input.value = v; say(v); } };
}

// choice adds a menu with its name to an element.
function choice(parent, text, options, chosen, changed) {
  const label = document.createElement("label"), span = document.createElement("span"), select = document.createElement("select");
  span.textContent = text;
  options.forEach((o, i) => { const option = document.createElement("option"); option.value = i; option.textContent = o; select.append(option); });
  select.value = chosen;
  select.addEventListener("change", () => changed(Number(select.value)));
  label.append(span, select);
  parent.append(label);
  return select;
}

// selftest replaces the page by its numbers, for the address page.html#selftest=dt,steps,start: the states, the
// largest difference from the reference, and the milliseconds of a step with its frame.
function selftest(about, model, asked) {
  const [dt, steps, from] = asked.split(",").map(Number), result = { worst: checked(about, model) };
  if (about.kind === "hgn" && steps) {
    result.states = rollout(model, about.starts[from || 0], dt, steps);
    const pixels = new Uint8ClampedArray(3 * about.video.size ** 2), s = model.start(about.starts[0]), frames = 60, began = performance.now();
    for (let i = 0; i < frames; i++) { model.advance(s, about.video.dt); model.draw(s.q, pixels); }
    result.milliseconds = (performance.now() - began) / frames;
  }
  const pre = document.createElement("pre");
  pre.id = "selftest";
  pre.textContent = JSON.stringify(result);
  document.body.replaceChildren(pre);
}

// report says how well the page agrees with the program that wrote it.
function report(about, model) {
  const worst = checked(about, model), size = worst < 1e-9 ? "less than 10⁻⁹" : worst.toExponential(0).replace(/e([-+]\d+)/, (_, e) => " · 10" + String(Number(e)).replace(/[-\d]/g, (s) => (s === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[s])));
  const over = about.kind === "hgn" ? `over ${about.reference.map((r) => `${r.steps} steps of dt = ${signed(r.dt, 3)}`).join(" and ")}` : `from one end of the flow to the other`;
  byId("check").textContent = `Computed in this browser from the weights in this file, without a network. Compared with the program that trained the model, ${over}, its states differ by ${size} at most.`
    + (worst < 1e-3 ? "" : " That is more than rounding: the motion may be chaotic.");
}

function main() {
  const about = JSON.parse(byId("about").textContent).model, bytes = fromBase64(byId("weights").textContent);
  const model = about.kind === "hgn" ? hgn(about, bytes) : FLOWS[about.kind](about, bytes);
  const asked = /^#selftest=?(.*)$/.exec(location.hash);
  if (asked) { selftest(about, model, asked[1]); return; }

  const element = {};
  for (const id of ["plane", "handle", "film", "energy", "slide", "back", "play", "choices"]) element[id] = byId(id);
  for (const id of ["plane", "film", "energy"]) element[id + "Caption"] = byId(id + "-caption");
  element.filmFigure = byId("film-figure");
  const view = about.kind === "hgn" ? viewHGN(about, model, element)
    : viewFlow(about, model, element, Float64Array.from(unpack(bytes, about.samples)), unpack(bytes, about.data));

  let playing = !matchMedia("(prefers-reduced-motion: reduce)").matches && !location.hash.includes("paused"), due = 0;
  const say = (text) => { const s = byId("status"); s.hidden = !text; s.textContent = text || ""; };
  const show = () => { element.play.textContent = playing ? "❚❚ Pause" : "▶ Play"; };
  const toggle = () => { playing = !playing; say(""); show(); };
  element.play.addEventListener("click", toggle);
  element.back.addEventListener("click", () => say(""));
  document.addEventListener("keydown", (e) => {
    if (e.key === " " && !e.target.closest("button, select, summary")) { toggle(); e.preventDefault(); }
  });
  function clock(t) {
    requestAnimationFrame(clock);
    if (!playing || t < due) return;
    due = Math.max(due + 1000 / RATE, t); // no hurry after a pause
    const trouble = view.tick();
    if (trouble) { playing = false; show(); say(trouble); }
  }
  new ResizeObserver(() => view.draw()).observe(byId("page"));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => view.theme());
  show();
  view.draw();
  requestAnimationFrame(clock);
  setTimeout(() => report(about, model), 50);
}

main();

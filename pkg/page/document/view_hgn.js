// The page of an HGN.

const TRAIL = 160, MOST_HISTORY = 4000;

const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";
const subscript = (i) => String(i).split("").map((digit) => SUBSCRIPTS[digit]).join("");

function viewHGN(about, model, element) {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const d = model.dim, size = about.video.size, videoDt = about.video.dt;
  const name = (c) => (c < d ? "q" : "p") + (d > 1 ? subscript(1 + c % d) : "");
  const circular = (c) => c < d && about.latent[c] === "circle";
  const long = (c) => name(c) + (circular(c) ? " (angle)" : about.latent[c % d] === "constant" ? " (constant)" : "");
  const decimals = Math.max(2, 3 - Math.floor(Math.log10(videoDt)));

  let axesShown = about.axes.slice(), start = model.start(about.starts[0]), now = model.start(start);
  let time = 0, dt = videoDt / 2, history = [], trail = [], field = null, plane = null, windowStart = 0, fieldCanvas = null, ahead = [];

  const pixels = new Uint8ClampedArray(size * size * 3), image = new ImageData(size, size), film = document.createElement("canvas");
  film.width = film.height = size;

  const get = (s, c) => (c < d ? s.q[c] : s.p[c - d]);
  const set = (s, c, v) => { if (c < d) s.q[c] = v; else s.p[c - d] = v; };
  const shown = (s, c) => { const v = get(s, c); return circular(c) ? v - 2 * Math.PI * Math.round(v / (2 * Math.PI)) : v; };

  // energies returns K and V, counted from the lowest V that the model's videos reach.
  const energies = (s) => { const [k, v] = model.energies(s); return [k, v - about.zero]; };

  function record() {
    const [k, v] = energies(now);
    history.push({ t: time, k, v });
    if (history.length > MOST_HISTORY) history.shift();
    trail.push(place(now));
    if (trail.length > TRAIL) trail.shift();
    const span = 2 * (about.video.frames - 1) * videoDt;
    if (time > windowStart + 0.98 * span) windowStart = time - 0.98 * span;
    if (time < windowStart) windowStart = time - 0.02 * span;
  }

  // restart begins at the start point again.
  function restart() {
    now = model.start(start);
    time = windowStart = 0;
    history = []; trail = [];
    if (d > 1) field = null; // the plane lies elsewhere
    record();
    look();
  }

  // look follows the start for the length of two videos, in the direction of time.
  function look() {
    const s = model.start(start), h = (dt < 0 ? -0.5 : 0.5) * videoDt, steps = 4 * (about.video.frames - 1);
    ahead = [place(s)];
    for (let i = 0; i < steps && model.advance(s, h); i++) ahead.push(place(s));
  }

  const place = (s) => [shown(s, axesShown[0]), shown(s, axesShown[1])];

  // polyline turns places of the plane into pixels, interrupted where an angle jumps by a turn.
  function polyline(places) {
    const points = [];
    places.forEach((s, i) => {
      const before = places[i - 1];
      if (before && axesShown.some((c, k) => circular(c) && Math.abs(before[k] - s[k]) > Math.PI)) points.push(null);
      points.push([plane.toX(s[0]), plane.toY(s[1])]);
    });
    return points;
  }

  function drawPlane() {
    const { c, width, height } = surface(element.plane), colour = colours(), [a, b] = axesShown;
    plane = box(56, 1, width - 64, height - 45, about.extent[a], about.extent[b]);
    if (!field || !fieldCanvas || fieldCanvas.width !== element.plane.width || fieldCanvas.height !== element.plane.height) {
      field = field || landscape(model, start, a, b, plane.x, plane.y);
      fieldCanvas = fieldCanvas || document.createElement("canvas");
      fieldCanvas.width = element.plane.width;
      fieldCanvas.height = element.plane.height;
      const f = fieldCanvas.getContext("2d"), ratio = fieldCanvas.width / width;
      f.setTransform(ratio, 0, 0, ratio, 0, 0);
      paint(f, plane, field, colour);
    }
    c.drawImage(fieldCanvas, 0, 0, width, height);
    const ticksOf = (i, n) => (circular(i) ? ANGLES : ticks(...about.extent[i], n));
    axes(c, plane, ticksOf(a, 6), ticksOf(b, 6), long(a), long(b), colour);
    clipped(c, plane, () => {
      c.setLineDash([2, 5]);
      line(c, polyline(ahead), colour("mark"), 1.5);
      c.setLineDash([]);
      const points = polyline(trail);
      line(c, points, colour("halo"), 4);
      line(c, points, colour("mark"), 2);
      dot(c, plane.toX(shown(now, a)), plane.toY(shown(now, b)), 7, colour("mark"), colour("halo"));
    });
    const x = shown(start, a), y = shown(start, b), handle = element.handle;
    handle.style.left = plane.toX(Math.min(Math.max(x, plane.x[0]), plane.x[1])) + "px";
    handle.style.top = plane.toY(Math.min(Math.max(y, plane.y[0]), plane.y[1])) + "px";
    handle.setAttribute("aria-valuemin", plane.x[0].toFixed(2));
    handle.setAttribute("aria-valuemax", plane.x[1].toFixed(2));
    handle.setAttribute("aria-valuenow", x.toFixed(2));
    handle.setAttribute("aria-valuetext", `${name(a)} ${signed(x, 2)}, ${name(b)} ${signed(y, 2)}`);
  }

  function drawFilm() {
    model.draw(now.q, pixels);
    for (let i = 0, k = 0; i < size * size; i++) {
      for (let ch = 0; ch < 3; ch++) image.data[4 * i + ch] = pixels[k++];
      image.data[4 * i + 3] = 255;
    }
    film.getContext("2d").putImageData(image, 0, 0);
    const { c, width, height } = surface(element.film);
    c.imageSmoothingEnabled = true;
    c.imageSmoothingQuality = "high";
    c.drawImage(film, 0, 0, width, height);
    element.filmCaption.textContent = `Decoded frame at t = ${signed(time, 2)}`;
  }

  function drawEnergy() {
    const { c, width, height } = surface(element.energy), colour = colours(), span = 2 * (about.video.frames - 1) * videoDt;
    const atStart = energies(start).reduce((x, y) => x + y), range = [0, atStart];
    for (const e of history) {
      if (e.t < windowStart || e.t > windowStart + span) continue;
      range[0] = Math.min(range[0], e.k, e.v, e.k + e.v);
      range[1] = Math.max(range[1], e.k, e.v, e.k + e.v);
    }
    const margin = 0.08 * (range[1] - range[0]) || 1;
    const b = box(56, 4, width - 64 - 34, height - 46, [windowStart, windowStart + span], [range[0] - margin, range[1] + margin]);
    axes(c, b, ticks(...b.x, width > 600 ? 8 : 4), ticks(...b.y, 4), "time t", "energy", colour);
    const last = history[history.length - 1], series = [["potential", (e) => e.v, "V", 1.5], ["kinetic", (e) => e.k, "K", 1.5], ["total", (e) => e.k + e.v, "H", 2.5]];
    clipped(c, b, () => {
      for (const [key, of, , weight] of series) line(c, history.map((e) => [b.toX(e.t), b.toY(of(e))]), colour(key), weight);
      for (const [key, of] of series) dot(c, b.toX(last.t), b.toY(of(last)), 4, colour(key), colour("back"));
    });
    // The names stand beside the last values, apart from each other.
    const names = series.map(([key, of, text]) => ({ key, text, y: Math.min(Math.max(b.toY(of(last)), b.top + 8), b.top + b.height - 8) })).sort((u, v) => u.y - v.y);
    for (let i = 1; i < names.length; i++) names[i].y = Math.max(names[i].y, names[i - 1].y + 16);
    const over = names[names.length - 1].y - (b.top + b.height - 6);
    if (over > 0) for (let i = names.length - 1; i >= 0; i--) names[i].y = Math.min(names[i].y, b.top + b.height - 6 - 16 * (names.length - 1 - i));
    c.font = "600 " + FONT;
    c.textBaseline = "middle";
    for (const n of names) { c.fillStyle = colour(n.key); c.fillText(n.text, b.left + b.width + 12, n.y); }
    const h = last.k + last.v;
    element.energyCaption.textContent = `Energy along the path: H = K + V, in the model’s own units; its zero is the lowest V of the test videos. Now H = ${number(h)}, at the start ${number(atStart)}`
      + (about.damping ? `; friction takes it away at the rate ${number(about.damping)}.` : ".");
  }

  function draw() {
    if (!element.plane.clientWidth) return; // a frame that has no size yet
    drawPlane();
    drawFilm();
    drawEnergy();
  }

  function describe() {
    const [a, b] = axesShown;
    const others = d > 1 ? ", with all other coordinates as at the start" : "";
    element.planeCaption.textContent = `Learned energy H over ${name(a)} and ${name(b)}${others}; ${dark.matches ? "lighter" : "darker"} is higher. Ring: start; dots: the way ahead from it; line: the way so far.`;
    element.plane.setAttribute("aria-label", `Map of the learned energy over ${name(a)} and ${name(b)} with the path of the state`);
    element.film.setAttribute("aria-label", "Film: the decoded frame of the present state");
    element.energy.setAttribute("aria-label", "Plot of kinetic, potential and total energy against time");
    element.handle.setAttribute("aria-label", `Start point: the left and right arrow keys change ${name(a)}, up and down change ${name(b)}`);
  }

  function put(x, y) {
    const [a, b] = axesShown, within = (v, r) => Math.min(Math.max(v, r[0]), r[1]);
    set(start, a, within(x, plane.x));
    set(start, b, within(y, plane.y));
    const kept = field;
    restart();
    field = kept; // the plane through the start is the same plane
    draw();
  }

  const grip = draggable(element.plane, element.handle, {
    move: (px, py) => put(plane.fromX(px), plane.fromY(py)),
    nudge: (dx, dy) => put(shown(start, axesShown[0]) + dx * (plane.x[1] - plane.x[0]), shown(start, axesShown[1]) + dy * (plane.y[1] - plane.y[0])),
    home: () => { restart(); draw(); },
    released: () => {},
  });

  const choose = (text, options, chosen, changed) => choice(element.choices, text, options, chosen, changed);
  choose("Start", about.starts.map((s) => s.name), 0, (i) => { start = model.start(about.starts[i]); field = null; restart(); draw(); });
  if (d > 1) {
    const every = Array.from({ length: 2 * d }, (_, c) => c), texts = every.map(long);
    ["Across", "Up"].forEach((text, k) => {
      const menu = choose(text, texts, axesShown[k], (c) => {
        if (c === axesShown[1 - k]) { menu.value = axesShown[k]; return; }
        axesShown[k] = c;
        field = null;
        restart();
        describe();
        draw();
      });
    });
  }
  slider(element, {
    name: "Time step dt", low: -2 * videoDt, high: 2 * videoDt, step: videoDt / 16, value: dt, marks: [-videoDt, 0, videoDt],
    ends: ["backwards", "0", "forwards"],
    text: (v) => (v === 0 ? "0, time stands still" : signed(v, decimals)) + (Math.abs(Math.abs(v) - videoDt) < 1e-9 ? " = the videos’" : ""),
    changed: (v) => { dt = v; look(); drawPlane(); },
  });
  element.back.textContent = "Back to start";
  element.back.addEventListener("click", () => { restart(); draw(); });
  describe();
  restart();

  return {
    draw,
    theme() { fieldCanvas = null; describe(); draw(); },
    // tick does one step. It returns a sentence if that is impossible.
    tick() {
      if (grip.held() || dt === 0) return null;
      const before = model.start(now);
      if (!model.advance(now, dt)) {
        now = before;
        return "The state cannot be followed any further from here: go back to the start, or take a smaller dt.";
      }
      time += dt;
      record();
      draw();
      return null;
    },
  };
}

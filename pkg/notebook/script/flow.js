// flow makes the controls of a Neural Hamiltonian Flow in the plane: one slider through the chain, forward and back, over
// positions and momenta, and a point to put anywhere, whose way to the prior the program answers.
function flow(root, config, ask) {
  const side = Math.min(420, root.clientWidth || 420), duration = 5; // seconds from one end to the other
  let s = 0, playing = true, heading = 1, time = 0, probe = null, stopped = false, sheets = [], lines;
  const row = element(root, "div", { className: "hgn-row" });
  const planes = [plane(config.low, config.high, ["q\u2081", "q\u2082"], "positions"), plane(config.lowP, config.highP, ["p\u2081", "p\u2082"], "momenta")];
  const knobs = element(root, "div", { className: "hgn-knobs" });
  const chain = slider(knobs, "chain", { min: 0, max: config.steps, step: config.steps / 400, value: 0 }, tell, (v) => {
    s = v;
    setPlaying(false);
    draw();
  });
  const buttons = element(root, "div", { className: "hgn-buttons" });
  const play = element(buttons, "button", { onclick: () => setPlaying(!playing) });
  const which = element(buttons, "select", { ariaLabel: "which points", onchange: draw });
  element(which, "option", { textContent: "samples of the prior", value: "prior" });
  element(which, "option", { textContent: "points of the density", value: "data" });
  element(root, "div", { className: "hgn-says", role: "status" });

  const walks = Object.fromEntries(Object.entries(config.walks).map(([name, w]) => [name, { q: floats(w.q), p: floats(w.p) }]));
  const tints = Object.fromEntries(Object.entries(walks).map(([name, w]) => [name, tint(w.q)]));
  Promise.all(config.stages.map((stage) => Promise.all([picture(stage.v), picture(stage.k)]))).then((all) => { sheets = all; draw(); });
  picture(config.lines).then((image) => { lines = image; draw(); });

  function plane(low, high, names, caption) {
    const figure = element(row, "figure", {}), canvas = element(figure, "canvas", {});
    element(figure, "figcaption", { textContent: caption });
    return { canvas, c: sharp(canvas, side, side), chart: axes(side, side, [low[0], high[0]], [low[1], high[1]], names) };
  }

  function floats(base64) {
    return new Float32Array(Uint8Array.from(atob(base64), (ch) => ch.charCodeAt(0)).buffer);
  }

  // tint colours each point by the side of the prior from which it comes.
  function tint(q) {
    const wheel = ["#0072B2", "#009E73", "#E69F00", "#D55E00"];
    const middle = [(config.low[0] + config.high[0]) / 2, (config.low[1] + config.high[1]) / 2];
    return Array.from({ length: config.points }, (_, i) => wheel[Math.floor((Math.atan2(q[2 * i + 1] - middle[1], q[2 * i] - middle[0]) / (2 * Math.PI) + 0.5) * 3.9999)]);
  }

  function tell(v) {
    if (v === 0) return "the prior";
    if (v === config.steps) return "the learned density";
    return "leapfrog step " + Math.ceil(v) + " of " + config.steps;
  }

  // where interpolates point i of a walk between leapfrog steps, in which positions move straight.
  function where(walk, n, i) {
    const k = Math.min(Math.floor(s), config.steps - 1), share = s - k, a = 2 * (k * n + i), b = a + 2 * n;
    return [walk[a] + share * (walk[b] - walk[a]), walk[a + 1] + share * (walk[b + 1] - walk[a + 1])];
  }

  function setPlaying(on) {
    playing = on;
    play.textContent = on ? "Pause" : "Play";
    if (on) requestAnimationFrame(tick);
  }

  function tick(stamp) {
    if (!playing || stopped) return;
    requestAnimationFrame(tick);
    if (stamp - time < 40) return; // 25 pictures a second
    s += heading * Math.min((stamp - time) / 1000, 0.1) * config.steps / duration;
    time = stamp;
    if (s >= config.steps || s <= 0) heading = s <= 0 ? 1 : -1;
    s = clamp(s, [0, config.steps]);
    chain.set(s);
    draw();
  }

  function draw() {
    const walk = walks[which.value], colours = tints[which.value];
    const stage = sheets[Math.min(Math.floor(Math.max(Math.ceil(s) - 1, 0) / config.perStage), sheets.length - 1)];
    planes.forEach((at, part) => {
      const { c, chart } = at, box = chart.box, size = [box.right - box.left, box.bottom - box.top];
      c.clearRect(0, 0, side, side);
      if (stage) c.drawImage(stage[part], box.left, box.top, ...size);
      if (lines && part === 0) c.drawImage(lines, box.left, box.top, ...size);
      chart.frame(c, ink(root));
      chart.inside(() => {
        const all = part === 0 ? walk.q : walk.p;
        for (let i = 0; i < config.points; i++) {
          const [px, py] = chart.at(...where(all, config.points, i));
          c.beginPath();
          c.arc(px, py, 2, 0, 2 * Math.PI);
          c.fillStyle = colours[i];
          c.fill();
        }
        if (!probe) return;
        const own = part === 0 ? probe.q : probe.p, xs = own.filter((_, i) => i % 2 === 0), ys = own.filter((_, i) => i % 2 === 1);
        line(c, chart, xs, ys, "#111111", false);
        dot(c, chart, ...where(own, 1, 0), "#111111", 7);
      }, c);
    });
    root.dataset.frame = s.toFixed(3);
  }

  const put = (event) => ask({ point: planes[0].chart.from(...place(planes[0].canvas, event, side)) });
  hold(planes[0].canvas, (event) => { setPlaying(false); put(event); }, put, () => {});
  planes[0].canvas.style.cursor = "crosshair";
  planes[0].canvas.title = "Click: where in the prior does this point come from?";

  function show(answer) {
    if (!answer.q) return;
    probe = answer;
    root.querySelector(".hgn-says").textContent = "Black: the way of the point (" + written(answer.x) + ", " + written(answer.y) + ") through the chain; log p = " + written(answer.logp) + ".";
    if (s < config.steps / 2) { // the point was put where the flow ends
      s = config.steps;
      chain.set(s);
    }
    draw();
  }

  return {
    show,
    start() { setPlaying(true); },
    stop() { stopped = true; },
  };
}

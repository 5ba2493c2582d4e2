// The page of a flow in the plane.

const GOLDEN = 0.61803398875, QUADRANTS = 4;

function viewFlow(about, flow, element, samples, data) {
  const n = flow.stages, width = flow.width;
  const X = (v) => about.mean[0] + about.scale[0] * v, Y = (v) => about.mean[1] + about.scale[1] * v;
  const paths = [];
  for (let i = 0; i < samples.length / width; i++) paths.push(through(flow, samples.subarray(i * width, (i + 1) * width), 0));

  // The part of the plane that holds all but a few of the points, at every stage.
  const extent = [0, 1].map((k) => {
    const all = [];
    for (const p of paths) for (const s of p) if (Number.isFinite(s[k])) all.push(s[k]);
    for (let i = k; i < data.length; i += 2) all.push(data[i]);
    all.sort((a, b) => a - b);
    const low = all[Math.floor(0.006 * all.length)], high = all[Math.ceil(0.994 * all.length) - 1], margin = 0.05 * (high - low) || 1;
    return [low - margin, high + margin];
  });

  // One unit is as long in both directions, unless one spread is far larger than the other.
  const spans = extent.map(([low, high], k) => about.scale[k] * (high - low)), longest = Math.max(...spans);
  if (longest < 4 * Math.min(...spans)) {
    extent.forEach((e, k) => { const more = (longest - spans[k]) / about.scale[k] / 2; e[0] -= more; e[1] += more; });
  }

  let at = n, way = -1, rest = 0, held = 0, chosen = paths[0], plane = null;

  // place is a point at a stage of the chain, or between two, where it is drawn on a straight line.
  const place = (path, t) => {
    const k = Math.min(Math.floor(t), n - 1), f = t - k;
    return [path[k][0] * (1 - f) + path[k + 1][0] * f, path[k][1] * (1 - f) + path[k + 1][1] * f];
  };
  // sectorOf tells in which quadrant a point ends; its colour says so from the beginning.
  const sectorOf = (path) => Math.floor(((Math.atan2(path[n][1], path[n][0]) / (2 * Math.PI) + 1) % 1) * QUADRANTS) % QUADRANTS;
  const kind = about.kind === "nhf" ? "leapfrog step" : "coupling layer";
  const stageName = (t) => {
    const k = Math.round(t);
    return k === 0 ? "at the start (prior)" : k === n ? "at the end (data)" : `after ${kind} ${k} of ${n}`;
  };

  function draw() {
    if (!element.plane.clientWidth) return; // a frame that has no size yet
    const { c, width: w, height } = surface(element.plane), colour = colours();
    plane = box(56, 1, w - 64, height - 45, [X(extent[0][0]), X(extent[0][1])], [Y(extent[1][0]), Y(extent[1][1])]);
    axes(c, plane, ticks(...plane.x, 6), ticks(...plane.y, 6), "x₁", "x₂", colour);
    const px = (s) => [plane.toX(X(s[0])), plane.toY(Y(s[1]))];
    clipped(c, plane, () => {
      c.fillStyle = colour("dots");
      for (let i = 0; i < data.length; i += 2) { const [x, y] = px([data[i], data[i + 1]]); c.fillRect(x - 1, y - 1, 2, 2); }
      c.globalAlpha = 0.85;
      const sectors = colour("sectors").split(/\s+/);
      for (const path of paths) {
        const [x, y] = px(place(path, at));
        c.fillStyle = sectors[sectorOf(path)];
        c.beginPath();
        c.arc(x, y, 2, 0, 2 * Math.PI);
        c.fill();
      }
      c.globalAlpha = 1;
      const stations = chosen.map(px);
      line(c, stations, colour("halo"), 5);
      line(c, stations, colour("mark"), 2);
      stations.forEach(([x, y], k) => dot(c, x, y, k === 0 || k === n ? 5 : 3.5, k === 0 ? colour("back") : colour("mark"), k === 0 ? colour("mark") : colour("halo")));
    });
    const here = place(chosen, at), [x, y] = px(here), inside = (v, low, extent) => Math.min(Math.max(v, low), low + extent);
    element.handle.style.left = inside(x, plane.left, plane.width) + "px";
    element.handle.style.top = inside(y, plane.top, plane.height) + "px";
    element.handle.setAttribute("aria-valuemin", plane.x[0].toFixed(2));
    element.handle.setAttribute("aria-valuemax", plane.x[1].toFixed(2));
    element.handle.setAttribute("aria-valuenow", X(here[0]).toFixed(2));
    element.handle.setAttribute("aria-valuetext", `x₁ ${signed(X(here[0]), 2)}, x₂ ${signed(Y(here[1]), 2)} ${stageName(at)}`);
    element.planeCaption.textContent = `${paths.length} points of the model ${stageName(at)}, coloured by the quadrant in which they end; behind them points of the data (grey). Orange line: the path of one point, from the prior (open dot) to the data.`;
    drawMomenta(colour);
  }

  function drawMomenta(colour) {
    if (about.kind !== "nhf") return;
    const { c, width: w, height } = surface(element.film), reach = momentumReach();
    const b = box(34, 6, w - 40, height - 34, [-reach, reach], [-reach, reach]), t = Math.min(Math.floor(at), n - 1), f = at - t;
    const point = (path) => [2, 3].map((k) => path[t][k] * (1 - f) + path[t + 1][k] * f);
    const few = ticks(-reach, reach, 5);
    axes(c, b, few, few, "", "", colour);
    clipped(c, b, () => {
      const sectors = colour("sectors").split(/\s+/);
      for (const path of paths) { const [u, v] = point(path); c.fillStyle = sectors[sectorOf(path)]; c.fillRect(b.toX(u) - 1, b.toY(v) - 1, 2, 2); }
      const [u, v] = point(chosen);
      dot(c, b.toX(u), b.toY(v), 5, colour("mark"), colour("halo"));
    });
    element.filmCaption.textContent = `Momenta (p₁, p₂) ${stageName(at)}`;
  }

  let reach = 0;
  function momentumReach() {
    if (reach) return reach;
    const all = [];
    for (const path of paths) for (const s of path) all.push(Math.abs(s[2]), Math.abs(s[3]));
    all.sort((a, b) => a - b);
    reach = 1.1 * all[Math.floor(0.995 * (all.length - 1))] || 1;
    return reach;
  }

  function put(x, y) {
    const k = Math.round(at), within = (v, r) => Math.min(Math.max(v, r[0]), r[1]);
    at = k;
    slide.set(at);
    const s = chosen[k].slice();
    s[0] = (within(x, plane.x) - about.mean[0]) / about.scale[0];
    s[1] = (within(y, plane.y) - about.mean[1]) / about.scale[1];
    chosen = through(flow, s, k);
    held = 45;
    draw();
  }

  const grip = draggable(element.plane, element.handle, {
    move: (px, py) => put(plane.fromX(px), plane.fromY(py)),
    nudge(dx, dy) {
      const [x, y] = place(chosen, Math.round(at));
      put(X(x) + dx * (plane.x[1] - plane.x[0]), Y(y) + dy * (plane.y[1] - plane.y[0]));
    },
    home: () => { chosen = paths[0]; draw(); },
    released: () => {},
  });
  const slide = slider(element, {
    name: "Along the flow", low: 0, high: n, step: 0.02, value: at, marks: Array.from({ length: n + 1 }, (_, k) => k), ends: ["prior", "", "data"],
    text: stageName,
    changed: (v) => { at = v; held = 60; draw(); },
  });
  let picked = 0;
  element.back.textContent = "Another point";
  element.back.addEventListener("click", () => { picked = (picked + GOLDEN * paths.length) % paths.length; chosen = paths[Math.floor(picked)]; draw(); });
  element.plane.setAttribute("aria-label", "Points of the model on their way through the flow, over points of the data");
  element.handle.setAttribute("aria-label", "The point whose path is drawn: the arrow keys move it");
  if (about.kind === "nhf") element.film.setAttribute("aria-label", "Momenta of the points"); else element.filmFigure.hidden = true;

  return {
    draw, theme: draw,
    tick() { // there and back, with a rest at both ends
      if (grip.held() || held-- > 0) return null;
      held = 0;
      if (rest-- > 0) return null;
      at += way * Math.max(0.02, n / 150);
      if (at <= 0 || at >= n) { at = Math.min(Math.max(at, 0), n); way = -way; rest = 40; }
      slide.set(at);
      draw();
      return null;
    },
  };
}

// explore makes the controls of a run of videos: the film, the learned phase space with a point to drag, and H(t).
function explore(root, config, ask) {
  const colours = { forward: "#0072B2", backward: "#D55E00", truth: "#8a8a8a" }; // of package plots, and grey on any page
  const room = root.clientWidth || 860; // on a phone less than everything wants
  const wide = Math.min(config.latent ? 520 : 430, room), high = Math.min(config.latent ? 400 : 330, wide), side = config.latent ? 260 : Math.min(190, room / 2 - 8), length = Math.min(860, room);
  const rate = 12; // frames a second
  let state = config.state; // where the point is put, and null for the start of a video
  let now, sheet, at = 0, playing = !config.latent, dragging = false, scrubbing = false, frameOfPoint, time = 0, stopped = false;

  const top = element(root, "div", { className: "hgn-row" });
  const film = canvasIn(top, "learned", side, side), truth = canvasIn(top, "true", side, side);
  if (config.latent) truth.figure.style.display = "none";
  const portrait = canvasIn(top, "drag the point; released, it flows", wide, high);
  const energy = canvasIn(root, "", length, 150);
  const knobs = element(root, "div", { className: "hgn-knobs" });
  const unit = config.dt / 20;
  const dt = slider(knobs, "dt", { min: -60, max: 60, step: 1, value: Math.round(config.begin / unit) }, (k) => tellDt(k * unit), roll);
  const steps = slider(knobs, "steps", { min: 5, max: config.mostSteps, step: 1, value: config.steps }, String, roll);
  const video = config.latent ? null : slider(knobs, "trajectory", { min: 0, max: config.videos - 1, step: 1, value: config.video }, (i) => "test video " + i, () => {
    state = null;
    at = 0;
    roll();
  });
  const buttons = element(root, "div", { className: "hgn-buttons" });
  const play = element(buttons, "button", { onclick: () => setPlaying(!playing) });
  element(buttons, "button", { textContent: "Reverse time", onclick: () => turn(-dt.value) });
  element(buttons, "button", { textContent: "dt of the videos", onclick: () => turn(20) });
  element(root, "div", { className: "hgn-says", role: "status" });

  const chart = axes(wide, high, [config.q[0], config.q[1]], [config.p[0], config.p[1]], [config.x, config.y], config.circle);
  let backdrop;
  picture(config.backdrop).then((image) => { backdrop = image; draw(); });

  function canvasIn(parent, name, width, height) {
    const figure = element(parent, "figure", {}), canvas = element(figure, "canvas", {});
    const caption = name && element(figure, "figcaption", { textContent: name });
    return { figure, canvas, caption, c: sharp(canvas, width, height) };
  }

  function tellDt(v) {
    if (v === 0) return "0: time stands still";
    const speed = Math.abs(v) / config.dt;
    return written(v) + ": " + (v < 0 ? "backward" : "forward") + (Math.abs(speed - 1) < 1e-9 ? "" : ", " + written(speed) + " × speed");
  }

  function turn(k) {
    dt.set(k);
    roll();
  }

  function asked(more) {
    return Object.assign({ video: video ? video.value : 0, state, dt: dt.value * unit, steps: steps.value }, more);
  }

  function roll() { ask(asked()); }

  // show takes an answer: a rollout, or the frame of a state that is being dragged.
  async function show(answer, request) {
    const loaded = await picture(answer.film);
    if (request.point) {
      if (!dragging) return;
      frameOfPoint = loaded;
      film.caption.textContent = "H = " + written(answer.h[0]);
    } else {
      now = Object.assign(answer, { image: loaded, q: config.circle ? answer.q.map(wrapped) : answer.q });
      at = Math.min(at, now.q.length - 1);
      truth.figure.style.visibility = answer.truth ? "visible" : "hidden";
      film.caption.textContent = "learned" + (answer.note ? ": " + answer.note : "");
    }
    draw();
  }

  function setPlaying(on) {
    playing = on;
    play.textContent = on ? "Pause" : "Play";
    if (on) requestAnimationFrame(tick);
  }

  function tick(stamp) {
    if (!playing || stopped) return;
    const shown = Math.floor(at);
    if (now && !dragging && !scrubbing) at = (at + Math.min((stamp - time) / 1000, 0.2) * rate) % now.q.length;
    time = stamp;
    if (Math.floor(at) !== shown) draw();
    requestAnimationFrame(tick);
  }

  function draw() {
    const colour = ink(root), way = now && now.dt < 0 ? colours.backward : colours.forward, i = Math.floor(at);
    const c = portrait.c;
    c.clearRect(0, 0, wide, high);
    if (backdrop) c.drawImage(backdrop, chart.box.left, chart.box.top, chart.box.right - chart.box.left, chart.box.bottom - chart.box.top);
    chart.frame(c, colour);
    chart.inside(() => {
      if (now && !dragging) {
        line(c, chart, now.q, now.p, way, config.circle);
        dot(c, chart, now.q[0], now.p[0], "#222222", 4);
        dot(c, chart, now.q[i], now.p[i], way, 8);
      }
      if (dragging) dot(c, chart, state[0], state[1], way, 10);
    }, c);
    if (dragging && frameOfPoint) frameAt(film.c, frameOfPoint, 0, 1);
    else if (now) {
      frameAt(film.c, now.image, i, now.columns);
      if (now.truth) frameAt(truth.c, now.image, now.q.length + i, now.columns);
    }
    drawEnergy(colour, way, i);
    root.dataset.frame = i;
  }

  function frameAt(c, image, k, columns) {
    const n = config.size;
    c.imageSmoothingEnabled = false;
    c.drawImage(image, (k % columns) * n, Math.floor(k / columns) * n, n, n, 0, 0, side, side);
  }

  let curve; // the chart of H(t)
  function drawEnergy(colour, way, i) {
    const c = energy.c;
    c.clearRect(0, 0, length, 150);
    if (dragging || !now) {
      c.fillStyle = colour;
      c.textAlign = "center";
      c.font = "13px sans-serif";
      c.fillText(dragging ? "Release the point, and it flows." : "", length / 2, 75);
      return;
    }
    const times = now.q.map((_, k) => now.dt === 0 ? k : k * now.dt);
    const all = now.trueH === null ? now.h : now.h.concat(now.trueH);
    const middle = (Math.min(...all) + Math.max(...all)) / 2;
    const half = Math.max((Math.max(...all) - Math.min(...all)) * 0.65, 0.06 * Math.abs(config.scale));
    curve = axes(length, 150, [Math.min(times[0], times[times.length - 1]), Math.max(times[0], times[times.length - 1])], [middle - half, middle + half],
      [now.dt === 0 ? "frame" : "time", config.known ? "H, true units" : "H"]);
    curve.frame(c, colour);
    if (now.trueH !== null) {
      const y = curve.at(0, now.trueH)[1];
      c.strokeStyle = colour;
      c.setLineDash([6, 4]);
      c.beginPath();
      c.moveTo(curve.box.left, y);
      c.lineTo(curve.box.right, y);
      c.stroke();
      c.setLineDash([]);
      c.fillStyle = colour;
      c.textAlign = "right";
      if (length > 600) c.fillText("dashed: true energy", curve.box.right - 6, curve.box.top + 13);
    }
    curve.inside(() => line(c, curve, times, now.h, way, false), c);
    dot(c, curve, times[i], now.h[i], way, 6);
    c.fillStyle = colour;
    c.textAlign = "left";
    c.fillText("t = " + written(times[i]) + ", frame " + i + " of " + (now.q.length - 1) + ", H = " + written(now.h[i]) +
      (now.mse === null || length <= 600 ? "" : "; pixel MSE × 10⁴: " + written(now.mse)), curve.box.left + 8, curve.box.top + 13);
  }

  // The point follows the pointer, and flows when it is released.
  const drag = (event) => {
    state = chart.from(...place(portrait.canvas, event, wide));
    ask(asked({ point: true }));
    draw();
  };
  hold(portrait.canvas, (event) => {
    dragging = true;
    truth.figure.style.visibility = "hidden"; // this state was never filmed
    drag(event);
  }, drag, () => {
    dragging = false;
    at = 0;
    roll();
    setPlaying(true);
  });
  portrait.canvas.style.cursor = "grab";
  portrait.canvas.title = "Drag the point: the frame follows. Release it, and it flows.";

  const scrub = (event) => {
    if (!now || !curve) return;
    const [t] = curve.from(...place(energy.canvas, event, length));
    at = clamp(Math.round(now.dt === 0 ? t : t / now.dt), [0, now.q.length - 1]);
    draw();
  };
  hold(energy.canvas, (event) => { scrubbing = true; scrub(event); }, scrub, () => { scrubbing = false; });
  energy.canvas.style.cursor = "ew-resize";
  energy.canvas.title = "Drag to another time.";

  return {
    show,
    start() { setPlaying(playing); roll(); },
    stop() { stopped = true; },
  };
}

// sharp makes a canvas of width x height CSS pixels with all pixels of the screen, and returns its context.
function sharp(canvas, width, height) {
  const scale = Math.max(window.devicePixelRatio || 1, 1);
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.style.aspectRatio = width + " / " + height;
  canvas.style.width = width + "px";
  const c = canvas.getContext("2d");
  c.scale(scale, scale);
  return c;
}

// axes describes a chart of width x height CSS pixels over the ranges x and y, and maps between both. An angle along x has
// ticks at quarter turns.
function axes(width, height, x, y, names, angle) {
  const box = { left: 52, top: 12, right: width - 10, bottom: height - 36 };
  const to = (v, r, a, b) => a + (v - r[0]) / (r[1] - r[0]) * (b - a);
  return {
    box, x, y,
    at: (u, v) => [to(u, x, box.left, box.right), to(v, y, box.bottom, box.top)],
    // from is the place of the chart at a pixel, at most at its edge.
    from: (px, py) => [clamp(x[0] + (px - box.left) / (box.right - box.left) * (x[1] - x[0]), x), clamp(y[0] + (box.bottom - py) / (box.bottom - box.top) * (y[1] - y[0]), y)],
    inside: (draw, c) => {
      c.save();
      c.beginPath();
      c.rect(box.left, box.top, box.right - box.left, box.bottom - box.top);
      c.clip();
      draw();
      c.restore();
    },
    frame: (c, ink) => frame(c, ink, box, x, y, to, names, angle),
  };
}

const clamp = (v, range) => Math.min(Math.max(v, range[0]), range[1]);

// frame draws the edges, ticks and names of axes.
function frame(c, ink, box, x, y, to, names, angle) {
  c.strokeStyle = c.fillStyle = ink;
  c.lineWidth = 1;
  c.font = "12px sans-serif";
  c.globalAlpha = 0.45;
  c.strokeRect(box.left, box.top, box.right - box.left, box.bottom - box.top);
  c.globalAlpha = 1;
  c.textAlign = "center";
  const quarters = ["\u2212\u03c0", "\u2212\u03c0/2", "0", "\u03c0/2", "\u03c0"].map((text, k) => [(k - 2) * Math.PI / 2, text]);
  for (const [v, text] of angle ? quarters : ticks(x, 5).map((v) => [v, written(v)])) {
    const px = to(v, x, box.left, box.right);
    c.fillRect(px - 0.5, box.bottom, 1, 4);
    c.fillText(text, px, box.bottom + 16);
  }
  c.fillText(names[0], (box.left + box.right) / 2, box.bottom + 32);
  c.textAlign = "right";
  for (const v of ticks(y, 4)) {
    const py = to(v, y, box.bottom, box.top);
    c.fillRect(box.left - 4, py - 0.5, 4, 1);
    c.fillText(written(v), box.left - 7, py + 4);
  }
  c.save();
  c.translate(12, (box.top + box.bottom) / 2);
  c.rotate(-Math.PI / 2);
  c.textAlign = "center";
  c.fillText(names[1], 0, 0);
  c.restore();
}

// ticks returns about n round values in a range.
function ticks(range, n) {
  const raw = (range[1] - range[0]) / n, power = 10 ** Math.floor(Math.log10(raw));
  const step = power * [1, 2, 5, 10].find((f) => f * power >= raw * 0.7);
  const out = [];
  for (let k = Math.ceil(range[0] / step); k * step <= range[1] + 1e-9 * step; k++) out.push(k * step);
  return out;
}

// written writes a number with a true minus sign and without noise in its last digits.
const written = (v) => String(Number(v.toPrecision(3))).replace("-", "\u2212");

// line draws places as a line with a pale rim, which keeps it legible over any colour. A step over more than half the
// range of an angle begins a new stretch.
function line(c, chart, xs, ys, colour, circle) {
  for (const [style, width] of [["rgba(255, 255, 255, 0.75)", 4], [colour, 1.8]]) {
    c.beginPath();
    xs.forEach((x, i) => {
      const [px, py] = chart.at(x, ys[i]);
      if (i === 0 || circle && Math.abs(x - xs[i - 1]) > Math.PI) c.moveTo(px, py);
      else c.lineTo(px, py);
    });
    c.lineJoin = "round";
    c.strokeStyle = style;
    c.lineWidth = width;
    c.stroke();
  }
}

// dot draws a place as a disc with a white rim.
function dot(c, chart, x, y, colour, radius) {
  const [px, py] = chart.at(x, y);
  c.beginPath();
  c.arc(px, py, radius, 0, 2 * Math.PI);
  c.fillStyle = colour;
  c.fill();
  c.strokeStyle = "#ffffff";
  c.lineWidth = 2;
  c.stroke();
}

// wrapped maps an angle to (-pi, pi].
const wrapped = (x) => x - 2 * Math.PI * Math.ceil((x - Math.PI) / (2 * Math.PI));

// picture loads an image.
async function picture(source) {
  const image = new Image();
  image.src = source;
  await image.decode();
  return image;
}

// ink is the theme's colour of text, in which everything beside the pictures is drawn.
const ink = (root) => getComputedStyle(root).color;

// place returns the pixel of a canvas, in the CSS pixels it was made with, where a pointer is.
function place(canvas, event, width) {
  const r = canvas.getBoundingClientRect(), scale = width / r.width;
  return [(event.clientX - r.left) * scale, (event.clientY - r.top) * scale];
}

// hold calls down, move and up while a pointer is held on a canvas, also when it leaves the canvas.
function hold(canvas, down, move, up) {
  canvas.style.touchAction = "none";
  canvas.onpointerdown = (event) => {
    canvas.setPointerCapture(event.pointerId);
    down(event);
    canvas.onpointermove = move;
    canvas.onpointerup = canvas.onpointercancel = () => {
      canvas.onpointermove = canvas.onpointerup = canvas.onpointercancel = null;
      up();
    };
  };
}

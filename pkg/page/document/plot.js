// Drawing on canvases: sizes, colours of the theme, ticks and axes.

function colours() {
  const style = getComputedStyle(document.documentElement);
  return (name) => style.getPropertyValue("--" + name).trim();
}

// surface prepares a canvas of the size that the style sheet gives it, sharp on every screen.
function surface(canvas) {
  const width = canvas.clientWidth, height = canvas.clientHeight, ratio = Math.min(window.devicePixelRatio || 1, 3);
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const c = canvas.getContext("2d");
  c.setTransform(ratio, 0, 0, ratio, 0, 0);
  c.clearRect(0, 0, width, height);
  return { c, width, height };
}

// number writes x with a true minus sign.
function number(x, digits = 3) {
  const text = Math.abs(x) < 1e-12 ? "0" : Math.abs(x) < 1e-3 || Math.abs(x) >= 1e5 ? x.toExponential(Math.max(0, digits - 2)) : String(Number(x.toPrecision(digits)));
  return text.replace(/-/g, "−");
}

// signed writes x with so many decimals and its sign.
function signed(x, decimals) { return (x < 0 ? "−" : x > 0 ? "+" : "") + Math.abs(x).toFixed(decimals); }

// ticks returns about n round numbers between low and high.
function ticks(low, high, n) {
  const rough = (high - low) / n, power = 10 ** Math.floor(Math.log10(rough));
  const unit = [1, 2, 5, 10].find((m) => m * power >= rough) * power, out = [];
  for (let i = Math.ceil(low / unit - 1e-9); i * unit <= high + 1e-9 * unit; i++) out.push({ at: i * unit, text: number(i * unit) });
  return out;
}

// angles are the ticks of a circle.
const ANGLES = [[-1, "−π"], [-0.5, "−π/2"], [0, "0"], [0.5, "π/2"], [1, "π"]].map(([x, text]) => ({ at: x * Math.PI, text }));

// box is a rectangle of a canvas with the numbers that it spans.
function box(left, top, width, height, x, y) {
  return {
    left, top, width, height, x, y,
    toX: (v) => left + (v - x[0]) / (x[1] - x[0]) * width, toY: (v) => top + height - (v - y[0]) / (y[1] - y[0]) * height,
    fromX: (px) => x[0] + (px - left) / width * (x[1] - x[0]), fromY: (py) => y[0] + (top + height - py) / height * (y[1] - y[0]),
  };
}

const FONT = "13px system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', Arial, sans-serif";

// axes draws the frame of a box with ticks and names.
function axes(c, b, xTicks, yTicks, xName, yName, colour) {
  c.save();
  c.font = FONT;
  c.fillStyle = colour("faint");
  c.strokeStyle = colour("line");
  c.lineWidth = 1;
  c.strokeRect(b.left + 0.5, b.top + 0.5, b.width - 1, b.height - 1);
  c.textAlign = "center";
  c.textBaseline = "top";
  for (const t of xTicks) {
    const x = b.toX(t.at);
    c.beginPath();
    c.moveTo(x, b.top + b.height);
    c.lineTo(x, b.top + b.height + 4);
    c.stroke();
    c.fillText(t.text, Math.min(Math.max(x, b.left + 8), b.left + b.width - 8), b.top + b.height + 7);
  }
  c.textAlign = "right";
  c.textBaseline = "middle";
  for (const t of yTicks) {
    const y = b.toY(t.at);
    c.beginPath();
    c.moveTo(b.left, y);
    c.lineTo(b.left - 4, y);
    c.stroke();
    c.fillText(t.text, b.left - 7, Math.min(Math.max(y, b.top + 6), b.top + b.height - 6));
  }
  c.fillStyle = colour("text");
  c.textAlign = "center";
  c.textBaseline = "alphabetic";
  c.fillText(xName, b.left + b.width / 2, b.top + b.height + 36);
  if (yName.length < 4) {
    c.fillText(yName, b.left - 44, b.top + b.height / 2 + 4);
  } else {
    c.translate(b.left - 40, b.top + b.height / 2);
    c.rotate(-Math.PI / 2);
    c.fillText(yName, 0, 0);
  }
  c.restore();
}

// line draws a polyline of the points [x, y]; null interrupts it.
function line(c, points, colour, width) {
  c.strokeStyle = colour;
  c.lineWidth = width;
  c.lineJoin = c.lineCap = "round";
  c.beginPath();
  let on = false;
  for (const p of points) {
    if (!p) { on = false; continue; }
    if (on) c.lineTo(p[0], p[1]); else c.moveTo(p[0], p[1]);
    on = true;
  }
  c.stroke();
}

function dot(c, x, y, radius, fill, halo) {
  c.beginPath();
  c.arc(x, y, radius, 0, 2 * Math.PI);
  c.fillStyle = fill;
  c.fill();
  c.lineWidth = 2;
  c.strokeStyle = halo;
  c.stroke();
}

// clipped draws inside of a box only.
function clipped(c, b, draw) {
  c.save();
  c.beginPath();
  c.rect(b.left, b.top, b.width, b.height);
  c.clip();
  draw();
  c.restore();
}

// draggable lets a handle be moved over a canvas by mouse, finger and arrow keys. move(x, y, held) takes a place on
// the canvas in pixels, nudge(dx, dy) a share of the plane; released is called at the end of a drag.
function draggable(canvas, handle, { move, nudge, released, home }) {
  let held = null;
  const at = (e) => { const r = canvas.getBoundingClientRect(); return [e.clientX - r.left, e.clientY - r.top]; };
  const begin = (e) => {
    if (e.button) return;
    held = e.pointerId;
    handle.setPointerCapture(held);
    handle.focus({ preventScroll: true });
    e.preventDefault();
    move(...at(e));
  };
  handle.addEventListener("pointerdown", begin);
  // A finger on the plane may want to scroll: it starts by a tap there, and drags by the ring.
  canvas.addEventListener("pointerdown", (e) => { if (e.pointerType === "mouse") begin(e); });
  canvas.addEventListener("click", (e) => { if (held === null && e.pointerType !== "mouse") { move(...at(e)); released(); } });
  handle.addEventListener("pointermove", (e) => { if (e.pointerId === held) move(...at(e)); });
  const end = (e) => { if (e.pointerId === held) { held = null; released(); } };
  handle.addEventListener("pointerup", end);
  handle.addEventListener("pointercancel", end);
  handle.addEventListener("keydown", (e) => {
    const by = e.shiftKey ? 0.1 : 0.02, way = { ArrowLeft: [-by, 0], ArrowRight: [by, 0], ArrowUp: [0, by], ArrowDown: [0, -by] }[e.key];
    if (way) nudge(...way); else if (e.key === "Home") home(); else return;
    e.preventDefault();
  });
  return { held: () => held !== null };
}

// The energy on a plane of phase space: a heat map with contours.

const GRID = 97;

// landscape evaluates H on the plane of the coordinates a and b of (q, p), where the others have the values of s.
function landscape(model, s, a, b, x, y) {
  const d = model.dim, h = new Float64Array(GRID * GRID), q = s.q.slice(), p = s.p.slice();
  const set = (i, v) => { if (i < d) q[i] = v; else p[i - d] = v; };
  const along = (range, i) => range[0] + (range[1] - range[0]) * i / (GRID - 1);
  if (model.system.separable && a < d && b >= d) { // V along a and K along b suffice
    const v = [], k = [];
    for (let i = 0; i < GRID; i++) { set(a, along(x, i)); v.push(model.system.parts(q, p)[1]); }
    for (let j = 0; j < GRID; j++) { set(b, along(y, j)); k.push(model.system.parts(q, p)[0]); }
    for (let j = 0, n = 0; j < GRID; j++) for (let i = 0; i < GRID; i++) h[n++] = v[i] + k[j];
  } else {
    for (let j = 0, n = 0; j < GRID; j++) {
      set(b, along(y, j));
      for (let i = 0; i < GRID; i++) { set(a, along(x, i)); const e = model.system.parts(q, p); h[n++] = e[0] + e[1]; }
    }
  }
  let low = Infinity, high = -Infinity;
  for (const v of h) if (Number.isFinite(v)) { low = Math.min(low, v); high = Math.max(high, v); }
  return { h, low, high: high > low ? high : low + 1 };
}

// shades is a table of 256 colours between those of the theme.
function shades(colour) {
  const stops = colour("map").split(/\s+/).map((s) => [1, 3, 5].map((i) => parseInt(s.slice(i, i + 2), 16)));
  const out = new Uint8Array(256 * 3);
  for (let i = 0; i < 256; i++) {
    const at = i / 255 * (stops.length - 1), k = Math.min(Math.floor(at), stops.length - 2), f = at - k;
    for (let c = 0; c < 3; c++) out[3 * i + c] = stops[k][c] * (1 - f) + stops[k + 1][c] * f;
  }
  return out;
}

// paint draws a landscape into a box of a canvas.
function paint(c, b, field, colour) {
  const small = document.createElement("canvas");
  small.width = small.height = GRID;
  const image = new ImageData(GRID, GRID), table = shades(colour), { h, low, high } = field;
  for (let j = 0; j < GRID; j++) {
    for (let i = 0; i < GRID; i++) {
      const v = h[(GRID - 1 - j) * GRID + i], at = 4 * (j * GRID + i);
      const s = Number.isFinite(v) ? Math.min(255, Math.max(0, Math.round(255 * Math.sqrt((v - low) / (high - low))))) : 255;
      for (let k = 0; k < 3; k++) image.data[at + k] = table[3 * s + k];
      image.data[at + 3] = 255;
    }
  }
  small.getContext("2d").putImageData(image, 0, 0);
  clipped(c, b, () => {
    c.imageSmoothingEnabled = true;
    c.imageSmoothingQuality = "high";
    // The values are at the corners of the box, and the pixels have an extent.
    const w = b.width / (GRID - 1), t = b.height / (GRID - 1);
    c.drawImage(small, b.left - w / 2, b.top - t / 2, b.width + w, b.height + t);
    c.strokeStyle = colour("contour");
    c.lineWidth = 1;
    const levels = 12;
    for (let l = 1; l < levels; l++) contour(c, b, field, low + (high - low) * (l / levels) ** 2);
  });
}

// contour draws the line on which a landscape has one value, cell by cell.
function contour(c, b, { h }, level) {
  const w = b.width / (GRID - 1), t = b.height / (GRID - 1);
  c.beginPath();
  for (let j = 0; j < GRID - 1; j++) {
    for (let i = 0; i < GRID - 1; i++) {
      const n = j * GRID + i, corners = [h[n] - level, h[n + 1] - level, h[n + GRID + 1] - level, h[n + GRID] - level];
      const at = [];
      for (let e = 0; e < 4; e++) {
        const u = corners[e], v = corners[(e + 1) % 4];
        if ((u < 0) === (v < 0)) continue;
        const f = u / (u - v);
        at.push([[f, 0], [1, f], [1 - f, 1], [0, 1 - f]][e]);
      }
      for (let k = 0; k + 1 < at.length; k += 2) {
        c.moveTo(b.left + (i + at[k][0]) * w, b.top + b.height - (j + at[k][1]) * t);
        c.lineTo(b.left + (i + at[k + 1][0]) * w, b.top + b.height - (j + at[k + 1][1]) * t);
      }
    }
  }
  c.stroke();
}

// The numbers of the page: networks with their gradients, Hamiltonians, integrators and the decoder. Nothing here
// touches the document, so that the same file runs in a browser and in node.

// unpack reads a weight of the description from the bytes of all weights: float32, or signed bytes with one float32
// scale for each column before them.
function unpack(bytes, ref) {
  const n = ref.rows * ref.columns;
  if (!ref.bytes) return new Float32Array(bytes.buffer, bytes.byteOffset + ref.at, n);
  const scales = new Float32Array(bytes.buffer, bytes.byteOffset + ref.at, ref.columns);
  const small = new Int8Array(bytes.buffer, bytes.byteOffset + ref.at + 4 * ref.columns, n);
  const out = new Float32Array(n);
  for (let i = 0, k = 0; i < ref.rows; i++) {
    for (let j = 0; j < ref.columns; j++, k++) out[k] = small[k] * scales[j];
  }
  return out;
}

// fromBase64 decodes the text that holds the bytes of all weights.
function fromBase64(text) {
  const raw = atob(text.trim()), bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
  return bytes;
}

// Each activation replaces z by a(z), and writes a'(z) to d if there is a d.
const ACTIVATIONS = {
  linear(z, d) { if (d) d.fill(1); },
  relu(z, d) {
    for (let i = 0; i < z.length; i++) { if (d) d[i] = z[i] > 0 ? 1 : 0; if (z[i] < 0) z[i] = 0; }
  },
  squareplus(z, d) { // (z + √(z²+4))/2
    for (let i = 0; i < z.length; i++) {
      const r = Math.sqrt(z[i] * z[i] + 4);
      if (d) d[i] = 0.5 + 0.5 * z[i] / r;
      z[i] = 0.5 * (z[i] + r);
    }
  },
  squareplus2(z, d) { // z + √(z²+1)
    for (let i = 0; i < z.length; i++) {
      const r = Math.sqrt(z[i] * z[i] + 1);
      if (d) d[i] = 1 + z[i] / r;
      z[i] += r;
    }
  },
  root(z, d) { // √(1+z²)
    for (let i = 0; i < z.length; i++) {
      const r = Math.sqrt(1 + z[i] * z[i]);
      if (d) d[i] = z[i] / r;
      z[i] = r;
    }
  },
  softplus(z, d) {
    for (let i = 0; i < z.length; i++) {
      if (d) d[i] = 1 / (1 + Math.exp(-z[i]));
      z[i] = Math.max(z[i], 0) + Math.log1p(Math.exp(-Math.abs(z[i])));
    }
  },
  tanh(z, d) {
    for (let i = 0; i < z.length; i++) {
      z[i] = Math.tanh(z[i]);
      if (d) d[i] = 1 - z[i] * z[i];
    }
  },
};

// network is a perceptron: layers y = a(x·W + b), W [in, out] row by row.
function network(bytes, layers) {
  const all = layers.map((l) => ({
    w: unpack(bytes, l.weights), b: l.biases ? unpack(bytes, l.biases) : null, rows: l.weights.rows, columns: l.weights.columns,
    activate: ACTIVATIONS[l.activation], out: new Float64Array(l.weights.columns), slope: new Float64Array(l.weights.columns), back: new Float64Array(l.weights.rows),
  }));
  // forward returns the outputs, which the next call overwrites.
  function forward(x, slopes) {
    for (const l of all) {
      const { w, out, columns } = l;
      if (l.b) out.set(l.b); else out.fill(0);
      for (let i = 0, at = 0; i < l.rows; i++, at += columns) {
        const v = x[i];
        if (v === 0) continue;
        for (let j = 0; j < columns; j++) out[j] += v * w[at + j];
      }
      l.activate(out, slopes ? l.slope : null);
      x = out;
    }
    return x;
  }
  // backward returns the gradient by the inputs of the last forward(x, true), for the gradient by its outputs.
  function backward(g) {
    for (let k = all.length - 1; k >= 0; k--) {
      const { w, slope, back, rows, columns } = all[k];
      for (let j = 0; j < columns; j++) slope[j] *= g[j];
      for (let i = 0, at = 0; i < rows; i++, at += columns) {
        let s = 0;
        for (let j = 0; j < columns; j++) s += w[at + j] * slope[j];
        back[i] = s;
      }
      g = back;
    }
    return g;
  }
  return { forward, backward, value: (x) => forward(x, false)[0], gradient: (x) => { forward(x, true); return backward([1]); } };
}

// configuration maps q to what networks see of it: the positions on lines, the cosines and the sines of angles, and
// with products half the products of any two of these.
function configuration(kinds, products) {
  const lines = [], circles = [];
  kinds.forEach((k, i) => (k === "circle" ? circles : lines).push(i));
  const f = lines.length + 2 * circles.length;
  const features = new Float64Array(f), placed = new Float64Array(products ? f + f * f : f), byFeature = new Float64Array(f), byQ = new Float64Array(kinds.length);
  function embed(q) {
    let n = 0;
    for (const i of lines) features[n++] = q[i];
    for (const i of circles) features[n++] = Math.cos(q[i]);
    for (const i of circles) features[n++] = Math.sin(q[i]);
    return features;
  }
  function place(q) {
    embed(q);
    placed.set(features);
    if (products) {
      for (let i = 0, k = f; i < f; i++) for (let j = 0; j < f; j++) placed[k++] = 0.5 * features[i] * features[j];
    }
    return placed;
  }
  // gradient turns the gradient by the last place(q) into one by q.
  function gradient(g) {
    for (let i = 0; i < f; i++) {
      let s = g[i];
      if (products) for (let j = 0; j < f; j++) s += 0.5 * (g[f + i * f + j] + g[f + j * f + i]) * features[j];
      byFeature[i] = s;
    }
    lines.forEach((i, k) => { byQ[i] = byFeature[k]; });
    const c = lines.length, s = c + circles.length;
    circles.forEach((i, k) => { byQ[i] = byFeature[s + k] * features[c + k] - byFeature[c + k] * features[s + k]; });
    return byQ;
  }
  return { embed, place, gradient };
}

// The parts of a Hamiltonian: energies of p or of q with their gradients.
const PARTS = {
  // Σ wᵢ xᵢ²/2; w is 1, or 0 for a constant, or 1/mass.
  quadratic: (bytes, part) => {
    const g = new Float64Array(part.weights.length);
    return {
      value: (x) => { let s = 0; for (let i = 0; i < g.length; i++) s += 0.5 * part.weights[i] * x[i] * x[i]; return s; },
      gradient: (x) => { for (let i = 0; i < g.length; i++) g[i] = part.weights[i] * x[i]; return g; },
    };
  },
  // A network, and spring·|x|²/2.
  network: (bytes, part) => {
    const n = network(bytes, part.layers), c = part.spring || 0;
    if (!c) return n;
    return {
      value: (x) => { let s = n.value(x); for (const v of x) s += 0.5 * c * v * v; return s; },
      gradient: (x) => { const g = n.gradient(x); for (let i = 0; i < g.length; i++) g[i] += c * x[i]; return g; },
    };
  },
  zero: (bytes, part) => { const g = new Float64Array(part.dim); return { value: () => 0, gradient: () => g }; },
};

// placed composes an energy of place(q) with place.
function placed(where, energy) {
  return { value: (q) => energy.value(where.place(q)), gradient: (q) => where.gradient(energy.gradient(where.place(q))) };
}

// FORMS makes the Hamiltonians: byQ and byP are the partial derivatives, and parts is [K, V]. The arrays that they
// return are overwritten by the next call.
const FORMS = {
  separable: (bytes, h, where) => {
    const k = PARTS[h.kinetic.form](bytes, h.kinetic), v = PARTS[h.potential.form](bytes, h.potential);
    const pot = where && h.potential.form === "network" ? placed(where, v) : v;
    return { separable: true, byQ: (q) => pot.gradient(q), byP: (q, p) => k.gradient(p), parts: (q, p) => [k.value(p), pot.value(q)] };
  },
  // |A(q)ᵀp|²/2 + V(q), A = 1 + a network.
  metric: (bytes, h, where) => {
    const v = placed(where, network(bytes, h.potential.layers)), a = network(bytes, h.metric), d = h.dim;
    const u = new Float64Array(d), byP = new Float64Array(d), seed = new Float64Array(d * d), sum = new Float64Array(d);
    const along = (m, p) => { for (let j = 0; j < d; j++) { u[j] = p[j]; for (let b = 0; b < d; b++) u[j] += p[b] * m[b * d + j]; } return u; };
    return {
      separable: false,
      byQ(q, p) {
        along(a.forward(where.place(q), true), p);
        for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) seed[i * d + j] = p[i] * u[j];
        sum.set(where.gradient(a.backward(seed)));
        const g = v.gradient(q);
        for (let i = 0; i < d; i++) sum[i] += g[i];
        return sum;
      },
      byP(q, p) {
        const m = a.forward(where.place(q), false);
        along(m, p);
        for (let i = 0; i < d; i++) { byP[i] = u[i]; for (let j = 0; j < d; j++) byP[i] += m[i * d + j] * u[j]; }
        return byP;
      },
      parts(q, p) {
        along(a.forward(where.place(q), false), p);
        let k = 0;
        for (const x of u) k += 0.5 * x * x;
        return [k, v.value(q)];
      },
    };
  },
  // Any H(q, p); the potential energy is H(q, 0).
  joint: (bytes, h, where) => {
    const n = network(bytes, h.joint), d = h.dim, none = new Float64Array(d);
    const input = (q, p) => { const x = where.place(q), out = new Float64Array(x.length + d); out.set(x); out.set(p, x.length); return out; };
    return {
      separable: false,
      byQ: (q, p) => where.gradient(n.gradient(input(q, p))),
      byP: (q, p) => n.gradient(input(q, p)).slice(-d),
      parts: (q, p) => { const v = n.value(input(q, none)); return [n.value(input(q, p)) - v, v]; },
    };
  },
};

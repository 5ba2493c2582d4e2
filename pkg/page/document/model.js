// The models of the page: an HGN, which moves states and draws them, and the flows, which move points.

// hgn makes the model of a description and of the bytes of its weights.
function hgn(about, bytes) {
  const d = about.latent.length, where = configuration(about.latent, about.products), seen = configuration(about.latent, false);
  const system = FORMS[about.hamiltonian.form](bytes, about.hamiltonian, where);
  system.damping = about.damping;
  const decoder = network(bytes, about.decoder);
  return {
    dim: d, system,
    start: (s) => ({ q: Float64Array.from(s.q), p: Float64Array.from(s.p) }),
    // advance moves a state by dt, in steps no longer than those of training. It returns false if that has no solution.
    advance(s, dt) {
      const split = Math.max(1, Math.ceil(Math.abs(dt) / about.video.dt - 1e-9));
      for (let i = 0; i < split; i++) {
        if (!step(about.integrator, system, s.q, s.p, dt / split)) return false;
      }
      return s.q.every(Number.isFinite) && s.p.every(Number.isFinite);
    },
    energies: (s) => system.parts(s.q, s.p),
    // draw returns the pixels of a configuration, size·size·3 bytes.
    draw(q, pixels) {
      const x = decoder.forward(seen.embed(q), false);
      for (let i = 0; i < x.length; i++) pixels[i] = 127.5 * (1 + x[i] / Math.sqrt(x[i] * x[i] + 4));
      return pixels;
    },
  };
}

// rollout returns the numbers q, p of steps+1 states dt apart.
function rollout(model, start, dt, steps) {
  const s = model.start(start), out = [[...s.q, ...s.p]];
  for (let i = 0; i < steps && model.advance(s, dt); i++) out.push([...s.q, ...s.p]);
  return out;
}

// FLOWS makes the two kinds of flows. stages is the number of maps in the chain; forward(k, x) applies map k to a
// state in place and inverse(k, x) undoes it. An nhf's state is (q, p), an rnvp's is the point.
const FLOWS = {
  nhf(about, bytes) {
    const maps = [];
    for (const h of about.chain) {
      const system = FORMS.separable(bytes, h, null);
      for (let i = 0; i < about.leapfrogSteps; i++) maps.push((x, sign) => step("leapfrog", system, x.subarray(0, about.dim), x.subarray(about.dim), sign * h.dt));
    }
    return { stages: maps.length, width: 2 * about.dim, forward: (k, x) => maps[k](x, 1), inverse: (k, x) => maps[k](x, -1) };
  },
  rnvp(about, bytes) {
    const layers = about.chain.map((l) => ({ scale: network(bytes, l.scale), translation: network(bytes, l.translation) }));
    const LIMIT = 3; // of the logarithm of a scale
    const map = (k, x, sign) => {
      const kept = x.map((v, i) => ((i + k + 1) % 2 ? v : 0));
      const s = layers[k].scale.forward(kept, false), t = layers[k].translation.forward(kept, false);
      for (let i = 0; i < x.length; i++) {
        if ((i + k + 1) % 2) continue;
        const log = s[i] / Math.sqrt(1 + (s[i] / LIMIT) ** 2);
        x[i] = sign > 0 ? x[i] * Math.exp(log) + t[i] : (x[i] - t[i]) * Math.exp(-log);
      }
    };
    return { stages: layers.length, width: about.dim, forward: (k, x) => map(k, x, 1), inverse: (k, x) => map(k, x, -1) };
  },
};

// through returns the states of a point at every stage of a flow, if it is at x at stage k.
function through(flow, x, k) {
  const all = new Array(flow.stages + 1);
  all[k] = Float64Array.from(x);
  for (let i = k; i < flow.stages; i++) { all[i + 1] = all[i].slice(); flow.forward(i, all[i + 1]); }
  for (let i = k; i > 0; i--) { all[i - 1] = all[i].slice(); flow.inverse(i - 1, all[i - 1]); }
  return all;
}

// checked compares the page's numbers with those that the Go program has written into the description. It returns the
// largest difference, relative to 1 + the size of the number; it is huge if there is no number to compare with.
function checked(about, model) {
  let worst = 0;
  for (const r of about.reference) {
    const own = about.kind === "hgn" ? rollout(model, about.starts[r.start], r.dt, r.steps) : through(model, r.states[0], 0);
    r.states.forEach((state, i) => state.forEach((v, k) => {
      const e = own[i * (r.every || 1)] ? Math.abs(own[i * (r.every || 1)][k] - v) / (1 + Math.abs(v)) : Number.MAX_VALUE;
      worst = Math.max(worst, Number.isNaN(e) ? Number.MAX_VALUE : e);
    }));
  }
  return worst;
}

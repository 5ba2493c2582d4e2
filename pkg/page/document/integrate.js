// The integrators, which are those of package integrate: the same coefficients, implicit where H is not separable,
// and with friction inside the kicks.

const W1 = 1 / (2 - Math.cbrt(2)), W0 = 1 - 2 * W1;

// kicks, drifts: the method for a separable H. halves: the same method for any H, each half beginning with the
// variable whose equation is implicit. a, b: the tableau of an explicit Runge-Kutta method.
const INTEGRATORS = {
  leapfrog: { kicks: [0.5, 0.5], drifts: [1], halves: [["p", 0.5], ["q", 0.5]] },
  symplectic_euler: { kicks: [1, 0], drifts: [1], halves: [["p", 1]] },
  yoshida4: {
    kicks: [W1 / 2, (W1 + W0) / 2, (W0 + W1) / 2, W1 / 2], drifts: [W1, W0, W1],
    halves: [["p", W1 / 2], ["q", W1 / 2], ["p", W0 / 2], ["q", W0 / 2], ["p", W1 / 2], ["q", W1 / 2]],
  },
  euler: { a: [[]], b: [1] },
  rk4: { a: [[], [0.5], [0, 0.5], [0, 0, 1]], b: [1 / 6, 1 / 3, 1 / 3, 1 / 6] },
};

const MOST_ITERATIONS = 64, SOLVED = 1e-9, UNSOLVED = 1e-4;

// step moves q and p, in place, by h. It returns false if an implicit equation has no solution.
function step(method, system, q, p, h) {
  const m = INTEGRATORS[method], c = system.damping || 0;
  if (m.b) return rungeKutta(m, system, q, p, h, c);
  if (!system.separable) return implicit(m, system, q, p, h, c);
  m.kicks.forEach((k, i) => {
    if (k !== 0) kick(system.byQ(q, p), p, k * h, c);
    if (i < m.drifts.length && m.drifts[i] !== 0) add(q, system.byP(q, p), m.drifts[i] * h);
  });
  return true;
}

function add(x, dx, h) { for (let i = 0; i < x.length; i++) x[i] += h * dx[i]; }

// kick is the exact flow of dp/dt = -g - c p.
function kick(g, p, h, c) {
  const x = c * h / 2, decay = Math.exp(-x), spread = Math.abs(x) < 1e-4 ? 1 + x * x / 6 : Math.sinh(x) / x;
  for (let i = 0; i < p.length; i++) p[i] = decay * (decay * p[i] - g[i] * h * spread);
}

function implicit(m, system, q, p, dt, c) {
  let solvedAll = true;
  const damp = (h) => { if (c) for (let i = 0; i < p.length; i++) p[i] *= Math.exp(-c * h); };
  for (const [first, share] of m.halves) {
    const h = dt * share;
    if (first === "p") {
      damp(h);
      solvedAll = solve(p, (x) => system.byQ(q, x), -h) && solvedAll;
      add(q, system.byP(q, p), h);
    } else {
      solvedAll = solve(q, (x) => system.byP(x, p), h) && solvedAll;
      add(p, system.byQ(q, p), -h);
      damp(h);
    }
  }
  return solvedAll;
}

// solve replaces x by the solution of y = x + h·f(y).
function solve(x, f, h) {
  let y = x.slice(), residual = Infinity;
  for (let n = 0; n < MOST_ITERATIONS && residual > SOLVED; n++) {
    const next = x.slice();
    add(next, f(y), h);
    residual = 0;
    for (let i = 0; i < x.length; i++) residual = Math.max(residual, Math.abs(next[i] - y[i]) / (1 + Math.abs(next[i])));
    y = next;
  }
  x.set(y);
  return residual <= UNSOLVED;
}

function rungeKutta(m, system, q, p, h, c) {
  const dqs = [], dps = [];
  for (const row of m.a) {
    const x = q.slice(), y = p.slice();
    row.forEach((a, j) => { add(x, dqs[j], a * h); add(y, dps[j], a * h); });
    dqs.push(system.byP(x, y).slice());
    dps.push(system.byQ(x, y).map((g, i) => -g - c * y[i]));
  }
  m.b.forEach((b, j) => { add(q, dqs[j], b * h); add(p, dps[j], b * h); });
  return true;
}

"""A training step in JAX: python jax_steps.py PRESET. Prints one JSON object."""

from functools import partial

import jax
import jax.numpy as jnp
from jax import lax

import common
from common import DT, FRAMES


def squareplus(x):
    return (x + jnp.sqrt(x * x + 4)) / 2


def linear(w, name, x):
    return x @ w[name + ".w"] + w[name + ".b"]


def mlp(w, name, x, activation=jax.nn.relu):
    i = 0
    while f"{name}.{i}.w" in w:
        x = activation(linear(w, f"{name}.{i}", x))
        i += 1
    return x


def gradient(energy):
    """The gradient of an energy [n, ...] -> [n] by its argument."""
    return jax.grad(lambda x: energy(x).sum())


def leapfrog(velocity, force, q, p, dt, steps, loop):
    """The positions [steps + 1, ...] of kick-drift-kick steps, by a scan or unrolled; force is -dV/dq."""

    def step(state, _):
        q, p, f = state
        p = p + dt / 2 * f
        q = q + dt * velocity(p)
        f = force(q)
        return (q, p + dt / 2 * f, f), q

    state = q, p, force(q)
    if loop:
        return jnp.concatenate([q[None], lax.scan(step, state, length=steps)[1]])
    qs = [q]
    for _ in range(steps):
        state, q = step(state, None)
        qs.append(q)
    return jnp.stack(qs)


def mse(logits, target):
    """The mean square error of the algebraic sigmoid (1 + x/√(x²+4))/2."""
    return jnp.mean(jnp.square(0.5 + 0.5 * logits * lax.rsqrt(logits * logits + 4) - target))


def kl(mean, std):
    return 0.5 * jnp.sum(mean**2 + std**2 - 1 - 2 * jnp.log(std)) / len(mean)


# The paper's convolutional HGN.


def conv(w, name, x, stride=1):
    y = lax.conv_general_dilated(x, w[name + ".w"], (stride, stride), [(1, 1), (1, 1)], dimension_numbers=("NHWC", "HWIO", "NHWC"))
    return y + w[name + ".b"]


def double(x):
    """Nearest neighbours, to twice the size."""
    n, h, wd, c = x.shape
    return jnp.broadcast_to(x[:, :, None, :, None], (n, h, 2, wd, 2, c)).reshape(n, 2 * h, 2 * wd, c)


def decode(w, q):
    """q [n, 4, 4, 16] to the logits of frames [n, pixels]."""
    for i in range(3):
        y = jax.nn.relu(conv(w, f"decoder.{i}.0", double(q)))
        q = jax.nn.relu(conv(w, f"decoder.{i}.1", y) + double(q if i else q @ w["decoder.shortcut.w"]))
    return conv(w, "pixels", q).reshape(len(q), -1)


def conv_energy(w, name):
    """A convolutional energy of maps [n, 256]. On maps of 4x4 every convolution is a small matrix, which is made once."""
    layers, side, channels = [], 4, 16
    for i, stride in enumerate((1, 2, 1, 1, 2)):
        kernel = w[f"{name}.{i}.w"]
        size = side * side * channels
        padding = [(1, 1)] * 2 if i == 0 else [(0, 2 - stride)] * 2
        unit = jnp.eye(size).reshape(size, side, side, channels)
        y = lax.conv_general_dilated(unit, kernel, (stride, stride), padding, dimension_numbers=("NHWC", "HWIO", "NHWC"))
        side, channels = y.shape[1], y.shape[3]
        bias = jnp.tile(w[f"{name}.{i}.b"], side * side) if i < 4 else 0
        layers.append((y.reshape(size, -1), bias))

    def energy(x):
        for i, (matrix, bias) in enumerate(layers):
            x = (jax.nn.softplus(x) if i else x) @ matrix + bias
        return x.sum(-1)

    return energy


def paper32(w, batch, geco, options):
    group = options.group or 4
    x = batch["video"]
    for i in range(7):
        x = jax.nn.relu(conv(w, f"encoder.{i}", x))
    mean, std = conv(w, "mean", x), jnp.exp(0.5 * conv(w, "log_variance", x))
    z = mean + std * batch["noise"]
    for i in range(3):
        z = jax.nn.relu(conv(w, f"f_psi.{i}", z, 2))
    n = len(z)
    q, p = conv(w, "q", z).reshape(n, -1), conv(w, "p", z).reshape(n, -1)
    velocity, slope = gradient(conv_energy(w, "kinetic")), gradient(conv_energy(w, "potential"))
    qs = leapfrog(velocity, lambda q: -slope(q), q, p, DT, FRAMES - 1, not options.unroll).reshape(-1, q.shape[1])
    qs = qs[batch["rows"]].reshape(-1, group, 4, 4, 16)
    targets = batch["target"].reshape(len(qs), group, -1)
    error = sum(mse(decode(w, q), target) for q, target in zip(qs, targets)) / len(qs)
    divergence = kl(mean.reshape(n, -1), std.reshape(n, -1))
    # GECO: the weight of the error follows how much it exceeds 1e-3.
    violation = 0.99 * geco[0] + 0.01 * jnp.clip(lax.stop_gradient(error) / 1e-3 - 1, -1, 10)
    log_weight = jnp.clip(geco[1] + 0.02 * jnp.clip(violation, -1, 1), -7, 7)
    weight = jnp.exp(log_weight)
    loss = 1000 * (weight * error + divergence / (FRAMES * common.PIXELS)) / (1 + weight)
    return loss, jnp.stack([violation, log_weight])


# The dense HGN.


def energy(w, name, x, activation=squareplus):
    """A perceptron [n, d] -> [n]."""
    return (mlp(w, name, x, activation) @ w[name + ".out.w"])[:, 0]


def embed(q):
    return jnp.concatenate([jnp.cos(q), jnp.sin(q)], 1)


def place(q):
    """What V sees of an angle: cosine, sine, and halves of their products."""
    x = embed(q)
    return jnp.concatenate([x, (x[:, :, None] * x[:, None, :]).reshape(len(x), -1) / 2], 1)


def angle(c, s):
    scale = lax.rsqrt(c * c + s * s + 1e-6)
    return jnp.arctan2(s * scale, c * scale)


def moments(place, frames):
    """The share of the variance of the frames' first moments that the best linear function of place leaves."""
    side = round((frames.shape[1] / 3) ** 0.5)
    at = (2 * jnp.arange(side) + 1) / side - 1
    frames = frames.reshape(-1, side, side, 3)
    seen = jnp.concatenate([jnp.einsum("nyxc,x->nc", frames, at), jnp.einsum("nyxc,y->nc", frames, -at)], 1)
    seen, place = seen - seen.mean(0), place - place.mean(0)
    seen = seen / jnp.sqrt(jnp.mean(seen**2) + 1e-9)
    x, y = lax.stop_gradient(place), lax.stop_gradient(seen)
    a = x.T @ x / len(x)
    trace = jnp.trace(a) + 1e-9
    best = jnp.linalg.solve(a / trace + 1e-4 * jnp.eye(len(a)), x.T @ y / len(x) / trace)
    return jnp.mean((seen - place @ best) ** 2)


def hgn(w, batch, extra, options):
    video = batch["video"]
    b = len(video)
    x = jax.nn.relu(linear(w, "frame", video.reshape(b * FRAMES, -1))).reshape(b, -1)
    x = mlp(w, "encoder", x)
    mean, std = linear(w, "mean", x), squareplus(linear(w, "std", x) - 5)
    z = mlp(w, "f_psi", mean + std * batch["noise"])
    c, s, p = linear(w, "cos", z), linear(w, "sin", z), linear(w, "p", z)
    q = angle(c, s)
    dt = jnp.concatenate([jnp.full((b, 1), DT), jnp.full((b, 1), -DT)])
    slope = gradient(lambda q: energy(w, "potential", place(q)))
    q, p = jnp.concatenate([q, q]), jnp.concatenate([p, p])
    qs = leapfrog(lambda p: p, lambda q: -slope(q), q, p, dt, common.ANCHOR, options.loop).reshape(-1, 1)
    x = embed(qs[batch["rows"]])
    error = mse(linear(w, "pixels", mlp(w, "decoder", x)), batch["target"])
    plane = jnp.concatenate([c, s], 1)
    off = moments(x, batch["target"]) + moments(plane, video[:, common.ANCHOR]) + jnp.mean((c * c + s * s - 1) ** 2)
    return 1000 * error + 1e-4 * kl(mean, std) + 3 * off, extra


# The flows.


def bounded(x, limit):
    return x / jnp.sqrt((x / limit) ** 2 + 1)


def normal_log_prob(x):
    return -0.5 * jnp.sum(x * x + jnp.log(2 * jnp.pi), -1)


def nhf(w, batch, extra, options):
    c = common.NHF[options.preset]
    h = mlp(w, "encoder", batch["points"])
    mean, log_scale = linear(w, "mean", h), bounded(linear(w, "log_scale", h), 5)
    q, mean, log_scale = (jnp.repeat(x, c["momenta"], 0) for x in (batch["points"], mean, log_scale))
    noise = batch["noise"]
    p = mean + jnp.exp(log_scale) * noise

    def field(name):
        root = lambda z: z + jnp.sqrt(z * z + 1)
        slope = gradient(lambda x: energy(w, name, x, root))
        return lambda x: slope(x) + common.SPRING * x

    for i in reversed(range(c["hamiltonians"])):
        dt = -common.FLOW_DT * jnp.exp(bounded(w[f"log_dt.{i}"], 3))
        velocity, slope = field(f"kinetic.{i}"), field(f"potential.{i}")
        f = slope(q)
        for _ in range(c["steps"]):
            p = p - dt / 2 * f
            q = q + dt * velocity(p)
            f = slope(q)
            p = p - dt / 2 * f
    log_w = normal_log_prob(q) + normal_log_prob(p) - normal_log_prob(noise) + log_scale.sum(-1)
    log_w = log_w.reshape(-1, c["momenta"])
    return -jnp.mean(jax.nn.logsumexp(log_w, 1) - jnp.log(c["momenta"])), extra


def rnvp(w, batch, extra, options):
    x, log_det = batch["points"], 0
    for i in reversed(range(3)):
        kept = jnp.array([[(i + 1) % 2, i % 2]], jnp.float32)
        network = lambda name: linear(w, name + ".out", mlp(w, name, x * kept)) * (1 - kept)
        s = bounded(network(f"scale.{i}"), 3)
        x = (x - network(f"translation.{i}")) * jnp.exp(-s)
        log_det = log_det - s.sum(-1)
    return -jnp.mean(normal_log_prob(x) + log_det), extra


# The Hamiltonian Neural Networks.


def mismatch(w, q, p, dq, dp):
    slope = gradient(lambda x: energy(w, "energy", x))(jnp.concatenate([q, p], 1))
    return (jnp.mean((slope[:, 1:] - dq) ** 2) + jnp.mean((slope[:, :1] + dp) ** 2)) / 2


def states(w, batch, extra, options):
    return mismatch(w, batch["q"], batch["p"], batch["dq"], batch["dp"]), extra


def hnn(w, batch, extra, options):
    seen, n = batch["seen"], len(batch["frame"])
    x = mlp(w, "encoder", jnp.concatenate([seen[: 2 * n], seen[n:]], 1))
    q, p = linear(w, "q", x), linear(w, "p", x)
    x = mlp(w, "decoder", jnp.concatenate([q[:n], p[:n]], 1))
    error = (mse(linear(w, "frame", x), batch["frame"]) + mse(linear(w, "next", x), batch["next"])) / 2
    dq, dp = (q[n:] - q[:n]) / DT, (p[n:] - p[:n]) / DT
    return error + DT**2 * (0.1 * mismatch(w, q[:n], p[:n], dq, dp) + jnp.mean((dq - p[:n]) ** 2)), extra


def adam(w, gradients, moments, step, preset):
    if preset.clip:
        norm = jnp.sqrt(sum(jnp.sum(g * g) for g in gradients.values()))
        gradients = jax.tree.map(lambda g: g / (jnp.maximum(norm, preset.clip) / preset.clip), gradients)
    beta2 = preset.beta2
    m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, moments[0], gradients)
    v = jax.tree.map(lambda v, g: beta2 * v + (1 - beta2) * g * g, moments[1], gradients)
    scale_m, scale_v = 1 / (1 - 0.9**step), 1 / (1 - beta2**step)
    return jax.tree.map(lambda w, m, v: w - preset.rate * m * scale_m / (jnp.sqrt(v * scale_v) + 1e-8), w, m, v), (m, v)


def main():
    parser = common.arguments(__doc__)
    parser.add_argument("--loop", action="store_true", help="the dense HGN: integrate by lax.scan instead of an unrolled loop")
    parser.add_argument("--unroll", action="store_true", help="paper32: integrate by an unrolled loop instead of lax.scan")
    parser.add_argument("--group", type=int, help="paper32: how many frames are decoded at a time")
    options = parser.parse_args()
    preset = common.PRESETS[options.preset]
    weights, batch = preset.build(options.preset)
    objective = partial(globals()[preset.build.__name__], options=options)

    @partial(jax.jit, donate_argnums=0)
    def step(state, batch):
        w, moments, extra, n = state
        (loss, extra), gradients = jax.value_and_grad(objective, has_aux=True)(w, batch, extra)
        w, moments = adam(w, gradients, moments, n, preset)
        return (w, moments, extra, n + 1), loss

    w = {k: jnp.asarray(v) for k, v in weights.items()}
    zeros = lambda: jax.tree.map(jnp.zeros_like, w)
    state = w, (zeros(), zeros()), jnp.zeros(2), jnp.float32(1)

    def run():
        nonlocal state
        state, loss = step(state, batch)
        return float(loss)

    common.report("jax " + jax.__version__, options, run, weights.count())


if __name__ == "__main__":
    main()

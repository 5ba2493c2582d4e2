"""A training step in PyTorch: python torch_steps.py PRESET. Prints one JSON object."""

import math
from argparse import Namespace
from functools import partial

import torch
import torch.nn.functional as F

import common
from common import DT, FRAMES


def squareplus(x):
    return (x + torch.sqrt(x * x + 4)) / 2


def linear(w, name, x):
    return torch.addmm(w[name + ".b"], x, w[name + ".w"])


def mlp(w, name, x, activation=F.relu):
    i = 0
    while f"{name}.{i}.w" in w:
        x = activation(linear(w, f"{name}.{i}", x))
        i += 1
    return x


def gradient(energy):
    """The gradient of an energy [n, ...] -> [n] by its argument."""
    return torch.func.grad(lambda x: energy(x).sum())


def leapfrog(velocity, force, q, p, dt, steps):
    """The positions [steps + 1, ...] of kick-drift-kick steps; force is -dV/dq."""
    qs, f = [q], force(q)
    for _ in range(steps):
        p = p + dt / 2 * f
        q = q + dt * velocity(p)
        f = force(q)
        p = p + dt / 2 * f
        qs.append(q)
    return torch.stack(qs)


def mse(logits, target):
    """The mean square error of the algebraic sigmoid (1 + x/√(x²+4))/2."""
    return torch.mean(torch.square(0.5 + 0.5 * logits * torch.rsqrt(logits * logits + 4) - target))


def kl(mean, std):
    return 0.5 * torch.sum(mean**2 + std**2 - 1 - 2 * torch.log(std)) / len(mean)


# The paper's convolutional HGN. Images are [n, channels, height, width], in memory channels last.


def conv(w, name, x, stride=1):
    return F.conv2d(x, w[name + ".w"], w[name + ".b"], stride, 1)


def double(x):
    return F.interpolate(x, scale_factor=2, mode="nearest")


def rows(x):
    """Images as rows, their channels last."""
    return x.permute(0, 2, 3, 1).reshape(len(x), -1)


def decode(w, q):
    """q [n, 16, 4, 4] to the logits of frames [n, pixels]."""
    for i in range(3):
        y = F.relu(conv(w, f"decoder.{i}.0", double(q)))
        shortcut = q if i else F.conv2d(q, w["decoder.shortcut.w"].T[:, :, None, None])
        q = F.relu(conv(w, f"decoder.{i}.1", y) + double(shortcut))
    return rows(conv(w, "pixels", q))


def conv_energy(w, name):
    """A convolutional energy of maps [n, 256]. On maps of 4x4 every convolution is a small matrix, which is made once."""
    layers, side, channels = [], 4, 16
    for i, stride in enumerate((1, 2, 1, 1, 2)):
        size = side * side * channels
        unit = torch.eye(size).reshape(size, channels, side, side)
        padded = unit if i == 0 else F.pad(unit, (0, 2 - stride) * 2)
        y = F.conv2d(padded, w[f"{name}.{i}.w"], stride=stride, padding=int(i == 0))
        side, channels = y.shape[2], y.shape[1]
        layers.append((y.reshape(size, -1), w[f"{name}.{i}.b"].repeat_interleave(side * side) if i < 4 else None))

    def energy(x):
        for i, (matrix, bias) in enumerate(layers):
            x = (F.softplus(x) if i else x) @ matrix
            x = x if bias is None else x + bias
        return x.sum(-1)

    return energy


def paper32(w, batch, geco, options):
    group = options.group
    x = batch["video"]
    for i in range(7):
        x = F.relu(conv(w, f"encoder.{i}", x))
    mean, std = conv(w, "mean", x), torch.exp(0.5 * conv(w, "log_variance", x))
    z = mean + std * batch["noise"]
    for i in range(3):
        z = F.relu(conv(w, f"f_psi.{i}", z, 2))
    n = len(z)
    q, p = conv(w, "q", z).reshape(n, -1), conv(w, "p", z).reshape(n, -1)
    velocity, slope = gradient(conv_energy(w, "kinetic")), gradient(conv_energy(w, "potential"))
    qs = leapfrog(velocity, lambda q: -slope(q), q, p, DT, FRAMES - 1).reshape(-1, q.shape[1])
    qs = qs[batch["rows"]].reshape(-1, 16, 4, 4).contiguous(memory_format=options.layout).split(group)
    targets = batch["target"].split(group)
    error = sum(mse(decode(w, q), target) for q, target in zip(qs, targets)) / len(qs)
    divergence = kl(mean.reshape(n, -1), std.reshape(n, -1))
    # GECO: the weight of the error follows how much it exceeds 1e-3.
    violation = 0.99 * geco[0] + 0.01 * torch.clamp(error.detach() / 1e-3 - 1, -1, 10)
    log_weight = torch.clamp(geco[1] + 0.02 * torch.clamp(violation, -1, 1), -7, 7)
    weight = torch.exp(log_weight)
    loss = 1000 * (weight * error + divergence / (FRAMES * common.PIXELS)) / (1 + weight)
    return loss, torch.stack([violation, log_weight])


# The dense HGN.


def energy(w, name, x, activation=squareplus):
    """A perceptron [n, d] -> [n]."""
    return (mlp(w, name, x, activation) @ w[name + ".out.w"])[:, 0]


def embed(q):
    return torch.cat([torch.cos(q), torch.sin(q)], 1)


def place(q):
    """What V sees of an angle: cosine, sine, and halves of their products."""
    x = embed(q)
    return torch.cat([x, (x[:, :, None] * x[:, None, :]).reshape(len(x), -1) / 2], 1)


def angle(c, s):
    scale = torch.rsqrt(c * c + s * s + 1e-6)
    return torch.arctan2(s * scale, c * scale)


def moments(place, frames):
    """The share of the variance of the frames' first moments that the best linear function of place leaves."""
    side = round((frames.shape[1] / 3) ** 0.5)
    at = (2 * torch.arange(side) + 1) / side - 1
    frames = frames.reshape(-1, side, side, 3)
    seen = torch.cat([torch.einsum("nyxc,x->nc", frames, at), torch.einsum("nyxc,y->nc", frames, -at)], 1)
    seen, place = seen - seen.mean(0), place - place.mean(0)
    seen = seen / torch.sqrt(torch.mean(seen**2) + 1e-9)
    x, y = place.detach(), seen.detach()
    a = x.T @ x / len(x)
    trace = torch.trace(a) + 1e-9
    best = torch.linalg.solve(a / trace + 1e-4 * torch.eye(len(a)), x.T @ y / len(x) / trace)
    return torch.mean((seen - place @ best) ** 2)


def hgn(w, batch, extra, options):
    video = batch["video"]
    b = len(video)
    x = F.relu(linear(w, "frame", video.reshape(b * FRAMES, -1))).reshape(b, -1)
    x = mlp(w, "encoder", x)
    mean, std = linear(w, "mean", x), squareplus(linear(w, "std", x) - 5)
    z = mlp(w, "f_psi", mean + std * batch["noise"])
    c, s, p = linear(w, "cos", z), linear(w, "sin", z), linear(w, "p", z)
    q = angle(c, s)
    dt = torch.cat([torch.full((b, 1), DT), torch.full((b, 1), -DT)])
    slope = gradient(lambda q: energy(w, "potential", place(q)))
    q, p = torch.cat([q, q]), torch.cat([p, p])
    qs = leapfrog(lambda p: p, lambda q: -slope(q), q, p, dt, common.ANCHOR).reshape(-1, 1)
    x = embed(qs[batch["rows"]])
    error = mse(linear(w, "pixels", mlp(w, "decoder", x)), batch["target"])
    plane = torch.cat([c, s], 1)
    off = moments(x, batch["target"]) + moments(plane, video[:, common.ANCHOR]) + torch.mean((c * c + s * s - 1) ** 2)
    return 1000 * error + 1e-4 * kl(mean, std) + 3 * off, extra


# The flows.


def bounded(x, limit):
    return x / torch.sqrt((x / limit) ** 2 + 1)


def normal_log_prob(x):
    return -0.5 * torch.sum(x * x + math.log(2 * math.pi), -1)


def nhf(w, batch, extra, options):
    c = common.NHF[options.preset]
    h = mlp(w, "encoder", batch["points"])
    mean, log_scale = linear(w, "mean", h), bounded(linear(w, "log_scale", h), 5)
    q, mean, log_scale = (x.repeat_interleave(c["momenta"], 0) for x in (batch["points"], mean, log_scale))
    noise = batch["noise"]
    p = mean + torch.exp(log_scale) * noise

    def field(name):
        root = lambda z: z + torch.sqrt(z * z + 1)
        slope = gradient(lambda x: energy(w, name, x, root))
        return lambda x: slope(x) + common.SPRING * x

    for i in reversed(range(c["hamiltonians"])):
        dt = -common.FLOW_DT * torch.exp(bounded(w[f"log_dt.{i}"], 3))
        velocity, slope = field(f"kinetic.{i}"), field(f"potential.{i}")
        f = slope(q)
        for _ in range(c["steps"]):
            p = p - dt / 2 * f
            q = q + dt * velocity(p)
            f = slope(q)
            p = p - dt / 2 * f
    log_w = normal_log_prob(q) + normal_log_prob(p) - normal_log_prob(noise) + log_scale.sum(-1)
    log_w = log_w.reshape(-1, c["momenta"])
    return -torch.mean(torch.logsumexp(log_w, 1) - math.log(c["momenta"])), extra


def rnvp(w, batch, extra, options):
    x, log_det = batch["points"], 0
    for i in reversed(range(3)):
        kept = torch.tensor([[(i + 1.0) % 2, i % 2]])
        network = lambda name: linear(w, name + ".out", mlp(w, name, x * kept)) * (1 - kept)
        s = bounded(network(f"scale.{i}"), 3)
        x = (x - network(f"translation.{i}")) * torch.exp(-s)
        log_det = log_det - s.sum(-1)
    return -torch.mean(normal_log_prob(x) + log_det), extra


# The Hamiltonian Neural Networks.


def mismatch(w, q, p, dq, dp):
    slope = gradient(lambda x: energy(w, "energy", x))(torch.cat([q, p], 1))
    return (torch.mean((slope[:, 1:] - dq) ** 2) + torch.mean((slope[:, :1] + dp) ** 2)) / 2


def states(w, batch, extra, options):
    return mismatch(w, batch["q"], batch["p"], batch["dq"], batch["dp"]), extra


def hnn(w, batch, extra, options):
    seen, n = batch["seen"], len(batch["frame"])
    x = mlp(w, "encoder", torch.cat([seen[: 2 * n], seen[n:]], 1))
    q, p = linear(w, "q", x), linear(w, "p", x)
    x = mlp(w, "decoder", torch.cat([q[:n], p[:n]], 1))
    error = (mse(linear(w, "frame", x), batch["frame"]) + mse(linear(w, "next", x), batch["next"])) / 2
    dq, dp = (q[n:] - q[:n]) / DT, (p[n:] - p[:n]) / DT
    return error + DT**2 * (0.1 * mismatch(w, q[:n], p[:n], dq, dp) + torch.mean((dq - p[:n]) ** 2)), extra


def main():
    parser = common.arguments(__doc__)
    parser.add_argument("--eager", action="store_true", help="without torch.compile, as paper32 is anyway: it is slower compiled")
    parser.add_argument("--compile", action="store_true", help="paper32: with torch.compile, which takes minutes")
    parser.add_argument("--channels-first", action="store_true", help="paper32: keep images channels first in memory")
    parser.add_argument("--group", type=int, default=32, help="paper32: how many frames are decoded at a time")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    preset = common.PRESETS[options.preset]
    weights, batch = preset.build(options.preset)
    layout = torch.contiguous_format if options.channels_first else torch.channels_last

    def tensor(x):
        """Kernels are [height, width, in, out] outside, images [n, height, width, channels]."""
        return torch.from_numpy(x)

    def image(x):
        return tensor(x.transpose(0, 3, 1, 2)).contiguous(memory_format=layout)

    def kernel(x):
        return tensor(x.transpose(3, 2, 0, 1)).contiguous(memory_format=layout)

    w = {k: (kernel(v) if v.ndim == 4 else tensor(v)).requires_grad_() for k, v in weights.items()}
    adam = torch.optim.Adam(w.values(), preset.rate, (0.9, preset.beta2), fused=True)
    objective = partial(globals()[preset.build.__name__], options=Namespace(preset=options.preset, group=options.group, layout=layout))
    if options.compile or not options.eager and options.preset != "paper32":
        objective = torch.compile(objective, fullgraph=True)
    batch = {k: image(v) if v.ndim == 4 else tensor(v) for k, v in batch.items()}
    extra = torch.zeros(2)

    def run():
        nonlocal extra
        loss, extra = objective(w, batch, extra)
        extra = extra.detach()
        adam.zero_grad()
        loss.backward()
        if preset.clip:
            torch.nn.utils.clip_grad_norm_(w.values(), preset.clip)
        adam.step()
        return loss.item()

    common.report("torch " + torch.__version__, options, run, weights.count())


if __name__ == "__main__":
    main()

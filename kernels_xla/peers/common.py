"""What the peers of both frameworks share: sizes, initial weights, one batch of inputs, and the clock.

The sizes are those of the presets of gomlx_models, and so is the number of parameters, which is asserted. Weights and inputs
are drawn by NumPy from a fixed seed, so that the first loss of JAX and that of PyTorch are the same number up to rounding.
What they are does not matter for the time of a step.
"""

import argparse
import json
import resource
import statistics
import time

import numpy as np

PIXELS = 32 * 32 * 3
FRAMES = 30
DT = 0.125  # the interval between frames

class Weights(dict):
    """Initial weights by name, normally distributed with the standard deviation gain/√fan_in."""

    def __init__(self):
        self.rng = np.random.default_rng(1)

    def normal(self, name, shape, gain=1.0, fan_in=None):
        values = self.rng.standard_normal(shape) * gain / np.sqrt(fan_in or np.prod(shape[:-1]))
        self[name] = values.astype(np.float32)

    def constant(self, name, shape, value=0.0):
        self[name] = np.full(shape, value, np.float32)

    def linear(self, name, n_in, n_out, gain=1.0, bias=True):
        self.normal(name + ".w", (n_in, n_out), gain)
        if bias:
            self.constant(name + ".b", (n_out,))

    def mlp(self, name, *widths):
        for i, (n_in, n_out) in enumerate(zip(widths, widths[1:])):
            self.linear(f"{name}.{i}", n_in, n_out, np.sqrt(2))

    def energy(self, name, *widths, gain=1.0):
        """A perceptron with one output, which has no bias."""
        self.mlp(name, *widths)
        self.linear(name + ".out", widths[-1], 1, gain, bias=False)

    def conv(self, name, size, n_in, n_out, gain=1.0, bias=True):
        """Kernels are [height, width, in, out]."""
        self.normal(name + ".w", (size, size, n_in, n_out), gain)
        if bias:
            self.constant(name + ".b", (n_out,))

    def count(self):
        return sum(w.size for w in self.values())


HGN = {
    "quick": dict(batch=32, pool=4, frame=32, encoder=128, z=32, state=128, decoder=(64, 128), energy=64),
    "cpu": dict(batch=64, pool=2, frame=64, encoder=256, z=32, state=128, decoder=(128, 256), energy=64),
}
ANCHOR, DECODED = 15, 4  # of the dense HGN


def hgn(preset):
    """The dense HGN with one angle as its latent, and a batch: the frames that the encoder sees, noise, the frames to
    reconstruct, and the rows of the rollout (steps + 1, both ways, batch) that they belong to."""
    c, w = HGN[preset], Weights()
    features, b = PIXELS // c["pool"] ** 2, c["batch"]
    w.linear("frame", features, c["frame"], np.sqrt(2))
    w.mlp("encoder", FRAMES * c["frame"], c["encoder"])
    w.linear("mean", c["encoder"], c["z"])
    w.linear("std", c["encoder"], c["z"], 0.1)
    w.mlp("f_psi", c["z"], c["state"])
    for head in ("cos", "sin", "p"):
        w.linear(head, c["state"], 1)
    w.energy("potential", 6, c["energy"], c["energy"])
    w.mlp("decoder", 2, *c["decoder"])
    w.linear("pixels", c["decoder"][-1], PIXELS, 0.5)
    rng = np.random.default_rng(2)
    offset = np.stack([rng.integers(-ANCHOR + j * FRAMES // DECODED, -ANCHOR + (j + 1) * FRAMES // DECODED, b) for j in range(DECODED)])
    rows = (np.abs(offset) * 2 + (offset < 0)) * b + np.arange(b)
    return w, dict(
        video=uniform(rng, b, FRAMES, features) - np.float32(0.3),
        noise=normal(rng, b, c["z"]),
        target=uniform(rng, DECODED * b, PIXELS),
        rows=rows.reshape(-1).astype(np.int32),
    )


def paper32(_):
    """The paper's convolutional HGN for frames of 32 pixels: 16 videos, all 30 frames of which are decoded."""
    b, n, w = 16, 64, Weights()
    widths = [3 * FRAMES, n // 2] + [n] * 6
    for i, (n_in, n_out) in enumerate(zip(widths, widths[1:])):
        w.conv(f"encoder.{i}", 3, n_in, n_out, np.sqrt(2))
    w.conv("mean", 3, n, 48)
    w.conv("log_variance", 3, n, 48, 0.1)
    for i, n_in in enumerate((48, n, n)):
        w.conv(f"f_psi.{i}", 3, n_in, n, np.sqrt(2))
    w.conv("q", 3, n, 16)
    w.conv("p", 3, n, 16)
    for name in ("kinetic", "potential"):
        w.conv(f"{name}.0", 3, 16, n // 2, 2)
        w.conv(f"{name}.1", 2, n // 2, n, 2)
        w.conv(f"{name}.2", 2, n, n, 2)
        w.conv(f"{name}.3", 2, n, n, 2)
        w.conv(f"{name}.4", 2, n, 1, 2, bias=False)
    for i, n_in in enumerate((16, n, n)):
        w.conv(f"decoder.{i}.0", 3, n_in, n, np.sqrt(2))
        w.conv(f"decoder.{i}.1", 3, n, n)
    w.linear("decoder.shortcut", 16, n, bias=False)
    w.conv("pixels", 3, n, 3, 0.5)
    rng = np.random.default_rng(2)
    return w, dict(
        video=uniform(rng, b, 32, 32, 3 * FRAMES) - np.float32(0.3),
        noise=normal(rng, b, 32, 32, 48),
        target=uniform(rng, FRAMES * b, PIXELS),
        rows=np.arange(FRAMES * b, dtype=np.int32),
    )


NHF = {
    "nhf/quick": dict(hamiltonians=4, steps=1, energy=(64, 64), encoder=(64, 64), batch=128, momenta=4),
    "nhf/cpu": dict(hamiltonians=4, steps=1, energy=(128, 128), encoder=(128, 128), batch=256, momenta=4),
    "flow": dict(hamiltonians=2, steps=2, energy=(128, 128), encoder=(128, 128), batch=512, momenta=1),
}
FLOW_DT, SPRING = 0.5, 0.7


def nhf(preset):
    """The Neural Hamiltonian Flow of points in the plane, each with some momenta, and a batch of points and noise."""
    c, w = NHF[preset], Weights()
    w.mlp("encoder", 2, *c["encoder"])
    for head in ("mean", "log_scale"):
        w.linear(head, c["encoder"][-1], 2, 0.1)
    for i in range(c["hamiltonians"]):
        w.energy(f"kinetic.{i}", 2, *c["energy"], gain=0.3)
        w.energy(f"potential.{i}", 2, *c["energy"], gain=0.3)
        w.constant(f"log_dt.{i}", ())
    rng = np.random.default_rng(2)
    return w, dict(points=normal(rng, c["batch"], 2), noise=normal(rng, c["batch"] * c["momenta"], 2))


RNVP = {"rnvp/quick": (256, (64, 64)), "rnvp/cpu": (512, (128, 128))}


def rnvp(preset):
    """Three coupling layers for points in the plane."""
    (b, hidden), w = RNVP[preset], Weights()
    for i in range(3):
        for name in (f"scale.{i}", f"translation.{i}"):
            w.mlp(name, 2, *hidden)
            w.linear(name + ".out", hidden[-1], 2, 0.1)
    return w, dict(points=normal(np.random.default_rng(2), b, 2))


HNN = {"hnn/quick": (4, 128, 64), "hnn/cpu": (2, 256, 128)}


def hnn(preset):
    """The pixel HNN of a pendulum: 128 places in videos, whose frames the encoder sees, with the two that follow each."""
    (pool, hidden, energy), n, w = HNN[preset], 128, Weights()
    features = PIXELS // pool**2
    w.mlp("encoder", 2 * features, hidden, hidden)
    w.linear("q", hidden, 1)
    w.linear("p", hidden, 1)
    w.energy("energy", 2, energy, energy)
    w.mlp("decoder", 2, hidden, hidden)
    w.linear("frame", hidden, PIXELS, 0.5)
    w.linear("next", hidden, PIXELS, 0.5)
    rng = np.random.default_rng(2)
    return w, dict(seen=uniform(rng, 3 * n, features) - np.float32(0.3), frame=uniform(rng, n, PIXELS), next=uniform(rng, n, PIXELS))


def states(_):
    """The HNN of true states of one coordinate: states and their derivatives."""
    w, rng = Weights(), np.random.default_rng(2)
    w.energy("energy", 2, 64, 64)
    return w, {name: normal(rng, 32, 1) for name in ("q", "p", "dq", "dp")}


def uniform(rng, *shape):
    return rng.random(shape, np.float32)


def normal(rng, *shape):
    return rng.standard_normal(shape, np.float32)


class Preset:
    """A preset's weights and batch by build, its number of parameters as `hgn selftest --benchmark ... --json` prints it, and
    what it gives Adam."""

    def __init__(self, build, parameters, rate, beta2=0.99, clip=0):
        self.build, self.parameters, self.rate, self.beta2, self.clip = build, parameters, rate, beta2, clip


PRESETS = {
    "quick": Preset(hgn, 551523, 3e-3),
    "cpu": Preset(hgn, 1389635, 2e-3),
    "paper32": Preset(paper32, 693283, 1.5e-4, 0.999),
    "hnn/quick": Preset(hnn, 879938, 1e-3),
    "hnn/cpu": Preset(hnn, 2122370, 1e-3),
    "hnn/states": Preset(states, 4416, 1e-3),
    "nhf/quick": Preset(nhf, 39944, 1e-2, clip=5),
    "nhf/cpu": Preset(nhf, 153608, 5e-3, clip=5),
    "flow": Preset(nhf, 85510, 5e-3, clip=5),
    "rnvp/quick": Preset(rnvp, 26892, 3e-3, clip=5),
    "rnvp/cpu": Preset(rnvp, 102924, 2e-3, clip=5),
}


def arguments(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("preset", choices=PRESETS)
    parser.add_argument("--steps", type=int, default=20, help="how many steps are timed, after two that are not")
    parser.add_argument("--threads", type=int, default=2)
    return parser


def report(framework, arguments, step, parameters):
    """Times step, which takes nothing and returns its loss, and prints one JSON object."""
    wanted = PRESETS[arguments.preset].parameters
    assert parameters == wanted, f"{parameters} parameters instead of {wanted}"
    began = time.perf_counter()
    first = step()
    compiled = time.perf_counter() - began
    step()
    times, cpu = [], time.process_time()
    for _ in range(arguments.steps):
        began = time.perf_counter()
        loss = step()
        times.append(time.perf_counter() - began)
    cpu = time.process_time() - cpu
    print(json.dumps(dict(
        framework=framework, preset=arguments.preset, parameters=parameters, options={k: v for k, v in vars(arguments).items() if k != "preset"},
        first_loss=first, last_loss=loss, median_seconds=statistics.median(times), fastest_seconds=min(times), cpu_seconds=cpu / len(times),
        first_call_seconds=compiled, peak_bytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    )))

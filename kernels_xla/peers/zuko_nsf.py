"""A neural spline flow of zuko on the points of a .npz file: python zuko_nsf.py TRAIN.npz TEST.npz. Prints one JSON object.

hgn data --density writes both files: points x [N, d], and their exact logp [N], which says how many nats the flow is
above the entropy. Training ends when this process has used so many seconds of processor time. It needs
pip install zuko torch.
"""

import argparse
import json
import math
import time

import numpy as np
import torch
import zuko


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("train")
    parser.add_argument("test")
    parser.add_argument("--cpu-seconds", type=float, default=90, help="of training")
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--rate", type=float, default=5e-3, help="peak learning rate of Adam, which falls as a cosine")
    parser.add_argument("--transforms", type=int, default=4)
    parser.add_argument("--bins", type=int, default=8)
    parser.add_argument("--hidden", type=int, nargs="*", default=[64, 64])
    parser.add_argument("--passes", type=int, help="2 for coupling layers, which have exact inverses in one pass; default: autoregressive")
    parser.add_argument("--compile", action="store_true", help="torch.compile the objective")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    o = parser.parse_args()
    torch.set_num_threads(o.threads)
    torch.manual_seed(o.seed)
    x, test = (np.load(f)["x"] for f in (o.train, o.test))
    mean, scale = x.mean(0), x.std(0)
    data, held = (torch.from_numpy(((y - mean) / scale).astype(np.float32)) for y in (x, test))
    more = {} if o.passes is None else dict(passes=o.passes)
    flow = zuko.flows.NSF(x.shape[1], transforms=o.transforms, bins=o.bins, hidden_features=o.hidden, **more)
    adam = torch.optim.Adam(flow.parameters(), o.rate)

    def objective(y):
        return -flow().log_prob(y).mean()

    if o.compile:
        objective = torch.compile(objective)
    times, done, began = [], 0.0, time.process_time()
    while done < 1:
        for group in adam.param_groups:
            group["lr"] = o.rate * min(1, done / 0.02 + 0.01) * (0.5 * (1 + math.cos(math.pi * done)) + 0.005)
        start = time.perf_counter()
        loss = objective(data[torch.randint(len(data), (o.batch,))])
        adam.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(flow.parameters(), 5)
        adam.step()
        times.append(time.perf_counter() - start)
        if o.compile and len(times) == 2:
            began = time.process_time()  # compiling is not counted
        done = (time.process_time() - began) / o.cpu_seconds
    with torch.no_grad():
        logp = flow().log_prob(held).double().numpy() - np.log(scale).sum()
    out = dict(
        framework="torch " + torch.__version__, parameters=sum(p.numel() for p in flow.parameters()), options=vars(o), steps=len(times),
        median_seconds=float(np.median(times)), fastest_seconds=min(times), nll=float(-logp.mean()), nll_error=float(logp.std() / math.sqrt(len(logp))),
    )
    with np.load(o.test) as f:
        if "logp" in f:
            apart = f["logp"] - logp
            out.update(divergence=float(apart.mean()), divergence_error=float(apart.std() / math.sqrt(len(apart))))
    print(json.dumps(out))


if __name__ == "__main__":
    main()

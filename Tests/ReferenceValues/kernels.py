"""Kernel matrices and kernel regressions by scikit-learn, as reference values for the tests of Kernels.

    python kernels.py [--seed S] > kernels.json

Inputs are small whole numbers, so that their text is exact. scikit-learn's Laplacian kernel is of the
1-norm; it takes part on one coordinate, where all norms agree. kernels.json holds the values of
seed 0; the versions that gave them stand in it.
"""

import argparse
import json
import random

import numpy
import sklearn
from sklearn.gaussian_process.kernels import Matern
from sklearn.kernel_ridge import KernelRidge
from sklearn.metrics.pairwise import cosine_similarity, laplacian_kernel, polynomial_kernel, rbf_kernel

SIZES = [1, 2, 3, 5, 10]


def problem(draw, n, d):
    x, z = (numpy.array([[draw.randint(-4, 4) for _ in range(d)] for _ in range(m)]) for m in (n, 3))
    gamma, length = draw.choice([0.0625, 0.25, 1.5]), draw.choice([0.5, 2.0, 7.0])
    degree, constant = draw.randint(1, 6), draw.choice([0.0, 1.0, 2.5])
    values = {
        "gaussian": rbf_kernel(x, z, gamma=gamma),
        "polynomial": polynomial_kernel(x, z, degree=degree, gamma=gamma, coef0=constant),
        "power": cosine_similarity(x, z) ** degree,
        "matern12": Matern(length, nu=0.5)(x, z),
        "matern32": Matern(length, nu=1.5)(x, z),
        "matern52": Matern(length, nu=2.5)(x, z),
    }
    if d == 1:
        values["laplacian"] = laplacian_kernel(x, z, gamma=gamma)
    y = numpy.array([[draw.randint(-4, 4) for _ in range(2)] for _ in range(n)])
    coincide = len(numpy.unique(x, axis=0)) < n
    # On a line the Gaussian kernel of neighbours is nearly singular.
    ridge = draw.choice([0.01, 1.0]) if coincide or d == 1 else draw.choice([0.0, 0.01, 1.0])
    fit = KernelRidge(kernel="rbf", gamma=gamma, alpha=ridge).fit(x, y)
    return {
        "y": y.T.tolist(), "ridge": ridge, "predictions": fit.predict(z).T.tolist(),
        "x": x.T.tolist(), "z": z.T.tolist(), "gamma": gamma, "length": length, "degree": degree,
        "constant": constant, "values": {name: value.T.tolist() for name, value in values.items()},
    }


def reference(seed):
    draw = random.Random(seed)
    problems = [problem(draw, n, d) for n in SIZES for d in SIZES for _ in range(2)]
    versions = {p.__name__: p.__version__ for p in (numpy, sklearn)}
    return {"versions": versions, "seed": seed, "problems": problems}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=0)
    values = reference(parser.parse_args().seed)
    problems = values.pop("problems")
    # One line a problem, so that a changed one is seen.
    head = json.dumps(values)[:-1]
    lines = ",\n".join(json.dumps(problem, separators=(",", ":")) for problem in problems)
    print(f'{head}, "problems": [\n{lines}\n]}}')

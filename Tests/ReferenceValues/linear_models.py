"""Linear fits by NumPy, SciPy and scikit-learn, as reference values for the tests of LinearModels.

    python linear_models.py [--seed S] > linear_models.json

Problems have small whole numbers, so that their text is exact. Every shape of sizes
comes with full and with deficient rank. linear_models.json holds the values of seed 0; the versions that gave
them stand in it.
"""

import argparse
import json
import random

import numpy
import scipy.linalg
import sklearn
from sklearn.linear_model import Ridge, RidgeCV

SIZES = [[1, 2, 3, 5, 10, 50], [1, 2, 3, 5, 10, 15], [1, 2, 3, 5, 10, 15]]
RIDGES = [0.5, 8.0, 100.0]


def integers(draw, rows, columns, largest):
    return numpy.array(
        [[draw.randint(-largest, largest) for _ in range(columns)] for _ in range(rows)], dtype=float
    ).reshape(rows, columns)


def features(draw, rows, columns, deficient):
    if not deficient:
        return integers(draw, rows, columns, 9)
    rank = draw.randint(1, min(rows, columns))
    return integers(draw, rows, rank, 3) @ integers(draw, rank, columns, 3)


def problem(draw, rows, columns, variant):
    x = features(draw, rows, columns, deficient=variant % 2 == 1)
    while not x.any():
        x = features(draw, rows, columns, deficient=False)
    y = integers(draw, rows, 1 if columns == 50 else 1 + variant % 3, 9)
    return x, y


def solutions(x, y):
    # The cut-off of every rank: max(n, d) times the distance from 1 to the next number.
    cut_off = max(x.shape) * numpy.finfo(float).eps
    fits = {
        "lstsq": numpy.linalg.lstsq(x, y, rcond=cut_off)[0],
        "pinv": numpy.linalg.pinv(x, rcond=cut_off) @ y,
        "gelsy": scipy.linalg.lstsq(x, y, cond=cut_off, lapack_driver="gelsy")[0],
    }
    ridges = []
    for ridge in RIDGES:
        model = Ridge(alpha=ridge, fit_intercept=False, solver="cholesky").fit(x, y)
        ridges.append(model.coef_.reshape(y.shape[1], -1).T)
    result = {name: fit.T.tolist() for name, fit in fits.items()}
    result["ridge"] = [fit.T.tolist() for fit in ridges]
    if len(x) > 1:  # scikit-learn leaves none out of one
        path = RidgeCV(alphas=RIDGES, fit_intercept=False, store_cv_results=True).fit(x, y)
        errors = path.cv_results_.reshape(len(x), y.shape[1], len(RIDGES))
        result["leaveOneOut"] = errors.mean(axis=0).T.tolist()
    return result


def reference(seed):
    draw = random.Random(seed)
    problems = []
    shapes = [(n, d) for sizes in SIZES for n in sizes for d in sizes]
    for variant, (rows, columns) in enumerate(shape for shape in shapes for _ in range(2)):
        x, y = problem(draw, rows, columns, variant)
        whole = {"x": x.astype(int).T.tolist(), "y": y.astype(int).T.tolist()}
        problems.append(whole | solutions(x, y))
    versions = {p.__name__: p.__version__ for p in (numpy, scipy, sklearn)}
    return {"versions": versions, "seed": seed, "ridges": RIDGES, "problems": problems}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=0)
    values = reference(parser.parse_args().seed)
    problems = values.pop("problems")
    # One line a problem, so that a changed one is seen.
    head = json.dumps(values)[:-1]
    lines = ",\n".join(json.dumps(problem, separators=(",", ":")) for problem in problems)
    print(f'{head}, "problems": [\n{lines}\n]}}')

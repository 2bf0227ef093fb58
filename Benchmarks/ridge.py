#!/usr/bin/env python3
"""Times the ridge path of `rethink linear` beside scikit-learn's, on one sample and the same lambdas.

    python3 Benchmarks/ridge.py .build/release/rethink --pairs 3 -- --data mnist --data-dir FOLDER

What follows -- goes to `rethink linear --method ridge`. Needs NumPy and scikit-learn. The programs take
turns; each time is of the fit alone, data in memory. Answers are compared as well: a faster program that
finds something else would not count.
"""
import argparse
import os
import pathlib
import statistics
import sys
import tempfile
import time

import numpy
import sklearn
from peers import load, ours, words
from sklearn.linear_model import Ridge, RidgeCV


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", help="the built rethink")
    parser.add_argument("--pairs", type=int, default=3)
    own, options = words(sys.argv[1:])
    arguments = parser.parse_args(own)
    command = ["linear", "--method", "ridge", *options]
    folder = pathlib.Path(tempfile.mkdtemp(prefix="ridge-"))
    record = ours(arguments.program, command, folder, save_sample=True)
    features, targets, test_features, test_labels = load(folder)
    ridges = [row["ridge"] for row in record["rows"]]
    print(f"scikit-learn {sklearn.__version__}, {len(features)} x {features.shape[1]} features, "
          f"{targets.shape[1]} targets, {len(ridges)} lambdas; load {os.getloadavg()[0]:.1f}")

    times = {"path": [], "RidgeCV": [], "all": [], "Ridge": []}
    for _ in range(arguments.pairs):
        record = ours(arguments.program, command, folder)
        times["path"].append(record["seconds"])
        times["all"].append(record["seconds"] + record["scoringSeconds"])

        start = time.perf_counter()
        cross_validated = RidgeCV(alphas=ridges, fit_intercept=False, store_cv_results=True).fit(features, targets)
        times["RidgeCV"].append(time.perf_counter() - start)

        start = time.perf_counter()
        errors = []
        for ridge in ridges:
            model = Ridge(alpha=ridge, fit_intercept=False).fit(features, targets)
            model.predict(features)
            errors.append(numpy.mean(model.predict(test_features).argmax(1) != test_labels))
        times["Ridge"].append(time.perf_counter() - start)
        print("  " + ", ".join(f"{name} {values[-1]:.2f} s" for name, values in times.items())
              + f"; load {os.getloadavg()[0]:.1f}")

    median = {name: statistics.median(values) for name, values in times.items()}
    print(f"leave-one-out of all lambdas: rethink {median['path']:.2f} s, RidgeCV {median['RidgeCV']:.2f} s, "
          f"ratio {median['RidgeCV'] / median['path']:.1f}")
    print(f"weights and answers of all lambdas too: rethink {median['all']:.2f} s, Ridge for each (no "
          f"leave-one-out) {median['Ridge']:.2f} s, ratio {median['Ridge'] / median['all']:.1f}")

    left_out = cross_validated.cv_results_.mean(axis=0).sum(axis=0)
    difference = max(abs(row["leaveOneOutLoss"] / value - 1) for row, value in zip(record["rows"], left_out))
    answers = max(abs(row["testError"] - error) for row, error in zip(record["rows"], errors))
    print(f"leave-one-out errors differ by at most {difference:.1e} of their size, "
          f"test errors by {100 * answers:.2f} points")
    print(f"chosen lambda: rethink {record['leaveOneOutChoice']:.6g}, RidgeCV {cross_validated.alpha_:.6g}; "
          f"test error there {100 * record['testError']:.2f} %")
    return 0 if difference < 1e-3 and answers < 0.002 else 1


if __name__ == "__main__":
    sys.exit(main())

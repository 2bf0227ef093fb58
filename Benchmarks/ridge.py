#!/usr/bin/env python3
"""Times the ridge path of `rethink linear` beside scikit-learn's, on one sample and the same lambdas.

    python3 Benchmarks/ridge.py .build/release/rethink --pairs 3 -- --data mnist --data-dir FOLDER

What follows -- goes to `rethink linear --method ridge`. Needs NumPy and scikit-learn. The programs take
turns; each time is of the fit alone, data in memory. Answers are compared as well: a faster program that
finds something else would not count.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import numpy
import sklearn
from sklearn.linear_model import Ridge, RidgeCV


def load(folder):
    """Features and one-hot targets of the training and the test images that --save-sample wrote."""
    def features(name):
        images = numpy.load(folder / name)
        return images.reshape(len(images), -1).astype(numpy.float64) / 255

    labels = numpy.load(folder / "labels.npy")
    targets = numpy.zeros((len(labels), 10 if labels.max() < 10 else labels.max() + 1))
    targets[numpy.arange(len(labels)), labels] = 1
    return features("images.npy"), targets, features("test-images.npy"), numpy.load(folder / "test-labels.npy")


def ours(program, options, folder, save_sample):
    """The record of one run."""
    command = [program, "linear", "--method", "ridge", "--json", "--quiet", "--out", str(folder), *options]
    if save_sample:
        command.append("--save-sample")
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", help="the built rethink")
    parser.add_argument("--pairs", type=int, default=3)
    words = sys.argv[1:]
    split = words.index("--") if "--" in words else len(words)
    arguments, options = parser.parse_args(words[:split]), words[split + 1:]
    folder = pathlib.Path(tempfile.mkdtemp(prefix="ridge-"))
    record = ours(arguments.program, options, folder, save_sample=True)
    features, targets, test_features, test_labels = load(folder)
    ridges = [row["ridge"] for row in record["rows"]]
    print(f"scikit-learn {sklearn.__version__}, {len(features)} x {features.shape[1]} features, "
          f"{targets.shape[1]} targets, {len(ridges)} lambdas; load {os.getloadavg()[0]:.1f}")

    times = {"path": [], "RidgeCV": [], "all": [], "Ridge": []}
    for _ in range(arguments.pairs):
        record = ours(arguments.program, options, folder, save_sample=False)
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

#!/usr/bin/env python3
"""Times exact kernel regression by `rethink kernel` beside scikit-learn's KernelRidge, on one sample.

    python3 Benchmarks/kernel.py .build/release/rethink --gamma 0.02 --pairs 3 -- --data mnist \\
        --data-dir FOLDER --samples 10000

What follows -- goes to `rethink kernel`, which runs in double precision and in single precision refined to
double. Needs NumPy and scikit-learn. The programs take turns; each time is of fit and predictions, data in
memory.
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
from sklearn.kernel_ridge import KernelRidge


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", help="the built rethink")
    parser.add_argument("--gamma", type=float, default=0.02)
    parser.add_argument("--pairs", type=int, default=3)
    own, options = words(sys.argv[1:])
    arguments = parser.parse_args(own)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="kernel-"))
    command = ["kernel", "--gamma", str(arguments.gamma), *options]
    ours(arguments.program, command, folder, save_sample=True)
    features, targets, test_features, test_labels = load(folder)
    print(f"scikit-learn {sklearn.__version__}, {len(features)} x {features.shape[1]} features, "
          f"{targets.shape[1]} targets; load {os.getloadavg()[0]:.1f}")

    times = {"double": [], "mixed": [], "KernelRidge": []}
    records = {}
    for _ in range(arguments.pairs):
        for precision in ("double", "mixed"):
            record = ours(arguments.program, [*command, "--precision", precision], folder)
            records[precision] = record
            times[precision].append(record["seconds"])
        start = time.perf_counter()
        model = KernelRidge(kernel="rbf", gamma=arguments.gamma, alpha=0).fit(features, targets)
        answers = model.predict(test_features).argmax(1)
        times["KernelRidge"].append(time.perf_counter() - start)
        print("  " + ", ".join(f"{name} {values[-1]:.2f} s" for name, values in times.items())
              + f"; load {os.getloadavg()[0]:.1f}")

    median = {name: statistics.median(values) for name, values in times.items()}
    norm = numpy.sqrt(numpy.sum(targets * model.dual_coef_))
    for precision, record in records.items():
        print(f"{precision}: {median[precision]:.2f} s, KernelRidge {median['KernelRidge']:.2f} s, ratio "
              f"{median['KernelRidge'] / median[precision]:.2f}; relative residual "
              f"{record['relativeResidual']:.1e}, norm differs by {abs(record['rkhsNorm'] / norm - 1):.1e}")
    error = numpy.mean(answers != test_labels)
    print(f"test error: rethink {100 * records['mixed']['testError']:.2f} %, scikit-learn {100 * error:.2f} %")
    return 0 if abs(records["mixed"]["testError"] - error) < 0.002 else 1


if __name__ == "__main__":
    sys.exit(main())

"""What the benchmarks beside other programs share: one sample in both, and rethink's own record."""
import json
import subprocess

import numpy


def load(folder):
    """Features and one-hot targets of the training and the test images that --save-sample wrote."""
    def features(name):
        images = numpy.load(folder / name)
        return images.reshape(len(images), -1).astype(numpy.float64) / 255

    labels = numpy.load(folder / "labels.npy")
    targets = numpy.zeros((len(labels), 10 if labels.max() < 10 else labels.max() + 1))
    targets[numpy.arange(len(labels)), labels] = 1
    return features("images.npy"), targets, features("test-images.npy"), numpy.load(folder / "test-labels.npy")


def ours(program, arguments, folder, save_sample=False):
    """The record of one run of rethink."""
    command = [program, *arguments, "--json", "--quiet", "--out", str(folder)]
    if save_sample:
        command.append("--save-sample")
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def words(argv):
    """A benchmark's own arguments, and what follows --."""
    split = argv.index("--") if "--" in argv else len(argv)
    return argv[:split], argv[split + 1:]

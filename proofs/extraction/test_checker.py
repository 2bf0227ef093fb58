"""Tests of the certificate checker as a program: test_checker.py PROGRAM.

The oracle is the plain double sum in Python's fractions, which shares nothing with the checker.
"""

import random
import subprocess
import sys
import tempfile
import unittest
from fractions import Fraction
from pathlib import Path

PROGRAM = ""
SIZES = [0, 1, 2, 3, 5, 10, 50]
PLACES = ["p", "q", "r", "e"]


class Evidence:
    """A certificate: integers over powers of two, as in the file."""

    def __init__(self, outputs, places, units, samples, bound=0):
        self.outputs, self.places, self.bound = outputs, dict(zip(PLACES, places)), bound
        self.units, self.samples = units, samples  # lists of (integer, integers)

    def text(self):
        rows = [f"u {b} " + " ".join(map(str, w)) for b, w in self.units]
        rows += [f"s {x} " + " ".join(map(str, y)) for x, y in self.samples]
        header = [
            "interpolation-evidence 1",
            f"units {len(self.units)}",
            f"samples {len(self.samples)}",
            f"outputs {self.outputs}",
            "places " + " ".join(str(self.places[name]) for name in PLACES),
            f"bound {self.bound}",
        ]
        return "".join(line.rstrip(" ") + "\n" for line in header + rows)

    def residual(self):
        """The largest |sum_j w_j max(x_i - b_j, 0) - y_i|, as the formula stands."""
        p, q, r = (1 << self.places[name] for name in "pqr")
        return max(
            (
                abs(Fraction(sum(w[c] * max(x - b, 0) for b, w in self.units), p * q)
                    - Fraction(y[c], r))
                for x, y in self.samples
                for c in range(self.outputs)
            ),
            default=Fraction(0),
        )

    def claimed(self):
        return Fraction(self.bound, 1 << self.places["e"])


def random_evidence(draw, size):
    outputs = draw.choice([1, 1, 2, 3])
    places = [draw.choice([0, 1, 7, 40, 300]) for _ in PLACES]

    def numbers(count):
        return [draw.randint(-1000, 1000) for _ in range(count)]

    # Few values, so that points meet thresholds and each other.
    thresholds = sorted(draw.sample(range(-60, 60), draw.randint(0, size)))
    points = sorted(draw.choice(range(-70, 70)) for _ in range(size))
    return Evidence(
        outputs, places, [(b, numbers(outputs)) for b in thresholds],
        [(x, numbers(outputs)) for x in points])


def interpolant(draw, size, outputs, point_places=20):
    """A network that takes its targets exactly: targets are what the network is at the points."""
    points = sorted(draw.sample(range(-(10**9), 10**9), size))
    units, samples = [], []
    slopes, offsets = [0] * outputs, [0] * outputs
    for i, x in enumerate(points):
        previous = points[i - 1] if i else x - 10
        b = draw.randint(previous, x - 1)
        w = [draw.choice([-1, 1]) * draw.randint(1, 2**60) for _ in range(outputs)]
        slopes = [s + v for s, v in zip(slopes, w)]
        offsets = [o + v * b for o, v in zip(offsets, w)]
        units.append((b, w))
        samples.append((x, [s * x - o for s, o in zip(slopes, offsets)]))
    return Evidence(outputs, [point_places, 50, point_places + 50, 0], units, samples)


class CheckerTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.path = Path(folder.name) / "evidence.txt"

    def run_on(self, content, timeout=60):
        self.path.write_bytes(content.encode() if isinstance(content, str) else content)
        return subprocess.run(
            [PROGRAM, str(self.path)], capture_output=True, text=True, timeout=timeout)

    def assert_status(self, status, content, *words):
        result = self.run_on(content)
        self.assertEqual(result.returncode, status, result.stdout + result.stderr)
        said, silent = (result.stdout, result.stderr)[:: 1 if status == 0 else -1]
        self.assertEqual(silent, "")
        self.assertEqual(said.count("\n"), 1, said)
        for word in words:
            self.assertIn(word, said)

    def test_a_network_worked_out_by_hand(self):
        # max(x, 0) - 2 max(x - 1, 0) is 0, 1/2, 1, 0 at 0, 1/2, 1, 2; in halves and quarters.
        text = ("interpolation-evidence 1\nunits 2\nsamples 4\noutputs 1\nplaces 1 0 2 3\n"
                "bound 0\nu 0 1\nu 2 -2\ns 0 0\ns 1 2\ns 2 4\ns 4 0\n")
        self.assert_status(0, text, "certified", "4 samples", "2 units")
        self.assert_status(1, text.replace("s 4 0", "s 4 1"), ":12: refused: sample 4 of 4")
        # 1/4 away, and the bound is over 2^3.
        off = text.replace("s 4 0", "s 4 1")
        self.assert_status(0, off.replace("bound 0", "bound 2"), "2/2^3, about 0.25")
        self.assert_status(1, off.replace("bound 0", "bound 1"), "refused")

    def test_the_least_true_bound_is_certified_and_the_next_lower_refused(self):
        certified = refused = 0
        for seed in range(210):
            draw = random.Random(seed)
            evidence = random_evidence(draw, SIZES[seed % len(SIZES)])
            scaled = evidence.residual() * (1 << evidence.places["e"])
            evidence.bound = -(-scaled.numerator // scaled.denominator)
            self.assert_status(0, evidence.text(), "certified")
            certified += 1
            if evidence.samples:
                evidence.bound -= 1
                self.assertLess(evidence.claimed(), evidence.residual() or 1)
                self.assert_status(1, evidence.text(), "refused")
                refused += 1
        self.assertEqual(certified, 210)
        self.assertGreater(refused, 150)

    def test_the_first_sample_beyond_the_bound_is_named(self):
        evidence = interpolant(random.Random(0), 50, 2)
        for index in (0, 1, 17, 49):
            evidence.samples[index][1][1] += 1
            place = f":{7 + 50 + index}: refused: sample {index + 1} of 50"
            self.assert_status(1, evidence.text(), place)
            evidence.samples[index][1][1] -= 1

    def test_any_one_number_tampered_with_is_refused(self):
        for seed in range(12):
            draw = random.Random(seed)
            evidence = interpolant(draw, SIZES[1 + seed % 6], 1 + seed % 3)
            self.assertEqual(evidence.residual(), 0)
            self.assert_status(0, evidence.text(), "about 0,")
            lines = evidence.text().splitlines()
            for kind, key in [("threshold", "u"), ("weight", "u"), ("point", "s"), ("target", "s")]:
                at = draw.choice([i for i, line in enumerate(lines) if line.startswith(key + " ")])
                words = lines[at].split(" ")
                word = 1 if kind in ("threshold", "point") else draw.randrange(2, len(words))
                # Down for a threshold and up for a point: at worst it meets its neighbour.
                step = {"threshold": -1, "point": 1}.get(kind, draw.choice([-1, 1]))
                words[word] = str(int(words[word]) + step)
                tampered = "\n".join(lines[:at] + [" ".join(words)] + lines[at + 1:]) + "\n"
                with self.subTest(seed=seed, kind=kind):
                    result = self.run_on(tampered)
                    self.assertIn(result.returncode, (1, 65), result.stdout)
                    self.assertEqual(result.stdout, "")

    def test_the_scales_count(self):
        evidence = interpolant(random.Random(1), 10, 1)
        for name in "pqr":
            evidence.places[name] += 1
            self.assert_status(1, evidence.text(), "refused")
            evidence.places[name] -= 1
        evidence.places["p"] -= 1
        evidence.places["q"] += 1  # thresholds, points and weights: only the product counts
        self.assert_status(0, evidence.text(), "certified")

    def test_order_is_asked_for(self):
        evidence = Evidence(1, [0, 0, 0, 0], [(0, [0]), (1, [0])], [(5, [0]), (5, [0])])
        self.assert_status(0, evidence.text(), "certified")
        evidence.units[1] = (0, [0])
        self.assert_status(65, evidence.text(), ":8: the threshold is not above")
        evidence.units[1] = (1, [0])
        evidence.samples[1] = (4, [0])
        self.assert_status(65, evidence.text(), ":10: the point is below")

    def test_malformed_files_are_told_where_and_why(self):
        good = Evidence(2, [1, 2, 3, 4], [(0, [1, 2])], [(0, [0, 0]), (1, [9, 9])], 5).text()
        hostile = [
            ("", ":1: expected \"interpolation-evidence 1\", found the end"),
            ("\n", ":1: expected \"interpolation-evidence 1\", found \"\""),
            (good.replace("evidence 1", "evidence 2"), ":1: expected"),
            (good.replace("\n", "\r\n"), ":1: expected"),
            ("\0" * 5000, ":1: expected"),
            (b"\xff\xfe" + good.encode(), ":1: expected"),
            ("x" * 10_000_000, "a line of more than 80 bytes"),
            (good.replace("units 1", "units -1"), ":2: expected the number of units from 0"),
            (good.replace("units 1", "units 01"), ":2: expected the number of units as a decimal"),
            (good.replace("units 1", "units 0x1"), ":2: expected the number of units as a decimal"),
            (good.replace("units 1", "units " + "9" * 60), ":2: expected the number of units from"),
            (good.replace("units 1", "units 999999999"), ":8: expected \"u THRESHOLD WEIGHT...\""),
            (good.replace("units 1", "units 0"), ":7: expected \"s POINT TARGET...\""),
            (good.replace("units 1", "units"), ":2: expected \"units NUMBER\", 1 numbers, found 0"),
            (good.replace("units 1", "units 1 1"), "1 numbers, found 2"),
            (good.replace("samples 2", "samples 3"), ":10: expected \"s POINT"),
            (good.replace("samples 2", "samples 1"), ":9: expected the end of the file"),
            (good.replace("outputs 2", "outputs 3"), "THRESHOLD WEIGHT...\", 4 numbers, found 3"),
            (good.replace("outputs 2", "outputs 65537"), ":4: expected the number of outputs"),
            (good.replace("places 1 2 3 4", "places 1 2 3"), ":5: expected \"places P Q R E\""),
            (good.replace("places 1 2 3 4", "places 1 2 3 -4"), ":5: expected a number of places"),
            (good.replace("places 1 2 3 4", "places 1 2 3 99999999999"), ":5: expected a number"),
            (good.replace("bound 5", "bound 5/3"), ":6: expected the bound as a decimal"),
            (good.replace("bound 5", "bound +5"), ":6: expected the bound as a decimal"),
            (good.replace("bound 5", "bound -0"), ":6: expected the bound as a decimal"),
            (good.replace("bound 5", "bound "), ":6: expected the bound as a decimal"),
            (good.replace("bound 5", "bound -"), ":6: expected the bound as a decimal"),
            (good.replace("bound 5", "bound 1_000"), ":6: expected the bound as a decimal"),
            (good.replace("bound 5", "bound 1e3"), ":6: expected the bound as a decimal"),
            (good.replace("bound 5", "bound " + "9" * 4001), ":6: the bound has more than 4000"),
            (good.replace("u 0 1 2", "u 0 1  2"), "found 4"),
            (good.replace("u 0 1 2", "u 0 1 2 "), "found 4"),
            (good.replace("u 0 1 2", "u 0 1 nan"), ":7: expected a number of this line as"),
            (good.replace("u 0 1 2", "u 0.5 1 2"), ":7: expected the threshold as a decimal"),
            (good.replace("u 0 1 2", "u 0 1 " + "2" * 20_000), "a line of more than"),
            (good.replace("u 0 1 2", "U 0 1 2"), ":7: expected \"u THRESHOLD"),
            (good.replace("s 1 9 9", "s 1 9"), "s POINT TARGET...\", 3 numbers, found 2"),
            (good[:-1], ":9: the last line does not end in a line feed"),
            (good[:-4], ":9: the last line does not end in a line feed"),
            (good + "\n", ":10: expected the end of the file"),
            (good + good, ":10: expected the end of the file"),
        ]
        for content, words in hostile:
            with self.subTest(words=words):
                self.assert_status(65, content, words)

    def test_every_truncation_is_malformed(self):
        text = interpolant(random.Random(2), 2, 1).text()
        for length in range(len(text)):
            self.assertEqual(self.run_on(text[:length]).returncode, 65, text[:length])

    def test_missing_files_and_wrong_usage(self):
        def status(*arguments):
            return subprocess.run([PROGRAM, *arguments], capture_output=True).returncode

        self.assertEqual(status(), 64)
        self.assertEqual(status("a", "b"), 64)
        self.assertEqual(status("/nowhere/evidence.txt"), 66)
        self.assertEqual(status("/"), 65)

    def test_the_largest_numbers_of_doubles(self):
        high, low = 1 << 2098, -(1 << 2098)
        evidence = Evidence(
            1, [1074, 1074, 1074, 1074], [(low, [high]), (0, [low])], [(low + 1, [3]), (high, [5])])
        scaled = evidence.residual() * (1 << 1074)
        evidence.bound = -(-scaled.numerator // scaled.denominator)
        self.assert_status(0, evidence.text(), "certified")
        evidence.bound -= 1
        self.assert_status(1, evidence.text(), "refused")

    def test_time_grows_with_the_length_of_the_file(self):
        # A quadratic checker would need 5 * 10^9 steps here.
        evidence = interpolant(random.Random(3), 50_000, 2)
        self.assertEqual(self.run_on(evidence.text(), timeout=20).returncode, 0)


if __name__ == "__main__":
    PROGRAM = str(Path(sys.argv.pop(1)).resolve())
    unittest.main()

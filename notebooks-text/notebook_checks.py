"""Checks that a notebook's numbers are still the recorded ones.

A notebook states a number in its text; a cell beside it computes the number again and calls
`expect_close`. When the two have drifted apart, the cell fails, and so does the notebook.
"""

import math


class DriftedNumber(AssertionError):
    """A computed number lies further from the recorded one than its tolerance allows."""


def expect_close(name, value, *, recorded, tolerance):
    """Prints `value` beside the recorded number, and raises when they differ too much.

    Parameters:
      name: what the number is, in words, such as "test error of the kernel".
      value: the number computed just now, in the units of `recorded`.
      recorded: the number that the notebook's text states.
      tolerance: the largest absolute difference allowed; finite, at least 0.

    Raises:
      DriftedNumber: when |value - recorded| > tolerance, or when `value` is not finite.
      ValueError: when `recorded` is not finite, or `tolerance` is not finite or negative.
    """
    value, recorded, tolerance = float(value), float(recorded), float(tolerance)
    if not math.isfinite(recorded):
        raise ValueError(f"{name}: recorded must be finite, not {recorded}")
    if not (math.isfinite(tolerance) and tolerance >= 0):
        raise ValueError(f"{name}: tolerance must be finite and at least 0, not {tolerance}")
    difference = abs(value - recorded)
    if not difference <= tolerance:  # written so that NaN fails
        raise DriftedNumber(
            f"{name}: recorded {recorded:.10g}, found {value:.10g}, "
            f"difference {difference:.3g}, tolerance {tolerance:.3g}"
        )
    print(f"{name}: {value:.6g} (recorded {recorded:.6g}, tolerance {tolerance:.3g})")

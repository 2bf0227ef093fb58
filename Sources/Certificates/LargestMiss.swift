internal import ExactArithmetic

/// The largest |c(z_i) - y_i| seen so far, and where.
struct LargestMiss: Sendable {
  /// Its exact value.
  private(set) var magnitude: Rational = 0
  /// The sample, of equal misses the first; nil while nothing is missed.
  private(set) var sample: Int?
  /// The output, of equal misses of one sample the first.
  private(set) var output: Int?
  /// At most its nearest double, so that what is below it is certainly smaller.
  private var floor = 0.0

  /// Takes a difference that may be larger.
  mutating func consider(_ difference: ExactSum, sample: Int, output: Int) {
    let size = abs(difference.rounded)
    // Rounding keeps the order, so that only equal doubles need the exact values.
    if size < floor || (size == 0 && difference.sign == 0) { return }
    consider(Rational(difference.dyadic), sample: sample, output: output)
  }

  /// Takes a difference that may be larger.
  mutating func consider(_ difference: Rational, sample: Int, output: Int) {
    if difference == 0 { return }
    let size = difference.magnitude
    if size < magnitude { return }
    if size == magnitude, let last = self.sample, let lastOutput = self.output,
      (last, lastOutput) < (sample, output)
    {
      return
    }
    (magnitude, self.sample, self.output) = (size, sample, output)
    floor = size.roundedUp.nextDown
  }

  /// The larger of the misses of two parts of a sample.
  mutating func merge(_ other: LargestMiss) {
    if let sample = other.sample, let output = other.output {
      consider(other.magnitude, sample: sample, output: output)
    }
  }
}

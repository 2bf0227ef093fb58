internal import ExactArithmetic

/// The largest |c(z_i) - y_i| seen so far, and where.
///
/// Differences are compared by their nearest doubles first: rounding keeps the order, so that only
/// equal doubles need the exact values. Where misses grow along the sample there are many largest
/// ones, so a fraction is made of the last one only.
struct LargestMiss: Sendable {
  /// The sample, of equal misses the first; nil while nothing is missed.
  private(set) var sample: Int?
  /// The output, of equal misses of one sample the first.
  private(set) var output: Int?
  private var difference = Difference.fraction(0)
  /// Bounds of the nearest double of the miss; equal where it is known.
  private var (low, high) = (0.0, 0.0)

  private enum Difference {
    case sum(ExactSum)
    case fraction(Rational)
  }

  /// The exact value.
  var magnitude: Rational {
    switch difference {
    case .sum(let sum): Rational(sum.dyadic).magnitude
    case .fraction(let fraction): fraction.magnitude
    }
  }

  /// Takes a difference that may be larger.
  mutating func consider(_ difference: ExactSum, sample: Int, output: Int) {
    let size = abs(difference.rounded)
    if size < low || (size == 0 && difference.sign == 0) { return }
    if size <= high
      && !isLarger(Rational(difference.dyadic).magnitude, sample: sample, output: output)
    {
      return
    }
    self.difference = .sum(difference)
    (low, high) = (size, size)
    (self.sample, self.output) = (sample, output)
  }

  /// Takes a difference that may be larger.
  mutating func consider(_ difference: Rational, sample: Int, output: Int) {
    if difference == 0 || !isLarger(difference.magnitude, sample: sample, output: output) { return }
    self.difference = .fraction(difference)
    let upper = difference.magnitude.roundedUp
    (low, high) = (upper.nextDown, upper)
    (self.sample, self.output) = (sample, output)
  }

  /// Whether a miss is larger than the largest so far, or as large and before it.
  private func isLarger(_ size: Rational, sample: Int, output: Int) -> Bool {
    guard let last = self.sample, let lastOutput = self.output else { return true }
    let largest = magnitude
    return size > largest || (size == largest && (sample, output) < (last, lastOutput))
  }

  /// The larger of the misses of two parts of a sample.
  mutating func merge(_ other: LargestMiss) {
    guard let sample = other.sample, let output = other.output else { return }
    switch other.difference {
    case .sum(let sum): consider(sum, sample: sample, output: output)
    case .fraction(let fraction): consider(fraction, sample: sample, output: output)
    }
  }
}

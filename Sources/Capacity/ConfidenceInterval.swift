internal import RandomStreams
private import RealModule

/// A range that holds the mean of random draws with a stated confidence.
public struct ConfidenceInterval: Sendable, Codable, Equatable {
  /// What the confidence rests on.
  public enum Method: String, Sendable, Codable {
    /// Hoeffding's inequality for bounded draws: holds for any number of draws.
    case hoeffding = "Hoeffding"
    /// Student's t: holds where the mean of the draws is nearly normal.
    case student = "Student's t"
  }

  /// The lower end.
  public var lower: Double
  /// The upper end.
  public var upper: Double
  /// The probability, over the draws, with which the range holds the mean.
  public var confidence: Double
  /// What the confidence rests on.
  public var method: Method

  /// Creates an interval.
  public init(lower: Double, upper: Double, confidence: Double, method: Method) {
    self.lower = lower
    self.upper = upper
    self.confidence = confidence
    self.method = method
  }

  /// Whether a value lies in the range.
  public func contains(_ value: Double) -> Bool { lower <= value && value <= upper }

  /// The interval of draws that lie in a range: mean ± (b - a) √(ln(2/δ) / (2m)), cut to [a, b].
  ///
  /// - Parameters:
  ///   - values: m draws in the range, m ≥ 1.
  ///   - range: a to b, known before the draws.
  ///   - confidence: 1 - δ, above 0 and below 1.
  /// - Returns: the interval.
  ///
  /// Source: Hoeffding, "Probability inequalities for sums of bounded random variables" (1963),
  /// Theorem 2.
  public static func hoeffding(
    _ values: [Double], in range: ClosedRange<Double>, confidence: Double
  ) -> ConfidenceInterval {
    precondition(!values.isEmpty && confidence > 0 && confidence < 1, "draws, and a confidence")
    let m = Double(values.count)
    let mean = values.reduce(0, +) / m
    let width = range.upperBound - range.lowerBound
    let reach = width * (Double.log(2 / (1 - confidence)) / (2 * m)).squareRoot()
    return ConfidenceInterval(
      lower: max(range.lowerBound, mean - reach), upper: min(range.upperBound, mean + reach),
      confidence: confidence, method: .hoeffding)
  }

  /// The interval of draws whose mean is nearly normal: mean ± t s / √m with m - 1 degrees.
  ///
  /// - Parameters:
  ///   - values: m draws.
  ///   - confidence: above 0 and below 1.
  /// - Returns: the interval; nil for fewer than two draws.
  public static func student(_ values: [Double], confidence: Double) -> ConfidenceInterval? {
    guard values.count >= 2 else { return nil }
    let summary = Moments(values)
    let reach =
      summary.standardError
      * studentQuantile((1 + confidence) / 2, degreesOfFreedom: values.count - 1)
    return ConfidenceInterval(
      lower: summary.mean - reach, upper: summary.mean + reach, confidence: confidence,
      method: .student)
  }
}

/// Mean and spread of some numbers.
struct Moments {
  let mean: Double
  /// s / √m with the unbiased variance s²; 0 for fewer than two numbers.
  let standardError: Double

  init(_ values: [Double]) {
    let m = Double(values.count)
    let mean = values.isEmpty ? 0 : values.reduce(0, +) / m
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.mean = mean
    standardError = values.count < 2 ? 0 : (squares / (m - 1) / m).squareRoot()
  }
}

/// The quantile of Student's t distribution.
///
/// By bisection on the finite series of the distribution function; beyond 10,000 degrees of freedom
/// the normal quantile with its first correction.
///
/// - Parameters:
///   - probability: from 1/2 to below 1.
///   - degreesOfFreedom: ν ≥ 1.
/// - Returns: t with P(T ≤ t) = probability.
/// - Complexity: O(ν).
///
/// Source: Abramowitz, Stegun, "Handbook of Mathematical Functions" (1964), 26.7.3 and 26.7.4.
public func studentQuantile(_ probability: Double, degreesOfFreedom: Int) -> Double {
  precondition(probability >= 0.5 && probability < 1 && degreesOfFreedom >= 1, "out of range")
  if degreesOfFreedom > 10_000 {
    let z = standardNormalQuantile(probability)
    return z + (z * z * z + z) / (4 * Double(degreesOfFreedom))
  }
  let inside = 2 * probability - 1
  var (low, high) = (0.0, 1.0)
  while studentInside(high, degreesOfFreedom) < inside && high < 1e300 { high *= 2 }
  while true {
    let middle = (low + high) / 2
    if middle <= low || middle >= high { return middle }
    if studentInside(middle, degreesOfFreedom) < inside { low = middle } else { high = middle }
  }
}

/// P(|T| ≤ t) of Student's t with ν degrees of freedom.
private func studentInside(_ t: Double, _ degrees: Int) -> Double {
  let nu = Double(degrees)
  let theta = Double.atan(t / nu.squareRoot())
  let (sine, cosine) = (Double.sin(theta), Double.cos(theta))
  // cos²ᵏ terms for even ν, cos²ᵏ⁺¹ for odd, each from the one before.
  let isEven = degrees % 2 == 0
  var term = isEven ? 1 : cosine
  var sum = degrees == 1 ? 0 : term
  var k = isEven ? 2 : 3
  while k <= degrees - 2 {
    let ratio = Double(k - 1) / Double(k)
    term *= ratio * cosine * cosine
    sum += term
    k += 2
  }
  return isEven ? sine * sum : 2 / Double.pi * (theta + sine * sum)
}

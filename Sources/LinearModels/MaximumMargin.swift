public import LinearAlgebra

/// Why no maximum margin was found.
public enum MaximumMarginError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A matrix holds an entry that is no number.
  case linearAlgebra(LinearAlgebraError)
  /// A label is neither 1 nor -1.
  case notALabel(sample: Int, value: Double)
  /// No direction was found to separate the sample; none does by more than this margin.
  ///
  /// After 0 passes because a sample is 0, which lies on every boundary.
  case notSeparated(marginAtMost: Double, passes: Int)

  /// What happened, the likely cause, and what to try.
  public var description: String {
    switch self {
    case .linearAlgebra(let error): "\(error)"
    case .notALabel(let sample, let value):
      "the label \(value) of sample \(sample) is none: 1 or -1 expected"
    case .notSeparated(_, passes: 0):
      "a sample is 0 in every feature, so no direction separates it: leave it out"
    case .notSeparated(let margin, let passes):
      "no direction was found to separate the labels in \(passes) \(passes == 1 ? "pass" : "passes"); "
        + "the margin of any is at "
        + "most \(margin): take more features than samples, or fewer samples"
    }
  }
}

/// The hard-margin solution: the w of least norm with y_i ⟨x_i, w⟩ ≥ 1 for every sample.
///
/// Its direction has the largest margin, 1 / ‖w‖, and is what gradient descent on the logistic loss
/// tends to. Source: Soudry et al. (2018), "The implicit bias of gradient descent on separable data".
public struct MaximumMargin: Sendable, Equatable {
  /// w, scaled so that the least y_i ⟨x_i, w⟩ is 1.
  public let weights: [Double]
  /// The dual coefficients α ≥ 0; Σ α_i y_i x_i is w but for the scale.
  public let dual: [Double]
  /// The margin 1 / ‖w‖.
  public let margin: Double
  /// (P - D) / P with P = ‖w‖² / 2 and D the dual value of α.
  ///
  /// It is 0 at the solution alone: there the conditions of Karush, Kuhn and Tucker hold.
  public let relativeGap: Double
  /// What ``relativeGap`` can be by rounding, 30 (n + d) ε (R ‖w‖)² with R the longest sample.
  public let tolerance: Double
  /// Passes of coordinate ascent taken.
  public let passes: Int

  /// How far w may lie from the true one: ‖w - w*‖² ≤ 2 (P - D), for P is strongly convex.
  public var distanceBound: Double {
    (max(relativeGap, 0) + tolerance).squareRoot() / margin
  }
}

/// The hard-margin solution through the origin.
///
/// Coordinate ascent on the dual, Σ α_i - ‖Σ α_i y_i x_i‖² / 2 over α ≥ 0, finds which samples
/// support the margin, roughly; pivoting from there gives them exactly where samples are linearly
/// independent, and the equations of the support give α to the last digits. A result is accepted by
/// its gap alone, whichever way it was found. Source: Hsieh et al. (2008), "A dual coordinate descent
/// method for large-scale linear SVM"; for the pivoting Júdice and Pires (1994).
///
/// - Parameters:
///   - features: X, n × d with n ≥ 1, finite.
///   - labels: n labels, 1 or -1.
///   - maximalPasses: passes over the sample before giving up, at least 1.
/// - Returns: the solution with its gap.
/// - Throws: ``MaximumMarginError``.
/// - Complexity: O(n² d), O(n²) a pass, and O(n³ + n d) for each power of 2 of the passes, the
///   pivoting at most 100 times that.
public func maximumMargin(
  _ features: Matrix<Double>, labels: [Double], maximalPasses: Int = 1 << 14
) throws(MaximumMarginError) -> MaximumMargin {
  precondition(labels.count == features.rows && !labels.isEmpty, "a label for each sample")
  precondition(maximalPasses >= 1, "one pass at least")
  do { try features.checkFinite(as: "the features") } catch { throw .linearAlgebra(error) }
  for (sample, value) in labels.enumerated() where abs(value) != 1 {
    throw .notALabel(sample: sample, value: value)
  }
  let signed = Matrix(rows: features.rows, columns: features.columns) {
    labels[$0] * features[$0, $1]
  }
  var ascent = DualAscent(gram: signed.timesOwnTranspose())
  let longest = (0..<signed.rows).reduce(0) { max($0, ascent.gram[$1, $1]) }.squareRoot()
  // A sample of zeros lies on every boundary.
  if (0..<signed.rows).contains(where: { ascent.gram[$0, $0] == 0 }) {
    throw .notSeparated(marginAtMost: 0, passes: 0)
  }
  let unit = Double(signed.rows + signed.columns) * Double.roundingUnit
  var bound = Double.infinity
  for pass in 1...maximalPasses {
    ascent.pass()
    if pass & (pass - 1) != 0 && pass != maximalPasses { continue }
    let pivoted = pivotedDual(gram: ascent.gram, start: ascent.support) {
      // The square of the norm of a solution is the sum of its coefficients.
      unit * longest * longest * $0
    }
    for dual in [pivoted, ascent.supportSolution(), ascent.dual].compactMap(\.self) {
      let weights = signed.times(dual, transposingSelf: true)
      // The margin of a direction is at most that of any mean of the samples.
      bound = min(bound, euclideanNorm(weights) / dual.reduce(0, +))
      if let found = accepted(weights, dual, signed, longest: longest, passes: pass) {
        return found
      }
    }
    // With so small a margin the tolerance of any result would be 1 or more.
    if bound <= longest * (30 * unit).squareRoot() {
      throw .notSeparated(marginAtMost: bound, passes: pass)
    }
  }
  throw .notSeparated(marginAtMost: bound, passes: maximalPasses)
}

/// The solution that a dual point gives, where its gap is no more than rounding.
private func accepted(
  _ weights: [Double], _ dual: [Double], _ signed: Matrix<Double>, longest: Double, passes: Int
) -> MaximumMargin? {
  let least = signed.times(weights).min() ?? 0
  guard least > 0 else { return nil }
  let norm = euclideanNorm(weights)
  let primal = (norm / least) * (norm / least) / 2
  let gap = (primal - (dual.reduce(0, +) - norm * norm / 2)) / primal
  let ratio = longest * norm / least
  let tolerance =
    30 * Double(signed.rows + signed.columns) * Double.roundingUnit * ratio * ratio
  guard abs(gap) <= tolerance && tolerance < 1 else { return nil }
  return MaximumMargin(
    weights: weights.map { $0 / least }, dual: dual, margin: least / norm, relativeGap: gap,
    tolerance: tolerance, passes: passes)
}

/// Coordinate ascent on the dual of the hard margin.
private struct DualAscent {
  /// The inner products of the samples times their labels.
  let gram: Matrix<Double>
  private(set) var dual: [Double]
  private var margins: [Double]

  init(gram: Matrix<Double>) {
    self.gram = gram
    dual = [Double](repeating: 0, count: gram.rows)
    margins = dual
  }

  /// The samples with positive coefficients.
  var support: [Int] { dual.indices.filter { dual[$0] > 0 } }

  /// Maximises over each coefficient in turn.
  mutating func pass() {
    for i in dual.indices where gram[i, i] > 0 {
      let next = max(0, dual[i] + (1 - margins[i]) / gram[i, i])
      let change = next - dual[i]
      if change == 0 { continue }
      dual[i] = next
      for j in margins.indices { margins[j] += change * gram[j, i] }
    }
  }

  /// The coefficients that put the samples with positive ones on the margin; nil where there are
  /// none, or not with these samples.
  func supportSolution() -> [Double]? {
    let support = support
    let equations = gram.rows(support).columns(at: support)
    let ones = Matrix<Double>(rows: support.count, columns: 1, repeating: 1)
    guard let solution = try? Cholesky(factoring: equations).solve(ones).values else { return nil }
    var result = [Double](repeating: 0, count: dual.count)
    for (place, sample) in support.enumerated() {
      if solution[place, 0] < 0 { return nil }
      result[sample] = solution[place, 0]
    }
    return support.isEmpty ? nil : result
  }
}

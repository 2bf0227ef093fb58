public import ExactArithmetic
private import RealModule

/// Lemma 1's matrix A_ij = max(x_i - b_j, 0) for b₁ < x₁ ≤ b₂ < x₂ ≤ … ≤ b_n < x_n.
///
/// Interleaving makes it lower triangular with the positive diagonal x_i - b_i, hence invertible.
/// The paper asks for x_i < b_{i+1}; equality does as well, because unit i + 1 is still silent at
/// x_i. Its eigenvalues are the diagonal, so the smallest is min (x_i - b_i). The matrix is not
/// symmetric: this eigenvalue is not its smallest singular value and says nothing of its condition.
///
/// Source: Zhang et al. (2017), Lemma 1.
public struct InterleavingMatrix<Field: OrderedField>: Sendable, Equatable {
  /// The points x, increasing.
  public let points: [Field]
  /// The thresholds b, each between two neighbouring points or on the first of them.
  public let thresholds: [Field]
  /// Whether no threshold stands on a point, x_i < b_{i+1} for all i.
  public let interleavesStrictly: Bool

  /// Creates the matrix if points and thresholds interleave.
  ///
  /// - Parameters:
  ///   - points: x₁ < … < x_n, finite.
  ///   - thresholds: as many, finite, with b_i < x_i and x_i ≤ b_{i+1}; otherwise the result is nil.
  public init?(points: [Field], thresholds: [Field]) {
    guard let strictly = interleaving(points, thresholds) else { return nil }
    self.points = points
    self.thresholds = thresholds
    self.interleavesStrictly = strictly
  }

  /// The number n of rows and of columns.
  public var size: Int { points.count }

  /// The entry max(x_i - b_j, 0), rows and columns counted from 0.
  public subscript(row: Int, column: Int) -> Field {
    max(points[row] - thresholds[column], .zero)
  }

  /// The eigenvalues x_i - b_i in the order of the points.
  public var eigenvalues: [Field] { zip(points, thresholds).map { $0 - $1 } }

  /// The determinant Π (x_i - b_i).
  ///
  /// In doubles it overflows or underflows where ``logDeterminant`` does not.
  public var determinant: Field { eigenvalues.reduce(1, *) }

  /// The w with A w = y by the plain recurrence, exact in an exact field.
  ///
  /// With S_i the slope after threshold i, Δy_i = y_i - y_{i-1} and Δx_i = x_i - x_{i-1},
  /// w_i = (Δy_i - S_{i-1} Δx_i) / (x_i - b_i) and
  /// S_i = (Δy_i - S_{i-1} (b_i - x_{i-1})) / (x_i - b_i) from S₀ = y₀ = 0. Each step combines
  /// S_{i-1}, the one number that may grow long, with short ones. In doubles S carries its rounding
  /// on; see ``solve(_:)``.
  ///
  /// - Parameter targets: y, one for each point.
  /// - Returns: w.
  /// - Complexity: O(n) operations of the field.
  @specialized(where Field == Double)
  public func solveByRecurrence(_ targets: [Field]) -> [Field] {
    precondition(targets.count == size, "a target for each point")
    var weights: [Field] = []
    weights.reserveCapacity(size)
    var (slope, previousTarget) = (Field.zero, Field.zero)
    var previousPoint = thresholds.first ?? .zero
    for i in 0..<size {
      let (point, threshold, target) = (points[i], thresholds[i], targets[i])
      let (rise, run) = (target - previousTarget, point - threshold)
      weights.append((rise - slope * (point - previousPoint)) / run)
      slope = (rise - slope * (threshold - previousPoint)) / run
      (previousPoint, previousTarget) = (point, target)
    }
    return weights
  }
}

/// Whether points and thresholds interleave strictly; nil where they do not even interleave weakly.
@specialized(where Field == Double)
private func interleaving<Field: OrderedField>(_ points: [Field], _ thresholds: [Field]) -> Bool? {
  guard points.count == thresholds.count else { return nil }
  // The chain of inequalities leaves NaN nowhere, and infinities at its ends only.
  guard points.last?.isInField != false, thresholds.first?.isInField != false else { return nil }
  var strictly = true
  for i in points.indices {
    guard thresholds[i] < points[i] else { return nil }
    if i > 0 {
      guard points[i - 1] <= thresholds[i] else { return nil }
      if points[i - 1] == thresholds[i] { strictly = false }
    }
  }
  return strictly
}

/// The Cholesky factorisation A = L Lᵀ in LAPACK's rectangular full packed form.
///
/// Half a square as a rectangle of full columns, so that LAPACK's fast products work on it. It says
/// the same as ``PanelCholesky`` in the same memory, but A must be there as a whole. Source:
/// Gustavson, Waśniewski, Dongarra and Langou, "Rectangular full packed format for Cholesky's
/// algorithm", ACM Transactions on Mathematical Software 37 (2010), 18.
public struct PackedCholesky<Scalar: LinearAlgebraScalar>: Sendable {
  /// The number of rows and of columns of A.
  public let size: Int
  /// ‖A‖₁.
  public private(set) var oneNorm = 0.0
  private var packed: [Scalar]

  /// Factors a symmetric positive definite matrix, handed over panel by panel.
  ///
  /// - Parameters:
  ///   - size: n.
  ///   - panelWidth: the columns of a panel, at least 1.
  ///   - panel: some neighbouring columns of A from their diagonal down; entries above the diagonal
  ///     are not used.
  /// - Throws: ``LinearAlgebraError/notPositiveDefinite(pivot:)``,
  ///   ``LinearAlgebraError/notFinite(argument:row:column:)`` with the place in the panel,
  ///   ``LinearAlgebraError/tooLarge(routine:size:largest:)`` above n = 65,535.
  /// - Complexity: O(n³ / 3), memory n (n + 1) / 2 and a panel.
  public init(
    size: Int, panelWidth: Int = 1024, panel: (Range<Int>) -> Matrix<Scalar>
  ) throws(LinearAlgebraError) {
    precondition(size >= 0 && panelWidth >= 1, "a matrix has columns to take in turn")
    // LAPACK's own description of the form wants a count of its entries.
    try checkCount(of: size, in: "pftrf") { $0 * ($0 + 1) / 2 }
    self.size = size
    packed = [Scalar](repeating: 0, count: size * (size + 1) / 2)
    var columnSums = [Double](repeating: 0, count: size)
    for first in stride(from: 0, to: size, by: panelWidth) {
      let columns = panel(first..<min(first + panelWidth, size))
      try columns.checkFinite(as: "the panel from column \(first) on")
      columns.addSymmetricColumnSums(to: &columnSums, from: first)
      place(columns, from: first)
    }
    oneNorm = columnSums.max() ?? 0
    let info = packed.withUnsafeMutableBufferPointer { a in
      a.baseAddress.map { Scalar.lapack.pftrf(size, $0) } ?? 0
    }
    checkArguments(info, of: "pftrf")
    if info > 0 { throw .notPositiveDefinite(pivot: info - 1) }
  }

  /// Copies columns to where the packed form has them.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private mutating func place(_ columns: Matrix<Scalar>, from first: Int) {
    for j in 0..<columns.columns {
      for i in j..<columns.rows {
        packed[Self.index(first + i, first + j, size: size)] = columns[i, j]
      }
    }
  }

  /// Where entry (i, j), i ≥ j, stands: the lower triangle, not transposed.
  ///
  /// The first ⌈n/2⌉ columns stand as they are, below the transposed triangle of the others.
  static func index(_ row: Int, _ column: Int, size n: Int) -> Int {
    let half = (n + 1) / 2
    let leading = n % 2 == 0 ? n + 1 : n
    let shift = n % 2 == 0 ? 1 : 0
    if column < half { return row + shift + column * leading }
    return column - half + (row - half + 1 - shift) * leading
  }

  /// Solves A X = B.
  ///
  /// - Parameter rightHandSides: B, n × k.
  /// - Returns: X, n × k.
  /// - Complexity: O(n² k).
  public func solve(_ rightHandSides: Matrix<Scalar>) -> Matrix<Scalar> {
    precondition(rightHandSides.rows == size, "as many right-hand side rows as the matrix has")
    var x = rightHandSides
    let k = x.columns
    if size == 0 || k == 0 { return x }
    let info = packed.withUnsafeBufferPointer { a in
      a.baseAddress.map { a in
        x.withUnsafeMutableElements { Scalar.lapack.pftrs(size, k, a, $0, size) }
      } ?? 0
    }
    checkArguments(info, of: "pftrs")
    return x
  }

  /// An estimate, from below and seldom by more than a factor of 3, of 1 / (‖A‖₁ ‖A⁻¹‖₁).
  ///
  /// - Returns: a number from 0 to 1; 1 for the matrix without entries.
  /// - Complexity: O(n²) for each of at most six solves.
  public func reciprocalConditionEstimate() -> Double {
    size == 0 ? 1 : 1 / (oneNorm * inverseOneNormEstimate(size: size, solve: solve))
  }
}

/// The Cholesky factorisation A = L Lᵀ of a matrix that is made panel by panel as it is factored.
///
/// A panel holds the entries of some neighbouring columns on and below the diagonal. Each is handed
/// over when those before it are factored, and becomes that part of L: A never exists as a whole,
/// and memory is half a square. A factorisation can be stopped after any panel and resumed from its
/// ``panels``. No index into memory is a product of two sizes of A.
///
/// Left-looking: Golub and Van Loan, *Matrix Computations*, 4th edition, Section 4.2.
public struct PanelCholesky<Scalar: LinearAlgebraScalar>: Sendable {
  /// The number of rows and of columns of A.
  public let size: Int
  /// The columns of a panel; the last may have fewer.
  public let panelWidth: Int
  /// The finished panels of L; above the diagonal they hold nothing of meaning.
  public private(set) var panels: [Matrix<Scalar>] = []
  /// Σᵢ |a_ij| for each j, as far as panels were given.
  public private(set) var columnSums: [Double]

  /// Begins a factorisation.
  ///
  /// - Parameters:
  ///   - size: n, at least 0.
  ///   - panelWidth: the columns of a panel, at least 1. Wide panels make fast products.
  public init(size: Int, panelWidth: Int = 1024) {
    precondition(size >= 0 && panelWidth >= 1, "a matrix has columns to take in turn")
    self.size = size
    self.panelWidth = panelWidth
    columnSums = [Double](repeating: 0, count: size)
  }

  /// Resumes a factorisation from its finished panels.
  ///
  /// - Parameters:
  ///   - size: n.
  ///   - panelWidth: the columns of a panel.
  ///   - panels: the first panels of L, in the shapes of ``columns(ofPanel:)``.
  ///   - columnSums: as the stopped factorisation had them.
  public init(size: Int, panelWidth: Int, panels: [Matrix<Scalar>], columnSums: [Double]) {
    self.init(size: size, panelWidth: panelWidth)
    precondition(panels.count <= panelCount && columnSums.count == size, "panels of this matrix")
    for (index, panel) in panels.enumerated() {
      let columns = self.columns(ofPanel: index)
      precondition(
        panel.rows == size - columns.lowerBound && panel.columns == columns.count,
        "panel \(index) has another shape")
    }
    self.panels = panels
    self.columnSums = columnSums
  }

  /// Columns that are solved for at a time below the square of a panel.
  private static var solvedWidth: Int { 256 }

  /// How many panels make the whole matrix.
  public var panelCount: Int { (size + panelWidth - 1) / panelWidth }

  /// Whether L is finished.
  public var isComplete: Bool { panels.count == panelCount }

  /// ‖A‖₁, of a finished factorisation.
  public var oneNorm: Double { columnSums.max() ?? 0 }

  /// The bytes of all panels of a factorisation.
  ///
  /// - Parameters:
  ///   - size: n.
  ///   - panelWidth: the columns of a panel.
  /// - Returns: about n (n + width) / 2 numbers.
  public static func plannedBytes(size: Int, panelWidth: Int = 1024) -> Int {
    stride(from: 0, to: size, by: panelWidth).reduce(0) {
      $0 + (size - $1) * min(panelWidth, size - $1) * MemoryLayout<Scalar>.stride
    }
  }

  /// The columns of A that a panel holds.
  ///
  /// - Parameter index: the panel, from 0 to below ``panelCount``.
  /// - Returns: the columns; the panel's rows are those from the first of them on.
  public func columns(ofPanel index: Int) -> Range<Int> {
    precondition(index >= 0 && index < panelCount, "no such panel")
    return index * panelWidth..<min((index + 1) * panelWidth, size)
  }

  /// Factors the next panel.
  ///
  /// - Parameter panel: the columns of A that are next, from their diagonal down; finite. Entries
  ///   above the diagonal are not used.
  /// - Throws: ``LinearAlgebraError/notPositiveDefinite(pivot:)`` with the first pivot of A that is
  ///   not positive, ``LinearAlgebraError/notFinite(argument:row:column:)`` with the place in the
  ///   panel.
  /// - Complexity: O((n - j) j w) for w columns from j on.
  public mutating func append(_ panel: consuming Matrix<Scalar>) throws(LinearAlgebraError) {
    let own = columns(ofPanel: panels.count)
    let (rows, width) = (size - own.lowerBound, own.count)
    precondition(panel.rows == rows && panel.columns == width, "the next panel's shape")
    panel.addSymmetricColumnSums(to: &columnSums, from: own.lowerBound)
    if !columnSums[own.lowerBound...].allSatisfy(\.isFinite) {
      try panel.checkFinite(as: "the panel from column \(own.lowerBound) on")
    }
    let blas = Scalar.blas
    var info = 0
    panel.withUnsafeMutableElements { c in
      for (index, finished) in panels.enumerated() {
        let offset = own.lowerBound - index * panelWidth
        finished.withUnsafeElements { l in
          blas.gemm(
            false, true, rows, width, finished.columns, -1, l + offset, finished.rows, l + offset,
            finished.rows, 1, c, rows)
        }
      }
      info = Scalar.lapack.potrf(width, c, rows)
      if info == 0 && rows > width {
        // By blocks of columns, because products are quicker than solves.
        for block in stride(from: 0, to: width, by: Self.solvedWidth) {
          let (count, x) = (min(Self.solvedWidth, width - block), c + width + block * rows)
          if block > 0 {
            blas.gemm(
              false, true, rows - width, count, block, -1, c + width, rows, c + block, rows, 1, x,
              rows)
          }
          blas.trsm(true, true, rows - width, count, c + block + block * rows, rows, x, rows)
        }
      }
    }
    checkArguments(info, of: "potrf")
    if info > 0 { throw .notPositiveDefinite(pivot: own.lowerBound + info - 1) }
    panels.append(panel)
  }

  /// Solves A X = B.
  ///
  /// - Parameter rightHandSides: B, n × k.
  /// - Returns: X, n × k, without evidence: A is not kept to multiply by.
  /// - Complexity: O(n² k).
  public func solve(_ rightHandSides: Matrix<Scalar>) -> Matrix<Scalar> {
    precondition(isComplete, "a finished factorisation")
    var x = solveLower(rightHandSides, from: 0)
    let (n, k, blas) = (size, rightHandSides.columns, Scalar.blas)
    if n == 0 || k == 0 { return x }
    x.withUnsafeMutableElements { x in
      for (index, panel) in panels.enumerated().reversed() {
        let (first, width, rows) = (index * panelWidth, panel.columns, panel.rows)
        panel.withUnsafeElements { l in
          if rows > width {
            blas.gemm(
              true, false, width, k, rows - width, -1, l + width, rows, x + first + width, n, 1,
              x + first, n)
          }
          blas.trsm(false, true, width, k, l, rows, x + first, n)
        }
      }
    }
    return x
  }

  /// Solves L X = B for B whose rows before the first of a panel are 0 and not stored.
  private func solveLower(_ rightHandSides: Matrix<Scalar>, from firstPanel: Int) -> Matrix<Scalar>
  {
    let before = firstPanel * panelWidth
    precondition(rightHandSides.rows == size - before, "as many rows as the matrix has")
    var x = rightHandSides
    let (n, k, blas) = (x.rows, x.columns, Scalar.blas)
    if n == 0 || k == 0 { return x }
    x.withUnsafeMutableElements { x in
      for (index, panel) in panels.enumerated().dropFirst(firstPanel) {
        let (first, width, rows) = (index * panelWidth - before, panel.columns, panel.rows)
        panel.withUnsafeElements { l in
          blas.trsm(false, false, width, k, l, rows, x + first, n)
          if rows > width {
            blas.gemm(
              false, false, rows - width, k, width, -1, l + width, rows, x + first, n, 1,
              x + first + width, n)
          }
        }
      }
    }
    return x
  }

  /// The diagonal of A⁻¹, by which leave-one-out residuals are divided.
  ///
  /// - Parameter progress: called with the share that is done, after each panel.
  /// - Returns: n positive numbers, the squared lengths of the columns of L⁻¹.
  /// - Complexity: O(n³ / 3), as much as the factorisation; memory n times the panel width.
  public func inverseDiagonal(progress: (Double) -> Void = { _ in }) -> [Scalar] {
    precondition(isComplete, "a finished factorisation")
    var result: [Scalar] = []
    result.reserveCapacity(size)
    for index in 0..<panelCount {
      let own = columns(ofPanel: index)
      var unit = Matrix<Scalar>(rows: size - own.lowerBound, columns: own.count)
      for j in 0..<own.count { unit[j, j] = 1 }
      let inverse = solveLower(unit, from: index)
      result += inverse.columnNorms().map { $0 * $0 }
      // What is left is a pyramid.
      let rest = 1 - Double(own.upperBound) / Double(size)
      progress(1 - rest * rest * rest)
    }
    return result
  }

  /// An estimate, from below and seldom by more than a factor of 3, of 1 / (‖A‖₁ ‖A⁻¹‖₁).
  ///
  /// - Returns: a number from 0 to 1; 1 for the matrix without entries.
  /// - Complexity: O(n²) for each of at most six solves.
  public func reciprocalConditionEstimate() -> Double {
    if size == 0 { return 1 }
    return 1 / (oneNorm * inverseOneNormEstimate(size: size, solve: solve))
  }
}

extension Matrix {
  /// ‖a_j‖ of each column.
  func columnNorms() -> [Scalar] {
    withUnsafeElements { a in (0..<columns).map { Scalar.blas.nrm2(rows, a + $0 * rows) } }
  }
}

public import LinearAlgebra

/// Some consecutive samples with their targets.
public struct RowBlock<Scalar: LinearAlgebraScalar>: Sendable {
  /// Rows of X, m × d.
  public var features: Matrix<Scalar>
  /// The same rows of Y, m × k.
  public var targets: Matrix<Scalar>

  /// Creates a block.
  ///
  /// - Parameters:
  ///   - features: rows of X.
  ///   - targets: the same rows of Y.
  public init(features: Matrix<Scalar>, targets: Matrix<Scalar>) {
    self.features = features
    self.targets = targets
  }
}

/// Samples that are read block after block, pass after pass, so that X need not fit in memory.
public struct RowBlocks<Scalar: LinearAlgebraScalar, Failure: Error>: Sendable {
  /// The number of samples n.
  public let rows: Int
  /// The number of features d.
  public let columns: Int
  /// The number of targets k.
  public let targetCount: Int
  /// How many rows are read at a time.
  public let blockRows: Int
  /// Reads consecutive rows, counted from 0: the same ones in every pass.
  public let read: @Sendable (_ rows: Range<Int>) throws(Failure) -> RowBlock<Scalar>

  /// Creates samples that a closure reads.
  ///
  /// - Parameters:
  ///   - rows: n.
  ///   - columns: d.
  ///   - targetCount: k.
  ///   - blockRows: how many rows to read at a time; nil for about 2²² features.
  ///   - read: reads consecutive rows, in increasing order, each once a pass.
  public init(
    rows: Int, columns: Int, targetCount: Int, blockRows: Int? = nil,
    read: @escaping @Sendable (_ rows: Range<Int>) throws(Failure) -> RowBlock<Scalar>
  ) {
    precondition(rows >= 0 && columns >= 0 && targetCount >= 0, "samples have no negative size")
    self.rows = rows
    self.columns = columns
    self.targetCount = targetCount
    self.blockRows = max(1, blockRows ?? (1 << 22) / max(1, columns))
    self.read = read
  }

  /// Calls a closure with each block in turn.
  ///
  /// - Parameters:
  ///   - isFirstPass: whether entries are checked too, not shapes alone.
  ///   - body: receives the number of the block and the block.
  /// - Throws: ``StreamedFitError``: what reading throws, a wrong shape, an entry that is no number.
  func forEachBlock(
    isFirstPass: Bool = false, _ body: (_ index: Int, _ block: RowBlock<Scalar>) -> Void
  ) throws(StreamedFitError<Failure>) {
    for (index, first) in stride(from: 0, to: rows, by: blockRows).enumerated() {
      let range = first..<min(first + blockRows, rows)
      let block: RowBlock<Scalar>
      do { block = try read(range) } catch { throw .reading(rows: range, error) }
      do {
        try check(block, range, entries: isFirstPass)
      } catch { throw .model(error) }
      body(index, block)
    }
  }

  private func check(
    _ block: RowBlock<Scalar>, _ range: Range<Int>, entries: Bool
  ) throws(LinearModelError) {
    for (matrix, columns, name) in [
      (block.features, columns, "the features"), (block.targets, targetCount, "the targets"),
    ] {
      if matrix.rows != range.count || matrix.columns != columns {
        throw .blockShape(
          firstRow: range.lowerBound, found: "\(matrix.rows) x \(matrix.columns) for \(name)",
          expected: "\(range.count) x \(columns)")
      }
      guard entries else { continue }
      do {
        try matrix.checkFinite(as: name)
      } catch .notFinite(let argument, let row, let column) {
        throw .linearAlgebra(
          .notFinite(argument: argument, row: range.lowerBound + row, column: column))
      } catch { throw .linearAlgebra(error) }
    }
  }
}

extension RowBlocks where Failure == Never {
  /// Samples that are in memory.
  ///
  /// - Parameters:
  ///   - features: X, n × d.
  ///   - targets: Y, n × k.
  ///   - blockRows: how many rows to read at a time; nil for about 2²² features.
  /// - Throws: ``LinearModelError/rowsDisagree(features:targets:)``.
  public init(
    _ features: Matrix<Scalar>, targets: Matrix<Scalar>, blockRows: Int? = nil
  ) throws(LinearModelError) {
    if features.rows != targets.rows {
      throw .rowsDisagree(features: features.rows, targets: targets.rows)
    }
    self.init(
      rows: features.rows, columns: features.columns, targetCount: targets.columns,
      blockRows: blockRows
    ) { range in
      range.count == features.rows
        ? RowBlock(features: features, targets: targets)
        : RowBlock(features: features.rows(range), targets: targets.rows(range))
    }
  }
}

/// Why a fit to samples that are read block after block failed.
public enum StreamedFitError<Failure: Error>: Error, CustomStringConvertible {
  /// The samples could not be read.
  case reading(rows: Range<Int>, Failure)
  /// The samples were read and could not be fitted.
  case model(LinearModelError)

  /// What happened, the likely cause, and what to try.
  public var description: String {
    switch self {
    case .reading(let rows, let error):
      "rows \(rows.lowerBound) to \(rows.upperBound - 1) could not be read: \(error)"
    case .model(let error): error.description
    }
  }
}

extension StreamedFitError: Equatable where Failure: Equatable {}

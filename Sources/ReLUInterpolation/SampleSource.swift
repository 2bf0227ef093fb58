public import LinearAlgebra
private import ReLUNetworks

/// Samples as a fit sees them: it asks for projections, not for the samples themselves.
///
/// So they may be larger than memory. See ``MatrixSamples`` and ``ByteSampleSource``.
public protocol SampleSource: Sendable {
  /// The number of samples n.
  var count: Int { get }
  /// The input dimension d.
  var dimension: Int { get }

  /// The projections ⟨a, z_i⟩ of all samples, in their order.
  ///
  /// Equal samples have equal projections.
  ///
  /// - Parameter direction: a, d numbers.
  /// - Returns: n numbers.
  func projections(along direction: [Double]) -> [Double]

  /// Whether two samples agree in every coordinate.
  ///
  /// - Parameters:
  ///   - first: a sample, counted from 0.
  ///   - second: another one.
  /// - Returns: whether they are equal.
  func areEqual(_ first: Int, _ second: Int) -> Bool

  /// Throws when a coordinate is NaN or infinite, naming the first one.
  ///
  /// - Throws: ``InterpolationError/notFinite(argument:row:column:)``.
  func checkFinite() throws(InterpolationError)
}

/// The rows of a matrix as samples.
public struct MatrixSamples<Scalar: LinearAlgebraScalar>: SampleSource {
  /// Z, n × d, one row a sample.
  public let matrix: Matrix<Scalar>

  /// Wraps a matrix.
  ///
  /// - Parameter matrix: Z, n × d, one row a sample.
  public init(_ matrix: Matrix<Scalar>) { self.matrix = matrix }

  /// The number of rows.
  public var count: Int { matrix.rows }
  /// The number of columns.
  public var dimension: Int { matrix.columns }

  /// The projections of the rows, each summed in the order of the coordinates.
  ///
  /// - Parameter direction: a, d numbers.
  /// - Returns: n numbers.
  /// - Complexity: O(n d).
  public func projections(along direction: [Double]) -> [Double] {
    ReLUNetworks.projections(of: matrix, along: direction)
  }

  /// Whether two rows agree in every column.
  ///
  /// - Parameters:
  ///   - first: a row, counted from 0.
  ///   - second: another one.
  /// - Returns: whether they are equal.
  public func areEqual(_ first: Int, _ second: Int) -> Bool {
    (0..<matrix.columns).allSatisfy { matrix[first, $0] == matrix[second, $0] }
  }

  /// Throws when an entry is NaN or infinite, naming the first one.
  ///
  /// - Throws: ``InterpolationError/notFinite(argument:row:column:)``.
  public func checkFinite() throws(InterpolationError) {
    try requireFinite(matrix, "the samples")
  }
}

/// Throws when an entry of a matrix is NaN or infinite.
func requireFinite<Scalar: LinearAlgebraScalar>(
  _ matrix: Matrix<Scalar>, _ name: String
) throws(InterpolationError) {
  do {
    try matrix.checkFinite(as: name)
  } catch .notFinite(let argument, let row, let column) {
    throw .notFinite(argument: argument, row: row, column: column)
  } catch {
    preconditionFailure("a finite check throws nothing else")
  }
}

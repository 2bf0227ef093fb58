public import LinearAlgebra
public import RandomStreams

/// A matrix of independent standard normal entries.
///
/// - Parameters:
///   - rows: number of rows, at least 0.
///   - columns: number of columns, at least 0.
///   - type: the scalar type.
///   - stream: where the numbers come from, column after column.
/// - Returns: the matrix.
public func randomMatrix<Scalar: LinearAlgebraScalar>(
  rows: Int, columns: Int, of type: Scalar.Type = Double.self, from stream: inout RandomStream
) -> Matrix<Scalar> {
  Matrix(rows: rows, columns: columns) { _, _ in Scalar(stream.normal()) }
}

/// Random orthonormal columns, uniform up to signs.
///
/// - Parameters:
///   - rows: number of rows, at least `columns`.
///   - columns: number of columns.
///   - stream: where the numbers come from.
/// - Returns: a matrix Q with QᵀQ = I, the factor of a matrix of normal entries.
/// - Throws: what the QR factorisation throws; drawn numbers are finite and give no cause.
public func randomOrthonormal(
  rows: Int, columns: Int, from stream: inout RandomStream
) throws(LinearAlgebraError) -> Matrix<Double> {
  precondition(rows >= columns, "no more orthonormal columns than rows")
  return try QRFactorization(
    factoring: randomMatrix(rows: rows, columns: columns, from: &stream)
  ).orthonormal
}

/// The Frobenius norm of the difference of two matrices of one shape, computed in `Double`.
///
/// - Parameters:
///   - a: a computed matrix.
///   - b: what it should be.
/// - Returns: ‖A - B‖.
public func distance<Scalar: LinearAlgebraScalar>(
  _ a: Matrix<Scalar>, _ b: Matrix<Double>
) -> Double {
  (a.converted(to: Double.self) - b).frobeniusNorm
}

/// How far columns are from orthonormal, ‖QᵀQ - I‖ in the Frobenius norm, computed in `Double`.
///
/// - Parameter columns: Q.
/// - Returns: 0 for orthonormal columns.
public func orthonormalityDefect<Scalar: LinearAlgebraScalar>(
  ofColumnsOf columns: Matrix<Scalar>
) -> Double {
  let q = columns.converted(to: Double.self)
  return (q.times(q, transposingSelf: true) - .identity(q.columns)).frobeniusNorm
}

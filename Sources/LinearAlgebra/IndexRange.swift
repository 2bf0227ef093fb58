// BLAS and LAPACK count in 32 bits; a matrix of 46,341 rows and columns has more entries than that.

/// The largest count that BLAS and LAPACK take.
package let largestCount = Int(Int32.max)

/// The Euclidean norm of a vector of any length, in pieces that BLAS can count.
///
/// - Parameters:
///   - vector: any number of entries; the norm of none is 0.
///   - pieceLength: the most entries of a piece, at least 2.
/// - Returns: the root of the sum of squares: the norm of the norms of the pieces, so that it
///   neither overflows nor underflows on the way.
package func euclideanNorm<Scalar: LinearAlgebraScalar>(
  _ vector: UnsafeBufferPointer<Scalar>, pieceLength: Int
) -> Scalar {
  precondition(pieceLength >= 2, "pieces shrink the vector")
  guard let start = vector.baseAddress else { return 0 }
  if vector.count <= pieceLength { return Scalar.blas.nrm2(vector.count, start) }
  let norms = stride(from: 0, to: vector.count, by: pieceLength).map {
    Scalar.blas.nrm2(min(pieceLength, vector.count - $0), start + $0)
  }
  return norms.withUnsafeBufferPointer { euclideanNorm($0, pieceLength: pieceLength) }
}

extension Matrix {
  /// Adds a multiple of another matrix, A ← A + αB, in pieces that BLAS can count.
  ///
  /// - Parameters:
  ///   - other: B, of the same shape.
  ///   - scale: α.
  ///   - pieceLength: the most entries of a piece, at least 1.
  package mutating func add(_ other: Matrix, scaledBy scale: Scalar, pieceLength: Int) {
    precondition(rows == other.rows && columns == other.columns, "the shapes of a sum must agree")
    precondition(pieceLength >= 1, "pieces have entries")
    let count = storage.count
    other.withUnsafeElements { x in
      withUnsafeMutableElements { y in
        for first in stride(from: 0, to: count, by: pieceLength) {
          Scalar.blas.axpy(min(pieceLength, count - first), scale, x + first, y + first)
        }
      }
    }
  }
}

/// Refuses a size at which a LAPACK routine would count past its integers.
///
/// - Parameters:
///   - size: the size of the matrix that the count depends on.
///   - routine: the routine's name without the letter of its scalar type.
///   - limit: the largest number that it can count to.
///   - count: the largest number that the routine makes of a size; it grows with the size.
/// - Throws: ``LinearAlgebraError/tooLarge(routine:size:largest:)``.
package func checkCount(
  of size: Int, in routine: String, limit: Int = largestCount, count: (Int) -> Int
) throws(LinearAlgebraError) {
  if count(size) <= limit { return }
  // The largest size that can be counted, by bisection.
  var (fits, fails) = (0, size)
  while fails - fits > 1 {
    let middle = (fits + fails) / 2
    if count(middle) <= limit { fits = middle } else { fails = middle }
  }
  throw .tooLarge(routine: routine, size: size, largest: fits)
}

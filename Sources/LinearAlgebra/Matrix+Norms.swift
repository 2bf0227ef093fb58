extension Matrix {
  /// The 1-norm, the largest column sum of absolute values.
  public var oneNorm: Scalar { largestColumnSum() }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func largestColumnSum() -> Scalar {
    var largest: Scalar = 0
    storage.withUnsafeBufferPointer { entries in
      for j in 0..<columns {
        var sum: Scalar = 0
        for i in j * rows..<(j + 1) * rows { sum += abs(entries[i]) }
        // A NaN wins, and stays: nothing is larger than it.
        if sum > largest || sum.isNaN { largest = sum }
      }
    }
    return largest
  }

  /// The largest absolute value of an entry; 0 for a matrix without entries.
  public var largestAbsoluteEntry: Scalar { largestEntry() }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func largestEntry() -> Scalar {
    var largest: Scalar = 0
    for entry in storage where abs(entry) > largest || entry.isNaN { largest = abs(entry) }
    return largest
  }

  /// The Frobenius norm, the root of the sum of squared entries.
  public var frobeniusNorm: Scalar { euclideanNorm(storage) }
}

/// The Euclidean norm of a vector, without overflow or underflow on the way.
///
/// - Parameter vector: any number of entries; the norm of none is 0.
/// - Returns: the root of the sum of squares.
public func euclideanNorm<Scalar: LinearAlgebraScalar>(_ vector: [Scalar]) -> Scalar {
  vector.withUnsafeBufferPointer { euclideanNorm($0, pieceLength: largestCount) }
}

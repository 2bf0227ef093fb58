public import LinearAlgebra

/// The projections ⟨a, z_i⟩ of some samples.
///
/// Each is summed in the order of the coordinates, so it does not depend on the other samples, on
/// threads, or on how samples are cut into blocks.
///
/// - Parameters:
///   - samples: Z, n × d, one row a sample.
///   - direction: a, d numbers.
/// - Returns: n numbers.
/// - Complexity: O(n d).
public func projections<Scalar: LinearAlgebraScalar>(
  of samples: Matrix<Scalar>, along direction: [Double]
) -> [Double] {
  precondition(samples.columns == direction.count, "a direction has the samples' dimension")
  let (n, block) = (samples.rows, 4096)
  var sums = Matrix<Double>(rows: min(block, n), columns: (n + block - 1) / block)
  samples.withUnsafeElements { z in
    nonisolated(unsafe) let z = z
    sums.forEachColumn { b, sums in
      accumulate(
        z + b * block, stride: n, count: min(block, n - b * block), direction, into: sums)
    }
  }
  return Array(sums.elements.prefix(n))
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func accumulate<Scalar: LinearAlgebraScalar>(
  _ samples: UnsafePointer<Scalar>, stride: Int, count: Int, _ direction: [Double],
  into sums: UnsafeMutableBufferPointer<Double>
) {
  for (j, entry) in direction.enumerated() {
    let column = samples + j * stride
    for i in 0..<count { sums[i] += entry * Double(column[i]) }
  }
}

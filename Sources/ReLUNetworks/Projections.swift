private import ExactArithmetic
public import LinearAlgebra

/// The projections ⟨a, z_i⟩ of some samples, each summed in twice the digits and rounded once.
///
/// With ε = 2⁻⁵³ and γ = dε / (1 - dε) the result misses ⟨a, z⟩ by at most
/// ε |⟨a, z⟩| + γ² Σ_j |a_j z_j| (and, at that scale, d 2⁻¹⁰⁷⁴); where all products and sums are integers below 2⁵³, as for bytes
/// along a direction of small integers, it is exact. It does not depend on the other samples, on
/// threads, or on how samples are cut into blocks.
///
/// Source: Ogita, Rump, Oishi, "Accurate sum and dot product" (SIAM J. Sci. Comput. 26, 2005),
/// algorithm 5.3 (Dot2) and theorem 5.5; products split after Dekker (Numer. Math. 18, 1971).
/// Samples so large or small that a product might overflow or lose bits below the least double are
/// projected in integers.
///
/// - Parameters:
///   - samples: Z, n × d, one row a sample.
///   - direction: a, d numbers.
/// - Returns: n numbers; infinite where a projection exceeds the largest double.
/// - Complexity: O(n d).
public func projections<Scalar: LinearAlgebraScalar>(
  of samples: Matrix<Scalar>, along direction: [Double]
) -> [Double] {
  precondition(samples.columns == direction.count, "a direction has the samples' dimension")
  let (n, block) = (samples.rows, 1024)
  let blocks = (n + block - 1) / block
  var sums = Matrix<Double>(rows: min(block, n), columns: blocks)
  samples.withUnsafeElements { z in
    nonisolated(unsafe) let z = z
    sums.forEachColumn { b, sums in
      let count = min(block, n - b * block)
      project(z + b * block, stride: n, count: count, direction, into: sums)
    }
  }
  return Array(sums.elements.prefix(n))
}

private func project<Scalar: LinearAlgebraScalar>(
  _ samples: UnsafePointer<Scalar>, stride: Int, count: Int, _ direction: [Double],
  into result: UnsafeMutableBufferPointer<Double>
) {
  guard let sums = result.baseAddress else { return }
  var errors = [Double](repeating: 0, count: count)
  var sizes = [Double](repeating: 0, count: count)
  errors.withUnsafeMutableBufferPointer { errors in
    sizes.withUnsafeMutableBufferPointer { sizes in
      if let errors = errors.baseAddress, let sizes = sizes.baseAddress {
        accumulate(samples, stride: stride, count: count, direction, sums, errors, sizes)
      }
    }
  }
  let largest = direction.reduce(0) { max($0, abs($1)) }
  for i in 0..<count {
    let size = sizes[i] * largest
    if size >= 0x1p-800 && size <= 0x1p900 && sizes[i] <= 0x1p900 && largest <= 0x1p900 {
      sums[i] += errors[i]
    } else if size != 0 {
      let entries = (0..<direction.count).map { Double(samples[i + $0 * stride]) }
      guard entries.allSatisfy(\.isFinite), direction.allSatisfy(\.isFinite) else { continue }
      sums[i] = exactProduct(direction.map { Dyadic($0) }, entries).nearestDouble
    }
  }
}

/// Adds a_j z_ij for all j to each sum, collects what rounding drops, and finds max_j |z_ij|.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func accumulate<Scalar: LinearAlgebraScalar>(
  _ samples: UnsafePointer<Scalar>, stride: Int, count: Int, _ direction: [Double],
  _ sums: UnsafeMutablePointer<Double>, _ errors: UnsafeMutablePointer<Double>,
  _ sizes: UnsafeMutablePointer<Double>
) {
  let isShort = Scalar.significandBitCount <= 26
  for (j, entry) in direction.enumerated() {
    let column = samples + j * stride
    let (head, tail) = halves(entry)
    for i in 0..<count {
      let z = Double(column[i])
      let product = entry * z
      var error: Double
      if isShort {
        error = (head * z - product) + tail * z
      } else {
        let (zHead, zTail) = halves(z)
        error = ((head * zHead - product) + head * zTail + tail * zHead) + tail * zTail
      }
      let sum = sums[i] + product
      let added = sum - sums[i]
      error += (sums[i] - (sum - added)) + (product - added)
      sums[i] = sum
      errors[i] += error
      sizes[i] = max(sizes[i], abs(z))
    }
  }
}

/// Dekker's split of a number into two of at most 26 bits.
@inline(__always)
private func halves(_ number: Double) -> (head: Double, tail: Double) {
  let lifted = 0x1p27 * number + number
  let head = lifted - (lifted - number)
  return (head, number - head)
}

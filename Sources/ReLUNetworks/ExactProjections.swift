public import ExactArithmetic
public import LinearAlgebra

/// The projections ⟨a, z_i⟩ of some samples, without rounding.
///
/// - Parameters:
///   - samples: Z, n × d, finite, one row a sample.
///   - direction: a, d finite numbers.
/// - Returns: n dyadic rationals.
/// - Complexity: O(n d) operations on doubles where they are exact, as for integers with
///   max |z_ij| · Σ |a_j| ≤ 2⁵³; else on integers of some hundred bits.
public func exactProjections<Scalar: LinearAlgebraScalar>(
  of samples: Matrix<Scalar>, along direction: [Double]
) -> [Dyadic] {
  precondition(samples.columns == direction.count, "a direction has the samples' dimension")
  if sumsAreExact(samples, direction) {
    return projections(of: samples, along: direction).map { Dyadic($0) }
  }
  let factors = direction.map { Dyadic($0) }
  return (0..<samples.rows).map { i in
    exactProduct(factors, samples.row(i).map { Double($0) })
  }
}

/// ⟨a, z⟩ without rounding.
func exactProduct(_ factors: [Dyadic], _ entries: [Double]) -> Dyadic {
  .sum(zip(factors, entries).map { $0 * Dyadic($1) })
}

/// Whether all products and all their sums are integers that a double holds.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func sumsAreExact<Scalar: LinearAlgebraScalar>(
  _ samples: Matrix<Scalar>, _ direction: [Double]
) -> Bool {
  let total = direction.reduce(0) { $0 + abs($1) }
  let largest = Double(samples.largestAbsoluteEntry)
  guard total <= 0x1p53, largest <= 0x1p53, total * largest <= 0x1p53,
    direction.allSatisfy({ $0 == $0.rounded() })
  else { return false }
  return samples.withUnsafeElements { z in
    var areIntegers = true
    for i in 0..<samples.elements.count {
      let value = Double(z[i])
      areIntegers = areIntegers && Double(Int64(value)) == value
    }
    return areIntegers
  }
}

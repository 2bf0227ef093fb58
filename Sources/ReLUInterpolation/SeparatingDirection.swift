public import LinearAlgebra
private import RandomStreams

/// How the entries of a direction a are drawn.
public enum DirectionKind: String, Sendable, Codable, CaseIterable {
  /// Standard normal numbers.
  case normal
  /// Integers, uniform and so small that the projection of bytes is exact in a double.
  ///
  /// With |a_j| < 2³¹, bytes below 2⁸ and d ≤ 2¹⁴ every partial sum is an integer below 2⁵³,
  /// whatever the order of summation; for larger d the entries are smaller.
  case integer
}

/// A direction in input space, a: samples are told apart by their projections ⟨a, z⟩.
///
/// For n different samples almost every direction gives n different projections; the draw's index
/// lets a caller go on to the next one.
///
/// - Parameters:
///   - dimension: d, at least 1.
///   - kind: how entries are drawn.
///   - seed: names the draw.
///   - draw: the draw's index, from 0.
/// - Returns: d numbers.
public func randomDirection(
  dimension: Int, kind: DirectionKind, seed: UInt64, draw: Int
) -> [Double] {
  var stream = RandomStream(seed: seed, purpose: "separating direction", indices: draw)
  switch kind {
  case .normal:
    return (0..<dimension).map { _ in stream.normal() }
  case .integer:
    let largest = integerDirectionBound(dimension: dimension)
    return (0..<dimension).map { _ in
      Double(stream.integer(below: 2 * largest + 1) - largest)
    }
  }
}

/// The largest entry of an integer direction: 2^(45 - ⌈log₂ d⌉) - 1, and never 2³¹ or more.
func integerDirectionBound(dimension: Int) -> Int {
  let bitsOfDimension = Int.bitWidth - (max(1, dimension) - 1).leadingZeroBitCount
  return (1 << max(1, min(31, 45 - bitsOfDimension))) - 1
}

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

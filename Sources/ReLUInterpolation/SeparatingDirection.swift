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

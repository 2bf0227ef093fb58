private import RandomStreams
private import RealModule

/// How the entries of a direction a are drawn.
///
/// In one dimension every number but 0 separates alike, and either kind is the number 1, which
/// leaves the samples as they are.
public enum DirectionKind: String, Sendable, Codable, CaseIterable {
  /// Standard normal numbers.
  case normal
  /// Integers, uniform and so small that the projection of bytes is exact in a double.
  ///
  /// With |a_j| < 2³¹, bytes below 2⁸ and d ≤ 2¹⁴ every partial sum is an integer below 2⁵³,
  /// whatever the order of summation; for larger d the entries are smaller.
  case integer
}

/// How a direction is chosen: of which kind, and of how many draws the best.
///
/// The best is the one whose smallest gap between neighbouring projections is the largest fraction
/// of their range. Labels play no part in the choice.
public struct DirectionChoice: Sendable, Hashable, Codable {
  /// How entries are drawn.
  public let kind: DirectionKind
  /// The number m of draws that are compared.
  public let draws: Int

  /// The first normal direction that separates the samples.
  public static let normal = DirectionChoice(.normal)
  /// The first integer direction that separates the samples.
  public static let integer = DirectionChoice(.integer)

  /// Creates a choice.
  ///
  /// - Parameters:
  ///   - kind: how entries are drawn.
  ///   - draws: m, at least 1; further ones follow only while none separates the samples.
  public init(_ kind: DirectionKind, bestOf draws: Int = 1) {
    precondition(draws >= 1, "a direction is drawn at least once")
    self.kind = kind
    self.draws = draws
  }
}

/// The direction that was chosen for a sample, and how well it separates it.
public struct SeparatingDirection: Sendable, Equatable {
  /// The direction a, d numbers.
  public let entries: [Double]
  /// How the entries were drawn.
  public let kind: DirectionKind
  /// The index of its draw, from 0.
  public let draw: Int
  /// How many directions were drawn.
  public let draws: Int
  /// The smallest gap between neighbouring projections as a fraction of their range, 1 for fewer
  /// than two different samples.
  public let smallestRelativeGap: Double
  /// The bound ``separationFailureBound(samples:dimension:kind:)`` of this sample.
  public let drawFailureBound: Double?
}

/// A direction in input space, a: samples are told apart by their projections ⟨a, z⟩.
///
/// For n different samples almost every direction gives n different projections; the draw's index
/// lets a caller go on to the next one.
///
/// - Parameters:
///   - dimension: d, at least 0.
///   - kind: how entries are drawn.
///   - seed: names the draw.
///   - draw: the draw's index, from 0.
/// - Returns: d numbers; for d = 1 the number 1.
public func randomDirection(
  dimension: Int, kind: DirectionKind, seed: UInt64, draw: Int
) -> [Double] {
  if dimension == 1 { return [1] }
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

/// A bound on the probability that one draw does not separate n different samples.
///
/// Two samples that differ in coordinate j have equal projections for at most one value of a_j,
/// whatever the other entries are. An entry uniform in -B … B takes it with a probability of at
/// most 1 / (2B + 1), so that one draw fails with at most n (n - 1) / 2 / (2B + 1), and m draws all
/// fail with at most its m-th power. From 1 on the bound says nothing: the union bound over pairs
/// is then vacuous, though draws may well succeed.
///
/// It is a statement on exact projections, such as those of bytes. Of projections that are rounded,
/// and of room for a threshold between two neighbouring doubles, it says nothing.
///
/// - Parameters:
///   - samples: n.
///   - dimension: d.
///   - kind: how entries are drawn.
/// - Returns: the bound; 0 where every draw separates (n < 2, d ≤ 1); nil for normal entries, for
///   which a draw fails by rounding alone.
public func separationFailureBound(
  samples: Int, dimension: Int, kind: DirectionKind
) -> Double? {
  if samples < 2 || dimension <= 1 { return 0 }
  switch kind {
  case .normal: return nil
  case .integer:
    let pairs = Double(samples) * Double(samples - 1) / 2
    return pairs / Double(2 * integerDirectionBound(dimension: dimension) + 1)
  }
}

/// The number of draws after which a sample counts as not separable.
///
/// For a bound p < 1 on the failure of one draw it is ⌈64 / log₂(1/p)⌉, so that all fail with a
/// probability below 2⁻⁶⁴, but at least 16 and at most 64. It is 16 for normal directions: two
/// samples at distance δ clash along a random direction with a probability of about ε‖z‖/δ, so
/// samples that survive 16 are not different in double precision. It is 64 where the bound is
/// vacuous, and 1 in one dimension, where all draws are the same.
///
/// - Parameters:
///   - samples: n.
///   - dimension: d.
///   - kind: how entries are drawn.
/// - Returns: from 1 to 64.
public func maximalDraws(samples: Int, dimension: Int, kind: DirectionKind) -> Int {
  let (least, most) = (16, 64)
  if dimension <= 1 { return 1 }
  guard
    let bound = separationFailureBound(samples: samples, dimension: dimension, kind: kind),
    bound > 0
  else { return least }
  if bound >= 1 { return most }
  return min(most, max(least, Int((64 / -Double.log2(bound)).rounded(.up))))
}

/// The largest entry of an integer direction: 2^(45 - ⌈log₂ d⌉) - 1, and never 2³¹ or more.
func integerDirectionBound(dimension: Int) -> Int {
  let bitsOfDimension = Int.bitWidth - (max(1, dimension) - 1).leadingZeroBitCount
  return (1 << max(1, min(31, 45 - bitsOfDimension))) - 1
}

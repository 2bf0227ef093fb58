public import RandomStreams

/// One of the cases over which a property is tested: a seed and the sizes that belong to it.
///
/// ``all`` holds every triple of ``sizes`` once, each with a seed of its own.
public struct PropertyCase: Sendable, Hashable, CustomStringConvertible {
  /// The seed, from 0.
  public let seed: Int

  /// The sizes tried: the degenerate ones, small ones of each parity, and one beyond the blocks of
  /// a vector unit.
  public static let sizes = [0, 1, 2, 3, 5, 10, 50]

  /// 343 cases, one for each triple of sizes.
  public static let all =
    (0..<sizes.count * sizes.count * sizes.count).map { PropertyCase(seed: $0) }

  /// The first size, that of a square problem.
  public var first: Int { Self.sizes[seed % Self.sizes.count] }
  /// The second size.
  public var second: Int { Self.sizes[seed / Self.sizes.count % Self.sizes.count] }
  /// The third size.
  public var third: Int {
    Self.sizes[seed / (Self.sizes.count * Self.sizes.count) % Self.sizes.count]
  }

  /// Creates a case.
  ///
  /// - Parameter seed: at least 0.
  public init(seed: Int) { self.seed = seed }

  /// A random stream of this case.
  ///
  /// - Parameter purpose: what the numbers are for.
  /// - Returns: the stream at its beginning.
  public func stream(_ purpose: String) -> RandomStream {
    RandomStream(seed: UInt64(seed), purpose: purpose)
  }

  /// The seed and the sizes, for the report of a failure.
  public var description: String { "seed \(seed), sizes \(first), \(second), \(third)" }
}

/// What Corollary 1's network of depth k ≥ 3 may cost, for n hinges, d inputs and C outputs.
public struct DepthBounds: Sendable, Codable, Equatable {
  /// The most units of a hidden layer: ⌊n / (k - 2)⌋ + 3 + 2C, with one output ⌊n / (k - 2)⌋ + 5.
  public let width: Int
  /// The most weights and biases that are not zero.
  ///
  /// 2d + (3 + 2C) n + (5 + 8C)(k - 2) + ⌊n / (k - 2)⌋ + 3, with one output
  /// 2d + 5n + 13 (k - 2) + ⌊n / (k - 2)⌋ + 3, the bound that is proved with the corollary.
  /// The network of ``ReLUNetwork/init(deepening:depth:)`` has at most 2d + (3 + 2C) n + (2 + 4C)(k - 2).
  public let nonZeroWeights: Int

  /// Computes the bounds.
  ///
  /// - Parameters:
  ///   - hinges: n, at least 0.
  ///   - dimension: d, at least 0.
  ///   - outputs: C, at least 0.
  ///   - depth: k, at least 3.
  public init(hinges: Int, dimension: Int, outputs: Int, depth: Int) {
    precondition(depth >= 3, "the bounds hold from depth 3 on")
    let blocks = depth - 2
    let share = hinges / blocks
    width = share + 3 + 2 * outputs
    nonZeroWeights =
      2 * dimension + (3 + 2 * outputs) * hinges + (5 + 8 * outputs) * blocks + share + 3
  }
}

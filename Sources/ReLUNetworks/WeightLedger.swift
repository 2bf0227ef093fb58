/// What the weights of a network are there for: a count for each layer and purpose.
///
/// Weights and biases that are zero are not counted. The entries add up to
/// ``ReLUNetwork/nonZeroWeights``.
public struct WeightLedger: Sendable, Codable, Equatable {
  /// The weights of one layer that serve one purpose.
  public struct Entry: Sendable, Codable, Equatable {
    /// The layer, counted from 1.
    public let layer: Int
    /// What the weights are there for.
    public let purpose: ReLULayer.Purpose
    /// Their number.
    public let nonZeroWeights: Int

    /// Creates an entry.
    ///
    /// - Parameters:
    ///   - layer: the layer, counted from 1.
    ///   - purpose: what the weights are there for.
    ///   - nonZeroWeights: their number.
    public init(layer: Int, purpose: ReLULayer.Purpose, nonZeroWeights: Int) {
      self.layer = layer
      self.purpose = purpose
      self.nonZeroWeights = nonZeroWeights
    }
  }

  /// The number of inputs d.
  public let inputs: Int
  /// The number of units of each layer, the outputs last.
  public let units: [Int]
  /// One entry for each layer and purpose that occurs, layer by layer.
  public let entries: [Entry]

  /// Counts the weights of a network.
  ///
  /// - Parameter network: the network.
  /// - Complexity: linear in the size of its blocks.
  public init(of network: ReLUNetwork) {
    inputs = network.inputs
    units = network.layers.map(\.units)
    entries = network.layers.enumerated().flatMap { index, layer -> [Entry] in
      var counts = [layer.biasPurpose: layer.biases.count { $0 != 0 }]
      for block in layer.blocks { counts[block.purpose, default: 0] += block.nonZeroWeights }
      return ReLULayer.Purpose.allCases.compactMap { purpose in
        guard let count = counts[purpose], count > 0 else { return nil }
        return Entry(layer: index + 1, purpose: purpose, nonZeroWeights: count)
      }
    }
  }

  /// The sum of all entries.
  public var total: Int { entries.reduce(0) { $0 + $1.nonZeroWeights } }

  /// The sum of a layer's entries.
  ///
  /// - Parameter layer: the layer, counted from 1.
  /// - Returns: its number of weights and biases that are not zero.
  public func total(ofLayer layer: Int) -> Int {
    entries.reduce(0) { $1.layer == layer ? $0 + $1.nonZeroWeights : $0 }
  }

  /// The sum of the entries of a purpose.
  ///
  /// - Parameter purpose: what the weights are there for.
  /// - Returns: their number in all layers.
  public func total(of purpose: ReLULayer.Purpose) -> Int {
    entries.reduce(0) { $1.purpose == purpose ? $0 + $1.nonZeroWeights : $0 }
  }
}

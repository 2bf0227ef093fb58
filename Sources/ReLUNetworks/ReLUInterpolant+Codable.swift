import LinearAlgebra

extension ReLUInterpolant: Codable {
  private enum Key: CodingKey {
    case direction, thresholds, outputWeights
  }

  /// Decodes a network; doubles come back bit for bit where the coder keeps them.
  ///
  /// - Parameter decoder: holds `direction`, `thresholds` and, one row a hidden unit,
  ///   `outputWeights`.
  /// - Throws: `DecodingError`, also where the parts do not make a network.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let direction = try container.decode([Double].self, forKey: .direction)
    let thresholds = try container.decode([Double].self, forKey: .thresholds)
    let rows = try container.decode([[Double]].self, forKey: .outputWeights)
    let outputs = rows.first?.count ?? 0
    guard rows.count == thresholds.count, rows.allSatisfy({ $0.count == outputs }),
      zip(thresholds, thresholds.dropFirst()).allSatisfy({ $0 < $1 })
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .outputWeights, in: container,
        debugDescription: "increasing thresholds and a row of output weights for each expected")
    }
    self.init(
      direction: direction, thresholds: thresholds,
      outputWeights: Matrix(rows: rows.count, columns: outputs) { i, j in rows[i][j] })
  }

  /// Encodes the network's weights.
  ///
  /// - Parameter encoder: receives `direction`, `thresholds` and `outputWeights`.
  /// - Throws: what the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(direction, forKey: .direction)
    try container.encode(thresholds, forKey: .thresholds)
    try container.encode(
      (0..<outputWeights.rows).map { outputWeights.row($0) }, forKey: .outputWeights)
  }
}

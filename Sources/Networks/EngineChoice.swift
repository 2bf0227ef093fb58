public import LinearAlgebra

/// Which engine trains a network, by name.
public enum EngineChoice: String, Sendable, Codable, CaseIterable {
  /// ``ReferenceEngine``, made to be read.
  case reference
  /// ``OneDNNEngine``, made to be fast.
  case fast

  /// Makes the engine.
  ///
  /// - Parameters:
  ///   - graph: the network.
  ///   - loss: what training makes small.
  ///   - batchSize: the most samples of one call, at least 1.
  ///   - parameters: the numbers to start with.
  /// - Returns: the engine, its velocity 0.
  /// - Throws: ``EngineError`` when the engine cannot carry out a layer.
  public func makeEngine(
    _ graph: NetworkGraph, loss: Loss, batchSize: Int, parameters: NetworkParameters<Float>
  ) throws(EngineError) -> any NetworkEngine<Float> {
    switch self {
    case .reference:
      ReferenceEngine(graph, loss: loss, batchSize: batchSize, parameters: parameters)
    case .fast:
      try OneDNNEngine(graph, loss: loss, batchSize: batchSize, parameters: parameters)
    }
  }
}

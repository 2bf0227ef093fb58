public import LinearAlgebra
public import Networks

/// Parameters of a ``NetworkGraph`` as safetensors.
///
/// Every array is named and shaped as in the graph, so as in PyTorch modules nested in the same way:
/// `3.1.0.weight`, `3.1.1.running_mean`. Beside the running statistics of each batch normalisation
/// stands PyTorch's counter `num_batches_tracked`, a whole number without sizes, which is 0. The
/// metadata hold the architecture as JSON.
extension SafetensorsFile {
  /// The key of the architecture in the metadata.
  public static let architectureKey = "architecture"

  /// A network's parameters and running statistics as a file.
  ///
  /// - Parameters:
  ///   - parameters: the numbers.
  ///   - graph: the network that they fit.
  /// - Returns: the file's bytes, 4 or 8 for each number and a header.
  /// - Throws: ``ArchitectureFileError/unwritable(layer:reason:)``.
  /// - Complexity: linear in the size of the file.
  public static func bytes<Scalar: LinearAlgebraScalar>(
    of parameters: NetworkParameters<Scalar>, graph: NetworkGraph
  ) throws(ArchitectureFileError) -> [UInt8] {
    bytes(
      of: NamedTensor.parameters(parameters, of: graph),
      metadata: [
        "format": "pt", architectureKey: try ArchitectureFile.json(of: graph.architecture),
      ])
  }

  /// The parameters and running statistics of a network.
  ///
  /// - Parameters:
  ///   - graph: the network.
  ///   - type: the scalar type in which the file must hold them.
  /// - Returns: the numbers, bit for bit.
  /// - Throws: ``SafetensorsFileError`` where names, shapes or types are not those of the graph.
  /// - Complexity: linear in the size of the file.
  public func parameters<Scalar: LinearAlgebraScalar>(
    of graph: NetworkGraph, as type: Scalar.Type
  ) throws(SafetensorsFileError) -> NetworkParameters<Scalar> {
    try requireTensors(
      (graph.parameters + graph.statistics).map(\.name) + NamedTensor.counterNames(of: graph))
    for name in NamedTensor.counterNames(of: graph) {
      _ = try tensor(name, shape: [], type: .int64)
    }
    return NetworkParameters(
      values: try arrays(graph.parameters, as: type),
      statistics: try arrays(graph.statistics, as: type))
  }

  /// One array for each of some parameters.
  func arrays<Scalar: LinearAlgebraScalar>(
    _ parameters: [NetworkGraph.Parameter], prefix: String = "", as type: Scalar.Type
  ) throws(SafetensorsFileError) -> [[Scalar]] {
    var arrays: [[Scalar]] = []
    arrays.reserveCapacity(parameters.count)
    for parameter in parameters {
      let tensor = try tensor(
        prefix + parameter.name, shape: parameter.dimensions, type: ElementType(type))
      arrays.append(entries(of: tensor, as: type) ?? [])
    }
    return arrays
  }

  /// The architecture that the metadata hold.
  ///
  /// - Returns: the layers, checked.
  /// - Throws: ``SafetensorsFileError/wrongMetadata(key:found:expected:)``.
  public func architecture() throws(SafetensorsFileError) -> Architecture {
    guard let text = metadata[Self.architectureKey] else {
      throw .wrongMetadata(
        key: Self.architectureKey, found: nil, expected: "the layers of a network as JSON")
    }
    do throws(ArchitectureFileError) {
      return try ArchitectureFile.architecture(parsing: text, path: "metadata")
    } catch {
      throw .wrongMetadata(
        key: Self.architectureKey, found: text,
        expected: "the layers of a network as JSON (\(error))")
    }
  }

  /// A tensor by its name, of one shape and type.
  private func tensor(
    _ name: String, shape: [Int], type: ElementType
  ) throws(SafetensorsFileError) -> Tensor {
    guard let tensor = tensors.first(where: { $0.name == name }) else {
      throw .missingTensor(name: name)
    }
    guard tensor.shape == shape else {
      throw .wrongShape(tensor: name, found: tensor.shape, expected: shape)
    }
    guard tensor.type == type else {
      throw .wrongType(tensor: name, found: tensor.type, expected: type)
    }
    return tensor
  }
}

extension NamedTensor {
  /// The parameters, the running statistics and PyTorch's counters of a network.
  static func parameters<Scalar: LinearAlgebraScalar>(
    _ parameters: NetworkParameters<Scalar>, of graph: NetworkGraph
  ) -> [NamedTensor] {
    precondition(parameters.fits(graph), "parameters in the shapes of the graph")
    return arrays(parameters.values, of: graph.parameters)
      + arrays(parameters.statistics, of: graph.statistics)
      + counterNames(of: graph).map { NamedTensor($0, 0) }
  }

  /// Arrays in the shapes of some parameters, named like them.
  static func arrays<Scalar: LinearAlgebraScalar>(
    _ arrays: [[Scalar]], of parameters: [NetworkGraph.Parameter], prefix: String = ""
  ) -> [NamedTensor] {
    zip(parameters, arrays).map {
      NamedTensor(prefix + $0.name, shape: $0.dimensions, $1)
    }
  }

  /// The names of PyTorch's counters of batches, one for each batch normalisation.
  static func counterNames(of graph: NetworkGraph) -> [String] {
    graph.nodes.filter { !$0.statistics.isEmpty }.map { $0.name + ".num_batches_tracked" }
  }
}

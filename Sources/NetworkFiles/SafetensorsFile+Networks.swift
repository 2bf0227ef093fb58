private import LinearAlgebra
public import ReLUNetworks

/// Networks as safetensors: the metadata hold `kind`, `depth` and `formatVersion`.
///
///     shared-direction  direction      [d]
///                       thresholds     [n], increasing
///                       outputWeights  [n, C]
///     feed-forward      layers.0.weight, layers.1.weight, …  [units, inputs]
///                       layers.0.bias, layers.1.bias, …      [units]
extension SafetensorsFile {
  /// The version of names and shapes, `formatVersion` in the metadata.
  public static let formatVersion = "1"

  /// A feed-forward network as a file of kind `feed-forward`, its matrices dense.
  ///
  /// - Parameter network: the network.
  /// - Returns: the file's bytes, 8 for each entry of each matrix and a header.
  /// - Complexity: O(Σ_ℓ units · inputs); no other copy of the dense matrices is made.
  public static func bytes(of network: ReLUNetwork) -> [UInt8] {
    bytes(
      of: NamedTensor.layers(of: network),
      metadata: metadata(.feedForward, depth: network.depth))
  }

  /// A two-layer network whose hidden units share their direction.
  ///
  /// - Parameters:
  ///   - network: the network.
  ///   - layout: shared, the file is of kind `shared-direction`; expanded, it is of kind
  ///     `feed-forward` with two dense layers, the biases being minus the thresholds.
  /// - Returns: the file's bytes, 8 for each of n (1 + C) + d or n (d + 1 + C) + C numbers, and a
  ///   header.
  /// - Complexity: linear in the size of the file; no other copy of the n × d matrix is made.
  public static func bytes(
    of network: ReLUInterpolant, layout: DirectionLayout = .shared
  ) -> [UInt8] {
    switch layout {
    case .shared:
      bytes(
        of: NamedTensor.parts(of: network), metadata: metadata(.sharedDirection, depth: 2))
    case .expanded:
      bytes(
        of: NamedTensor.expandedLayers(of: network), metadata: metadata(.feedForward, depth: 2))
    }
  }

  /// The network that the file holds, bit for bit.
  ///
  /// Each layer of a feed-forward network comes back as one block, whatever its blocks were.
  ///
  /// - Returns: the network.
  /// - Throws: ``SafetensorsFileError`` where metadata, names, shapes or the order of the thresholds
  ///   are not those of a network.
  /// - Complexity: O(entries).
  public func network() throws(SafetensorsFileError) -> AnyReLUNetwork {
    try require("formatVersion", Self.formatVersion)
    switch metadata["kind"] {
    case AnyReLUNetwork.Kind.sharedDirection.rawValue:
      try require("depth", "2")
      return .sharedDirection(try interpolant())
    case AnyReLUNetwork.Kind.feedForward.rawValue:
      return .feedForward(try feedForwardNetwork())
    case let kind:
      throw .wrongMetadata(
        key: "kind", found: kind,
        expected: [AnyReLUNetwork.Kind.sharedDirection, .feedForward].map(
          \.rawValue.debugDescription
        )
        .joined(separator: " or "))
    }
  }

  private static func metadata(_ kind: AnyReLUNetwork.Kind, depth: Int) -> [String: String] {
    ["formatVersion": formatVersion, "kind": kind.rawValue, "depth": String(depth)]
  }

  private func require(_ key: String, _ value: String) throws(SafetensorsFileError) {
    guard metadata[key] == value else {
      throw .wrongMetadata(key: key, found: metadata[key], expected: value.debugDescription)
    }
  }

  private func interpolant() throws(SafetensorsFileError) -> ReLUInterpolant {
    try requireTensors(["direction", "thresholds", "outputWeights"])
    let direction = try values("direction", shape: [nil]).values
    let thresholds = try values("thresholds", shape: [nil]).values
    let (sizes, weights) = try values("outputWeights", shape: [thresholds.count, nil])
    for index in thresholds.indices.dropFirst() where !(thresholds[index - 1] < thresholds[index]) {
      throw .thresholdsNotIncreasing(index: index)
    }
    return ReLUInterpolant(
      direction: direction, thresholds: thresholds,
      outputWeights: matrix(rows: sizes[0], columns: sizes[1], rowMajor: weights))
  }

  private func feedForwardNetwork() throws(SafetensorsFileError) -> ReLUNetwork {
    // One layer has two tensors, so a larger depth lacks one of them.
    guard let text = metadata["depth"], let depth = Int(text), depth >= 1, String(depth) == text
    else {
      throw .wrongMetadata(
        key: "depth", found: metadata["depth"], expected: "a whole number of at least 1")
    }
    try requireTensors(
      (0..<min(depth, tensors.count + 1)).flatMap {
        [NamedTensor.weightName($0), NamedTensor.biasName($0)]
      })
    var layers: [ReLULayer] = []
    for index in 0..<depth {
      let (sizes, weights) = try values(
        NamedTensor.weightName(index), shape: [nil, layers.last?.units])
      let biases = try values(NamedTensor.biasName(index), shape: [sizes[0]]).values
      let block = ReLULayer.Block(
        .weight, firstUnit: 0, firstInput: 0,
        weights: matrix(rows: sizes[0], columns: sizes[1], rowMajor: weights))
      layers.append(
        ReLULayer(inputs: sizes[1], biases: biases, blocks: weights.isEmpty ? [] : [block]))
    }
    return ReLUNetwork(layers: layers)
  }

  /// Requires that the tensors are those named and no others.
  func requireTensors(_ names: [String]) throws(SafetensorsFileError) {
    let found = Set(tensors.map(\.name))
    if let name = names.first(where: { !found.contains($0) }) { throw .missingTensor(name: name) }
    let known = Set(names)
    if let tensor = tensors.first(where: { !known.contains($0.name) }) {
      throw .unexpectedTensor(name: tensor.name)
    }
  }

  /// The sizes and the entries of a tensor whose shape is as wanted; nil stands for any size.
  private func values(
    _ name: String, shape: [Int?]
  ) throws(SafetensorsFileError) -> (sizes: [Int], values: [Double]) {
    guard let tensor = tensors.first(where: { $0.name == name }) else {
      throw .missingTensor(name: name)
    }
    guard tensor.shape.count == shape.count,
      zip(tensor.shape, shape).allSatisfy({ $1 == nil || $0 == $1 })
    else { throw .wrongShape(tensor: name, found: tensor.shape, expected: shape) }
    guard tensor.type == .float64 else {
      throw .wrongType(tensor: name, found: tensor.type, expected: .float64)
    }
    return (tensor.shape, values(of: tensor))
  }
}

private func matrix(rows: Int, columns: Int, rowMajor values: [Double]) -> Matrix<Double> {
  // A file may announce any number of rows without columns: those are not walked through.
  values.isEmpty
    ? Matrix(rows: rows, columns: columns)
    : Matrix(rows: columns, columns: rows, columnMajor: values).transposed()
}

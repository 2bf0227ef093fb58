private import ExactArithmetic
private import Foundation
private import LinearAlgebra
public import ReLUNetworks

/// Networks as JSON, `network.json`.
///
/// One object. `kind` is the form, `shared-direction` where it is missing. Doubles are written with
/// as many digits as tell them from all others, so that they come back bit for bit.
///
///     shared-direction  direction      [a_1, …, a_d]
///                       thresholds     [b_1, …, b_n], increasing
///                       outputWeights  [[w_11, …, w_1C], …], one row a hidden unit
///     feed-forward      layers         [{inputs, biases, biasPurpose, blocks}, …], from the inputs on
///                       blocks         [{purpose, firstUnit, firstInput, inputs, weights}, …]
///                       weights        one row a unit; inputs is the number of columns
///     rational          as shared-direction, thresholds and outputWeights being texts "p/q"
public enum NetworkFile {
  /// The file's name in the folder of a run.
  public static let name = "network.json"

  /// Reads a network.
  ///
  /// - Parameter path: a file, or a folder that holds a file ``name``.
  /// - Returns: the network, and the file that it is from.
  /// - Throws: ``NetworkFileError``, which names the file and the key.
  public static func read(
    at path: String
  ) throws(NetworkFileError) -> (network: AnyReLUNetwork, path: String) {
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    let file = exists && isFolder.boolValue ? (path as NSString).appendingPathComponent(name) : path
    let header = try JSONFile.value(of: NetworkKind.self, at: file)
    switch header.kind ?? AnyReLUNetwork.Kind.sharedDirection.rawValue {
    case AnyReLUNetwork.Kind.sharedDirection.rawValue:
      let content = try JSONFile.value(of: SharedDirectionContent.self, at: file)
      return (.sharedDirection(try content.network(path: file)), file)
    case AnyReLUNetwork.Kind.feedForward.rawValue:
      let content = try JSONFile.value(of: FeedForwardContent.self, at: file)
      return (.feedForward(try content.network(path: file)), file)
    case AnyReLUNetwork.Kind.rational.rawValue:
      let content = try JSONFile.value(of: RationalContent.self, at: file)
      return (.rational(try content.network(path: file)), file)
    case let other:
      throw .unknownKind(path: file, found: String(other.prefix(40)))
    }
  }

  /// The text of a network's file.
  ///
  /// - Parameter network: the network, of finite numbers.
  /// - Returns: JSON with a line break at its end.
  /// - Throws: ``NetworkFileError/notFinite(key:)``.
  public static func text(of network: AnyReLUNetwork) throws(NetworkFileError) -> String {
    var text = "{\n  \"kind\": \"\(network.kind.rawValue)\""
    switch network {
    case .sharedDirection(let network):
      text += try ",\n  \"direction\": " + list(network.direction, "direction")
      text += try ",\n  \"thresholds\": " + list(network.thresholds, "thresholds")
      text += try ",\n  \"outputWeights\": " + rows(network.outputWeights, "outputWeights")
    case .feedForward(let network):
      text += ",\n  \"layers\": ["
      for (index, layer) in network.layers.enumerated() {
        text += index == 0 ? "\n    " : ",\n    "
        text += try self.text(of: layer, "layers[\(index)]")
      }
      text += "]"
    case .rational(let network):
      text += try ",\n  \"direction\": " + list(network.direction, "direction")
      text += ",\n  \"thresholds\": " + list(network.thresholds)
      text += ",\n  \"outputWeights\": ["
      text += network.outputWeights.map { "\n    " + list($0) }.joined(separator: ",") + "]"
    }
    return text + "\n}\n"
  }

  private static func text(
    of layer: ReLULayer, _ key: String
  ) throws(NetworkFileError) -> String {
    var text = "{\"inputs\": \(layer.inputs), \"biasPurpose\": \"\(layer.biasPurpose.rawValue)\""
    text += try ", \"biases\": " + list(layer.biases, key + ".biases") + ",\n    \"blocks\": ["
    for (index, block) in layer.blocks.enumerated() {
      if index > 0 { text += "," }
      text +=
        "\n      {\"purpose\": \"\(block.purpose.rawValue)\", \"firstUnit\": \(block.firstUnit)"
      text += ", \"firstInput\": \(block.firstInput), \"inputs\": \(block.weights.columns)"
      text += try ", \"weights\": " + rows(block.weights, key + ".blocks[\(index)].weights") + "}"
    }
    return text + "]}"
  }
}

/// Numbers in the fewest digits that tell them from all other doubles.
private func list(_ numbers: [Double], _ key: String) throws(NetworkFileError) -> String {
  if let index = numbers.firstIndex(where: { !$0.isFinite }) {
    throw .notFinite(key: "\(key)[\(index)]")
  }
  return "[" + numbers.map(\.description).joined(separator: ", ") + "]"
}

private func list(_ fractions: [Rational]) -> String {
  "[" + fractions.map { "\"\($0)\"" }.joined(separator: ", ") + "]"
}

private func rows(_ matrix: Matrix<Double>, _ key: String) throws(NetworkFileError) -> String {
  var text = "["
  for i in 0..<matrix.rows {
    text += i == 0 ? "\n    " : ",\n    "
    text += try list(matrix.row(i), "\(key)[\(i)]")
  }
  return text + "]"
}

/// The only part of a file that must be known before the rest.
private struct NetworkKind: Decodable {
  var kind: String?
}

private struct SharedDirectionContent: Decodable {
  var direction: [Double]
  var thresholds: [Double]
  var outputWeights: [[Double]]

  func network(path: String) throws(NetworkFileError) -> ReLUInterpolant {
    try checkHiddenUnits(thresholds, outputWeights.count, path)
    return ReLUInterpolant(
      direction: direction, thresholds: thresholds,
      outputWeights: try matrix(
        outputWeights, columns: outputWeights.first?.count ?? 0, "outputWeights", path))
  }
}

private struct RationalContent: Decodable {
  var direction: [Double]
  var thresholds: [Rational]
  var outputWeights: [[Rational]]

  func network(path: String) throws(NetworkFileError) -> RationalInterpolant {
    try checkHiddenUnits(thresholds, outputWeights.count, path)
    try checkRows(outputWeights, columns: outputWeights.first?.count ?? 0, "outputWeights", path)
    return RationalInterpolant(
      direction: direction, thresholds: thresholds, outputWeights: outputWeights)
  }
}

/// Throws unless thresholds increase and each has a row of output weights.
private func checkHiddenUnits(
  _ thresholds: [some Comparable], _ rows: Int, _ path: String
) throws(NetworkFileError) {
  guard rows == thresholds.count else {
    throw .wrongCount(path: path, key: "outputWeights", found: rows, expected: thresholds.count)
  }
  for index in thresholds.indices.dropFirst() where thresholds[index - 1] >= thresholds[index] {
    throw .thresholdsNotIncreasing(path: path, index: index)
  }
}

/// Throws unless all rows are equally long.
private func checkRows<Number>(
  _ rows: [[Number]], columns: Int, _ key: String, _ path: String
) throws(NetworkFileError) {
  for (index, row) in rows.enumerated() where row.count != columns {
    throw .wrongCount(path: path, key: "\(key)[\(index)]", found: row.count, expected: columns)
  }
}

private struct FeedForwardContent: Decodable {
  struct Block: Decodable {
    var purpose: ReLULayer.Purpose
    var firstUnit: Int
    var firstInput: Int
    var inputs: Int
    var weights: [[Double]]
  }

  struct Layer: Decodable {
    var inputs: Int
    var biases: [Double]
    var biasPurpose: ReLULayer.Purpose
    var blocks: [Block]
  }

  var layers: [Layer]

  func network(path: String) throws(NetworkFileError) -> ReLUNetwork {
    if layers.isEmpty {
      throw .wrongValue(path: path, key: "layers", reason: "empty, at least one layer expected")
    }
    var made: [ReLULayer] = []
    for (index, layer) in layers.enumerated() {
      let key = "layers[\(index)]"
      if let last = made.last, last.units != layer.inputs {
        throw .wrongCount(
          path: path, key: "layers[\(index - 1)].biases", found: last.units, expected: layer.inputs)
      }
      made.append(try layer.layer(key, path))
    }
    return ReLUNetwork(layers: made)
  }
}

extension FeedForwardContent.Layer {
  /// The layer; all that its initialiser asks for is checked first.
  fileprivate func layer(_ key: String, _ path: String) throws(NetworkFileError) -> ReLULayer {
    if inputs < 0 {
      throw .wrongValue(path: path, key: key + ".inputs", reason: "negative: \(inputs)")
    }
    var made: [ReLULayer.Block] = []
    for (index, block) in blocks.enumerated() {
      let blockKey = key + ".blocks[\(index)]"
      // Compared without sums that could overflow.
      guard block.firstUnit >= 0, block.firstUnit <= biases.count,
        block.weights.count <= biases.count - block.firstUnit,
        block.firstInput >= 0, block.firstInput <= inputs, block.inputs >= 0,
        block.inputs <= inputs - block.firstInput
      else {
        throw .misplacedBlock(
          path: path, key: blockKey,
          reason: "stands outside the layer's \(biases.count) units and \(inputs) inputs")
      }
      let weights = try matrix(
        block.weights, columns: block.inputs, blockKey + ".weights", path)
      made.append(
        .init(
          block.purpose, firstUnit: block.firstUnit, firstInput: block.firstInput,
          weights: weights))
    }
    for (index, block) in made.enumerated() {
      let other = made[..<index].firstIndex {
        $0.unitRange.overlaps(block.unitRange) && $0.inputRange.overlaps(block.inputRange)
      }
      if let other {
        throw .misplacedBlock(
          path: path, key: key + ".blocks[\(index)]", reason: "overlaps block \(other)")
      }
    }
    return ReLULayer(inputs: inputs, biases: biases, biasPurpose: biasPurpose, blocks: made)
  }
}

private func matrix(
  _ rows: [[Double]], columns: Int, _ key: String, _ path: String
) throws(NetworkFileError) -> Matrix<Double> {
  try checkRows(rows, columns: columns, key, path)
  return Matrix(rows: rows.count, columns: columns) { i, j in rows[i][j] }
}

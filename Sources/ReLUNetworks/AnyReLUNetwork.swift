private import ExactArithmetic
private import LinearAlgebra

/// A network of any of the forms that are stored and certified.
public enum AnyReLUNetwork: Sendable, Equatable {
  /// Two layers, all hidden units sharing one direction.
  case sharedDirection(ReLUInterpolant)
  /// Any number of layers.
  case feedForward(ReLUNetwork)
  /// Two layers sharing one direction, the weights being fractions.
  case rational(RationalInterpolant)

  /// The name of a form.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// Two layers, all hidden units sharing one direction.
    case sharedDirection = "shared-direction"
    /// Any number of layers.
    case feedForward = "feed-forward"
    /// Two layers sharing one direction, the weights being fractions.
    case rational
  }

  /// The form.
  public var kind: Kind {
    switch self {
    case .sharedDirection: .sharedDirection
    case .feedForward: .feedForward
    case .rational: .rational
    }
  }

  /// The input dimension d.
  public var inputs: Int {
    switch self {
    case .sharedDirection(let network): network.direction.count
    case .feedForward(let network): network.inputs
    case .rational(let network): network.direction.count
    }
  }

  /// The number of outputs C.
  public var outputs: Int {
    switch self {
    case .sharedDirection(let network): network.outputs
    case .feedForward(let network): network.outputs
    case .rational(let network): network.outputs
    }
  }

  /// Bytes that two networks share only if they have the same form, sizes and numbers, bit for bit.
  ///
  /// The form's name, then sizes and positions as 64-bit little-endian integers, each list of numbers
  /// after its length, and doubles as 64-bit little-endian patterns; matrices column after column.
  /// Fractions are their texts p/q, row after row.
  ///
  /// - Complexity: O(p) for p numbers.
  public var canonicalBytes: [UInt8] {
    var bytes = CanonicalBytes()
    bytes.append(kind.rawValue)
    switch self {
    case .sharedDirection(let network):
      bytes.append(network.direction)
      bytes.append(network.thresholds)
      bytes.append(network.outputWeights)
    case .feedForward(let network):
      bytes.append(network.layers.count)
      for layer in network.layers {
        bytes.append(layer.inputs)
        bytes.append(layer.biasPurpose.rawValue)
        bytes.append(layer.biases)
        bytes.append(layer.blocks.count)
        for block in layer.blocks {
          bytes.append(block.purpose.rawValue)
          bytes.append(block.firstUnit)
          bytes.append(block.firstInput)
          bytes.append(block.weights)
        }
      }
    case .rational(let network):
      bytes.append(network.direction)
      bytes.append(network.thresholds)
      bytes.append(network.outputs)
      for row in network.outputWeights { bytes.append(row) }
    }
    return bytes.bytes
  }
}

private struct CanonicalBytes {
  private(set) var bytes: [UInt8] = []

  mutating func append(_ integer: Int) {
    withUnsafeBytes(of: Int64(integer).littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func append(_ text: String) {
    append(text.utf8.count)
    bytes.append(contentsOf: text.utf8)
  }

  mutating func append(_ numbers: [Double]) {
    append(numbers.count)
    bytes.reserveCapacity(bytes.count + 8 * numbers.count)
    for number in numbers {
      withUnsafeBytes(of: number.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }
  }

  mutating func append(_ fractions: [Rational]) {
    append(fractions.count)
    for fraction in fractions { append(fraction.description) }
  }

  mutating func append(_ matrix: Matrix<Double>) {
    append(matrix.rows)
    append(matrix.elements)
  }
}

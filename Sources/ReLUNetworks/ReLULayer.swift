public import LinearAlgebra

/// One layer of weights, W h + b, given by the blocks of W that are not zero.
public struct ReLULayer: Sendable, Equatable {
  /// What a weight is there for.
  public enum Purpose: String, Sendable, Codable, CaseIterable {
    /// The separating direction a.
    case direction
    /// Reads the projection ⟨a, z⟩ from its positive and its negative part.
    case readProjection = "read projection"
    /// Hands the parts of the projection to the next layer.
    case carryProjection = "carry projection"
    /// Minus the threshold of a hinge.
    case threshold
    /// The weight w of a hinge, or minus it.
    case outputWeight = "output weight"
    /// Hands the parts of the sum of all hinges so far to the next layer.
    case carrySum = "carry sum"
    /// Any other weight.
    case weight
    /// Any other bias.
    case bias
  }

  /// A rectangle of W.
  public struct Block: Sendable, Equatable {
    /// What its weights are there for.
    public let purpose: Purpose
    /// Its first row in W, a unit of this layer.
    public let firstUnit: Int
    /// Its first column in W, a unit of the layer before.
    public let firstInput: Int
    /// Its weights, one row a unit.
    public let weights: Matrix<Double>

    /// Creates a block.
    ///
    /// - Parameters:
    ///   - purpose: what its weights are there for.
    ///   - firstUnit: its first row in W.
    ///   - firstInput: its first column in W.
    ///   - weights: its weights, one row a unit.
    public init(
      _ purpose: Purpose, firstUnit: Int, firstInput: Int, weights: Matrix<Double>
    ) {
      self.purpose = purpose
      self.firstUnit = firstUnit
      self.firstInput = firstInput
      self.weights = weights
    }
  }

  /// The number of inputs, columns of W.
  public let inputs: Int
  /// The number of units, rows of W.
  public let units: Int
  /// The rectangles of W that are not zero; no two overlap.
  public let blocks: [Block]
  /// The biases b, one a unit.
  public let biases: [Double]
  /// What the biases are there for, those that are not zero.
  public let biasPurpose: Purpose

  /// Creates a layer.
  ///
  /// - Parameters:
  ///   - inputs: the number of inputs.
  ///   - biases: b; their number is that of the units.
  ///   - biasPurpose: what the biases are there for.
  ///   - blocks: the rectangles of W that are not zero, inside W and apart from each other.
  public init(inputs: Int, biases: [Double], biasPurpose: Purpose = .bias, blocks: [Block]) {
    self.inputs = inputs
    self.units = biases.count
    self.biases = biases
    self.biasPurpose = biasPurpose
    self.blocks = blocks
    for (index, block) in blocks.enumerated() {
      precondition(
        block.unitRange.upperBound <= units && block.firstUnit >= 0
          && block.inputRange.upperBound <= inputs && block.firstInput >= 0,
        "a block stands inside the layer's matrix")
      precondition(
        blocks[..<index].allSatisfy {
          !$0.unitRange.overlaps(block.unitRange) || !$0.inputRange.overlaps(block.inputRange)
        }, "blocks stand apart from each other")
    }
  }

  /// The number of weights and biases that are not zero.
  public var nonZeroWeights: Int {
    blocks.reduce(biases.count { $0 != 0 }) { $0 + $1.nonZeroWeights }
  }

  /// The largest absolute weight or bias; 0 where there is none.
  public var largestWeight: Double {
    max(
      biases.reduce(0) { max($0, abs($1)) },
      blocks.map { $0.weights.largestAbsoluteEntry }.max() ?? 0)
  }

  /// The whole matrix W.
  ///
  /// - Returns: a matrix with a row for each unit and a column for each input.
  public func dense() -> Matrix<Double> {
    var whole = Matrix<Double>(rows: units, columns: inputs)
    for block in blocks {
      for j in 0..<block.weights.columns {
        for i in 0..<block.weights.rows {
          whole[block.firstUnit + i, block.firstInput + j] = block.weights[i, j]
        }
      }
    }
    return whole
  }

  /// W h + b for some values h of the layer before.
  ///
  /// - Parameter values: H, one row an input, one column a unit of the layer before.
  /// - Returns: one row an input, one column a unit of this layer.
  public func preactivations(_ values: Matrix<Double>) -> Matrix<Double> {
    added(products: values, to: biases)
  }

  /// W h without the biases.
  func products(_ values: Matrix<Double>) -> Matrix<Double> {
    added(products: values, to: [Double](repeating: 0, count: units))
  }

  private func added(products values: Matrix<Double>, to start: [Double]) -> Matrix<Double> {
    precondition(values.columns == inputs, "a value for each input of the layer")
    var result = Matrix<Double>(
      rows: values.rows, columns: units,
      columnMajor: start.flatMap { [Double](repeating: $0, count: values.rows) })
    for block in blocks {
      let part = values.columns(block.inputRange).times(block.weights, transposingOther: true)
      result.addColumns(part, from: block.firstUnit)
    }
    return result
  }

  /// The layer of |W| and |b|.
  var magnitudes: ReLULayer {
    ReLULayer(
      inputs: inputs, biases: biases.map(\.magnitude), biasPurpose: biasPurpose,
      blocks: blocks.map {
        Block(
          $0.purpose, firstUnit: $0.firstUnit, firstInput: $0.firstInput,
          weights: $0.weights.map(\.magnitude))
      })
  }

  /// The most terms that a unit sums, its bias included.
  var longestSum: Int {
    var terms = [Int](repeating: 1, count: units)
    for block in blocks { for unit in block.unitRange { terms[unit] += block.weights.columns } }
    return terms.max() ?? 1
  }
}

extension Matrix<Double> {
  /// Adds the columns of another matrix to those from a given one on.
  fileprivate mutating func addColumns(_ other: Matrix<Double>, from first: Int) {
    let start = first * rows
    withUnsafeMutableElements { target in
      other.withUnsafeElements { source in
        for index in 0..<other.rows * other.columns { target[start + index] += source[index] }
      }
    }
  }
}

extension ReLULayer.Block {
  /// The rows of W that the block covers.
  public var unitRange: Range<Int> { firstUnit..<firstUnit + weights.rows }
  /// The columns of W that the block covers.
  public var inputRange: Range<Int> { firstInput..<firstInput + weights.columns }
  /// The number of its weights that are not zero.
  public var nonZeroWeights: Int { weights.elements.count { $0 != 0 } }
}

public import ExactArithmetic
public import LinearAlgebra

/// A two-layer ReLU network c(z) = Σ_j w_j max(⟨a, z⟩ - b_j, 0) whose weights are fractions.
///
/// What ``ReLUInterpolant`` is in doubles, without any rounding. The direction is made of doubles,
/// so that a program draws it as it does for the other one.
///
/// Source: Zhang et al. (2017), Theorem 1.
public struct RationalInterpolant: Sendable, Equatable {
  /// The direction a, d finite numbers.
  public let direction: [Double]
  /// The thresholds b, increasing.
  public let thresholds: [Rational]
  /// The output weights, one row a hidden unit, one entry an output.
  public let outputWeights: [[Rational]]

  /// Creates a network from its weights.
  ///
  /// - Parameters:
  ///   - direction: a, finite.
  ///   - thresholds: b, increasing.
  ///   - outputWeights: w, one row for each threshold, all of one length.
  public init(direction: [Double], thresholds: [Rational], outputWeights: [[Rational]]) {
    precondition(direction.allSatisfy(\.isFinite), "a direction is made of finite numbers")
    precondition(
      Self.isNetwork(thresholds, outputWeights),
      "increasing thresholds and a row of output weights for each")
    self.direction = direction
    self.thresholds = thresholds
    self.outputWeights = outputWeights
  }

  private static func isNetwork(_ thresholds: [Rational], _ weights: [[Rational]]) -> Bool {
    weights.count == thresholds.count && weights.allSatisfy { $0.count == weights[0].count }
      && zip(thresholds, thresholds.dropFirst()).allSatisfy { $0 < $1 }
  }

  /// The number of hidden units n.
  public var hiddenUnits: Int { thresholds.count }
  /// The number of outputs C; 0 without hidden units.
  public var outputs: Int { outputWeights.first?.count ?? 0 }
  /// The number of weights, n (1 + C) + d.
  public var weightCount: Int { hiddenUnits * (1 + outputs) + direction.count }

  /// The outputs for some inputs, without rounding.
  ///
  /// - Parameter inputs: Z, m × d, finite, one row an input.
  /// - Returns: m rows of C numbers.
  /// - Complexity: as ``predict(projections:)``, and O(m d) for the projections.
  public func predict<Scalar: LinearAlgebraScalar>(_ inputs: Matrix<Scalar>) -> [[Rational]] {
    predict(projections: exactProjections(of: inputs, along: direction).map { Rational($0) })
  }

  /// The outputs at some projections x = ⟨a, z⟩, without rounding.
  ///
  /// - Parameter projections: m numbers.
  /// - Returns: m rows of C numbers.
  /// - Complexity: O((n + m) C) operations on fractions of the output weights' length; where a
  ///   value is as long as they are, cancelling it takes the square of that.
  public func predict(projections: [Rational]) -> [[Rational]] {
    var result = [[Rational]](
      repeating: [Rational](repeating: 0, count: outputs), count: projections.count)
    let order = projections.indices.sorted { projections[$0] < projections[$1] }
    for output in 0..<outputs {
      // Slope and offset of the piece that the projections have reached.
      var (slope, offset) = (UnreducedFraction(0), UnreducedFraction(0))
      var unit = 0
      for i in order {
        while unit < hiddenUnits && thresholds[unit] < projections[i] {
          var term = UnreducedFraction(outputWeights[unit][output])
          slope.add(term)
          term.multiply(by: thresholds[unit])
          offset.add(term)
          unit += 1
        }
        var value = slope
        value.multiply(by: projections[i])
        value.add(offset.negative)
        result[i][output] = value.reduced
      }
    }
    return result
  }

  /// The network with each weight rounded to the nearest double.
  ///
  /// Nil where thresholds that differ round to the same double, or a weight beyond all doubles.
  public var rounded: ReLUInterpolant? {
    let thresholds = thresholds.map(\.nearestDouble)
    let weights = Matrix<Double>(rows: hiddenUnits, columns: outputs) { i, j in
      outputWeights[i][j].nearestDouble
    }
    guard zip(thresholds, thresholds.dropFirst()).allSatisfy({ $0 < $1 }),
      thresholds.allSatisfy(\.isFinite), weights.elements.allSatisfy(\.isFinite)
    else { return nil }
    return ReLUInterpolant(direction: direction, thresholds: thresholds, outputWeights: weights)
  }
}

extension RationalInterpolant: Codable {
  private enum Key: CodingKey {
    case direction, thresholds, outputWeights
  }

  /// Decodes a network; fractions are strings p/q.
  ///
  /// - Parameter decoder: holds `direction`, `thresholds` and, one row a hidden unit,
  ///   `outputWeights`.
  /// - Throws: `DecodingError`, also where the parts do not make a network.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let direction = try container.decode([Double].self, forKey: .direction)
    let thresholds = try container.decode([Rational].self, forKey: .thresholds)
    let outputWeights = try container.decode([[Rational]].self, forKey: .outputWeights)
    guard Self.isNetwork(thresholds, outputWeights), direction.allSatisfy(\.isFinite) else {
      throw DecodingError.dataCorruptedError(
        forKey: .outputWeights, in: container,
        debugDescription: "increasing thresholds and a row of output weights for each expected")
    }
    self.init(direction: direction, thresholds: thresholds, outputWeights: outputWeights)
  }

  /// Encodes the network's weights, fractions as strings p/q.
  ///
  /// - Parameter encoder: receives `direction`, `thresholds` and `outputWeights`.
  /// - Throws: what the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(direction, forKey: .direction)
    try container.encode(thresholds, forKey: .thresholds)
    try container.encode(outputWeights, forKey: .outputWeights)
  }
}

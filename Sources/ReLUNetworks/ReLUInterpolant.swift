private import ExactArithmetic
public import LinearAlgebra

/// The paper's two-layer ReLU network c(z) = Σ_j w_j max(⟨a, z⟩ - b_j, 0).
///
/// All hidden units share one direction a, so that with one output the network has 2n + d weights:
/// d in a, n thresholds, n output weights. With C outputs it has n (1 + C) + d.
///
/// Source: Zhang et al. (2017), Theorem 1.
public struct ReLUInterpolant: Sendable, Equatable {
  /// The direction a, d numbers.
  public let direction: [Double]
  /// The thresholds b, increasing.
  public let thresholds: [Double]
  /// The output weights, one row a hidden unit, one column an output.
  public let outputWeights: Matrix<Double>

  /// Creates a network from its weights.
  ///
  /// - Parameters:
  ///   - direction: a.
  ///   - thresholds: b, increasing.
  ///   - outputWeights: w, one row for each threshold.
  public init(direction: [Double], thresholds: [Double], outputWeights: Matrix<Double>) {
    precondition(thresholds.count == outputWeights.rows, "output weights for each hidden unit")
    precondition(
      zip(thresholds, thresholds.dropFirst()).allSatisfy { $0 < $1 }, "thresholds increase")
    self.direction = direction
    self.thresholds = thresholds
    self.outputWeights = outputWeights
  }

  /// The number of hidden units n.
  public var hiddenUnits: Int { thresholds.count }
  /// The number of outputs C.
  public var outputs: Int { outputWeights.columns }
  /// The number of weights, n (1 + C) + d.
  public var weightCount: Int { hiddenUnits * (1 + outputs) + direction.count }

  /// The outputs for some inputs.
  ///
  /// The network is linear between thresholds; slope and offset of each piece are summed once in
  /// twice the digits of a double, so the large weights do not cancel into noise.
  ///
  /// - Parameter inputs: Z, m × d, one row an input.
  /// - Returns: an m × C matrix.
  /// - Complexity: O(m d + (n + m log n) C).
  public func predict<Scalar: LinearAlgebraScalar>(_ inputs: Matrix<Scalar>) -> Matrix<Double> {
    predict(projections: projections(of: inputs, along: direction))
  }

  /// The outputs at some projections x = ⟨a, z⟩.
  ///
  /// - Parameter projections: m numbers.
  /// - Returns: an m × C matrix.
  public func predict(projections: [Double]) -> Matrix<Double> {
    let active = projections.map { x in thresholds.partitioningIndex { $0 >= x } }
    var result = Matrix<Double>(rows: projections.count, columns: outputs)
    for output in 0..<outputs {
      var slopes = [DoubleDouble(0)]
      var offsets = [DoubleDouble(0)]
      var (slope, offset) = (DoubleDouble(0), DoubleDouble(0))
      for (unit, threshold) in thresholds.enumerated() {
        let weight = outputWeights[unit, output]
        slope = slope + DoubleDouble(weight)
        offset = offset + .product(weight, threshold)
        slopes.append(slope)
        offsets.append(offset)
      }
      for (i, x) in projections.enumerated() {
        let piece = active[i]
        result[i, output] = (slopes[piece] * DoubleDouble(x) - offsets[piece]).rounded
      }
    }
    return result
  }

  /// The outputs at some projections, summed in plain doubles as the formula stands.
  ///
  /// What a program that knows only the formula sees: the reference of ``predict(projections:)``.
  /// Where weights are huge it is less accurate.
  ///
  /// - Parameter projections: m numbers.
  /// - Returns: an m × C matrix.
  /// - Complexity: O(m n C).
  public func plainForward(projections: [Double]) -> Matrix<Double> {
    // One column an input, so that inputs can be shared out among the threads.
    var transposed = Matrix<Double>(rows: outputs, columns: projections.count)
    transposed.forEachColumn { i, values in
      for output in 0..<outputs {
        var sum = 0.0
        for (unit, threshold) in thresholds.enumerated() {
          if threshold >= projections[i] { break }
          sum += outputWeights[unit, output] * (projections[i] - threshold)
        }
        values[output] = sum
      }
    }
    return transposed.transposed()
  }
}

extension Array {
  /// The first index whose element satisfies a predicate that holds for all elements after it.
  fileprivate func partitioningIndex(_ predicate: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if predicate(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

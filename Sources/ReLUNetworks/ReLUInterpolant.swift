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
  /// - Complexity: O(m d + (n + m) C).
  public func predict<Scalar: LinearAlgebraScalar>(_ inputs: Matrix<Scalar>) -> Matrix<Double> {
    predict(projections: projections(of: inputs, along: direction))
  }

  /// The outputs at some projections x = ⟨a, z⟩.
  ///
  /// - Parameter projections: m numbers.
  /// - Returns: an m × C matrix.
  /// - Complexity: O((n + m) C); the projections are sorted, then met together with the thresholds.
  public func predict(projections: [Double]) -> Matrix<Double> {
    let sorted = SortedProjections(projections)
    return Matrix(rows: projections.count, columns: outputs) { result in
      nonisolated(unsafe) let result = result
      inParallel(count: outputs) { output in
        var (slope, offset) = (DoubleDouble(0), DoubleDouble(0))
        sweep(sorted) { unit in
          let weight = outputWeights[unit, output]
          slope = slope + weight
          offset = offset + .product(weight, thresholds[unit])
        } reading: { sample, x in
          result[sample + output * sorted.count] = (slope * x - offset).rounded
        }
      }
    }
  }

  /// The outputs at some projections by prefix sums of slope and offset in plain doubles.
  ///
  /// As fast as ``predict(projections:)`` and the first thing to write down. Where n is large the
  /// sums cancel into noise; the distance to ``predict(projections:)`` shows how far.
  ///
  /// - Parameter projections: m numbers.
  /// - Returns: an m × C matrix.
  /// - Complexity: O((n + m) C).
  public func prefixSumForward(projections: [Double]) -> Matrix<Double> {
    let sorted = SortedProjections(projections)
    return Matrix(rows: projections.count, columns: outputs) { result in
      nonisolated(unsafe) let result = result
      inParallel(count: outputs) { output in
        var (slope, offset) = (0.0, 0.0)
        sweep(sorted) { unit in
          let weight = outputWeights[unit, output]
          slope += weight
          offset += weight * thresholds[unit]
        } reading: { sample, x in
          result[sample + output * sorted.count] = slope * x - offset
        }
      }
    }
  }

  /// Meets all thresholds and projections in increasing order.
  ///
  /// - Parameters:
  ///   - sorted: the projections.
  ///   - passing: called with each hidden unit that becomes active before the next projection.
  ///   - reading: called with each sample and its projection.
  @inline(__always)
  private func sweep(
    _ sorted: SortedProjections, passing: (Int) -> Void, reading: (Int, Double) -> Void
  ) {
    var unit = 0
    for position in 0..<sorted.count {
      let projection = sorted.values[position]
      while unit < thresholds.count && thresholds[unit] < projection {
        passing(unit)
        unit += 1
      }
      reading(Int(sorted.samples[position]), projection)
    }
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

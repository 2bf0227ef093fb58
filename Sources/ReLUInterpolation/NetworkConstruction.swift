public import LinearAlgebra
public import ReLUNetworks

/// A published way of fitting any real labels of n points in d dimensions by a ReLU network.
public enum ConstructionMethod: String, Sendable, Codable, CaseIterable {
  /// Two layers, one direction for all hidden units.
  case sharedDirection = "shared direction"
  /// k layers, one direction, hinges dealt out to them and running sums handed on.
  case runningSums = "running sums"
  /// Two layers, a direction of its own for each hidden unit.
  case ownDirections = "own directions"
  /// Two layers, four hidden units for each d points.
  case slabs
  /// Three layers, about 2√n units in either hidden layer.
  case clippedSums = "clipped sums"

  /// The size as its source states it, with the source.
  public var source: String {
    switch self {
    case .sharedDirection: "Zhang et al. 2017, Theorem 1: 2n + d weights"
    case .runningSums: "Zhang et al. 2017, Corollary 1: depth k, width O(n/k), O(n + d) weights"
    case .ownDirections: "O(d n) weights: the size of Livni et al. 2014, as Zhang et al. name it"
    case .slabs: "Bubeck, Eldan, Lee, Mikulincer 2020: 4 ⌈n/d⌉ neurons"
    case .clippedSums: "Yun, Sra, Jadbabaie 2019: two hidden layers of 2 √n units"
    }
  }

  /// What the sample must fulfil; checked when a network is built.
  public var assumption: String {
    switch self {
    case .sharedDirection, .runningSums, .ownDirections: "the samples are distinct"
    case .slabs: "the samples are in general position"
    case .clippedSums: "the samples are distinct and the targets lie in [-1, 1]"
    }
  }

  /// What of the source is not reproduced.
  public var leftOut: String {
    switch self {
    case .sharedDirection: "nothing"
    case .runningSums: "the source's multiplexer of intervals"
    case .ownDirections: "the source's own network: only its size was at hand"
    case .slabs: "bounds on the size of weights; the source's own proof"
    case .clippedSums: "the lower bound on widths; several outputs; the source's own proof"
    }
  }
}

/// A network built by one of the published methods, with what was found when it was built.
public struct NetworkConstruction: Sendable {
  /// A number that describes how the network was built.
  public struct Fact: Sendable, Codable, Equatable {
    /// What the number is.
    public let name: String
    /// The number.
    public let value: Double

    /// Creates a fact.
    ///
    /// - Parameters:
    ///   - name: what the number is.
    ///   - value: the number.
    public init(_ name: String, _ value: Double) {
      self.name = name
      self.value = value
    }
  }

  /// How it was built.
  public let method: ConstructionMethod
  /// The network, with one output.
  public let network: ReLUNetwork
  /// The two-layer network with its shared direction kept once; nil for other methods.
  ///
  /// The same function as ``network``, evaluated at n samples in O(n d) instead of O(n² d).
  public let interpolant: ReLUInterpolant?
  /// How many numbers have to be kept: tied weights count once, constants such as 1 do not count.
  public let storedNumbers: Int
  /// What the check of the assumptions measured, and the sizes of the parts.
  public let facts: [Fact]
}

extension NetworkConstruction {
  /// Builds the network that takes given values at given samples.
  ///
  /// - Parameters:
  ///   - method: how.
  ///   - samples: Z, n × d, finite, one row a sample.
  ///   - targets: y, n numbers.
  ///   - depth: k of ``ConstructionMethod/runningSums``, at least 3.
  ///   - directionKind: how a shared direction is drawn.
  ///   - seed: names the draws.
  /// - Returns: the network and what was found.
  /// - Throws: ``ConstructionError`` where the sample does not fulfil the method's assumption.
  public static func build<Scalar: LinearAlgebraScalar>(
    _ method: ConstructionMethod, samples: Matrix<Scalar>, targets: [Double],
    depth: Int = 8, directionKind: DirectionKind = .normal, seed: UInt64
  ) throws(ConstructionError) -> NetworkConstruction {
    let fit: InterpolantFit
    do {
      fit = try ReLUInterpolant.fit(
        samples, targets: Matrix(rows: targets.count, columns: 1, columnMajor: targets),
        direction: DirectionChoice(directionKind), seed: seed)
    } catch {
      throw .interpolation(error)
    }
    // From here on samples are distinct and stand in the order of their projections.
    let distinct = DistinctSample(
      rows: Matrix(rows: fit.representatives.count, columns: samples.columns) { i, j in
        Double(samples[fit.representatives[i], j])
      },
      targets: fit.representatives.map { targets[$0] }, indices: fit.representatives)
    let construction = try build(method, distinct, fit, depth: depth, seed: seed)
    try construction.network.checkFinite()
    return construction
  }

  private static func build(
    _ method: ConstructionMethod, _ sample: DistinctSample, _ fit: InterpolantFit, depth: Int,
    seed: UInt64
  ) throws(ConstructionError) -> NetworkConstruction {
    switch method {
    case .sharedDirection, .runningSums:
      precondition(depth >= 3, "running sums take at least three layers")
      return NetworkConstruction(
        method: method,
        network: ReLUNetwork(
          deepening: fit.network, depth: method == .runningSums ? depth : 2),
        interpolant: method == .sharedDirection ? fit.network : nil,
        // Deeper networks hold each number twice at most, with either sign.
        storedNumbers: fit.network.weightCount,
        facts: [
          Fact("smallest eigenvalue", fit.matrix.size == 0 ? 0 : fit.matrix.smallestEigenvalue)
        ])
    case .ownDirections: return try ownDirections(sample)
    case .slabs: return try slabs(sample, seed: seed)
    case .clippedSums:
      return try clippedSums(
        sample, direction: fit.network.direction, points: fit.matrix.points)
    }
  }
}

extension ReLUNetwork {
  fileprivate func checkFinite() throws(ConstructionError) {
    for (index, layer) in layers.enumerated() {
      for numbers in layer.blocks.map(\.weights.elements) + [layer.biases] {
        guard numbers.allSatisfy(\.isFinite) else {
          throw .weightsOverflow(layer: index + 1)
        }
      }
    }
  }
}

/// Distinct samples with their targets.
struct DistinctSample {
  /// One row a sample.
  let rows: Matrix<Double>
  /// y.
  let targets: [Double]
  /// Which sample of the caller's each row is.
  let indices: [Int]

  var count: Int { rows.rows }
  var dimension: Int { rows.columns }
}

/// A layer whose matrix is one block.
func denseLayer(
  _ weights: Matrix<Double>, _ purpose: ReLULayer.Purpose, biases: [Double],
  _ biasPurpose: ReLULayer.Purpose = .bias
) -> ReLULayer {
  ReLULayer(
    inputs: weights.columns, biases: biases, biasPurpose: biasPurpose,
    blocks: [ReLULayer.Block(purpose, firstUnit: 0, firstInput: 0, weights: weights)])
}

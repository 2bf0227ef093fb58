private import BigInt
private import ExactArithmetic
public import LinearAlgebra
public import ReLUNetworks

/// What exact arithmetic says of a network at the samples it was built for.
///
/// The stored weights are dyadic rationals; thresholds, slopes and values are summed as integers
/// over a common power of two, without any rounding. Nothing of the code that built the network
/// is used.
public struct InterpolationCertificate: Sendable, Codable, Equatable {
  /// The number of samples n, duplicates counted.
  public let samples: Int
  /// The input dimension d.
  public let dimension: Int
  /// The number of outputs C.
  public let outputs: Int
  /// The number of weights of the network.
  public let weightCount: Int
  /// Whether the sorted distinct projections interleave strictly with the thresholds.
  public let interleavesStrictly: Bool
  /// Whether the projections themselves carry no rounding.
  public let projectionsExact: Bool
  /// The largest |c(z_i) - y_i|, rounded up to a double.
  ///
  /// Infinite where that exceeds the largest double, and where a weight, a projection or a target
  /// is no finite number.
  public let maxAbsoluteResidual: Double
  /// Half the smallest distance between two different targets of one output, and at most 1/2 where
  /// all targets are integers, such as class indices.
  public let recoveryRadius: Double

  /// Whether rounding each output to the nearest target recovers every target.
  public var recoversTargets: Bool { maxAbsoluteResidual < recoveryRadius }

  /// Evaluates a network exactly at its samples.
  ///
  /// - Parameters:
  ///   - network: the network.
  ///   - projections: ⟨a, z_i⟩, n numbers.
  ///   - targets: Y, n × C.
  ///   - projectionsExact: whether the projections carry no rounding, as those of bytes along an
  ///     integer direction do.
  /// - Complexity: O(n log n + n C) operations on integers of some hundred bits.
  public init(
    checking network: ReLUInterpolant, projections: [Double], targets: Matrix<Double>,
    projectionsExact: Bool
  ) {
    precondition(projections.count == targets.rows, "a target for each sample")
    precondition(network.outputs == targets.columns, "a target for each output")
    samples = projections.count
    dimension = network.direction.count
    outputs = network.outputs
    weightCount = network.weightCount
    self.projectionsExact = projectionsExact
    interleavesStrictly = Self.interleave(projections, network.thresholds)
    var residual = 0.0
    let areIntegers = targets.elements.allSatisfy { $0 == $0.rounded() }
    var radius = areIntegers ? 0.5 : Double.infinity
    for output in 0..<network.outputs {
      let wanted = targets.column(output)
      residual = max(
        residual,
        exactResidual(
          points: projections, thresholds: network.thresholds,
          weights: network.outputWeights.column(output), targets: wanted))
      let values = Set(wanted).sorted()
      for (a, b) in zip(values, values.dropFirst()) { radius = min(radius, (b - a) / 2) }
    }
    maxAbsoluteResidual = residual
    recoveryRadius = radius
  }

  private static func interleave(_ projections: [Double], _ thresholds: [Double]) -> Bool {
    let points = Set(projections).sorted()
    return points.count == thresholds.count
      && zip(thresholds, points).allSatisfy { $0 < $1 }
      && zip(points, thresholds.dropFirst()).allSatisfy { $0 < $1 }
  }
}

/// The largest |Σ_j w_j max(x_i - b_j, 0) - y_i|, exact and then rounded up.
private func exactResidual(
  points: [Double], thresholds: [Double], weights: [Double], targets: [Double]
) -> Double {
  guard [points, thresholds, weights, targets].allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
    return .infinity
  }
  let place = binaryPlaces(points + thresholds)
  let weightPlace = binaryPlaces(weights)
  let valuePlace = max(place + weightPlace, binaryPlaces(targets))
  let lift = valuePlace - place - weightPlace
  var (slope, offset) = (BigInt(0), BigInt(0))
  var largest = BigInt(0)
  var unit = 0
  for sample in points.indices.sorted(by: { points[$0] < points[$1] }) {
    while unit < thresholds.count && thresholds[unit] < points[sample] {
      let weight = integer(weights[unit], places: weightPlace)
      slope += weight
      offset += weight * integer(thresholds[unit], places: place)
      unit += 1
    }
    let value = (slope * integer(points[sample], places: place) - offset) << lift
    let difference = value - integer(targets[sample], places: valuePlace)
    largest = max(largest, difference.magnitude == 0 ? 0 : BigInt(difference.magnitude))
  }
  return Dyadic(largest, exponent: -valuePlace).roundedUp
}

/// The least p ≥ 0 for which every number times 2^p is an integer.
private func binaryPlaces(_ numbers: [Double]) -> Int {
  numbers.reduce(0) { max($0, Dyadic($1).places) }
}

/// number · 2^places as an integer; places must be enough.
private func integer(_ number: Double, places: Int) -> BigInt {
  Dyadic(number).integer(places: places)
}

private import BigInt
private import ExactArithmetic
public import LinearAlgebra
public import ReLUNetworks

/// What a proved checker needs in order to check a certificate anew, as text.
///
/// Integers in decimal over common powers of two, one record a line:
///
///     interpolation-evidence 1
///     units N
///     samples M
///     outputs C
///     places P Q R E
///     bound B
///     u THRESHOLD WEIGHT_1 ... WEIGHT_C     N lines, thresholds increasing
///     s POINT TARGET_1 ... TARGET_C         M lines, points not decreasing
///
/// Thresholds and points are over 2^P, weights over 2^Q, targets over 2^R. The claim is
/// |Σ_j w_j max(x_i - b_j, 0) - y_i| ≤ B / 2^E for every sample and output; B / 2^E is the exact
/// residual, so that no smaller bound holds.
///
/// - Parameters:
///   - network: the network.
///   - projections: ⟨a, z_i⟩, n numbers.
///   - targets: Y, n × C.
///   - certificate: what was found at these projections.
/// - Returns: the text; nil where a number is not finite.
/// - Complexity: O(n log n + n C); the text has some 30 bytes a number.
public func interpolationEvidence(
  of network: ReLUInterpolant, projections: ExactProjections, targets: Matrix<Double>,
  certificate: InterpolationCertificate
) -> String? {
  guard let residual = certificate.exactResidual else { return nil }
  let order = projections.sortedIndices()
  let points = order.map { projections.value($0) }
  let thresholds = network.thresholds.map { Dyadic($0) }
  let pointPlaces = max(
    thresholds.map(\.places).max() ?? 0, points.map(\.binaryPlaces).max() ?? 0)
  let weightPlaces = network.outputWeights.elements.map { Dyadic($0).places }.max() ?? 0
  let targetPlaces = targets.elements.map { Dyadic($0).places }.max() ?? 0
  var text = "interpolation-evidence 1\n"
  text += "units \(network.hiddenUnits)\n"
  text += "samples \(projections.count)\n"
  text += "outputs \(network.outputs)\n"
  text += "places \(pointPlaces) \(weightPlaces) \(targetPlaces) \(residual.binaryPlaces)\n"
  text += "bound \(residual.numerator)\n"
  for (unit, threshold) in thresholds.enumerated() {
    text += "u \(threshold.integer(places: pointPlaces))"
    for output in 0..<network.outputs {
      let weight = Dyadic(network.outputWeights[unit, output])
      text += " \(weight.integer(places: weightPlaces))"
    }
    text += "\n"
  }
  for (sample, point) in zip(order, points) {
    text += "s \(point.numerator << (pointPlaces - point.binaryPlaces))"
    for output in 0..<network.outputs {
      text += " \(Dyadic(targets[sample, output]).integer(places: targetPlaces))"
    }
    text += "\n"
  }
  return text
}

extension Rational {
  /// p of a denominator 2^p.
  fileprivate var binaryPlaces: Int { denominator.trailingZeroBitCount }
}

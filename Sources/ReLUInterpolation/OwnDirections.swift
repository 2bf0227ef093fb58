private import ExactArithmetic
private import LinearAlgebra
private import ReLUNetworks

extension NetworkConstruction {
  /// A two-layer network in which each hidden unit has a direction of its own: d n + 2n weights.
  ///
  /// Let μ be a centre, a_j = z_j - μ, and let the samples be sorted by ‖a_j‖. For i < j
  /// Cauchy and Schwarz give ⟨a_j, z_i - μ⟩ ≤ ‖a_j‖ ‖a_i‖ ≤ ‖a_j‖², with equality only for z_i = z_j:
  /// sample j reaches further along its own direction than all samples before it. With b_j half-way
  /// between max_{i<j} ⟨a_j, z_i⟩ and ⟨a_j, z_j⟩ the matrix max(⟨a_j, z_i⟩ - b_j, 0) is lower
  /// triangular with a positive diagonal, as in Lemma 1, and forward substitution gives the output
  /// weights. In many dimensions samples are nearly orthogonal, most entries below the diagonal
  /// vanish, and weights stay small where those of a shared direction do not.
  ///
  /// The centre is the mean, rounded to integers if all samples are integers, so that inner
  /// products of bytes stay exact. Where the gap of a sample is within the rounding of its inner
  /// products, the construction is refused.
  static func ownDirections(
    _ sample: DistinctSample
  ) throws(ConstructionError) -> NetworkConstruction {
    let n = sample.count
    if n > OutputWeightSolver.denseLimit {
      throw .interpolation(
        .denseSolveTooLarge(samples: n, limit: OutputWeightSolver.denseLimit))
    }
    let centred = sample.centred()
    // Entry (j, i): how far sample i reaches along direction j.
    let reach = centred.times(sample.rows, transposingOther: true)
    let square = centred.timesOwnTranspose()
    let order = (0..<n).sorted { (square[$0, $0], $0) < (square[$1, $1], $1) }
    var thresholds: [Double] = []
    var smallestGap = Double.infinity
    for (place, j) in order.enumerated() {
      guard let nearest = order[..<place].max(by: { reach[j, $0] < reach[j, $1] }) else {
        let largest = order.last.map { square[$0, $0] } ?? 0
        thresholds.append(reach[j, j] - (largest > 0 ? largest : 1))
        continue
      }
      let gap = reach[j, j] - reach[j, nearest]
      let rounding =
        Double(4 * (sample.dimension + 2)) * Double.roundingUnit
        * euclideanNorm(centred.row(j)) * euclideanNorm(sample.rows.row(j))
      guard gap > 2 * rounding else {
        throw .lostInRounding(first: sample.indices[nearest], second: sample.indices[j])
      }
      smallestGap = min(smallestGap, gap)
      thresholds.append(reach[j, nearest] + gap / 2)
    }
    var weights: [Double] = []
    for (place, i) in order.enumerated() {
      var value = DoubleDouble(0)
      for (unit, weight) in weights.enumerated() {
        let active = reach[order[unit], i] - thresholds[unit]
        if active > 0 { value = value + .product(active, weight) }
      }
      let missing = (DoubleDouble(sample.targets[i]) - value).rounded
      weights.append(missing / (reach[i, i] - thresholds[place]))
    }
    return NetworkConstruction(
      method: .ownDirections,
      network: ReLUNetwork(layers: [
        denseLayer(
          centred.rows(order), .direction, biases: thresholds.map { -$0 }, .threshold),
        denseLayer(
          Matrix(rows: 1, columns: n, columnMajor: weights), .outputWeight, biases: [0]),
      ]),
      storedNumbers: n * sample.dimension + 2 * n,
      facts: n > 1 ? [Fact("smallest gap of inner products", smallestGap)] : [])
  }
}

extension DistinctSample {
  /// The rows minus their mean, which is rounded to integers if the rows are integers.
  fileprivate func centred() -> Matrix<Double> {
    let areIntegers = rows.elements.allSatisfy { $0 == $0.rounded() }
    var result = rows
    for j in 0..<dimension {
      let mean = rows.column(j).reduce(0, +) / Double(max(1, count))
      let centre = areIntegers ? mean.rounded() : mean
      for i in 0..<count { result[i, j] -= centre }
    }
    return result
  }
}

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
    // Entry (i, j): how far sample i reaches along direction j.
    let reach = sample.rows.times(centred, transposingOther: true)
    let (lengths, sampleLengths) = (centred.rowLengths, sample.rows.rowLengths)
    let order = (0..<n).sorted { (lengths[$0], $0) < (lengths[$1], $1) }
    let longest = order.last.map { lengths[$0] } ?? 0
    var (thresholds, weights) = ([Double](), [Double]())
    var values = [DoubleDouble](repeating: DoubleDouble(0), count: n)
    var smallestGap = Double.infinity
    for (place, j) in order.enumerated() {
      let reach = reach.column(j)
      let threshold: Double
      if let nearest = order[..<place].max(by: { reach[$0] < reach[$1] }) {
        let gap = reach[j] - reach[nearest]
        let rounding =
          Double(4 * (sample.dimension + 2)) * Double.roundingUnit * lengths[j]
          * sampleLengths[j]
        guard gap > 2 * rounding else {
          throw .lostInRounding(first: sample.indices[nearest], second: sample.indices[j])
        }
        smallestGap = min(smallestGap, gap)
        threshold = reach[nearest] + gap / 2
      } else {
        threshold = reach[j] - (longest > 0 ? longest * longest : 1)
      }
      let weight = (DoubleDouble(sample.targets[j]) - values[j]).rounded / (reach[j] - threshold)
      for i in order[place...] where reach[i] > threshold {
        values[i] = values[i] + .product(reach[i] - threshold, weight)
      }
      thresholds.append(threshold)
      weights.append(weight)
    }
    return NetworkConstruction(
      method: .ownDirections,
      network: ReLUNetwork(layers: [
        denseLayer(
          centred.rows(order), .direction, biases: thresholds.map { -$0 }, .threshold),
        denseLayer(
          Matrix(rows: 1, columns: n, columnMajor: weights), .outputWeight, biases: [0]),
      ]),
      interpolant: nil, storedNumbers: n * sample.dimension + 2 * n,
      facts: n > 1 ? [Fact("smallest gap of inner products", smallestGap)] : [])
  }
}

extension DistinctSample {
  /// The rows minus their mean, which is rounded to integers if the rows are integers.
  fileprivate func centred() -> Matrix<Double> {
    var entries = rows.elements
    let areIntegers = entries.allSatisfy { $0 == $0.rounded() }
    for j in 0..<dimension {
      let column = j * count..<(j + 1) * count
      let mean = entries[column].reduce(0, +) / Double(max(1, count))
      let centre = areIntegers ? mean.rounded() : mean
      for index in column { entries[index] -= centre }
    }
    return Matrix(rows: count, columns: dimension, columnMajor: entries)
  }
}

extension Matrix<Double> {
  /// The Euclidean length of each row.
  fileprivate var rowLengths: [Double] {
    var squares = [Double](repeating: 0, count: rows)
    let entries = elements
    for j in 0..<columns {
      for i in 0..<rows { squares[i] += entries[i + j * rows] * entries[i + j * rows] }
    }
    return squares.map { $0.squareRoot() }
  }
}

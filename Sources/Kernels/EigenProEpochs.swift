import LinearAlgebra
private import RandomStreams

/// The epochs of an ``EigenProIteration`` for one right-hand side, from α = 0.
struct EigenProEpochs<K: Kernel>: ResidualIteration {
  private let method: EigenProIteration<K>
  /// The right-hand side over its scale, a power of 2, lest it leave the range of `Float`.
  private let targets: Matrix<Float>
  private let scale: Double
  private var coefficients: Matrix<Float>
  private var epoch: Int
  private(set) var residualNorm: Double
  private var best = Double.infinity
  private var worse = 0
  /// Epochs without a lower residual that count as no progress; their orders differ.
  private static var patience: Int { 5 }

  init(_ method: EigenProIteration<K>, residual: Matrix<Double>, firstEpoch: Int) {
    self.method = method
    let largest = residual.largestAbsoluteEntry
    let scale =
      largest.isNormal ? Double(sign: .plus, exponent: largest.exponent, significand: 1) : 1
    self.scale = scale
    targets = residual.map { $0 / scale }.converted(to: Float.self)
    coefficients = Matrix(rows: residual.rows, columns: residual.columns)
    epoch = firstEpoch
    residualNorm = residual.frobeniusNorm
  }

  var solution: Matrix<Double> { coefficients.converted(to: Double.self).map { $0 * scale } }

  /// An epoch knows each batch's residual before its step alone.
  var residual: Matrix<Double>? { nil }

  /// One epoch; returns whether one of the last few had a lower residual than all before.
  mutating func advance() -> Bool {
    var stream = RandomStream(
      seed: method.configuration.seed, purpose: "EigenPro epoch", indices: epoch)
    let order = stream.permutation(of: targets.rows)
    var squares = 0.0
    for first in stride(from: 0, to: order.count, by: method.batchSize) {
      squares += step(Array(order[first..<min(first + method.batchSize, order.count)]))
    }
    epoch += 1
    residualNorm = squares.squareRoot() * scale
    worse = residualNorm < best ? 0 : worse + 1
    best = min(best, residualNorm)
    return worse < Self.patience
  }

  /// One step; returns ‖g‖² before it.
  private mutating func step(_ batch: [Int]) -> Double {
    let kernel = method.kernel
    let chosen = KernelInputs(method.inputs.samples.rows(batch))
    var values = kernel.crossMatrix(method.inputs, chosen, rows: batch.indices)
    // Here rounding makes a distance of 0 positive.
    for (j, i) in batch.enumerated() {
      values[i, j] = kernel.diagonalValue(squaredNorm: chosen.squaredNorms[j])
    }
    var errors = targets.rows(batch)
    errors.addProduct(of: values, coefficients, transposingFirst: true, keeping: -1)
    let squares = sumOfProducts(errors, errors)
    // Vᵀ Φ g.
    let along = method.vectors.times(values.rows(method.subsample), transposingSelf: true)
      .times(errors)
    let damped = Matrix<Float>(rows: along.rows, columns: along.columns) { i, j in
      Float(method.damping[i]) * along[i, j]
    }
    let curvature =
      sumOfProducts(errors, values.rows(batch).times(errors)) - sumOfProducts(along, damped)
    var length = method.coefficientStep(batch: batch.count)
    if curvature * length > squares { length = squares / curvature }
    guard length.isFinite && squares > 0 else { return squares }
    let correction = method.vectors.times(damped)
    for c in 0..<coefficients.columns {
      for (j, i) in batch.enumerated() { coefficients[i, c] -= Float(length) * errors[j, c] }
      for (j, i) in method.subsample.enumerated() {
        coefficients[i, c] += Float(length) * correction[j, c]
      }
    }
    return squares
  }
}

/// Σ a_ij b_ij, summed in `Double`.
private func sumOfProducts(_ a: Matrix<Float>, _ b: Matrix<Float>) -> Double {
  zip(a.elements, b.elements).reduce(0) { $0 + Double($1.0) * Double($1.1) }
}

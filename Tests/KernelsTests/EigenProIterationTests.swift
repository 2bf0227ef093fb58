import Kernels
import LinearAlgebra
import RandomStreams
import TestSupport
import Testing

/// The method as its definition stands: P of the RKHS, and plain sums in `Double`.
private struct PlainEigenPro {
  let gram: Matrix<Double>
  let subsample: [Int]
  /// σ and v, from the largest.
  let values: [Double]
  let vectors: Matrix<Double>

  init(_ gram: Matrix<Double>, subsample: [Int]) throws {
    self.gram = gram
    self.subsample = subsample
    let square = Matrix<Double>(rows: subsample.count, columns: subsample.count) {
      gram[subsample[$0], subsample[$1]]
    }
    let eigen = try SymmetricEigen(of: square)
    values = eigen.values.reversed()
    vectors = eigen.vectors.columns(at: eigen.values.indices.reversed())
  }

  /// ψ_i(x) = Σ_j v_ji k(r_j, x) / √σ_i, of norm 1 in the RKHS, for i < q: n × (q - 1).
  func directions(_ q: Int) -> Matrix<Double> {
    Matrix(rows: gram.rows, columns: max(0, q - 1)) { x, i in
      subsample.indices.reduce(0) { $0 + vectors[$1, i] * gram[subsample[$1], x] }
        / values[i].squareRoot()
    }
  }

  /// k_P(x, z) = k(x, z) - Σ (1 - σ_q/σ_i) ψ_i(x) ψ_i(z).
  func preconditioned(_ q: Int) -> Matrix<Double> {
    let psi = directions(q)
    return Matrix(rows: gram.rows, columns: gram.rows) { x, z in
      (0..<psi.columns).reduce(gram[x, z]) {
        $0 - (1 - values[q - 1] / values[$1]) * psi[x, $1] * psi[z, $1]
      }
    }
  }

  /// β/λ of a rank, β over some samples.
  func criticalBatch(_ q: Int, over samples: some Sequence<Int>) -> Double {
    let kernel = preconditioned(q)
    let largest = samples.map { kernel[$0, $0] }.max() ?? 0
    return largest * Double(subsample.count) / values[q - 1]
  }

  /// α_batch ← α_batch - t g, α_r ← α_r + t V D Vᵀ Φ g.
  func step(
    _ alpha: inout Matrix<Double>, _ batch: [Int], _ errors: Matrix<Double>, rank q: Int,
    length: Double
  ) {
    for c in 0..<errors.columns {
      for (j, i) in batch.enumerated() { alpha[i, c] -= length * errors[j, c] }
      for i in 0..<q - 1 {
        let damping = (1 - values[q - 1] / values[i]) / values[i]
        var along = 0.0
        for (b, r) in subsample.enumerated() {
          for (j, x) in batch.enumerated() { along += vectors[b, i] * gram[r, x] * errors[j, c] }
        }
        for (a, r) in subsample.enumerated() {
          alpha[r, c] += length * vectors[a, i] * damping * along
        }
      }
    }
  }

  /// ‖f‖² in the norm of P⁻¹, from the coefficients.
  func squaredNorm(_ alpha: Matrix<Double>, rank q: Int) -> Double {
    let values = gram * alpha
    let psi = directions(q)
    var sum = zip(alpha.elements, values.elements).reduce(0) { $0 + $1.0 * $1.1 }
    let inner = psi.times(alpha, transposingSelf: true)
    for i in 0..<psi.columns {
      for j in 0..<alpha.columns {
        sum += (self.values[i] / self.values[q - 1] - 1) * inner[i, j] * inner[i, j]
      }
    }
    return sum
  }
}

@Suite("EigenPro solves a kernel regression by preconditioned stochastic gradient descent")
struct EigenProIterationTests {
  private let kernel = GaussianKernel(gamma: 1)

  @Test("It agrees with the exact solution within the bound", arguments: PropertyCase.all)
  func exact(_ property: PropertyCase) throws {
    guard property.first > 0 else { return }
    var stream = property.stream("EigenPro")
    let (n, k) = (property.first, min(property.third, 5))
    let samples = linePoints(n, from: &stream)
    let targets: Matrix<Double> = randomMatrix(rows: n, columns: k, from: &stream)
    let exact = try KernelRegression(kernel: kernel, samples: samples).fit(targets)
    let method = try EigenProIteration(
      kernel: kernel, samples: samples,
      configuration: EigenProConfiguration(
        subsampleSize: max(1, property.second), batchLimit: 1 + property.seed % 60,
        tolerance: 1e-9, maximalEpochs: 1000, seed: UInt64(property.seed)))
    #expect(method.batchSize >= 1 && method.batchSize <= n && method.eigenTestRatio <= 60)
    let fit = try method.fit(targets)
    #expect(fit.stop == .tolerance && fit.relativeResidual <= 1e-9)
    #expect(fit.iterations == fit.history.count && fit.preconditionerRank == method.rank)
    let residual = fit.relativeResidual * targets.frobeniusNorm
    // One of the n k entries of the residual.
    let entries = Double(n * k).squareRoot()
    #expect(fit.maxAbsoluteResidual <= 1.001 * residual)
    #expect(residual <= 1.001 * entries * fit.maxAbsoluteResidual)
    let rounding = Tolerance.linearSystem.bound(
      Double.self, size: n, scale: 6 * exact.dualCoefficients.frobeniusNorm)
    // 0.3 is below the least eigenvalue.
    #expect(
      distance(fit.function.dualCoefficients, exact.dualCoefficients) <= residual / 0.3 + rounding)
    #expect(abs(fit.rkhsNorm - exact.rkhsNorm) <= residual / 0.3.squareRoot() + rounding)
    #expect(distance(fit.fittedValues, exact.fittedValues) <= 2 * residual + rounding)
  }

  @Test("Rank, batch, step and two epochs are what their formulas say", arguments: PropertyCase.all)
  func formulas(_ property: PropertyCase) throws {
    guard property.first > 0 else { return }
    var stream = property.stream("EigenPro formulas")
    let (n, limit) = (property.first, 1 + property.third)
    let samples = linePoints(n, from: &stream)
    let targets: Matrix<Double> = randomMatrix(rows: n, columns: 2, from: &stream)
    let configuration = EigenProConfiguration(
      subsampleSize: max(1, property.second), batchLimit: limit, tolerance: 0, maximalEpochs: 2,
      seed: UInt64(property.seed))
    let method = try EigenProIteration(
      kernel: kernel, samples: samples, configuration: configuration)
    let chosen = method.subsample
    #expect(chosen == Set(chosen).sorted() && chosen.count == min(n, max(1, property.second)))
    let plain = try PlainEigenPro(kernel.gramMatrix(samples), subsample: chosen)
    let (q, s) = (method.rank, chosen.count)
    // Rounding may say which side of the limit a batch is on.
    let most = Double(min(limit, n))
    #expect(q == 1 || plain.criticalBatch(q, over: chosen) <= most * (1 + 1e-6))
    for larger in q + 1..<s + 1 {
      #expect(plain.criticalBatch(larger, over: chosen) > most * (1 - 1e-6))
    }
    let deflated = plain.preconditioned(q)
    let tail = plain.values[q - 1] / Double(s)
    let largest = (0..<n).map { deflated[$0, $0] }.max() ?? 0
    let single = Tolerance.linearSystem.bound(Float.self, size: n, scale: 1)
    #expect(abs(method.tailEigenvalue - tail) <= single * 1e-6)
    #expect(abs(method.largestDiagonal - largest) <= single)
    let critical = plain.criticalBatch(q, over: 0..<n)
    let batches = [1 - single, 1 + single].map { min(most, (critical * $0).rounded(.up)) }
    #expect(batches[0] <= Double(method.batchSize) && Double(method.batchSize) <= batches[1])
    let m = method.batchSize
    let step = Double(m) / (largest + Double(m - 1) * tail)
    #expect(abs(method.stepSize / step - 1) <= single / largest)

    // f in its values, and α with the correction as the paper has it.
    var values = Matrix<Double>(rows: n, columns: 2)
    var alpha = values
    var squares = [0.0, 0]
    for epoch in 0..<2 {
      var order = RandomStream(
        seed: configuration.seed, purpose: "EigenPro epoch", indices: epoch)
      let permutation = order.permutation(of: n)
      for first in stride(from: 0, to: n, by: m) {
        let batch = Array(permutation[first..<min(first + m, n)])
        let errors = values.rows(batch) - targets.rows(batch)
        let square = errors.frobeniusNorm * errors.frobeniusNorm
        if square == 0 { continue }
        squares[epoch] += square
        let image = deflated.columns(at: batch) * errors
        let curvature = zip(errors.elements, image.rows(batch).elements).reduce(0) {
          $0 + $1.0 * $1.1
        }
        let length = min(1 / (largest + Double(batch.count - 1) * tail), square / curvature)
        values.add(image, scaledBy: -length)
        plain.step(&alpha, batch, errors, rank: q, length: length)
      }
    }
    let fit = try method.fit(targets)
    let scale = targets.frobeniusNorm
    #expect(fit.stop == .iterationLimit || fit.stop == .tolerance)
    #expect(distance(fit.function.dualCoefficients, alpha) <= 6 * single * scale)
    #expect(distance(fit.fittedValues, values) <= 6 * single * scale)
    #expect(fit.history.count == 2)
    for (iteration, square) in zip(fit.history, squares) {
      #expect(abs(iteration.relativeResidual * scale - square.squareRoot()) <= 6 * single * scale)
    }
  }

  @Test("No step leads away from the solution, however small the subsample", arguments: 0..<200)
  func stable(seed: Int) throws {
    var stream = RandomStream(seed: UInt64(seed), purpose: "stable steps")
    let n = 20 + stream.integer(below: 60)
    let samples: Matrix<Double> = randomMatrix(rows: n, columns: 2, from: &stream)
    let solution: Matrix<Double> = randomMatrix(rows: n, columns: 2, from: &stream)
    let gram = kernel.gramMatrix(samples)
    var last = Double.infinity
    for epochs in 1...4 {
      let method = try EigenProIteration(
        kernel: kernel, samples: samples,
        configuration: EigenProConfiguration(
          subsampleSize: [1, 3, 10, 30][seed % 4], batchLimit: n, tolerance: 0,
          maximalEpochs: epochs, seed: UInt64(seed)))
      let plain = try PlainEigenPro(gram, subsample: method.subsample)
      let fit = try method.fit(gram * solution)
      if epochs == 1 { last = plain.squaredNorm(solution, rank: method.rank) }
      let left = plain.squaredNorm(solution - fit.function.dualCoefficients, rank: method.rank)
      #expect(left < last * (1 + Tolerance.linearSystem.bound(Float.self, size: n, scale: 1)))
      last = left
    }
  }

  @Test("The preconditioner saves steps where eigenvalues fall fast")
  func faster() throws {
    var stream = RandomStream(seed: 3, purpose: "fast decay")
    let n = 400
    let samples: Matrix<Double> = randomMatrix(rows: n, columns: 2, from: &stream)
    let solution: Matrix<Double> = randomMatrix(rows: n, columns: 2, from: &stream)
    let targets = kernel.gramMatrix(samples) * solution
    func fit(rankLimit: Int?) throws -> (EigenProIteration<GaussianKernel>, Int) {
      let method = try EigenProIteration(
        kernel: kernel, samples: samples,
        configuration: EigenProConfiguration(
          subsampleSize: 200, batchLimit: 50, rankLimit: rankLimit, tolerance: 1e-3,
          maximalEpochs: 1000, seed: 1))
      let fit = try method.fit(targets)
      #expect(fit.stop == .tolerance && fit.relativeResidual <= 1e-3)
      #expect(fit.history.allSatisfy { $0.relativeResidual <= 2 })
      return (method, fit.iterations * ((n + method.batchSize - 1) / method.batchSize))
    }
    let (plain, plainSteps) = try fit(rankLimit: 1)
    let (method, steps) = try fit(rankLimit: nil)
    #expect(plain.rank == 1 && method.rank > 5)
    #expect(method.batchSize > 3 * plain.batchSize)
    #expect(4 * steps < plainSteps, "\(steps) steps, \(plainSteps) without")
  }

  @Test("A limit, a validation sample and targets that no function meets end it")
  func stops() throws {
    var stream = RandomStream(seed: 4, purpose: "stops")
    let samples: Matrix<Double> = randomMatrix(rows: 200, columns: 2, from: &stream)
    let targets = Matrix<Double>(rows: 200, columns: 2) { i, j in
      (samples[i, 0] > 0 ? 1 : 0) == j ? 1 : 0
    }
    var seen: [KernelIteration] = []
    var configuration = EigenProConfiguration(
      subsampleSize: 50, batchLimit: 64, tolerance: 1e-12, maximalEpochs: 3)
    let few = try EigenProIteration(
      kernel: kernel, samples: samples, configuration: configuration
    ).fit(targets) { seen.append($0) }
    #expect(few.stop == .iterationLimit && few.iterations == 3 && seen == few.history)
    let inputs: Matrix<Double> = randomMatrix(rows: 100, columns: 2, from: &stream)
    let validation = KernelValidation(
      inputs: inputs,
      targets: Matrix(rows: 100, columns: 2) { (inputs[$0, 0] > 0 ? 1 : 0) == $1 ? 1 : 0 },
      interval: 2, patience: 2)
    configuration.maximalEpochs = 500
    let fit = try EigenProIteration(
      kernel: kernel, samples: samples, configuration: configuration
    ).fit(targets, validation: validation)
    #expect(fit.stop == .validation)
    let losses = fit.history.compactMap(\.validationLoss)
    #expect(losses.count == fit.iterations / 2)
    #expect(losses.suffix(2).allSatisfy { $0 >= 0.999 * (losses.dropLast(2).min() ?? 0) })

    let same = try EigenProIteration(
      kernel: kernel, samples: Matrix(rows: 3, columns: 1, columnMajor: [0, 0, 1]),
      configuration: configuration)
    let mixed = try same.fit(Matrix(rows: 3, columns: 1, columnMajor: [0, 1, 1]))
    #expect(mixed.stop == .stagnation && mixed.relativeResidual >= 0.49)
    // A kernel that is 0 moves nothing.
    for points in [[0.0, 0, 0], [0, 0, 2]] {
      for seed in 0..<3 as Range<UInt64> {
        let linear = try EigenProIteration(
          kernel: LinearKernel(), samples: Matrix(rows: 3, columns: 1, columnMajor: points),
          configuration: EigenProConfiguration(subsampleSize: 1, tolerance: 1e-6, seed: seed))
        let isZero = points[linear.subsample[0]] == 0
        #expect(linear.rank == (isZero ? 0 : 1))
        let fit = try linear.fit(Matrix(rows: 3, columns: 1, columnMajor: points))
        #expect(fit.stop == .tolerance && abs(fit.fittedValues[2, 0] - points[2]) <= 2e-6)
        let none = try linear.fit(Matrix(rows: 3, columns: 1, columnMajor: [1, 0, 0]))
        #expect(none.stop == .stagnation && none.relativeResidual == 1)
      }
    }
  }

  @Test("A seed names its draws, and targets of any size are fitted alike")
  func seeds() throws {
    var stream = RandomStream(seed: 5, purpose: "seeds")
    let samples = linePoints(40, from: &stream)
    let targets: Matrix<Double> = randomMatrix(rows: 40, columns: 1, from: &stream)
    func alpha(seed: UInt64, scale: Double = 1) throws -> Matrix<Double> {
      try EigenProIteration(
        kernel: kernel, samples: samples,
        configuration: EigenProConfiguration(
          subsampleSize: 10, batchLimit: 7, tolerance: 0, maximalEpochs: 2, seed: seed)
      ).fit(targets.map { $0 * scale }).function.dualCoefficients
    }
    #expect(try alpha(seed: 1) == alpha(seed: 1))
    #expect(try alpha(seed: 1) != alpha(seed: 2))
    for scale in [0x1p-600, 0x1p600] {
      #expect(try alpha(seed: 1, scale: scale).map { $0 / scale } == alpha(seed: 1))
    }
  }

  @Test("A sample's own kernel value is exact where distances are rounded", arguments: 0..<200)
  func diagonal(seed: Int) throws {
    var stream = RandomStream(seed: UInt64(seed), purpose: "own values")
    let sample = Matrix<Double>(rows: 1, columns: 7) { _, _ in 100 * stream.normal() }
    let fit = try EigenProIteration(
      kernel: LaplacianKernel(gamma: 1), samples: sample,
      configuration: EigenProConfiguration(tolerance: 0, maximalEpochs: 2)
    ).fit(Matrix(rows: 1, columns: 1, repeating: 1))
    #expect(fit.history.map(\.relativeResidual) == [1, 0] && fit.relativeResidual == 0)
  }

  @Test("Targets of other samples, no samples and entries that are no numbers are refused")
  func misuse() throws {
    let one = Matrix<Double>(rows: 1, columns: 1)
    let nan = Matrix<Double>(rows: 1, columns: 1, repeating: .nan)
    #expect(throws: KernelError.noSamples) {
      try EigenProIteration(kernel: kernel, samples: Matrix(rows: 0, columns: 1))
    }
    #expect(
      throws: KernelError.linearAlgebra(.notFinite(argument: "the samples", row: 0, column: 0))
    ) {
      try EigenProIteration(kernel: kernel, samples: nan)
    }
    let method = try EigenProIteration(kernel: kernel, samples: one)
    #expect(throws: KernelError.rowsDisagree(samples: 1, targets: 2)) {
      try method.fit(Matrix(rows: 2, columns: 1))
    }
    #expect(
      throws: KernelError.linearAlgebra(.notFinite(argument: "the targets", row: 0, column: 0))
    ) {
      try method.fit(nan)
    }
  }

  @Test("The planned memory grows with n, not with its square")
  func memory() {
    let configuration = EigenProConfiguration(subsampleSize: 500, batchLimit: 256)
    let bytes = [10_000, 20_000].map {
      configuration.plannedBytes(samples: $0, dimension: 100, targets: 10)
    }
    #expect(bytes[0] >= 4 * 10_000 * (100 + 256) && bytes[1] <= 2 * bytes[0])
  }
}

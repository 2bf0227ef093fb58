import Foundation
import Kernels
import LinearAlgebra
import RandomStreams
import TestSupport
import Testing

@Suite("Kernel regression goes through its targets with the least RKHS norm")
struct KernelRegressionTests {
  /// Different points of an integer lattice.
  ///
  /// At γ = 1 the Gram matrix of any of them has its eigenvalues between 0.3 and 1.8 along one
  /// coordinate, since 1 - 2/e + 2/e⁴ - … = 0.30; points that also differ in others are further
  /// apart.
  private func latticePoints(
    _ count: Int, dimension: Int, from stream: inout RandomStream
  ) -> Matrix<Double> {
    let first = stream.permutation(of: count)
    return Matrix(rows: count, columns: dimension) { i, j in
      j == 0 ? Double(first[i]) : Double(stream.integer(below: 3))
    }
  }

  @Test(
    "It interpolates in every precision and storage, with one factorisation for all targets",
    arguments: PropertyCase.all)
  func interpolation(_ property: PropertyCase) throws {
    guard property.first > 0 else { return }
    for precision in KernelPrecision.allCases {
      for storage in GramStorage.allCases {
        try checkInterpolation(property, precision, storage)
      }
    }
  }

  private func checkInterpolation(
    _ property: PropertyCase, _ precision: KernelPrecision, _ storage: GramStorage
  ) throws {
    var stream = property.stream("interpolation")
    let (n, d, k) = (property.first, max(1, property.second), min(property.third, 5))
    let samples = latticePoints(n, dimension: d, from: &stream)
    let targets = randomMatrix(rows: n, columns: k, of: Double.self, from: &stream)
    let regression = try KernelRegression(
      kernel: GaussianKernel(gamma: 1), samples: samples, precision: precision, storage: storage)
    #expect(regression.precision == precision)
    let fit = try regression.fit(targets, tolerance: 0)
    #expect(fit.evidence.rank == n)
    #expect(fit.dualCoefficients.rows == n && fit.dualCoefficients.columns == k)
    #expect(fit.relativeResiduals.count == 1 || precision == .mixed)

    let gram = regression.kernel.gramMatrix(samples)
    let alpha = fit.dualCoefficients
    // Only the unrefined solve of a Float factor has the precision of Float.
    let unit = precision == .single ? Double(Float.roundingUnit) : Double.roundingUnit
    let bound =
      Tolerance.linearSystem.constant * Double(n) * unit * gram.oneNorm * alpha.frobeniusNorm
    #expect(fit.evidence.testRatio <= Tolerance.linearSystem.constant)
    #expect((gram * alpha - targets).frobeniusNorm <= bound)
    #expect(
      abs(fit.evidence.maxAbsoluteResidual - (gram * alpha - targets).largestAbsoluteEntry)
        <= bound)
    let scale = targets.frobeniusNorm
    #expect(
      abs(fit.relativeResidual * scale - (targets - gram * alpha).frobeniusNorm) <= bound)
    // ‖K‖ ≤ 1.8 and ‖K⁻¹‖ ≤ 3.4 on the lattice.
    let condition = fit.evidence.conditionEstimate
    #expect(condition >= 0.99 && condition <= 6 * Double(n))
    // The kernel's values are as exact as the exponential: the distances are integers.
    #expect(distance(fit.predict(samples), targets) <= 2 * bound)

    // ‖f‖² = tr αᵀKα = tr Yᵀα, since the fit interpolates.
    let square = zip(alpha.elements, (gram * alpha).elements).reduce(0) { $0 + $1.0 * $1.1 }
    let inner = zip(alpha.elements, targets.elements).reduce(0) { $0 + $1.0 * $1.1 }
    let squareBound = 2 * bound * alpha.frobeniusNorm
    #expect(abs(fit.rkhsNorm * fit.rkhsNorm - square) <= squareBound)
    #expect(abs(fit.rkhsNorm * fit.rkhsNorm - inner) <= squareBound)

    var squares = 0.0
    for j in 0..<k {
      let single = try regression.fit(targets.columns(j..<j + 1), tolerance: 0)
      squares += single.rkhsNorm * single.rkhsNorm
      #expect(
        distance(single.dualCoefficients, alpha.columns(j..<j + 1))
          <= Tolerance.linearSystem.constant * Double(n) * unit * 6 * alpha.frobeniusNorm)
    }
    #expect(abs(squares - square) <= 2 * squareBound)
  }

  @Test(
    "Left out one by one, samples are missed by what the closed form says",
    arguments: PropertyCase.all)
  func leaveOneOut(_ property: PropertyCase) throws {
    guard property.first > 1 && property.first <= 10 else { return }
    var stream = property.stream("leave one out")
    let n = property.first
    let samples = latticePoints(n, dimension: max(1, property.second), from: &stream)
    let targets = randomMatrix(
      rows: n, columns: min(property.third, 3), of: Double.self, from: &stream)
    let kernel = GaussianKernel(gamma: 1)
    for (storage, ridge) in zip(GramStorage.allCases, [0, 0.25, 1]) {
      let regression = try KernelRegression(
        kernel: kernel, samples: samples, ridge: ridge, storage: storage)
      let residuals = regression.leaveOneOutResiduals(of: try regression.fit(targets))
      for i in 0..<n {
        let others = (0..<n).filter { $0 != i }
        let fit = try KernelRegression(kernel: kernel, samples: samples.rows(others), ridge: ridge)
          .fit(targets.rows(others))
        let expected = targets.rows([i]) - fit.predict(samples.rows([i]))
        let bound = Tolerance.linearSystem.bound(
          Double.self, size: n, scale: 6 * 6 * targets.frobeniusNorm)
        #expect((residuals.rows([i]) - expected).frobeniusNorm <= bound)
      }
    }
  }

  @Test("Refinement brings a Float factor to the accuracy of Double", arguments: 0..<200)
  func refinement(seed: Int) throws {
    var stream = RandomStream(seed: UInt64(seed), purpose: "refinement")
    // Points of a line near each other: a condition of some thousands.
    let n = 20
    let samples = Matrix<Double>(rows: n, columns: 1) { i, _ in
      Double(i) + 0.2 * stream.uniform()
    }
    let targets = randomMatrix(rows: n, columns: 2, of: Double.self, from: &stream)
    let kernel = GaussianKernel(gamma: 0.3)
    let single = try KernelRegression(kernel: kernel, samples: samples, precision: .single)
      .fit(targets)
    let mixed = try KernelRegression(kernel: kernel, samples: samples, precision: .mixed)
      .fit(targets, tolerance: 1e-14)
    #expect(mixed.relativeResiduals.first == single.relativeResidual)
    #expect(mixed.relativeResiduals.count > 1)
    let falls = zip(mixed.relativeResiduals, mixed.relativeResiduals.dropFirst())
    #expect(falls.allSatisfy(>))
    // A Float solve leaves n ε κ at most; refinement leaves what Double leaves.
    let size = Double(n) * mixed.evidence.conditionEstimate
    #expect(single.relativeResidual > 10 * mixed.relativeResidual)
    #expect(mixed.relativeResidual <= 30 * size * Double.roundingUnit)
    #expect(mixed.evidence.testRatio <= Tolerance.linearSystem.constant)
  }

  @Test(
    "Where a Float factor is too coarse to refine with, it preconditions conjugate gradients",
    arguments: 0..<200)
  func coarseFactor(seed: Int) throws {
    var stream = RandomStream(seed: UInt64(seed), purpose: "coarse factor")
    // Pairs so near that Float's rounding is a large share of 1 - k², each far from the others: a
    // condition of some millions.
    let d = 5
    let samples = Matrix<Double>(rows: 4 * d, columns: d) { i, j in
      guard j == i / 4 else { return 0 }
      let end = i % 4 < 2 ? 1.5 : -1.5
      return end + (i % 2 == 0 ? 0 : 1e-3 + 1e-4 * stream.uniform())
    }
    let targets = randomMatrix(rows: samples.rows, columns: 2, of: Double.self, from: &stream)
    let kernel = GaussianKernel(gamma: 1)
    let single = try KernelRegression(kernel: kernel, samples: samples, precision: .single)
    let mixed = try KernelRegression(kernel: kernel, samples: samples, precision: .mixed)
      .fit(targets, tolerance: 1e-8)
    let gram = kernel.gramMatrix(samples)
    func left(_ alpha: Matrix<Double>) -> Double {
      (targets - gram * alpha).frobeniusNorm / targets.frobeniusNorm
    }
    // As many steps of iterative refinement.
    var alpha = try single.fit(targets).dualCoefficients
    for _ in 0..<mixed.refinements {
      alpha = try alpha + single.fit(targets - gram * alpha).dualCoefficients
    }
    #expect(left(mixed.dualCoefficients) <= 1e-8)
    #expect(left(alpha) > 1e-7)
    #expect(zip(mixed.relativeResiduals, mixed.relativeResiduals.dropFirst()).allSatisfy(>))
  }

  @Test("Stopped after a panel and resumed, a factorisation ends at the same fit")
  func resumed() throws {
    // More samples than two panels hold.
    let n = 2100
    let samples = Matrix<Double>(rows: n, columns: 2) { i, j in Double(j == 0 ? i : i % 7) }
    let kernel = GaussianKernel(gamma: 1)
    let targets = Matrix<Double>(rows: n, columns: 1) { i, _ in Double(i % 3) }
    for precision in [KernelPrecision.double, .mixed] {
      var first = try KernelFactorization(kernel: kernel, samples: samples, precision: precision)
      #expect(first.panelCount == 3 && first.share == 0)
      try first.factorNextPanel()
      #expect(first.finishedPanels == 1 && !first.isComplete && first.share > 0)
      var second = try KernelFactorization(
        kernel: kernel, samples: samples, precision: precision, resuming: first.factor)
      while !second.isComplete { try second.factorNextPanel() }
      #expect(second.share == 1)
      let fit = try KernelRegression(second, precision: precision).fit(targets)
      let whole = try KernelRegression(kernel: kernel, samples: samples, precision: precision)
        .fit(targets)
      #expect(fit.dualCoefficients == whole.dualCoefficients)
    }
  }

  @Test(
    "No other function of the samples' span has the values and a smaller norm",
    arguments: PropertyCase.all)
  func leastNorm(_ property: PropertyCase) throws {
    // Through the first points only, the norm is no larger than through all of them.
    var stream = property.stream("least norm")
    let n = property.first
    guard n >= 2 else { return }
    let samples = latticePoints(n, dimension: 2, from: &stream)
    let targets: Matrix<Double> = randomMatrix(rows: n, columns: 1, from: &stream)
    let kernel = GaussianKernel(gamma: 1)
    let all = try KernelRegression(kernel: kernel, samples: samples).fit(targets)
    let few = try KernelRegression(kernel: kernel, samples: samples.rows(0..<n / 2))
      .fit(targets.rows(0..<n / 2))
    let rounding = Tolerance.linearSystem.bound(Double.self, size: n, scale: 6 * all.rkhsNorm)
    #expect(few.rkhsNorm <= all.rkhsNorm + rounding)
  }

  @Test("A ridge is added to the diagonal, and left out of the norm", arguments: PropertyCase.all)
  func ridge(_ property: PropertyCase) throws {
    var stream = property.stream("ridge")
    let (n, d) = (property.first, property.second)
    guard n > 0 else { return }
    // Samples may coincide: the ridge alone keeps the system regular.
    let samples = Matrix<Double>(rows: n, columns: d) { _, _ in Double(stream.integer(below: 3)) }
    let targets: Matrix<Double> = randomMatrix(
      rows: n, columns: min(property.third, 5), from: &stream)
    let ridge = 0.25 + stream.uniform()
    let regression = try KernelRegression(
      kernel: GaussianKernel(gamma: 0.5), samples: samples, ridge: ridge)
    #expect(regression.ridge == ridge)
    let fit = try regression.fit(targets)
    let alpha = fit.dualCoefficients
    let values = regression.kernel.gramMatrix(samples) * alpha
    let bound = Tolerance.linearSystem.bound(
      Double.self, size: n, scale: (Double(n) + ridge) * alpha.frobeniusNorm)
    let residual = values + alpha.map { ridge * $0 } - targets
    #expect(residual.frobeniusNorm <= bound)
    let square = zip(alpha.elements, values.elements).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(fit.rkhsNorm * fit.rkhsNorm - square) <= 2 * bound * alpha.frobeniusNorm)
    #expect(fit.evidence.maxAbsoluteResidual <= bound)
    #expect((fit.predict(samples) - values).frobeniusNorm <= bound)
  }

  @Test(
    "A prediction is Σ α_i k(x_i, z), also across the borders of blocks",
    arguments: [0, 1, 2, 1023, 1024, 1025, 2048, 2049], 0..<25)
  func prediction(_ m: Int, _ seed: Int) throws {
    var stream = RandomStream(seed: UInt64(seed), purpose: "prediction")
    let n = PropertyCase.sizes[1 + seed % 5]
    let samples = latticePoints(n, dimension: 2, from: &stream)
    let targets: Matrix<Double> = randomMatrix(rows: n, columns: 2, from: &stream)
    let fit = try KernelRegression(kernel: GaussianKernel(gamma: 1), samples: samples)
      .fit(targets)
    let inputs = Matrix<Double>(rows: m, columns: 2) { _, _ in 10 * stream.uniform() }
    let predicted = fit.predict(inputs)
    #expect(predicted.rows == m && predicted.columns == 2)
    let size = fit.dualCoefficients.oneNorm
    // The kernel's error is that of ‖x‖² + ‖z‖² - 2⟨x, z⟩, all of them below 400.
    let bound = Tolerance.arithmetic.bound(Double.self, size: 2 + 3 + n, scale: 400 * size)
    for i in 0..<m {
      for j in 0..<2 {
        let sum = (0..<n).reduce(0.0) { sum, k in
          let (dx, dy) = (inputs[i, 0] - samples[k, 0], inputs[i, 1] - samples[k, 1])
          return sum + fit.dualCoefficients[k, j] * exp(-dx * dx - dy * dy)
        }
        #expect(abs(predicted[i, j] - sum) <= bound)
      }
    }
  }

  @Test("With the linear kernel and a ridge it is ridge regression", arguments: PropertyCase.all)
  func linearKernel(_ property: PropertyCase) throws {
    var stream = property.stream("linear kernel")
    let (n, d) = (property.first, property.second)
    guard n > 0 else { return }
    let samples: Matrix<Double> = randomMatrix(rows: n, columns: d, from: &stream)
    let targets: Matrix<Double> = randomMatrix(rows: n, columns: 2, from: &stream)
    let fit = try KernelRegression(kernel: LinearKernel(), samples: samples, ridge: 1)
      .fit(targets)
    let weights = samples.times(fit.dualCoefficients, transposingSelf: true)
    // (XᵀX + I) W = XᵀY.
    let descent = samples.times(targets, transposingSelf: true)
    let residual = samples.timesOwnTranspose(transposingSelf: true) * weights + weights - descent
    let size = samples.frobeniusNorm
    let scale = (1 + size * size) * (1 + size) * targets.frobeniusNorm
    #expect(
      residual.frobeniusNorm
        <= Tolerance.linearSystem.bound(Double.self, size: max(n, d), scale: scale))
  }

  @Test("Samples that coincide have no Gram system without a ridge, and are named")
  func coincidence() throws {
    let kernel = GaussianKernel(gamma: 1)
    let samples = Matrix<Double>(rows: 4, columns: 1, columnMajor: [0, 100, 100, 200])
    for storage in GramStorage.allCases {
      for precision in KernelPrecision.allCases {
        let unit = precision == .double ? Double.ulpOfOne : Double(Float.ulpOfOne)
        let expected = SingularGram(
          pivot: 2, nearest: 1, cosineGap: 0, isSameInput: true, sufficientRidge: 4 * unit)
        #expect(throws: KernelError.notPositiveDefinite(expected)) {
          try KernelRegression(
            kernel: kernel, samples: samples, precision: precision, storage: storage)
        }
      }
    }
    let nearly = Matrix<Double>(rows: 2, columns: 1, columnMajor: [0, 1e-12])
    let expected = SingularGram(
      pivot: 1, nearest: 0, cosineGap: 0, isSameInput: false,
      sufficientRidge: 2 * Double.ulpOfOne)
    #expect(throws: KernelError.notPositiveDefinite(expected)) {
      try KernelRegression(kernel: kernel, samples: nearly)
    }
    #expect(
      KernelError.notPositiveDefinite(expected).description
        == "the Gram matrix is not positive definite at pivot 1: sample 1 is nearest to sample 0, "
        + "1 - cosine 0.0; a ridge of 4.440892098500626e-16 would outweigh rounding, or leave one "
        + "of the two out")
    let zero = SingularGram(
      pivot: 0, nearest: nil, cosineGap: nil, isSameInput: false, sufficientRidge: 0)
    #expect(throws: KernelError.notPositiveDefinite(zero)) {
      try KernelRegression(kernel: LinearKernel(), samples: Matrix(rows: 1, columns: 1))
    }
    let ridged = try KernelRegression(kernel: kernel, samples: samples, ridge: 1)
    let fit = try ridged.fit(Matrix(rows: 4, columns: 1, repeating: 1))
    #expect(abs(fit.dualCoefficients[1, 0] - 1.0 / 3) <= 30 * Double.ulpOfOne)
  }

  @Test(
    "Coinciding samples are refused, or shown to be ill-conditioned",
    arguments: PropertyCase.all)
  func coincidenceInGeneral(_ property: PropertyCase) throws {
    var stream = property.stream("coincidence")
    let n = property.first + 2
    var samples = randomMatrix(
      rows: n, columns: max(3, property.second), of: Double.self, from: &stream)
    let pair = stream.permutation(of: n).prefix(2).sorted()
    for j in 0..<samples.columns { samples[pair[1], j] = samples[pair[0], j] }
    // ‖x‖² + ‖z‖² - 2⟨x, z⟩ of equal rows is a rounding of its terms.
    let norm = (0..<n).map { euclideanNorm(samples.row($0)) }.max() ?? 0
    let bound = Tolerance.linearSystem.bound(
      Double.self, size: n + samples.columns, scale: 1 + 4 * norm * norm)
    let fit = Result { () throws(KernelError) in
      try KernelRegression(kernel: GaussianKernel(gamma: 1), samples: samples)
        .fit(Matrix(rows: n, columns: 1))
    }
    switch fit {
    case .success(let fit): #expect(fit.evidence.reciprocalCondition <= bound)
    case .failure(.notPositiveDefinite(let singular)): #expect(singular.pivot >= pair[1])
    case .failure(let error): throw error
    }
  }

  @Test("Entries that are no numbers are named, or stay what they are")
  func notFinite() throws {
    let kernel = GaussianKernel(gamma: 1)
    var samples = Matrix<Double>(rows: 3, columns: 2, columnMajor: [0, 1, 2, 3, 4, 5])
    let regression = try KernelRegression(kernel: kernel, samples: samples)
    let bad = Matrix<Double>(rows: 3, columns: 1, columnMajor: [1, .infinity, 1])
    #expect(
      throws: KernelError.linearAlgebra(
        .notFinite(argument: "the targets", row: 1, column: 0))
    ) { try regression.fit(bad) }
    let fit = try regression.fit(bad.map { _ in 1 })
    let input = Matrix<Double>(rows: 2, columns: 2, columnMajor: [.nan, 1, 0, 1])
    #expect(fit.predict(input)[0, 0].isNaN && fit.predict(input)[1, 0].isFinite)
    samples[2, 1] = .nan
    #expect(
      throws: KernelError.linearAlgebra(
        .notFinite(argument: "the samples", row: 2, column: 1))
    ) { try KernelRegression(kernel: kernel, samples: samples) }
  }

  @Test("No samples, targets of other samples, and a ridge out of range are refused")
  func misuse() throws {
    let kernel = GaussianKernel(gamma: 1)
    let one = Matrix<Double>(rows: 1, columns: 1)
    #expect(throws: KernelError.noSamples) {
      try KernelRegression(kernel: kernel, samples: Matrix(rows: 0, columns: 1))
    }
    for storage in GramStorage.allCases {
      #expect(throws: KernelError.ridgeOutOfRange(-1)) {
        try KernelRegression(kernel: kernel, samples: one, ridge: -1, storage: storage)
      }
    }
    #expect(throws: KernelError.rowsDisagree(samples: 1, targets: 2)) {
      try KernelRegression(kernel: kernel, samples: one).fit(Matrix(rows: 2, columns: 1))
    }
    let fit = try KernelRegression(kernel: kernel, samples: one).fit(one.map { _ in 3 })
    #expect(fit.dualCoefficients[0, 0] == 3 && fit.rkhsNorm == 3 && fit.relativeResidual == 0)
  }
}

@Suite("The memory of a kernel regression is planned")
struct KernelMemoryPlanTests {
  private func plan(
    _ n: Int, _ precision: KernelPrecision, _ storage: GramStorage
  ) -> KernelMemoryPlan {
    KernelMemoryPlan(
      samples: n, dimension: 784, targets: 10, inputs: 10_000, precision: precision,
      storage: storage)
  }

  @Test("Panels and packed form take half a square, Float half of Double")
  func halves() {
    let square = 60_000 * 60_000 * 8
    for precision in KernelPrecision.allCases {
      for storage in GramStorage.allCases {
        let factor = plan(60_000, precision, storage).items[0].bytes
        let whole = precision == .double ? square : square / 2
        let expected = storage == .square ? whole : whole / 2
        #expect(factor >= expected && factor <= expected + expected / 20)
      }
    }
    #expect(plan(60_000, .mixed, .panels).totalBytes < 10 << 30)
    #expect(plan(60_000, .double, .panels).totalBytes < 17 << 30)
  }

  @Test("What does not fit has alternatives that do")
  func alternatives() {
    let plan = plan(60_000, .double, .square)
    #expect(plan.alternatives(below: 24 << 30).map(\.precision) == [.double, .mixed])
    #expect(plan.alternatives(below: 10 << 30).map(\.precision) == [.mixed])
    #expect(plan.alternatives(below: 1 << 30).isEmpty)
    #expect(plan.alternatives(below: 24 << 30).allSatisfy { $0.bytes <= 24 << 30 })
    #expect(plan.totalBytes == plan.items.reduce(0) { $0 + $1.bytes })
  }
}

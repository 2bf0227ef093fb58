import Kernels
import LinearAlgebra
import RandomStreams
import TestSupport
import Testing

@Suite("The pseudo-inverse of a Gram matrix fits samples that coincide")
struct PseudoinverseKernelFitTests {
  private let kernel = GaussianKernel(gamma: 1)

  @Test(
    "Coinciding samples take the mean of their targets, others theirs",
    arguments: PropertyCase.all)
  func means(_ property: PropertyCase) throws {
    guard property.first > 0 else { return }
    var stream = property.stream("pseudo-inverse")
    let (u, k) = (property.first, min(property.third, 5))
    let n = u + property.second
    let distinct = linePoints(u, from: &stream)
    // Each input once at least, in an order that mixes them.
    let inputs = (0..<n).map { $0 < u ? $0 : stream.integer(below: u) }
    let group = stream.permutation(of: n).map { inputs[$0] }
    let targets: Matrix<Double> = randomMatrix(rows: n, columns: k, from: &stream)
    let counts = (0..<u).map { input in group.count { $0 == input } }
    let means = Matrix<Double>(rows: u, columns: k) { input, j in
      group.indices.reduce(0) { $0 + (group[$1] == input ? targets[$1, j] : 0) }
        / Double(counts[input])
    }
    let result = try pseudoinverseKernelFit(
      kernel, samples: distinct.rows(group), targets: targets)
    let exact = try KernelRegression(kernel: kernel, samples: distinct).fit(means)

    #expect(result.rank == u && result.distinctSamples == u)
    #expect(result.fit.evidence.testRatio <= 60 && result.eigenTestRatio <= 60)
    // Condition 6 of the inputs, and the samples of each.
    let largest = Double(counts.max() ?? 1)
    let rounding = Tolerance.symmetricEigenvalues.bound(
      Double.self, size: n, scale: 36 * largest * (1 + targets.frobeniusNorm))
    let alpha = result.fit.dualCoefficients
    for i in 0..<n {
      for j in 0..<k {
        let input = group[i]
        #expect(
          abs(alpha[i, j] - exact.dualCoefficients[input, j] / Double(counts[input])) <= rounding)
        #expect(abs(result.fit.fittedValues[i, j] - means[input, j]) <= rounding)
      }
    }
    let others: Matrix<Double> = randomMatrix(rows: 3, columns: 2, from: &stream)
    #expect(distance(result.fit.predict(others), exact.predict(others)) <= rounding)
    #expect(abs(result.fit.rkhsNorm - exact.rkhsNorm) <= rounding)
    let missed = targets - means.rows(group)
    #expect(
      abs(result.fit.relativeResidual * targets.frobeniusNorm - missed.frobeniusNorm) <= rounding)
    #expect(
      abs(result.fit.evidence.maxAbsoluteResidual - missed.largestAbsoluteEntry) <= rounding)
    #expect(result.fit.evidence.reciprocalCondition >= 0.3 / (1.8 * largest))

    // Targets that agree are met.
    let agreed = try pseudoinverseKernelFit(
      kernel, samples: distinct.rows(group), targets: means.rows(group))
    #expect(distance(agreed.fit.fittedValues, means.rows(group)) <= rounding)
    #expect(distance(agreed.fit.dualCoefficients, alpha) <= rounding)
  }

  @Test("A linear kernel gives the least squares of minimum norm", arguments: PropertyCase.all)
  func minimumNorm(_ property: PropertyCase) throws {
    let (n, d) = (property.first, property.second)
    guard n > 0 else { return }
    var stream = property.stream("minimum norm")
    let r = min(n, d, property.third)
    let known = try KnownSingularValues(
      rows: n, columns: d, values: geometricSpectrum(count: r, condition: 4), from: &stream)
    let targets: Matrix<Double> = randomMatrix(rows: n, columns: 2, from: &stream)
    let result = try pseudoinverseKernelFit(
      LinearKernel(), samples: known.matrix, targets: targets)
    #expect(result.rank == r && result.fit.evidence.testRatio <= 60)
    // Of K, whose condition is that of X squared.
    let rounding = Tolerance.symmetricEigenvalues.bound(
      Double.self, size: n + d, scale: 16 * 16 * targets.frobeniusNorm)
    let weights = known.matrix.times(result.fit.dualCoefficients, transposingSelf: true)
    #expect(distance(weights, known.pseudoInverse * targets) <= rounding)
    // α = K⁺ Y lies in the range of K: what the pseudo-inverse adds to least squares.
    let dual = known.left.times(
      known.left.times(result.fit.dualCoefficients, transposingSelf: true))
    #expect(distance(dual, result.fit.dualCoefficients) <= rounding)
  }

  @Test("Inputs that nearly coincide take the mean where the cut-off says so")
  func nearlyCoinciding() throws {
    let gap = 0x1p-18
    let samples = Matrix<Double>(rows: 3, columns: 1, columnMajor: [0, gap, 3])
    let targets = Matrix<Double>(rows: 3, columns: 1, columnMajor: [0, 1, 2])
    let steep = try pseudoinverseKernelFit(kernel, samples: samples, targets: targets)
    #expect(steep.rank == 3 && steep.fit.rkhsNorm > 0.5 / gap)
    #expect(steep.fit.relativeResidual <= 60 * 3 * Double.ulpOfOne / (gap * gap))
    let flat = try pseudoinverseKernelFit(
      kernel, samples: samples, targets: targets, relativeCutOff: 1e-8)
    #expect(flat.rank == 2 && flat.distinctSamples == 3 && flat.fit.rkhsNorm < 3)
    #expect(flat.fit.evidence.testRatio <= 60)
    for (i, value) in [0.5, 0.5, 2].enumerated() {
      #expect(abs(flat.fit.fittedValues[i, 0] - value) <= 2 * gap)
    }
    #expect(flat.cutOff > 1e-8 && flat.cutOff < 3e-8)
  }

  @Test("Coinciding samples cost no rank to rounding, far from 0 either", arguments: 0..<200)
  func roundedDistances(seed: Int) throws {
    var stream = RandomStream(seed: UInt64(seed), purpose: "rounded distances")
    let distinct = Matrix<Double>(rows: 6, columns: 5) { i, _ in 100 + Double(i) + stream.normal() }
    let group = (0..<12).map { $0 % 6 }
    let targets: Matrix<Double> = randomMatrix(rows: 12, columns: 1, from: &stream)
    let result = try pseudoinverseKernelFit(
      LaplacianKernel(gamma: 1), samples: distinct.rows(group), targets: targets)
    #expect(result.rank == 6 && result.fit.rkhsNorm < 10 * targets.frobeniusNorm)
    for i in 0..<6 {
      let mean = (targets[i, 0] + targets[i + 6, 0]) / 2
      #expect(abs(result.fit.fittedValues[i, 0] - mean) <= 1e4 * Double.ulpOfOne)
      #expect(result.fit.fittedValues[i, 0] == result.fit.fittedValues[i + 6, 0])
    }
  }

  @Test("A kernel that is 0 is fitted by 0")
  func zero() throws {
    let result = try pseudoinverseKernelFit(
      LinearKernel(), samples: Matrix(rows: 2, columns: 1),
      targets: Matrix(rows: 2, columns: 1, columnMajor: [1, 2]))
    #expect(result.rank == 0 && result.fit.rkhsNorm == 0 && result.fit.relativeResidual == 1)
    #expect(result.fit.dualCoefficients == Matrix(rows: 2, columns: 1))
    #expect(result.fit.evidence.testRatio == 0 && result.fit.evidence.reciprocalCondition == 0)
  }

  @Test("A cut-off out of range and samples that do not fit their targets are refused")
  func misuse() {
    let one = Matrix<Double>(rows: 1, columns: 1)
    for cutOff in [-1e-300, 1, .infinity] {
      #expect(throws: KernelError.cutOffOutOfRange(cutOff)) {
        try pseudoinverseKernelFit(kernel, samples: one, targets: one, relativeCutOff: cutOff)
      }
    }
    do throws(KernelError) {
      _ = try pseudoinverseKernelFit(kernel, samples: one, targets: one, relativeCutOff: .nan)
      Issue.record("NaN was taken")
    } catch {
      #expect(
        error.description
          == "the relative cut-off is nan: give a number from 0 to below 1, such as 1e-10")
    }
    #expect(throws: KernelError.noSamples) {
      try pseudoinverseKernelFit(kernel, samples: Matrix(rows: 0, columns: 1), targets: one)
    }
    #expect(throws: KernelError.rowsDisagree(samples: 1, targets: 2)) {
      try pseudoinverseKernelFit(kernel, samples: one, targets: Matrix(rows: 2, columns: 1))
    }
    #expect(
      throws: KernelError.linearAlgebra(.notFinite(argument: "the targets", row: 0, column: 0))
    ) {
      try pseudoinverseKernelFit(
        kernel, samples: one, targets: Matrix(rows: 1, columns: 1, repeating: .infinity))
    }
  }
}

import Kernels
import LinearAlgebra
import RandomStreams
import RealModule
import TestSupport
import Testing

@Suite("Leave-one-out errors are those of leaving one out, and choose the kernel")
struct LeaveOneOutSelectionTests {
  @Test("The closed form is the error of a fit to all other samples", arguments: PropertyCase.all)
  func closedForm(_ property: PropertyCase) throws {
    var stream = property.stream("leave one out")
    let (n, d, k) = (min(property.first, 12), max(1, property.second), min(property.third, 3))
    let samples: Matrix<Double> = randomMatrix(rows: n, columns: d, from: &stream)
    let targets: Matrix<Double> = randomMatrix(rows: n, columns: k, from: &stream)
    let kernel = LaplacianKernel(gamma: 1)
    let ridge = property.seed % 2 == 0 ? 0 : 0.25
    let (residuals, reciprocalCondition) = try kernel.leaveOneOutResiduals(
      samples, targets: targets, ridge: ridge)
    #expect(residuals.rows == n && residuals.columns == k)
    let bound = Tolerance.linearSystem.bound(
      Double.self, size: n, scale: (1 + targets.frobeniusNorm) / max(reciprocalCondition, 1e-12))
    // Of one sample there are no others to fit, and the fit is 0.
    if n == 1 { #expect((residuals - targets).frobeniusNorm <= bound) }
    for left in 0..<(n == 1 ? 0 : n) {
      let others = (0..<n).filter { $0 != left }
      let fit = try KernelRegression(kernel: kernel, samples: samples.rows(others), ridge: ridge)
        .fit(targets.rows(others))
      let predicted = fit.predict(samples.rows([left]))
      for j in 0..<k {
        #expect(abs(targets[left, j] - predicted[0, j] - residuals[left, j]) <= bound)
      }
    }
  }

  @Test("The table holds the mean squares, and the least is the best", arguments: PropertyCase.all)
  func selection(_ property: PropertyCase) throws {
    var stream = property.stream("selection")
    let (n, d) = (property.first, max(1, property.second))
    let samples: Matrix<Double> = randomMatrix(rows: n, columns: d, from: &stream)
    let targets: Matrix<Double> = randomMatrix(
      rows: n, columns: min(property.third, 3), from: &stream)
    let kernels = [0.25, 1, 4].map(LaplacianKernel.init)
    let selection = try LeaveOneOutSelection(
      among: kernels, samples: samples, targets: targets, ridge: 0.5)
    #expect(selection.candidates.map(\.kernel) == kernels && selection.sampleCount == n)
    var errors: [Double] = []
    for (candidate, kernel) in zip(selection.candidates, kernels) {
      let residuals = try kernel.leaveOneOutResiduals(samples, targets: targets, ridge: 0.5)
        .residuals
      let count = Double(max(1, residuals.elements.count))
      let mean = residuals.frobeniusNorm * residuals.frobeniusNorm / count
      let error = try candidate.meanSquaredError.get()
      #expect(
        abs(error - mean)
          <= Tolerance.arithmetic.bound(
            Double.self, size: residuals.elements.count + 2, scale: mean))
      #expect(candidate.reciprocalCondition > 0 && candidate.reciprocalCondition <= 1)
      errors.append(error)
    }
    let best = try #require(selection.bestIndex)
    #expect(errors.allSatisfy { $0 >= errors[best] })
    #expect(errors.firstIndex(of: errors[best]) == best)
    #expect(selection.best?.kernel == kernels[best])
  }

  @Test("It finds the scale of the function, in either type")
  func scale() throws {
    // Values of sin on a fine grid: a narrow kernel knows nothing of its neighbours.
    let samples = Matrix<Double>(rows: 40, columns: 1) { i, _ in 0.25 * Double(i) }
    let targets = samples.map { .sin($0) }
    let gammas = [0.5, 5, 50, 500]
    let selection = try LeaveOneOutSelection(
      among: gammas.map(GaussianKernel.init), samples: samples, targets: targets, ridge: 1e-6)
    #expect(selection.best?.kernel.gamma == 0.5)
    let single = try LeaveOneOutSelection(
      among: gammas.map { AnyKernel(GaussianKernel(gamma: $0)) },
      samples: samples.converted(to: Float.self), targets: targets.converted(to: Float.self),
      ridge: 1e-3)
    #expect(single.bestIndex == 0)
  }

  @Test("What cannot be factored stays in the table with its reason")
  func singular() throws {
    let samples = Matrix<Double>(rows: 3, columns: 1, columnMajor: [1, 2, 3])
    let targets = Matrix<Double>(rows: 3, columns: 1, columnMajor: [1, 0, 2])
    let kernels = [AnyKernel(LinearKernel()), AnyKernel(LaplacianKernel(gamma: 1))]
    let selection = try LeaveOneOutSelection(among: kernels, samples: samples, targets: targets)
    #expect(selection.candidates[0].reciprocalCondition == 0)
    #expect(throws: LinearAlgebraError.notPositiveDefinite(pivot: 1)) {
      try selection.candidates[0].meanSquaredError.get()
    }
    #expect(selection.bestIndex == 1)
    let none = try LeaveOneOutSelection(
      among: [LinearKernel()], samples: samples, targets: targets)
    #expect(none.bestIndex == nil && none.best == nil)
    let empty = try LeaveOneOutSelection(
      among: [LinearKernel](), samples: samples, targets: targets)
    #expect(empty.bestIndex == nil && empty.candidates.isEmpty)
  }

  @Test("Of many samples a subset is drawn, the same for the same seed")
  func subset() throws {
    var stream = RandomStream(seed: 1, purpose: "subset")
    let samples: Matrix<Double> = randomMatrix(rows: 60, columns: 2, from: &stream)
    let targets: Matrix<Double> = randomMatrix(rows: 60, columns: 1, from: &stream)
    func error(_ seed: UInt64, _ limit: Int) throws -> Double {
      let selection = try LeaveOneOutSelection(
        among: [LaplacianKernel(gamma: 1)], samples: samples, targets: targets,
        sampleLimit: limit, seed: seed)
      #expect(selection.sampleCount == min(60, limit))
      return try selection.candidates[0].meanSquaredError.get()
    }
    #expect(try error(1, 20) == error(1, 20))
    #expect(try error(1, 20) != error(2, 20))
    #expect(try error(1, 60) == error(2, 61))
  }

  @Test("One sample is missed by its target; entries that are no numbers are named")
  func degenerate() throws {
    let one = Matrix<Double>(rows: 1, columns: 2, columnMajor: [1, 2])
    let target = Matrix<Double>(rows: 1, columns: 1, columnMajor: [3])
    let residuals = try GaussianKernel(gamma: 1).leaveOneOutResiduals(one, targets: target)
    #expect(residuals.residuals == target)
    let bad = Matrix<Double>(rows: 1, columns: 1, columnMajor: [.nan])
    let kernels = [GaussianKernel(gamma: 1)]
    #expect(throws: LinearAlgebraError.notFinite(argument: "the targets", row: 0, column: 0)) {
      try LeaveOneOutSelection(among: kernels, samples: one, targets: bad)
    }
    #expect(throws: LinearAlgebraError.notFinite(argument: "the samples", row: 0, column: 0)) {
      try LeaveOneOutSelection(among: kernels, samples: bad, targets: target)
    }
  }
}

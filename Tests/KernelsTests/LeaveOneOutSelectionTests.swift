import Kernels
import LinearAlgebra
import RandomStreams
import RealModule
import TestSupport
import Testing

@Suite("Leave-one-out errors choose the kernel")
struct LeaveOneOutSelectionTests {
  @Test("The table holds the mean squares, and the least is the best", arguments: PropertyCase.all)
  func selection(_ property: PropertyCase) throws {
    var stream = property.stream("selection")
    let (n, d) = (property.first, max(1, property.second))
    let samples: Matrix<Double> = randomMatrix(rows: n, columns: d, from: &stream)
    let targets: Matrix<Double> = randomMatrix(
      rows: n, columns: min(property.third, 3), from: &stream)
    let kernels = [0.25, 1, 4].map(LaplacianKernel.init)
    if n == 0 {
      #expect(throws: KernelError.noSamples) {
        try LeaveOneOutSelection(among: kernels, samples: samples, targets: targets)
      }
      return
    }
    let selection = try LeaveOneOutSelection(
      among: kernels, samples: samples, targets: targets, ridge: 0.5)
    #expect(selection.candidates.map(\.kernel) == kernels && selection.sampleCount == n)
    var errors: [Double] = []
    for (candidate, kernel) in zip(selection.candidates, kernels) {
      let regression = try KernelRegression(kernel: kernel, samples: samples, ridge: 0.5)
      let residuals = regression.leaveOneOutResiduals(of: try regression.fit(targets))
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

  @Test("It finds the scale of the function")
  func scale() throws {
    // Values of sin on a fine grid: a narrow kernel knows nothing of its neighbours.
    let samples = Matrix<Double>(rows: 40, columns: 1) { i, _ in 0.25 * Double(i) }
    let targets = samples.map { .sin($0) }
    let gammas = [0.5, 5, 50, 500]
    let selection = try LeaveOneOutSelection(
      among: gammas.map(GaussianKernel.init), samples: samples, targets: targets, ridge: 1e-6)
    #expect(selection.best?.kernel.gamma == 0.5)
  }

  @Test("What cannot be factored stays in the table with its reason")
  func singular() throws {
    let samples = Matrix<Double>(rows: 3, columns: 1, columnMajor: [1, 2, 3])
    let targets = Matrix<Double>(rows: 3, columns: 1, columnMajor: [1, 0, 2])
    let kernels = [AnyKernel(LinearKernel()), AnyKernel(LaplacianKernel(gamma: 1))]
    let selection = try LeaveOneOutSelection(among: kernels, samples: samples, targets: targets)
    #expect(selection.candidates[0].reciprocalCondition == 0)
    guard
      case .failure(.notPositiveDefinite(let singular)) =
        selection.candidates[0].meanSquaredError
    else {
      Issue.record("a linear kernel on a line has rank 1")
      return
    }
    #expect(singular.pivot == 1)
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
    let kernels = [GaussianKernel(gamma: 1)]
    // There are no others to fit, and the fit is 0.
    let alone = try LeaveOneOutSelection(among: kernels, samples: one, targets: target)
    #expect(try alone.candidates[0].meanSquaredError.get() == 9)
    let bad = Matrix<Double>(rows: 1, columns: 1, columnMajor: [.nan])
    func notFinite(_ argument: String) -> KernelError {
      .linearAlgebra(.notFinite(argument: argument, row: 0, column: 0))
    }
    #expect(throws: notFinite("the targets")) {
      try LeaveOneOutSelection(among: kernels, samples: one, targets: bad)
    }
    #expect(throws: notFinite("the samples")) {
      try LeaveOneOutSelection(among: kernels, samples: bad, targets: target)
    }
  }
}

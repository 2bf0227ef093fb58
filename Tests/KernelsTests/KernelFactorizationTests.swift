import Kernels
import LinearAlgebra
import RandomStreams
import TestSupport
import Testing

@Suite("A factorisation of K + λI, panel by panel")
struct KernelFactorizationTests {
  private let kernel = GaussianKernel(gamma: 0.3)
  private let ridge = 0.5

  private func problem(
    _ test: PropertyCase
  ) throws -> (begun: KernelFactorization<GaussianKernel>, targets: Matrix<Double>) {
    var stream = test.stream("samples")
    let n = max(1, test.first)
    let samples = randomMatrix(rows: n, columns: max(1, test.second), from: &stream)
    let begun = try KernelFactorization(
      kernel: kernel, samples: samples, ridge: ridge,
      precision: test.seed.isMultiple(of: 2) ? .double : .single,
      panelWidth: 1 + stream.integer(below: 12))
    return (begun, randomMatrix(rows: n, columns: test.third, from: &stream))
  }

  @Test(
    "panels of any width solve the equations, and the residual says so", arguments: PropertyCase.all
  )
  func solves(test: PropertyCase) throws {
    var (factorization, y) = try problem(test)
    var share = factorization.share
    #expect(share == 0 && factorization.finishedPanels == 0)
    while !factorization.isComplete {
      try factorization.factorNextPanel()
      #expect(factorization.share > share)
      share = factorization.share
    }
    let n = y.rows
    #expect(
      factorization.panelCount == (n + factorization.panelWidth - 1) / factorization.panelWidth)
    #expect(abs(share - 1) <= Tolerance.arithmetic.bound(Double.self, size: 4, scale: 1))
    let alpha = factorization.solve(y)
    var gram = kernel.gramMatrix(factorization.samples)
    gram.addToDiagonal(ridge)
    let expected = y - gram * alpha
    let residual = factorization.residual(of: alpha, y)
    let scale = gram.frobeniusNorm * alpha.frobeniusNorm + y.frobeniusNorm
    let exactness = Tolerance.linearSystem.bound(Double.self, size: n, scale: scale)
    #expect((residual - expected).frobeniusNorm <= exactness)
    let bound =
      test.seed.isMultiple(of: 2)
      ? exactness : Tolerance.linearSystem.bound(Float.self, size: n, scale: scale)
    #expect(residual.frobeniusNorm <= bound)
  }

  @Test("resumed from its factor it ends as it would have", arguments: PropertyCase.all)
  func resumes(test: PropertyCase) throws {
    let (begun, y) = try problem(test)
    var whole = begun
    var stream = test.stream("stop")
    let stop = stream.integer(below: begun.panelCount + 1)
    var resumed = begun
    for index in 0..<begun.panelCount {
      if index == stop { resumed.resume(from: whole.factor) }
      try whole.factorNextPanel()
    }
    if stop == begun.panelCount { resumed.resume(from: whole.factor) }
    #expect(resumed.finishedPanels == stop)
    while !resumed.isComplete { try resumed.factorNextPanel() }
    #expect(resumed.solve(y) == whole.solve(y))
  }
}

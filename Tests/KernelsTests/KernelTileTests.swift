import Kernels
import LinearAlgebra
import RandomStreams
import RealModule
import TestSupport
import Testing

@Suite("Kernel values made in tiles are those of whole matrices")
struct KernelTileTests {
  /// Inputs whose products come in whole numbers, in `Float` or by BLAS.
  enum Inputs: CaseIterable, Sendable {
    case bytes, reals
  }

  // Several tiles in each direction, the last ones not full.
  private let n = 1100
  private let m = 300
  private let d = 5

  private func samples(_ inputs: Inputs, _ count: Int, _ stream: inout RandomStream)
    -> Matrix<Double>
  {
    switch inputs {
    case .bytes:
      Matrix(rows: count, columns: d) { _, _ in Double(stream.integer(below: 256)) / 255 }
    case .reals: randomMatrix(rows: count, columns: d, from: &stream)
    }
  }

  @Test("Panels of the Gram matrix", arguments: Inputs.allCases, KernelPrecision.allCases)
  func panels(_ inputs: Inputs, _ precision: KernelPrecision) throws {
    var stream = RandomStream(seed: 1, purpose: "tiles")
    let x = samples(inputs, n, &stream)
    let kernel = GaussianKernel(gamma: 30)
    var factorization = try KernelFactorization(
      kernel: kernel, samples: x, precision: precision, panelWidth: 700)
    // By another product, of the whole matrix.
    let gram = kernel.gramMatrix(x)
    for first in [0, 700] {
      let panel: Matrix<Double>
      let unit: Double
      switch factorization.nextPanel() {
      case .double(let values): (panel, unit) = (values, Double.roundingUnit)
      case .single(let values):
        (panel, unit) = (values.converted(to: Double.self), Double(Float.roundingUnit))
      }
      let expected = gram.columns(first..<min(first + 700, n)).rows(first..<n)
      // The argument of the exponential has the rounding of its terms, γ (‖x‖² + ‖z‖²).
      let largest = (0..<n).map { i in x.row(i).reduce(0) { $0 + $1 * $1 } }.max() ?? 0
      let bound = 10 * Double(d + 8) * unit * 30 * 2 * largest
      #expect((panel - expected).largestAbsoluteEntry <= bound)
      try factorization.factorNextPanel()
    }
  }

  @Test("Products with the Gram matrix, and predictions", arguments: Inputs.allCases)
  func products(_ inputs: Inputs) throws {
    var stream = RandomStream(seed: 2, purpose: "tiles")
    let (x, z) = (samples(inputs, n, &stream), samples(inputs, m, &stream))
    let targets: Matrix<Double> = randomMatrix(rows: n, columns: 3, from: &stream)
    let kernel = GaussianKernel(gamma: 30)
    let fit = try KernelRegression(kernel: kernel, samples: x, ridge: 0.5).fit(targets)
    let alpha = fit.dualCoefficients
    let scale = alpha.oneNorm
    let bound = Tolerance.arithmetic.bound(Double.self, size: n + 60 * d, scale: scale)
    let whole = kernel.gramMatrix(x)
    #expect((fit.fittedValues - whole.times(alpha)).largestAbsoluteEntry <= bound)
    let values = kernel.crossMatrix(z, x)
    #expect((fit.predict(z) - values.times(alpha)).largestAbsoluteEntry <= bound)
    for i in stride(from: 0, to: m, by: 37) {
      for j in stride(from: 0, to: n, by: 101) {
        let square = (0..<d).reduce(0.0) { sum, k in
          sum + (z[i, k] - x[j, k]) * (z[i, k] - x[j, k])
        }
        let norms = (z.row(i) + x.row(j)).reduce(0) { $0 + $1 * $1 }
        let bound = Tolerance.arithmetic.bound(Double.self, size: d + 4, scale: 1 + 30 * norms)
        #expect(abs(values[i, j] - .exp(-30 * square)) <= bound)
      }
    }
  }

  @Test("Iterations in Float, the Gram matrix kept or made anew", arguments: Inputs.allCases)
  func iterations(_ inputs: Inputs) throws {
    var stream = RandomStream(seed: 3, purpose: "tiles")
    let x = samples(inputs, n, &stream)
    let targets: Matrix<Double> = randomMatrix(rows: n, columns: 3, from: &stream)
    let kernel = GaussianKernel(gamma: 30)
    let exact = try KernelRegression(kernel: kernel, samples: x, ridge: 0.5).fit(targets)
    for keeps in [true, false] {
      let fit = try iterativeKernelFit(
        kernel, samples: x, targets: targets, ridge: 0.5,
        configuration: IterativeKernelConfiguration(
          preconditionerRank: 50, keepsGramMatrix: keeps, tolerance: 1e-9))
      // ‖α - α*‖ ≤ ‖R‖ / λ_min, and λ_min is at least the ridge.
      let difference = fit.function.dualCoefficients - exact.dualCoefficients
      #expect(difference.frobeniusNorm <= 2 * 1e-9 * targets.frobeniusNorm / 0.5)
    }
  }
}

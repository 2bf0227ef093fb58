import Foundation
import Kernels
import LinearAlgebra
import RandomStreams
import TestSupport
import Testing

@Suite("The Gaussian kernel is symmetric, positive semidefinite and blind to translation")
struct GaussianKernelTests {
  /// The largest error of one kernel value.
  ///
  /// γ times that of ‖x‖² + ‖z‖² - 2⟨x, z⟩, whose terms are sums of d products; the exponential
  /// adds its own rounding.
  private func bound<Scalar: LinearAlgebraScalar>(
    _ type: Scalar.Type, gamma: Double, _ x: [Double], _ z: [Double]
  ) -> Double {
    let size = euclideanNorm(x) + euclideanNorm(z)
    return Tolerance.arithmetic.bound(type, size: x.count + 3, scale: gamma * size * size)
      + Tolerance.arithmetic.bound(type, size: 1, scale: 1)
  }

  private func formula(gamma: Double, _ x: [Double], _ z: [Double]) -> Double {
    exp(-gamma * zip(x, z).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) })
  }

  @Test("Gram and cross matrices hold exp(-γ‖x - z‖²)", arguments: PropertyCase.all)
  func values(_ property: PropertyCase) throws {
    try checkValues(property, Double.self)
    try checkValues(property, Float.self)
  }

  private func checkValues<Scalar: LinearAlgebraScalar>(
    _ property: PropertyCase, _ type: Scalar.Type
  ) throws {
    var stream = property.stream("kernel values")
    let (n, d, m) = (property.first, property.second, property.third)
    let x = randomMatrix(rows: n, columns: d, of: type, from: &stream)
    let z = randomMatrix(rows: m, columns: d, of: type, from: &stream)
    let gamma = (0.1 + 2 * stream.uniform()) / Double(max(1, d))
    let kernel = GaussianKernel(gamma: gamma)
    let rows = (0..<n).map { x.row($0).map { Double($0) } }
    let otherRows = (0..<m).map { z.row($0).map { Double($0) } }

    let cross = kernel.crossMatrix(x, z)
    #expect(cross.rows == n && cross.columns == m)
    for i in 0..<n {
      for j in 0..<m {
        let known = formula(gamma: gamma, rows[i], otherRows[j])
        #expect(
          abs(Double(cross[i, j]) - known)
            <= bound(type, gamma: gamma, rows[i], otherRows[j]))
      }
    }
    let gram = kernel.gramMatrix(x)
    #expect(gram.rows == n && gram.columns == n)
    #expect(gram == gram.transposed())
    let own = kernel.crossMatrix(x, x)
    var largest = 0.0
    for i in 0..<n {
      #expect(gram[i, i] == 1)
      for j in 0..<i {
        let bound = bound(type, gamma: gamma, rows[i], rows[j])
        largest = max(largest, bound)
        #expect(abs(Double(gram[i, j]) - formula(gamma: gamma, rows[i], rows[j])) <= bound)
        #expect(abs(Double(gram[i, j] - own[i, j])) <= 2 * bound)
        #expect(gram[i, j] <= 1)
      }
    }
    // An error of δ in each entry moves an eigenvalue by n δ at most.
    let eigenvalues = try SymmetricEigen(of: gram).values
    let least =
      -(Double(n) * largest
      + Tolerance.symmetricEigenvalues.bound(type, size: n, scale: Double(gram.oneNorm)))
    #expect(eigenvalues.allSatisfy { Double($0) >= least })
  }

  @Test(
    "A translation by integers changes no bit of integer samples' kernel",
    arguments: PropertyCase.all)
  func translation(_ property: PropertyCase) {
    var stream = property.stream("translation")
    let (n, d) = (property.first, property.second)
    let kernel = GaussianKernel(gamma: 0.01 + 0.1 * stream.uniform())
    let shift = (0..<d).map { _ in Double(stream.integer(below: 41) - 20) }
    let samples = Matrix<Double>(rows: n, columns: d) { _, _ in
      Double(stream.integer(below: 21) - 10)
    }
    let moved = Matrix(rows: n, columns: d) { i, j in samples[i, j] + shift[j] }
    #expect(kernel.gramMatrix(samples) == kernel.gramMatrix(moved))
    #expect(
      kernel.crossMatrix(samples, samples.rows(0..<n / 2))
        == kernel.crossMatrix(moved, moved.rows(0..<n / 2)))
    let single = samples.converted(to: Float.self)
    #expect(kernel.gramMatrix(single) == kernel.gramMatrix(moved.converted(to: Float.self)))
    // Integer distances leave the exponential's rounding alone, so that both types agree with it.
    let gram = kernel.gramMatrix(samples)
    for i in 0..<n {
      for j in 0..<n {
        let known = formula(gamma: kernel.gamma, samples.row(i), samples.row(j))
        #expect(abs(gram[i, j] - known) <= 2 * known.ulp)
      }
    }
  }

  @Test("A larger γ makes a narrower kernel")
  func gamma() {
    let samples = Matrix<Double>(rows: 2, columns: 1, columnMajor: [0, 2])
    for gamma in [0.125, 0.5, 3] {
      let gram = GaussianKernel(gamma: gamma).gramMatrix(samples)
      #expect(abs(gram[0, 1] - exp(-4 * gamma)) <= 2 * exp(-4 * gamma).ulp)
    }
    #expect(GaussianKernel(gamma: 0.25).description.contains("0.25"))
  }

  @Test("The median heuristic inverts the median squared distance", arguments: PropertyCase.all)
  func medianHeuristic(_ property: PropertyCase) {
    var stream = property.stream("median")
    let n = 2 + property.first
    let samples: Matrix<Double> = randomMatrix(
      rows: n, columns: max(1, property.second), from: &stream)
    let distances = (0..<n).flatMap { i in
      (0..<i).map { j in
        zip(samples.row(i), samples.row(j)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      }
    }.sorted()
    let pairs = 400
    let seed = UInt64(property.seed)
    let gamma = GaussianKernel.medianHeuristic(samples, pairs: pairs, seed: seed).gamma
    #expect(gamma == GaussianKernel.medianHeuristic(samples, pairs: pairs, seed: seed).gamma)
    // It is the distance of a pair, whose rank is a binomial one: six standard deviations of it.
    let slack = 6 * (0.25 / Double(pairs)).squareRoot()
    let low = distances[max(0, Int((0.5 - slack) * Double(distances.count)) - 1)]
    let high = distances[
      min(
        distances.count - 1, Int((0.5 + slack) * Double(distances.count)) + 1)]
    let rounding = Tolerance.arithmetic.bound(Double.self, size: samples.columns + 2, scale: high)
    #expect(1 / gamma >= low - rounding && 1 / gamma <= high + rounding)
    if n == 2 { #expect(abs(1 / gamma - distances[0]) <= rounding) }
  }

  @Test("Where no median can be inverted the heuristic takes 1")
  func medianOfNone() {
    func gamma(_ samples: Matrix<Double>) -> Double {
      GaussianKernel.medianHeuristic(samples, seed: 1).gamma
    }
    #expect(gamma(Matrix(rows: 0, columns: 2)) == 1)
    #expect(gamma(Matrix(rows: 1, columns: 2)) == 1)
    #expect(gamma(Matrix(rows: 5, columns: 2, repeating: 3)) == 1)
    #expect(gamma(Matrix(rows: 5, columns: 0)) == 1)
    for extreme in [1e-160, 1e200, .nan] {
      #expect(gamma(Matrix(rows: 2, columns: 1, columnMajor: [0, extreme])) == 1)
    }
  }

  @Test("A NaN stays one, and infinite distances are not taken for none")
  func notFinite() {
    let kernel = GaussianKernel(gamma: 1)
    let samples = Matrix<Double>(rows: 3, columns: 1, columnMajor: [0, .nan, 1e200])
    let cross = kernel.crossMatrix(samples, samples)
    for i in 0..<3 { #expect(cross[i, 1].isNaN && cross[1, i].isNaN) }
    #expect(cross[0, 0] == 1)
    #expect(cross[2, 0] == 0 && cross[0, 2] == 0)
    // Infinite norms say nothing of the distance.
    #expect(cross[2, 2].isNaN)
  }

  @Test("A γ that is not positive and finite stops the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) { _ = GaussianKernel(gamma: 0) }
    await #expect(processExitsWith: .failure) { _ = GaussianKernel(gamma: .infinity) }
    await #expect(processExitsWith: .failure) { _ = GaussianKernel(gamma: .nan) }
    await #expect(processExitsWith: .failure) {
      _ = GaussianKernel.medianHeuristic(
        Matrix<Double>(rows: 2, columns: 1), pairs: 0, seed: 0)
    }
  }
}

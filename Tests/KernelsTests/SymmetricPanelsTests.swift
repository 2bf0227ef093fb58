import Kernels
import LinearAlgebra
import RandomStreams
import TestSupport
import Testing

@Suite("A symmetric matrix that grows by products")
struct SymmetricPanelsTests {
  private func problem(_ test: PropertyCase) -> (
    panels: SymmetricPanels, blocks: [Matrix<Float>], whole: Matrix<Double>
  ) {
    var stream = test.stream("panels")
    let n = test.first
    var panels = SymmetricPanels(size: n, panelWidth: 1 + stream.integer(below: 12))
    var whole = Matrix<Double>(rows: n, columns: n)
    var blocks: [Matrix<Float>] = []
    for width in [test.second, test.third] {
      let block = randomMatrix(rows: n, columns: width, of: Float.self, from: &stream)
      blocks.append(block)
      panels.addProduct(block)
      let exact = block.converted(to: Double.self)
      whole.add(exact.timesOwnTranspose())
    }
    return (panels, blocks, whole)
  }

  @Test("it is the sum of the products", arguments: PropertyCase.all)
  func sum(test: PropertyCase) {
    let (panels, _, whole) = problem(test)
    let bound = Tolerance.arithmetic.bound(
      Float.self, size: test.second + test.third, scale: whole.largestAbsoluteEntry)
    for i in 0..<test.first {
      for j in 0..<test.first { #expect(abs(Double(panels[i, j]) - whole[i, j]) <= bound) }
    }
  }

  @Test("leading squares are solved with the first part of one factor", arguments: PropertyCase.all)
  func leading(test: PropertyCase) throws {
    let (panels, _, whole) = problem(test)
    let n = test.first
    var stream = test.stream("right-hand sides")
    let targets = randomMatrix(rows: n, columns: 2, of: Float.self, from: &stream)
    let ridge = Float(10)
    let factor = try panels.factored(ridge: ridge)
    for size in Set([0, n / 3, n / 2, n]) {
      let y = targets.rows(0..<size)
      let own = try panels.factored(ridge: ridge, leading: size).solve(y)
      for x in [factor.leading(size).solve(y), own] {
        let square = Matrix<Double>(rows: size, columns: size) {
          whole[$0, $1] + ($0 == $1 ? Double(ridge) : 0)
        }
        let residual = square * x.converted(to: Double.self) - y.converted(to: Double.self)
        let scale =
          square.frobeniusNorm * x.converted(to: Double.self).frobeniusNorm
          + y.converted(to: Double.self).frobeniusNorm
        #expect(
          residual.frobeniusNorm
            <= Tolerance.linearSystem.bound(Float.self, size: size, scale: scale))
      }
    }
  }

  @Test("the rows beyond a leading square multiply as they stand", arguments: PropertyCase.all)
  func lastRows(test: PropertyCase) {
    let (panels, _, whole) = problem(test)
    let n = test.first
    let first = n * 2 / 3
    var stream = test.stream("coefficients")
    let other = randomMatrix(rows: first, columns: 3, of: Float.self, from: &stream)
    let found = panels.lastRows(from: first, times: other)
    let expected =
      whole.rows(first..<n).columns(0..<first) * other.converted(to: Double.self)
    #expect(found.rows == n - first && found.columns == 3)
    #expect(
      distance(found, expected)
        <= Tolerance.arithmetic.bound(
          Float.self, size: n + test.second + test.third,
          scale: whole.frobeniusNorm * other.converted(to: Double.self).frobeniusNorm))
  }

  @Test("it multiplies as a whole", arguments: PropertyCase.all)
  func times(test: PropertyCase) {
    let (panels, _, _) = problem(test)
    let n = test.first
    var stream = test.stream("coefficients")
    let kept = Matrix<Double>(rows: n, columns: n) { Double(panels[$0, $1]) }
    for size in Set([0, n / 3, n]) {
      let other = randomMatrix(rows: size, columns: 3, of: Double.self, from: &stream)
      let square = kept.rows(0..<size).columns(0..<size)
      #expect(
        distance(panels.times(other), square * other)
          <= Tolerance.arithmetic.bound(
            Double.self, size: size, scale: square.frobeniusNorm * other.frobeniusNorm))
    }
  }

  @Test(
    "a kernel of the features is a function of their inner products", arguments: PropertyCase.all)
  func kernel(test: PropertyCase) throws {
    let (panels, blocks, whole) = problem(test)
    let (n, first) = (test.first, test.first * 2 / 3)
    let samples = Matrix<Double>(rows: n, columns: test.second + test.third) { i, j in
      Double(j < test.second ? blocks[0][i, j] : blocks[1][i, j - test.second])
    }
    let kernel = GaussianKernel(gamma: 1 / (1 + whole.largestAbsoluteEntry))
    let gram = kernel.gramMatrix(samples)
    var stream = test.stream("coefficients")
    let other = randomMatrix(rows: n, columns: 2, of: Float.self, from: &stream)
    let exact = other.converted(to: Double.self)
    // γ makes an error of |S| ε one of ε.
    let bound = Tolerance.arithmetic.bound(
      Float.self, size: n + test.second + test.third,
      scale: gram.frobeniusNorm * exact.frobeniusNorm)
    #expect(distance(panels.times(exact, kernel: kernel), gram * exact) <= bound)
    for leading in Set([0, first / 2, first]) {
      #expect(
        distance(
          panels.lastRows(from: first, times: other.rows(0..<leading), kernel: kernel),
          gram.rows(first..<n).columns(0..<leading) * exact.rows(0..<leading)) <= bound)
    }
    let size = n / 2
    let solution = try panels.factored(ridge: 1, leading: size, kernel: kernel)
      .solve(other.rows(0..<size)).converted(to: Double.self)
    let square = gram.rows(0..<size).columns(0..<size) + .identity(size)
    let residual = square * solution - exact.rows(0..<size)
    #expect(
      residual.frobeniusNorm
        <= Tolerance.linearSystem.bound(
          Float.self, size: size + test.second + test.third,
          scale: square.frobeniusNorm * (solution.frobeniusNorm + 1)))
  }

  @Test("a refined solution solves what is kept as exactly as Double", arguments: PropertyCase.all)
  func refined(test: PropertyCase) throws {
    let (panels, _, whole) = problem(test)
    let n = test.first
    var stream = test.stream("right-hand sides")
    let scale = max(Float(whole.largestAbsoluteEntry), 1)
    // A condition of up to n times 10⁴, of which Float alone loses all but three digits.
    let ridge = scale * 1e-4
    let kernel = stream.integer(below: 2) == 0 ? nil : GaussianKernel(gamma: 1 / Double(scale))
    let factor = try panels.factored(ridge: ridge, kernel: kernel)
    for size in Set([0, n / 2, n]) {
      let targets = randomMatrix(rows: size, columns: 2, of: Double.self, from: &stream)
      let found = panels.solve(
        targets, by: factor.leading(size), ridge: ridge, kernel: kernel, tolerance: 0)
      #expect(found.relativeResidual <= 4 * Double(size) * 1e4 * Double.ulpOfOne)
      var residual = targets - panels.times(found.solution, kernel: kernel)
      residual.add(found.solution, scaledBy: -Double(ridge))
      #expect(
        distance(residual, found.residual)
          <= Tolerance.arithmetic.bound(
            Double.self, size: size + 1,
            scale: (whole.frobeniusNorm + Double(n)) * found.solution.frobeniusNorm
              + targets.frobeniusNorm))
    }
  }

  @Test("without a ridge a matrix of too few columns is refused at its pivot")
  func singular() throws {
    var panels = SymmetricPanels(size: 4, panelWidth: 3)
    panels.addProduct(Matrix(rows: 4, columns: 1, columnMajor: [1, 2, 3, 4]))
    #expect(throws: LinearAlgebraError.notPositiveDefinite(pivot: 1)) {
      try panels.factored(ridge: 0)
    }
    #expect(try panels.factored(ridge: 1).isComplete)
  }
}

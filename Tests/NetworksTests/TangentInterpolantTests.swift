import LinearAlgebra
import Networks
import RandomStreams
import TestSupport
import Testing

@Suite("The smallest change that fits with the linearised network")
struct TangentInterpolantTests {
  private struct Problem {
    var graph: NetworkGraph
    var parameters: NetworkParameters<Double>
    var samples, targets: Matrix<Double>
    var pass: DenseChainPass
    var residuals: Matrix<Double>

    init(seed: Int) throws {
      let (d, n, classes) = (12, 1 + seed % 7, 1 + seed % 3)
      graph = try NetworkGraph(
        Architecture("MLP", input: .vector(d)) {
          for _ in 0..<1 + seed % 2 {
            Dense(20, hasBias: seed % 2 == 0)
            Rectifier()
          }
          Dense(classes, hasBias: seed % 2 == 0)
        })
      parameters = randomParameters(of: graph, seed: seed)
      var stream = RandomStream(seed: UInt64(seed), purpose: "problem")
      samples = randomMatrix(rows: d, columns: n, from: &stream)
      targets = randomMatrix(rows: classes, columns: n, from: &stream)
      pass = try DenseChain(graph, parameters: parameters).pass(samples)
      residuals = targets - pass.outputs
    }
  }

  @Test("It fits, its norm is that of its weights, and it is the least", arguments: 0..<200)
  func leastNorm(seed: Int) throws {
    let problem = try Problem(seed: seed)
    let fit = try TangentInterpolant(fitting: problem.residuals, problem.pass)
    #expect(fit.evidence.testRatio <= Tolerance.linearSystem.constant)
    let (change, condition) = (Array(fit.change.joined()), fit.evidence.conditionEstimate)
    let scale = problem.residuals.frobeniusNorm * condition
    let bound = Tolerance.linearSystem.bound(
      Double.self, size: problem.graph.parameterCount, scale: scale)
    #expect(
      distance(problem.pass.jacobian(times: fit.change), problem.residuals) <= bound)
    let norm = euclideanNorm(change)
    #expect(
      abs(norm - fit.norm)
        <= Tolerance.linearSystem.bound(
          Double.self, size: problem.graph.parameterCount, scale: norm * condition))
    // Against the pseudoinverse of the plain Jacobian.
    let jacobian = try problem.graph.outputJacobian(
      parameters: problem.parameters, samples: problem.samples)
    let plain = try jacobian.leastSquares(
      Matrix(rows: jacobian.rows, columns: 1, columnMajor: problem.residuals.elements))
    #expect(
      euclideanNorm(zip(change, plain.solution.values.elements).map { $0 - $1 })
        <= Tolerance.linearSystem.bound(
          Double.self, size: problem.graph.parameterCount, scale: norm * condition))
  }

  @Test("Predictions are f₀ + K(x, X) α", arguments: 0..<200)
  func predictions(seed: Int) throws {
    let problem = try Problem(seed: seed)
    let fit = try TangentInterpolant(fitting: problem.residuals, problem.pass)
    var stream = RandomStream(seed: UInt64(seed), purpose: "test samples")
    let tests: Matrix<Double> = randomMatrix(rows: problem.samples.rows, columns: 4, from: &stream)
    let pass = try DenseChain(problem.graph, parameters: problem.parameters).pass(tests)
    let cross = pass.tangentKernel(with: problem.pass)
    let expected = cross.times(fit.coefficients.elements)
    let found = pass.jacobian(times: fit.change).elements
    #expect(
      euclideanNorm(zip(expected, found).map { $0 - $1 })
        <= Tolerance.arithmetic.bound(
          Double.self, size: problem.graph.parameterCount,
          scale: cross.frobeniusNorm * fit.coefficients.frobeniusNorm))
  }

  @Test("Gradient descent on the linearised loss at the step size given converges to it")
  func descent() throws {
    let problem = try Problem(seed: 12)
    let fit = try TangentInterpolant(fitting: problem.residuals, problem.pass)
    let n = problem.samples.columns
    let rate = fit.stepSize(batchSize: n)
    // α ← α + η/n (r - K α), the same steps in dual form.
    var dual = [Double](repeating: 0, count: fit.kernel.rows)
    let target = problem.residuals.elements
    var last = Double.infinity
    for _ in 0..<2000 {
      let left = zip(target, fit.kernel.times(dual)).map { $0 - $1 }
      let norm = euclideanNorm(left)
      #expect(norm <= last * (1 + 1e-12) + 1e-12)
      last = norm
      for i in dual.indices { dual[i] += rate / Double(n) * left[i] }
    }
    #expect(last < 0.01 * problem.residuals.frobeniusNorm)
    // Twice the limit of plain descent is too much: the formula is not needlessly small.
    let eigenvalue = try SymmetricEigen(of: fit.kernel).values.last ?? 0
    #expect(rate * eigenvalue / Double(n) > 0.3 && rate * eigenvalue / Double(n) <= 1)
  }

  @Test("Other values with the same kernel are fitted as afresh, and lengths are their norms")
  func refitted() throws {
    let problem = try Problem(seed: 3)
    let fit = try TangentInterpolant(fitting: problem.residuals, problem.pass)
    let again = try fit.refitted(to: problem.targets, problem.pass)
    let fresh = try TangentInterpolant(fitting: problem.targets, problem.pass)
    #expect(again.change == fresh.change && again.norm == fresh.norm)
    #expect(try fit.smallestChange(of: problem.targets) == fresh.norm)
  }

  @Test("A sample that no weight acts on makes the kernel singular, which is told")
  func singular() throws {
    let problem = try Problem(seed: 1)
    let samples = Matrix<Double>(rows: problem.samples.rows, columns: 1)
    let pass = try DenseChain(problem.graph, parameters: problem.parameters).pass(samples)
    #expect(throws: LinearAlgebraError.notPositiveDefinite(pivot: 0)) {
      try TangentInterpolant(fitting: pass.outputs.map { $0 - 1 }, pass)
    }
  }
}

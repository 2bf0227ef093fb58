import Certificates
import ExactArithmetic
import LinearAlgebra
import RandomStreams
import ReLUInterpolation
import ReLUNetworks
import TestSupport
import Testing

@Suite("Lemma 1's system has one solution, and each solver finds it")
struct OutputWeightsTests {
  @Test("Where nothing rounds all solvers give the known weights", arguments: PropertyCase.all)
  func exactSystems(_ property: PropertyCase) throws {
    var stream = property.stream("exact systems")
    let systems = (0..<3).map { _ in
      KnownInterleavingSystem(integersOfSize: property.first, from: &stream)
    }
    for system in systems {
      let matrix = try #require(
        InterleavingMatrix(points: system.points, thresholds: system.thresholds))
      #expect(matrix.solve(system.targets) == system.weights)
      #expect(matrix.solveByRecurrence(system.targets) == system.weights)
      let targets = Matrix(
        rows: system.points.count, columns: 2,
        columnMajor: system.targets + system.targets.map { -2 * $0 })
      let known = system.weights + system.weights.map { -2 * $0 }
      for solver in OutputWeightSolver.allCases {
        let solution = try matrix.solve(targets, solver: solver)
        #expect(solution.elements == known)
        #expect(solution.rows == matrix.size && solution.columns == 2)
      }
    }
  }

  @Test("In fractions the plain recurrence satisfies A w = y exactly", arguments: PropertyCase.all)
  func plainRecurrence(_ property: PropertyCase) throws {
    var stream = property.stream("fractions")
    func fraction(_ low: Int, _ high: Int) -> Rational {
      let denominator = 1 + stream.integer(below: 4)
      let numerator = low * denominator + stream.integer(below: (high - low) * denominator + 1)
      return Rational(numerator, over: denominator)
    }
    let size = min(property.first, 10)
    var (points, thresholds) = ([Rational](), [Rational]())
    var last = fraction(-5, 5)
    for _ in 0..<size {
      // On the previous point at times.
      thresholds.append(stream.integer(below: 3) == 0 ? last : last + fraction(1, 3))
      points.append(last + fraction(4, 6))
      last = points[points.count - 1]
    }
    let targets = (0..<size).map { _ in fraction(-9, 9) }
    let matrix = try #require(InterleavingMatrix(points: points, thresholds: thresholds))
    let weights = matrix.solveByRecurrence(targets)
    #expect(weights.count == size)
    for (x, y) in zip(points, targets) {
      let value: Rational = zip(thresholds, weights).reduce(0) {
        $1.0 < x ? $0 + $1.1 * (x - $1.0) : $0
      }
      #expect(value == y)
    }
  }

  @Test(
    "The recurrence misses its targets by the rounding of single weights",
    arguments: PropertyCase.all)
  func residualOfRecurrence(_ property: PropertyCase) throws {
    var stream = property.stream("real systems")
    let (x, strict) = randomInterleaving(min(property.first, 10), from: &stream)
    let weak = try #require(ThresholdPlacement.previousPoint.thresholds(for: x))
    for b in [strict, weak] {
      let matrix = try #require(InterleavingMatrix(points: x, thresholds: b))
      let targets = x.map { _ in stream.normal() }
      let weights = matrix.solve(targets)
      let bound = Rational(recurrenceResidualBound(points: x, thresholds: b, weights: weights))
      for (point, target) in zip(x, targets) {
        let value = exactOutput(at: point, thresholds: b, weights: weights)
        #expect((value - Rational(target)).magnitude <= bound)
      }
    }
  }

  @Test(
    "LAPACK's solution leaves the residual of a backward stable solve",
    arguments: PropertyCase.all)
  func residualOfLAPACK(_ property: PropertyCase) throws {
    var stream = property.stream("real systems")
    let (x, b) = randomInterleaving(min(property.first, 10), from: &stream)
    let matrix = try #require(InterleavingMatrix(points: x, thresholds: b))
    let targets: Matrix<Double> = randomMatrix(rows: x.count, columns: 2, from: &stream)
    let weights = try matrix.solve(targets, solver: .lapack)
    for j in 0..<2 {
      for (i, point) in x.enumerated() {
        let value = exactOutput(at: point, thresholds: b, weights: weights.column(j))
        let scale = (0...i).reduce(0) { $0 + matrix[i, $1] * abs(weights[$1, j]) }
        let bound = Tolerance.linearSystem.bound(Double.self, size: x.count, scale: scale)
        #expect((value - Rational(targets[i, j])).magnitude <= Rational(bound))
      }
    }
  }

  @Test("Both solvers agree within the condition of the system", arguments: PropertyCase.all)
  func agreement(_ property: PropertyCase) throws {
    var stream = property.stream("agreement")
    let (x, b) = randomInterleaving(property.first, from: &stream)
    let matrix = try #require(InterleavingMatrix(points: x, thresholds: b))
    let targets: Matrix<Double> = randomMatrix(
      rows: x.count, columns: property.second, from: &stream)
    let recurrence = try matrix.solve(targets, solver: .recurrence)
    let lapack = try matrix.solve(targets, solver: .lapack)
    let bound = Tolerance.linearSystem.bound(
      Double.self, size: x.count,
      scale: try matrix.conditionNumber() * lapack.frobeniusNorm)
    #expect(distance(recurrence, lapack) <= bound)
    for j in 0..<targets.columns {
      #expect(recurrence.column(j) == matrix.solve(targets.column(j)))
    }
  }

  @Test("A long chain of halfway thresholds keeps its residual, as the plain recurrence does not")
  func longChain() throws {
    var stream = RandomStream(seed: 1, purpose: "long chain")
    let size = 2000
    var x: [Double] = []
    for _ in 0..<size { x.append((x.last ?? 0) + 0.1 + stream.uniform()) }
    let b = try #require(ThresholdPlacement.midpoint.thresholds(for: x))
    let matrix = try #require(InterleavingMatrix(points: x, thresholds: b))
    let targets = x.map { _ in stream.normal() }
    func residual(_ weights: [Double]) -> Double {
      InterpolationCertificate(
        checking: ReLUInterpolant(
          direction: [1], thresholds: b,
          outputWeights: Matrix(rows: size, columns: 1, columnMajor: weights)),
        projections: ExactProjections(x),
        targets: Matrix(rows: size, columns: 1, columnMajor: targets)
      ).maxAbsoluteResidual
    }
    let weights = matrix.solve(targets)
    let bound = recurrenceResidualBound(points: x, thresholds: b, weights: weights)
    #expect(residual(weights) <= bound)
    #expect(residual(matrix.solveByRecurrence(targets)) > 10 * bound)
  }

  @Test("LAPACK's solve refuses a matrix beyond its limit, the recurrence takes it")
  func tooLarge() throws {
    let size = OutputWeightSolver.denseLimit + 1
    let points = (1...size).map { Double($0) }
    let matrix = try #require(
      InterleavingMatrix(points: points, thresholds: points.map { $0 - 0.5 }))
    let targets = Matrix<Double>(rows: size, columns: 1, repeating: 1)
    #expect(
      throws: InterpolationError.denseSolveTooLarge(
        samples: size, limit: OutputWeightSolver.denseLimit)
    ) { try matrix.solve(targets, solver: .lapack) }
    #expect(try matrix.solve(targets, solver: .recurrence).rows == size)
  }

  @Test("A target that is no number is named by LAPACK's solve")
  func notFinite() throws {
    let matrix = try #require(InterleavingMatrix(points: [1, 2, 3], thresholds: [0.5, 1.5, 2.5]))
    var targets = Matrix<Double>(rows: 3, columns: 2)
    targets[2, 1] = .nan
    #expect(
      throws: InterpolationError.notFinite(argument: "the right-hand side", row: 2, column: 1)
    ) { try matrix.solve(targets, solver: .lapack) }
  }

  @Test("A target too few stops the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      _ = InterleavingMatrix<Double>(points: [1], thresholds: [0])?.solve([])
    }
    await #expect(processExitsWith: .failure) {
      _ = InterleavingMatrix<Rational>(points: [1], thresholds: [0])?.solveByRecurrence([])
    }
  }
}

import Capacity
import LinearAlgebra
import RandomStreams
import RealModule
import TestSupport
import Testing

@Suite("Uniform stability")
struct UniformStabilityTests {
  private func gaussianGram(_ a: Matrix<Double>, _ b: Matrix<Double>) -> Matrix<Double> {
    Matrix(rows: a.rows, columns: b.rows) { i, j in
      Double.exp(-zip(a.row(i), b.row(j)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) })
    }
  }

  @Test("Replacing a sample by formula is refitting without it", arguments: 0..<200)
  func bruteForce(seed: Int) throws {
    var stream = RandomStream(seed: UInt64(seed), purpose: "stability")
    let sizes = [1, 2, 3, 5, 10, 50]
    let (n, m) = (sizes[seed % 6], 3)
    let x: Matrix<Double> = randomMatrix(rows: n, columns: 3, from: &stream)
    let z: Matrix<Double> = randomMatrix(rows: m, columns: 3, from: &stream)
    let isLinear = seed % 2 == 0
    func gram(_ a: Matrix<Double>, _ b: Matrix<Double>) -> Matrix<Double> {
      isLinear ? a.times(b, transposingOther: true) : gaussianGram(a, b)
    }
    let (y, v) = ((0..<n).map { _ in stream.normal() }, (0..<m).map { _ in stream.normal() })
    let lambda = 0.05 + stream.uniform()
    let fit = try ReplaceableKernelFit(gram: gram(x, x), targets: y, regularisation: lambda)
    let (cross, pool) = (gram(z, x), gram(z, z))
    let leaves = stream.integer(below: n)
    let enters = stream.integer(below: m)
    let changed = fit.coefficients(
      replacing: leaves, kernels: cross.row(enters), ownKernel: pool[enters, enters],
      target: v[enters])
    let other = Matrix(rows: n, columns: 3) { i, j in i == leaves ? z[enters, j] : x[i, j] }
    var targets = y
    targets[leaves] = v[enters]
    let again = try ReplaceableKernelFit(
      gram: gram(other, other), targets: targets, regularisation: lambda)
    let scale = 1 + euclideanNorm(again.coefficients)
    let tolerance = Tolerance.linearSystem.bound(
      Double.self, size: n, scale: scale * (1 + fit.gram.frobeniusNorm / fit.ridge))
    #expect(zip(changed, again.coefficients).allSatisfy { abs($0 - $1) <= tolerance })

    // The largest change of loss at the pool's points, by refitting.
    let before = cross.times(fit.coefficients)
    let after = gram(z, other).times(again.coefficients)
    var expected = 0.0
    for i in 0..<m {
      let (new, old) = (after[i] - v[i], before[i] - v[i])
      expected = max(expected, abs(new * new - old * old))
    }
    let found = fit.largestLossChange(
      replacing: [(leaves, enters)], crossKernels: cross, poolKernels: pool, poolTargets: v)
    #expect(abs(found - expected) <= 100 * tolerance * (1 + scale))
  }

  @Test("One sample in one dimension has its closed form, and its bound holds")
  func closedForm() throws {
    // f(x) = w x with w = x y / (x² + λ): from (1, 1) to (1, -1) w changes by 2 / (1 + λ).
    let lambda = 0.5
    let one = Matrix<Double>(rows: 1, columns: 1, repeating: 1)
    let fit = try ReplaceableKernelFit(gram: one, targets: [1], regularisation: lambda)
    #expect(abs(fit.coefficients[0] - 1 / 1.5) < 1e-15)
    let change = fit.largestLossChange(
      replacing: [(0, 0)], crossKernels: one, poolKernels: one, poolTargets: [-1])
    let (w, v) = (1 / 1.5, -1 / 1.5)
    let expected = (w + 1) * (w + 1) - (v + 1) * (v + 1)
    #expect(abs(change - expected) < 1e-14)
    // The loss (w - y)² of |w| ≤ 2/3 and |y| ≤ 1 changes by at most 2 (5/3) for each unit of w.
    let bound = UniformStability.kernelBound(
      admissibility: 10 / 3, largestNorm: 1, regularisation: lambda, samples: 1)
    #expect(change <= bound)
    // (3 · 2)² / (0.5 · 8).
    let value = UniformStability.kernelBound(
      admissibility: 3, largestNorm: 2, regularisation: 0.5, samples: 8)
    #expect(abs(value - 9) < 1e-14)
  }

  @Test("The bounds of descent have their formulas' values")
  func descent() {
    let convex = UniformStability.convexDescentBound(
      lipschitz: 3, stepSizes: [0.5, 0.25, 0.25], samples: 9)
    #expect(convex == 2)
    // β c = 1: (1 + 1) / (n - 1) · √(2 c L²) · √T.
    let other = UniformStability.descentBound(
      lipschitz: 2, smoothness: 4, stepConstant: 0.25, steps: 9, samples: 11)
    #expect(abs(other - 0.2 * 2.0.squareRoot() * 3) < 1e-14)
    // n = 800, δ = e⁻⁴ as above: 0.1 + 2 · 0.001 + (3.2 + 1) 0.05.
    let bound = UniformStability.generalizationBound(
      empirical: 0.1, stability: 0.001, largestLoss: 1, samples: 800, delta: Double.exp(-4))
    #expect(abs(bound - 0.312) < 1e-12)
  }
}

@Suite("Permutation tests")
struct PermutationTestTests {
  @Test("All permutations are tried once, and the p-value is a count", arguments: 1...6)
  func exact(n: Int) {
    var seen: Set<[Int]> = []
    let test = PermutationTest(allPermutationsOf: Array(0..<n)) { labels in
      seen.insert(labels)
      // The number of labels in their places.
      return Double(labels.enumerated().count { $0.offset == $0.element })
    }
    let factorial = (1...n).reduce(1, *)
    #expect(seen.count == factorial && test.permutedScores.count == factorial && test.isExact)
    // The identity alone has all in place.
    #expect(test.score == Double(n) && test.pValue == 1 / Double(factorial))
  }

  @Test("The share of derangements is counted exactly")
  func derangements() {
    // Of 24 permutations 9 have no fixed point, so that 24 score at least 0 and 15 at least 1.
    func score(_ labels: [Int]) -> Double {
      labels == [0, 1, 2, 3] ? 1 : Double(labels.enumerated().count { $0.offset == $0.element })
    }
    #expect(PermutationTest(allPermutationsOf: Array(0..<4), score: score).pValue == 15.0 / 24)
  }

  @Test("A score blind to labels has p-value one; none is below 1 / (1 + draws)")
  func extremes() {
    let blind = PermutationTest(draws: 19, of: [0, 1, 2], seed: 1) { _ in 0.5 }
    #expect(blind.pValue == 1 && !blind.isExact)
    let given = Array(0..<30)
    let sharp = PermutationTest(draws: 19, of: given, seed: 1) { $0 == given ? 1.0 : 0 }
    #expect(sharp.pValue == 1.0 / 20)
    #expect(PermutationTest(allPermutationsOf: [Int]()) { _ in 1.0 }.pValue == 1)
  }

  @Test("Where labels are independent the p-value is at most 0.1 about a tenth of the time")
  func level() {
    let rejected = (0..<400).count { seed in
      var stream = RandomStream(seed: UInt64(seed), purpose: "independent labels")
      let x = (0..<12).map { _ in stream.normal() }
      let y = (0..<12).map { _ in stream.normal() }
      return PermutationTest(draws: 19, of: y, seed: UInt64(seed)) { y in
        zip(x, y).reduce(0) { $0 + $1.0 * $1.1 }
      }.pValue <= 0.1
    }
    // 40 with a deviation of 6.
    #expect((10...70).contains(rejected))
  }
}

@Suite("Rank correlation")
struct RankCorrelationTests {
  @Test("Known values, ties among them")
  func known() throws {
    #expect(RankCorrelation.kendall([1, 2, 3], [10, 20, 30]) == 1)
    #expect(RankCorrelation.kendall([1, 2, 3], [3, 2, 1]) == -1)
    #expect(
      abs(try #require(RankCorrelation.kendall([1, 2, 3, 4], [1, 3, 2, 4])) - 2.0 / 3) < 1e-15)
    // 4 concordant pairs; 5 are untied in either list.
    let tied = try #require(RankCorrelation.kendall([1, 1, 2, 3], [1, 2, 2, 3]))
    #expect(abs(tied - 4.0 / 5) < 1e-15)
    #expect(abs(try #require(RankCorrelation.spearman([1, 2, 3, 4], [1, 3, 2, 4])) - 0.8) < 1e-15)
    #expect(
      abs(try #require(RankCorrelation.spearman([1, 1, 2], [1, 2, 3])) - 0.75.squareRoot()) < 1e-15)
    #expect(RankCorrelation.kendall([1, 1], [1, 2]) == nil)
    #expect(RankCorrelation.spearman([], []) == nil)
  }

  @Test("Increasing maps change nothing", arguments: 0..<100)
  func monotone(seed: Int) {
    var stream = RandomStream(seed: UInt64(seed), purpose: "ranks")
    let x = (0..<12).map { _ in stream.normal() }
    let y = (0..<12).map { _ in Double(stream.integer(below: 5)) }
    let other = x.map { Double.exp($0) - 3 }
    #expect(RankCorrelation.kendall(x, y) == RankCorrelation.kendall(other, y))
    #expect(RankCorrelation.spearman(x, y) == RankCorrelation.spearman(other, y))
    let backwards = y.map { -$0 }
    let (a, b) = (RankCorrelation.kendall(x, y) ?? 0, RankCorrelation.kendall(x, backwards) ?? 0)
    #expect(a == -b)
  }
}

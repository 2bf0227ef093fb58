import Capacity
import LinearAlgebra
import RandomStreams
import TestSupport
import Testing

/// E|σ_1 + … + σ_n| = n C(n - 1, ⌊(n - 1) / 2⌋) / 2^(n - 1).
func meanAbsoluteSum(_ n: Int) -> Double {
  var product = Double(n)
  let k = (n - 1) / 2
  for i in 0..<k { product *= Double(n - 1 - i) / Double(k - i) }
  for _ in 1..<n { product /= 2 }
  return product
}

@Suite("Rademacher complexity of finite classes")
struct RademacherComplexityTests {
  @Test("One function has complexity zero", arguments: [1, 2, 3, 5, 10])
  func singleFunction(n: Int) {
    let values = Matrix(rows: 1, columns: n) { Double($1 + 1) / 3 }
    let complexity = RademacherComplexity(ofFunctions: values, average: .exact)
    #expect(abs(complexity.value) < Tolerance.arithmetic.bound(Double.self, size: n, scale: 4))
    #expect(complexity.isExact && complexity.patterns == 1 << n)
  }

  @Test("All signs have complexity one", arguments: [1, 2, 3, 5, 10])
  func allSigns(n: Int) {
    let values = Matrix(rows: 1 << n, columns: n) { $0 >> $1 & 1 == 1 ? 1.0 : -1 }
    #expect(RademacherComplexity(ofFunctions: values, average: .exact).value == 1)
  }

  @Test("A function and its negative have the mean of an absolute sum", arguments: 1...15)
  func pair(n: Int) {
    let values = Matrix(rows: 2, columns: n) { row, _ in row == 0 ? 1.0 : -1 }
    let value = RademacherComplexity(ofFunctions: values, average: .exact).value
    let expected = meanAbsoluteSum(n) / Double(n)
    #expect(
      abs(value - expected) <= Tolerance.arithmetic.bound(Double.self, size: 1 << n, scale: 1))
  }

  @Test("Twice the class has twice the complexity; the hull has the same", arguments: 0..<200)
  func scaling(seed: Int) {
    var stream = RandomStream(seed: UInt64(seed), purpose: "finite classes")
    let (m, n) = (1 + stream.integer(below: 6), 1 + stream.integer(below: 8))
    let values: Matrix<Double> = randomMatrix(rows: m, columns: n, from: &stream)
    let value = RademacherComplexity(ofFunctions: values, average: .exact).value
    let tolerance = Tolerance.arithmetic.bound(
      Double.self, size: n * m * 8, scale: values.frobeniusNorm + 1)
    let twice = RademacherComplexity(ofFunctions: values.map { 2 * $0 }, average: .exact).value
    #expect(abs(twice - 2 * value) <= 2 * tolerance)
    let share = stream.uniform()
    let mixed = Matrix(rows: m + 1, columns: n) { i, j in
      i < m ? values[i, j] : share * values[0, j] + (1 - share) * values[m - 1, j]
    }
    let hull = RademacherComplexity(ofFunctions: mixed, average: .exact).value
    #expect(abs(hull - value) <= tolerance)
    #expect(value <= RademacherComplexity.finiteClassBound(values) + tolerance)
  }

  @Test("Monte Carlo covers the exact value about as often as it says")
  func coverage() {
    var stream = RandomStream(seed: 1, purpose: "coverage")
    let values: Matrix<Double> = randomMatrix(rows: 5, columns: 8, from: &stream)
    let exact = RademacherComplexity(ofFunctions: values, average: .exact).value
    let covered = (0..<400).count { seed in
      let estimate = RademacherComplexity(
        ofFunctions: values, average: .monteCarlo(draws: 60, seed: UInt64(seed)),
        confidence: 0.9)
      return estimate.interval?.contains(exact) ?? false
    }
    // 400 draws of 0.9: five deviations of 6 to either side.
    #expect((330...390).contains(covered))
  }

  @Test("A sample of no points has complexity zero")
  func empty() {
    let values = Matrix<Double>(rows: 3, columns: 0)
    #expect(RademacherComplexity(ofFunctions: values, average: .exact).value == 0)
  }
}

@Suite("Rademacher complexity of norm balls")
struct NormBallTests {
  @Test("Orthonormal points: exactly B / sqrt n", arguments: [1, 2, 3, 5, 10])
  func orthonormal(n: Int) {
    let ball = EuclideanBall(gram: .identity(n), radius: 3)
    let value = ball.rademacherComplexity(average: .exact).value
    #expect(abs(value - 3 / Double(n).squareRoot()) < 1e-13)
    #expect(abs(ball.rademacherUpperBound - value) < 1e-13)
  }

  @Test("One point n times: the mean of an absolute sum", arguments: 1...12)
  func repeated(n: Int) {
    let samples = Matrix(rows: n, columns: 2) { $1 == 0 ? 3.0 : 4 }
    let expected = 2 * 5 * meanAbsoluteSum(n) / Double(n)
    let ball = EuclideanBall(samples: samples, radius: 2)
    let tolerance = Tolerance.arithmetic.bound(Double.self, size: n * n, scale: 10)
    #expect(abs(ball.rademacherComplexity(average: .exact).value - expected) <= tolerance)
    let hull = AbsoluteBall(samples: samples, radius: 2)
    let own = 2 * 4 * meanAbsoluteSum(n) / Double(n)
    #expect(abs(hull.rademacherComplexity(average: .exact).value - own) <= tolerance)
  }

  @Test("Monte Carlo agrees with the closed form of a linear class", arguments: 0..<200)
  func agreement(seed: Int) throws {
    var stream = RandomStream(seed: UInt64(seed), purpose: "linear classes")
    let (n, d) = (1 + stream.integer(below: 10), 1 + stream.integer(below: 12))
    let samples: Matrix<Double> = randomMatrix(rows: n, columns: d, from: &stream)
    let ball = EuclideanBall(samples: samples, radius: 1 + stream.uniform())
    let exact = ball.rademacherComplexity(average: .exact).value
    let estimate = ball.rademacherComplexity(
      average: .monteCarlo(draws: 400, seed: UInt64(seed)), confidence: 0.99999)
    let interval = try #require(estimate.interval)
    let rounding = Tolerance.arithmetic.bound(Double.self, size: 400 + n * n * d, scale: exact + 1)
    #expect(interval.lower - rounding <= exact && exact <= interval.upper + rounding)
    #expect(ball.rademacherLowerBound <= exact + rounding)
    #expect(exact <= ball.rademacherUpperBound + rounding)
    let hull = AbsoluteBall(samples: samples, radius: ball.radius)
    let smaller = hull.rademacherComplexity(average: .exact).value
    // The ball of absolute sum lies in the Euclidean one.
    #expect(smaller <= exact + rounding && smaller <= hull.rademacherUpperBound + rounding)
  }

  @Test("The supremum over the ball is reached by w = B X'σ / |X'σ|", arguments: 0..<50)
  func attained(seed: Int) {
    var stream = RandomStream(seed: UInt64(seed), purpose: "attained")
    let samples: Matrix<Double> = randomMatrix(rows: 6, columns: 3, from: &stream)
    let signs = Matrix(rows: 6, columns: 1, columnMajor: randomSigns(6, draw: seed, seed: 1))
    let sums = samples.times(signs, transposingSelf: true).elements
    let supremum = EuclideanBall(samples: samples, radius: 2).suprema(signs)[0]
    #expect(abs(supremum - 2 * euclideanNorm(sums) / 6) < 1e-13)
  }

  @Test("The complexity of a kernel's ball does not change under rotation", arguments: 0..<20)
  func rotation(seed: Int) throws {
    var stream = RandomStream(seed: UInt64(seed), purpose: "rotation")
    let samples: Matrix<Double> = randomMatrix(rows: 7, columns: 4, from: &stream)
    let turned = samples.times(try randomOrthonormal(rows: 4, columns: 4, from: &stream))
    let (a, b) = (
      EuclideanBall(samples: samples, radius: 1), EuclideanBall(samples: turned, radius: 1)
    )
    let values = [a, b].map { $0.rademacherComplexity(average: .exact).value }
    #expect(abs(values[0] - values[1]) < 1e-13)
  }

  @Test("Orthogonal points are shattered with a margin just as far as the dimension says")
  func fatShattering() {
    // n orthogonal points of norm R: the least w with y_i ⟨w, x_i⟩ ≥ γ has norm γ √n / R.
    for n in 1...30 {
      let ball = EuclideanBall(gram: Matrix.identity(n).map { 4 * $0 }, radius: 3)
      let least = 1.5 * Double(n).squareRoot() / 2
      #expect((least <= 3) == (Double(n) <= ball.fatShatteringDimension(margin: 1.5)))
    }
  }
}

@Suite("Confidence intervals")
struct ConfidenceIntervalTests {
  @Test("Student's quantiles are those of the printed tables")
  func quantiles() {
    // To the digits printed in the tables.
    for (p, degrees, expected) in [
      (0.975, 1, 12.706), (0.975, 2, 4.303), (0.95, 3, 2.353), (0.975, 5, 2.571),
      (0.995, 10, 3.169), (0.975, 30, 2.042), (0.975, 120, 1.980), (0.975, 100_000, 1.960),
    ] {
      #expect(abs(studentQuantile(p, degreesOfFreedom: degrees) - expected) < 5e-4)
    }
  }

  @Test("Hoeffding's interval has its formula's width")
  func hoeffding() {
    let values = (0..<1000).map { Double($0 % 2) }
    let interval = ConfidenceInterval.hoeffding(values, in: -1...1, confidence: 0.95)
    let reach = 2 * 0.042946940835
    #expect(abs(interval.upper - 0.5 - reach) < 1e-9 && abs(0.5 - interval.lower - reach) < 1e-9)
    #expect(ConfidenceInterval.student([1], confidence: 0.9) == nil)
  }
}

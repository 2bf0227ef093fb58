public import LinearAlgebra
public import ReLUInterpolation
private import RealModule

/// What the measures of classes on a sample are told besides the sample.
public struct SampleCapacityOptions: Sendable, Hashable, Codable {
  /// The probability 1 - δ with which each bound holds, by itself.
  public var confidence: Double
  /// Patterns of signs, where not all are tried.
  public var draws: Int
  /// Labellings for the 2n + d networks beyond 16 samples.
  public var labellings: Int
  /// λ of the kernel ridge regression whose stability is measured.
  public var regularisation: Double
  /// Permutations of the labels for its p-value.
  public var permutations: Int
  /// Names the draws.
  public var seed: UInt64

  /// Creates options.
  public init(
    confidence: Double = 0.95, draws: Int = 1000, labellings: Int = 256,
    regularisation: Double = 0.01, permutations: Int = 199, seed: UInt64 = 0
  ) {
    self.confidence = confidence
    self.draws = draws
    self.labellings = labellings
    self.regularisation = regularisation
    self.permutations = permutations
    self.seed = seed
  }
}

/// The capacity of classes of functions on a sample, with what it says of the sample's labels.
public struct SampleCapacity: Sendable {
  /// The measures, each with its bound.
  public private(set) var measures: [CapacityMeasure] = []

  private let samples: Matrix<Double>
  private let gram: Matrix<Double>
  private let signs: [Double]
  private let kernel: String
  private let options: SampleCapacityOptions

  private var n: Int { samples.rows }
  private var delta: Double { 1 - options.confidence }

  /// Measures classes on a sample.
  ///
  /// - Parameters:
  ///   - samples: X, n × d with n ≥ 2, different rows.
  ///   - gram: K of a kernel with k(x, x) = 1, positive definite.
  ///   - kernel: its name.
  ///   - signs: n labels of -1 and 1.
  ///   - options: confidence and effort.
  /// - Throws: ``SampleCapacityError``.
  /// - Complexity: O(n³ + draws · n (n + d)).
  public init(
    samples: Matrix<Double>, gram: Matrix<Double>, kernel: String, signs: [Double],
    options: SampleCapacityOptions = SampleCapacityOptions()
  ) throws(SampleCapacityError) {
    precondition(samples.rows >= 2 && gram.rows == samples.rows, "two samples, and their kernel")
    precondition(signs.count == samples.rows, "a sign for each sample")
    (self.samples, self.gram, self.signs) = (samples, gram, signs)
    (self.kernel, self.options) = (kernel, options)
    addBalls()
    try addNetworks()
    do throws(LinearAlgebraError) {
      try addKernelFits()
      try addRidge()
    } catch {
      throw .linearAlgebra(error)
    }
  }

  private var average: SignAverage {
    .cheapest(signs: n, draws: options.draws, seed: options.seed)
  }

  /// Balls of functions that are at most 1 on the sample.
  private mutating func addBalls() {
    let linear = EuclideanBall(samples: samples, radius: 1)
    let largest = samples.elements.reduce(0) { max($0, abs($1)) }
    let balls: [(String, RademacherComplexity, Double, String)] = [
      {
        let ball = EuclideanBall(gram: linear.gram, radius: inverse(linear.largestNorm))
        return (
          "linear functions of bounded norm", complexity(ball), ball.rademacherUpperBound,
          "Bartlett, Mendelson (2002), Lemma 22"
        )
      }(),
      {
        let ball = AbsoluteBall(samples: samples, radius: inverse(largest))
        return (
          "linear functions of bounded absolute sum",
          ball.rademacherComplexity(average: average, confidence: options.confidence),
          ball.rademacherUpperBound, "Mohri et al. (2018), Theorem 11.15"
        )
      }(),
      {
        let ball = EuclideanBall(gram: gram, radius: 1)
        return (
          "\(kernel), unit ball", complexity(ball), ball.rademacherUpperBound,
          "Bartlett, Mendelson (2002), Lemma 22"
        )
      }(),
    ]
    for (name, complexity, bound, reference) in balls {
      measures.append(
        CapacityMeasure(
          "Rademacher complexity: \(name)", complexity.value, interval: complexity.interval,
          bound: bound, meaning: "the complexity itself, whatever the signs", reference: reference,
          note: "scaled so that no value on the sample exceeds 1"))
    }
  }

  private func complexity(_ ball: EuclideanBall) -> RademacherComplexity {
    ball.rademacherComplexity(average: average, confidence: options.confidence)
  }

  private func inverse(_ x: Double) -> Double { x > 0 ? 1 / x : 1 }

  /// The 2n + d networks, which take all signs.
  private mutating func addNetworks() throws(SampleCapacityError) {
    let evidence: ShatteringEvidence
    do throws(InterpolationError) {
      evidence = try ShatteringEvidence(
        shattering: samples, randomLabellings: options.labellings, seed: options.seed)
    } catch {
      throw .interpolation(error)
    }
    let complexity = evidence.rademacherComplexity ?? .nan
    measures.append(
      CapacityMeasure(
        "Rademacher complexity: signs of 2n + d networks", complexity,
        // The 0-1 losses of signs have half the signs' complexity.
        bound: GeneralizationBound.rademacher(
          empirical: 0, complexity: complexity / 2, samples: n, delta: delta),
        meaning: errorMeaning, trivial: 0.5, reference: "Zhang et al. (2017), Theorem 1",
        note: "exact: \(evidence.certified) of \(evidence.labellings) labellings certified"
          + (evidence.isComplete ? ", all there are" : ", drawn at random")
          + ", \(evidence.weightCount) weights each"))
  }

  /// The smallest balls of the kernel's space that hold a fit of the labels, given and random.
  private mutating func addKernelFits() throws(LinearAlgebraError) {
    let factor = try Cholesky(factoring: gram)
    let random = randomSigns(n, draw: 0, seed: options.seed &+ 1)
    for (name, signs) in [("given labels", signs), ("random labels", random)] {
      let column = Matrix(rows: n, columns: 1, columnMajor: signs)
      let alpha = try factor.solve(column).values
      let square = zip(signs, alpha.elements).reduce(0) { $0 + $1.0 * $1.1 }
      let radius = max(0, square).squareRoot()
      let ball = EuclideanBall(gram: gram, radius: radius)
      let value = complexity(ball)
      // The radius is known after the sample only: rounded up to a power of 2, each with its share.
      let power = Double.log2(max(radius, .leastNormalMagnitude)).rounded(.up)
      let rounded = EuclideanBall(gram: gram, radius: Double.exp2(power))
      measures.append(
        CapacityMeasure(
          "Rademacher complexity: \(kernel), ball that fits the \(name)", value.value,
          interval: value.interval,
          bound: GeneralizationBound.binaryMargin(
            marginError: 0, complexity: rounded.rademacherUpperBound, margin: 1, samples: n,
            delta: delta * UnionShare.ofWhole(power)),
          meaning: errorMeaning, trivial: 0.5,
          reference: "Mohri et al. (2018), Theorems 5.8 and 6.12",
          note: "radius \(threeDigits(radius)), margins of 1 on the sample"))
      measures.append(
        CapacityMeasure(
          "fat-shattering dimension / samples: \(kernel), ball that fits the \(name)",
          ball.fatShatteringDimension(margin: 1) / Double(n),
          reference: "Bartlett, Shawe-Taylor (1999), Theorem 4.6", note: "at margin 1"))
    }
  }

  /// Stability and p-value of kernel ridge regression.
  private mutating func addRidge() throws(LinearAlgebraError) {
    let lambda = options.regularisation
    let fit = try ReplaceableKernelFit(gram: gram, targets: signs, regularisation: lambda)
    // Each sample in turn becomes a copy of the next with the other label.
    let pool = (0..<n).map { (leaves: $0, enters: ($0 + 1) % n) }
    let change = fit.largestLossChange(
      replacing: pool, crossKernels: gram, poolKernels: gram, poolTargets: signs.map { -$0 })
    // λ ‖f‖² is at most the loss of f = 0, which is 1, so that |f| ≤ κ / √λ with κ = 1.
    let largest = 1 + 1 / lambda.squareRoot()
    measures.append(
      CapacityMeasure(
        "uniform stability: \(kernel) ridge, measured", change,
        bound: UniformStability.kernelBound(
          admissibility: 2 * largest, largestNorm: 1, regularisation: lambda, samples: n),
        meaning: "the stability itself, for all samples", trivial: largest * largest,
        reference: "Bousquet, Elisseeff (2002), Theorem 22",
        note:
          "lambda \(lambda); the largest change of a squared loss when a label is replaced by a "
          + "copy of another image with the wrong one"))
    let smoother = RidgeSmoother(gram: gram, ridge: fit.ridge, inverse: fit.inverse)
    let test = PermutationTest(draws: options.permutations, of: signs, seed: options.seed) {
      smoother.leaveOneOutAccuracy($0)
    }
    measures.append(
      CapacityMeasure(
        "permutation p-value: \(kernel) ridge", test.pValue,
        reference: "Phipson, Smyth (2010)",
        note: "leave-one-out accuracy \(threeDigits(test.score)) against "
          + "\(options.permutations) permutations of the labels"))
  }

  private var errorMeaning: String { "error on new samples, confidence \(options.confidence)" }
}

/// Why classes cannot be measured on a sample.
public enum SampleCapacityError: Error, Equatable, CustomStringConvertible {
  /// The kernel's matrix is not positive definite, or holds what is no number.
  case linearAlgebra(LinearAlgebraError)
  /// No 2n + d network can be built, above all where two samples are equal.
  case interpolation(InterpolationError)

  /// What is wrong.
  public var description: String {
    switch self {
    case .linearAlgebra(let error): "the kernel's matrix: \(error)"
    case .interpolation(let error): "the 2n + d network: \(error)"
    }
  }
}

/// The predictions of kernel ridge regression as a linear map of the targets.
private struct RidgeSmoother {
  /// S = K (K + μ I)⁻¹ = I - μ (K + μ I)⁻¹.
  let map: Matrix<Double>

  init(gram: Matrix<Double>, ridge: Double, inverse: Matrix<Double>) {
    map = .identity(gram.rows) - inverse.map { ridge * $0 }
  }

  /// The share of signs that the fit to the others has: (S y - S_ii y_i) / (1 - S_ii).
  func leaveOneOutAccuracy(_ signs: [Double]) -> Double {
    let fitted = map.times(signs)
    // 1 - S_ii is positive; only the sign counts.
    let right = signs.indices.count { (fitted[$0] - map[$0, $0] * signs[$0]) * signs[$0] > 0 }
    return Double(right) / Double(signs.count)
  }
}

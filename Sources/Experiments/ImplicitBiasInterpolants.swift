import Kernels
import LinearAlgebra
import LinearModels
import RandomStreams

/// A function through all training labels of the parity, and its norm.
public struct ImplicitBiasInterpolant: Sendable, Codable, Equatable {
  /// What the function is, in words.
  public var name: String
  /// The space of its norm.
  public var space: String
  /// Its norm in that space.
  public var norm: Double
  /// The norm of its weights on pixels / 255, for a linear function.
  @ExplicitNull public var pixelNorm: Double?
  /// The largest |f(x) - y| on the training images.
  public var residual: Double
  /// The share of wrong answers on the training images.
  public var trainError: Double
  /// The same on the test images that are scored.
  public var testError: Double
  /// How many of the first test images it was given labels of, wrong or right ones.
  public var forcedImages: Int
  /// The share of wrong answers on those; nil without any.
  @ExplicitNull public var forcedError: Double?
}

extension ImplicitBiasRecord {
  /// Two interpolants of one space of which the one of larger norm has the smaller test error.
  public struct Inversion: Sendable, Equatable {
    /// The one of smaller norm.
    public var smaller: ImplicitBiasInterpolant
    /// The one of larger norm.
    public var larger: ImplicitBiasInterpolant

    /// By how much the test error falls where the norm rises.
    public var difference: Double { smaller.testError - larger.testError }
  }

  /// The pair that contradicts a ranking by a norm most, if any does.
  ///
  /// Pairs of functions that were given no test labels come first.
  ///
  /// - Parameters:
  ///   - space: the space of the norms; nil for interpolants of any.
  ///   - norm: the norm to rank by; interpolants without one are left out.
  /// - Returns: the pair with the largest difference of test errors; nil where the ranking holds.
  public func inversion(
    in space: String? = nil, by norm: (ImplicitBiasInterpolant) -> Double? = { $0.norm }
  ) -> Inversion? {
    func search(_ rows: [ImplicitBiasInterpolant]) -> Inversion? {
      let pairs = rows.flatMap { first in
        rows.compactMap { second -> Inversion? in
          guard let small = norm(first), let large = norm(second) else { return nil }
          return small < large && first.testError > second.testError
            ? Inversion(smaller: first, larger: second) : nil
        }
      }
      return pairs.max { $0.difference < $1.difference }
    }
    let rows = interpolants.filter { space == nil || $0.space == space }
    return search(rows.filter { $0.forcedImages == 0 }) ?? search(rows)
  }

  /// Spearman's rank correlation of norms and test errors.
  ///
  /// - Parameter norm: the norm to rank by; interpolants without one are left out.
  /// - Returns: from -1 to 1; nil where norms or test errors do not vary.
  public func rankCorrelation(by norm: (ImplicitBiasInterpolant) -> Double?) -> Double? {
    let known = interpolants.compactMap { row in norm(row).map { ($0, row.testError) } }
    return correlation(ranks(known.map(\.0)), ranks(known.map(\.1)))
  }
}

/// The ranks of values from 1 on, equal values sharing the mean of theirs.
private func ranks(_ values: [Double]) -> [Double] {
  values.map { value in
    Double(values.count { $0 < value }) + Double(values.count { $0 == value } + 1) / 2
  }
}

/// Pearson's correlation; nil where one of the lists does not vary.
private func correlation(_ a: [Double], _ b: [Double]) -> Double? {
  let count = Double(max(a.count, 1))
  let (meanA, meanB) = (a.reduce(0, +) / count, b.reduce(0, +) / count)
  let products = zip(a, b).reduce(0) { $0 + ($1.0 - meanA) * ($1.1 - meanB) }
  let squareA = a.reduce(0) { $0 + ($1 - meanA) * ($1 - meanA) }
  let squareB = b.reduce(0) { $0 + ($1 - meanB) * ($1 - meanB) }
  return squareA * squareB == 0 ? nil : products / (squareA * squareB).squareRoot()
}

/// Fits the parity in several ways; the first test images are scored, and forced where asked for.
func compareInterpolants(
  _ sample: ImplicitBiasSample, scored: Int, _ configuration: ImplicitBiasConfiguration
) throws(ExperimentError) -> [ImplicitBiasInterpolant] {
  let workshop = Workshop(sample: sample, scored: scored)
  return try workshop.linear(seed: configuration.seed)
    + workshop.randomCentres(seed: configuration.seed)
    + workshop.kernels(seed: configuration.seed)
}

/// Which labels of test images an interpolant is given.
private enum Force: String, CaseIterable {
  case none = ""
  case wrong = ", forced wrong"
  case right = ", forced right"
}

/// What interpolants are made from and scored on.
private struct Workshop {
  var sample: ImplicitBiasSample
  var testPixels: Matrix<Double>
  var testFeatures: Matrix<Double>
  var testParity: Matrix<Double>

  init(sample: ImplicitBiasSample, scored: Int) {
    self.sample = sample
    testPixels = sample.testPixels.rows(0..<scored)
    testFeatures = sample.testFeatures.rows(0..<scored)
    testParity = sample.testParity.rows(0..<scored)
  }

  func scored(
    _ name: String, space: String, norm: Double, pixelNorm: Double? = nil, forced: Int = 0,
    _ values: Matrix<Double>, _ testValues: Matrix<Double>
  ) -> ImplicitBiasInterpolant {
    ImplicitBiasInterpolant(
      name: name, space: space, norm: norm, pixelNorm: pixelNorm,
      residual: (values - sample.parity).largestAbsoluteEntry,
      trainError: answerError(outputs: values, targets: sample.parity),
      testError: answerError(outputs: testValues, targets: testParity), forcedImages: forced,
      forcedError: forced == 0
        ? nil
        : answerError(
          outputs: testValues.rows(0..<forced), targets: testParity.rows(0..<forced)))
  }

  /// Labels of the training images, and of the first test images the right or the wrong ones.
  func targets(_ force: Force, _ count: Int) -> Matrix<Double> {
    switch force {
    case .none: sample.parity
    case .wrong: sample.parity.above(testParity.rows(0..<count).map { -$0 })
    case .right: sample.parity.above(testParity.rows(0..<count))
    }
  }

  // MARK: Linear functions

  func linear(seed: UInt64) throws(ExperimentError) -> [ImplicitBiasInterpolant] {
    var rows: [ImplicitBiasInterpolant] = []
    let own = try minimumNorm(sample.features, sample.parity)
    if sample.whitening != nil {
      let plain = try minimumNorm(sample.pixels, sample.parity)
      rows.append(
        scored(
          "minimum norm on pixels", space: "pixels", norm: plain.frobeniusNorm,
          pixelNorm: plain.frobeniusNorm, sample.pixels * plain, testPixels * plain))
    }
    let space = sample.whitening == nil ? "pixels" : "whitened"
    func add(_ name: String, _ weights: Matrix<Double>, forced: Int = 0) {
      let onPixels = sample.whitening.map { $0.inputWeights(weights) } ?? weights
      rows.append(
        scored(
          name, space: space, norm: weights.frobeniusNorm, pixelNorm: onPixels.frobeniusNorm,
          forced: forced, sample.features * weights, testFeatures * weights))
    }
    add(sample.whitening == nil ? "minimum norm on pixels" : "minimum norm on whitened inputs", own)
    let start = randomStart(like: own, seed: seed)
    let free = start - (try minimumNorm(sample.features, sample.features * start))
    for size in [1.0, 10] {
      add("plus P start, ‖start‖ = \(brief(size)) ‖w*‖", own + free.map { $0 * size })
    }
    for force in [Force.wrong, .right] {
      guard let (count, weights) = try forcedLinear(force) else { continue }
      add("linear on \(space)\(force.rawValue)", weights, forced: count)
    }
    return rows
  }

  /// A linear function with these labels on as many test images as half of the free dimensions,
  /// or half of that and so on, until they do not depend on the others.
  private func forcedLinear(
    _ force: Force
  ) throws(ExperimentError) -> (Int, Matrix<Double>)? {
    var count = min((sample.features.columns - sample.count) / 2, testFeatures.rows)
    while count >= 1 {
      let rows = sample.features.above(testFeatures.rows(0..<count))
      let targets = targets(force, count)
      let fit = try solving(for: "forced linear") { () throws(LinearAlgebraError) in
        try minimumNormFit(rows, targets: targets)
      }
      if fit.evidence.rank == rows.rows { return (count, fit.weights) }
      count /= 2
    }
    return nil
  }

  // MARK: Gaussian bumps at random points

  func randomCentres(seed: UInt64) throws(ExperimentError) -> [ImplicitBiasInterpolant] {
    let count = 2 * (sample.count + testPixels.rows)
    var stream = RandomStream(seed: seed, purpose: "random centres")
    let (mean, deviation) = moments(of: sample.pixels.elements)
    let drawn = (0..<count * sample.pixels.columns).map { _ in
      mean + deviation * stream.normal()
    }
    let centres = Matrix(rows: count, columns: sample.pixels.columns, columnMajor: drawn)
    let distances = squaredDistances(sample.pixels, centres).sorted()
    let kernel = GaussianKernel(gamma: 1 / max(distances[distances.count / 2], 1e-300))
    let train = kernel.crossMatrix(sample.pixels, centres)
    let test = kernel.crossMatrix(testPixels, centres)
    var rows: [ImplicitBiasInterpolant] = []
    for force in Force.allCases {
      let name = (force == .none ? "minimum norm, " : "") + "random centres" + force.rawValue
      let forced = force == .none ? 0 : testPixels.rows
      let inputs = force == .none ? train : train.above(test)
      let weights: Matrix<Double>
      do throws(LinearModelError) {
        weights = try cheapestMinimumNormFit(inputs, targets: targets(force, forced)).fit.weights
      } catch {
        throw .linearModel(learner: name, error)
      }
      rows.append(
        scored(
          name, space: "\(count) Gaussians", norm: weights.frobeniusNorm, forced: forced,
          train * weights, test * weights))
    }
    return rows
  }

  // MARK: Kernels

  func kernels(seed: UInt64) throws(ExperimentError) -> [ImplicitBiasInterpolant] {
    let median = GaussianKernel.medianHeuristic(sample.pixels, seed: seed).gamma
    var rows: [ImplicitBiasInterpolant] = []
    for (factor, forces) in [(1.0, Force.allCases), (30, [.none])] {
      let kernel = GaussianKernel(gamma: factor * median)
      for force in forces {
        let name = (factor == 1 ? "Gaussian kernel" : "narrow Gaussian kernel") + force.rawValue
        let forced = force == .none ? 0 : testPixels.rows
        let inputs = force == .none ? sample.pixels : sample.pixels.above(testPixels)
        let targets = targets(force, forced)
        let fit: KernelFit<GaussianKernel>
        do throws(KernelError) {
          fit = try KernelRegression(kernel: kernel, samples: inputs).fit(targets)
        } catch {
          throw .kernel(error)
        }
        rows.append(
          scored(
            name, space: "γ = \(brief(kernel.gamma))", norm: fit.rkhsNorm, forced: forced,
            fit.predict(sample.pixels), fit.predict(testPixels)))
      }
    }
    return rows
  }
}

private func moments(of values: [Double]) -> (mean: Double, deviation: Double) {
  let count = Double(max(values.count, 1))
  let mean = values.reduce(0, +) / count
  let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
  return (mean, square.squareRoot())
}

/// ‖x - z‖² of the first rows of both, 32 at most of each.
private func squaredDistances(_ a: Matrix<Double>, _ b: Matrix<Double>) -> [Double] {
  (0..<min(a.rows, 32)).flatMap { i in
    let x = a.row(i)
    return (0..<min(b.rows, 32)).map { j in
      zip(x, b.row(j)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
  }
}

extension Matrix<Double> {
  /// The rows of this matrix above those of another.
  fileprivate func above(_ other: Matrix) -> Matrix {
    Matrix(rows: rows + other.rows, columns: columns) {
      $0 < rows ? self[$0, $1] : other[$0 - rows, $1]
    }
  }
}

internal import LinearAlgebra
public import Networks
private import RandomStreams
private import RealModule

/// A network with normal noise of variance σ² on each parameter, and the PAC-Bayes bound that follows.
public struct GaussianPerturbation: Sendable, Codable, Equatable {
  /// σ², the variance of the noise.
  public var variance: Double
  /// The number of draws of the noise.
  public var draws: Int
  /// The mean share of wrong answers over the draws.
  public var error: Double
  /// The mean loss over the draws.
  public var loss: Double
  /// KL(Q‖P) = ‖w - w₀‖² / (2σ²).
  public var divergence: Double
  /// The bound of Q's mean error, by ``PACBayes/inverted(empirical:divergence:samples:delta:)``.
  ///
  /// At half of δ's share of this σ²; the other half pays for the draws, from which Q's mean error
  /// on the sample is bounded.
  public var bound: Double

  /// Perturbs a network with variances 4^m · 2⁻²⁰, m = 0, 1, …, and bounds Q's error for each.
  ///
  /// The variances are known before the sample, and each whole m has the share of δ of a union
  /// bound, so that the best one may be chosen.
  ///
  /// - Parameters:
  ///   - engine: holds the trained network, and still does at the end.
  ///   - start: w₀, the parameters before training, fixed before the sample.
  ///   - source: n ≥ 8 samples.
  ///   - loss: whose mean is measured.
  ///   - exponents: the m to try.
  ///   - draws: of the noise for each variance, at least 1.
  ///   - delta: δ.
  ///   - seed: names the noise.
  /// - Returns: one for each m.
  /// - Complexity: as that of `draws` evaluations of the sample for each m.
  public static func all<Engine: NetworkEngine>(
    around engine: Engine, start: NetworkParameters<Engine.Scalar>,
    source: some BatchSource<Engine.Scalar>, loss: Loss, exponents: ClosedRange<Int> = 0...10,
    draws: Int = 20, delta: Double = 0.05, seed: UInt64
  ) -> [GaussianPerturbation] {
    let trained = engine.parameters
    defer { engine.parameters = trained }
    let distance = trained.distance(to: start)
    return exponents.map { m in
      let variance = Double(sign: .plus, exponent: 2 * m - 20, significand: 1)
      var (errors, losses) = (0.0, 0.0)
      for draw in 0..<draws {
        engine.parameters = trained.perturbed(variance: variance, draw: draw, index: m, seed: seed)
        let logits = engine.allLogits(source)
        losses += loss.mean(logits, source.labels)
        errors += wrongShare(logits, source.labels)
      }
      let divergence = PACBayes.divergence(distance: distance, variance: variance)
      let error = errors / Double(draws)
      let share = delta / 2 * UnionShare.ofWhole(Double(m))
      return GaussianPerturbation(
        variance: variance, draws: draws, error: error, loss: losses / Double(draws),
        divergence: divergence,
        bound: PACBayes.inverted(
          empirical: PACBayes.monteCarloUpperBound(mean: error, draws: draws, delta: share),
          divergence: divergence, samples: source.labels.count, delta: share))
    }
  }
}

extension NetworkParameters {
  /// ‖w - w₀‖ over all parameters, statistics left out.
  ///
  /// - Parameter other: w₀, in the same shapes.
  /// - Returns: the Euclidean distance.
  public func distance(to other: NetworkParameters) -> Double {
    precondition(values.map(\.count) == other.values.map(\.count), "parameters of one graph")
    return euclideanNorm(
      zip(values, other.values).map { a, b in
        euclideanNorm(zip(a, b).map { Double($0) - Double($1) })
      })
  }

  /// w + σ z with independent standard normal z; σ² is the variance.
  ///
  /// - Parameters:
  ///   - variance: σ² ≥ 0.
  ///   - draw: which draw.
  ///   - index: which of several variances; another one has noise of its own.
  ///   - seed: names the noise.
  /// - Returns: the perturbed network; statistics stay.
  public func perturbed(
    variance: Double, draw: Int, index: Int = 0, seed: UInt64
  ) -> NetworkParameters {
    let deviation = variance.squareRoot()
    var result = self
    for place in result.values.indices {
      var stream = RandomStream(
        seed: seed, purpose: "perturbed parameters", indices: index, draw, place)
      for i in result.values[place].indices {
        result.values[place][i] += Scalar(deviation * stream.normal())
      }
    }
    return result
  }
}

/// The share of samples whose largest logit is not their label's.
func wrongShare(_ logits: Matrix<Double>, _ labels: [Int]) -> Double {
  if labels.isEmpty { return 0 }
  let answers = logits.largestRowOfColumns()
  return Double(zip(answers, labels).count { $0 != $1 }) / Double(labels.count)
}

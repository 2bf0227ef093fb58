private import RealModule

/// PAC-Bayes bounds for a posterior Q around learnt weights and a prior P fixed before the sample.
///
/// Both are normal with variance σ² in each coordinate, P around w₀ and Q around w, so that
/// KL(Q‖P) = ‖w - w₀‖² / (2σ²). The bounds speak of the mean error over Q.
public enum PACBayes {
  /// KL(Q‖P) = ‖w - w₀‖² / (2σ²).
  ///
  /// - Parameters:
  ///   - distance: ‖w - w₀‖ ≥ 0.
  ///   - variance: σ² > 0, a variance and not a deviation.
  /// - Returns: the divergence in nats.
  public static func divergence(distance: Double, variance: Double) -> Double {
    precondition(variance > 0, "a positive variance")
    return distance * distance / (2 * variance)
  }

  /// L(Q) ≤ L̂(Q) + √((KL + ln(2√n / δ)) / (2n)).
  ///
  /// - Parameters:
  ///   - empirical: L̂(Q), from 0 to 1.
  ///   - divergence: KL(Q‖P).
  ///   - samples: n ≥ 8.
  ///   - delta: δ.
  /// - Returns: the bound, not cut at 1.
  ///
  /// Source: McAllester, "PAC-Bayesian model averaging" (COLT 1999), Theorem 1, with the constant of
  /// Maurer, "A note on the PAC Bayesian theorem" (2004), Theorem 5 and Pinsker's inequality.
  public static func mcAllester(
    empirical: Double, divergence: Double, samples: Int, delta: Double
  ) -> Double {
    empirical + (rate(divergence, samples, delta) / 2).squareRoot()
  }

  /// The largest L with kl(L̂(Q) ‖ L) ≤ (KL + ln(2√n / δ)) / n, which is never above McAllester's.
  ///
  /// - Parameters:
  ///   - empirical: L̂(Q), from 0 to 1.
  ///   - divergence: KL(Q‖P).
  ///   - samples: n ≥ 8.
  ///   - delta: δ.
  /// - Returns: the bound, at most 1.
  ///
  /// Source: Langford, Seeger, "Bounds for averaging classifiers" (2001); Maurer (2004), Theorem 5.
  public static func inverted(
    empirical: Double, divergence: Double, samples: Int, delta: Double
  ) -> Double {
    largestMean(empirical: empirical, divergence: rate(divergence, samples, delta))
  }

  private static func rate(_ divergence: Double, _ samples: Int, _ delta: Double) -> Double {
    precondition(samples >= 8, "Maurer's bound wants at least 8 samples")
    let n = Double(samples)
    return (divergence + Double.log(2 * n.squareRoot() / delta)) / n
  }

  /// kl(q‖p) of two probabilities of one event, in nats.
  ///
  /// - Parameters:
  ///   - q: from 0 to 1.
  ///   - p: from 0 to 1.
  /// - Returns: q ln(q/p) + (1 - q) ln((1 - q)/(1 - p)).
  public static func binaryDivergence(_ q: Double, _ p: Double) -> Double {
    func term(_ a: Double, _ b: Double) -> Double { a == 0 ? 0 : a * Double.log(a / b) }
    return term(q, p) + term(1 - q, 1 - p)
  }

  /// The largest p with kl(q‖p) ≤ c.
  ///
  /// - Parameters:
  ///   - empirical: q, from 0 to 1.
  ///   - divergence: c ≥ 0.
  /// - Returns: p, from q to 1, rounded up.
  public static func largestMean(empirical: Double, divergence: Double) -> Double {
    var (low, high) = (empirical, 1.0)
    while true {
      let middle = (low + high) / 2
      if middle <= low || middle >= high { return high }
      if binaryDivergence(empirical, middle) <= divergence { low = middle } else { high = middle }
    }
  }

  /// The largest mean of draws from 0 to 1 that m of them with a given mean allow.
  ///
  /// - Parameters:
  ///   - mean: of the draws.
  ///   - draws: m ≥ 1.
  ///   - delta: δ.
  /// - Returns: an upper bound with probability at least 1 - δ over the draws.
  ///
  /// Source: Langford, Caruana, "(Not) bounding the true error" (NeurIPS 2001); the Chernoff bound
  /// in its relative-entropy form.
  public static func monteCarloUpperBound(mean: Double, draws: Int, delta: Double) -> Double {
    largestMean(empirical: mean, divergence: Double.log(1 / delta) / Double(draws))
  }
}

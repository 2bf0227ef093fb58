private import RealModule

/// Bounds of the error on new samples, each with all its constants.
///
/// Errors are probabilities; a bound of 1 or more says nothing. Every bound holds with probability
/// at least 1 - δ over n independent samples of one distribution.
public enum GeneralizationBound {
  /// R ≤ R̂ + √(2 ln Π(n) / n) + √(ln(1/δ) / (2n)) with the growth function Π.
  ///
  /// Π(n) counts the 0-1 losses that the class has on n samples, in the largest case.
  ///
  /// - Parameters:
  ///   - empirical: R̂, the share of wrong answers on the sample.
  ///   - logGrowth: ln Π(n).
  ///   - samples: n ≥ 1.
  ///   - delta: δ, from 0 to 1.
  /// - Returns: the bound, not cut at 1.
  ///
  /// Source: Mohri, Rostamizadeh, Talwalkar (2018), Corollary 3.9.
  public static func growth(
    empirical: Double, logGrowth: Double, samples: Int, delta: Double
  ) -> Double {
    let n = Double(samples)
    return empirical + (2 * logGrowth / n).squareRoot() + deviation(samples: samples, 1 / delta)
  }

  /// R ≤ R̂ + √(2 D ln(e n / D) / n) + √(ln(1/δ) / (2n)) with the VC dimension D of binary losses.
  ///
  /// Where D ≥ n all 2ⁿ labellings may occur, and ln 2ⁿ stands for D ln(e n / D).
  ///
  /// - Parameters:
  ///   - empirical: R̂.
  ///   - dimension: D > 0.
  ///   - samples: n ≥ 1.
  ///   - delta: δ.
  /// - Returns: the bound, not cut at 1.
  ///
  /// Source: Mohri et al. (2018), Corollaries 3.18 and 3.19.
  public static func vapnikChervonenkis(
    empirical: Double, dimension: Double, samples: Int, delta: Double
  ) -> Double {
    growth(
      empirical: empirical,
      logGrowth: sauerShelahLogGrowth(dimension: dimension, samples: samples), samples: samples,
      delta: delta)
  }

  /// ln of Sauer's bound of the growth function: D ln(e n / D) for n ≥ D, else n ln 2.
  ///
  /// - Parameters:
  ///   - dimension: D > 0.
  ///   - samples: n.
  /// - Returns: the smaller of both where n ≥ D.
  public static func sauerShelahLogGrowth(dimension: Double, samples: Int) -> Double {
    let n = Double(samples)
    let all = n * Double.log(2)
    return n < dimension ? all : min(all, dimension * (1 + Double.log(n / dimension)))
  }

  /// R ≤ R̂ + 2 R_n(G) + 3 √(ln(2/δ) / (2n)) with the empirical Rademacher complexity of the losses.
  ///
  /// - Parameters:
  ///   - empirical: R̂, the mean of losses from 0 to 1.
  ///   - complexity: R_n(G), of the losses, on this sample.
  ///   - samples: n.
  ///   - delta: δ.
  /// - Returns: the bound, not cut at 1.
  ///
  /// Source: Mohri et al. (2018), Theorem 3.3.
  public static func rademacher(
    empirical: Double, complexity: Double, samples: Int, delta: Double
  ) -> Double {
    empirical + 2 * complexity + 3 * deviation(samples: samples, 2 / delta)
  }

  /// R ≤ R̂_γ + 2 R_n(F) / γ + 3 √(ln(2/δ) / (2n)) for the signs of real functions.
  ///
  /// For a γ chosen before the sample.
  ///
  /// - Parameters:
  ///   - marginError: R̂_γ, the share of samples with y f(x) below γ.
  ///   - complexity: R_n(F), of the functions.
  ///   - margin: γ > 0.
  ///   - samples: n.
  ///   - delta: δ.
  /// - Returns: the bound, not cut at 1.
  ///
  /// Source: Mohri et al. (2018), Theorem 5.8.
  public static func binaryMargin(
    marginError: Double, complexity: Double, margin: Double, samples: Int, delta: Double
  ) -> Double {
    rademacher(
      empirical: marginError, complexity: complexity / margin, samples: samples, delta: delta)
  }

  /// R ≤ R̂_γ + 4 C R_n(Π₁(F)) / γ + 3 √(ln(2/δ) / (2n)) for C classes.
  ///
  /// Π₁(F) holds the single outputs x ↦ f(x)_c of all f and c. The margin is the output of the true
  /// class less the largest other one.
  ///
  /// - Parameters:
  ///   - marginError: R̂_γ, the share of samples with a margin below γ.
  ///   - outputComplexity: R_n(Π₁(F)).
  ///   - margin: γ > 0, chosen before the sample.
  ///   - classes: C ≥ 2.
  ///   - samples: n.
  ///   - delta: δ.
  /// - Returns: the bound, not cut at 1.
  ///
  /// Source: Mohri et al. (2018), Theorem 9.2, with the empirical complexity as in Theorem 3.3.
  public static func multiclassMargin(
    marginError: Double, outputComplexity: Double, margin: Double, classes: Int, samples: Int,
    delta: Double
  ) -> Double {
    rademacher(
      empirical: marginError, complexity: 2 * Double(classes) * outputComplexity / margin,
      samples: samples, delta: delta)
  }

  /// √(ln x / (2n)).
  static func deviation(samples: Int, _ x: Double) -> Double {
    (Double.log(x) / (2 * Double(samples))).squareRoot()
  }
}

/// The share of δ that a union bound gives to each of the integers: 1 / (k (k + 1)), k = 1, 2, ….
///
/// They sum to 1, so that a bound for each k at its share of δ holds for all k at once.
enum UnionShare {
  /// The share of k ≥ 1; k may be too large for an integer.
  static func ofPositive(_ k: Double) -> Double { 1 / (k * (k + 1)) }

  /// The share of any whole number: 0, 1, -1, 2, -2, … are counted 1, 2, 3, 4, 5, ….
  static func ofWhole(_ k: Double) -> Double { ofPositive(k > 0 ? 2 * k : 1 - 2 * k) }
}

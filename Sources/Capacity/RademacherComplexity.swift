public import LinearAlgebra
private import RealModule

/// The empirical Rademacher complexity of a class F on a sample of n points.
///
/// R(F) = E_σ sup_{f ∈ F} (1/n) Σ_i σ_i f(x_i) with independent signs σ_i; there is no absolute
/// value inside, and no factor 2 before it.
///
/// Source: Bartlett, Mendelson, "Rademacher and Gaussian complexities" (JMLR 3, 2002), Definition 2,
/// there with an absolute value and a factor 2; as here in Mohri, Rostamizadeh, Talwalkar,
/// "Foundations of Machine Learning" (second edition, 2018), Definition 3.1.
public struct RademacherComplexity: Sendable, Codable, Equatable {
  /// The mean of the suprema.
  public var value: Double
  /// Where the expectation lies; nil where it was taken over all patterns.
  public var interval: ConfidenceInterval?
  /// The number of patterns of signs that were tried.
  public var patterns: Int
  /// Whether these are all 2ⁿ.
  public var isExact: Bool { interval == nil }

  /// Creates a value.
  public init(value: Double, interval: ConfidenceInterval?, patterns: Int) {
    self.value = value
    self.interval = interval
    self.patterns = patterns
  }

  /// Takes the expectation of a supremum over signs.
  ///
  /// - Parameters:
  ///   - n: the sample size; with none the complexity is 0.
  ///   - average: how the expectation is taken.
  ///   - confidence: of the interval of a Monte Carlo mean, by Student's t.
  ///   - suprema: sup_f (1/n) Σ σ_i f(x_i) for each column of an n × b matrix of signs.
  public init(
    samples n: Int, average: SignAverage, confidence: Double = 0.95,
    suprema: (Matrix<Double>) -> [Double]
  ) {
    guard n > 0 else {
      self.init(value: 0, interval: nil, patterns: 1)
      return
    }
    var values: [Double] = []
    values.reserveCapacity(average.patterns(signs: n))
    average.forEachBlock(signs: n) { values += suprema($0) }
    self.init(
      value: Moments(values).mean,
      interval: average == .exact
        ? nil : ConfidenceInterval.student(values, confidence: confidence),
      patterns: values.count)
  }

  /// The complexity of a finite class.
  ///
  /// - Parameters:
  ///   - values: f_k(x_i), one row a function, one column a point; at least one function.
  ///   - average: how the expectation is taken.
  ///   - confidence: of the interval.
  /// - Complexity: O(m n) for each pattern and m functions.
  public init(ofFunctions values: Matrix<Double>, average: SignAverage, confidence: Double = 0.95) {
    precondition(values.rows >= 1, "a class holds a function")
    let n = values.columns
    self.init(samples: n, average: average, confidence: confidence) { signs in
      let sums = values.times(signs)
      return (0..<sums.columns).map { j in
        var largest = -Double.infinity
        for k in 0..<sums.rows { largest = max(largest, sums[k, j]) }
        return largest / Double(n)
      }
    }
  }

  /// Massart's bound for a finite class: max_k ‖f_k‖₂ √(2 ln m) / n.
  ///
  /// - Parameter values: f_k(x_i), one row a function, one column a point.
  /// - Returns: an upper bound of the complexity.
  ///
  /// Source: Mohri, Rostamizadeh, Talwalkar (2018), Theorem 3.7.
  public static func finiteClassBound(_ values: Matrix<Double>) -> Double {
    if values.columns == 0 { return 0 }
    let largest = (0..<values.rows).map { euclideanNorm(values.row($0)) }.max() ?? 0
    return largest * (2 * Double.log(Double(values.rows))).squareRoot() / Double(values.columns)
  }
}

public import LinearAlgebra
private import RealModule

/// The linear functions of a Hilbert space with bounded norm, seen at n points.
///
/// {x ↦ ⟨w, φ(x)⟩ : ‖w‖ ≤ B}. Only the Gram matrix K_ij = ⟨φ(x_i), φ(x_j)⟩ enters, so that the same
/// value serves linear classes and the balls of a kernel's space.
public struct EuclideanBall: Sendable, Equatable {
  /// K, n × n, symmetric and positive semi-definite.
  public let gram: Matrix<Double>
  /// B ≥ 0.
  public let radius: Double

  /// The number of points n.
  public var count: Int { gram.rows }
  /// tr K.
  public var trace: Double { (0..<count).reduce(0) { $0 + gram[$1, $1] } }
  /// R = max_i ‖φ(x_i)‖.
  public var largestNorm: Double {
    (0..<count).map { max(0, gram[$0, $0]).squareRoot() }.max() ?? 0
  }

  /// Creates the ball of a kernel's space.
  ///
  /// - Parameters:
  ///   - gram: K, n × n, symmetric and positive semi-definite.
  ///   - radius: B ≥ 0.
  public init(gram: Matrix<Double>, radius: Double) {
    precondition(gram.isSquare && radius >= 0, "a Gram matrix is square, a radius not negative")
    self.gram = gram
    self.radius = radius
  }

  /// Creates the ball of linear functions.
  ///
  /// - Parameters:
  ///   - samples: X, n × d, one row a point.
  ///   - radius: B ≥ 0.
  /// - Complexity: O(n² d).
  public init(samples: Matrix<Double>, radius: Double) {
    self.init(gram: samples.timesOwnTranspose(), radius: radius)
  }

  /// sup_f (1/n) Σ_i σ_i f(x_i) = B √(σᵀ K σ) / n for each column of signs.
  ///
  /// - Parameter signs: n × b.
  /// - Returns: b suprema.
  /// - Complexity: O(n² b).
  public func suprema(_ signs: Matrix<Double>) -> [Double] {
    let products = gram.times(signs)
    return (0..<signs.columns).map { j in
      var square = 0.0
      for i in 0..<count { square += signs[i, j] * products[i, j] }
      // K is semi-definite; rounding may say otherwise.
      return radius * max(0, square).squareRoot() / Double(count)
    }
  }

  /// The empirical Rademacher complexity.
  ///
  /// - Parameters:
  ///   - average: how the expectation over signs is taken.
  ///   - confidence: of the interval.
  /// - Returns: the complexity.
  /// - Complexity: O(n²) for each pattern.
  public func rademacherComplexity(
    average: SignAverage, confidence: Double = 0.95
  ) -> RademacherComplexity {
    RademacherComplexity(
      samples: count, average: average, confidence: confidence, suprema: suprema)
  }

  /// B √(tr K) / n, an upper bound by Jensen's inequality.
  ///
  /// Source: Bartlett, Mendelson (2002), Lemma 22; Mohri et al. (2018), Theorem 6.12.
  public var rademacherUpperBound: Double {
    count == 0 ? 0 : radius * trace.squareRoot() / Double(count)
  }

  /// B √(tr K / 2) / n, a lower bound by Kahane's inequality.
  ///
  /// Source: Latała, Oleszkiewicz, "On the best constant in the Khinchin-Kahane inequality"
  /// (Studia Mathematica 109, 1994).
  public var rademacherLowerBound: Double { rademacherUpperBound / 2.0.squareRoot() }

  /// The most points that the ball can shatter with margin γ: at most (B R / γ)².
  ///
  /// Reached by orthogonal points of norm R.
  ///
  /// - Parameter margin: γ > 0.
  /// - Returns: (B R / γ)² with R the largest norm of the points, not rounded.
  ///
  /// Source: Bartlett, Shawe-Taylor, "Generalization performance of support vector machines"
  /// (Advances in Kernel Methods, 1999), Theorem 4.6.
  public func fatShatteringDimension(margin: Double) -> Double {
    precondition(margin > 0, "a positive margin")
    let ratio = radius * largestNorm / margin
    return ratio * ratio
  }
}

/// The linear functions with bounded sum of absolute weights, seen at n points.
///
/// {x ↦ ⟨w, x⟩ : Σ_j |w_j| ≤ B}: the hull of ±B times each coordinate.
public struct AbsoluteBall: Sendable, Equatable {
  /// X, n × d, one row a point.
  public let samples: Matrix<Double>
  /// B ≥ 0.
  public let radius: Double

  /// The number of points n.
  public var count: Int { samples.rows }

  /// Creates the ball.
  ///
  /// - Parameters:
  ///   - samples: X, n × d, one row a point.
  ///   - radius: B ≥ 0.
  public init(samples: Matrix<Double>, radius: Double) {
    precondition(radius >= 0, "a radius is not negative")
    self.samples = samples
    self.radius = radius
  }

  /// sup_f (1/n) Σ_i σ_i f(x_i) = B max_j |Σ_i σ_i x_ij| / n for each column of signs.
  ///
  /// - Parameter signs: n × b.
  /// - Returns: b suprema.
  /// - Complexity: O(n d b).
  public func suprema(_ signs: Matrix<Double>) -> [Double] {
    let sums = samples.times(signs, transposingSelf: true)
    return (0..<signs.columns).map { j in
      var largest = 0.0
      for k in 0..<sums.rows { largest = max(largest, abs(sums[k, j])) }
      return radius * largest / Double(count)
    }
  }

  /// The empirical Rademacher complexity.
  ///
  /// - Parameters:
  ///   - average: how the expectation over signs is taken.
  ///   - confidence: of the interval.
  /// - Returns: the complexity.
  /// - Complexity: O(n d) for each pattern.
  public func rademacherComplexity(
    average: SignAverage, confidence: Double = 0.95
  ) -> RademacherComplexity {
    RademacherComplexity(
      samples: count, average: average, confidence: confidence, suprema: suprema)
  }

  /// B max_j √(Σ_i x_ij²) √(2 ln 2d) / n, an upper bound by Massart's lemma.
  ///
  /// Source: Mohri et al. (2018), Theorem 11.15, with the coordinates' own norms in place of
  /// √n max |x_ij|.
  public var rademacherUpperBound: Double {
    if samples.elements.isEmpty { return 0 }
    let largest = (0..<samples.columns).map { euclideanNorm(samples.column($0)) }.max() ?? 0
    let count = Double(2 * samples.columns)
    return radius * largest * (2 * Double.log(count)).squareRoot() / Double(self.count)
  }
}

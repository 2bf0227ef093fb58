public import LinearAlgebra
private import RealModule

/// Regularised kernel regression whose samples can be replaced one at a time.
///
/// f minimises (1/n) Σ_i (f(x_i) - y_i)² + λ ‖f‖², so that (K + n λ I) α = y. Of linear ridge
/// regression K is the matrix of inner products.
public struct ReplaceableKernelFit: Sendable {
  /// K, n × n.
  public let gram: Matrix<Double>
  /// y, n numbers.
  public let targets: [Double]
  /// n λ > 0.
  public let ridge: Double
  /// α, n numbers.
  public let coefficients: [Double]
  /// (K + n λ I)⁻¹.
  let inverse: Matrix<Double>

  /// Fits the samples.
  ///
  /// - Parameters:
  ///   - gram: K, n × n, symmetric and positive semi-definite.
  ///   - targets: y, n numbers.
  ///   - regularisation: λ > 0.
  /// - Throws: ``LinearAlgebraError`` where K + n λ I is singular to rounding or not finite.
  /// - Complexity: O(n³).
  public init(
    gram: Matrix<Double>, targets: [Double], regularisation: Double
  ) throws(LinearAlgebraError) {
    precondition(gram.isSquare && gram.rows == targets.count, "a target for each sample")
    precondition(regularisation > 0, "a positive λ")
    self.gram = gram
    self.targets = targets
    ridge = Double(targets.count) * regularisation
    var shifted = gram
    shifted.addToDiagonal(ridge)
    inverse = try Cholesky(factoring: shifted).solve(.identity(targets.count)).values
    coefficients = inverse.times(targets)
  }

  /// The fit with one sample replaced: its coefficients, in place of the old sample's the new one's.
  ///
  /// The old sample leaves by α ← α - G_i α_i / G_ii with G = (K + n λ I)⁻¹, the new one enters by the
  /// Schur complement of its row: no system is solved anew.
  ///
  /// - Parameters:
  ///   - index: i, the sample that leaves.
  ///   - kernels: k(x', x_j) of the new point with all n samples; that with sample i is not used.
  ///   - ownKernel: k(x', x').
  ///   - target: y'.
  /// - Returns: n coefficients; that at i belongs to the new point.
  /// - Complexity: O(n²).
  public func coefficients(
    replacing index: Int, kernels: [Double], ownKernel: Double, target: Double
  ) -> [Double] {
    let n = targets.count
    let column = inverse.column(index)
    let pivot = column[index]
    var rest = coefficients
    for j in 0..<n { rest[j] -= column[j] * coefficients[index] / pivot }
    rest[index] = 0
    var row = kernels
    row[index] = 0
    // G of the samples that stay, times the new row.
    var solved = inverse.times(row)
    let along = solved[index] / pivot
    for j in 0..<n { solved[j] -= column[j] * along }
    solved[index] = 0
    var (complement, gap) = (ownKernel + ridge, target)
    for j in 0..<n {
      complement -= row[j] * solved[j]
      gap -= row[j] * rest[j]
    }
    let own = gap / complement
    for j in 0..<n { rest[j] -= solved[j] * own }
    rest[index] = own
    return rest
  }

  /// The largest change of the squared loss at some points when one sample is replaced.
  ///
  /// - Parameters:
  ///   - pool: for each replacement the sample that leaves and the point of the pool that enters.
  ///   - crossKernels: k(z_a, x_j), m × n, of the pool's points with the samples.
  ///   - poolKernels: k(z_a, z_b), m × m.
  ///   - poolTargets: m targets; losses are measured at all points of the pool.
  /// - Returns: max over replacements and points of |loss after - loss before|: a lower bound of the
  ///   uniform stability, which is the supremum over all samples and points.
  /// - Complexity: O(n² + m n) for each replacement.
  public func largestLossChange(
    replacing pool: [(leaves: Int, enters: Int)], crossKernels: Matrix<Double>,
    poolKernels: Matrix<Double>, poolTargets: [Double]
  ) -> Double {
    let before = crossKernels.times(coefficients)
    var largest = 0.0
    for (leaves, enters) in pool {
      let changed = coefficients(
        replacing: leaves, kernels: crossKernels.row(enters),
        ownKernel: poolKernels[enters, enters], target: poolTargets[enters])
      var kept = changed
      kept[leaves] = 0
      let after = crossKernels.times(kept)
      for z in poolTargets.indices {
        let prediction = after[z] + changed[leaves] * poolKernels[z, enters]
        let (new, old) = (prediction - poolTargets[z], before[z] - poolTargets[z])
        largest = max(largest, abs(new * new - old * old))
      }
    }
    return largest
  }
}

/// Bounds of uniform stability, and what follows for the error.
public enum UniformStability {
  /// β ≤ σ² κ² / (λ n) for replacing one sample in regularised kernel regression.
  ///
  /// Twice the σ² κ² / (2 λ n) of removing one.
  ///
  /// - Parameters:
  ///   - admissibility: σ, the Lipschitz constant of the loss in the prediction.
  ///   - largestNorm: κ = max √k(x, x).
  ///   - regularisation: λ > 0.
  ///   - samples: n.
  /// - Returns: the bound.
  ///
  /// Source: Bousquet, Elisseeff, "Stability and generalization" (JMLR 2, 2002), Theorem 22.
  public static func kernelBound(
    admissibility: Double, largestNorm: Double, regularisation: Double, samples: Int
  ) -> Double {
    let product = admissibility * largestNorm
    return product * product / (regularisation * Double(samples))
  }

  /// ε ≤ (2 L² / n) Σ_t α_t for SGD on convex, L-Lipschitz, smooth losses with α_t ≤ 2 / smoothness.
  ///
  /// - Parameters:
  ///   - lipschitz: L.
  ///   - stepSizes: α_t of all T steps.
  ///   - samples: n.
  /// - Returns: the bound of the mean change of loss.
  ///
  /// Source: Hardt, Recht, Singer, "Train faster, generalize better" (ICML 2016), Theorem 3.8.
  public static func convexDescentBound(
    lipschitz: Double, stepSizes: [Double], samples: Int
  ) -> Double {
    2 * lipschitz * lipschitz / Double(samples) * stepSizes.reduce(0, +)
  }

  /// ε ≤ (1 + 1/(βc)) / (n - 1) · (2 c L²)^{1/(βc + 1)} · T^{βc/(βc + 1)} for α_t ≤ c / t.
  ///
  /// For losses from 0 to 1 that are L-Lipschitz and β-smooth in the weights, convex or not.
  ///
  /// - Parameters:
  ///   - lipschitz: L.
  ///   - smoothness: β.
  ///   - stepConstant: c.
  ///   - steps: T.
  ///   - samples: n ≥ 2.
  /// - Returns: the bound of the mean change of loss.
  ///
  /// Source: Hardt, Recht, Singer (2016), Theorem 3.12.
  public static func descentBound(
    lipschitz: Double, smoothness: Double, stepConstant: Double, steps: Int, samples: Int
  ) -> Double {
    let product = smoothness * stepConstant
    let exponent = 1 / (product + 1)
    return (1 + 1 / product) / Double(samples - 1)
      * Double.pow(2 * stepConstant * lipschitz * lipschitz, exponent)
      * Double.pow(Double(steps), product * exponent)
  }

  /// R ≤ R̂ + 2β + (4 n β + M) √(ln(1/δ) / (2n)) for a β of removing one sample.
  ///
  /// - Parameters:
  ///   - empirical: R̂, the mean loss on the sample.
  ///   - stability: β.
  ///   - largestLoss: M.
  ///   - samples: n.
  ///   - delta: δ.
  /// - Returns: the bound.
  ///
  /// Source: Bousquet, Elisseeff (2002), Theorem 12.
  public static func generalizationBound(
    empirical: Double, stability: Double, largestLoss: Double, samples: Int, delta: Double
  ) -> Double {
    empirical + 2 * stability
      + (4 * Double(samples) * stability + largestLoss)
      * GeneralizationBound.deviation(samples: samples, 1 / delta)
  }
}

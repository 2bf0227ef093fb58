public import LinearAlgebra

/// A function f(x) = Σ_i α_i k(x_i, x) with what shows how it was found.
public struct KernelFit<K: Kernel>: Sendable {
  /// The kernel k.
  public let kernel: K
  /// The samples X, n × d, one row a sample.
  public let samples: Matrix<Double>
  /// The dual coefficients α, n × k.
  public let dualCoefficients: Matrix<Double>
  /// The values K α of the function at its samples, n × k.
  public let fittedValues: Matrix<Double>
  /// What shows that the system was solved; its residual is in `Double`, with K made anew.
  public let evidence: SolveEvidence
  /// ‖Y - (K + λI)α‖ / ‖Y‖, measured after the solve and whenever α was bettered.
  ///
  /// A step of iterative refinement betters it, or a descent of conjugate gradients; each is below
  /// the one before.
  public let relativeResiduals: [Double]
  /// The steps that bettered α or tried to, each a product and a solve.
  public let refinements: Int
  /// √(αᵀKα) of each target.
  public let rkhsNorms: [Double]

  /// √tr(αᵀKα), over all targets.
  public var rkhsNorm: Double { euclideanNorm(rkhsNorms) }

  /// ‖Y - (K + λI)α‖ / ‖Y‖ at the end.
  public var relativeResidual: Double { relativeResiduals.last ?? 0 }

  /// The values of the function at some inputs.
  ///
  /// - Parameter inputs: Z, m × d, one row an input.
  /// - Returns: an m × k matrix.
  /// - Complexity: O(n m d).
  public func predict(_ inputs: Matrix<Double>) -> Matrix<Double> {
    KernelExpansion(kernel: kernel, samples: samples, dualCoefficients: dualCoefficients)
      .values(at: inputs)
  }
}

/// √(αᵀKα) of each target, from α and Kα.
func rkhsNorms(_ alpha: Matrix<Double>, fittedValues values: Matrix<Double>) -> [Double] {
  (0..<alpha.columns).map { j in
    max(0, innerProduct(alpha.column(j), values.column(j))).squareRoot()
  }
}

/// Σ a_i b_i.
func innerProduct(_ a: [Double], _ b: [Double]) -> Double {
  zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
}

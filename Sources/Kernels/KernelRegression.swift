public import LinearAlgebra

/// Kernel regression with its Gram matrix factored: any targets are a cheap solve away.
///
/// (K + λI) α = Y; with λ = 0 the function of least RKHS norm through all targets. Source: Zhang
/// et al. (2017), Section 5, equation 3.
public struct KernelRegression<K: Kernel, Scalar: LinearAlgebraScalar>: Sendable {
  /// The kernel k.
  public let kernel: K
  /// The samples X, n × d, one row a sample.
  public let samples: Matrix<Scalar>
  /// The ridge λ.
  public let ridge: Double
  private let factor: Cholesky<Scalar>

  /// The bytes that a regression of this size needs at its peak, beside the samples.
  ///
  /// - Parameters:
  ///   - n: the sample size.
  ///   - d: the input dimension.
  ///   - k: the number of targets.
  /// - Returns: one n × n square, the solutions, and one block of a prediction.
  public static func plannedBytes(sampleCount n: Int, dimension d: Int, targetCount k: Int) -> Int {
    (n * n + 4 * n * k + predictionBlock * (n + d)) * MemoryLayout<Scalar>.stride
  }

  /// Builds and factors the Gram matrix.
  ///
  /// - Parameters:
  ///   - kernel: k.
  ///   - samples: X, n × d, finite, one row a sample.
  ///   - ridge: λ ≥ 0.
  /// - Throws: `LinearAlgebraError.notPositiveDefinite(pivot:)` where samples coincide or nearly,
  ///   `.notFinite(argument:row:column:)`.
  /// - Complexity: O(n² d + n³/3), memory n².
  public init(
    kernel: K, samples: Matrix<Scalar>, ridge: Double = 0
  ) throws(LinearAlgebraError) {
    precondition(ridge >= 0, "a ridge is not negative")
    try samples.checkFinite(as: "the samples")
    var gram = kernel.lowerGramMatrix(samples)
    if ridge > 0 { gram.addToDiagonal(Scalar(ridge)) }
    self.kernel = kernel
    self.samples = samples
    self.ridge = ridge
    factor = try Cholesky(factoring: gram)
  }

  /// The fit to some targets.
  ///
  /// - Parameter targets: Y, n × k, finite; columns share the factorisation.
  /// - Returns: the fit with its evidence.
  /// - Throws: `LinearAlgebraError.notFinite(argument:row:column:)`.
  /// - Complexity: O(n² k).
  public func fit(
    _ targets: Matrix<Scalar>
  ) throws(LinearAlgebraError) -> KernelFit<K, Scalar> {
    let solution = try factor.solve(targets)
    let alpha = solution.values
    // K α = (K + λI) α - λα.
    var values = factor.matrixTimes(alpha)
    if ridge > 0 { values.add(alpha, scaledBy: -Scalar(ridge)) }
    let energies = (0..<alpha.columns).map { j in
      zip(alpha.column(j), values.column(j)).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    }
    return KernelFit(
      kernel: kernel, samples: samples, dualCoefficients: alpha, fittedValues: values,
      evidence: solution.evidence, rkhsNorms: energies.map { max(0, $0).squareRoot() })
  }
}

/// A function f(x) = Σ_i α_i k(x_i, x) with what shows how it was found.
public struct KernelFit<K: Kernel, Scalar: LinearAlgebraScalar>: Sendable {
  /// The kernel k.
  public let kernel: K
  /// The samples X, n × d, one row a sample.
  public let samples: Matrix<Scalar>
  /// The dual coefficients α, n × k.
  public let dualCoefficients: Matrix<Scalar>
  /// The values K α of the function at its samples, n × k.
  public let fittedValues: Matrix<Scalar>
  /// What shows that the system was solved.
  public let evidence: SolveEvidence
  /// √(αᵀKα) of each target.
  public let rkhsNorms: [Double]

  /// √tr(αᵀKα), over all targets.
  public var rkhsNorm: Double { euclideanNorm(rkhsNorms) }

  /// The values of the function at some inputs.
  ///
  /// Inputs are taken in blocks, so that memory grows with n, not with n times their number.
  ///
  /// - Parameter inputs: Z, m × d, one row an input.
  /// - Returns: an m × k matrix.
  /// - Complexity: O(n m d).
  public func predict(_ inputs: Matrix<Scalar>) -> Matrix<Scalar> {
    let squaredNorms = samples.squaredRowNorms()
    var result = Matrix<Scalar>(rows: inputs.rows, columns: dualCoefficients.columns)
    for first in stride(from: 0, to: inputs.rows, by: predictionBlock) {
      let block = inputs.rows(first..<min(first + predictionBlock, inputs.rows))
      let values = kernel.crossMatrix(
        samples, squaredNorms: squaredNorms, block, otherSquaredNorms: block.squaredRowNorms())
      let predicted = values.times(dualCoefficients, transposingSelf: true)
      for j in 0..<result.columns {
        for i in 0..<predicted.rows { result[first + i, j] = predicted[i, j] }
      }
    }
    return result
  }
}

/// Inputs of one block of a prediction: enough for a fast matrix product.
private let predictionBlock = 1024

public import LinearAlgebra
private import RandomStreams

extension Kernel {
  /// What kernel regression misses of each target when it is fitted to all samples but that one.
  ///
  /// One factorisation gives all n fits: eᵢ = αᵢ / ((K + λI)⁻¹)ᵢᵢ.
  /// Source: Rasmussen, Williams, "Gaussian processes for machine learning" (2006), equation 5.12.
  ///
  /// - Parameters:
  ///   - samples: X, n × d, finite, one row a sample.
  ///   - targets: Y, n × k, finite.
  ///   - ridge: λ ≥ 0.
  /// - Returns: yᵢ - f₋ᵢ(xᵢ), n × k, f₋ᵢ the fit without sample i, and how well conditioned the
  ///   system is. Of a single sample the other fit is 0.
  /// - Throws: `LinearAlgebraError.notPositiveDefinite(pivot:)` where samples coincide or nearly,
  ///   `.notFinite(argument:row:column:)`.
  /// - Complexity: O(n² d + n³), memory 3 n².
  public func leaveOneOutResiduals<Scalar: LinearAlgebraScalar>(
    _ samples: Matrix<Scalar>, targets: Matrix<Scalar>, ridge: Double = 0
  ) throws(LinearAlgebraError) -> (residuals: Matrix<Scalar>, reciprocalCondition: Double) {
    precondition(ridge >= 0, "a ridge is not negative")
    precondition(samples.rows == targets.rows, "as many targets as samples")
    try samples.checkFinite(as: "the samples")
    var gram = lowerGramMatrix(samples)
    if ridge > 0 { gram.addToDiagonal(Scalar(ridge)) }
    let factor = try Cholesky(factoring: gram)
    var residuals = try factor.solve(targets).values
    // (L Lᵀ)⁻¹ᵢᵢ is the square of the norm of column i of L⁻¹.
    let inverse = try factor.lowerFactor().substitution(.identity(samples.rows))
    residuals.forEachColumn { _, entries in divide(entries, bySquaresOfColumnsOf: inverse) }
    return (residuals, Double(factor.reciprocalCondition))
  }
}

/// Divides entry i by the sum of squares of column i of a matrix.
@specialized(where Scalar == Double)
@specialized(where Scalar == Float)
private func divide<Scalar: LinearAlgebraScalar>(
  _ entries: UnsafeMutableBufferPointer<Scalar>, bySquaresOfColumnsOf matrix: Matrix<Scalar>
) {
  let n = matrix.rows
  for i in 0..<n {
    var square: Scalar = 0
    // The factor is lower triangular, and so is its inverse.
    for row in i..<n { square += matrix[row, i] * matrix[row, i] }
    entries[i] /= square
  }
}

/// The kernel of least leave-one-out error among some, with the table of all.
public struct LeaveOneOutSelection<K: Kernel>: Sendable {
  /// A kernel that was tried.
  public struct Candidate: Sendable {
    /// The kernel.
    public let kernel: K
    /// The mean over samples and targets of the squared leave-one-out error, or why there is none:
    /// `.notPositiveDefinite(pivot:)`, which calls for a narrower kernel or a ridge.
    public let meanSquaredError: Result<Double, LinearAlgebraError>
    /// The reciprocal condition of K + λI in the 1-norm; 0 where it could not be factored.
    public let reciprocalCondition: Double
  }

  /// All candidates, in the order given.
  public let candidates: [Candidate]
  /// Which candidate has the least error, the first one of equals; nil where none has a finite one.
  public let bestIndex: Int?
  /// The number of samples that were used.
  public let sampleCount: Int

  /// The candidate of least error.
  public var best: Candidate? { bestIndex.map { candidates[$0] } }

  /// Tries some kernels.
  ///
  /// - Parameters:
  ///   - kernels: the candidates, as of one kind with several γ:
  ///     `[0.01, 0.02, 0.05].map(GaussianKernel.init)`.
  ///   - samples: X, n × d, finite, one row a sample.
  ///   - targets: Y, n × k, finite.
  ///   - ridge: λ ≥ 0.
  ///   - sampleLimit: how many samples to use at most, at least 1; more than that, a random subset
  ///     of this size, the same one for all candidates.
  ///   - seed: names the draw of the subset.
  /// - Throws: `LinearAlgebraError.notFinite(argument:row:column:)` for an entry that is no number.
  /// - Complexity: O(m² d + m³) for each candidate, m the samples used, memory 3 m².
  public init<Scalar: LinearAlgebraScalar>(
    among kernels: [K], samples: Matrix<Scalar>, targets: Matrix<Scalar>, ridge: Double = 0,
    sampleLimit: Int = 2000, seed: UInt64 = 0
  ) throws(LinearAlgebraError) {
    precondition(sampleLimit >= 1, "a selection wants a sample at least")
    precondition(samples.rows == targets.rows, "as many targets as samples")
    try samples.checkFinite(as: "the samples")
    try targets.checkFinite(as: "the targets")
    var (x, y) = (samples, targets)
    if samples.rows > sampleLimit {
      var stream = RandomStream(seed: seed, purpose: "leave-one-out subset")
      let chosen = stream.permutation(of: samples.rows).prefix(sampleLimit).sorted()
      (x, y) = (samples.rows(chosen), targets.rows(chosen))
    }
    candidates = kernels.map { Self.candidate($0, x, y, ridge: ridge) }
    sampleCount = x.rows
    let errors = candidates.map { (try? $0.meanSquaredError.get()) ?? .nan }
    bestIndex = errors.indices.filter { errors[$0].isFinite }.min { errors[$0] < errors[$1] }
  }

  private static func candidate<Scalar: LinearAlgebraScalar>(
    _ kernel: K, _ samples: Matrix<Scalar>, _ targets: Matrix<Scalar>, ridge: Double
  ) -> Candidate {
    let outcome = Result { () throws(LinearAlgebraError) in
      try kernel.leaveOneOutResiduals(samples, targets: targets, ridge: ridge)
    }
    switch outcome {
    case .success(let (residuals, reciprocalCondition)):
      let squares = residuals.elements.reduce(0.0) { $0 + Double($1) * Double($1) }
      return Candidate(
        kernel: kernel,
        meanSquaredError: .success(squares / Double(max(1, residuals.elements.count))),
        reciprocalCondition: reciprocalCondition)
    case .failure(let error):
      return Candidate(kernel: kernel, meanSquaredError: .failure(error), reciprocalCondition: 0)
    }
  }
}

public import LinearAlgebra
private import RandomStreams

/// The kernel of least leave-one-out error among some, with the table of all.
public struct LeaveOneOutSelection<K: Kernel>: Sendable {
  /// A kernel that was tried.
  public struct Candidate: Sendable {
    /// The kernel.
    public let kernel: K
    /// The mean over samples and targets of the squared leave-one-out error, or why there is none:
    /// ``KernelError/notPositiveDefinite(_:)``, which calls for a narrower kernel or a ridge.
    public let meanSquaredError: Result<Double, KernelError>
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
  /// - Throws: ``KernelError/noSamples``, ``KernelError/ridgeOutOfRange(_:)``,
  ///   ``KernelError/rowsDisagree(samples:targets:)``, ``KernelError/linearAlgebra(_:)`` for an entry
  ///   that is no number.
  /// - Complexity: O(m² d + m³) for each candidate, m the samples used, memory m².
  public init(
    among kernels: [K], samples: Matrix<Double>, targets: Matrix<Double>, ridge: Double = 0,
    sampleLimit: Int = 2000, seed: UInt64 = 0
  ) throws(KernelError) {
    precondition(sampleLimit >= 1, "a selection wants a sample at least")
    try checkKernelProblem(samples, ridge: ridge)
    try checkKernelTargets(targets, samples: samples)
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

  private static func candidate(
    _ kernel: K, _ samples: Matrix<Double>, _ targets: Matrix<Double>, ridge: Double
  ) -> Candidate {
    let outcome = Result { () throws(KernelError) in
      let regression = try KernelRegression(kernel: kernel, samples: samples, ridge: ridge)
      let fit = try regression.fit(targets)
      return (regression.leaveOneOutResiduals(of: fit), fit.evidence.reciprocalCondition)
    }
    switch outcome {
    case .success(let (residuals, reciprocalCondition)):
      let squares = residuals.elements.reduce(0) { $0 + $1 * $1 }
      return Candidate(
        kernel: kernel,
        meanSquaredError: .success(squares / Double(max(1, residuals.elements.count))),
        reciprocalCondition: reciprocalCondition)
    case .failure(let error):
      return Candidate(kernel: kernel, meanSquaredError: .failure(error), reciprocalCondition: 0)
    }
  }
}

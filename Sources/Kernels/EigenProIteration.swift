public import LinearAlgebra
private import RandomStreams

/// How an EigenPro iteration is set up; rank, batch and step follow from the spectrum.
public struct EigenProConfiguration: Sendable, Codable, Equatable {
  /// The size s of the subsample whose eigenvectors precondition.
  public var subsampleSize: Int
  /// The largest batch that the machine still takes in parallel, m_max; also bounds memory.
  public var batchLimit: Int
  /// The largest rank q; 1 is plain stochastic gradient descent.
  public var rankLimit: Int?
  /// ‖Y - Kα‖ / ‖Y‖ to reach.
  public var tolerance: Double
  /// The most epochs.
  public var maximalEpochs: Int
  /// Names the draws of the subsample and of each epoch's order.
  public var seed: UInt64

  /// Creates a configuration.
  ///
  /// - Parameters:
  ///   - subsampleSize: s, at least 1.
  ///   - batchLimit: m_max, at least 1.
  ///   - rankLimit: the largest q, at least 1; nil for none.
  ///   - tolerance: the relative residual to reach, from 0 to below 1.
  ///   - maximalEpochs: the most epochs, at least 1.
  ///   - seed: names the draws.
  public init(
    subsampleSize: Int = 2000, batchLimit: Int = 1024, rankLimit: Int? = nil,
    tolerance: Double = 1e-4, maximalEpochs: Int = 100, seed: UInt64 = 0
  ) {
    precondition(subsampleSize >= 1 && batchLimit >= 1, "a subsample and a batch")
    precondition((rankLimit ?? 1) >= 1 && maximalEpochs >= 1, "a rank and epochs to run")
    precondition(tolerance >= 0 && tolerance < 1, "a tolerance from 0 to below 1")
    self.subsampleSize = subsampleSize
    self.batchLimit = batchLimit
    self.rankLimit = rankLimit
    self.tolerance = tolerance
    self.maximalEpochs = maximalEpochs
    self.seed = seed
  }

  /// The bytes that a regression of this size needs at its peak, the data in `Double` besides.
  ///
  /// - Parameters:
  ///   - n: the sample size.
  ///   - d: the input dimension.
  ///   - k: the number of targets.
  /// - Returns: samples, eigenvectors, and blocks of kernel values.
  public func plannedBytes(samples n: Int, dimension d: Int, targets k: Int) -> Int {
    let (s, m) = (min(subsampleSize, n), min(batchLimit, n))
    let blocks = max(4 * m * (n + 2 * s + m), 8 * n * min(n, KernelBlocks.residualWidth))
    // The decomposition holds five squares at its end.
    return 4 * n * (d + 12 * k) + 12 * s * s + max(blocks, 8 * 5 * s * s)
  }
}

/// EigenPro 2: stochastic gradient descent for kernel regression, preconditioned to large batches.
///
/// Up to the batch size m = β/λ a step does the work of m steps of one sample; beyond, λ limits it.
/// The preconditioner lowers λ, so that fewer and larger steps do the same.
///
/// With the eigenvalues σ and eigenvectors v of the Gram matrix of s samples r, and
/// φ(x) = (k(r₁, x), …, k(r_s, x)), the preconditioner P lowers the first q - 1 directions of the
/// RKHS to the level of the q-th. A batch of m samples with the errors g = f(x) - y then changes
///
///     α_batch ← α_batch - (η/m) g,    α_r ← α_r + (η/m) V D Vᵀ Φ g,    D_i = (1 - σ_q/σ_i)/σ_i.
///
/// What the paper derives from the spectrum, with λ = σ_q/s and β = max k_P(x, x), where
/// k_P(x, x) = k(x, x) - Σ D_i (v_iᵀφ(x))²:
///
/// - q, the largest whose batch β/λ is no larger than m_max, β taken over the subsample;
/// - m = β/λ, rounded up, from there on no parallel work is gained; β over all samples;
/// - η = m/(β + (m - 1) λ), for half the squares as the loss.
///
/// λ is an estimate. A step that is too long for its batch by ⟨g, K_P g⟩, which the block of kernel
/// values shows, is shortened to ‖g‖²/⟨g, K_P g⟩. So no step leads away from an f that meets all
/// targets, in the norm of P⁻¹; with targets that no f meets the iteration does not converge.
///
/// Kernel values are in `Float`, made anew for each batch. Source: Ma and Belkin (2019), "Kernel
/// machines that adapt to GPUs for effective large batch training", whose algorithm has no
/// shortened steps; batch and step: Ma, Bassily and Belkin (2018), "The power of interpolation".
public struct EigenProIteration<K: Kernel>: Sendable {
  /// The kernel k.
  public let kernel: K
  /// The samples X, n × d, one row a sample.
  public let samples: Matrix<Double>
  /// How it was set up.
  public let configuration: EigenProConfiguration
  /// Which samples the eigenvectors are of, in increasing order.
  public let subsample: [Int]
  /// The eigenvalues σ of their Gram matrix that count in `Float`, from the largest.
  public let eigenvalues: [Double]
  /// LAPACK's test ratio of the decomposition, at most 60 for a sound result.
  public let eigenTestRatio: Double
  /// q; 0 where the Gram matrix of the subsample is 0.
  public let rank: Int
  /// β, the largest k_P(x, x) of a sample.
  public let largestDiagonal: Double
  /// The batch size m.
  public let batchSize: Int
  /// The samples in the precision of the iteration.
  let inputs: KernelInputs<Float>
  /// V, s × (q - 1), and D.
  let vectors: Matrix<Float>
  let damping: [Double]

  /// Decomposes the Gram matrix of a subsample and derives rank, batch and step from it.
  ///
  /// - Parameters:
  ///   - kernel: k.
  ///   - samples: X, n × d with n ≥ 1, finite, one row a sample.
  ///   - configuration: subsample, batch limit, and when to stop.
  /// - Throws: ``KernelError/noSamples``, ``KernelError/linearAlgebra(_:)`` for an entry that is no
  ///   number.
  /// - Complexity: O(s³ + n s (d + q)), memory O(s² + n d).
  public init(
    kernel: K, samples: Matrix<Double>,
    configuration: EigenProConfiguration = EigenProConfiguration()
  ) throws(KernelError) {
    try checkKernelProblem(samples, ridge: 0)
    let n = samples.rows
    var stream = RandomStream(seed: configuration.seed, purpose: "EigenPro subsample")
    let subsample = stream.permutation(of: n).prefix(configuration.subsampleSize).sorted()
    let chosen = samples.rows(subsample)
    // Below this the correction in `Float` is noise.
    let spectrum = try KernelSpectrum(
      gram: kernel.lowerGramMatrix(chosen),
      relativeCutOff: Double(subsample.count) * Double(Float.ulpOfOne))
    let limit = min(configuration.batchLimit, n)
    let diagonal = chosen.squaredRowNorms().map { kernel.diagonalValue(squaredNorm: $0) }
    let rank = spectrum.largestRank(
      batchLimit: limit, rankLimit: configuration.rankLimit ?? n, diagonal: diagonal)
    let level = rank > 0 ? spectrum.values[rank - 1] : 0
    damping = spectrum.values.prefix(max(0, rank - 1)).map { (1 - level / $0) / $0 }
    vectors = spectrum.vectors.columns(0..<damping.count).converted(to: Float.self)
    let single = samples.converted(to: Float.self)
    inputs = KernelInputs(single)
    self.kernel = kernel
    self.samples = samples
    self.configuration = configuration
    self.subsample = subsample
    eigenvalues = spectrum.values
    eigenTestRatio = spectrum.testRatio
    self.rank = rank
    let tail = level / Double(subsample.count)
    let largest = max(
      tail, kernel.largestDeflatedDiagonal(inputs, subsample, vectors, damping))
    largestDiagonal = largest
    batchSize = tail > 0 ? Int(min(Double(limit), (largest / tail).rounded(.up))) : limit
  }

  /// λ = σ_q/s, what is taken for the largest eigenvalue of the preconditioned K/n.
  public var tailEigenvalue: Double {
    rank > 0 ? eigenvalues[rank - 1] / Double(subsample.count) : 0
  }

  /// η = m/(β + (m - 1) λ).
  public var stepSize: Double { Double(batchSize) * coefficientStep(batch: batchSize) }

  /// η/m for a batch of m, which may be the rest of an epoch; infinite where K is 0.
  func coefficientStep(batch m: Int) -> Double {
    1 / (largestDiagonal + Double(m - 1) * tailEigenvalue)
  }

  /// The function that the iteration reaches for some targets.
  ///
  /// An epoch takes all samples in batches, in an order from the stream "EigenPro epoch" with the
  /// number of the epoch. Its residual is that of each batch before its step. Where it falls no
  /// more, the residual is measured in `Double` and the iteration begins anew with it.
  ///
  /// - Parameters:
  ///   - targets: Y, n × k, finite.
  ///   - validation: inputs that are no samples, to stop by; its interval is in epochs.
  ///   - progress: called with each epoch.
  /// - Returns: the fit with its residual in `Double`; its rank is q.
  /// - Throws: ``KernelError/rowsDisagree(samples:targets:)``, ``KernelError/linearAlgebra(_:)`` for
  ///   an entry that is no number.
  /// - Complexity: O(n² (d + k) + n s q) an epoch; memory O(n (d + k) + s q + m n).
  public func fit(
    _ targets: Matrix<Double>, validation: KernelValidation? = nil,
    progress: (KernelIteration) -> Void = { _ in }
  ) throws(KernelError) -> IterativeKernelFit<K> {
    try checkKernelTargets(targets, samples: samples)
    return refinedFit(
      kernel, samples: samples, single: inputs.samples, targets: targets, ridge: 0,
      tolerance: configuration.tolerance, limit: configuration.maximalEpochs,
      preconditionerRank: rank, validation: validation, progress: progress
    ) { rest, done in
      EigenProEpochs(self, residual: rest, firstEpoch: done)
    }
  }
}

extension KernelSpectrum {
  /// The largest q whose batch β s/σ_q is within the limit; 1 where none is, 0 without eigenvalues.
  ///
  /// On the samples that were decomposed (v_iᵀφ(r_j))² = (σ_i v_ji)².
  fileprivate func largestRank(batchLimit: Int, rankLimit: Int, diagonal: [Double]) -> Int {
    var largest = min(1, rank)
    // Σ σ_i v_ji² and Σ v_ji² over i < q.
    var energies = [Double](repeating: 0, count: diagonal.count)
    var masses = energies
    for q in 0..<min(rank, rankLimit) {
      let level = values[q]
      var diagonalLeft = 0.0
      for j in diagonal.indices {
        diagonalLeft = max(diagonalLeft, diagonal[j] - energies[j] + level * masses[j])
        let square = vectors[j, q] * vectors[j, q]
        energies[j] += level * square
        masses[j] += square
      }
      let batch = diagonalLeft * Double(diagonal.count) / level
      // For q = s it is s, and rounding must not say whether that is within the limit.
      if batch * (1 - 1e-9) <= Double(batchLimit) { largest = q + 1 }
    }
    return largest
  }
}

extension Kernel {
  /// The largest k(x, x) - Σ D_i (v_iᵀφ(x))² of a sample.
  fileprivate func largestDeflatedDiagonal(
    _ inputs: KernelInputs<Float>, _ subsample: [Int], _ vectors: Matrix<Float>, _ damping: [Double]
  ) -> Double {
    let chosen = KernelInputs(inputs.samples.rows(subsample))
    let n = inputs.samples.rows
    var largest = 0.0
    for first in stride(from: 0, to: n, by: KernelBlocks.predictionRows) {
      let rows = first..<min(first + KernelBlocks.predictionRows, n)
      let image = vectors.times(
        crossMatrix(chosen, inputs, rows: rows), transposingSelf: true)
      for (j, row) in rows.enumerated() {
        var left = Double(diagonalValue(squaredNorm: inputs.squaredNorms[row]))
        for i in damping.indices { left -= damping[i] * Double(image[i, j]) * Double(image[i, j]) }
        largest = max(largest, left)
      }
    }
    return largest
  }
}

public import LinearAlgebra

/// A ridge solution of one λ from the eigenvalues of the Gram matrix, measured.
///
/// Lists have one entry a target.
public struct KernelRidgePoint: Sendable, Codable, Equatable {
  /// λ > 0, or 0 for the function of least norm.
  public var ridge: Double
  /// Σ s/(s + λ), the effective dimension.
  public var effectiveDimension: Double
  /// √(αᵀKα) of each target.
  public var rkhsNorms: [Double]
  /// The mean of (y - f(x))² over the samples.
  public var trainingErrors: [Double]
  /// The mean of (yᵢ - f₋ᵢ(xᵢ))², f₋ᵢ fitted without sample i.
  public var leaveOneOutErrors: [Double]
}

/// The eigenvalues of a Gram matrix and what they say of every ridge and of the targets.
///
/// K = V diag(s) Vᵀ once; then each λ costs O(n² k).
public struct KernelSpectrum: Sendable {
  /// The eigenvalues s that count, from the largest.
  public let values: [Double]
  /// LAPACK's test ratio of the decomposition, at most 60 for a sound result.
  public let testRatio: Double
  /// Eigenvalues at or below this count as zero: n ε times the largest.
  public let cutOff: Double
  /// V, n × r.
  let vectors: Matrix<Double>

  /// Decomposes a Gram matrix.
  ///
  /// - Parameters:
  ///   - kernel: k.
  ///   - samples: X, n × d with n ≥ 1, finite.
  /// - Throws: ``KernelError/noSamples``, ``KernelError/linearAlgebra(_:)``.
  /// - Complexity: O(n² d + n³), several times a factorisation; memory three squares.
  public init<K: Kernel>(_ kernel: K, samples: Matrix<Double>) throws(KernelError) {
    try checkKernelProblem(samples, ridge: 0)
    try self.init(
      gram: kernel.lowerGramMatrix(samples),
      relativeCutOff: Double(samples.rows) * Double.ulpOfOne)
  }

  /// Decomposes a matrix given by its lower triangle.
  ///
  /// - Parameters:
  ///   - gram: K, n × n.
  ///   - relativeCutOff: the cut-off, over the largest eigenvalue.
  /// - Throws: ``KernelError/linearAlgebra(_:)``.
  init(gram: Matrix<Double>, relativeCutOff: Double) throws(KernelError) {
    let eigen = try solvingKernel { () throws(LinearAlgebraError) in
      try SymmetricEigen(of: gram)
    }
    let cutOff = relativeCutOff * max(0, eigen.values.last ?? 0)
    let kept = eigen.values.indices.reversed().filter { eigen.values[$0] > cutOff }
    self.cutOff = cutOff
    values = kept.map { eigen.values[$0] }
    vectors = eigen.vectors.columns(at: kept)
    testRatio = eigen.testRatio
  }

  /// The numerical rank of K.
  public var rank: Int { values.count }

  /// K⁺ B = V diag(1/s) Vᵀ B.
  func pseudoinverseTimes(_ other: Matrix<Double>) -> Matrix<Double> {
    var projected = vectors.times(other, transposingSelf: true)
    for j in 0..<projected.columns { for i in 0..<rank { projected[i, j] /= values[i] } }
    return vectors * projected
  }

  /// Σ s/(s + λ).
  ///
  /// - Parameter ridge: λ, 0 or larger.
  /// - Returns: from the rank at λ = 0 down to 0.
  public func effectiveDimension(ridge: Double) -> Double {
    values.reduce(0) { $0 + $1 / ($1 + ridge) }
  }

  /// What part of the targets' squares lies in the first eigenvectors.
  ///
  /// True labels lie in few of them, random ones evenly in all. Source: Arora, Du, Hu, Li and Wang
  /// (2019), "Fine-grained analysis of optimization and generalization for overparameterized
  /// two-layer neural networks".
  ///
  /// - Parameter targets: Y, n × k.
  /// - Returns: for each eigenvector in turn the sum of (vᵀY)² up to it, over ‖Y‖²; zeros for Y = 0.
  public func cumulativeAlignment(_ targets: Matrix<Double>) -> [Double] {
    let projected = vectors.times(targets, transposingSelf: true)
    let norm = targets.frobeniusNorm
    var sum = 0.0
    return (0..<rank).map { i in
      for j in 0..<targets.columns where norm > 0 {
        let share = projected[i, j] / norm
        sum += share * share
      }
      return sum
    }
  }

  /// ⟨K, Y Yᵀ⟩ / (‖K‖ ‖Y Yᵀ‖), from 0 to 1.
  ///
  /// Source: Cristianini, Shawe-Taylor, Elisseeff and Kandola (2001), "On kernel-target alignment".
  ///
  /// - Parameter targets: Y, n × k.
  /// - Returns: the alignment; 0 for Y = 0.
  public func targetAlignment(_ targets: Matrix<Double>) -> Double {
    let projected = vectors.times(targets, transposingSelf: true)
    let inner = (0..<rank).reduce(0.0) { sum, i in
      (0..<targets.columns).reduce(sum) { $0 + values[i] * projected[i, $1] * projected[i, $1] }
    }
    let outer = targets.times(targets, transposingSelf: true).frobeniusNorm
    return outer == 0 ? 0 : inner / (euclideanNorm(values) * outer)
  }

  /// The ridge solutions of some λ.
  ///
  /// - Parameters:
  ///   - targets: Y, n × k, finite.
  ///   - ridges: λ, each finite and positive, or 0 where K has full rank.
  /// - Returns: a point for each λ.
  /// - Throws: ``KernelError/rowsDisagree(samples:targets:)``,
  ///   ``KernelError/ridgeOutOfRange(_:)``: also for λ = 0 where K is singular.
  /// - Complexity: O(n r k) for each λ.
  public func ridgePath(
    _ targets: Matrix<Double>, ridges: [Double]
  ) throws(KernelError) -> [KernelRidgePoint] {
    let n = vectors.rows
    if targets.rows != n { throw .rowsDisagree(samples: n, targets: targets.rows) }
    for ridge in ridges where !(ridge >= 0 && ridge.isFinite) || (ridge == 0 && rank < n) {
      throw .ridgeOutOfRange(ridge)
    }
    let projected = vectors.times(targets, transposingSelf: true)
    let squares = vectors.map { $0 * $0 }
    // The part of each sample and target outside the eigenvectors that count.
    let lengths = squares.times([Double](repeating: 1, count: rank))
    let outside = targets - vectors * projected
    return ridges.map { ridge in
      let shrunk = values.map { 1 / ($0 + ridge) }
      var coefficients = projected
      for j in 0..<coefficients.columns {
        for i in 0..<rank { coefficients[i, j] *= shrunk[i] }
      }
      var alpha = vectors * coefficients
      var inverse = squares.times(shrunk)
      if rank < n {
        alpha.add(outside, scaledBy: 1 / ridge)
        for i in 0..<n { inverse[i] += (1 - lengths[i]) / ridge }
      }
      func mean(_ term: (Int, Int) -> Double) -> [Double] {
        (0..<alpha.columns).map { j in
          (0..<n).reduce(0) { $0 + term($1, j) * term($1, j) } / Double(n)
        }
      }
      return KernelRidgePoint(
        ridge: ridge, effectiveDimension: effectiveDimension(ridge: ridge),
        rkhsNorms: (0..<alpha.columns).map { j in
          (0..<rank).reduce(0) { $0 + values[$1] * coefficients[$1, j] * coefficients[$1, j] }
            .squareRoot()
        },
        // Y - Kα = λα.
        trainingErrors: mean { ridge * alpha[$0, $1] },
        leaveOneOutErrors: mean { alpha[$0, $1] / inverse[$0] })
    }
  }
}

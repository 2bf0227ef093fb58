public import Datasets
public import Kernels

/// A finished factor of an exact kernel regression that was made before the fit.
public struct PreparedFactor: Sendable {
  /// The factorisation.
  public var factorization: KernelFactorization<AnyKernel>
  /// Wall-clock seconds of making the Gram matrix.
  public var gramSeconds: Double
  /// Wall-clock seconds of factoring it.
  public var factorSeconds: Double

  /// Takes a factor.
  ///
  /// - Parameters:
  ///   - factorization: complete, begun by ``beginKernelFactorization(_:configuration:)``.
  ///   - gramSeconds: wall-clock seconds of making the Gram matrix; 0 for one kept from before.
  ///   - factorSeconds: wall-clock seconds of factoring it.
  public init(
    _ factorization: KernelFactorization<AnyKernel>, gramSeconds: Double, factorSeconds: Double
  ) {
    precondition(factorization.isComplete, "a finished factorisation")
    self.factorization = factorization
    self.gramSeconds = gramSeconds
    self.factorSeconds = factorSeconds
  }
}

/// Begins the factorisation that ``fitKernel(_:configuration:factor:progress:)`` would make, for one
/// who keeps its panels.
///
/// - Parameters:
///   - samples: at least one; they share their images.
///   - configuration: of an exact solver with its factor in panels.
/// - Returns: a factorisation without panels.
/// - Throws: ``ExperimentError/kernel(_:)``, and ``ExperimentError/kernelMemory(_:limit:)`` before
///   anything large is allocated.
public func beginKernelFactorization(
  _ samples: [CorruptedSample], configuration: KernelConfiguration
) throws(ExperimentError) -> KernelFactorization<AnyKernel> {
  precondition(
    configuration.solver == .exact && configuration.storage == .panels,
    "an exact solver whose factor lies in panels")
  _ = try checkedPlan(samples, configuration: configuration)
  guard let first = samples.first else { throw .kernel(.noSamples) }
  let features = first.train.featureMatrix(.scaled)
  do throws(KernelError) {
    return try KernelFactorization(
      kernel: configuration.kernel.kernel(for: features, seed: configuration.seed),
      samples: features, ridge: configuration.ridge, precision: configuration.precision)
  } catch {
    throw .kernel(error)
  }
}

/// The bytes that a fit plans for, if it may.
func checkedPlan(
  _ samples: [CorruptedSample], configuration: KernelConfiguration
) throws(ExperimentError) -> Int {
  let (plan, planned) = planKernel(samples, configuration: configuration)
  if let limit = configuration.memoryLimit, planned > limit {
    if let plan { throw .kernelMemory(plan, limit: limit) }
    throw .memory(learner: "kernel regression", needed: planned, limit: limit)
  }
  return planned
}

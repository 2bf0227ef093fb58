public import Kernels
private import LinearAlgebra
private import RandomStreams
private import RealModule

/// How fast an exact kernel regression of one size is solved.
public struct KernelSpeed: Sendable, Codable, Equatable {
  /// n.
  public var samples: Int
  /// γ of the Gaussian kernel.
  public var gamma: Double
  /// Wall-clock seconds of making the Gram matrix, in panels.
  public var gramSeconds: Double
  /// n (n + 1) d multiplications and additions of its inner products, in 10⁹ a second.
  public var gramGigaflops: Double
  /// Wall-clock seconds of factoring it.
  public var factorSeconds: Double
  /// n³/3 multiplications and additions, in 10⁹ a second.
  public var factorGigaflops: Double
  /// `factorGigaflops` over the rate of a large product in the same run.
  public var shareOfProduct: Double
  /// Wall-clock seconds of one solve with the factor.
  public var solveSeconds: Double
  /// 2 n² k multiplications and additions, in 10⁹ a second.
  public var solveGigaflops: Double
  /// Wall-clock seconds of one residual in double, kernel values made anew.
  public var residualSeconds: Double
  /// n (n + 1) d + 2 n² k multiplications and additions, in 10⁹ a second.
  public var residualGigaflops: Double
  /// Wall-clock seconds of solve and refinements to the tolerance, with condition and residuals.
  public var fitSeconds: Double
  /// Refinements that were made.
  public var refinements: Int
  /// ‖Y - Kα‖ / ‖Y‖ in double at the end.
  public var relativeResidual: Double
  /// Bytes planned for at the peak.
  public var plannedBytes: Int
}

/// The speed of kernel regression, with the limit of the machine in the same run.
public struct KernelBenchmarkRecord: Sendable, Codable, Equatable {
  /// How it was measured.
  public var configuration: KernelBenchmarkConfiguration
  /// The product that is the limit, by the library that this program takes for it: `sgemm`, `dgemm`.
  public var product: String
  /// Its best rate before the first size, in 10⁹ multiplications and additions a second.
  public var productGigaflopsBefore: Double
  /// Its best rate after the last size.
  public var productGigaflopsAfter: Double
  /// The rate of OpenBLAS's own `sgemm`, where oneDNN's stands in its place.
  @ExplicitNull public var openBLASGigaflops: Double?
  /// One entry a size.
  public var sizes: [KernelSpeed]

  /// The better of the two rates.
  public var productGigaflops: Double { max(productGigaflopsBefore, productGigaflopsAfter) }

  /// Whether every residual is at most the tolerance.
  public var isSound: Bool {
    sizes.allSatisfy { $0.relativeResidual <= configuration.tolerance }
  }
}

/// What a benchmark of kernel regression measures.
public struct KernelBenchmarkConfiguration: Sendable, Codable, Equatable {
  /// Numbers of samples n, each at least 2.
  public var sizes: [Int]
  /// d, at least 1.
  public var dimension: Int
  /// k, the columns of targets, at least 1.
  public var targets: Int
  /// Of the factor.
  public var precision: KernelPrecision
  /// γ of the Gaussian kernel; nil for ``gammaOfClosestPair(samples:dimension:)``.
  @ExplicitNull public var gamma: Double?
  /// ‖Y - Kα‖ / ‖Y‖ that is refined to, and required.
  public var tolerance: Double
  /// Rows and columns of the matrices whose product is the limit.
  public var productSize: Int
  /// The largest number of bytes to plan for; nil for no limit.
  @ExplicitNull public var memoryLimit: Int?
  /// Names every draw.
  public var seed: UInt64

  /// Creates a configuration.
  ///
  /// - Parameters:
  ///   - sizes: numbers of samples.
  ///   - dimension: of the samples.
  ///   - targets: columns of targets.
  ///   - precision: of the factor.
  ///   - gamma: of the kernel; nil to derive it from size and dimension.
  ///   - tolerance: relative residual; by default 1e-8, for a factor in single precision 1e-3.
  ///   - productSize: of the product that is the limit.
  ///   - memoryLimit: the largest number of bytes to plan for.
  ///   - seed: names every draw.
  public init(
    sizes: [Int] = [2000, 5000, 10_000], dimension: Int = 784, targets: Int = 10,
    precision: KernelPrecision = .double, gamma: Double? = nil, tolerance: Double? = nil,
    productSize: Int = 4096, memoryLimit: Int? = nil, seed: UInt64 = 0
  ) {
    self.sizes = sizes
    self.dimension = dimension
    self.targets = targets
    self.precision = precision
    self.gamma = gamma
    self.tolerance = tolerance ?? (precision == .single ? 1e-3 : 1e-8)
    self.productSize = productSize
    self.memoryLimit = memoryLimit
    self.seed = seed
  }

  /// The γ at which the closest two of n standard normal points have k(x, z) of about 1/2.
  ///
  /// Differences have the density (4π)^(-d/2) at 0, so about n²/2 · (r/2)^d / Γ(d/2 + 1) pairs are
  /// nearer than r. At one pair r² = 4 (2 Γ(d/2 + 1) / n²)^(2/d), and γ = log 2 / r². The Gram
  /// matrix is then well conditioned at every size, as `Float` wants it.
  ///
  /// - Parameters:
  ///   - n: at least 2.
  ///   - d: at least 1.
  /// - Returns: γ > 0.
  public static func gammaOfClosestPair(samples n: Int, dimension d: Int) -> Double {
    let half = Double(d) / 2
    let logarithm = (Double.log(2) + Double.logGamma(half + 1) - 2 * Double.log(Double(n))) / half
    return Double.log(2) / (4 * Double.exp(logarithm))
  }
}

/// Times the parts of exact kernel regression on standard normal points.
///
/// - Parameters:
///   - configuration: what to measure.
///   - progress: receives how far the measurement has come.
/// - Returns: seconds and rates, and the rate of a square product before and after.
/// - Throws: ``ExperimentError/kernelMemory(_:limit:)`` before anything is measured,
///   ``ExperimentError/kernel(_:)``.
public func measureKernelSpeed(
  _ configuration: KernelBenchmarkConfiguration, progress: ProgressHandler = { _ in }
) throws(ExperimentError) -> KernelBenchmarkRecord {
  let plans = configuration.sizes.map {
    KernelMemoryPlan(
      samples: $0, dimension: configuration.dimension, targets: configuration.targets,
      precision: configuration.precision)
  }
  if let limit = configuration.memoryLimit,
    let large = plans.first(where: { $0.totalBytes > limit })
  {
    throw .kernelMemory(large, limit: limit)
  }
  func rate() -> Double {
    progress(ExperimentProgress(fraction: 0, activity: "timing a product"))
    return configuration.precision == .double
      ? productRate(configuration.productSize, of: Double.self)
      : productRate(configuration.productSize, of: Float.self)
  }
  var record = KernelBenchmarkRecord(
    configuration: configuration, product: configuration.precision == .double ? "dgemm" : "sgemm",
    productGigaflopsBefore: rate(), productGigaflopsAfter: 0,
    openBLASGigaflops: configuration.precision == .double
      ? nil
      : productRate(configuration.productSize, of: Float.self) {
        $0.formOpenBLASProduct(of: $1, $1)
      },
    sizes: [])
  for (n, plan) in zip(configuration.sizes, plans) {
    do throws(KernelError) {
      record.sizes.append(
        try measure(n, configuration, plannedBytes: plan.totalBytes, progress: progress))
    } catch {
      throw .kernel(error)
    }
  }
  record.productGigaflopsAfter = rate()
  for index in record.sizes.indices {
    record.sizes[index].shareOfProduct =
      record.sizes[index].factorGigaflops / record.productGigaflops
  }
  return record
}

private func measure(
  _ n: Int, _ configuration: KernelBenchmarkConfiguration, plannedBytes: Int,
  progress: ProgressHandler
) throws(KernelError) -> KernelSpeed {
  var stream = RandomStream(seed: configuration.seed, purpose: "kernel benchmark", indices: n)
  let x = Matrix<Double>(rows: n, columns: configuration.dimension) { _, _ in stream.normal() }
  let y = Matrix<Double>(rows: n, columns: configuration.targets) { _, _ in stream.normal() }
  let gamma =
    configuration.gamma
    ?? KernelBenchmarkConfiguration.gammaOfClosestPair(
      samples: n, dimension: configuration.dimension)
  var factorization = try KernelFactorization(
    kernel: GaussianKernel(gamma: gamma), samples: x, precision: configuration.precision)
  let (gram, factor) = try factorization.finish {
    progress(ExperimentProgress(fraction: $0, activity: "factoring, n = \(n)"))
  }
  progress(ExperimentProgress(fraction: 1, activity: "solving, n = \(n)"))
  var watch = Stopwatch()
  let alpha = factorization.solve(y)
  let solve = watch.seconds
  watch = Stopwatch()
  _ = factorization.residual(of: alpha, y)
  let residual = watch.seconds
  watch = Stopwatch()
  let fit = try KernelRegression(factorization, precision: configuration.precision)
    .fit(y, tolerance: configuration.tolerance)
  let (size, d, k) = (Double(n), Double(configuration.dimension), Double(configuration.targets))
  let (inner, products) = (size * (size + 1) * d, 2 * size * size * k)
  return KernelSpeed(
    samples: n, gamma: gamma, gramSeconds: gram, gramGigaflops: 1e-9 * inner / gram,
    factorSeconds: factor, factorGigaflops: 1e-9 * size * size * size / 3 / factor,
    shareOfProduct: 0, solveSeconds: solve, solveGigaflops: 1e-9 * products / solve,
    residualSeconds: residual, residualGigaflops: 1e-9 * (inner + products) / residual,
    fitSeconds: watch.seconds, refinements: fit.refinements,
    relativeResidual: fit.relativeResidual, plannedBytes: plannedBytes)
}

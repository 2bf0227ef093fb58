public import Kernels

/// How the equations of kernel regression are solved.
public enum KernelSolver: String, Sendable, Codable, CaseIterable {
  /// By factoring the Gram matrix.
  case exact
  /// By preconditioned conjugate gradients.
  case iterative
  /// By preconditioned stochastic gradient descent; without a ridge.
  case eigenPro = "eigenpro"
  /// By the eigenvalues of the Gram matrix, for images that coincide; without a ridge.
  case pseudoinverse

  /// Whether the Gram matrix is factored.
  public var factors: Bool { self == .exact }
  /// Whether it ends by a tolerance or by held-out images.
  public var iterates: Bool { self == .iterative || self == .eigenPro }
}

/// How kernel regression is set up.
public struct KernelConfiguration: Sendable, Codable, Equatable {
  /// The kernel on pixels / 255, its scale perhaps left to the median heuristic.
  public var kernel: KernelChoice
  /// The ridge λ ≥ 0.
  public var ridge: Double
  /// How the equations are solved.
  public var solver: KernelSolver
  /// In which precision an exact solver factors.
  public var precision: KernelPrecision
  /// How an exact solver stores the Gram matrix.
  public var storage: GramStorage
  /// ‖Y - (K + λI)α‖ / ‖Y‖ to refine or to iterate to.
  public var tolerance: Double
  /// What an iterative solver does; EigenPro takes the rank for the size of its subsample and the
  /// iterations for epochs.
  public var iteration: IterativeKernelConfiguration
  /// Training images at the end that an iterative solver holds out, to stop by their squared error.
  public var validationSamples: Int
  /// Whether an exact solver measures the leave-one-out error, for as much work as a factorisation.
  public var leavesOneOut: Bool
  /// How a scale left open is found.
  public var scaleSelection: ScaleSelection
  /// The most images that a leave-one-out selection uses.
  public var selectionSamples: Int
  /// The largest number of bytes that the fit may plan for; nil for no limit.
  @ExplicitNull public var memoryLimit: Int?
  /// Names the draw of the median heuristic.
  public var seed: UInt64

  /// Creates a configuration.
  ///
  /// - Parameters:
  ///   - kernel: the kernel; Gaussian by default, its γ by the median heuristic.
  ///   - ridge: λ ≥ 0.
  ///   - solver: how the equations are solved.
  ///   - precision: of an exact solver's factor.
  ///   - storage: of an exact solver's Gram matrix.
  ///   - tolerance: the relative residual to refine or to iterate to; by default 1e-10 and 1e-3.
  ///   - iteration: what an iterative solver does; its tolerance and seed are those given here.
  ///   - validationSamples: training images that an iterative solver holds out.
  ///   - leavesOneOut: whether an exact solver measures the leave-one-out error.
  ///   - scaleSelection: how a scale left open is found.
  ///   - selectionSamples: the most images that a leave-one-out selection uses, at least 1.
  ///   - memoryLimit: the largest number of bytes to plan for, or nil.
  ///   - seed: names the draw of the median heuristic.
  public init(
    kernel: KernelChoice = .gaussian(gamma: nil), ridge: Double = 0,
    solver: KernelSolver = .exact, precision: KernelPrecision = .double,
    storage: GramStorage = .panels, tolerance: Double? = nil,
    iteration: IterativeKernelConfiguration = IterativeKernelConfiguration(),
    validationSamples: Int = 0, leavesOneOut: Bool = false,
    scaleSelection: ScaleSelection = .median, selectionSamples: Int = 2000, memoryLimit: Int? = nil,
    seed: UInt64 = 0
  ) {
    self.kernel = kernel
    self.ridge = ridge
    self.solver = solver
    self.precision = precision
    self.storage = storage
    self.tolerance = tolerance ?? (solver.iterates ? 1e-3 : 1e-10)
    self.iteration = iteration
    self.iteration.tolerance = self.tolerance
    self.iteration.seed = seed
    self.validationSamples = validationSamples
    self.leavesOneOut = leavesOneOut
    self.scaleSelection = scaleSelection
    self.selectionSamples = selectionSamples
    self.memoryLimit = memoryLimit
    self.seed = seed
  }

  /// What EigenPro does.
  var eigenPro: EigenProConfiguration {
    EigenProConfiguration(
      subsampleSize: max(1, iteration.preconditionerRank), tolerance: tolerance,
      maximalEpochs: iteration.maximalIterations, seed: seed)
  }
}

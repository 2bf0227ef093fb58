public import Datasets
public import Kernels
import LinearAlgebra

/// A kernel regression, measured.
public struct KernelRecord: Sendable, Codable, Equatable {
  /// The sample.
  public var sample: SampleRecord
  /// The kernel with its parameters.
  public var kernel: String
  /// How its scale was found, where several were tried.
  @ExplicitNull public var scaleSelection: ScaleSelectionRecord?
  /// The ridge λ.
  public var ridge: Double
  /// How images became vectors.
  public var input: String
  /// How the equations were solved.
  public var solver: KernelSolver
  /// In which precision the Gram matrix was factored; nil for an iterative solver.
  @ExplicitNull public var precision: KernelPrecision?
  /// How the Gram matrix was stored; nil for an iterative solver.
  @ExplicitNull public var storage: GramStorage?
  /// The number of dual coefficients, n C.
  public var weights: Int
  /// √tr(αᵀKα).
  public var rkhsNorm: Double
  /// √(αᵀKα) of each class.
  public var rkhsNorms: [Double]
  /// The largest absolute entry of Y - (K + λI)α.
  public var maxAbsoluteResidual: Double
  /// ‖Y - (K + λI)α‖ / ‖Y‖ in `Double`, with kernel values made anew, as ``residualRows`` rows show
  /// it.
  public var relativeResidual: Double
  /// The rows of the residual that were measured so; with 0 it is that of the iteration.
  public var residualRows: Int
  /// The same after the solve and after each refinement; for an iterative solver, as its recurrence
  /// has it, after each iteration.
  public var relativeResiduals: [Double]
  /// LAPACK's test ratio, at most 30 for a sound solve; nil for an iterative solver.
  @ExplicitNull public var testRatio: Double?
  /// The estimated condition number of K + λI; nil for an iterative solver.
  @ExplicitNull public var conditionEstimate: Double?
  /// Iterations of the solver; for the exact one the steps of its refinement, each a product and a
  /// solve.
  public var iterations: Int
  /// Why an iterative solver ended.
  @ExplicitNull public var stop: IterativeStop?
  /// The rank of an iterative solver's preconditioner, or of the Gram matrix for a pseudo-inverse.
  @ExplicitNull public var preconditionerRank: Int?
  /// The share of wrong answers on held-out training images, where an iterative solver stops by it.
  @ExplicitNull public var validationError: Double?
  /// The mean squared distance to their targets of these.
  @ExplicitNull public var validationLoss: Double?
  /// The share of training images that the others' fit answers wrong, where it was measured.
  @ExplicitNull public var leaveOneOutError: Double?
  /// The share of wrong answers on the training images.
  public var trainError: Double
  /// The share of wrong answers on the test images, against their true labels.
  public var testError: Double
  /// The same against test labels corrupted like the training labels.
  public var corruptedTestError: Double
  /// The smallest margin of the outputs on the training sample; 1 where one-hot targets are met
  /// exactly.
  @ExplicitNull public var smallestMargin: Double?
  /// The bytes planned for, beside the data.
  public var plannedBytes: Int
  /// Wall-clock seconds of making the Gram matrix; nil where it is not made apart.
  @ExplicitNull public var gramSeconds: Double?
  /// Wall-clock seconds of factoring it.
  @ExplicitNull public var factorSeconds: Double?
  /// The rate of a large product in the factor's precision, in 10⁹ operations a second, measured
  /// after the fit as the limit that the factor is held against; nil where the factor takes less
  /// time than to measure it.
  @ExplicitNull public var productGigaflops: Double?
  /// Wall-clock seconds of Gram matrix, factorisation, solve and refinement.
  public var fitSeconds: Double
  /// Wall-clock seconds of all predictions.
  public var predictSeconds: Double
  /// Wall-clock seconds of both.
  public var seconds: Double

  /// The shares of wrong answers together.
  var score: ClassificationScore {
    ClassificationScore(
      trainError: trainError, testError: testError, corruptedTestError: corruptedTestError)
  }

  /// Whether the equations are met as well as they were to be.
  ///
  /// - Parameter configuration: what was asked for.
  /// - Returns: for an exact solver whether LAPACK's ratio is at most 30 or the residual within the
  ///   tolerance; for an iterative one whether it ended by its tolerance or its validation sample.
  public func isSound(_ configuration: KernelConfiguration) -> Bool {
    if let stop { return stop == .tolerance || stop == .validation }
    return (testRatio ?? 0) <= 30 || relativeResidual <= configuration.tolerance
  }
}

/// The bytes that a kernel regression plans for, the data of the sets besides.
///
/// - Parameters:
///   - samples: those to be fitted together.
///   - configuration: how.
/// - Returns: the plan of an exact solver, nil for an iterative one, and the bytes of either.
public func planKernel(
  _ samples: [CorruptedSample], configuration: KernelConfiguration
) -> (plan: KernelMemoryPlan?, bytes: Int) {
  guard let first = samples.first else { return (nil, 0) }
  let (n, d) = (first.train.count, first.train.dimension)
  let targets = samples.count * first.train.classCount
  switch configuration.solver {
  case .exact: break
  case .iterative:
    return (
      nil,
      configuration.iteration.plannedBytes(
        samples: n, dimension: d, targets: targets, validation: configuration.validationSamples)
        + (configuration.validationSamples > 0 ? 8 * n * d : 0)
    )
  case .eigenPro:
    return (nil, configuration.eigenPro.plannedBytes(samples: n, dimension: d, targets: targets))
  case .pseudoinverse: return (nil, 8 * n * (5 * n + d + 5 * targets))
  }
  let plan = KernelMemoryPlan(
    samples: n, dimension: d, targets: targets, inputs: first.test.count,
    precision: configuration.precision, storage: configuration.storage)
  return (plan, plan.totalBytes)
}

/// Fits kernel regression to the labels of samples that share their images.
///
/// Inputs are pixels / 255, targets one-hot. All samples share one factorisation: every level of
/// label corruption is a few more right-hand sides.
///
/// - Parameters:
///   - samples: at least one; they may differ in their labels alone. Where an iterative solver holds
///     out images, their targets say when to stop.
///   - configuration: kernel, ridge and solver.
///   - factor: an exact solver's factor of these images that is there already; nil to make it.
///   - progress: receives how far the fit has come.
/// - Returns: one record a sample. The evidence is that of all right-hand sides together.
/// - Throws: ``ExperimentError/kernel(_:)``, ``ExperimentError/kernelMemory(_:limit:)`` and
///   ``ExperimentError/memory(learner:needed:limit:)`` before anything large is allocated,
///   ``ExperimentError/tooFewImages(needed:found:test:)`` where none are left to fit.
public func fitKernel(
  _ samples: [CorruptedSample], configuration: KernelConfiguration,
  factor: PreparedFactor? = nil, progress: ProgressHandler = { _ in }
) throws(ExperimentError) -> [KernelRecord] {
  guard let first = samples.first else { return [] }
  let planned = try checkedPlan(samples, configuration: configuration)
  let features = factor?.factorization.samples ?? first.train.featureMatrix(.scaled)
  let targets = stackedTargets(samples)
  let (kernel, selection): (AnyKernel, ScaleSelectionRecord?) =
    if let factor {
      (factor.factorization.kernel, nil)
    } else {
      try configuration.chosenKernel(for: features, targets: targets)
    }
  let problem = KernelProblem(
    kernel: kernel, features: features, targets: targets, classCount: first.train.classCount,
    configuration: configuration, factor: factor)
  let fitting = Stopwatch()
  let solved: SolvedKernel
  do throws(KernelError) {
    solved = try problem.solved(progress: progress)
  } catch {
    throw .kernel(error)
  }
  let fitSeconds =
    fitting.seconds + (factor.map { $0.gramSeconds + $0.factorSeconds } ?? 0)
  // Five products of this size are a seventh of the least such factor.
  let productGigaflops =
    solved.factorSeconds == nil || features.rows < 25_000
    ? nil
    : configuration.precision == .double
      ? productRate(4096, of: Double.self) : productRate(4096, of: Float.self)
  let predicting = Stopwatch()
  let testValues = solved.function.values(at: first.test.featureMatrix(.scaled))
  let predictSeconds = predicting.seconds
  return samples.enumerated().map { index, sample in
    let columns = index * sample.train.classCount..<(index + 1) * sample.train.classCount
    let values = solved.fittedValues.columns(columns)
    let score = ClassificationScore(
      train: values.largestColumnOfRows(),
      test: testValues.columns(columns).largestColumnOfRows(), sample: sample)
    let norms = Array(solved.rkhsNorms[columns])
    return KernelRecord(
      sample: SampleRecord(sample), kernel: kernel.description, scaleSelection: selection,
      ridge: configuration.ridge,
      input: Preprocessing.scaled.summary, solver: configuration.solver,
      precision: configuration.solver.factors ? configuration.precision : nil,
      storage: configuration.solver.factors ? configuration.storage : nil,
      weights: solved.function.samples.rows * sample.train.classCount,
      rkhsNorm: euclideanNorm(norms), rkhsNorms: norms,
      maxAbsoluteResidual: solved.maxAbsoluteResidual, relativeResidual: solved.relativeResidual,
      residualRows: solved.residualRows ?? features.rows,
      relativeResiduals: solved.relativeResiduals, testRatio: solved.evidence?.testRatio,
      conditionEstimate: solved.evidence?.conditionEstimate, iterations: solved.iterations,
      stop: solved.stop, preconditionerRank: solved.preconditionerRank,
      validationError: solved.validationError, validationLoss: solved.validationLoss,
      leaveOneOutError: solved.leftOutValues.map { left in
        1 - accuracy(left.columns(columns).largestColumnOfRows(), sample.train.labels)
      },
      trainError: score.trainError, testError: score.testError,
      corruptedTestError: score.corruptedTestError,
      smallestMargin: values.smallestMargin(of: sample.train.labels), plannedBytes: planned,
      gramSeconds: solved.gramSeconds, factorSeconds: solved.factorSeconds,
      productGigaflops: productGigaflops,
      fitSeconds: fitSeconds, predictSeconds: predictSeconds,
      seconds: fitSeconds + predictSeconds)
  }
}

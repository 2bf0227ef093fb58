import Kernels
import LinearAlgebra
import RealModule

/// A kernel regression that was solved, exactly or by iteration.
struct SolvedKernel {
  var function: KernelExpansion<AnyKernel>
  /// The function's values at the training images.
  var fittedValues: Matrix<Double>
  var rkhsNorms: [Double]
  var maxAbsoluteResidual: Double
  var relativeResidual: Double
  var relativeResiduals: [Double]
  var evidence: SolveEvidence?
  var iterations = 0
  var stop: IterativeStop?
  var preconditionerRank: Int?
  /// The rows of the residual that were measured in `Double`; nil for all.
  var residualRows: Int?
  var validationError: Double?
  var validationLoss: Double?
  /// What the others' fit says of each training image.
  var leftOutValues: Matrix<Double>?
  var gramSeconds: Double?
  var factorSeconds: Double?
}

extension SolvedKernel {
  init(_ fit: KernelFit<AnyKernel>) {
    self.init(
      function: KernelExpansion(
        kernel: fit.kernel, samples: fit.samples, dualCoefficients: fit.dualCoefficients),
      fittedValues: fit.fittedValues, rkhsNorms: fit.rkhsNorms,
      maxAbsoluteResidual: fit.evidence.maxAbsoluteResidual,
      relativeResidual: fit.relativeResidual, relativeResiduals: fit.relativeResiduals,
      evidence: fit.evidence, iterations: fit.refinements)
  }
}

/// Kernel, images and targets of a regression, and how to solve it.
struct KernelProblem {
  let kernel: AnyKernel
  /// X, n × d.
  let features: Matrix<Double>
  /// Y, n × k.
  let targets: Matrix<Double>
  /// The targets of an image of one sample; those of several stand side by side.
  let classCount: Int
  let configuration: KernelConfiguration
  /// A factor that is there already.
  var factor: PreparedFactor?

  func solved(progress: ProgressHandler) throws(KernelError) -> SolvedKernel {
    switch configuration.solver {
    case .exact: try exact(progress: progress)
    case .iterative, .eigenPro: try iterative(progress: progress)
    case .pseudoinverse: try pseudoinverse()
    }
  }

  private func pseudoinverse() throws(KernelError) -> SolvedKernel {
    let found = try pseudoinverseKernelFit(kernel, samples: features, targets: targets)
    var solved = SolvedKernel(found.fit)
    solved.preconditionerRank = found.rank
    return solved
  }

  private func exact(progress: ProgressHandler) throws(KernelError) -> SolvedKernel {
    var (gramSeconds, factorSeconds): (Double?, Double?) = (nil, nil)
    let regression: KernelRegression<AnyKernel>
    if let prepared = self.factor {
      (gramSeconds, factorSeconds) = (prepared.gramSeconds, prepared.factorSeconds)
      regression = KernelRegression(
        prepared.factorization, precision: configuration.precision)
    } else if configuration.storage == .panels {
      var factorization = try KernelFactorization(
        kernel: kernel, samples: features, ridge: configuration.ridge,
        precision: configuration.precision)
      (gramSeconds, factorSeconds) = try factorization.finish {
        progress(ExperimentProgress(fraction: $0, activity: "factoring the Gram matrix"))
      }
      regression = KernelRegression(factorization, precision: configuration.precision)
    } else {
      regression = try KernelRegression(
        kernel: kernel, samples: features, ridge: configuration.ridge,
        precision: configuration.precision, storage: configuration.storage)
    }
    progress(ExperimentProgress(fraction: 1, activity: "solving and measuring the residual"))
    let fit = try regression.fit(targets, tolerance: configuration.tolerance) { residual in
      progress(
        ExperimentProgress(
          fraction: 1, activity: "refining, relative residual \(brief(residual))"))
    }
    var solved = SolvedKernel(fit)
    (solved.gramSeconds, solved.factorSeconds) = (gramSeconds, factorSeconds)
    if configuration.leavesOneOut {
      solved.leftOutValues =
        targets
        - regression.leaveOneOutResiduals(of: fit) { share in
          progress(ExperimentProgress(fraction: share, activity: "leaving each image out"))
        }
    }
    return solved
  }

  private func iterative(progress: ProgressHandler) throws(KernelError) -> SolvedKernel {
    let n = features.rows
    let held = min(configuration.validationSamples, n - 1)
    let own = 0..<n - held
    let samples = held == 0 ? features : features.rows(own)
    var validation =
      held == 0
      ? nil
      : KernelValidation(
        inputs: features.rows(own.upperBound..<n), targets: targets.rows(own.upperBound..<n),
        classes: 0..<classCount, keepsKernelValues: configuration.iteration.keepsGramMatrix)
    func report(_ iteration: KernelIteration) {
      // The residual falls by about equal factors.
      let share =
        Double.log(iteration.relativeResidual) / Double.log(max(configuration.tolerance, 1e-300))
      progress(
        ExperimentProgress(
          fraction: min(max(share, 0), 1),
          activity:
            "iteration \(iteration.iteration), residual \(brief(iteration.relativeResidual))"))
    }
    let fittedTargets = held == 0 ? targets : targets.rows(own)
    let fit: IterativeKernelFit<AnyKernel>
    if configuration.solver == .eigenPro {
      validation?.interval = 1
      fit = try EigenProIteration(
        kernel: kernel, samples: samples, configuration: configuration.eigenPro
      ).fit(fittedTargets, validation: validation, progress: report)
    } else {
      fit = try iterativeKernelFit(
        kernel, samples: samples, targets: fittedTargets, ridge: configuration.ridge,
        configuration: configuration.iteration, validation: validation, progress: report)
    }
    var fitted = fit.fittedValues
    if let inputs = validation?.inputs {
      fitted = fitted.stacked(on: fit.function.values(at: inputs))
    }
    let measured = fit.history.last { $0.validationLoss != nil }
    let least = fit.history.compactMap(\.validationLoss).min()
    let returned =
      fit.stop == .validation ? fit.history.first { $0.validationLoss == least } : measured
    return SolvedKernel(
      function: fit.function, fittedValues: fitted, rkhsNorms: fit.rkhsNorms,
      maxAbsoluteResidual: fit.maxAbsoluteResidual, relativeResidual: fit.relativeResidual,
      relativeResiduals: fit.history.map(\.relativeResidual), iterations: fit.iterations,
      stop: fit.stop, preconditionerRank: fit.preconditionerRank,
      residualRows: fit.residualRows, validationError: returned?.validationError,
      validationLoss: returned?.validationLoss)
  }
}

extension Matrix<Double> {
  /// This matrix with the rows of another below.
  fileprivate func stacked(on other: Matrix) -> Matrix {
    Matrix(
      rows: rows + other.rows, columns: columns,
      columnMajor: (0..<columns).flatMap { column($0) + other.column($0) })
  }
}

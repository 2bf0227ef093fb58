public import Datasets
public import Kernels
public import LinearAlgebra
public import LinearModels
public import Networks
public import ReLUInterpolation

/// Why an experiment could not be finished.
public enum ExperimentError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The interpolating network could not be built.
  case interpolation(InterpolationError)
  /// A linear system could not be solved.
  case linearAlgebra(learner: String, LinearAlgebraError)
  /// A linear model could not be fitted.
  case linearModel(learner: String, LinearModelError)
  /// A linear model could not be descended to.
  case descent(learner: String, DescentError)
  /// The hard margin of a sample was not found.
  case maximumMargin(MaximumMarginError)
  /// A solver needs at most as many samples as features, or at least as many.
  case shape(solver: MinimumNormSolver, samples: Int, features: Int)
  /// Fewer images than a study takes.
  case tooFewImages(needed: Int, found: Int, test: Bool)
  /// The images of a sample depend linearly on each other, so that not all labels can be fitted.
  case dependentSamples(rank: Int, samples: Int, dimension: Int)
  /// A kernel regression was not solved.
  case kernel(KernelError)
  /// An exact kernel regression would need more memory than it may use.
  case kernelMemory(KernelMemoryPlan, limit: Int)
  /// A learner would need more memory than it may use.
  case memory(learner: String, needed: Int, limit: Int)
  /// Layers do not make a network.
  case architecture(ArchitectureError)
  /// A network is made for images of another shape.
  case inputShape(network: String, expected: TensorShape, found: TensorShape)
  /// A network is made for another number of classes.
  case classCount(network: String, expected: Int, found: Int)
  /// The engine cannot carry out a network.
  case engine(EngineError)
  /// A network cannot be linearised.
  case linearisation(LinearisationError)
  /// Images cannot be altered as asked for.
  case input(InputPipelineError)
  /// A random crop is asked for where there is nothing to crop from.
  case randomCrop(corruption: Corruption)
  /// A training cannot be taken up.
  case snapshot(SnapshotError)

  /// What happened and what to try.
  public var description: String {
    switch self {
    case .interpolation(let error): "interpolant: \(error)"
    case .linearAlgebra(let learner, let error): "\(learner): \(error)"
    case .linearModel(let learner, let error): "\(learner): \(error)"
    case .descent(let learner, let error): "\(learner): \(error)"
    case .maximumMargin(let error): "hard margin: \(error)"
    case .shape(let solver, let samples, let features):
      "solver \(solver.rawValue): \(samples) samples have \(features) features, "
        + "\(solver == .gram ? "at most" : "at least") as many samples as features expected: "
        + "take another solver"
    case .tooFewImages(let needed, let found, let test):
      "\(needed) \(test ? "test" : "training") images needed, \(found) found: take more"
    case .dependentSamples(let rank, let samples, let dimension):
      "the \(samples) images of \(dimension) pixels have rank \(rank), so not all labels can be "
        + "fitted: take fewer images"
    case .kernel(let error): "kernel regression: \(error)"
    case .kernelMemory(let plan, let limit):
      "kernel regression: \(gibibytes(plan.totalBytes)) GiB of memory needed, "
        + "\(gibibytes(plan.items.first?.bytes ?? 0)) GiB of it for the Gram matrix; "
        + "\(gibibytes(limit)) GiB may be used: "
        + (plan.alternatives(below: limit).first.map {
          "precision \($0.precision.rawValue) with storage \($0.storage.rawValue) needs "
            + "\(gibibytes($0.bytes)) GiB; or take"
        } ?? "take") + " the iterative solver or fewer samples"
    case .memory(let learner, let needed, let limit):
      "\(learner): \(gibibytes(needed)) GiB of memory needed, \(gibibytes(limit)) GiB may be used: "
        + "take fewer samples"
    case .architecture(let error): "\(error)"
    case .inputShape(let network, let expected, let found):
      "network \(network): made for inputs of \(expected), the images are \(found): change the "
        + "input's shape or the crop"
    case .classCount(let network, let expected, let found):
      "network \(network): gives \(expected) logits, the sample has \(found) classes: change the "
        + "last layer"
    case .engine(let error): "\(error)"
    case .linearisation(let error): "\(error)"
    case .input(let error): "\(error)"
    case .randomCrop(let corruption):
      corruption.changesPixels
        ? "random crop: images of \(corruption) are cut before their pixels are changed: "
          + "leave the random crop out, or corrupt labels instead"
        : "random crop: the images were not cut, or noise was added to them after the cut: take a "
          + "smaller crop, or leave the noise or the random crop out"
    case .snapshot(let error): "\(error)"
    }
  }
}

private func gibibytes(_ bytes: Int) -> Double {
  (Double(bytes) / Double(1 << 30) * 10).rounded() / 10
}

/// Runs a fit of a linear model and names the learner in its error.
func fitting<R>(
  _ learner: String, _ body: () throws(LinearModelError) -> R
) throws(ExperimentError) -> R {
  do {
    return try body()
  } catch {
    throw .linearModel(learner: learner, error)
  }
}

/// Runs a descent and names the learner in its error.
func descending<R>(
  _ learner: String, _ body: () throws(DescentError) -> R
) throws(ExperimentError) -> R {
  do {
    return try body()
  } catch {
    throw .descent(learner: learner, error)
  }
}

/// Runs a solve and names the learner in its error.
func solving<R>(
  for learner: String, _ body: () throws(LinearAlgebraError) -> R
) throws(ExperimentError) -> R {
  do {
    return try body()
  } catch {
    throw .linearAlgebra(learner: learner, error)
  }
}

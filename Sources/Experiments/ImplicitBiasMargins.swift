import LinearAlgebra
public import LinearModels
import RealModule

/// Descent on losses of labels, beside the direction of the maximum margin.
public struct ImplicitBiasMargins: Sendable, Codable, Equatable {
  /// A point of a path.
  public struct Point: Sendable, Codable, Equatable {
    /// Steps t.
    public var step: Int
    /// ‖w / ‖w‖ - v / ‖v‖‖ with v the hard-margin solution.
    public var directionGap: Double
    /// The least y ⟨x, w⟩ / ‖w‖ on the training images.
    public var leastMargin: Double
    /// ‖w‖.
    public var norm: Double
    /// The loss, summed over samples.
    public var trainingLoss: Double
    /// The share of wrong answers on the training images.
    public var trainingError: Double
    /// The same on the test images.
    public var testError: Double
  }

  /// A path.
  public struct Path: Sendable, Codable, Equatable {
    /// The loss.
    public var loss: DescentLoss
    /// η.
    public var stepSize: Double
    /// What was measured, from the first step on.
    public var points: [Point]
    /// Wall-clock seconds, with the measurements.
    public var seconds: Double

    /// c of c / log t through the last point.
    public var constant: Double? {
      points.last.map { $0.directionGap * Double.log(Double($0.step)) }
    }
  }

  /// The maximum margin.
  public var margin: Double
  /// (P - D) / P of the hard-margin solution.
  public var dualityGap: Double
  /// What rounding can make of it.
  public var dualityTolerance: Double
  /// The samples on the margin.
  public var supportVectors: Int
  /// The share of wrong answers of the hard-margin solution on the test images.
  public var testError: Double
  /// ‖w* / ‖w*‖ - v / ‖v‖‖ with w* the minimum-norm solution of X w = y.
  public var minimumNormGap: Double
  /// The least margin of the minimum-norm solution.
  public var minimumNormMargin: Double
  /// The paths.
  public var paths: [Path]
}

/// Follows gradient descent from zero on the logistic and the exponential loss of the parity.
func followMargins(
  _ sample: ImplicitBiasSample, _ configuration: ImplicitBiasConfiguration,
  progress: ProgressHandler
) throws(ExperimentError) -> ImplicitBiasMargins {
  progress(ExperimentProgress(fraction: 0, activity: "maximum margin"))
  let hard: MaximumMargin
  do throws(MaximumMarginError) {
    hard = try maximumMargin(sample.features, labels: sample.parity.elements)
  } catch {
    throw .maximumMargin(error)
  }
  let direction = Matrix(rows: hard.weights.count, columns: 1, columnMajor: hard.weights)
  let test = DescentTestSample(features: sample.testFeatures, targets: sample.testParity)
  var paths: [ImplicitBiasMargins.Path] = []
  // Steps safe for the curvature that each loss has at zero.
  for (loss, safe) in [(DescentLoss.logistic, 4.0), (.exponential, 0.5)] {
    progress(
      ExperimentProgress(fraction: 0.4 + 0.3 * Double(paths.count), activity: "\(loss.rawValue)"))
    let stepSize = safe / sample.largestEigenvalue
    let watch = Stopwatch()
    do throws(DescentError) {
      let path = try descentPath(
        sample.features, targets: sample.parity, test: test, direction: direction,
        configuration: DescentConfiguration(loss: loss, stepSize: stepSize),
        steps: configuration.marginSteps, eigendirections: 0)
      paths.append(
        ImplicitBiasMargins.Path(
          loss: loss, stepSize: stepSize, points: path.measurements.compactMap(point),
          seconds: watch.seconds))
    } catch {
      throw .descent(learner: "\(loss.rawValue) loss", error)
    }
  }
  let minimum = try minimumNorm(sample.features, sample.parity)
  let unit = minimum.map { $0 / minimum.frobeniusNorm }
  return ImplicitBiasMargins(
    margin: hard.margin, dualityGap: hard.relativeGap, dualityTolerance: hard.tolerance,
    supportVectors: hard.dual.count { $0 > 0 },
    testError: answerError(
      outputs: sample.testFeatures * direction, targets: sample.testParity),
    minimumNormGap: (unit - direction.map { $0 / direction.frobeniusNorm }).frobeniusNorm,
    minimumNormMargin: zip((sample.features * unit).elements, sample.parity.elements)
      .map { $0 * $1 }.min() ?? 0, paths: paths)
}

private func point(_ measured: DescentMeasurement) -> ImplicitBiasMargins.Point? {
  guard let gap = measured.directionGap, let margin = measured.leastMargin else { return nil }
  return ImplicitBiasMargins.Point(
    step: measured.step, directionGap: gap, leastMargin: margin, norm: measured.norm,
    trainingLoss: measured.trainingLoss, trainingError: measured.trainingError,
    testError: measured.testError ?? 0)
}

public import Capacity
public import Datasets
private import LinearAlgebra
private import Networks

/// A lower bound of the Rademacher complexity of a network's signs, by training on random signs.
///
/// The supremum over the class is at least what SGD reaches: the mean of σ_i sign f(x_i), which is 1
/// where all signs are fitted.
///
/// Source: Zhang et al. (2017), section 2.2.
public struct RandomLabelComplexity: Sendable, Codable, Equatable {
  /// The mean over the draws.
  public var value: Double
  /// Where the mean over all draws lies, by Hoeffding's inequality for numbers from -1 to 1.
  public var interval: ConfidenceInterval
  /// What each draw of signs reached.
  public var draws: [Double]
  /// The number of draws whose signs were all fitted.
  public var fitted: Int { draws.count { $0 == 1 } }
}

/// Trains a network on random signs, again and again.
///
/// - Parameters:
///   - draws: of the signs, at least 1.
///   - images: the n images; their labels are not used.
///   - plan: how to train, given an architecture of two outputs; each draw has a start of its own.
///   - confidence: of the interval.
///   - seed: names the signs.
///   - progress: receives the draw that is trained.
/// - Returns: the lower bound.
/// - Throws: ``ExperimentError`` where network and images do not fit together.
public func randomLabelComplexity(
  draws: Int, of images: LabeledDataset, plan: TrainingPlan, confidence: Double = 0.95,
  seed: UInt64, progress: ProgressHandler = { _ in }
) throws(ExperimentError) -> RandomLabelComplexity {
  precondition(draws >= 1, "at least one draw")
  var values: [Double] = []
  for draw in 0..<draws {
    progress(
      ExperimentProgress(
        fraction: Double(draw) / Double(draws), activity: "random signs, draw \(draw + 1)"))
    let signs = randomSigns(images.count, draw: draw, seed: seed)
    let labeled = LabeledDataset(
      shape: images.shape, pixels: images.pixels, labels: signs.map { $0 > 0 ? 1 : 0 },
      classNames: ["-1", "1"], provenance: images.provenance.appending("random signs"))
    let sample = DatasetSplit(train: labeled, test: labeled.prefix(1)).corrupted(
      by: .none, seed: seed)
    var plan = plan
    plan.configuration.seed = seed &+ UInt64(draw)
    let result = try trainNetwork(plan, on: sample)
    values.append(2 * result.record.trainAccuracy - 1)
  }
  return RandomLabelComplexity(
    value: values.reduce(0, +) / Double(draws),
    interval: .hoeffding(values, in: -1...1, confidence: confidence), draws: values)
}

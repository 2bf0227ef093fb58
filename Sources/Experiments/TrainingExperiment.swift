public import Datasets
public import LinearAlgebra
public import Networks

/// A network trained by SGD, measured.
public struct TrainingRecord: Sendable, Codable, Equatable {
  /// The sample.
  public var sample: SampleRecord
  /// The name of the network.
  public var model: String
  /// The number of weights and biases.
  public var parameters: Int
  /// The distribution of the initial weights.
  public var initialization: String
  /// How images became vectors.
  public var input: String
  /// How the network was trained.
  public var configuration: TrainingConfiguration
  /// The number of epochs run.
  public var epochs: Int
  /// The share of right answers on the training images at the end.
  public var trainAccuracy: Double
  /// The share of right answers on the test images, against their true labels.
  public var testAccuracy: Double
  /// The same against test labels corrupted like the training labels.
  public var corruptedTestAccuracy: Double
  /// The shares of wrong answers.
  public var score: ClassificationScore
  /// Steps until the end of the first epoch whose mean loss is below `fittedLoss`; nil if none.
  @ExplicitNull public var stepsToFit: Int?
  /// The Frobenius norm of all weights and biases at the end.
  public var norm: Double
  /// Images of full steps of SGD for each wall-clock second.
  public var imagesPerSecond: Double
  /// Wall-clock seconds of the training.
  public var seconds: Double
  /// One record an epoch.
  public var history: [EpochRecord]
}

/// Trains one of the paper's networks on a sample and measures it.
///
/// Inputs are pixels / 255, standardised for each image, in single precision.
///
/// - Parameters:
///   - model: which network.
///   - sample: the sample.
///   - configuration: how to train; its seed also names the initial weights.
///   - initialization: the distribution of the initial weights.
///   - progress: called after each epoch.
/// - Returns: the trained network and its record.
public func trainNetwork(
  _ model: PaperModel, on sample: CorruptedSample, configuration: TrainingConfiguration,
  initialization: Initialization = .he, progress: (EpochRecord) -> Void = { _ in }
) -> (network: MultilayerPerceptron<Float>, record: TrainingRecord) {
  let (train, test) = (sample.train, sample.test)
  let samples = train.columns(0..<train.count, .standardized, of: Float.self)
  let start: MultilayerPerceptron<Float> = model.network(
    inputs: train.dimension, classes: train.classCount, initialization: initialization,
    seed: configuration.seed)
  let watch = Stopwatch()
  let result = Networks.train(
    start, samples: samples, labels: train.labels, configuration: configuration
  ) { record in
    progress(record)
    return true
  }
  let seconds = watch.seconds
  let network = result.network
  let trainAnswers = network.predictedClasses(samples)
  let testAnswers = network.predictedClasses(
    test.columns(0..<test.count, .standardized, of: Float.self))
  let images = Double(train.count * result.history.count)
  let record = TrainingRecord(
    sample: SampleRecord(sample), model: model.rawValue, parameters: network.parameterCount,
    initialization: initialization.rawValue, input: Preprocessing.standardized.summary,
    configuration: configuration, epochs: result.history.count,
    trainAccuracy: accuracy(trainAnswers, train.labels),
    testAccuracy: accuracy(testAnswers, test.labels),
    corruptedTestAccuracy: accuracy(testAnswers, sample.corruptedTestLabels),
    score: ClassificationScore(train: trainAnswers, test: testAnswers, sample: sample),
    stepsToFit: result.stepsToFit,
    norm: network.norm, imagesPerSecond: images == 0 ? 0 : images / max(seconds, 1e-9),
    seconds: seconds, history: result.history)
  return (network, record)
}

extension MultilayerPerceptron {
  /// The Frobenius norm of all weights and biases.
  fileprivate var norm: Double {
    euclideanNorm(
      layers.flatMap {
        [Double($0.weights.frobeniusNorm), Double($0.biases.frobeniusNorm)]
      })
  }
}

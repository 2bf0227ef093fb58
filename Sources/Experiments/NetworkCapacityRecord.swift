public import Capacity
public import Datasets
public import LinearAlgebra
public import Networks

/// A trained network with its complexity measures and its errors.
public struct NetworkCapacityRecord: Sendable, Codable, Equatable {
  /// The sample.
  public var sample: SampleRecord
  /// The name of the network.
  public var model: String
  /// The number of parameters, those of batch normalisation among them.
  public var parameters: Int
  /// The share of wrong answers on the training images.
  public var trainError: Double
  /// The share of wrong answers on the test images, against their true labels.
  public var testError: Double
  /// The same against test labels corrupted by the rule of the training labels.
  public var corruptedTestError: Double
  /// The generalisation gap: the last less the training error, of one distribution of labels.
  public var gap: Double
  /// The confidence of each bound.
  public var confidence: Double
  /// The measures.
  public var measures: [CapacityMeasure]
  /// The norms of each dense layer and convolution.
  public var layers: [LayerNorms]
  /// Seconds that the measuring took.
  public var seconds: Double
}

/// Measures a trained network.
///
/// - Parameters:
///   - parameters: its numbers.
///   - plan: how it was trained; its seed names the start.
///   - sample: what it was trained on.
///   - options: confidence and effort.
///   - progress: receives what is measured.
/// - Returns: the record.
/// - Throws: ``ExperimentError`` where network, sample and plan do not fit together, or where there
///   are fewer than 8 training images.
public func measureCapacity(
  of parameters: NetworkParameters<Float>, plan: TrainingPlan, on sample: CorruptedSample,
  options: NetworkCapacityOptions = NetworkCapacityOptions(), progress: ProgressHandler = { _ in }
) throws(ExperimentError) -> NetworkCapacityRecord {
  let watch = Stopwatch()
  guard sample.train.count >= 8 else {
    throw .tooFewImages(needed: 8, found: sample.train.count, test: false)
  }
  let graph = try plan.graph(for: sample)
  let (train, test) = try plan.pipelines(of: sample)
  let engine = try plan.engine(for: graph)
  let start = engine.parameters
  engine.parameters = parameters
  var done = 0.0
  let capacity = NetworkCapacity(
    of: engine, start: start, source: train, loss: plan.configuration.loss, options: options
  ) { activity in
    progress(ExperimentProgress(fraction: done / 4, activity: activity))
    done += 1
  }
  let trainAnswers = engine.predictedClasses(train)
  let testAnswers = engine.predictedClasses(test)
  let trainError = 1 - accuracy(trainAnswers, train.labels)
  let corruptedTestError = 1 - accuracy(testAnswers, sample.corruptedTestLabels)
  return NetworkCapacityRecord(
    sample: SampleRecord(sample), model: graph.architecture.name,
    parameters: graph.parameterCount + graph.normalizationParameterCount, trainError: trainError,
    testError: 1 - accuracy(testAnswers, test.labels), corruptedTestError: corruptedTestError,
    gap: corruptedTestError - trainError, confidence: options.confidence,
    measures: capacity.measures, layers: capacity.layers, seconds: watch.seconds)
}

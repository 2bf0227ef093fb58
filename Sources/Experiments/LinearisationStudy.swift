public import Datasets
private import Networks

/// Holds networks trained by SGD against their linearisation at the start, over width.
///
/// ReLU networks without biases, in the neural tangent parametrisation by their start's scale, are
/// trained on the squared distance to one-hot targets. The start's function f₀
/// is not zero; it stays in the formulas, so that network and linearisation share it. Images are
/// standardised. SGD runs in `Float` on the fast engine; kernels, the linearised solution and all
/// predictions are computed in `Double` from the same weights. Where a training diverges it is run
/// again with half the step size.
///
/// Source: Jacot, Gabriel, Hongler, "Neural tangent kernel" (NeurIPS 2018); Lee et al., "Wide neural
/// networks of any depth evolve as linear models under gradient descent" (NeurIPS 2019).
///
/// - Parameters:
///   - split: training and test images with the labels to fit.
///   - configuration: what to try; at most as many samples as there are.
///   - progress: receives how far the study has come.
/// - Returns: the record.
/// - Throws: ``ExperimentError/linearisation(_:)`` where a kernel is singular, as that of a network
///   too narrow for its targets; ``ExperimentError/engine(_:)``.
/// - Complexity: n d m a pass over the sample for width m, and O(n² C² m + n³ C³) a draw.
public func studyLinearisation(
  _ split: DatasetSplit, configuration: LinearisationConfiguration,
  progress: ProgressHandler = { _ in }
) throws(ExperimentError) -> LinearisationRecord {
  let own = DatasetSplit(
    train: split.train.prefix(min(configuration.samples, split.train.count)),
    test: split.test.prefix(min(configuration.testSamples, split.test.count)))
  let seed = configuration.seed
  var rows: [LinearisationRow] = []
  // Work grows with width, so that the widest networks take nearly all of the time.
  let total = configuration.widths.reduce(0, +) * configuration.draws * configuration.labels.count
  var done = 0
  for labels in configuration.labels {
    let corrupted = own.corrupted(by: labels == .given ? .none : .randomLabels, seed: seed)
    let sample = LinearisationSample(
      DatasetSplit(train: corrupted.train, test: own.test), targets: configuration.targets)
    for width in configuration.widths {
      var row = LinearisationRow(labels: labels, width: width, parameters: 0, draws: [], path: [])
      for draw in 0..<configuration.draws {
        progress(
          ExperimentProgress(
            fraction: Double(done) / Double(total),
            activity: "width \(width), \(labels.rawValue) labels, draw \(draw + 1)"))
        let run = try LinearisationRun(
          width: width, sample: sample, configuration: configuration,
          seed: seed &+ UInt64(draw) &* 1_000_003,
          title: "width \(width), draw \(draw + 1)")
        row.parameters = run.graph.parameterCount
        if let result = try run(keepsPath: row.path.isEmpty) {
          row.draws.append(result.draw)
          if row.path.isEmpty { row.path = result.path }
        }
        done += width
      }
      if !row.draws.isEmpty { rows.append(row) }
    }
  }
  return LinearisationRecord(
    sample: SampleRecord(own.corrupted(by: .none, seed: seed)), configuration: configuration,
    rows: rows)
}

public import LinearAlgebra
public import Networks

extension NetworkEngine {
  /// The logits of all samples of a source, in double precision.
  ///
  /// - Parameter source: the samples, unaltered.
  /// - Returns: C × n, one column a sample.
  /// - Complexity: as that of n ways forward.
  public func allLogits(_ source: some BatchSource<Scalar>) -> Matrix<Double> {
    let n = source.labels.count
    var values: [Double] = []
    values.reserveCapacity(n * graph.classCount)
    for first in stride(from: 0, to: n, by: batchSize) {
      let samples = Array(first..<min(first + batchSize, n))
      values += logits(count: samples.count) {
        source.write(samples, epoch: nil, to: $0)
      }.elements.map { Double($0) }
    }
    return Matrix(rows: graph.classCount, columns: n, columnMajor: values)
  }

  /// The mean loss of all samples and its gradient, in training mode.
  func meanGradient(_ source: some BatchSource<Scalar>) -> (loss: Double, gradient: [[Double]]) {
    let labels = source.labels
    var total = graph.parameters.map { [Double](repeating: 0, count: $0.count) }
    var loss = 0.0
    for first in stride(from: 0, to: labels.count, by: batchSize) {
      let samples = Array(first..<min(first + batchSize, labels.count))
      let batch = Batch(labels: samples.map { labels[$0] }, samples: samples)
      let (score, gradient) = gradient(batch) { source.write(samples, epoch: nil, to: $0) }
      let share = Double(samples.count) / Double(labels.count)
      loss += share * score.loss
      for (place, values) in gradient.enumerated() {
        for (i, value) in values.enumerated() { total[place][i] += share * Double(value) }
      }
    }
    return (loss, total)
  }
}

extension Loss {
  /// The mean loss of some logits.
  func mean(_ logits: Matrix<Double>, _ labels: [Int]) -> Double {
    labels.isEmpty ? 0 : evaluate(logits: logits, labels: labels).score.loss
  }
}

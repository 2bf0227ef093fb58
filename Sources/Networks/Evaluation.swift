public import LinearAlgebra

/// How a network does on samples, with running statistics, without dropout and unaltered.
public struct Evaluation: Sendable, Codable, Equatable {
  /// The mean loss, of cross-entropy in nats; 0 for no samples.
  public var loss: Double
  /// The share of right answers, from 0 to 1; 0 for no samples.
  public var accuracy: Double

  /// Creates an evaluation.
  public init(loss: Double, accuracy: Double) {
    self.loss = loss
    self.accuracy = accuracy
  }
}

extension NetworkEngine {
  /// Loss and accuracy on all samples of a source, in blocks of the engine's batch size.
  ///
  /// - Parameters:
  ///   - source: the samples, unaltered.
  ///   - loss: which loss.
  /// - Returns: means over the samples; zeros for none.
  /// - Complexity: O(n) passes forward; memory of one block.
  public func evaluation(of source: some BatchSource<Scalar>, loss: Loss) -> Evaluation {
    let labels = source.labels
    guard !labels.isEmpty else { return Evaluation(loss: 0, accuracy: 0) }
    var (sum, correct) = (0.0, 0)
    for block in blocks(of: labels.count) {
      let score = loss.evaluate(logits: logits(block, of: source), labels: Array(labels[block]))
        .score
      sum += score.loss * Double(block.count)
      correct += score.correct
    }
    let count = Double(labels.count)
    return Evaluation(loss: sum / count, accuracy: Double(correct) / count)
  }

  /// The class of the largest logit of each sample, the first one of equals.
  ///
  /// - Parameter source: the samples, unaltered.
  /// - Returns: n classes.
  public func predictedClasses(_ source: some BatchSource<Scalar>) -> [Int] {
    blocks(of: source.labels.count).flatMap { logits($0, of: source).largestRowOfColumns() }
  }

  /// The logits of each sample.
  ///
  /// - Parameter source: the samples, unaltered.
  /// - Returns: C × n, a column a sample.
  public func logits(of source: some BatchSource<Scalar>) -> Matrix<Scalar> {
    let columns = blocks(of: source.labels.count).map { logits($0, of: source) }
    return Matrix(
      rows: columns.first?.rows ?? 0, columns: source.labels.count,
      columnMajor: columns.flatMap(\.elements))
  }

  private func blocks(of count: Int) -> [Range<Int>] {
    stride(from: 0, to: count, by: batchSize).map { $0..<min($0 + batchSize, count) }
  }

  private func logits(
    _ block: Range<Int>, of source: some BatchSource<Scalar>
  ) -> Matrix<Scalar> {
    logits(count: block.count) { source.write(Array(block), epoch: nil, to: $0) }
  }
}

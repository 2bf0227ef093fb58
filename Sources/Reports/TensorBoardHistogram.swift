/// The distribution of many numbers, in the buckets that TensorBoard expects.
///
/// Bucket limits grow by a tenth from 10⁻¹² to 10²⁰, alike on both sides of 0; a bucket holds the
/// numbers from the limit before it, included, to its own, excluded. Of neighbouring empty buckets
/// only the last is kept.
///
/// Source: TensorFlow, `Histogram` of `core/lib/histogram`.
public struct TensorBoardHistogram: Sendable, Equatable {
  /// The smallest number; the largest double where there is none.
  public let minimum: Double
  /// The largest number; minus the largest double where there is none.
  public let maximum: Double
  /// How many numbers there are.
  public let count: Int
  /// The sum of the numbers.
  public let sum: Double
  /// The sum of their squares.
  public let sumOfSquares: Double
  /// The upper limit of each bucket, increasing.
  public let bucketLimits: [Double]
  /// How many numbers lie in each bucket.
  public let buckets: [Int]

  /// Counts numbers.
  ///
  /// - Parameter values: the numbers, such as the weights of a layer.
  /// - Throws: ``NotFinite`` for the first that is infinite or no number.
  /// - Complexity: O(count) binary searches among 1,549 limits.
  public init(of values: [Float]) throws(NotFinite) {
    var counts = [Int](repeating: 0, count: allLimits.count)
    var (minimum, maximum) = (Double.greatestFiniteMagnitude, -Double.greatestFiniteMagnitude)
    var (sum, sumOfSquares) = (0.0, 0.0)
    for (index, value) in values.enumerated() {
      guard value.isFinite else { throw NotFinite(index: index, value: "\(value)") }
      let value = Double(value)
      minimum = min(minimum, value)
      maximum = max(maximum, value)
      sum += value
      sumOfSquares += value * value
      counts[firstLimit(above: value)] += 1
    }
    (self.minimum, self.maximum, count) = (minimum, maximum, values.count)
    (self.sum, self.sumOfSquares) = (sum, sumOfSquares)
    let kept = counts.indices.filter {
      counts[$0] > 0 || $0 + 1 == counts.count || counts[$0 + 1] > 0
    }
    bucketLimits = kept.map { allLimits[$0] }
    buckets = kept.map { counts[$0] }
  }

  /// A histogram of something else than finite numbers.
  public struct NotFinite: Error, Equatable, Sendable, CustomStringConvertible {
    /// The place of the first such value.
    public let index: Int
    /// The value.
    public let value: String

    /// What was found and what to try, on one line.
    public var description: String {
      "value \(index) is \(value), finite numbers expected in a histogram: the training has diverged, "
        + "take a smaller learning rate"
    }
  }
}

/// All limits, made by repeated multiplication as in TensorFlow.
private let allLimits: [Double] = {
  var positive: [Double] = []
  var limit = 1e-12
  while limit < 1e20 {
    positive.append(limit)
    limit *= 1.1
  }
  positive.append(.greatestFiniteMagnitude)
  return positive.reversed().map { -$0 } + [0] + positive
}()

/// The index of the first limit that is larger, which exists for every `Float`.
private func firstLimit(above value: Double) -> Int {
  var (low, high) = (0, allLimits.count - 1)
  while low < high {
    let middle = (low + high) / 2
    if allLimits[middle] > value { high = middle } else { low = middle + 1 }
  }
  return low
}

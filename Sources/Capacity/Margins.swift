public import LinearAlgebra

/// The margins of a sample: the true class's output less the largest other one.
///
/// A wrong answer has a negative margin, and keeps it.
public struct Margins: Sendable, Equatable {
  /// All margins, from the smallest.
  public let sorted: [Double]

  /// Measures a sample.
  ///
  /// - Parameters:
  ///   - logits: C × n, C ≥ 2, one column a sample.
  ///   - labels: n classes.
  public init(logits: Matrix<Double>, labels: [Int]) {
    precondition(
      logits.rows >= 2 && logits.columns == labels.count, "a label for each sample, two classes")
    sorted = labels.enumerated().map { j, label in
      var other = -Double.infinity
      for c in 0..<logits.rows where c != label { other = max(other, logits[c, j]) }
      return logits[label, j] - other
    }.sorted()
  }

  /// The sample size n.
  public var count: Int { sorted.count }

  /// R̂_γ: the share of samples whose margin is at most γ.
  ///
  /// - Parameter margin: γ; at 0 the share of wrong answers, ties counted as wrong.
  /// - Returns: from 0 to 1; 0 of no samples.
  /// - Complexity: O(log n).
  public func share(atMost margin: Double) -> Double {
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] <= margin { low = middle + 1 } else { high = middle }
    }
    return sorted.isEmpty ? 0 : Double(low) / Double(sorted.count)
  }

  /// The smallest margin that at least a share of the samples does not exceed.
  ///
  /// - Parameter share: from 0 to 1.
  /// - Returns: the margin of rank ⌈share · n⌉, at least the first.
  public func quantile(_ share: Double) -> Double {
    precondition(!sorted.isEmpty && (0...1).contains(share), "samples, and a share")
    let rank = Int((share * Double(count)).rounded(.up))
    return sorted[min(max(rank, 1), count) - 1]
  }
}

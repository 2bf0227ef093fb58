private import RandomStreams

/// How often a learner does as well on permuted labels as on the given ones.
///
/// Where labels do not depend on samples, the p-value is at most α with probability at most α.
///
/// Source: Fisher, "The Design of Experiments" (1935); Ojala, Garriga, "Permutation tests for
/// studying classifier performance" (JMLR 11, 2010); for draws Phipson, Smyth, "Permutation p-values
/// should never be zero" (2010).
public struct PermutationTest: Sendable, Codable, Equatable {
  /// The accuracy, or another score, of the given labels; larger is better.
  public var score: Double
  /// The scores of permuted labels: of all n! where exact.
  public var permutedScores: [Double]
  /// Whether all n! permutations were tried.
  public var isExact: Bool

  /// The share of permutations that do at least as well.
  ///
  /// Exact: of all n!, the identity among them. By draws: (1 + count) / (1 + draws).
  public var pValue: Double {
    let count = permutedScores.count { $0 >= score }
    return isExact
      ? Double(count) / Double(permutedScores.count)
      : Double(1 + count) / Double(1 + permutedScores.count)
  }

  /// The most labels whose permutations are all tried: 40,320 of them.
  public static let mostExactLabels = 8

  /// Tries all permutations.
  ///
  /// - Parameters:
  ///   - labels: n ≤ 8 labels; equal ones are permuted too.
  ///   - score: of the learner on the samples with these labels; larger is better.
  /// - Throws: what the score throws.
  /// - Complexity: n! scores.
  public init<Label, Failure: Error>(
    allPermutationsOf labels: [Label], score: ([Label]) throws(Failure) -> Double
  ) throws(Failure) {
    precondition(labels.count <= Self.mostExactLabels, "all permutations of at most 8 labels")
    self.score = try score(labels)
    isExact = true
    // Heap's algorithm, without recursion.
    var current = labels
    var scores = [self.score]
    var counters = [Int](repeating: 0, count: labels.count)
    var i = 1
    while i < labels.count {
      if counters[i] < i {
        current.swapAt(i % 2 == 0 ? 0 : counters[i], i)
        scores.append(try score(current))
        counters[i] += 1
        i = 1
      } else {
        counters[i] = 0
        i += 1
      }
    }
    permutedScores = scores
  }

  /// Tries random permutations.
  ///
  /// - Parameters:
  ///   - draws: how many, at least 1.
  ///   - labels: n labels.
  ///   - seed: names the permutations.
  ///   - score: of the learner on the samples with these labels; larger is better.
  /// - Throws: what the score throws.
  /// - Complexity: `draws` + 1 scores.
  public init<Label, Failure: Error>(
    draws: Int, of labels: [Label], seed: UInt64, score: ([Label]) throws(Failure) -> Double
  ) throws(Failure) {
    precondition(draws >= 1, "at least one draw")
    self.score = try score(labels)
    isExact = false
    permutedScores = []
    for draw in 0..<draws {
      var stream = RandomStream(seed: seed, purpose: "permuted labels", indices: draw)
      permutedScores.append(try score(stream.permutation(of: labels.count).map { labels[$0] }))
    }
  }
}

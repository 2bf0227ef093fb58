private import RandomStreams

/// Which samples each step of a descent sees.
public enum DescentBatches: Sendable, Codable, Hashable {
  /// All samples in every step: gradient descent.
  case full
  /// Batches drawn sample by sample, each time from all samples.
  case withReplacement(size: Int)
  /// Batches of a permutation of the sample, drawn anew for every pass; a pass may end with a
  /// smaller batch.
  case withoutReplacement(size: Int)

  /// The number of samples of a batch of the usual size, from n samples.
  func size(of samples: Int) -> Int {
    switch self {
    case .full: samples
    case .withReplacement(let size): size
    case .withoutReplacement(let size): min(size, samples)
    }
  }

  /// The number of steps of one pass over n samples.
  ///
  /// - Parameter samples: n, at least 0.
  /// - Returns: ⌈n / b⌉ for batches of b, at least 1.
  public func stepsPerPass(of samples: Int) -> Int {
    let size = max(1, self.size(of: samples))
    return max(1, samples / size + (samples % size == 0 ? 0 : 1))
  }

  /// The batches of one pass over the sample.
  ///
  /// A pass of batches of b of n samples has ⌈n / b⌉ steps. Draws come from the streams
  /// "descent draws" and "descent order", one of them a pass.
  ///
  /// - Parameters:
  ///   - pass: the pass, counted from 0.
  ///   - samples: n, at least 0; without samples a pass is one empty batch.
  ///   - seed: the seed of the streams.
  /// - Returns: the samples of each step, counted from 0.
  /// - Complexity: O(n + b).
  public func batches(inPass pass: Int, of samples: Int, seed: UInt64) -> [[Int]] {
    switch self {
    case _ where samples == 0: return [[]]
    case .full: return [Array(0..<samples)]
    case .withReplacement(let size):
      precondition(size >= 1, "a batch holds a sample")
      var stream = RandomStream(seed: seed, purpose: "descent draws", indices: pass)
      return stride(from: 0, to: samples, by: size).map { _ in
        (0..<size).map { _ in stream.integer(below: samples) }
      }
    case .withoutReplacement(let size):
      precondition(size >= 1, "a batch holds a sample")
      var stream = RandomStream(seed: seed, purpose: "descent order", indices: pass)
      let order = stream.permutation(of: samples)
      return stride(from: 0, to: samples, by: size).map { first in
        Array(order[first..<min(first + size, samples)])
      }
    }
  }
}

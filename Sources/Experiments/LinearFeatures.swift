import Datasets
import Kernels
import LinearAlgebra

/// What a linear map sees of an image: its values, or random features of them.
public struct LinearFeatures: Sendable, Codable, Hashable {
  /// Which features.
  public enum Kind: String, Sendable, Codable, Hashable, CaseIterable {
    /// The values / 255.
    case pixels
    /// ``RandomFeatures/Kind/fourier(gamma:)`` of them.
    case fourier
    /// ``RandomFeatures/Kind/rectified`` of them.
    case relu
  }

  /// The values / 255 themselves.
  public static let pixels = LinearFeatures(.pixels, count: 1)

  /// Which features.
  public var kind: Kind
  /// How many random features N; of no meaning for pixels.
  public var count: Int
  /// γ of Fourier features; nil for the median heuristic.
  public var gamma: Double?
  /// Names the draws.
  public var seed: UInt64

  /// Creates a choice.
  ///
  /// - Parameters:
  ///   - kind: which features.
  ///   - count: N, at least 1.
  ///   - gamma: γ > 0 of Fourier features; nil for the median heuristic.
  ///   - seed: names the draws.
  public init(_ kind: Kind, count: Int, gamma: Double? = nil, seed: UInt64 = 0) {
    precondition(count >= 1, "at least one feature")
    self.kind = kind
    self.count = count
    self.gamma = gamma
    self.seed = seed
  }

  /// The features of training and test images, and what they are, in words.
  func features(
    train: Matrix<Double>, test: Matrix<Double>
  ) -> (train: Matrix<Double>, test: Matrix<Double>, summary: String) {
    let words = LinearProblem.preprocessing.summary
    switch kind {
    case .pixels: return (train, test, words)
    case .relu:
      let map = RandomFeatures(.rectified, count: count, seed: seed)
      return (map(train), map(test), words + ", then \(count) random ReLU features")
    case .fourier:
      let gamma = gamma ?? GaussianKernel.medianHeuristic(train, seed: seed).gamma
      let map = RandomFeatures(.fourier(gamma: gamma), count: count, seed: seed)
      return (
        map(train), map(test), words + ", then \(count) random Fourier features, gamma \(gamma)"
      )
    }
  }
}

private import Certificates
public import LinearAlgebra
public import ReLUInterpolation
private import ReLUNetworks

/// Evidence that the 2n + d networks take every labelling, or those tried, of a sample.
///
/// A network with C outputs is C networks with one direction and one set of thresholds, so that many
/// labellings are fitted and checked at a time. Each is then checked in exact arithmetic, by code
/// that shares nothing with the fit.
public struct ShatteringEvidence: Sendable, Codable, Equatable {
  /// The sample size n.
  public var samples: Int
  /// The number of labellings fitted.
  public var labellings: Int
  /// Whether these are all 2ⁿ.
  public var isComplete: Bool
  /// The weights of the network of one labelling, 2n + d.
  public var weightCount: Int
  /// The largest |c(z_i) - σ_i| of all, exact and rounded up.
  public var maxAbsoluteResidual: Double
  /// The number of labellings whose signs are all recovered, by the exact check.
  public var certified: Int

  /// Whether every labelling that was tried is certified.
  public var holds: Bool { certified == labellings }

  /// The empirical Rademacher complexity of the networks' signs, as far as the labellings show.
  ///
  /// The class is {x ↦ sign c(x)}: the functions c themselves are not bounded. Where all signs are
  /// taken each supremum is 1, and so is their mean: exactly 1. With a labelling that was not taken
  /// nothing is known, and nil is returned.
  ///
  /// Source: Zhang et al. (2017), section 2.2 and Theorem 1.
  public var rademacherComplexity: Double? { holds ? 1 : nil }

  /// The most samples whose labellings are all tried.
  public static let mostCompleteSamples = 16

  /// Fits labellings of a sample and certifies each.
  ///
  /// - Parameters:
  ///   - samples: Z, n × d, finite, different rows.
  ///   - randomLabellings: how many labellings to draw for n > 16; below, all 2ⁿ are tried.
  ///   - seed: names the direction and the labellings.
  /// - Throws: ``InterpolationError``, above all where two samples are equal.
  /// - Complexity: O(n d + n log n), and O(n) for each labelling, exact.
  public init(
    shattering samples: Matrix<Double>, randomLabellings: Int = 1024, seed: UInt64
  ) throws(InterpolationError) {
    let n = samples.rows
    let isComplete = n <= Self.mostCompleteSamples
    let average =
      isComplete ? SignAverage.exact : .monteCarlo(draws: max(2, randomLabellings), seed: seed)
    self.samples = n
    self.isComplete = isComplete
    (labellings, weightCount, maxAbsoluteResidual, certified) = (0, 2 * n + samples.columns, 0, 0)
    var failure: InterpolationError?
    var evidence = self
    average.forEachBlock(signs: n) { labels in
      guard failure == nil else { return }
      do throws(InterpolationError) {
        try evidence.add(labels, of: samples, seed: seed)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    self = evidence
  }

  /// Fits a block of labellings, one column each.
  private mutating func add(
    _ labels: Matrix<Double>, of samples: Matrix<Double>, seed: UInt64
  ) throws(InterpolationError) {
    labellings += labels.columns
    guard samples.rows > 0 else {
      certified += labels.columns
      return
    }
    let network = try ReLUInterpolant.fit(samples, targets: labels, seed: seed).network
    let certificate = InterpolationCertificate(
      checking: network, samples: SampleBlocks(samples), targets: labels)
    maxAbsoluteResidual = max(maxAbsoluteResidual, certificate.maxAbsoluteResidual)
    // A residual below 1 keeps each sign; the certificate asks for 1/2.
    if certificate.certifies && network.hiddenUnits == samples.rows {
      certified += labels.columns
    }
  }
}

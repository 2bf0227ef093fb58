/// A property that was checked and does not hold, and where it fails.
///
/// Every check throws this and nothing else, so that it fails a test of Swift Testing and of XCTest
/// and stops a plain program alike, each of which prints ``description``.
public struct PropertyViolation: Error, Equatable, Sendable, CustomStringConvertible {
  /// What was checked.
  public enum Property: String, Sendable, CaseIterable {
    /// The outputs at the samples are the targets.
    case interpolation
    /// The outputs at the samples stand for the labels.
    case labelRecovery = "label recovery"
    /// Thresholds and points take turns.
    case interleaving
    /// A network has no more weights than the theorem says.
    case weightBudget = "weight budget"
    /// Of all linear maps through the sample this is the shortest.
    case minimumNorm = "minimum norm"
    /// A part of a fit does not depend on the targets.
    case labelBlindness = "label blindness"
    /// Any signs at the samples can be fitted.
    case shattering
    /// The order of the samples does not matter.
    case permutationInvariance = "permutation invariance"
    /// The same call gives the same function.
    case determinism
  }

  /// What was checked.
  public let property: Property
  /// The sample where it fails, a row counted from 0; nil where it fails at no single one.
  public let sample: Int?
  /// The output where it fails, a column counted from 0; nil where it fails at no single one.
  public let output: Int?
  /// What was expected: a number in full precision, or words.
  public let expected: String
  /// What was found: a number in full precision, or words.
  public let found: String
  /// How far the two may differ; nil where they may not, or where they are no numbers.
  public let bound: Double?
  /// What to look at.
  public let advice: String

  init(
    _ property: Property, sample: Int? = nil, output: Int? = nil, expected: String, found: String,
    bound: Double? = nil, advice: String
  ) {
    self.property = property
    self.sample = sample
    self.output = output
    self.expected = expected
    self.found = found
    self.bound = bound
    self.advice = advice
  }

  /// One sentence: what fails where, what was expected, what was found, and what to look at.
  public var description: String {
    let place = [sample.map { "sample \($0)" }, output.map { "output \($0)" }].compactMap(\.self)
    return "\(property.rawValue) fails" + (place.isEmpty ? "" : " at ")
      + place.joined(separator: ", ") + ": expected \(expected), found \(found)"
      + (bound.map { ", allowed difference \($0)" } ?? "") + "; \(advice)"
  }
}

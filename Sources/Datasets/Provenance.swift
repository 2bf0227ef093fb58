/// Where a dataset came from and what was done to it.
public struct Provenance: Sendable, Hashable, Codable {
  /// The name of the set, such as `MNIST`.
  public var name: String
  /// What was done, in order, in words for a report.
  public var steps: [String]
  /// What a reader must know before comparing a figure with another's.
  public var caveats: [String]

  /// Creates a provenance.
  ///
  /// - Parameters:
  ///   - name: the name of the set.
  ///   - steps: what was done so far.
  ///   - caveats: what limits comparison.
  public init(name: String, steps: [String] = [], caveats: [String] = []) {
    self.name = name
    self.steps = steps
    self.caveats = caveats
  }

  /// The same provenance with one more step.
  ///
  /// - Parameter step: what was done.
  /// - Returns: a copy that ends with the step.
  public func appending(_ step: String) -> Provenance {
    var copy = self
    copy.steps.append(step)
    return copy
  }
}

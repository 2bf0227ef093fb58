public import ArgumentParser
public import Rethinking

// The package's own words as values of options.

extension InterpolationTargets: ExpressibleByArgument {}
extension Initialization: ExpressibleByArgument {}
extension OutputWeightSolver: ExpressibleByArgument {}
extension PaperModel: ExpressibleByArgument {}

extension Corruption: ExpressibleByArgument {
  /// Reads the corruption's name.
  ///
  /// - Parameter argument: such as `partial:0.5`.
  public init?(argument: String) { self.init(argument) }
}

public import ArgumentParser
public import Rethinking

// The package's own words as values of options.

extension DirectionKind: ExpressibleByArgument {}
extension DirectionLayout: ExpressibleByArgument {}
extension InterpolationTargets: ExpressibleByArgument {}
extension LinearisationConfiguration.Targets: ExpressibleByArgument {}
extension ImplicitBiasInput: ExpressibleByArgument {}
extension Initialization: ExpressibleByArgument {}
extension OutputWeightSolver: ExpressibleByArgument {}
extension EngineChoice: ExpressibleByArgument {}
extension DescentLoss: ExpressibleByArgument {}
extension GramStorage: ExpressibleByArgument {}
extension LinearFeatures.Kind: ExpressibleByArgument {}
extension ScaleSelection: ExpressibleByArgument {}
extension ResidualCheck: ExpressibleByArgument {}
extension KernelPrecision: ExpressibleByArgument {}
extension KernelSolver: ExpressibleByArgument {}
extension LinearTargets: ExpressibleByArgument {}
extension MinimumNormSolver: ExpressibleByArgument {}
extension RandomConvolutionalFeatures.Source: ExpressibleByArgument {}
extension PaperModel: ExpressibleByArgument {}
extension PlanScale: ExpressibleByArgument {}
extension TensorShape: ExpressibleByArgument {}

extension Corruption: ExpressibleByArgument {
  /// The names, with P standing for a probability.
  public static let allValueStrings = [
    "none", "partial:P", "random-labels", "shuffled-pixels", "random-pixels", "gaussian",
  ]

  /// Reads the corruption's name.
  ///
  /// - Parameter argument: such as `partial:0.5`.
  public init?(argument: String) { self.init(argument) }
}

public import LinearAlgebra

/// Why a published construction does not apply to a sample.
///
/// Samples and groups count from 0.
public enum ConstructionError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What hinders every construction, such as equal samples with different targets.
  case interpolation(InterpolationError)
  /// A linear system could not be solved.
  case linearAlgebra(LinearAlgebraError)
  /// Two samples differ by too little: what tells them apart is lost in rounding.
  case lostInRounding(first: Int, second: Int)
  /// Some samples lie in a flat of lower dimension, so not every labelling of them is affine.
  case affinelyDependent(samples: [Int], rank: Int)
  /// A sample lies on the hyperplane through d others, as far as doubles tell.
  case onHyperplane(sample: Int, distance: Double, rounding: Double)
  /// A weight of a layer, counted from 1, is beyond the largest double.
  case weightsOverflow(layer: Int)
  /// A target lies outside [-1, 1].
  case targetOutOfRange(sample: Int, value: Double)

  /// What happened, the likely cause, and what to try.
  public var description: String {
    switch self {
    case .interpolation(let error): return "\(error)"
    case .linearAlgebra(let error): return "\(error)"
    case .lostInRounding(let first, let second):
      return "what tells samples \(first) and \(second) apart is lost in rounding: they differ by "
        + "too little for this construction; drop one of them or rescale the inputs"
    case .affinelyDependent(let samples, let rank):
      let rest = samples.count > 8 ? ", …" : ""
      let some = samples.prefix(8).map(String.init).joined(separator: ", ") + rest
      return "not in general position: the \(samples.count) samples \(some) span a flat of "
        + "dimension \(rank - 1), so no affine function has arbitrary values at them; "
        + "add a little noise to the inputs or leave out constant ones"
    case .onHyperplane(let sample, let distance, let rounding):
      return "not in general position: sample \(sample) lies \(distance) from a hyperplane through "
        + "others, which is within the rounding \(rounding); add a little noise to the inputs"
    case .weightsOverflow(let layer):
      return "a weight of layer \(layer) is beyond the largest double: targets or gaps between "
        + "samples of extreme size; rescale them"
    case .targetOutOfRange(let sample, let value):
      return "the target \(value) of sample \(sample) lies outside [-1, 1]: "
        + "rescale the targets and scale the outputs back"
    }
  }
}

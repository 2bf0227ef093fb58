extension InterpolationTargets {
  /// What the outputs of a network stand for, by their number.
  ///
  /// - Parameters:
  ///   - outputs: the number of the network's outputs.
  ///   - classes: the number of classes.
  /// - Throws: ``CertificationError/wrongOutputs(network:expected:)`` unless there is one output, or
  ///   one for each class.
  public init(outputs: Int, classes: Int) throws(CertificationError) {
    switch outputs {
    case 1: self = .classIndex
    case classes: self = .oneHot
    default: throw .wrongOutputs(network: outputs, expected: [1, classes])
    }
  }
}

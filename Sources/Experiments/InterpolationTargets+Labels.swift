public import Datasets
public import LinearAlgebra

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

  /// The targets of a sample's labels.
  ///
  /// - Parameter sample: n samples.
  /// - Returns: an n × 1 matrix of class indices, or an n × C matrix of ones and zeros.
  public func matrix(of sample: LabeledDataset) -> Matrix<Double> {
    switch self {
    case .oneHot: sample.oneHotLabels(of: Double.self)
    case .classIndex:
      Matrix(rows: sample.count, columns: 1, columnMajor: sample.labels.map(Double.init))
    }
  }
}

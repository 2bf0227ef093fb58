internal import LinearAlgebra
internal import RandomStreams

/// A distribution of initial weights; biases start at zero.
public enum Initialization: String, Sendable, Codable, CaseIterable {
  /// Normal with variance 2 / inputs, made for ReLU.
  ///
  /// Source: He, Zhang, Ren, Sun, "Delving deep into rectifiers" (ICCV 2015).
  case he
  /// Uniform with variance 2 / (inputs + outputs).
  ///
  /// Source: Glorot, Bengio, "Understanding the difficulty of training deep feedforward neural
  /// networks" (AISTATS 2010).
  case glorot

  /// Draws weights.
  ///
  /// - Parameters:
  ///   - count: how many.
  ///   - inputs: the values that each output sums, of a convolution channels × rows × columns.
  ///   - outputs: the values that each input goes into, of a convolution likewise.
  ///   - stream: the source of randomness.
  /// - Returns: the weights, in the order drawn.
  func draw<Scalar: LinearAlgebraScalar>(
    _ count: Int, inputs: Int, outputs: Int, from stream: inout RandomStream
  ) -> [Scalar] {
    switch self {
    case .he:
      let deviation = (2 / Double(inputs)).squareRoot()
      return (0..<count).map { _ in Scalar(deviation * stream.normal()) }
    case .glorot:
      let reach = (6 / Double(inputs + outputs)).squareRoot()
      return (0..<count).map { _ in Scalar(reach * (2 * stream.uniform() - 1)) }
    }
  }
}

/// Samples with labels, as a network is fed with them.
///
/// The samples may change from epoch to epoch, as augmented images do; their labels do not.
public protocol BatchSource<Scalar>: Sendable {
  /// The scalar type of the values.
  associatedtype Scalar
  /// The class of each sample.
  var labels: [Int] { get }

  /// Writes samples one after another, each in the order of the network's input.
  ///
  /// - Parameters:
  ///   - samples: which samples.
  ///   - epoch: the epoch in which they are used, counted from 0; nil for an evaluation, in which
  ///     nothing is altered.
  ///   - target: room for the values of all.
  func write(_ samples: [Int], epoch: Int?, to target: UnsafeMutableBufferPointer<Scalar>)
}

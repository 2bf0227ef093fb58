internal import LinearAlgebra

/// What one node gives for a batch: B values of one shape, sample after sample.
///
/// The value of sample j, channel c, row u and column v stands at
/// ((j · channels + c) · height + u) · width + v; of a vector only j and c count.
struct Activations<Scalar: LinearAlgebraScalar>: Sendable, Equatable {
  /// The shape of one sample's value.
  let shape: TensorShape
  /// B.
  let count: Int
  /// All values.
  private(set) var values: [Scalar]

  /// Zeros.
  init(_ shape: TensorShape, count: Int) {
    self.init(shape, count: count, values: [Scalar](repeating: 0, count: count * shape.count))
  }

  /// The given values.
  init(_ shape: TensorShape, count: Int, values: [Scalar]) {
    precondition(values.count == count * shape.count, "a value for each place")
    self.shape = shape
    self.count = count
    self.values = values
  }

  /// The same values read in another shape.
  func reshaped(_ shape: TensorShape) -> Activations {
    Activations(shape, count: count, values: values)
  }

  /// Calls a closure with all values.
  func withValues<R>(_ body: (UnsafePointer<Scalar>) -> R) -> R {
    values.withUnsafeBufferPointer { body(address(of: $0)) }
  }

  /// Calls a closure with all values, for writing.
  mutating func withMutableValues(_ body: (UnsafeMutableBufferPointer<Scalar>) -> Void) {
    values.withUnsafeMutableBufferPointer { body($0) }
  }

  /// Calls a closure with the values of one sample.
  func withSample<R>(_ sample: Int, _ body: (UnsafePointer<Scalar>) -> R) -> R {
    withValues { body($0 + sample * shape.count) }
  }

  /// Calls a closure with each sample's place for writing, the samples shared out among threads.
  ///
  /// A sample is written by one thread, so that the result does not depend on their number.
  mutating func forEachSample(
    _ body: @Sendable (_ sample: Int, _ values: UnsafeMutablePointer<Scalar>) -> Void
  ) {
    forEachPart(of: &values, count: count, body)
  }

  /// Adds other values of the same shape.
  mutating func add(_ other: Activations) {
    precondition(other.values.count == values.count, "the shapes of a sum must agree")
    other.withValues { x in
      withMutableValues { y in addMultiple(1, of: x, to: address(of: y), count: y.count) }
    }
  }
}

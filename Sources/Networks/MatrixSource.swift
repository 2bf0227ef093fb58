public import LinearAlgebra

/// Samples that are the columns of a matrix, the same in each epoch.
public struct MatrixSource<Scalar: LinearAlgebraScalar>: BatchSource {
  /// d × n, one column a sample.
  public let samples: Matrix<Scalar>
  /// n classes.
  public let labels: [Int]

  /// Creates a source.
  ///
  /// - Parameters:
  ///   - samples: d × n, one column a sample.
  ///   - labels: n classes.
  public init(samples: Matrix<Scalar>, labels: [Int]) {
    precondition(samples.columns == labels.count, "a label for each sample")
    self.samples = samples
    self.labels = labels
  }

  /// Copies columns.
  public func write(
    _ samples: [Int], epoch: Int?, to target: UnsafeMutableBufferPointer<Scalar>
  ) {
    let d = self.samples.rows
    precondition(target.count == samples.count * d, "room for each sample")
    guard d > 0, let start = target.baseAddress else { return }
    self.samples.withUnsafeElements { elements in
      for (place, sample) in samples.enumerated() {
        (start + place * d).update(from: elements + sample * d, count: d)
      }
    }
  }
}

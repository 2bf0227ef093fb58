public import LinearAlgebra

/// How an image becomes a vector of real numbers.
public enum Preprocessing: String, Sendable, Codable, CaseIterable {
  /// The stored values, bytes from 0 to 255.
  case raw
  /// The stored values divided by 255.
  case scaled
  /// Each image minus its mean, divided by its adjusted standard deviation.
  ///
  /// (x - μ) / max(σ, 1/√d) of x / 255, as TensorFlow's `per_image_standardization` does it and
  /// the paper (Appendix A).
  case standardized

  /// What is done, in words for a report.
  public var summary: String {
    switch self {
    case .raw: "values as stored"
    case .scaled: "values / 255"
    case .standardized: "values / 255, per-image standardisation"
    }
  }
}

extension LabeledDataset {
  /// Some images as the columns of a matrix.
  ///
  /// - Parameters:
  ///   - indices: which images, in the order wanted.
  ///   - preprocessing: how an image becomes a vector.
  ///   - type: the scalar type.
  /// - Returns: a d × B matrix, one column an image.
  /// - Complexity: O(d B).
  public func columns<Scalar: LinearAlgebraScalar>(
    _ indices: some Collection<Int>, _ preprocessing: Preprocessing, of type: Scalar.Type
  ) -> Matrix<Scalar> {
    let d = dimension
    let indices = Array(indices)
    precondition(indices.allSatisfy { $0 >= 0 && $0 < count }, "an image that is not there")
    return Matrix(rows: d, columns: indices.count) { target in
      nonisolated(unsafe) let target = target
      inParallel(count: indices.count) { j in
        let column = UnsafeMutableBufferPointer(start: target + j * d, count: d)
        copy(image: indices[j], to: column)
        preprocessing.apply(to: column)
      }
    }
  }

  /// All images as the rows of a matrix X.
  ///
  /// - Parameters:
  ///   - preprocessing: how an image becomes a vector.
  ///   - type: the scalar type.
  /// - Returns: an n × d matrix, one row an image.
  /// - Complexity: O(n d).
  public func featureMatrix<Scalar: LinearAlgebraScalar>(
    _ preprocessing: Preprocessing, of type: Scalar.Type = Double.self
  ) -> Matrix<Scalar> {
    columns(0..<count, preprocessing, of: type).transposed()
  }

  /// The labels as one-hot rows.
  ///
  /// - Parameter type: the scalar type.
  /// - Returns: an n × C matrix with a one at each label and zeros elsewhere.
  public func oneHotLabels<Scalar: LinearAlgebraScalar>(
    of type: Scalar.Type = Double.self
  ) -> Matrix<Scalar> {
    var result = Matrix<Scalar>(rows: count, columns: classCount)
    for (i, label) in labels.enumerated() { result[i, label] = 1 }
    return result
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func copy<Scalar: LinearAlgebraScalar>(
    image: Int, to column: UnsafeMutableBufferPointer<Scalar>
  ) {
    let first = image * dimension
    switch pixels {
    case .bytes(let values):
      values.withUnsafeBufferPointer {
        for i in 0..<column.count { column[i] = Scalar($0[first + i]) }
      }
    case .reals(let values):
      values.withUnsafeBufferPointer {
        for i in 0..<column.count { column[i] = Scalar($0[first + i]) }
      }
    }
  }
}

extension Preprocessing {
  /// Turns the stored values of one image into its vector, in place.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func apply<Scalar: LinearAlgebraScalar>(
    to image: UnsafeMutableBufferPointer<Scalar>
  ) {
    guard self != .raw else { return }
    for i in image.indices { image[i] /= 255 }
    guard self == .standardized else { return }
    let d = Scalar(image.count)
    let mean = image.reduce(0, +) / d
    let variance = image.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / d
    let deviation = max(variance.squareRoot(), 1 / d.squareRoot())
    for i in image.indices { image[i] = (image[i] - mean) / deviation }
  }
}

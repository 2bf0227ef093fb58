import Datasets
import ReLUInterpolation

extension LabeledDataset {
  /// The images as a fit of an interpolating network sees them.
  enum Samples {
    /// Bytes, projected in integers.
    case bytes(ByteSamples)
    /// Real numbers; a Float holds every stored value.
    case reals(MatrixSamples<Float>)
  }

  /// The images as a fit of an interpolating network sees them.
  var sampleSource: Samples {
    switch pixels {
    case .bytes(let bytes):
      .bytes(ByteSamples(count: count, dimension: dimension, bytes: bytes))
    case .reals: .reals(MatrixSamples(featureMatrix(.raw, of: Float.self)))
    }
  }

  /// The projections of the images on a direction.
  ///
  /// - Parameter direction: a, d numbers.
  /// - Returns: n numbers.
  func projections(along direction: [Double]) -> [Double] {
    switch sampleSource {
    case .bytes(let bytes): bytes.projections(along: direction)
    case .reals(let reals): reals.projections(along: direction)
    }
  }

  /// Whether the values are bytes, so that an integer direction gives exact projections.
  var holdsBytes: Bool { if case .bytes = pixels { true } else { false } }
}

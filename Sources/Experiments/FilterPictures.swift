public import Datasets
public import Kernels
public import LinearAlgebra

/// Filters as images, for a sheet of pictures.
///
/// A weight of 0 is the middle grey; the largest weight of a filter in absolute value is black or
/// white. Wavelets of `GaborBank.filters()` come with the classes "even" and "odd".
///
/// - Parameters:
///   - filters: one column a filter, in the order of an image's values.
///   - shape: the size of a filter.
///   - classes: names of equally large groups of neighbouring filters, at least one; their number
///     divides that of the filters.
/// - Returns: the images, labelled with their groups.
/// - Complexity: O(size of the matrix).
public func filterPictures(
  _ filters: Matrix<Double>, shape: ImageShape, classes: [String]
) -> LabeledDataset {
  precondition(filters.rows == shape.count, "filters of the shape given")
  precondition(
    !classes.isEmpty && filters.columns.isMultiple(of: classes.count), "groups of one size")
  let pixels = (0..<filters.columns).flatMap { index -> [Float] in
    let values = filters.column(index)
    let largest = values.map(abs).max() ?? 0
    return values.map { Float(127.5 + (largest > 0 ? 127.5 * $0 / largest : 0)) }
  }
  let group = filters.columns / classes.count
  return LabeledDataset(
    shape: shape, pixels: .reals(pixels), labels: (0..<filters.columns).map { $0 / max(1, group) },
    classNames: classes, provenance: Provenance(name: "filters"))
}

/// The wavelets of all scales of a map as images, those of one wavelength and phase in a group.
///
/// - Parameter features: the map. Scales with smaller windows are framed to the largest.
/// - Returns: the images, one a wavelet.
/// - Complexity: O(size of the filters).
public func waveletPictures(_ features: GaborFeatures) -> LabeledDataset {
  let side = features.scales.map(\.side).max() ?? 1
  var columns: [Double] = []
  var classes: [String] = []
  for (index, scale) in features.scales.enumerated() {
    let filters = features.bank(ofScale: index).filters()
    let margin = (side - scale.side) / 2
    for filter in 0..<filters.columns {
      for row in -margin..<scale.side + margin {
        for column in -margin..<scale.side + margin {
          let isInside = (0..<scale.side).contains(row) && (0..<scale.side).contains(column)
          columns.append(isInside ? filters[row * scale.side + column, filter] : 0)
        }
      }
    }
    classes += ["even", "odd"].map { "\(brief(scale.wavelength)) pixels, \($0)" }
  }
  return filterPictures(
    Matrix(rows: side * side, columns: columns.count / (side * side), columnMajor: columns),
    shape: ImageShape(height: side, width: side, channels: 1), classes: classes)
}

/// The first filters of a layer of random convolutional features as images.
///
/// - Parameters:
///   - train: the training images.
///   - configuration: the layer.
///   - most: how many filters to show at most, at least 1.
/// - Returns: what a patch divided by its contrast is multiplied by, one image a filter.
/// - Throws: ``ExperimentError/linearAlgebra(learner:_:)``.
/// - Complexity: that of drawing so many filters.
public func randomFilterPictures(
  _ train: LabeledDataset, _ configuration: RandomConvolutionalFeatures.Configuration,
  most: Int = 80
) throws(ExperimentError) -> LabeledDataset {
  var configuration = configuration
  configuration.filters = min(configuration.filters, max(1, most))
  let images = train.featureMatrix(.scaled, of: Float.self)
  let (first, side) = (configuration, configuration.side)
  let layer = try solving(for: RandomConvolutionFit.learner) { () throws(LinearAlgebraError) in
    try RandomConvolutionalFeatures(
      first, images: images, height: train.shape.height, width: train.shape.width,
      channels: train.shape.channels)
  }
  return filterPictures(
    layer.filters.converted(to: Double.self),
    shape: ImageShape(height: side, width: side, channels: train.shape.channels),
    classes: [configuration.source.rawValue])
}

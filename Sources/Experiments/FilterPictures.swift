public import Datasets
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

/// A window that moves over an image, all margins resolved.
struct PlacedWindow {
  var size: [Int]
  var stride: [Int]
  var before: [Int]
  var after: [Int]

  init(_ window: Window, on shape: TensorShape) {
    let (rows, columns) = (window.margins(on: shape.height), window.margins(on: shape.width))
    // Places that the stride leaves out at the end are cut off the margin.
    func cut(_ length: Int, _ margins: (before: Int, after: Int)) -> Int {
      (window.places(on: length) - 1) * window.stride + window.size - length - margins.before
    }
    size = [window.size, window.size]
    stride = [window.stride, window.stride]
    before = [rows.before, columns.before]
    after = [cut(shape.height, rows), cut(shape.width, columns)]
  }

  /// A window as large as the image.
  init(covering shape: TensorShape) {
    size = [shape.height, shape.width]
    (stride, before, after) = ([1, 1], [0, 0], [0, 0])
  }
}

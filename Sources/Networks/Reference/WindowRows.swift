// Legend: p a place of the window, q a position in it, s the stride, along one axis of the image.

extension Window {
  /// The places p whose position q lies in the image: 0 ≤ s p + q - before < length.
  func places(_ q: Int, on length: Int) -> Range<Int> {
    let before = margins(on: length).before
    let first = max(0, (before - q + stride - 1) / stride)
    let last = length - 1 - q + before
    let end = last < 0 ? 0 : min(places(on: length), last / stride + 1)
    return first..<max(first, end)
  }

  /// The positions of the image under the window at place p.
  func positions(_ p: Int, on length: Int) -> Range<Int> {
    let first = p * stride - margins(on: length).before
    return max(0, first)..<min(length, first + size)
  }
}

/// The runs of positions that a convolution's weights meet, row by row.
struct WindowRows: Sendable {
  private let window: Window
  private let input: TensorShape
  private let output: TensorShape

  /// Walks over the windows of an image of shape `input`, which leave an image of shape `output`.
  init(_ window: Window, input: TensorShape, output: TensorShape) {
    self.window = window
    self.input = input
    self.output = output
  }

  /// Calls a closure for each filter o, channel c, position q in the window and row of places.
  ///
  /// - Parameters:
  ///   - filters: how many filters, each with an output channel of its own.
  ///   - body: is given the indices of the weight W_oc(q), of the row's first value in the input
  ///     and in the output, and the number of places; in the input they are a stride apart.
  @inline(__always)
  func forEachRow(
    filters: Int, _ body: (_ weight: Int, _ input: Int, _ output: Int, _ count: Int) -> Void
  ) {
    let (size, stride, channels) = (window.size, window.stride, input.channels)
    let top = window.margins(on: input.height).before
    let left = window.margins(on: input.width).before
    for o in 0..<filters {
      for c in 0..<channels {
        for u in 0..<size {
          for v in 0..<size {
            let columns = window.places(v, on: input.width)
            if columns.isEmpty { continue }
            for row in window.places(u, on: input.height) {
              let from = (c * input.height + stride * row + u - top) * input.width
              body(
                ((o * channels + c) * size + u) * size + v,
                from + stride * columns.lowerBound + v - left,
                (o * output.height + row) * output.width + columns.lowerBound,
                columns.count)
            }
          }
        }
      }
    }
  }
}

public import LinearAlgebra

/// Where a square window stands as it moves over an image.
///
/// The window has s × s pixels and moves by a stride; the image is framed with zeros. An image is
/// a vector of its channels one after the other, each row after row.
public struct PatchGrid: Sendable, Hashable, Codable {
  /// Rows of pixels of an image.
  public let height: Int
  /// Pixels in a row.
  public let width: Int
  /// Values of a pixel.
  public let channels: Int
  /// s, rows and columns of the window.
  public let side: Int
  /// Pixels from one place of the window to the next.
  public let stride: Int
  /// Rows and columns of zeros around the image.
  public let padding: Int

  /// Creates a grid.
  ///
  /// - Parameters:
  ///   - height: rows of pixels of an image, at least 1.
  ///   - width: pixels in a row, at least 1.
  ///   - channels: values of a pixel, at least 1.
  ///   - side: s, from 1 to the framed image's smaller side.
  ///   - stride: pixels from one place to the next, at least 1.
  ///   - padding: rows and columns of zeros around the image, from 0.
  public init(
    height: Int, width: Int, channels: Int, side: Int, stride: Int = 1, padding: Int = 0
  ) {
    precondition(height >= 1 && width >= 1 && channels >= 1, "an image has a positive size")
    precondition(stride >= 1 && padding >= 0, "a window moves forward")
    precondition(
      side >= 1 && side <= min(height, width) + 2 * padding, "a window fits into its image")
    self.height = height
    self.width = width
    self.channels = channels
    self.side = side
    self.stride = stride
    self.padding = padding
  }

  /// How many rows of places there are.
  public var rows: Int { (height + 2 * padding - side) / stride + 1 }
  /// How many places a row has.
  public var columns: Int { (width + 2 * padding - side) / stride + 1 }
  /// The number of places.
  public var count: Int { rows * columns }
  /// The number of values under the window.
  public var patchLength: Int { channels * side * side }
  /// The number of values of an image.
  public var imageLength: Int { channels * height * width }

  /// What some images show under the window at all its places.
  ///
  /// - Parameters:
  ///   - images: n × d with d = ``imageLength``, one row an image.
  ///   - range: B of its rows.
  /// - Returns: one row a patch, one column a value of the window in the order of an image. The
  ///   patch of image b of `range` at place q, counted row after row, is row q B + b.
  /// - Complexity: as many copies as the result has entries.
  public func patches(of images: Matrix<Float>, _ range: Range<Int>) -> Matrix<Float> {
    precondition(images.columns == imageLength, "images of the grid's size")
    precondition(range.lowerBound >= 0 && range.upperBound <= images.rows, "rows of the matrix")
    let (block, places) = (range.count, count)
    return Matrix(rows: places * block, columns: patchLength) { target in
      images.withUnsafeElements { source in
        nonisolated(unsafe) let (target, source) = (target, source)
        // A column of the matrix is one pixel of all images: they move together.
        inParallel(count: patchLength) { entry in
          let channel = entry / (side * side)
          let (down, right) = (entry / side % side, entry % side)
          for place in 0..<places {
            let y = place / columns * stride + down - padding
            let x = place % columns * stride + right - padding
            let to = target + (entry * places + place) * block
            if y >= 0 && y < height && x >= 0 && x < width {
              let pixel = (channel * height + y) * width + x
              to.update(from: source + pixel * images.rows + range.lowerBound, count: block)
            } else {
              to.update(repeating: 0, count: block)
            }
          }
        }
      }
    }
  }
}

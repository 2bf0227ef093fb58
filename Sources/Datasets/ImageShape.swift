/// The size of an image.
///
/// Pixels are stored channel after channel, each channel row after row, as in the CIFAR files.
public struct ImageShape: Sendable, Hashable, Codable, CustomStringConvertible {
  /// Rows of pixels.
  public var height: Int
  /// Pixels in a row.
  public var width: Int
  /// Values of a pixel: 1 for grey, 3 for red, green, blue.
  public var channels: Int

  /// The number of pixel positions of one channel.
  public var area: Int { height * width }

  /// The number of values of an image, the input dimension d.
  public var count: Int { height * width * channels }

  /// Creates a shape.
  ///
  /// - Parameters:
  ///   - height: rows of pixels, at least 1.
  ///   - width: pixels in a row, at least 1.
  ///   - channels: values of a pixel, at least 1.
  public init(height: Int, width: Int, channels: Int) {
    precondition(height >= 1 && width >= 1 && channels >= 1, "an image has a positive size")
    self.height = height
    self.width = width
    self.channels = channels
  }

  /// The shape as height × width × channels.
  public var description: String { "\(height)x\(width)x\(channels)" }
}

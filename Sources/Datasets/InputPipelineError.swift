/// Why images cannot be made into the inputs of a network.
public enum InputPipelineError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The window is empty, or larger than the images.
  case cropOutOfRange(height: Int, width: Int, shape: ImageShape)
  /// A random crop has one place only.
  case noRoomForRandomCrop(shape: ImageShape)
  /// The amount of an alteration is outside its range.
  case amountOutOfRange(option: String, value: Double, largest: Double)
  /// An alteration of colours is asked for on images that have none.
  case wantsColors(option: String, value: Double, channels: Int)

  /// The option, the value found, what was expected and what to try, on one line.
  public var description: String {
    switch self {
    case .cropOutOfRange(let height, let width, let shape):
      "the crop is \(height)x\(width), 1x1 to \(shape.height)x\(shape.width) expected for images of "
        + "\(shape): take a smaller window, or no crop"
    case .noRoomForRandomCrop(let shape):
      "a random crop is asked for, but the window is the whole image of "
        + "\(shape.height)x\(shape.width): take a smaller crop, or leave the random crop out"
    case .amountOutOfRange(let option, let value, let largest):
      "the \(option) is \(value), 0 to \(largest) expected: it is the largest change, drawn in both "
        + "directions"
    case .wantsColors(let option, let value, let channels):
      "the \(option) is \(value), 0 expected for images of \(channels) "
        + "\(channels == 1 ? "channel" : "channels"): leave it out, or take images of red, green, blue"
    }
  }
}

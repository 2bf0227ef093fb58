/// The shape of what one sample is between two layers: a vector, or an image of channels.
public enum TensorShape: Sendable, Hashable, CustomStringConvertible {
  /// A vector of the given length.
  case vector(Int)
  /// An image, stored channel after channel, each channel row after row.
  case image(channels: Int, height: Int, width: Int)

  /// The number of values.
  public var count: Int { channels * height * width }

  /// The number of channels; the length of a vector.
  public var channels: Int {
    switch self {
    case .vector(let length): length
    case .image(let channels, _, _): channels
    }
  }

  /// Rows of each channel; 1 for a vector.
  public var height: Int {
    switch self {
    case .vector: 1
    case .image(_, let height, _): height
    }
  }

  /// Values in a row; 1 for a vector.
  public var width: Int {
    switch self {
    case .vector: 1
    case .image(_, _, let width): width
    }
  }

  /// The number of positions of one channel.
  public var area: Int { height * width }

  /// The same shape with another number of channels; a vector of another length.
  func withChannels(_ channels: Int) -> TensorShape {
    switch self {
    case .vector: .vector(channels)
    case .image(_, let height, let width): .image(channels: channels, height: height, width: width)
    }
  }

  /// The shape as height × width × channels, or the length.
  public var description: String {
    switch self {
    case .vector(let length): "\(length)"
    case .image(let channels, let height, let width): "\(height)x\(width)x\(channels)"
    }
  }
}

/// The shape of what one sample is between two layers: a vector, or an image of channels.
public enum TensorShape: Sendable, Hashable, LosslessStringConvertible {
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

  /// Reads a description: height × width × channels, or the length.
  ///
  /// - Parameter description: such as `28x28x3` or `784`, whole numbers of at least 0.
  public init?(_ description: String) {
    let sizes = description.split(separator: "x", omittingEmptySubsequences: false).map {
      $0.allSatisfy { ("0"..."9").contains($0) } ? Int($0) : nil
    }
    switch (sizes.count, sizes.first, sizes.last) {
    case (1, let length??, _): self = .vector(length)
    case (3, let height??, let channels??):
      guard let width = sizes[1] else { return nil }
      self = .image(channels: channels, height: height, width: width)
    default: return nil
    }
  }
}

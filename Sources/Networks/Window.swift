/// A square window that moves over an image.
public struct Window: Sendable, Hashable {
  /// Rows and columns of the window, at least 1.
  public var size: Int
  /// The step from one place to the next, at least 1.
  public var stride: Int
  /// What is done at the border.
  public var padding: Padding

  /// Creates a window.
  public init(size: Int, stride: Int, padding: Padding) {
    self.size = size
    self.stride = stride
    self.padding = padding
  }

  /// The number of places on a line of the image; not positive where the window does not fit.
  public func places(on length: Int) -> Int {
    let (before, after) = margins(on: length)
    let room = length + before + after - size
    return room < 0 ? 0 : room / stride + 1
  }

  /// The positions added before and after a line of the image.
  public func margins(on length: Int) -> (before: Int, after: Int) {
    switch padding {
    case .valid: return (0, 0)
    case .each(let amount): return (amount, amount)
    case .same:
      let places = (length + stride - 1) / stride
      let missing = max((places - 1) * stride + size - length, 0)
      return (missing / 2, missing - missing / 2)
    }
  }
}

/// What a window does at the border of an image.
public enum Padding: Sendable, Hashable, CustomStringConvertible {
  /// So much that there are ⌈length / stride⌉ places; an odd rest goes after the image.
  ///
  /// As TensorFlow's SAME.
  case same
  /// Nothing: the window stays inside the image.
  case valid
  /// The same amount on every side.
  case each(Int)

  /// The name, as in an architecture file.
  public var description: String {
    switch self {
    case .same: "same"
    case .valid: "valid"
    case .each(let amount): "\(amount)"
    }
  }
}

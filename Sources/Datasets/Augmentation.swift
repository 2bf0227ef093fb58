private import RandomStreams

/// By how much training images are altered at random, anew in each epoch.
///
/// Altered are, in this order: the image's rotation, the place of the window cut from it, its sides
/// by a left-right flip, and its colours; preprocessing comes last. ``ImageAlteration`` states the
/// formulas. Labels stay as they are, random ones too.
///
/// Source: the paper, Section 3 (brightness, saturation, hue, contrast) and Table 4 (random crop;
/// flips with rotations up to 25°, images altered anew in each epoch).
public struct Augmentation: Sendable, Hashable, Codable {
  /// A window uniform over all places instead of the central one.
  public var randomCrop: Bool
  /// Left and right exchanged with probability 1/2.
  public var flip: Bool
  /// The largest rotation in degrees, 0 to 180; the angle is uniform in ±rotation.
  public var rotation: Double
  /// The largest change of brightness, 0 to 1 times the range of values.
  public var brightness: Double
  /// The largest relative change of contrast, 0 to 1.
  public var contrast: Double
  /// The largest relative change of saturation, 0 to 1; for three channels.
  public var saturation: Double
  /// The largest turn of hue as a part of the full circle, 0 to 1/2; for three channels.
  public var hue: Double

  /// Images as they are, cut in the centre.
  public static let none = Augmentation()

  /// Whether no image is altered.
  public var isNone: Bool { self == .none }

  /// Creates an augmentation; what is left out is not altered.
  ///
  /// Ranges are checked where the size of the images is known, by ``InputPipeline``.
  ///
  /// - Parameters:
  ///   - randomCrop: whether the window's place is random.
  ///   - flip: whether half of the images are flipped.
  ///   - rotation: the largest angle in degrees, 0 to 180.
  ///   - brightness: the largest change as a part of the range of values, 0 to 1.
  ///   - contrast: the largest relative change, 0 to 1.
  ///   - saturation: the largest relative change, 0 to 1.
  ///   - hue: the largest turn as a part of the full circle, 0 to 1/2.
  public init(
    randomCrop: Bool = false, flip: Bool = false, rotation: Double = 0, brightness: Double = 0,
    contrast: Double = 0, saturation: Double = 0, hue: Double = 0
  ) {
    (self.randomCrop, self.flip, self.rotation) = (randomCrop, flip, rotation)
    (self.brightness, self.contrast) = (brightness, contrast)
    (self.saturation, self.hue) = (saturation, hue)
  }

  /// What is done, in words for a report.
  public var summary: String {
    var parts: [String] = []
    if randomCrop { parts.append("random crop") }
    if flip { parts.append("left-right flip") }
    if rotation != 0 { parts.append("rotation up to \(rotation)°") }
    if brightness != 0 { parts.append("brightness ±\(brightness)") }
    if saturation != 0 { parts.append("saturation ±\(saturation)") }
    if hue != 0 { parts.append("hue ±\(hue) of a turn") }
    if contrast != 0 { parts.append("contrast ±\(contrast)") }
    return parts.isEmpty ? "none" : parts.joined(separator: ", ")
  }

  /// What happens to one image in one epoch.
  ///
  /// Each option draws from a stream of its own, named by seed, image and epoch: an image is
  /// altered in the same way in any batch and on any thread, and switching one option on moves no
  /// draw of another.
  ///
  /// - Parameters:
  ///   - image: the image's index in its dataset.
  ///   - epoch: the pass over the data.
  ///   - seed: names the draw.
  ///   - shape: the image's size.
  ///   - height: rows of the window, 1 to those of the image.
  ///   - width: columns of the window, 1 to those of the image.
  /// - Returns: the alteration; that of ``none`` is the central window.
  public func alteration(
    image: Int, epoch: Int, seed: UInt64, of shape: ImageShape, height: Int, width: Int
  ) -> ImageAlteration {
    func stream(_ option: String) -> RandomStream {
      RandomStream(seed: seed, purpose: "augmentation: \(option)", indices: image, epoch)
    }
    func uniform(_ option: String, _ largest: Double) -> Double {
      guard largest != 0 else { return 0 }
      var stream = stream(option)
      return largest * (2 * stream.uniform() - 1)
    }
    var result = ImageAlteration(central: height, width, of: shape)
    if randomCrop {
      var stream = stream("crop")
      result.top = stream.integer(below: shape.height - height + 1)
      result.left = stream.integer(below: shape.width - width + 1)
    }
    if flip {
      var stream = stream("flip")
      result.isFlipped = stream.integer(below: 2) == 1
    }
    result.rotation = uniform("rotation", rotation)
    result.brightness = uniform("brightness", brightness)
    result.saturation = uniform("saturation", saturation)
    result.hue = uniform("hue", hue)
    result.contrast = uniform("contrast", contrast)
    return result
  }
}

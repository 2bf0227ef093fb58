private import Foundation

/// What augmentation does to one image, all draws made.
///
/// Values x are on the scale of bytes, 0 to 255.
///
/// - Rotation: counter-clockwise as displayed, about the image's centre, bilinear between the four
///   neighbours. Beyond its edge the image is continued by reflection, edge pixels repeated
///   (… b a | a b c | c b …), so that no corner is black.
/// - Window: `height` × `width` pixels of the rotated image from (`top`, `left`) on, then flipped.
/// - Brightness b: x + 255 b.
/// - Saturation s and hue h: with Y = 0.299 R + 0.587 G + 0.114 B the chrominance of YIQ, which is
///   that of YUV in turned axes, (0.492 (B - Y), 0.877 (R - Y)), is multiplied by 1 + s and turned by
///   360° h, from blue towards red. Y stays, so grey pixels stay.
/// - Contrast c: μ + (1 + c)(x - μ) with the mean μ of each channel.
/// - After a change of colours, values are confined to 0 to 255, or to the range of the window's
///   values where that is wider.
///
/// Per-image standardisation takes out a change of brightness again, up to values that were
/// confined, and in grey images one of contrast too.
///
/// Sines are the C library's, which may differ in the last place between C libraries.
///
/// Source: the formulas of TensorFlow's `adjust_brightness` and `adjust_contrast`, and the linear
/// chrominance of NTSC (ITU-R BT.470) for saturation and hue.
public struct ImageAlteration: Sendable, Hashable {
  /// The angle in degrees, counter-clockwise as displayed.
  public var rotation = 0.0
  /// The first row of the window.
  public var top: Int
  /// The first column of the window.
  public var left: Int
  /// Whether left and right are exchanged.
  public var isFlipped = false
  /// What is added, as a part of 255.
  public var brightness = 0.0
  /// The relative change of chrominance, at least -1.
  public var saturation = 0.0
  /// The turn of chrominance as a part of the full circle.
  public var hue = 0.0
  /// The relative change of the distance from the mean, at least -1.
  public var contrast = 0.0

  /// Creates the alteration that only cuts out a window.
  ///
  /// - Parameters:
  ///   - top: the window's first row.
  ///   - left: the window's first column.
  public init(top: Int, left: Int) { (self.top, self.left) = (top, left) }

  /// The central window, as ``LabeledDataset/centerCropped(height:width:)`` cuts it.
  init(central height: Int, _ width: Int, of shape: ImageShape) {
    (top, left) = shape.centralPlace(height: height, width: width)
  }

  /// The altered image.
  ///
  /// - Parameters:
  ///   - image: the values in the order of ``ImageShape``, on the scale of bytes.
  ///   - shape: the image's size; three channels where saturation or hue is not 0.
  ///   - height: rows of the window, which must lie in the image.
  ///   - width: columns of the window.
  /// - Returns: the values of the window in the order of ``ImageShape``.
  /// - Complexity: linear in the size of the window.
  public func apply(
    to image: [Float], of shape: ImageShape, height: Int, width: Int
  ) -> [Float] {
    precondition(image.count == shape.count, "an image of \(shape) has \(shape.count) values")
    precondition(
      top >= 0 && left >= 0 && top + height <= shape.height && left + width <= shape.width,
      "the window lies in the image")
    precondition(
      saturation == 0 && hue == 0 || shape.channels == 3, "grey images have no colours")
    let window = ImageShape(height: height, width: width, channels: shape.channels)
    return [Float](unsafeUninitializedCapacity: window.count) { result, count in
      count = window.count
      let result = UnsafeMutableBufferPointer(rebasing: result.prefix(count))
      image.withUnsafeBufferPointer { write($0, of: shape, to: result, window: window) }
    }
  }

  /// Writes the window of the altered image, without allocation.
  func write<Value: StoredPixel>(
    _ image: UnsafeBufferPointer<Value>, of shape: ImageShape,
    to result: UnsafeMutableBufferPointer<Float>, window: ImageShape
  ) {
    if rotation == 0 {
      cut(image, of: shape, to: result, window: window)
    } else {
      turn(image, of: shape, to: result, window: window)
    }
    if brightness != 0 || saturation != 0 || hue != 0 || contrast != 0 {
      changeColors(of: result, channels: window.channels)
    }
  }

  private func cut<Value: StoredPixel>(
    _ image: UnsafeBufferPointer<Value>, of shape: ImageShape,
    to result: UnsafeMutableBufferPointer<Float>, window: ImageShape
  ) {
    var place = 0
    for channel in 0..<window.channels {
      for row in top..<top + window.height {
        let start = (channel * shape.height + row) * shape.width + left
        if isFlipped {
          for column in 0..<window.width {
            result[place + column] = image[start + window.width - 1 - column].real
          }
        } else {
          for column in 0..<window.width { result[place + column] = image[start + column].real }
        }
        place += window.width
      }
    }
  }

  private func turn<Value: StoredPixel>(
    _ image: UnsafeBufferPointer<Value>, of shape: ImageShape,
    to result: UnsafeMutableBufferPointer<Float>, window: ImageShape
  ) {
    let (cosine, sine) = cosineAndSine(degrees: rotation)
    let (middleRow, middleColumn) = (Double(shape.height - 1) / 2, Double(shape.width - 1) / 2)
    for row in 0..<window.height {
      let y = Double(top + row) - middleRow
      for column in 0..<window.width {
        let x = Double(left + (isFlipped ? window.width - 1 - column : column)) - middleColumn
        // Where the value comes from: the point turned back, with rows counted downwards.
        let sourceRow = x * sine + y * cosine + middleRow
        let sourceColumn = x * cosine - y * sine + middleColumn
        let (firstRow, firstColumn) = (sourceRow.rounded(.down), sourceColumn.rounded(.down))
        let (down, right) = (Float(sourceRow - firstRow), Float(sourceColumn - firstColumn))
        let upper = reflected(Int(firstRow), in: shape.height) * shape.width
        let lower = reflected(Int(firstRow) + 1, in: shape.height) * shape.width
        let near = reflected(Int(firstColumn), in: shape.width)
        let far = reflected(Int(firstColumn) + 1, in: shape.width)
        for channel in 0..<window.channels {
          let first = channel * shape.area
          func value(_ place: Int) -> Float { image[first + place].real }
          let above = (1 - right) * value(upper + near) + right * value(upper + far)
          let below = (1 - right) * value(lower + near) + right * value(lower + far)
          result[(channel * window.height + row) * window.width + column] =
            (1 - down) * above + down * below
        }
      }
    }
  }

  private func changeColors(of image: UnsafeMutableBufferPointer<Float>, channels: Int) {
    var (least, largest) = (Float(0), Float(255))
    for value in image {
      least = min(least, value)
      largest = max(largest, value)
    }
    let area = image.count / channels
    if brightness != 0 {
      let added = Float(255 * brightness)
      for i in image.indices { image[i] += added }
    }
    if saturation != 0 || hue != 0 { changeChrominance(of: image, area: area) }
    if contrast != 0 {
      let factor = Float(1 + contrast)
      for channel in 0..<channels {
        let values = UnsafeMutableBufferPointer(
          rebasing: image[channel * area..<(channel + 1) * area])
        let mean = values.reduce(0, +) / Float(area)
        for i in values.indices { values[i] = mean + factor * (values[i] - mean) }
      }
    }
    for i in image.indices { image[i] = min(max(image[i], least), largest) }
  }

  private func changeChrominance(of image: UnsafeMutableBufferPointer<Float>, area: Int) {
    let (cosine, sine) = cosineAndSine(degrees: 360 * hue)
    let (along, across) = (Float((1 + saturation) * cosine), Float((1 + saturation) * sine))
    for i in 0..<area {
      let (red, green, blue) = (image[i], image[area + i], image[2 * area + i])
      let luma = 0.299 * red + 0.587 * green + 0.114 * blue
      let (u, v) = (0.492 * (blue - luma), 0.877 * (red - luma))
      let newRed = luma + (across * u + along * v) / 0.877
      let newBlue = luma + (along * u - across * v) / 0.492
      image[i] = newRed
      image[area + i] = (luma - 0.299 * newRed - 0.114 * newBlue) / 0.587
      image[2 * area + i] = newBlue
    }
  }
}

/// A value of an image as it is stored.
protocol StoredPixel: Sendable {
  /// The value on the scale of bytes.
  var real: Float { get }
}

extension UInt8: StoredPixel {
  var real: Float { Float(self) }
}

extension Float: StoredPixel {
  var real: Float { self }
}

/// Cosine and sine of an angle, exact at quarter turns.
private func cosineAndSine(degrees: Double) -> (cosine: Double, sine: Double) {
  let quarters = (degrees / 90).rounded()
  let rest = (degrees - 90 * quarters) * .pi / 180
  let (cosine, sine) = (cos(rest), sin(rest))
  switch Int(quarters) & 3 {
  case 0: return (cosine, sine)
  case 1: return (-sine, cosine)
  case 2: return (-cosine, -sine)
  default: return (sine, -cosine)
  }
}

/// The pixel that continues a row of `count` by reflection, edge pixels repeated.
private func reflected(_ index: Int, in count: Int) -> Int {
  if index >= 0 && index < count { return index }
  let period = 2 * count
  let place = (index % period + period) % period
  return min(place, period - 1 - place)
}

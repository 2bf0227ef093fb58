import Datasets
import Foundation
import RandomStreams
import TestSupport
import Testing

@Suite("Alterations of an image follow their formulas")
struct ImageAlterationTests {
  @Test("Windows and flips move pixels, and a flip twice moves none", arguments: PropertyCase.all)
  func geometry(_ property: PropertyCase) {
    let image = Picture(property)
    var alteration = ImageAlteration(top: 0, left: 0)
    #expect(image.altered(alteration) == image)
    alteration.isFlipped = true
    let flipped = image.altered(alteration)
    #expect(flipped == image.mapPlaces { row, column in (row, image.shape.width - 1 - column) })
    #expect(flipped.altered(alteration) == image)

    var stream = property.stream("window")
    let height = 1 + stream.integer(below: image.shape.height)
    let width = 1 + stream.integer(below: image.shape.width)
    alteration.top = stream.integer(below: image.shape.height - height + 1)
    alteration.left = stream.integer(below: image.shape.width - width + 1)
    let window = image.altered(alteration, height: height, width: width)
    // The flip comes after the crop: the window stays where it was.
    alteration.isFlipped = false
    let straight = image.altered(alteration, height: height, width: width)
    #expect(window == straight.mapPlaces { row, column in (row, width - 1 - column) })
    for row in 0..<height {
      for column in 0..<width {
        #expect(
          straight[0, row, column] == image[0, alteration.top + row, alteration.left + column])
      }
    }
  }

  @Test("Quarter turns of a square image permute its pixels exactly", arguments: PropertyCase.all)
  func quarterTurns(_ property: PropertyCase) {
    let n = max(1, property.first)
    let image = Picture(property, height: n, width: n)
    var alteration = ImageAlteration(top: 0, left: 0)
    let quarter = image.mapPlaces { row, column in (column, n - 1 - row) }
    alteration.rotation = 90
    #expect(image.altered(alteration) == quarter)
    alteration.rotation = -270
    #expect(image.altered(alteration) == quarter)
    alteration.rotation = -90
    #expect(image.altered(alteration) == image.mapPlaces { row, column in (n - 1 - column, row) })
    alteration.rotation = 360
    #expect(image.altered(alteration) == image)
    let any = Picture(property)
    alteration.rotation = 180
    #expect(
      any.altered(alteration)
        == any.mapPlaces { row, column in
          (any.shape.height - 1 - row, any.shape.width - 1 - column)
        })
  }

  @Test(
    "Rotation is bilinear in the image continued by reflection, windows and flips come after it",
    arguments: PropertyCase.all)
  func rotation(_ property: PropertyCase) {
    let image = Picture(property)
    var stream = property.stream("rotation")
    var alteration = ImageAlteration(top: 0, left: 0)
    alteration.rotation = 360 * stream.uniform() - 180
    let turned = image.altered(alteration)
    let reference = image.turned(by: alteration.rotation)
    // Two roundings of a weight, products and sums of four neighbours.
    let bound = Tolerance.arithmetic.bound(Float.self, size: 8, scale: 255)
    #expect(turned.distance(to: reference) <= bound)

    let height = 1 + stream.integer(below: image.shape.height)
    let width = 1 + stream.integer(below: image.shape.width)
    alteration.top = stream.integer(below: image.shape.height - height + 1)
    alteration.left = stream.integer(below: image.shape.width - width + 1)
    alteration.isFlipped = stream.integer(below: 2) == 1
    var later = alteration
    later.rotation = 0
    #expect(
      image.altered(alteration, height: height, width: width)
        == turned.altered(later, height: height, width: width))
  }

  @Test("A ramp turns into the turned ramp where no edge is met", arguments: [25, -25, 10, 77])
  func ramp(angle: Double) {
    let shape = ImageShape(height: 21, width: 21, channels: 1)
    let (slopeX, slopeY) = (3.0, -2.0)
    let ramp = Picture(shape: shape) { _, row, column in
      128 + slopeX * Double(column - 10) + slopeY * Double(row - 10)
    }
    var alteration = ImageAlteration(top: 0, left: 0)
    alteration.rotation = angle
    let turned = ramp.altered(alteration)
    let radians = angle * .pi / 180
    for row in 0..<21 {
      for column in 0..<21 {
        let (x, y) = (Double(column - 10), Double(row - 10))
        guard x * x + y * y < 100 else { continue }
        let (sourceX, sourceY) = (
          x * cos(radians) - y * sin(radians), x * sin(radians) + y * cos(radians)
        )
        let expected = 128 + slopeX * sourceX + slopeY * sourceY
        let bound = Tolerance.arithmetic.bound(Float.self, size: 8, scale: 255)
        #expect(abs(Double(turned[0, row, column]) - expected) <= bound)
      }
    }
  }

  @Test("Colours follow their formulas in doubles", arguments: PropertyCase.all)
  func colors(_ property: PropertyCase) {
    var stream = property.stream("colours")
    func amount() -> Double { stream.integer(below: 3) == 0 ? 0 : 2 * stream.uniform() - 1 }
    var alteration = ImageAlteration(top: 0, left: 0)
    (alteration.brightness, alteration.contrast) = (amount(), amount())
    var image = Picture(property)
    if image.shape.channels == 3 {
      (alteration.saturation, alteration.hue) = (amount(), amount() / 2)
    }
    // Every other image has values beyond those of bytes.
    if property.seed % 2 == 1 { image.values = image.values.map { 3 * $0 - 200 } }
    let reference = image.recolored(by: alteration)
    // A mean of as many numbers, and a dozen operations on values up to five times the range.
    let bound = Tolerance.arithmetic.bound(
      Float.self, size: image.shape.area + 12, scale: 5 * image.largest)
    #expect(image.altered(alteration).distance(to: reference) <= bound)
    alteration = ImageAlteration(top: 0, left: 0)
    #expect(image.altered(alteration) == image)
  }

  @Test("Grey pixels have no hue and no saturation", arguments: [0, 1, 100, 255])
  func grey(value: Double) {
    let image = Picture(shape: ImageShape(height: 3, width: 2, channels: 3)) { _, _, _ in value }
    var alteration = ImageAlteration(top: 0, left: 0)
    (alteration.saturation, alteration.hue) = (0.7, 0.3)
    let bound = Tolerance.arithmetic.bound(Float.self, size: 8, scale: 4 * value)
    #expect(image.altered(alteration).distance(to: image) <= bound)
  }

  @Test("No saturation leaves the luma, a turn by a whole circle everything")
  func extremes() {
    let image = Picture(shape: ImageShape(height: 1, width: 1, channels: 3)) { channel, _, _ in
      [200, 100, 50][channel]
    }
    let bound = Tolerance.arithmetic.bound(Float.self, size: 12, scale: 4 * 255)
    var alteration = ImageAlteration(top: 0, left: 0)
    alteration.saturation = -1
    let luma = Picture(shape: image.shape) { _, _, _ in 0.299 * 200 + 0.587 * 100 + 0.114 * 50 }
    #expect(image.altered(alteration).distance(to: luma) <= bound)
    alteration.saturation = 0
    alteration.hue = 1
    #expect(image.altered(alteration).distance(to: image) <= bound)
    // Blue turns towards red.
    let blue = Picture(shape: image.shape) { channel, _, _ in [100, 100, 140][channel] }
    alteration.hue = 0.1
    let turned = blue.altered(alteration)
    #expect(turned[0, 0, 0] > 100 && turned[0, 0, 0] > turned[1, 0, 0])
  }

  @Test("Bytes stay between 0 and 255, wider values in their own range")
  func confinement() {
    let shape = ImageShape(height: 1, width: 4, channels: 1)
    let bytes = Picture(shape: shape) { _, _, column in [0, 100, 200, 255][column] }
    var alteration = ImageAlteration(top: 0, left: 0)
    alteration.brightness = 0.2
    #expect(bytes.altered(alteration).values == [51, 151, 251, 255])
    alteration.brightness = -0.4
    #expect(bytes.altered(alteration).values == [0, 0, 98, 153])
    let wide = Picture(shape: shape) { _, _, column in [-80, 0, 100, 300][column] }
    #expect(wide.altered(alteration).values == [-80, -80, -2, 198])
    alteration.brightness = 0
    // The mean is 80.
    alteration.contrast = 0.5
    #expect(wide.altered(alteration).values == [-80, -40, 110, 300])
    alteration.contrast = -1
    #expect(wide.altered(alteration).values == [80, 80, 80, 80])
  }

  @Test("Misuse stops the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      _ = ImageAlteration(top: 1, left: 0).apply(
        to: [0, 0, 0, 0], of: ImageShape(height: 2, width: 2, channels: 1), height: 2, width: 2)
    }
    await #expect(processExitsWith: .failure) {
      _ = ImageAlteration(top: 0, left: 0).apply(
        to: [0, 0, 0], of: ImageShape(height: 2, width: 2, channels: 1), height: 2, width: 2)
    }
    await #expect(processExitsWith: .failure) {
      var alteration = ImageAlteration(top: 0, left: 0)
      alteration.hue = 0.1
      _ = alteration.apply(
        to: [0], of: ImageShape(height: 1, width: 1, channels: 1), height: 1, width: 1)
    }
  }
}

/// One image with its plain reference of every alteration, in doubles.
private struct Picture: Equatable {
  let shape: ImageShape
  var values: [Float]

  /// Random bytes of a random size, 1 or 3 channels.
  init(_ property: PropertyCase, height: Int? = nil, width: Int? = nil) {
    var stream = property.stream("picture")
    shape = ImageShape(
      height: height ?? max(1, property.first), width: width ?? max(1, property.second),
      channels: property.seed % 4 == 0 ? 1 : 3)
    values = (0..<shape.count).map { _ in Float(stream.integer(below: 256)) }
  }

  init(shape: ImageShape, _ value: (_ channel: Int, _ row: Int, _ column: Int) -> Double) {
    self.shape = shape
    values = (0..<shape.count).map {
      Float(value($0 / shape.area, $0 % shape.area / shape.width, $0 % shape.width))
    }
  }

  subscript(channel: Int, row: Int, column: Int) -> Float {
    values[(channel * shape.height + row) * shape.width + column]
  }

  var largest: Double { values.reduce(255) { max($0, Double(abs($1))) } }

  func altered(_ alteration: ImageAlteration, height: Int? = nil, width: Int? = nil) -> Picture {
    let (height, width) = (height ?? shape.height, width ?? shape.width)
    var result = Picture(
      shape: ImageShape(height: height, width: width, channels: shape.channels)
    ) { _, _, _ in 0 }
    result.values = alteration.apply(to: values, of: shape, height: height, width: width)
    return result
  }

  func mapPlaces(_ source: (_ row: Int, _ column: Int) -> (Int, Int)) -> Picture {
    Picture(shape: shape) { channel, row, column in
      let (row, column) = source(row, column)
      return Double(self[channel, row, column])
    }
  }

  func distance(to other: Picture) -> Double {
    guard shape == other.shape, values.count == other.values.count else { return .infinity }
    return zip(values, other.values).reduce(0) { max($0, Double(abs($1.0 - $1.1))) }
  }

  /// The image mirrored at its edges again and again, then interpolated.
  func turned(by degrees: Double) -> Picture {
    let radians = degrees * .pi / 180
    func mirrored(_ index: Int, _ count: Int) -> Int {
      var index = index
      while index < 0 || index >= count { index = index < 0 ? -1 - index : 2 * count - 1 - index }
      return index
    }
    return Picture(shape: shape) { channel, row, column in
      // Coordinates with y upwards, turned back clockwise.
      let x = Double(column) - Double(shape.width - 1) / 2
      let y = Double(shape.height - 1) / 2 - Double(row)
      let sourceX = x * cos(radians) + y * sin(radians) + Double(shape.width - 1) / 2
      let sourceY = Double(shape.height - 1) / 2 - (-x * sin(radians) + y * cos(radians))
      var sum = 0.0
      for i in Int(sourceY.rounded(.down))...Int(sourceY.rounded(.down)) + 1 {
        for j in Int(sourceX.rounded(.down))...Int(sourceX.rounded(.down)) + 1 {
          let weight = (1 - abs(sourceY - Double(i))) * (1 - abs(sourceX - Double(j)))
          sum +=
            weight * Double(self[channel, mirrored(i, shape.height), mirrored(j, shape.width)])
        }
      }
      return sum
    }
  }

  /// The documented formulas one after the other; chrominance by solving for red, green, blue.
  func recolored(by alteration: ImageAlteration) -> Picture {
    let range = (min(0, values.min() ?? 0), max(255, values.max() ?? 0))
    var x = (0..<shape.channels).map { channel in
      values[channel * shape.area..<(channel + 1) * shape.area].map {
        Double($0) + 255 * alteration.brightness
      }
    }
    if shape.channels == 3 {
      let angle = 2 * Double.pi * alteration.hue
      for i in 0..<shape.area {
        let y = 0.299 * x[0][i] + 0.587 * x[1][i] + 0.114 * x[2][i]
        let (u, v) = (0.492 * (x[2][i] - y), 0.877 * (x[0][i] - y))
        let turnedU = (1 + alteration.saturation) * (u * cos(angle) - v * sin(angle))
        let turnedV = (1 + alteration.saturation) * (u * sin(angle) + v * cos(angle))
        let rows = [
          [0.299, 0.587, 0.114], [-0.492 * 0.299, -0.492 * 0.587, 0.492 * (1 - 0.114)],
          [0.877 * (1 - 0.299), -0.877 * 0.587, -0.877 * 0.114],
        ]
        let solution = cramer(rows, [y, turnedU, turnedV])
        for channel in 0..<3 { x[channel][i] = solution[channel] }
      }
    }
    for channel in 0..<shape.channels {
      let mean = x[channel].reduce(0, +) / Double(shape.area)
      x[channel] = x[channel].map { mean + (1 + alteration.contrast) * ($0 - mean) }
    }
    var result = self
    result.values = x.joined().map { min(max(Float($0), range.0), range.1) }
    return result
  }
}

/// The solution of three equations by determinants.
private func cramer(_ a: [[Double]], _ b: [Double]) -> [Double] {
  func determinant(_ m: [[Double]]) -> Double {
    m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1])
      - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
      + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0])
  }
  return (0..<3).map { column in
    var replaced = a
    for row in 0..<3 { replaced[row][column] = b[row] }
    return determinant(replaced) / determinant(a)
  }
}

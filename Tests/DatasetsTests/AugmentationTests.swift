import Datasets
import Foundation
import RandomStreams
import TestSupport
import Testing

/// All options on, at their largest amounts.
private let everything = Augmentation(
  randomCrop: true, flip: true, rotation: 180, brightness: 1, contrast: 1, saturation: 1, hue: 0.5)

@Suite("Augmentation draws what happens to an image")
struct AugmentationTests {
  private let shape = ImageShape(height: 32, width: 31, channels: 3)

  private func alterations(_ augmentation: Augmentation, count: Int) -> [ImageAlteration] {
    (0..<count).map {
      augmentation.alteration(
        image: $0 / 4, epoch: $0 % 4, seed: 5, of: shape, height: 28, width: 28)
    }
  }

  @Test("Words, and whether anything is altered")
  func summary() {
    #expect(Augmentation.none.isNone && Augmentation.none.summary == "none")
    #expect(
      Augmentation(flip: true, rotation: 25).summary == "left-right flip, rotation up to 25.0°")
    #expect(
      everything.summary
        == "random crop, left-right flip, rotation up to 180.0°, brightness ±1.0, saturation ±1.0, "
        + "hue ±0.5 of a turn, contrast ±1.0")
    let singles = [
      Augmentation(randomCrop: true), Augmentation(flip: true), Augmentation(rotation: 1),
      Augmentation(brightness: 0.1), Augmentation(contrast: 0.1), Augmentation(saturation: 0.1),
      Augmentation(hue: 0.1), Augmentation(hue: .nan),
    ]
    for single in singles { #expect(!single.isNone && single.summary != "none") }
    #expect(Set(singles.map(\.summary)).count == singles.count)
  }

  @Test("A stored augmentation comes back")
  func coding() throws {
    for augmentation in [.none, everything, Augmentation(flip: true, rotation: 25)] {
      let bytes = try JSONEncoder().encode(augmentation)
      #expect(try JSONDecoder().decode(Augmentation.self, from: bytes) == augmentation)
    }
  }

  @Test("Windows are uniform over all places, flips over both sides, independently")
  func placesAndSides() {
    // 5 rows, 4 columns, 2 sides.
    var counts = [Int](repeating: 0, count: 40)
    for drawn in alterations(Augmentation(randomCrop: true, flip: true), count: 8000) {
      counts[(drawn.top * 4 + drawn.left) * 2 + (drawn.isFlipped ? 1 : 0)] += 1
    }
    #expect(chiSquare(counts) <= chiSquareBound(outcomes: 40))
  }

  @Test(
    "Amounts are uniform between minus and plus the largest one",
    arguments: [
      (\ImageAlteration.rotation, 25.0), (\.brightness, 0.5), (\.contrast, 0.2),
      (\.saturation, 1.0), (\.hue, 0.1),
    ] as [(any KeyPath<ImageAlteration, Double> & Sendable, Double)])
  func amounts(_ amount: any KeyPath<ImageAlteration, Double> & Sendable, _ largest: Double) {
    let augmentation = Augmentation(
      rotation: 25, brightness: 0.5, contrast: 0.2, saturation: 1, hue: 0.1)
    var counts = [Int](repeating: 0, count: 20)
    for drawn in alterations(augmentation, count: 4000) {
      counts[Int(((drawn[keyPath: amount] / largest + 1) * 10).rounded(.down))] += 1
    }
    #expect(chiSquare(counts) <= chiSquareBound(outcomes: 20))
  }

  @Test("No two amounts of an image follow each other")
  func independence() {
    let drawn = alterations(everything, count: 4000).map {
      [$0.rotation / 180, $0.brightness, $0.contrast, $0.saturation, 2 * $0.hue]
    }
    for i in 0..<5 {
      for j in 0..<i {
        var counts = [Int](repeating: 0, count: 16)
        for amounts in drawn {
          counts[Int((amounts[i] + 1) * 2) * 4 + Int((amounts[j] + 1) * 2)] += 1
        }
        #expect(chiSquare(counts) <= chiSquareBound(outcomes: 16), "amounts \(i), \(j)")
      }
    }
  }

  @Test("Seed, image and epoch each name a draw of their own; the same names, the same draw")
  func names() {
    func draw(_ image: Int, _ epoch: Int, _ seed: UInt64) -> ImageAlteration {
      everything.alteration(
        image: image, epoch: epoch, seed: seed, of: shape, height: 28, width: 28)
    }
    var all: Set<ImageAlteration> = []
    for image in 0..<5 {
      for epoch in 0..<5 {
        for seed in 0..<5 as Range<UInt64> { all.insert(draw(image, epoch, seed)) }
      }
    }
    #expect(all.count == 125)
    #expect(draw(3, 2, 1) == draw(3, 2, 1))
  }

  @Test("An option that is switched on moves no draw of another", arguments: 0..<20)
  func options(image: Int) {
    func draw(_ augmentation: Augmentation) -> ImageAlteration {
      augmentation.alteration(image: image, epoch: 1, seed: 2, of: shape, height: 28, width: 28)
    }
    let all = draw(everything)
    // The middle of 4 rows and 3 columns of margin.
    let middle = ImageAlteration(top: 2, left: 1)
    #expect(draw(.none) == middle)
    var expected = ImageAlteration(top: all.top, left: all.left)
    #expect(draw(Augmentation(randomCrop: true)) == expected)
    expected = middle
    expected.isFlipped = all.isFlipped
    #expect(draw(Augmentation(flip: true)) == expected)
    expected = middle
    expected.rotation = all.rotation
    #expect(draw(Augmentation(rotation: 180)) == expected)
    expected = middle
    expected.brightness = all.brightness
    #expect(draw(Augmentation(brightness: 1)) == expected)
    expected = middle
    expected.contrast = all.contrast
    #expect(draw(Augmentation(contrast: 1)) == expected)
    expected = middle
    expected.saturation = all.saturation
    #expect(draw(Augmentation(saturation: 1)) == expected)
    expected = middle
    expected.hue = all.hue
    #expect(draw(Augmentation(hue: 0.5)) == expected)
  }
}

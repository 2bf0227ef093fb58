import Datasets
import TestSupport
import Testing

@Suite("A fingerprint tells samples apart and nothing else")
struct LabeledDatasetFingerprintTests {
  let reals = LabeledDataset(
    shape: ImageShape(height: 1, width: 2, channels: 1),
    pixels: .reals([-1.5, 0, 255.25, 1e-30, 3e30, 0.1]), labels: [1, 0, 1],
    classNames: ["a", "b"], provenance: Provenance(name: "reals"))

  @Test("Known fingerprints, from the documented bytes by a second program")
  func pinned() {
    #expect(
      patternDataset().sha256
        == "f099ad8e17015cde4d8d95f862766caa40896ecd74f73c7154a3a2daad567cd5")
    #expect(
      reals.sha256 == "ace439314c2f131d7b5d788e661062624df2f008589c85e0232e5704557c4f83")
    let empty = LabeledDataset(
      shape: ImageShape(height: 28, width: 28, channels: 1), pixels: .bytes([]), labels: [],
      classNames: (0..<10).map { "\($0)" }, provenance: Provenance(name: "empty"))
    #expect(
      empty.sha256 == "388c1523e2f79189c5d74db56598404493924260ffdba1b6845922d027354e53")
  }

  @Test("One bit of one pixel changes it", arguments: 0..<36)
  func onePixel(_ place: Int) {
    let before = patternDataset()
    guard case .bytes(var values) = before.pixels else { return }
    var seen: Set = [before.sha256]
    for bit in 0..<8 as Range<UInt8> {
      values[place] ^= 1 << bit
      seen.insert(with(before, pixels: .bytes(values)).sha256)
      values[place] ^= 1 << bit
    }
    #expect(seen.count == 9)
    #expect(with(before, pixels: .bytes(values)).sha256 == before.sha256)
  }

  @Test("Labels, shape, classes and kind of values count; names do not")
  func whatCounts() {
    let before = patternDataset()
    #expect(before.replacing(labels: [3, 1, 2], step: "").sha256 != before.sha256)
    #expect(before.replacing(labels: [0, 3, 2], step: "").sha256 != before.sha256)
    #expect(before.withReals.sha256 != before.sha256)
    let turned = ImageShape(height: 3, width: 2, channels: 2)
    #expect(with(before, shape: turned).sha256 != before.sha256)
    #expect(with(before, classNames: ["a", "b", "c", "d", "e"]).sha256 != before.sha256)
    #expect(with(before, classNames: ["p", "q", "r", "s"]).sha256 == before.sha256)
    #expect(before.replacing(labels: before.labels, step: "a step").sha256 == before.sha256)
    #expect(before.prefix(2).sha256 != before.sha256)
  }

  private func with(
    _ dataset: LabeledDataset, shape: ImageShape? = nil, pixels: LabeledDataset.Pixels? = nil,
    classNames: [String]? = nil
  ) -> LabeledDataset {
    LabeledDataset(
      shape: shape ?? dataset.shape, pixels: pixels ?? dataset.pixels, labels: dataset.labels,
      classNames: classNames ?? dataset.classNames, provenance: Provenance(name: "changed"))
  }
}

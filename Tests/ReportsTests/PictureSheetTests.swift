import Datasets
import Foundation
import Reports
import Subprocess
import Testing

/// A decoded picture: red, green, blue of each pixel, row after row from the top.
private struct Picture {
  let width: Int
  let height: Int
  private var pixels: [SIMD3<Int>]

  /// Lets gnuplot, which wrote the file, read it again and list its pixels.
  init(_ png: [UInt8]) async throws {
    let folder = try TestFolder()
    try Data(png).write(to: URL(filePath: folder.path("sheet.png")))
    try await Self.run(
      "set table '\(folder.path("pixels"))'; "
        + "plot '\(folder.path("sheet.png"))' binary filetype=png using 1:2:3 with rgbimage")
    let rows = try folder.text("pixels").split(separator: "\n").filter { !$0.hasPrefix("#") }
      .map { $0.split(separator: " ").compactMap { Double($0).map { Int($0) } } }
      .filter { $0.count >= 5 }
    width = (rows.map { $0[0] }.max() ?? -1) + 1
    height = (rows.map { $0[1] }.max() ?? -1) + 1
    pixels = Array(repeating: SIMD3(-1, -1, -1), count: width * height)
    // gnuplot counts rows from the bottom.
    for row in rows {
      pixels[(height - 1 - row[1]) * width + row[0]] = SIMD3(row[2], row[3], row[4])
    }
  }

  subscript(x: Int, y: Int) -> SIMD3<Int>? {
    (0..<width).contains(x) && (0..<height).contains(y) ? pixels[y * width + x] : nil
  }

  private static func run(_ script: String) async throws {
    let result = try await Subprocess.run(
      .name("gnuplot"), arguments: ["--default-settings", "-e", script], output: .discarded,
      error: .string(limit: 10_000))
    #expect(result.terminationStatus.isSuccess, "\(result.standardError)")
  }
}

@Suite("Sheets of pictures")
struct PictureSheetTests {
  private func dataset(
    _ shape: ImageShape, _ pixels: LabeledDataset.Pixels, labels: [Int], classes: Int
  ) -> LabeledDataset {
    LabeledDataset(
      shape: shape, pixels: pixels, labels: labels, classNames: (0..<classes).map { "c\($0)" },
      provenance: Provenance(name: "test"))
  }

  /// Pixels of the left margin, as wide as the longest class name wants it.
  private let margin = 2 * 8 + 16

  @Test("Images stand in the row of their class, each pixel a square of its own colour")
  func places() async throws {
    let shape = ImageShape(height: 2, width: 2, channels: 3)
    // Image i: red counts the pixels, green is 100, blue tells the image.
    let values = (0..<3).flatMap { image -> [UInt8] in
      [10, 20, 30, 40, 100, 100, 100, 100] + Array(repeating: UInt8(200 + image), count: 4)
    }
    let sheet = try await Picture(
      pictureSheet(
        of: dataset(shape, .bytes(values), labels: [1, 0, 1], classes: 2), columns: 2))
    // Two pixels enlarged three times, and a gap of four.
    #expect(sheet.width == margin + 2 * 10)
    #expect(sheet.height == 2 * 10)
    for (image, column, row) in [(0, 0, 1), (1, 0, 0), (2, 1, 1)] {
      let (left, top) = (margin + column * 10 + 2, row * 10 + 2)
      for y in 0..<6 {
        for x in 0..<6 {
          let red = 10 * (1 + x / 3 + 2 * (y / 3))
          #expect(sheet[left + x, top + y] == SIMD3(red, 100, 200 + image))
        }
      }
    }
    let white = SIMD3(255, 255, 255)
    #expect(sheet[margin + 12, 2] == white, "class 0 has one image")
    #expect(sheet[margin + 9, 12] == white, "the gap")
  }

  @Test("Grey images of real values are cut off at 0 and 255")
  func reals() async throws {
    let shape = ImageShape(height: 1, width: 4, channels: 1)
    let sheet = try await Picture(
      pictureSheet(
        of: dataset(shape, .reals([-5, 99.6, 300, .nan]), labels: [0], classes: 1), columns: 1))
    let greys = (0..<4).map { sheet[margin + 2 + 3 * $0, 3] }
    #expect(greys == [0, 100, 255, 0].map { SIMD3($0, $0, $0) })
  }

  @Test("More rows for a class, and no more classes than asked for")
  func rows() async throws {
    let shape = ImageShape(height: 2, width: 2, channels: 1)
    let labels = (0..<9).map { $0 % 3 }
    let data = dataset(
      shape, .bytes((0..<36).map { UInt8($0 / 4) }), labels: labels, classes: 3)
    let sheet = try await Picture(
      pictureSheet(of: data, columns: 1, rowsPerClass: 2, mostClasses: 2))
    #expect(sheet.height == 4 * 10)
    // The first two images of class 0, then of class 1.
    #expect((0..<4).map { sheet[margin + 4, 10 * $0 + 4]?.x } == [0, 3, 1, 4])
  }

  @Test("No images, and names that gnuplot might stumble over, still give a sheet")
  func degenerate() async throws {
    let shape = ImageShape(height: 3, width: 3, channels: 2)
    let names = ["it's @x {a_b} `ls` \\", "b\n\"c\"", ""]
    let data = LabeledDataset(
      shape: shape, pixels: .bytes([]), labels: [], classNames: names,
      provenance: Provenance(name: "test"))
    let sheet = try await Picture(pictureSheet(of: data, columns: 3))
    #expect(sheet.height == 3 * 13)
  }
}

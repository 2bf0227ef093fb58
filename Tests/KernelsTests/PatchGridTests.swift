import Kernels
import LinearAlgebra
import RandomStreams
import TestSupport
import Testing

@Suite("Patches of images")
struct PatchGridTests {
  /// A grid of hostile proportions, and images for it.
  static func problem(_ test: PropertyCase) -> (grid: PatchGrid, images: Matrix<Float>) {
    var stream = test.stream("patches")
    let height = min(max(test.second, 1), 12)
    let width = min(max(test.third, 1), 9)
    let padding = stream.integer(below: 4)
    let grid = PatchGrid(
      height: height, width: width, channels: 1 + stream.integer(below: 3),
      side: 1 + stream.integer(below: min(height, width) + 2 * padding),
      stride: 1 + stream.integer(below: 4), padding: padding)
    let images = randomMatrix(
      rows: test.first, columns: grid.imageLength, of: Float.self, from: &stream)
    return (grid, images)
  }

  @Test(
    "each entry is the pixel under the window, or the zero around it", arguments: PropertyCase.all)
  func pixels(test: PropertyCase) {
    let (grid, images) = Self.problem(test)
    let range = images.rows / 3..<images.rows
    let patches = grid.patches(of: images, range)
    #expect(patches.rows == grid.count * range.count && patches.columns == grid.patchLength)
    var differences = 0
    for (b, image) in range.enumerated() {
      for row in 0..<grid.rows {
        for column in 0..<grid.columns {
          var entry = 0
          for channel in 0..<grid.channels {
            for down in 0..<grid.side {
              for right in 0..<grid.side {
                let y = row * grid.stride + down - grid.padding
                let x = column * grid.stride + right - grid.padding
                let isInside = (0..<grid.height).contains(y) && (0..<grid.width).contains(x)
                let pixel = (channel * grid.height + y) * grid.width + x
                let expected = isInside ? images[image, pixel] : 0
                let place = row * grid.columns + column
                if patches[place * range.count + b, entry] != expected { differences += 1 }
                entry += 1
              }
            }
          }
        }
      }
    }
    #expect(differences == 0)
  }

  @Test("the last place still lies within the frame and one more would not")
  func places() {
    for test in PropertyCase.all {
      let grid = Self.problem(test).grid
      for (places, length) in [(grid.rows, grid.height), (grid.columns, grid.width)] {
        let framed = length + 2 * grid.padding
        #expect((places - 1) * grid.stride + grid.side <= framed)
        #expect(places * grid.stride + grid.side > framed)
      }
    }
  }
}

import Datasets
import RandomStreams
import TestSupport
import Testing

@Suite("The central crop keeps the middle")
struct LabeledDatasetCropTests {
  @Test("Each pixel kept is the one at the offset", arguments: PropertyCase.all)
  func offsets(_ property: PropertyCase) {
    var stream = property.stream("crop")
    for whole in [randomDataset(property), randomDataset(property).withReals] {
      let height = 1 + stream.integer(below: whole.shape.height)
      let width = 1 + stream.integer(below: whole.shape.width)
      let crop = whole.centerCropped(height: height, width: width)
      #expect(
        crop.shape == ImageShape(height: height, width: width, channels: whole.shape.channels))
      #expect(crop.labels == whole.labels)
      let (top, left) = ((whole.shape.height - height) / 2, (whole.shape.width - width) / 2)
      var same = true
      for image in 0..<whole.count {
        for channel in 0..<whole.shape.channels {
          for row in 0..<height {
            for column in 0..<width {
              same =
                same
                && crop.value(image: image, channel: channel, row: row, column: column)
                  == whole.value(
                    image: image, channel: channel, row: row + top, column: column + left)
            }
          }
        }
      }
      #expect(same)
    }
  }

  @Test("Of an odd margin the larger part is cut at the end")
  func oddMargin() {
    let crop = patternDataset().centerCropped(height: 1, width: 2)
    // The first row and the first two columns of each channel, which starts at place 0 or 6.
    let places = [0, 1, 6, 7, 12, 13, 18, 19, 24, 25, 30, 31]
    #expect(crop.pixels == .bytes(places.map { UInt8((37 * $0 + 11) % 256) }))
    #expect(crop.provenance.steps == ["central crop to 1x2"])
  }

  @Test("A crop to the same size changes nothing, not the provenance either")
  func sameSize() {
    #expect(patternDataset().centerCropped(height: 2, width: 3) == patternDataset())
  }

  @Test("A crop larger than the image stops the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      _ = patternDataset().centerCropped(height: 3, width: 3)
    }
  }
}

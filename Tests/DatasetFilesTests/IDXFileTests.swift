import DatasetFiles
import Datasets
import RandomStreams
import Testing

@Suite("IDX files")
struct IDXFileTests {
  let folder: TestFolder
  let digits = (0...9).map(String.init)

  init() throws { folder = try TestFolder() }

  @Test("A written set reads back, plain and gzipped", arguments: UInt64(0)..<200)
  func roundTrip(seed: UInt64) throws {
    var stream = RandomStream(seed: seed, purpose: "idx round trip")
    let count = size(of: seed)
    let (height, width) = (1 + stream.integer(below: 9), 1 + stream.integer(below: 9))
    let pixels = stream.bytes(count * height * width)
    let labels = stream.bytes(count, below: 10)
    let imageBytes = idxImages(count, height: height, width: width, pixels)
    let images = try folder.write(imageBytes, to: "images")
    let packedImages = try folder.write(folder.gzipped(imageBytes), to: "images.gz")
    let labelsPath = try folder.write(idxLabels(labels), to: "labels")
    let expected = LabeledDataset(
      shape: ImageShape(height: height, width: width, channels: 1), pixels: .bytes(pixels),
      labels: labels.map(Int.init), classNames: digits, provenance: Provenance(name: "random"))
    for path in [images, packedImages] {
      let found = try IDXFile.dataset(
        images: path, labels: labelsPath, classNames: digits,
        provenance: Provenance(name: "random"))
      #expect(found == expected)
      #expect(try IDXFile.images(at: path).count == count)
    }
  }

  @Test(
    "Images of several chunks read back",
    arguments: [131_055, 131_056, 131_057, 262_128, 400_000])
  func chunks(count: Int) throws {
    var stream = RandomStream(seed: 1, purpose: "chunks")
    let pixels = stream.bytes(count)
    let bytes = idxImages(count, height: 1, width: 1, pixels)
    let plain = try folder.write(bytes, to: "plain")
    let packed = try folder.write(folder.gzipped(bytes), to: "packed")
    #expect(try IDXFile.images(at: plain).pixels == pixels)
    #expect(try IDXFile.images(at: packed).pixels == pixels)
  }

  @Test("A missing file is missing input")
  func missing() throws {
    let path = folder.path("nowhere")
    #expect(throws: DatasetFileError.notFound(path: path, whatToTry: "check the path")) {
      try IDXFile.images(at: path)
    }
    let inside = try folder.write([1], to: "file") + "/inside"
    #expect(throws: DatasetFileError.notFound(path: inside, whatToTry: "check the path")) {
      try IDXFile.labels(at: inside, classCount: 10)
    }
  }

  @Test("A folder is no file")
  func folderInstead() throws {
    let path = try folder.makeFolder("images")
    #expect(throws: DatasetFileError.unreadable(path: path, reason: "it is a folder")) {
      try IDXFile.images(at: path)
    }
  }

  @Test("A device is no file, and reading does not wait for it")
  func device() {
    let expected = DatasetFileError.unreadable(path: "/dev/zero", reason: "it is no regular file")
    #expect(throws: expected) { try IDXFile.images(at: "/dev/zero") }
  }

  @Test("A cut header is told with its length", arguments: 0..<16)
  func cutHeader(length: Int) throws {
    let bytes = idxImages(2, height: 3, width: 4, [])
    let path = try folder.write(Array(bytes.prefix(length)), to: "images")
    let expected = DatasetFileError.truncated(path: path, expectedBytes: 16, foundBytes: length)
    #expect(throws: expected) { try IDXFile.images(at: path) }
  }

  @Test("Cut data are told with both lengths, plain and gzipped", arguments: 0..<24)
  func cutData(length: Int) throws {
    let bytes = Array(idxImages(2, height: 3, width: 4, [UInt8](0..<24)).prefix(16 + length))
    for content in [bytes, try folder.gzipped(bytes)] {
      let path = try folder.write(content, to: "images")
      let expected = DatasetFileError.truncated(
        path: path, expectedBytes: 40, foundBytes: 16 + length)
      #expect(throws: expected) { try IDXFile.images(at: path) }
    }
  }

  @Test("A byte too many is refused, plain and gzipped")
  func trailingByte() throws {
    let bytes = idxLabels([1, 2, 3]) + [0]
    for content in [bytes, try folder.gzipped(bytes)] {
      let path = try folder.write(content, to: "labels")
      #expect(throws: DatasetFileError.trailingBytes(path: path, expectedBytes: 11)) {
        try IDXFile.labels(at: path, classCount: 10)
      }
    }
  }

  @Test("A wrong first number is told, even in a short file")
  func wrongMagic() throws {
    let labels = try folder.write(idxLabels([1]), to: "labels")
    let expected = DatasetFileError.wrongMagic(path: labels, found: 0x801, expected: 0x803)
    #expect(throws: expected) { try IDXFile.images(at: labels) }
    let page = try folder.write("<html>", to: "page")
    #expect(throws: DatasetFileError.wrongMagic(path: page, found: 0x3c68_746d, expected: 0x801)) {
      try IDXFile.labels(at: page, classCount: 10)
    }
  }

  @Test(
    "A header that promises too much, or no pixels, is refused before memory is asked for",
    arguments: [
      [UInt32.max, 4096, 4096], [1 << 31, 28, 28], [1 << 30 + 1, 1, 2], [1, 4097, 1], [1, 1, 4097],
      [1, UInt32.max, UInt32.max], [.max, .max, .max], [5, 0, 3], [5, 3, 0], [0, 0, 0],
    ] as [[UInt32]])
  func implausible(dimensions: [UInt32]) throws {
    let bytes = idx(0x803, dimensions, [1, 2, 3])
    for content in [bytes, try folder.gzipped(bytes)] {
      let path = try folder.write(content, to: "images")
      let expected = DatasetFileError.implausibleSize(
        path: path, dimensions: dimensions.map { Int($0) })
      #expect(throws: expected) { try IDXFile.images(at: path) }
    }
  }

  @Test("A promise at the limit is weighed against the file, one beyond it is refused")
  func largestPromise() throws {
    for bytes in [idx(0x801, [1 << 31], [1, 2, 3]), idx(0x801, [1 << 31 + 1], [1, 2, 3])] {
      for content in [bytes, try folder.gzipped(bytes)] {
        let path = try folder.write(content, to: "labels")
        let expected: DatasetFileError =
          bytes[7] == 0
          ? .truncated(path: path, expectedBytes: 8 + 1 << 31, foundBytes: 11)
          : .implausibleSize(path: path, dimensions: [1 << 31 + 1])
        #expect(throws: expected) { try IDXFile.labels(at: path, classCount: 10) }
      }
    }
  }

  @Test("A set without images is refused")
  func noImages() throws {
    let images = try folder.write(idxImages(0, height: 28, width: 28, []), to: "images")
    #expect(throws: DatasetFileError.empty(path: images)) { try IDXFile.images(at: images) }
    let labels = try folder.write(idxLabels([]), to: "labels")
    #expect(throws: DatasetFileError.empty(path: labels)) {
      try IDXFile.labels(at: labels, classCount: 10)
    }
  }

  @Test("A label that is no class is told with its place")
  func labelOutOfRange() throws {
    let path = try folder.write(idxLabels([0, 9, 10, 11]), to: "labels")
    let expected = DatasetFileError.labelOutOfRange(path: path, index: 2, label: 10, classes: 10)
    #expect(throws: expected) { try IDXFile.labels(at: path, classCount: 10) }
    #expect(try IDXFile.labels(at: path, classCount: 12) == [0, 9, 10, 11])
  }

  @Test("Another number of labels than of images is refused", arguments: [1, 3])
  func countMismatch(labelCount: Int) throws {
    let images = try folder.write(idxImages(2, height: 1, width: 1, [1, 2]), to: "images")
    let labels = try folder.write(
      idxLabels([UInt8](repeating: 0, count: labelCount)), to: "labels")
    let expected = DatasetFileError.countMismatch(
      imagesPath: images, images: 2, labelsPath: labels, labels: labelCount)
    #expect(throws: expected) {
      try IDXFile.dataset(
        images: images, labels: labels, classNames: digits, provenance: Provenance(name: "x"))
    }
  }
}

import DatasetFiles
import RandomStreams
import Testing

@Suite("Gzipped files")
struct GzipFileTests {
  let folder: TestFolder

  init() throws { folder = try TestFolder() }

  @Test("Gzip data cut anywhere are refused, also just before the checksum", arguments: [1, 40])
  func cutAnywhere(count: Int) throws {
    var stream = RandomStream(seed: 3, purpose: "gzip cuts")
    let packed = try folder.gzipped(idxLabels(stream.bytes(count, below: 10)))
    for length in 0..<packed.count {
      let path = try folder.write(Array(packed.prefix(length)), to: "labels.gz")
      // One byte is too little to tell gzip from plain data; it is a short plain file.
      let expected =
        length < 2
        ? DatasetFileError.truncated(path: path, expectedBytes: 8, foundBytes: length)
        : cutShort(path)
      #expect(throws: expected, "cut to \(length) of \(packed.count) bytes") {
        try IDXFile.labels(at: path, classCount: 10)
      }
    }
  }

  @Test("Gzip data of many chunks, cut near chunk and file ends, are refused")
  func cutLarge() throws {
    var stream = RandomStream(seed: 4, purpose: "gzip cuts")
    // Random bytes do not compress, so packed and unpacked chunks end at nearly the same places.
    let packed = try folder.gzipped(
      idxImages(300_000, height: 1, width: 1, stream.bytes(300_000)))
    let ends = [1 << 17, 2 << 17, packed.count - 8, packed.count - 1]
    for length in ends.flatMap({ $0 - 2...$0 + 2 }) where length < packed.count {
      let path = try folder.write(Array(packed.prefix(length)), to: "images.gz")
      #expect(throws: cutShort(path), "cut to \(length) of \(packed.count) bytes") {
        try IDXFile.images(at: path)
      }
    }
  }

  @Test(
    "A changed byte gives an error or the same data, never other data",
    arguments: UInt64(0)..<200)
  func changedByte(seed: UInt64) throws {
    var stream = RandomStream(seed: seed, purpose: "gzip damage")
    let labels = stream.bytes(size(of: seed))
    var packed = try folder.gzipped(idxLabels(labels))
    let place = stream.integer(below: packed.count)
    packed[place] ^= UInt8(1 + stream.integer(below: 255))
    let path = try folder.write(packed, to: "labels.gz")
    do throws(DatasetFileError) {
      let found = try IDXFile.labels(at: path, classCount: 256)
      #expect(found == labels.map(Int.init))
      // Nothing guards the first ten bytes: among them are the time and the system.
      #expect(place < 10, "byte \(place) of \(packed.count) is guarded by the checksum")
    } catch {
      #expect(!error.isMissingInput)
    }
  }

  @Test("A wrong checksum and a wrong length are told")
  func checksum() throws {
    let packed = try folder.gzipped(idxLabels([1, 2, 3]))
    for (back, reason) in [(8, "incorrect data check"), (4, "incorrect length check")] {
      var damaged = packed
      damaged[packed.count - back] ^= 1
      let path = try folder.write(damaged, to: "labels.gz")
      #expect(throws: DatasetFileError.damagedGzip(path: path, reason: reason)) {
        try IDXFile.labels(at: path, classCount: 10)
      }
    }
  }

  @Test("Bytes after the compressed data are refused", arguments: [0, 1, 0x1f] as [UInt8])
  func trailing(byte: UInt8) throws {
    let packed = try folder.gzipped(idxLabels([1, 2, 3])) + [byte]
    let path = try folder.write(packed, to: "labels.gz")
    // Gzip data begin with 0x1f, so that this byte looks like a second member, cut short.
    let expected =
      byte == 0x1f
      ? cutShort(path)
      : DatasetFileError.damagedGzip(path: path, reason: "other bytes follow their end")
    #expect(throws: expected) { try IDXFile.labels(at: path, classCount: 10) }
  }

  @Test("Gzip data of two members are one file, wherever it is divided", arguments: 0...11)
  func members(division: Int) throws {
    let bytes = idxLabels([1, 2, 3])
    let packed =
      try folder.gzipped(Array(bytes[..<division])) + folder.gzipped(Array(bytes[division...]))
    let path = try folder.write(packed, to: "labels.gz")
    #expect(try IDXFile.labels(at: path, classCount: 10) == [1, 2, 3])
  }

  @Test("Contents decide what is gzip, not names")
  func names() throws {
    let bytes = idxLabels([4, 5])
    let packed = try folder.write(folder.gzipped(bytes), to: "packed")
    let plain = try folder.write(bytes, to: "plain.gz")
    #expect(try IDXFile.labels(at: packed, classCount: 10) == [4, 5])
    #expect(try IDXFile.labels(at: plain, classCount: 10) == [4, 5])
  }

  private func cutShort(_ path: String) -> DatasetFileError {
    .damagedGzip(path: path, reason: "they end before their checksum, the file is cut short")
  }
}

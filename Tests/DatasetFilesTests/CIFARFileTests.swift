import DatasetFiles
import Datasets
import Foundation
import RandomStreams
import Testing

@Suite("CIFAR files")
struct CIFARFileTests {
  let folder: TestFolder

  init() throws { folder = try TestFolder() }

  @Test("Written batches read back, plain and gzipped", arguments: UInt64(0)..<200)
  func roundTrip(seed: UInt64) throws {
    var stream = RandomStream(seed: seed, purpose: "cifar round trip")
    let hasCoarse = seed % 2 == 1
    let names = (hasCoarse ? StandardDataset.cifar100 : .cifar10).classNames
    var (labels, pixels, paths): ([Int], [UInt8], [String]) = ([], [], [])
    for batch in 0...stream.integer(below: 3) {
      var bytes: [UInt8] = []
      for _ in 0..<size(of: seed / 2) {
        let label = stream.integer(below: names.count)
        let image = stream.bytes(3072)
        if hasCoarse { bytes.append(UInt8(stream.integer(below: 20))) }
        bytes.append(UInt8(label))
        bytes += image
        labels.append(label)
        pixels += image
      }
      let content = batch == 1 ? try folder.gzipped(bytes) : bytes
      paths.append(try folder.write(content, to: "batch \(batch)"))
    }
    let provenance = Provenance(name: "random")
    let format = hasCoarse ? CIFARFile.cifar100 : .cifar10
    let found = try format.dataset(at: paths, classNames: names, provenance: provenance)
    let expected = LabeledDataset(
      shape: ImageShape(height: 32, width: 32, channels: 3), pixels: .bytes(pixels),
      labels: labels, classNames: names, provenance: provenance)
    #expect(found == expected)
  }

  @Test("A cut record is told with both lengths", arguments: [1, 3072, 3074, 2 * 3073 - 1])
  func cutRecord(length: Int) throws {
    let bytes = [UInt8](repeating: 0, count: length)
    for content in [bytes, try folder.gzipped(bytes)] {
      let path = try folder.write(content, to: "batch")
      let expected = DatasetFileError.partialRecord(path: path, bytes: length, recordBytes: 3073)
      #expect(throws: expected) { try read(.cifar10, path) }
    }
  }

  @Test("An empty file is refused, plain and gzipped")
  func empty() throws {
    for content in [[], try folder.gzipped([])] {
      let path = try folder.write(content, to: "batch")
      #expect(throws: DatasetFileError.empty(path: path)) { try read(.cifar10, path) }
    }
  }

  @Test("A label that is no class is told with its record")
  func labelOutOfRange() throws {
    let image = [UInt8](repeating: 7, count: 3072)
    let ten = try folder.write([9] + image + [10] + image, to: "ten")
    #expect(
      throws: DatasetFileError.labelOutOfRange(path: ten, index: 1, label: 10, classes: 10)
    ) { try read(.cifar10, ten) }
    let fine = try folder.write([19, 99] + image + [0, 100] + image, to: "fine")
    #expect(
      throws: DatasetFileError.labelOutOfRange(path: fine, index: 1, label: 100, classes: 100)
    ) { try read(.cifar100, fine) }
    let coarse = try folder.write([20, 99] + image, to: "coarse")
    #expect(
      throws: DatasetFileError.labelOutOfRange(path: coarse, index: 0, label: 20, classes: 20)
    ) { try read(.cifar100, coarse) }
  }

  @Test("The second of two files is checked too")
  func secondFile() throws {
    let good = try folder.write([UInt8](repeating: 1, count: 3073), to: "good")
    let bad = try folder.write([UInt8](repeating: 1, count: 3072), to: "bad")
    let expected = DatasetFileError.partialRecord(path: bad, bytes: 3072, recordBytes: 3073)
    #expect(throws: expected) { try read(.cifar10, good, bad) }
  }

  @Test("A file beyond the limit is refused by its length")
  func tooLarge() throws {
    let path = try folder.write([], to: "batch")
    let file = try #require(FileHandle(forWritingAtPath: path))
    try file.truncate(atOffset: UInt64(CIFARFile.largestBytes) + 1)
    try file.close()
    let expected = DatasetFileError.tooLarge(path: path, largestBytes: CIFARFile.largestBytes)
    #expect(throws: expected) { try read(.cifar10, path) }
  }

  @Test("Class names are read, without blank lines and the line ends of Windows")
  func classNames() throws {
    let path = try folder.write("a\r\nb c\n\n  d\t\n\n", to: "names")
    #expect(try CIFARFile.classNames(at: path, count: 3) == ["a", "b c", "d"])
    #expect(throws: DatasetFileError.wrongClassNames(path: path, found: 3, expected: 10)) {
      try CIFARFile.classNames(at: path, count: 10)
    }
  }

  @Test("A list of names has a largest length, plain and gzipped")
  func longNames() throws {
    for length in [1 << 16, 1 << 16 + 1] {
      let bytes = [UInt8](repeating: 0x61, count: length)
      for content in [bytes, try folder.gzipped(bytes)] {
        let path = try folder.write(content, to: "names")
        let expected: DatasetFileError =
          length == 1 << 16
          ? .wrongClassNames(path: path, found: 1, expected: 10)
          : .tooLarge(path: path, largestBytes: 1 << 16)
        #expect(throws: expected) { try CIFARFile.classNames(at: path, count: 10) }
      }
    }
  }

  @discardableResult
  private func read(_ format: CIFARFile, _ paths: String...) throws -> LabeledDataset {
    let set = format == .cifar10 ? StandardDataset.cifar10 : .cifar100
    return try format.dataset(
      at: paths, classNames: set.classNames, provenance: Provenance(name: "x"))
  }
}

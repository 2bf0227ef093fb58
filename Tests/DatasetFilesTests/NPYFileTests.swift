import DatasetFiles
import Datasets
import Testing

@Suite("NumPy arrays")
struct NPYFileTests {
  private func dataset(_ pixels: LabeledDataset.Pixels, count: Int) -> LabeledDataset {
    LabeledDataset(
      shape: ImageShape(height: 2, width: 1, channels: 3), pixels: pixels,
      labels: [Int](repeating: 0, count: count), classNames: ["only"],
      provenance: Provenance(name: "made"))
  }

  /// Splits a file into its dictionary and its data as the format defines them.
  private func parse(_ file: [UInt8]) throws -> (dictionary: String, data: [UInt8]) {
    #expect(Array(file.prefix(8)) == [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0])
    let length = Int(file[8]) | Int(file[9]) << 8
    #expect((10 + length) % 64 == 0)
    let text = file[10..<10 + length]
    #expect(text.last == 0x0A)
    let dictionary = String(decoding: text, as: UTF8.self)
    return (dictionary.trimmingSuffix { $0 == " " || $0 == "\n" }, Array(file[(10 + length)...]))
  }

  @Test("bytes are stored as they are, image after image")
  func bytes() throws {
    let values = (0..<12).map { UInt8($0 * 20) }
    let (dictionary, data) = try parse(NPYFile.images(of: dataset(.bytes(values), count: 2)))
    #expect(
      dictionary == "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3, 2, 1, ), }")
    #expect(data == values)
  }

  @Test("reals are stored as little-endian single precision")
  func reals() throws {
    let values: [Float] = [0, -1.5, 255, 1e-30, .greatestFiniteMagnitude, 3]
    let (dictionary, data) = try parse(NPYFile.images(of: dataset(.reals(values), count: 1)))
    #expect(
      dictionary == "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3, 2, 1, ), }")
    #expect(data.count == 4 * values.count)
    #expect(Array(data[4..<8]) == [0x00, 0x00, 0xC0, 0xBF])
  }

  @Test("labels are stored as 64-bit integers", arguments: [0, 1, 2, 3, 5, 10, 50])
  func labels(count: Int) throws {
    let labels = (0..<count).map { $0 * 300 }
    let (dictionary, data) = try parse(NPYFile.labels(labels))
    #expect(dictionary.contains("'shape': (\(count == 0 ? "0, " : "\(count), "))"))
    let read = stride(from: 0, to: data.count, by: 8).map { first in
      (0..<8).reduce(0) { $0 | Int(data[first + $1]) << (8 * $1) }
    }
    #expect(read == labels)
  }
}

extension String {
  fileprivate func trimmingSuffix(_ drop: (Character) -> Bool) -> String {
    var copy = Substring(self)
    while let last = copy.last, drop(last) { copy.removeLast() }
    return String(copy)
  }
}

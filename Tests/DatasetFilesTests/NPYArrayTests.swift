import DatasetFiles
import Datasets
import Foundation
import RandomStreams
import TestSupport
import Testing

/// A `.npy` file's bytes, of a header as it stands and of entries.
private func npy(_ header: String, version: UInt8 = 1, _ entries: [UInt8]) -> [UInt8] {
  let text = Array((header + "\n").utf8)
  let length = (0..<(version == 1 ? 2 : 4)).map { UInt8(text.count >> (8 * $0) & 0xFF) }
  return [0x93] + Array("NUMPY".utf8) + [version, 0] + length + text + entries
}

private func header(_ type: String, isFortran: Bool = false, _ sizes: [Int]) -> String {
  let shape = sizes.map { "\($0)," }.joined(separator: " ")
  return
    "{'descr': '\(type)', 'fortran_order': \(isFortran ? "True" : "False"), 'shape': (\(shape)), }"
}

@Suite("NumPy arrays are read")
struct NPYArrayTests {
  let folder: TestFolder

  init() throws { folder = try TestFolder() }

  private func read(_ bytes: [UInt8]) throws -> NPYArray {
    try NPYArray(at: folder.write(bytes, to: "array.npy"))
  }

  @Test(
    "Entries come back from either order of bytes and of axes, plain and gzipped",
    arguments: UInt64(0)..<200)
  func roundTrip(seed: UInt64) throws {
    var stream = RandomStream(seed: seed, purpose: "numpy arrays")
    let sizes = (0..<stream.integer(below: 4)).map { axis in
      axis == 0 ? size(of: seed) : 1 + stream.integer(below: 4)
    }
    let count = sizes.reduce(1, *)
    let kinds = ["b1", "u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f4", "f8"]
    let kind = kinds[stream.integer(below: kinds.count)]
    let width = Int(kind.suffix(1)) ?? 1
    let (isBig, isFortran) = (stream.integer(below: 2) == 0, stream.integer(below: 2) == 0)
    // Small whole numbers, which each type holds.
    let values = (0..<count).map { _ -> Int in
      switch kind.first {
      case "b": stream.integer(below: 2)
      case "u": stream.integer(below: 128)
      default: stream.integer(below: 256) - 128
      }
    }
    func bytes(of value: Int) -> [UInt8] {
      let pattern: UInt64 =
        switch kind {
        case "f4": UInt64(Float(value).bitPattern)
        case "f8": Double(value).bitPattern
        default: UInt64(bitPattern: Int64(value))
        }
      let little = (0..<width).map { UInt8(truncatingIfNeeded: pattern >> (8 * UInt64($0))) }
      return isBig ? little.reversed() : little
    }
    // The place in the file of each entry in C order.
    func place(_ index: Int) -> Int {
      if !isFortran { return index }
      var (rest, places) = (index, [Int]())
      for size in sizes.reversed() {
        places.append(rest % size)
        rest /= size
      }
      return zip(places, sizes.reversed()).reduce(0) { $0 * $1.1 + $1.0 }
    }
    var stored = values
    for index in values.indices { stored[place(index)] = values[index] }
    let file = npy(
      header((isBig ? ">" : "<") + kind, isFortran: isFortran, sizes),
      version: UInt8(1 + stream.integer(below: 3)), stored.flatMap(bytes))
    for bytes in [file, try folder.gzipped(file)] {
      let array = try read(bytes)
      #expect(array.sizes == sizes && array.count == count)
      #expect(array.reals == values.map(Double.init))
    }
  }

  @Test("What the writer wrote is read", arguments: [1, 2, 3, 5, 10, 50])
  func written(count: Int) throws {
    var stream = RandomStream(seed: UInt64(count), purpose: "written arrays")
    let shape = ImageShape(height: 2, width: 3, channels: 4)
    let reals = (0..<count * shape.count).map { _ in Float(stream.normal()) }
    let labels = (0..<count).map { _ in stream.integer(below: 7) }
    for pixels in [LabeledDataset.Pixels.reals(reals), .bytes(stream.bytes(reals.count))] {
      let set = LabeledDataset(
        shape: shape, pixels: pixels, labels: labels, classNames: (0..<7).map(String.init),
        provenance: Provenance(name: "random"))
      let images = try read(NPYFile.images(of: set))
      #expect(images.sizes == [count, 4, 2, 3])
      switch pixels {
      case .bytes(let bytes): #expect(images.bytes == bytes)
      case .reals: #expect(images.reals == reals.map(Double.init))
      }
      #expect(try read(NPYFile.labels(labels)).reals == labels.map(Double.init))
    }
  }

  @Test(
    "Half precision is IEEE 754's binary16",
    arguments: [
      (0x0000, 0), (0x3C00, 1), (0xC000, -2), (0x7BFF, 65_504), (0x0400, 0x1p-14),
      (0x03FF, 1023 * 0x1p-24), (0x0001, 0x1p-24), (0x8001, -0x1p-24), (0x3555, 0.333251953125),
      (0x7C00, .infinity), (0xFC00, -.infinity),
    ] as [(UInt16, Double)])
  func halfPrecision(bits: UInt16, value: Double) throws {
    let array = try read(npy(header("<f2", [1]), [UInt8(bits & 0xFF), UInt8(bits >> 8)]))
    #expect(array.reals == [value])
    #expect(try read(npy(header("<f2", [1]), [0, 0x7E])).reals[0].isNaN)
  }

  @Test(
    "NumPy's own files are read, of every type and order",
    .enabled("\(Python.advice("numpy"))") { try await Python.has("numpy") })
  func numpy() async throws {
    let output = try await Python.run(
      """
      import json, sys
      import numpy as np
      draws = np.random.default_rng(0)
      expected = []
      for kind in "?bBhHiIqQefd":
          for order in "<>":
              for layout in "CF":
                  for shape in [(), (0,), (5,), (2, 3), (2, 3, 4, 5)]:
                      values = np.asarray(draws.integers(0, 100, shape)).astype(
                          np.dtype(kind).newbyteorder(order))
                      array = np.array(values, order=layout)
                      np.save(f"{sys.argv[1]}/{len(expected)}.npy", array)
                      expected.append([list(shape), array.astype(float).ravel().tolist()])
      print(json.dumps([{"sizes": s, "values": v} for s, v in expected]))
      """, folder.path)
    struct Expected: Decodable {
      var sizes: [Int]
      var values: [Double]
    }
    let expected = try JSONDecoder().decode([Expected].self, from: Data(output.utf8))
    try #require(expected.count == 240)
    for (index, expected) in expected.enumerated() {
      let array = try NPYArray(at: folder.path("\(index).npy"))
      #expect(array.sizes == expected.sizes && array.reals == expected.values, "\(index)")
    }
  }

  @Test("What is no array of numbers is told with the reason")
  func malformed() throws {
    let good = npy(header("<f4", [2]), [0, 0, 0, 0, 0, 0, 0, 0])
    let plain = "its entries are no plain numbers of 1 to 8 bytes"
    let damaged = "its header is damaged"
    for (bytes, reason) in [
      ([], "it does not begin as one"), (Array(good.prefix(7)), "it does not begin as one"),
      (Array("P5 2 2 255 abcd".utf8), "it does not begin as one"),
      (npy(header("<f4", [1]), version: 4, []), "its format is 4.0"),
      (Array(good.prefix(9)), damaged), (Array(good.prefix(20)), damaged),
      (npy("{}", []), damaged), (npy("{'descr': '<f4'}", []), damaged),
      (npy("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", []), damaged),
      (npy(header("<f4", [2]) + String(repeating: " ", count: 70_000), version: 2, []), damaged),
      (
        npy("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}", []),
        damaged
      ),
      (npy(header("|O", [1]), []), plain), (npy(header("<c16", [1]), []), plain),
      (npy(header("<U3", [1]), []), plain), (npy(header("<f16", [1]), []), plain),
      (
        npy("{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (1,), }", []), plain
      ),
      (
        npy(header("<f8", [1 << 40, 1 << 40]), []),
        "its header promises more than 17179869184 bytes"
      ),
    ] as [([UInt8], String)] {
      let path = folder.path("array.npy")
      #expect(throws: DatasetFileError.notNumPy(path: path, reason: reason)) { try read(bytes) }
    }
    let path = folder.path("array.npy")
    let length = good.count
    #expect(
      throws: DatasetFileError.truncated(
        path: path, expectedBytes: length, foundBytes: length - 1)
    ) { try read(good.dropLast()) }
    #expect(throws: DatasetFileError.trailingBytes(path: path, expectedBytes: length)) {
      try read(good + [0])
    }
    #expect(
      throws: DatasetFileError.truncated(path: path, expectedBytes: length, foundBytes: length - 1)
    ) { try read(folder.gzipped(good.dropLast())) }
    #expect(throws: DatasetFileError.trailingBytes(path: path, expectedBytes: length)) {
      try read(folder.gzipped(good + [0]))
    }
  }
}

@Suite("A set of one's own in NumPy arrays")
struct NumPyDatasetTests {
  let folder: TestFolder

  init() throws { folder = try TestFolder() }

  private func write(
    _ images: [UInt8], _ labels: [UInt8], _ testImages: [UInt8], _ testLabels: [UInt8]
  ) throws {
    for (name, bytes) in zip(NumPyDataset.files, [images, labels, testImages, testLabels]) {
      try folder.write(bytes, to: name)
    }
  }

  private func images(_ sizes: [Int]) -> [UInt8] {
    npy(header("|u1", sizes), [UInt8](repeating: 7, count: sizes.reduce(1, *)))
  }

  private func labels(_ labels: [Int]) -> [UInt8] { NPYFile.labels(labels) }

  @Test("It has the files' images and labels, and as many classes as the labels say")
  func load() throws {
    let whole = ProceduralImages.split(trainCount: 12, testCount: 5, seed: 1)
    try write(
      NPYFile.images(of: whole.train), labels(whole.train.labels), NPYFile.images(of: whole.test),
      labels(whole.test.labels))
    let found = try NumPyDataset.load(from: folder.path)
    #expect(found.train.pixels == whole.train.pixels && found.train.shape == whole.train.shape)
    #expect(found.train.labels == whole.train.labels && found.test.labels == whole.test.labels)
    #expect(found.train.sha256 == whole.train.sha256 && found.test.pixels == whole.test.pixels)
    #expect(found.train.provenance.caveats.count == 1)
    try write(images([3, 5]), labels([0, 2, 6]), images([1, 5]), labels([1]))
    let vectors = try NumPyDataset.load(from: folder.path)
    #expect(vectors.train.shape == ImageShape(height: 1, width: 5, channels: 1))
    #expect(vectors.test.classNames == (0...6).map(String.init))
  }

  @Test(
    "Images have one to three axes beside their number",
    arguments: [
      ([2, 9], ImageShape(height: 1, width: 9, channels: 1)),
      ([2, 4, 6], ImageShape(height: 4, width: 6, channels: 1)),
      ([2, 3, 8, 9], ImageShape(height: 8, width: 9, channels: 3)),
      ([2, 8, 6, 5], ImageShape(height: 6, width: 5, channels: 8)),
      ([2, 1, 32, 3], ImageShape(height: 32, width: 3, channels: 1)),
    ])
  func shapes(sizes: [Int], shape: ImageShape) throws {
    try write(images(sizes), labels([0, 1]), images(sizes), labels([0, 1]))
    let found = try NumPyDataset.load(from: folder.path)
    #expect(found.train.shape == shape && found.train.count == 2)
  }

  @Test("Values that were divided by 255 already are told")
  func scale() throws {
    let small = npy(header("<f8", [1, 2]), [UInt8](repeating: 0, count: 16))
    try write(small, labels([0]), small, labels([0]))
    let caveats = try NumPyDataset.load(from: folder.path).train.provenance.caveats
    #expect(caveats.count == 2 && caveats[1].contains("0 to 255"))
  }

  @Test("Each defect has its error, and names the file")
  func malformed() throws {
    func expect(
      _ error: DatasetFileError, _ files: [[UInt8]],
      sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      try write(files[0], files[1], files[2], files[3])
      #expect(throws: error, sourceLocation: sourceLocation) {
        try NumPyDataset.load(from: folder.path)
      }
    }
    let (good, two) = (images([2, 3]), labels([0, 1]))
    func path(_ name: String) -> String { folder.path(name) }
    let shapes = "(n, channels, height, width), (n, height, width) or (n, d)"
    for sizes in [[6], [1, 1, 1, 2, 3], [2, 0], [2, 3, 0], []] {
      try expect(
        .wrongArray(path: path("images.npy"), sizes: sizes, expected: shapes),
        [images(sizes), two, good, two])
    }
    try expect(
      .wrongArray(
        path: path("images.npy"), sizes: [2, 32, 30, 3],
        expected: "(n, channels, height, width), as of numpy.moveaxis(images, 3, 1)"),
      [images([2, 32, 30, 3]), two, good, two])
    try expect(.empty(path: path("images.npy")), [images([0, 3]), labels([]), good, two])
    try expect(
      .countMismatch(
        imagesPath: path("images.npy"), images: 2, labelsPath: path("labels.npy"), labels: 3),
      [good, labels([0, 1, 2]), good, two])
    try expect(
      .wrongShape(path: path("test-images.npy"), found: "1x4x1", expected: "1x3x1"),
      [good, two, images([2, 4]), two])
    try expect(
      .wrongArray(path: path("test-labels.npy"), sizes: [2, 1], expected: "(n)"),
      [good, two, good, images([2, 1])])
    for (label, index) in [(-1, 0), (65_536, 1)] {
      try expect(
        .notALabel(
          path: path("labels.npy"), index: index, value: Double(label), largest: 65_535),
        [good, labels(index == 0 ? [label, 0] : [0, label]), good, two])
    }
    func reals(_ values: [Double], _ sizes: [Int]) -> [UInt8] {
      npy(
        header("<f8", sizes),
        values.flatMap { value in (0..<8).map { UInt8(value.bitPattern >> (8 * $0) & 0xFF) } })
    }
    try expect(
      .notALabel(path: path("labels.npy"), index: 1, value: 0.5, largest: 65_535),
      [good, reals([0, 0.5], [2]), good, two])
    // The last is finite in double precision alone.
    for value in [Double.nan, .infinity, -.infinity, 1e39] {
      try expect(
        .entryNotFinite(path: path("images.npy"), index: 1),
        [reals([0, 0, 0, 0, value, 0], [2, 3]), two, good, two])
    }
    #expect(throws: Never.self) {
      try write(good, two, good, two)
      _ = try NumPyDataset.load(from: folder.path)
    }
    try FileManager.default.removeItem(atPath: path("test-images.npy"))
    let advice =
      "expected a folder with images.npy, labels.npy, test-images.npy, test-labels.npy, as "
      + "numpy.save writes them"
    #expect(
      throws: DatasetFileError.notFound(path: path("test-images.npy"), whatToTry: advice)
    ) { try NumPyDataset.load(from: folder.path) }
    #expect(throws: DatasetFileError.notFound(path: path("none"), whatToTry: advice)) {
      try NumPyDataset.load(from: path("none"))
    }
    let file = path("labels.npy")
    #expect(
      throws: DatasetFileError.unreadable(path: file, reason: "it is a file, not a folder")
    ) { try NumPyDataset.load(from: file) }
  }
}

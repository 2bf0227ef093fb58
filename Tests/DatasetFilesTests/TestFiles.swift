import CZlib
import DatasetFiles
import Foundation
import RandomStreams
import Testing

/// A private folder of one test, removed at its end.
final class TestFolder {
  let path: String

  init() throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "dataset-files-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    path = folder.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func path(_ name: String) -> String { path + "/" + name }

  /// Writes a file, and the folders on its way.
  @discardableResult
  func write(_ bytes: [UInt8], to name: String) throws -> String {
    let url = URL(filePath: path(name))
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
    return path(name)
  }

  @discardableResult
  func write(_ text: String, to name: String) throws -> String {
    try write(Array(text.utf8), to: name)
  }

  /// A folder where a file is expected.
  func makeFolder(_ name: String) throws -> String {
    try FileManager.default.createDirectory(
      atPath: path(name), withIntermediateDirectories: true)
    return path(name)
  }

  /// The bytes that gzip makes of others.
  func gzipped(_ bytes: [UInt8]) throws -> [UInt8] {
    let packed = path("packed-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(atPath: packed) }
    let file = try #require(gzopen(packed, "wb"))
    if !bytes.isEmpty { try #require(gzwrite(file, bytes, UInt32(bytes.count)) == bytes.count) }
    try #require(gzclose(file) == Z_OK)
    return Array(try Data(contentsOf: URL(filePath: packed)))
  }
}

/// An IDX file's bytes: the format's number, dimensions, values.
func idx(_ magic: UInt32, _ dimensions: [UInt32], _ values: [UInt8]) -> [UInt8] {
  ([magic] + dimensions).flatMap { word in
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> $0) }
  } + values
}

func idxImages(_ count: Int, height: Int, width: Int, _ pixels: [UInt8]) -> [UInt8] {
  idx(0x803, [UInt32(count), UInt32(height), UInt32(width)], pixels)
}

func idxLabels(_ labels: [UInt8]) -> [UInt8] { idx(0x801, [UInt32(labels.count)], labels) }

extension RandomStream {
  mutating func bytes(_ count: Int, below bound: Int = 256) -> [UInt8] {
    (0..<count).map { _ in UInt8(integer(below: bound)) }
  }
}

/// The size of a property test's sample; empty sets are errors and have tests of their own.
func size(of seed: UInt64) -> Int {
  let sizes = [1, 2, 3, 5, 10, 50]
  return sizes[Int(seed) % sizes.count]
}

private import Datasets
private import Foundation
internal import LinearAlgebra
internal import NetworkFiles

/// A file that holds one finished panel of a factor, in the safetensors format.
///
/// `columnSums` are the n sums of |a_ij| as far as panels were given, with this one; `columns` has
/// a row for each column of the panel, from the diagonal of the panel's first column down. The name
/// is `panel-00012-SHA256.safetensors`: the panel's place, and the hash of the file's bytes.
struct PanelFile<Scalar: LinearAlgebraScalar> {
  let index: Int
  let size: Int
  let rows: Int
  let columns: Int

  /// The file of a panel of a factorisation.
  init(_ index: Int, of factor: PanelCholesky<Scalar>) {
    let own = factor.columns(ofPanel: index)
    (self.index, size) = (index, factor.size)
    (rows, columns) = (factor.size - own.lowerBound, own.count)
  }

  /// The bytes of the file.
  var byteCount: Int {
    header.count + 8 * size + rows * columns * MemoryLayout<Scalar>.stride
  }

  /// All that stands before the numbers.
  private var header: [UInt8] {
    SafetensorsFile.header(
      of: [
        .init(name: "columnSums", shape: [size], type: .float64),
        .init(name: "columns", shape: [columns, rows], type: ElementType(Scalar.self)),
      ], metadata: ["panel": "\(index)"])
  }

  /// Writes the panel to a folder: it is there as a whole or not at all.
  ///
  /// - Returns: the file's name.
  func write(
    _ panel: Matrix<Scalar>, columnSums: [Double], in folder: String
  ) throws(SystemFailure) -> String {
    precondition(panel.rows == rows && panel.columns == columns && columnSums.count == size)
    let hash = SHA256()
    let temporary = temporaryPath(beside: join(folder, "panel"))
    try writeNewFile(at: temporary, synchronize: true) { file in
      func put(_ bytes: UnsafeRawBufferPointer) -> SystemFailure? {
        hash.update(bytes)
        return writeAll(bytes, to: file)
      }
      return header.withUnsafeBytes(put) ?? columnSums.withUnsafeBytes(put)
        ?? panel.withUnsafeElements {
          put(UnsafeRawBufferPointer(UnsafeBufferPointer(start: $0, count: rows * columns)))
        }
    }
    let name = PanelName(index: index, sha256: hash.hexadecimal()).text
    guard rename(temporary, join(folder, name)) == 0 else {
      let failure = SystemFailure.last
      unlink(temporary)
      throw failure
    }
    try synchronizeFolder(folder)
    return name
  }

  /// Reads the panel, or says why the file is not whole.
  func read(
    _ name: PanelName, in folder: String
  ) throws(SystemFailure) -> Result<(panel: Matrix<Scalar>, columnSums: [Double]), PanelDamage> {
    // Opening a pipe would wait for its writer.
    let file = open(join(folder, name.text), O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard file >= 0 else { throw .last }
    defer { close(file) }
    var info = stat()
    guard fstat(file, &info) == 0 else { throw .last }
    guard info.st_mode & S_IFMT == S_IFREG else {
      return .failure(PanelDamage("it is no regular file"))
    }
    guard info.st_size == byteCount else {
      return .failure(PanelDamage("it has \(info.st_size) bytes, \(byteCount) expected"))
    }
    let hash = SHA256()
    var failure: SystemFailure?
    func get(_ bytes: UnsafeMutableRawBufferPointer) {
      if failure == nil { failure = readAll(bytes, from: file) }
      hash.update(UnsafeRawBufferPointer(bytes))
    }
    let expected = header
    var found = [UInt8](repeating: 0, count: expected.count)
    found.withUnsafeMutableBytes(get)
    var columnSums = [Double](repeating: 0, count: size)
    columnSums.withUnsafeMutableBytes(get)
    let panel = Matrix<Scalar>(rows: rows, columns: columns) { start in
      get(
        UnsafeMutableRawBufferPointer(
          UnsafeMutableBufferPointer(start: start, count: rows * columns)))
    }
    if let failure { throw failure }
    let sha256 = hash.hexadecimal()
    guard sha256 == name.sha256 else {
      return .failure(PanelDamage("its SHA-256 is \(sha256), not that of its name"))
    }
    guard found == expected else {
      return .failure(PanelDamage("its header is not that of panel \(index)"))
    }
    return .success((panel, columnSums))
  }
}

/// Why the file of a panel is not whole.
struct PanelDamage: Error {
  let reason: String
  init(_ reason: String) { self.reason = reason }
}

/// The name of a panel's file.
struct PanelName {
  let index: Int
  let sha256: String

  init(index: Int, sha256: String) { (self.index, self.sha256) = (index, sha256) }

  /// Reads a name; nil for any other file.
  init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[1] == "safetensors" else { return nil }
    let words = parts[0].split(separator: "-", omittingEmptySubsequences: false)
    guard words.count == 3, words[0] == "panel", let index = Int(words[1]), index >= 0,
      words[2].utf8.count == 64
    else { return nil }
    self.init(index: index, sha256: String(words[2]))
    if self.text != text { return nil }
  }

  var text: String {
    let digits = String(index)
    return "panel-" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits + "-"
      + sha256 + ".safetensors"
  }
}

/// Fills memory from an open file; zeros stand where the file was cut meanwhile.
private func readAll(_ bytes: UnsafeMutableRawBufferPointer, from file: Int32) -> SystemFailure? {
  var done = 0
  while done < bytes.count {
    let rest = UnsafeMutableRawBufferPointer(rebasing: bytes[done...])
    let count = Foundation.read(file, rest.baseAddress, rest.count)
    if count > 0 {
      done += count
    } else if count == 0 {
      rest.initializeMemory(as: UInt8.self, repeating: 0)
      return nil
    } else if errno != EINTR {
      return .last
    }
  }
  return nil
}

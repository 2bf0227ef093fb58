import Experiments
private import Foundation
private import NetworkFiles

/// What a run left in its folder, as far as a page shows it.
struct RunContents {
  /// A picture of the folder `figures`, or data that no picture was drawn from.
  struct Picture {
    /// The name without folder and ending.
    var name: String
    /// The type and the bytes of the picture; nil where none was drawn.
    var content: (type: String, bytes: [UInt8])?
    /// Whether its data stand beside it, with the program that draws it again.
    var hasData: Bool
  }

  /// The path as the caller gave it.
  var path: String
  /// `record.json`; nil where there is none.
  var record: RecordValue?
  /// `config.json`; nil where there is none.
  var configuration: RecordValue?
  /// The pictures, by their names.
  var pictures: [Picture] = []
  /// The tables of the folder, by the names of their files.
  var tables: [(file: String, table: CSVTable)] = []
  /// All files but those of folders of runs within it, relative to it, with their sizes.
  var files: [(name: String, bytes: Int)] = []
  /// What could not be shown.
  var remarks: [String] = []

  /// Reads a folder.
  ///
  /// - Parameter path: the folder of a run.
  /// - Throws: ``ReportError/noRun(path:reason:)``, ``ReportError/damaged(reason:)``.
  init(of path: String) throws(ReportError) {
    self.path = path
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue
    else { throw .noRun(path: path, reason: "no such folder") }
    let names = Self.names(in: path)
    record = try Self.json("record.json", in: path)
    configuration = try Self.json("config.json", in: path)
    for name in names where name.hasSuffix(".csv") {
      do throws(CSVError) {
        guard let bytes = readable(name) else { continue }
        tables.append((name, try CSVTable(reading: String(decoding: bytes, as: UTF8.self))))
      } catch {
        remarks.append("\(name) is not shown: line \(error.line) \(error.reason).")
      }
    }
    let figures = Self.names(in: join(path, "figures"))
    for name in Set(figures.compactMap(Self.pictureName)).sorted() {
      let types = [("svg", "image/svg+xml"), ("png", "image/png")]
      var content: (type: String, bytes: [UInt8])?
      if let (ending, type) = types.first(where: { figures.contains("\(name).\($0.0)") }) {
        guard let bytes = readable("figures/\(name).\(ending)") else { continue }
        content = (type, bytes)
      }
      pictures.append(
        Picture(name: name, content: content, hasData: figures.contains(name + ".csv")))
    }
    for name in names + figures.map({ "figures/" + $0 }) {
      var information = stat()
      if stat(join(path, name), &information) == 0, information.st_mode & S_IFMT == S_IFREG {
        files.append((name, Int(information.st_size)))
      }
    }
    guard record != nil || configuration != nil || !tables.isEmpty || !pictures.isEmpty else {
      throw .noRun(path: path, reason: "it holds no record, table or figure")
    }
  }

  /// How to run it again; nil where the configuration does not say it.
  var command: String? { configuration?.value(at: "command")?.text }

  /// The record of a reproduction; nil for that of another run.
  var reproduction: ReproductionRecord? {
    guard record?.value(at: "cells") != nil else { return nil }
    return try? JSONFile.value(of: ReproductionRecord.self, at: join(path, "record.json"))
  }

  /// The bytes that a page takes in at most from a file.
  private static let largestBytes = 1 << 24

  private static func names(in path: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
  }

  private static func pictureName(_ file: String) -> String? {
    [".svg", ".png", ".csv"].first { file.hasSuffix($0) }.map { String(file.dropLast($0.count)) }
  }

  /// The bytes of a file of the folder; where they are not to be had, a remark says so.
  private mutating func readable(_ name: String) -> [UInt8]? {
    let bytes = try? RegularFile.contents(of: join(path, name), largestBytes: Self.largestBytes)
    if bytes == nil {
      remarks.append(
        "\(name) is not shown: it cannot be read, or has more than \(grouped(Self.largestBytes)) bytes."
      )
    }
    return bytes
  }

  private static func json(_ name: String, in folder: String) throws(ReportError) -> RecordValue? {
    do throws(NetworkFileError) {
      return try JSONFile.value(of: RecordValue.self, at: join(folder, name))
    } catch {
      if case .notFound = error { return nil }
      throw .damaged(reason: error.description)
    }
  }
}

import ArgumentParser
import Foundation
import Rethinking

/// What every subcommand does before and after its own work.
struct Session {
  let options: RunOptions
  let progress: ProgressPrinter
  /// Where results go; made before the work, so that a long run does not fail at its end.
  let folder: RunFolder?

  init(_ options: RunOptions, folder defaultFolder: String? = nil) throws {
    self.options = options
    ThreadCount.set(options.resolvedThreads)
    progress = ProgressPrinter(quiet: options.quiet)
    folder = try (options.out ?? defaultFolder).map { try RunFolder(creating: $0) }
    if options.figures != nil && folder == nil {
      throw Failure(
        status: .wrongUsage, message: "--figures: needs --out, the folder that they are drawn in")
    }
  }

  /// Writes the sample to the run folder where `--save-sample` asks for it.
  func save(_ sample: CorruptedSample) throws {
    guard let folder, options.saveSample else { return }
    try folder.write(bytes: NPYFile.images(of: sample.train), to: "images.npy")
    try folder.write(bytes: NPYFile.labels(sample.train.labels), to: "labels.npy")
    try folder.write(bytes: NPYFile.images(of: sample.test), to: "test-images.npy")
    try folder.write(bytes: NPYFile.labels(sample.test.labels), to: "test-labels.npy")
  }

  /// Writes a result to the run folder, if there is one.
  func write<Record>(_ result: RunResult<Record>, configuration: some Encodable) async throws {
    guard let folder else { return }
    let remarks = try await Reports.write(
      result, configuration: configuration, to: folder, command: Self.commandLine,
      formats: options.figureFormats)
    remarks.forEach(remark)
  }

  /// Draws a sheet of pictures into the run folder, if there is one.
  func write(
    _ images: LabeledDataset, to name: String, enlarged: Int, columns: Int, rowsPerClass: Int = 1
  ) async throws {
    guard let folder else { return }
    let remarks = try await writePictures(
      of: images, to: name, in: folder, columns: columns, rowsPerClass: rowsPerClass,
      enlargement: enlarged)
    remarks.forEach(remark)
  }

  /// Prints a result as JSON or as text.
  func print(json: @autoclosure () throws -> String, text: @autoclosure () -> String) rethrows {
    progress.finish()
    Swift.print(options.json ? try json() : text())
  }

  /// Tells of something that did not stop the work.
  func remark(_ text: String) {
    progress.finish()
    Self.remark(text)
  }

  /// Tells of something before the work.
  static func remark(_ text: String) {
    FileHandle.standardError.write(Data("rethink: \(text)\n".utf8))
  }

  /// Ends with status 1 unless a check of the result holds.
  func require(_ holds: Bool, _ message: String) throws {
    if !holds { throw Failure(status: .checkFailed, message: message) }
  }

  /// The command as it was typed, to run it again.
  static var commandLine: String {
    (["rethink"] + CommandLine.arguments.dropFirst()).joined(separator: " ")
  }
}

/// The largest value of LAPACK's test ratio for a sound solve of a linear system.
let soundTestRatio = 30.0

/// Refuses a value that is out of its range.
func check(_ option: String, _ value: Double, _ expected: String, _ holds: Bool) throws {
  if !holds || !value.isFinite {
    let shown = value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
    throw ValidationError("\(option) \(shown): \(expected) expected")
  }
}

private import Datasets
private import Foundation
public import LinearAlgebra
public import Networks

/// A folder that keeps the last two checkpoints of one training.
///
/// A checkpoint is one file, `000000007-SHA256.safetensors`: its place in the order of writing, and
/// the hash of its bytes. It is written under a temporary name, brought to the disk with its folder
/// and renamed, so that it is there as a whole or not at all. It holds the arrays of
/// ``SafetensorsFile`` and `velocity.NAME` for each parameter; the metadata hold the architecture,
/// the configuration and the progress as JSON. One process at a time writes to the folder.
public struct CheckpointFolder: Sendable, Equatable {
  /// The path as the caller gave it.
  public let path: String
  /// The number of checkpoints that are kept.
  public static let kept = 2
  /// The longest file that is read, in bytes.
  public static let largestBytes = 1 << 36

  /// Names a folder; it is made when the first checkpoint is written.
  public init(_ path: String) { self.path = path.isEmpty ? "." : path }

  /// Writes a checkpoint, then removes all but the last two that are whole.
  ///
  /// - Parameters:
  ///   - snapshot: what to keep, in the graph's shapes.
  ///   - graph: the network.
  ///   - configuration: whatever must be the same when the training goes on.
  /// - Returns: the path of the file.
  /// - Throws: ``CheckpointError/cannotWrite(path:reason:)``; former checkpoints are then kept.
  /// - Complexity: linear in the size of the file, and of the file before, whose hash is checked.
  @discardableResult
  public func write<Scalar: LinearAlgebraScalar>(
    _ snapshot: TrainingSnapshot<Scalar>, graph: NetworkGraph,
    configuration: some Encodable
  ) throws(CheckpointError) -> String {
    precondition(
      snapshot.velocity.map(\.count) == graph.parameters.map(\.count),
      "a velocity for each parameter")
    let metadata = [
      "format": "pt", SafetensorsFile.architectureKey: try architectureText(of: graph),
      configurationKey: try text(of: configuration),
      progressKey: try text(of: snapshot.progress),
    ]
    let bytes = SafetensorsFile.bytes(
      of: NamedTensor.parameters(snapshot.parameters, of: graph)
        + NamedTensor.arrays(snapshot.velocity, of: graph.parameters, prefix: velocityPrefix),
      metadata: metadata)
    let former = try makeFolder() ? [] : files()
    let file = CheckpointFileName(
      number: (former.first?.number ?? 0) + 1, sha256: sha256(of: bytes))
    let target = join(path, file.name)
    let temporary = temporaryPath(beside: target)
    do throws(SystemFailure) {
      try writeNewFile(bytes, at: temporary, synchronize: true)
      guard rename(temporary, target) == 0 else {
        let failure = SystemFailure.last
        unlink(temporary)
        throw failure
      }
      try synchronizeFolder(path)
    } catch {
      throw .cannotWrite(path: target, reason: error.reason)
    }
    removeAll(former, but: Self.kept - 1)
    return target
  }

  /// Reads the latest checkpoint that is whole.
  ///
  /// - Parameters:
  ///   - graph: the network, which must be that of the checkpoint.
  ///   - configuration: what must be the same as when the checkpoint was written.
  ///   - scalar: the scalar type, which must be that of the checkpoint.
  /// - Returns: the snapshot, and which later ones are damaged.
  /// - Throws: ``CheckpointError``.
  /// - Complexity: linear in the size of the files read.
  public func read<Scalar: LinearAlgebraScalar>(
    graph: NetworkGraph, configuration: some Encodable, scalar: Scalar.Type = Scalar.self
  ) throws(CheckpointError) -> RestoredCheckpoint<Scalar> {
    var damaged: [DamagedCheckpoint] = []
    for file in try files() {
      let path = join(path, file.name)
      switch try wholeFile(file, at: path) {
      case .failure(let damage): damaged.append(damage)
      case .success(let content):
        try checkSame(content, graph, try text(of: configuration), path)
        return RestoredCheckpoint(
          snapshot: try snapshot(content, graph, path), path: path, damaged: damaged)
      }
    }
    throw damaged.isEmpty ? .none(folder: path) : .damaged(damaged)
  }
}

extension DamagedCheckpoint: Error {}

extension CheckpointFolder {
  /// Makes the folder unless it is there; tells whether it was made.
  private func makeFolder() throws(CheckpointError) -> Bool {
    if FileManager.default.fileExists(atPath: path) { return false }
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      try synchronizeFolder(folder(of: path))
      return true
    } catch let failure as SystemFailure {
      throw .cannotWrite(path: path, reason: failure.reason)
    } catch {
      throw .cannotWrite(path: path, reason: error.localizedDescription)
    }
  }

  /// The names of all checkpoints, the latest first.
  private func files() throws(CheckpointError) -> [CheckpointFileName] {
    guard let folder = opendir(path) else {
      if errno == ENOENT { return [] }
      throw .unreadable(path: path, reason: SystemFailure.last.reason)
    }
    defer { closedir(folder) }
    var files: [CheckpointFileName] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if let file = CheckpointFileName(name) { files.append(file) }
    }
    return files.sorted { ($0.number, $0.sha256) > ($1.number, $1.sha256) }
  }

  /// The content of a file whose bytes have the hash that its name gives.
  private func wholeFile(
    _ file: CheckpointFileName, at path: String
  ) throws(CheckpointError) -> Result<SafetensorsFile, DamagedCheckpoint> {
    let bytes: [UInt8]
    do throws(RegularFile.Failure) {
      bytes = try RegularFile.contents(of: path, largestBytes: Self.largestBytes)
    } catch {
      switch error {
      case .notFound: return .failure(.init(path: path, reason: "removed while it was read"))
      case .unreadable(let reason): throw .unreadable(path: path, reason: reason)
      case .tooLarge(let count):
        return .failure(.init(path: path, reason: "\(count) bytes, larger than any checkpoint"))
      }
    }
    let hash = sha256(of: bytes)
    guard hash == file.sha256 else {
      return .failure(
        .init(path: path, reason: "its SHA-256 is \(hash), not that of its name: it is damaged"))
    }
    do throws(SafetensorsFileError) {
      return .success(try SafetensorsFile(reading: bytes))
    } catch {
      return .failure(.init(path: path, reason: "\(error)"))
    }
  }

  /// Removes temporary files, and all but the latest checkpoints that are whole.
  private func removeAll(_ files: [CheckpointFileName], but count: Int) {
    var found = 0
    for file in files {
      let path = join(path, file.name)
      if found < count, case .success? = try? wholeFile(file, at: path) {
        found += 1
      } else {
        unlink(path)
      }
    }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    for name in names where name.hasPrefix(".") && name.hasSuffix(".temporary") {
      unlink(join(path, name))
    }
  }

  /// Throws unless network and configuration are those of the file.
  private func checkSame(
    _ file: SafetensorsFile, _ graph: NetworkGraph, _ configuration: String, _ path: String
  ) throws(CheckpointError) {
    if file.metadata[SafetensorsFile.architectureKey] != (try architectureText(of: graph)) {
      let difference: (found: String, expected: String)
      do {
        difference = firstDifference(
          try ArchitectureFile.yaml(of: file.architecture()),
          try ArchitectureFile.yaml(of: graph.architecture))
      } catch {
        throw .otherContent(path: path, reason: "\(error)")
      }
      throw .otherArchitecture(path: path, found: difference.found, expected: difference.expected)
    }
    guard let found = file.metadata[configurationKey] else {
      throw .otherContent(path: path, reason: "the metadata hold no configuration")
    }
    if let difference = firstDifference(json: found, configuration) {
      throw .otherConfiguration(
        path: path, key: difference.key, found: difference.found, expected: difference.expected)
    }
  }

  private func snapshot<Scalar: LinearAlgebraScalar>(
    _ file: SafetensorsFile, _ graph: NetworkGraph, _ path: String
  ) throws(CheckpointError) -> TrainingSnapshot<Scalar> {
    do {
      let text = file.metadata[progressKey] ?? ""
      let decoder = JSONDecoder()
      decoder.nonConformingFloatDecodingStrategy = .convertFromString(
        positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
      let progress = try decoder.decode(TrainingProgress.self, from: Data(text.utf8))
      let velocity = try file.arrays(
        graph.parameters, prefix: velocityPrefix, as: Scalar.self)
      let parameters = try file.parameters(
        of: graph, as: Scalar.self, besides: graph.parameters.map { velocityPrefix + $0.name })
      return TrainingSnapshot(parameters: parameters, velocity: velocity, progress: progress)
    } catch let error as SafetensorsFileError {
      throw .otherContent(path: path, reason: "\(error)")
    } catch {
      throw .otherContent(path: path, reason: "the progress cannot be read: \(error)")
    }
  }

  private func architectureText(of graph: NetworkGraph) throws(CheckpointError) -> String {
    do throws(ArchitectureFileError) {
      return try ArchitectureFile.json(of: graph.architecture)
    } catch {
      throw .cannotWrite(path: path, reason: "\(error)")
    }
  }

  /// A value as JSON, always in the same order.
  private func text(of value: some Encodable) throws(CheckpointError) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // The losses of a training that diverges.
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    do {
      return String(decoding: try encoder.encode(value), as: UTF8.self)
    } catch {
      throw .cannotWrite(path: path, reason: "no JSON: \(error)")
    }
  }
}

private let configurationKey = "configuration"
private let progressKey = "progress"
private let velocityPrefix = "velocity."

/// The name of a checkpoint's file.
private struct CheckpointFileName {
  var number: Int
  var sha256: String

  init(number: Int, sha256: String) { (self.number, self.sha256) = (number, sha256) }

  /// Reads a name; nil for any other file.
  init?(_ name: String) {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[1] == "safetensors" else { return nil }
    let words = parts[0].split(separator: "-", omittingEmptySubsequences: false)
    guard words.count == 2, let number = Int(words[0]), (0..<1 << 53).contains(number),
      words[1].utf8.count == 64
    else { return nil }
    self.init(number: number, sha256: String(words[1]))
    if self.name != name { return nil }
  }

  var name: String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 9 - digits.count)) + digits + "-" + sha256
      + ".safetensors"
  }
}

private func sha256(of bytes: [UInt8]) -> String {
  let hash = SHA256()
  bytes.withUnsafeBytes { hash.update($0) }
  return hash.hexadecimal()
}

/// The first lines in which two texts differ.
private func firstDifference(_ a: String, _ b: String) -> (found: String, expected: String) {
  let (a, b) = (a.split(separator: "\n"), b.split(separator: "\n"))
  let place = (0..<min(a.count, b.count)).first { a[$0] != b[$0] } ?? min(a.count, b.count)
  func line(_ lines: [Substring]) -> String {
    place < lines.count ? lines[place].trimmingCharacters(in: .whitespaces) : "the end"
  }
  return (line(a), line(b))
}

/// The first value, by its key, in which two JSON objects differ.
private func firstDifference(
  json a: String, _ b: String
) -> (key: String, found: String, expected: String)? {
  if a == b { return nil }
  func entries(_ text: String) -> [String: String] {
    let object = try? JSONSerialization.jsonObject(
      with: Data(text.utf8), options: .fragmentsAllowed)
    guard let object = object as? [String: Any] else { return ["configuration": text] }
    return object.mapValues { value in
      // Dictionaries describe themselves in any order.
      let data = try? JSONSerialization.data(withJSONObject: [value], options: .sortedKeys)
      return value as? String ?? data.map {
        String(decoding: $0.dropFirst().dropLast(), as: UTF8.self)
      }
        ?? "\(value)"
    }
  }
  let (a, b) = (entries(a), entries(b))
  for key in Set(a.keys).union(b.keys).sorted() where a[key] != b[key] {
    return (key, a[key] ?? "nothing", b[key] ?? "nothing")
  }
  return ("configuration", "other values", "the same")
}

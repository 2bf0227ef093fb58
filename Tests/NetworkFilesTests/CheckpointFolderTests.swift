import Foundation
import LinearAlgebra
import NetworkFiles
import Networks
import RandomStreams
import TestSupport
import Testing

private struct Configuration: Codable, Equatable {
  var batch = 8
  var rate = 0.1
}

@Suite("Checkpoint folders")
struct CheckpointFolderTests {
  private static let graph = try? NetworkGraph(
    Architecture("small", input: .vector(2)) {
      Dense(2)
      BatchNormalization()
    })

  private func snapshot<Scalar: LinearAlgebraScalar>(
    _ graph: NetworkGraph, _ seed: Int, as type: Scalar.Type = Float.self
  ) -> TrainingSnapshot<Scalar> {
    var progress = TrainingProgress.start
    progress.epoch = seed
    progress.lossSum = seed == 3 ? .infinity : 1 / Double(seed + 1)
    progress.firstLoss = seed == 3 ? -.infinity : -0.0
    return TrainingSnapshot(
      parameters: .scattered(graph, seed: UInt64(seed)),
      velocity: NetworkParameters<Scalar>.scattered(graph, seed: UInt64(seed) + 1000).values,
      progress: progress)
  }

  /// Calls a closure with a network and a folder that is not there yet, and removes it afterwards.
  private func withFolder(
    _ body: (NetworkGraph, CheckpointFolder) throws -> Void
  ) throws {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("rethink-tests-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(try #require(Self.graph), CheckpointFolder(path + "/a/checkpoint"))
    try? FileManager.default.removeItem(atPath: path)
  }

  private func read(
    _ folder: CheckpointFolder, _ graph: NetworkGraph, _ configuration: Configuration = .init()
  ) throws -> RestoredCheckpoint<Float> {
    try folder.read(graph: graph, configuration: configuration)
  }

  private func names(_ folder: CheckpointFolder) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  @Test("a checkpoint comes back bit for bit, in both precisions", arguments: 0..<200)
  func roundTrip(seed: Int) throws {
    try withFolder { _, folder in
      let graph = try NetworkGraph(PropertyCase(seed: seed).architecture)
      if seed.isMultiple(of: 2) {
        try expectRoundTrip(snapshot(graph, seed, as: Float.self), folder, graph)
      } else {
        try expectRoundTrip(snapshot(graph, seed, as: Double.self), folder, graph)
      }
    }
  }

  private func expectRoundTrip<Scalar: LinearAlgebraScalar>(
    _ snapshot: TrainingSnapshot<Scalar>, _ folder: CheckpointFolder, _ graph: NetworkGraph
  ) throws {
    let path = try folder.write(snapshot, graph: graph, configuration: Configuration())
    let restored: RestoredCheckpoint<Scalar> = try folder.read(
      graph: graph, configuration: Configuration())
    #expect(restored.snapshot == snapshot)
    #expect(restored.path == path)
    #expect(restored.damaged.isEmpty)
  }

  @Test("the last two are kept, in the order of writing, and nothing else")
  func keepsTwo() throws {
    try withFolder { graph, folder in
      for seed in 0..<12 {
        let path = try folder.write(
          snapshot(graph, seed), graph: graph, configuration: Configuration())
        #expect(path.contains("/00000000\(seed + 1)-") || path.contains("/0000000\(seed + 1)-"))
        #expect(try names(folder).count == min(seed + 1, 2))
        #expect(try read(folder, graph).snapshot.progress.epoch == seed)
      }
      #expect(try names(folder).map { $0.prefix(10) } == ["000000011-", "000000012-"])
    }
  }

  @Test("no checkpoint is told as such: no folder, an empty one, one of other files")
  func none() throws {
    try withFolder { graph, folder in
      let error = CheckpointError.none(folder: folder.path)
      #expect(throws: error) { try read(folder, graph) }
      try FileManager.default.createDirectory(
        atPath: folder.path, withIntermediateDirectories: true)
      #expect(throws: error) { try read(folder, graph) }
      let hash = String(repeating: "a", count: 64)
      for name in [
        "notes.txt", "1-\(hash).safetensors", "000000001-abc.safetensors",
        "000000001-\(hash).safetensors.temporary", "-00000001-\(hash).safetensors",
        ".000000001-\(hash).safetensors", "000000001-\(hash)",
      ] {
        try Data([1]).write(to: URL(fileURLWithPath: folder.path + "/" + name))
      }
      #expect(throws: error) { try read(folder, graph) }
    }
  }

  @Test("another network, configuration, precision or progress is refused with what differs")
  func others() throws {
    try withFolder { graph, folder in
      let path = try folder.write(
        snapshot(graph, 1), graph: graph, configuration: Configuration())
      let wider = try NetworkGraph(
        Architecture("small", input: .vector(2)) {
          Dense(3)
          BatchNormalization()
        })
      #expect(
        throws: CheckpointError.otherArchitecture(
          path: path, found: "- dense: 2", expected: "- dense: 3")
      ) { try read(folder, wider) }
      let longer = try NetworkGraph(
        Architecture("small", input: .vector(2)) {
          Dense(2)
          BatchNormalization()
          Rectifier()
        })
      #expect(
        throws: CheckpointError.otherArchitecture(
          path: path, found: "the end", expected: "- relu")
      ) { try read(folder, longer) }
      #expect(
        throws: CheckpointError.otherConfiguration(
          path: path, key: "rate", found: "0.1", expected: "0.2")
      ) { try read(folder, graph, Configuration(rate: 0.2)) }
      #expect(
        throws: CheckpointError.otherConfiguration(
          path: path, key: "batch", found: "8", expected: "9")
      ) { try read(folder, graph, Configuration(batch: 9, rate: 0.2)) }
      let type = SafetensorsFileError.wrongType(
        tensor: "velocity.0.weight", found: .float32, expected: .float64)
      #expect(throws: CheckpointError.otherContent(path: path, reason: "\(type)")) {
        let _: RestoredCheckpoint<Double> = try folder.read(
          graph: graph, configuration: Configuration())
      }
    }
  }

  /// Damages the latest of two checkpoints in many ways: each falls back to the one before.
  private func expectFallback(_ damage: ([UInt8]) -> [[UInt8]]) throws {
    try withFolder { graph, folder in
      let former = try folder.write(
        snapshot(graph, 1), graph: graph, configuration: Configuration())
      let latest = try folder.write(
        snapshot(graph, 2), graph: graph, configuration: Configuration())
      let whole = Array(try Data(contentsOf: URL(fileURLWithPath: latest)))
      for bytes in damage(whole) {
        try Data(bytes).write(to: URL(fileURLWithPath: latest))
        let restored = try read(folder, graph)
        #expect(restored.snapshot == snapshot(graph, 1))
        #expect(restored.path == former)
        #expect(restored.damaged.map(\.path) == [latest])
      }
      try Data(whole).write(to: URL(fileURLWithPath: latest))
      #expect(try read(folder, graph).snapshot == snapshot(graph, 2))
    }
  }

  @Test("a file cut at any length is noticed, and the one before is read")
  func cuts() throws {
    try expectFallback { whole in whole.indices.map { Array(whole[..<$0]) } + [whole + [0]] }
  }

  @Test("a file with any byte changed is noticed, and the one before is read")
  func flips() throws {
    try expectFallback { whole in
      whole.indices.map { position in
        var bytes = whole
        bytes[position] ^= 1 << UInt8(position % 8)
        return bytes
      }
    }
  }

  @Test("when both are damaged, both are named")
  func bothDamaged() throws {
    try withFolder { graph, folder in
      let paths = try (0..<2).map {
        try folder.write(snapshot(graph, $0), graph: graph, configuration: Configuration())
      }
      for path in paths { try Data([1, 2, 3]).write(to: URL(fileURLWithPath: path)) }
      #expect {
        try read(folder, graph)
      } throws: { error in
        guard case .damaged(let files) = error as? CheckpointError else { return false }
        return files.map(\.path) == paths.reversed()
      }
    }
  }

  @Test("a crash at any stage of writing leaves the former checkpoint, or the new one whole")
  func crashes() throws {
    try withFolder { graph, folder in
      let former = try folder.write(
        snapshot(graph, 1), graph: graph, configuration: Configuration())
      let latest = try folder.write(
        snapshot(graph, 2), graph: graph, configuration: Configuration())
      let bytes = try Data(contentsOf: URL(fileURLWithPath: latest))
      try FileManager.default.removeItem(atPath: latest)
      // Stages: a temporary file is there, then a part of it, then all of it, not yet renamed.
      for length in [0, 1, bytes.count / 2, bytes.count] {
        let temporary = folder.path + "/.\(UUID().uuidString).temporary"
        try bytes.prefix(length).write(to: URL(fileURLWithPath: temporary))
        let restored = try read(folder, graph)
        #expect(restored.path == former && restored.damaged.isEmpty)
        #expect(restored.snapshot == snapshot(graph, 1))
      }
      // Renamed, but what is too old not yet removed: three files.
      try bytes.write(to: URL(fileURLWithPath: latest))
      let old = folder.path + "/000000000-" + former.suffix(64 + ".safetensors".count)
      try FileManager.default.copyItem(atPath: former, toPath: old)
      #expect(try read(folder, graph).path == latest)
      // The next one sweeps up.
      let next = try folder.write(
        snapshot(graph, 4), graph: graph, configuration: Configuration())
      #expect(
        try names(folder) == [latest, next].map { URL(fileURLWithPath: $0).lastPathComponent })
    }
  }

  @Test("after a fall back, writing keeps the one that was whole")
  func keepsTheWhole() throws {
    try withFolder { graph, folder in
      let former = try folder.write(
        snapshot(graph, 1), graph: graph, configuration: Configuration())
      let latest = try folder.write(
        snapshot(graph, 2), graph: graph, configuration: Configuration())
      try Data([0]).write(to: URL(fileURLWithPath: latest))
      let next = try folder.write(
        snapshot(graph, 5), graph: graph, configuration: Configuration())
      #expect(next.contains("/000000003-"))
      #expect(
        try names(folder) == [former, next].map { URL(fileURLWithPath: $0).lastPathComponent })
    }
  }

  @Test("what cannot be written is told, and what cannot be read too")
  func system() throws {
    try withFolder { graph, folder in
      let blocked = CheckpointFolder("/dev/null/checkpoint")
      #expect {
        try blocked.write(snapshot(graph, 1), graph: graph, configuration: Configuration())
      } throws: { error in
        guard case .cannotWrite(let path, _) = error as? CheckpointError else { return false }
        return path == blocked.path
      }
      #expect(
        throws: CheckpointError.unreadable(path: blocked.path, reason: "Not a directory")
      ) { try read(blocked, graph) }
    }
  }

  @Test("each description is one line that names the place and what to try")
  func descriptions() {
    let damage = DamagedCheckpoint(path: "/a\nb", reason: "cut short")
    let errors: [(CheckpointError, [String])] = [
      (.none(folder: "/a"), ["/a", "anew"]),
      (.unreadable(path: "/a", reason: "no"), ["/a", "no", "permissions"]),
      (.damaged([damage, damage]), ["/a b", "cut short", "anew"]),
      (
        .otherArchitecture(path: "/a", found: "- relu", expected: "the end"),
        ["/a", "relu", "the end", "same network"]
      ),
      (
        .otherConfiguration(path: "/a", key: "rate", found: "1", expected: "2"),
        ["/a", "rate = 1", "2", "same options"]
      ),
      (.otherContent(path: "/a", reason: "b"), ["/a", "b", "version"]),
      (.cannotWrite(path: "/a", reason: "full"), ["/a", "full", "space"]),
    ]
    for (error, parts) in errors {
      for part in parts { #expect(error.description.contains(part), "\(error)") }
      #expect(!error.description.contains("\n"))
    }
  }
}

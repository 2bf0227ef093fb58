import Foundation
import KernelFiles
import Kernels
import LinearAlgebra
import RandomStreams
import TestSupport
import Testing

@Suite("A factor in a folder")
struct FactorFolderTests {
  /// Calls a closure with a path at which nothing is yet, and removes it afterwards.
  private func withPath(_ body: (String) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("rethink-tests-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path + "/a/factor")
    try? FileManager.default.removeItem(atPath: path)
  }

  private func begun(
    _ n: Int = 23, d: Int = 3, seed: UInt64 = 1, gamma: Double = 0.5, ridge: Double = 0.125,
    precision: KernelPrecision = .double, panelWidth: Int = 5
  ) throws -> KernelFactorization<GaussianKernel> {
    var stream = RandomStream(seed: seed, purpose: "samples")
    return try KernelFactorization(
      kernel: GaussianKernel(gamma: gamma),
      samples: randomMatrix(rows: n, columns: d, from: &stream), ridge: ridge,
      precision: precision, panelWidth: panelWidth)
  }

  private func whole(
    _ begun: KernelFactorization<GaussianKernel>
  ) throws -> KernelFactorization<GaussianKernel> {
    var factorization = begun
    while !factorization.isComplete { try factorization.factorNextPanel() }
    return factorization
  }

  private func finish(
    _ begun: KernelFactorization<GaussianKernel>, in folder: FactorFolder
  ) throws -> KernelFactorization<GaussianKernel> {
    try folder.finish(folder.resume(begun)).factorization
  }

  /// All numbers of a factor that mean something, bit for bit.
  private func bits(_ factorization: KernelFactorization<GaussianKernel>) -> [UInt64] {
    func numbers<Scalar: LinearAlgebraScalar>(_ factor: PanelCholesky<Scalar>) -> [UInt64] {
      factor.panels.flatMap { panel in
        (0..<panel.columns).flatMap { j in
          (j..<panel.rows).map { Double(panel[$0, j]).bitPattern }
        }
      } + factor.columnSums.map(\.bitPattern)
    }
    return switch factorization.factor {
    case .double(let factor): numbers(factor)
    case .single(let factor): numbers(factor)
    }
  }

  /// Stops a factorisation of a folder after some panels.
  private func stop(
    _ begun: KernelFactorization<GaussianKernel>, in folder: FactorFolder, after count: Int
  ) throws {
    var made = 0
    #expect(
      throws: FactorFolderError.stopped(
        path: folder.path, panels: count, of: begun.panelCount)
    ) {
      try folder.finish(
        folder.resume(begun), shouldStop: { made == count }, progress: { _ in made += 1 })
    }
  }

  private func panels(_ folder: FactorFolder) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasPrefix("panel-") }.sorted()
  }

  /// The error that a closure ends with.
  private func failure(_ body: () throws -> Void) -> FactorFolderError? {
    do { try body() } catch { return error as? FactorFolderError }
    return nil
  }

  @Test(
    "stopped anywhere and resumed, it ends with the bits of a factorisation without a stop",
    arguments: 0..<200)
  func resumed(seed: Int) throws {
    let test = PropertyCase(seed: seed)
    var stream = test.stream("stop")
    let begun = try begun(
      max(1, test.first), d: max(1, test.second), seed: UInt64(seed),
      precision: seed.isMultiple(of: 2) ? .double : .mixed,
      panelWidth: 1 + stream.integer(below: 12))
    let whole = try whole(begun)
    try withPath { path in
      let folder = FactorFolder(path)
      let count = stream.integer(below: begun.panelCount)
      try stop(begun, in: folder, after: count)
      let resumed = try folder.resume(begun)
      #expect(resumed.panels == count && resumed.damaged == nil)
      let finished = try folder.finish(resumed).factorization
      #expect(bits(finished) == bits(whole))
      #expect(finished.isComplete)
      let again = try folder.resume(begun)
      #expect(again.panels == begun.panelCount)
      #expect(bits(again.factorization) == bits(whole))
      #expect(try panels(folder).count == begun.panelCount)
    }
  }

  @Test("a finished factor solves for other targets as one that was just made")
  func otherTargets() throws {
    let begun = try begun(precision: .mixed)
    try withPath { path in
      let folder = FactorFolder(path)
      _ = try finish(begun, in: folder)
      var stream = RandomStream(seed: 2, purpose: "targets")
      let targets = randomMatrix(rows: 23, columns: 2, from: &stream)
      let kept = try KernelRegression(finish(begun, in: folder), precision: .mixed).fit(targets)
      let made = try KernelRegression(whole(begun), precision: .mixed).fit(targets)
      #expect(kept.dualCoefficients == made.dualCoefficients)
      #expect(kept.evidence == made.evidence)
      #expect(kept.relativeResidual <= 1e-10)
    }
  }

  @Test("single and mixed precision share a factor")
  func sharedFactor() throws {
    try withPath { path in
      let folder = FactorFolder(path)
      _ = try finish(begun(precision: .mixed), in: folder)
      #expect(try folder.resume(begun(precision: .single)).panels == 5)
    }
  }

  @Test(
    "a last panel that is damaged, cut short or missing is named and made again",
    arguments: ["flip", "cut", "remove", "empty"])
  func lastPanel(damage: String) throws {
    let begun = try begun()
    try withPath { path in
      let folder = FactorFolder(path)
      let whole = try finish(begun, in: folder)
      let name = try #require(try panels(folder).last)
      try spoil(path + "/" + name, damage)
      let resumed = try folder.resume(begun)
      #expect(resumed.panels == 4)
      let text = resumed.damaged ?? ""
      #expect(damage == "remove" ? resumed.damaged == nil : text.contains(name))
      #expect(damage != "flip" || text.contains("SHA-256"))
      #expect(damage != "cut" || text.contains("bytes"))
      #expect(try bits(folder.finish(resumed).factorization) == bits(whole))
      #expect(try panels(folder).count == 5)
      #expect(try folder.resume(begun).panels == 5)
    }
  }

  @Test(
    "a panel in the middle that is not whole is an error that names it",
    arguments: ["flip", "cut", "remove"])
  func middlePanel(damage: String) throws {
    let begun = try begun()
    try withPath { path in
      let folder = FactorFolder(path)
      _ = try finish(begun, in: folder)
      let name = try panels(folder)[2]
      try spoil(path + "/" + name, damage)
      let found = failure { _ = try folder.resume(begun) }
      guard case .damaged(let place, let reason)? = found else {
        Issue.record("\(String(describing: found))")
        return
      }
      #expect(place == (damage == "remove" ? path + "/panel 2" : path + "/" + name))
      #expect(reason.contains("panel 2"))
      // What the error says to do helps.
      for name in try panels(folder).dropFirst(2) {
        try FileManager.default.removeItem(atPath: path + "/" + name)
      }
      #expect(try folder.resume(begun).panels == 2)
    }
  }

  @Test("a panel under the name of another is not taken for it")
  func renamedPanel() throws {
    let begun = try begun(10, panelWidth: 5)
    try withPath { path in
      let folder = FactorFolder(path)
      _ = try finish(begun, in: folder)
      let names = try panels(folder)
      let first = try #require(names.first)
      let last = try #require(names.last)
      let disguised = last.prefix(12) + first.dropFirst(12)
      try FileManager.default.removeItem(atPath: path + "/" + last)
      try FileManager.default.copyItem(
        atPath: path + "/" + first, toPath: path + "/" + disguised)
      let resumed = try folder.resume(begun)
      #expect(resumed.panels == 1 && resumed.damaged != nil)
    }
  }

  private func spoil(_ path: String, _ damage: String) throws {
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    switch damage {
    case "flip": bytes[bytes.count - 3] ^= 1
    case "cut": bytes.removeLast()
    case "empty": bytes = Data()
    default:
      try FileManager.default.removeItem(atPath: path)
      return
    }
    try bytes.write(to: URL(fileURLWithPath: path))
  }

  @Test("a folder of another problem says what differs, and stays as it is")
  func otherProblem() throws {
    try withPath { path in
      let folder = FactorFolder(path)
      try stop(begun(), in: folder, after: 2)
      let before = try panels(folder)
      let others: [(String, String, String, KernelFactorization<GaussianKernel>)] = [
        (
          "kernel", "Gaussian, gamma 0.5", "Gaussian, gamma 0.25", try begun(gamma: 0.25)
        ),
        ("ridge", "0.125", "0.0", try begun(ridge: 0)),
        ("precision", "double", "single", try begun(precision: .mixed)),
        ("number of samples", "23", "22", try begun(22)),
        ("dimension", "3", "4", try begun(d: 4)),
        ("panel width", "5", "6", try begun(panelWidth: 6)),
      ]
      for (key, found, expected, other) in others {
        #expect(
          throws: FactorFolderError.otherProblem(
            path: path + "/factor.json", key: key, found: found, expected: expected)
        ) { try folder.resume(other) }
      }
      let samples = failure { _ = try folder.resume(begun(seed: 2)) }
      guard case .otherProblem(_, "samples' SHA-256", _, _)? = samples else {
        Issue.record("\(String(describing: samples))")
        return
      }
      #expect(try panels(folder) == before)
      #expect(try folder.resume(begun()).panels == 2)
    }
  }

  @Test("what is no folder of a factor is refused and stays as it is")
  func noFactor() throws {
    try withPath { path in
      let file = path + "-file"
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true)
      #expect(try FactorFolder(path).resume(begun()).panels == 0, "an empty folder will do")
      try Data("{}".utf8).write(to: URL(fileURLWithPath: path + "/factor.json"))
      let described = failure { _ = try FactorFolder(path).resume(begun()) }
      guard case .otherContent(path, let reason)? = described, reason.contains("factor.json") else {
        Issue.record("\(String(describing: described))")
        return
      }
      try FileManager.default.moveItem(atPath: path + "/factor.json", toPath: path + "/mine")
      #expect(
        throws: FactorFolderError.otherContent(
          path: path, reason: "the folder holds files, but no factor.json")
      ) { try FactorFolder(path).resume(begun()) }
      #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["mine"])
      try Data("a".utf8).write(to: URL(fileURLWithPath: file))
      #expect(throws: FactorFolderError.notAFolder(path: file)) {
        try FactorFolder(file).resume(begun())
      }
      let below = failure { _ = try FactorFolder(file + "/below").resume(begun()) }
      guard case .unreadable? = below else {
        Issue.record("\(String(describing: below))")
        return
      }
    }
  }

  @Test("a disk without room is refused before anything is written")
  func noSpace() throws {
    try withPath { path in
      let full = FactorFolder(path, freeBytes: { _ in 100 })
      let found = failure { _ = try full.resume(begun()) }
      guard case .noSpace(path, let needed, 100)? = found else {
        Issue.record("\(String(describing: found))")
        return
      }
      #expect(!FileManager.default.fileExists(atPath: path))
      _ = try finish(begun(), in: FactorFolder(path))
      let sizes = try panels(full).map {
        try FileManager.default.attributesOfItem(atPath: path + "/" + $0)[.size] as? Int ?? 0
      }
      #expect(needed == sizes.reduce(0, +))
      #expect(try full.resume(begun()).panels == 5, "a finished factor wants no room")
      let enough = FactorFolder(path + "-enough", freeBytes: { _ in needed })
      #expect(try enough.resume(begun()).panels == 0)
    }
  }

  @Test("files of a writer that was killed are cleared away")
  func temporaries() throws {
    try withPath { path in
      let folder = FactorFolder(path)
      try stop(begun(), in: folder, after: 1)
      try Data("part".utf8).write(to: URL(fileURLWithPath: path + "/.x.temporary"))
      _ = try finish(begun(), in: folder)
      let names = try FileManager.default.contentsOfDirectory(atPath: path)
      #expect(names.count == 6 && !names.contains(".x.temporary"))
    }
  }

  @Test("a Gram matrix that is singular says so; the panels before are kept")
  func singular() throws {
    try withPath { path in
      let rows = [[0.0], [1], [2], [0]]
      let begun = try KernelFactorization(
        kernel: GaussianKernel(gamma: 1),
        samples: Matrix(rows: 4, columns: 1) { i, _ in rows[i][0] }, panelWidth: 2)
      let found = failure { _ = try finish(begun, in: FactorFolder(path)) }
      guard case .kernel(.notPositiveDefinite(let singular))? = found else {
        Issue.record("\(String(describing: found))")
        return
      }
      #expect(singular.nearest == 0 && singular.pivot == 3)
      #expect(try panels(FactorFolder(path)).count == 1)
    }
  }

  @Test(
    "safetensors reads a panel as its transpose",
    .enabled("\(Python.advice("safetensors"))") { try await Python.has("safetensors.numpy") })
  func otherReader() async throws {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("rethink-tests-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let whole = try finish(begun(), in: FactorFolder(path))
    guard case .double(let factor) = whole.factor else { return }
    let text = try await Python.run(
      """
      import sys, glob
      from safetensors.numpy import load_file
      for name in sorted(glob.glob(sys.argv[1] + "/panel-*.safetensors")):
          print(repr(float(load_file(name)["columns"].T[-1, 1])))
      """, path)
    let expected = factor.panels.map { "\($0[$0.rows - 1, 1])" }
    #expect(text.split(separator: "\n").map(String.init) == expected)
  }

  @Test("every error is one line that says where")
  func descriptions() {
    let errors: [FactorFolderError] = [
      .notAFolder(path: "p"), .otherContent(path: "p", reason: "r"),
      .otherProblem(path: "p", key: "ridge", found: "1", expected: "2"),
      .unreadable(path: "p", reason: "r"), .damaged(path: "p", reason: "r"),
      .noSpace(path: "p", needed: 17, free: 4), .cannotWrite(path: "p", reason: "r"),
      .stopped(path: "p", panels: 3, of: 9),
    ]
    for error in errors {
      #expect(error.description.hasPrefix("p: ") && !error.description.contains("\n"))
    }
    #expect(errors[2].description.contains("ridge 1 found, 2 expected"))
    #expect(errors[5].description.contains("17 bytes, 4 are free"))
    #expect(errors[7].description.contains("panel 3 of 9"))
  }
}

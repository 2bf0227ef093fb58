private import Foundation
public import Kernels
private import LinearAlgebra
private import NetworkFiles

/// A folder that holds the factor of K + λI, a file a panel, as it is made.
///
/// `factor.json` says of what problem it is; see ``FactorIdentity``. Each panel is written under a
/// temporary name, brought to the disk with its folder and renamed, so that it is there as a whole
/// or not at all, whenever the process ends. A later factorisation of the same problem goes on after
/// the last panel, and ends with the same bits as one that was never stopped, with the same number
/// of threads. One process at a time writes to the folder.
public struct FactorFolder: Sendable {
  /// The path as the caller gave it.
  public let path: String
  private let freeBytes: @Sendable (String) -> Int?

  /// The name of the file that says of what problem the factor is.
  public static let identityName = "factor.json"

  /// Names a folder; it is made when it is first used.
  public init(_ path: String) { self.init(path) { freeBytesOnDisk(of: $0) } }

  /// Names a folder on a disk whose free space a closure tells.
  package init(_ path: String, freeBytes: @escaping @Sendable (String) -> Int?) {
    self.path = path.isEmpty ? "." : path
    self.freeBytes = freeBytes
  }

  /// What a folder held of a factorisation.
  public struct Resumed<K: Kernel>: Sendable {
    /// The factorisation with the panels of the folder.
    public var factorization: KernelFactorization<K>
    /// How many panels were taken from the folder.
    public var panels: Int
    /// The last panel's file where it is not whole, and why; it is made again.
    public var damaged: String?
  }

  /// Takes what the folder holds of a factorisation, and makes the folder where there is none.
  ///
  /// - Parameter begun: a factorisation without panels.
  /// - Returns: the same with the panels that are whole.
  /// - Throws: ``FactorFolderError``; nothing is written where the folder is of another problem.
  /// - Complexity: linear in the bytes of samples and panels, whose hashes are checked.
  public func resume<K: Kernel>(
    _ begun: KernelFactorization<K>
  ) throws(FactorFolderError) -> Resumed<K> {
    precondition(begun.finishedPanels == 0, "a factorisation without panels")
    let identity = FactorIdentity(begun)
    var resumed = Resumed(factorization: begun, panels: 0)
    if try holdsFactor(identity) {
      switch begun.factor {
      case .double(let factor):
        let found = try restore(factor)
        resumed.factorization.resume(from: .double(found.factor))
        resumed.damaged = found.damaged
      case .single(let factor):
        let found = try restore(factor)
        resumed.factorization.resume(from: .single(found.factor))
        resumed.damaged = found.damaged
      }
      resumed.panels = resumed.factorization.finishedPanels
      try checkSpace(for: resumed.factorization)
    } else {
      try checkSpace(for: begun)
      try write(identity)
    }
    return resumed
  }

  /// A finished factorisation, and how long its panels took.
  public struct Finished<K: Kernel>: Sendable {
    /// The factorisation.
    public var factorization: KernelFactorization<K>
    /// Wall-clock seconds of making the panels of K that were not in the folder.
    public var gramSeconds: Double
    /// Wall-clock seconds of factoring them and of writing them to the disk.
    public var factorSeconds: Double
  }

  /// Makes the panels that are left, and writes each when it is made.
  ///
  /// - Parameters:
  ///   - resumed: what ``resume(_:)`` gave.
  ///   - shouldStop: asked after each panel.
  ///   - progress: called after each panel with the factorisation as far as it is.
  /// - Returns: the whole factor.
  /// - Throws: ``FactorFolderError/kernel(_:)``, ``FactorFolderError/cannotWrite(path:reason:)``,
  ///   ``FactorFolderError/stopped(path:panels:of:)``; the panels before are kept.
  /// - Complexity: that of the factorisation, and linear in the bytes written.
  public func finish<K: Kernel>(
    _ resumed: Resumed<K>, shouldStop: () -> Bool = { false },
    progress: (KernelFactorization<K>) -> Void = { _ in }
  ) throws(FactorFolderError) -> Finished<K> {
    var finished = Finished(
      factorization: resumed.factorization, gramSeconds: 0, factorSeconds: 0)
    while !finished.factorization.isComplete {
      if shouldStop() {
        throw .stopped(
          path: path, panels: finished.factorization.finishedPanels,
          of: finished.factorization.panelCount)
      }
      let start = ContinuousClock.now
      let panel = finished.factorization.nextPanel()
      let made = ContinuousClock.now
      do throws(KernelError) {
        try finished.factorization.append(panel)
      } catch {
        throw .kernel(error)
      }
      try keepLastPanel(of: finished.factorization)
      finished.gramSeconds += (made - start) / .seconds(1)
      finished.factorSeconds += (ContinuousClock.now - made) / .seconds(1)
      progress(finished.factorization)
    }
    return finished
  }
}

extension FactorFolder {
  /// Whether the folder holds a factor of this problem; no if it is not there or empty.
  private func holdsFactor(_ expected: FactorIdentity) throws(FactorFolderError) -> Bool {
    var info = stat()
    guard stat(path, &info) == 0 else {
      if errno == ENOENT { return false }
      throw .unreadable(path: path, reason: SystemFailure.last.reason)
    }
    guard info.st_mode & S_IFMT == S_IFDIR else { throw .notAFolder(path: path) }
    let names = try self.names()
    let file = join(path, Self.identityName)
    guard names.contains(Self.identityName) else {
      if names.isEmpty { return false }
      throw .otherContent(path: path, reason: "the folder holds files, but no \(Self.identityName)")
    }
    let found: FactorIdentity
    do throws(NetworkFileError) {
      found = try JSONFile.value(of: FactorIdentity.self, at: file)
    } catch {
      throw .otherContent(path: path, reason: "no factor is described: \(error)")
    }
    if let difference = found.firstDifference(from: expected) {
      throw .otherProblem(
        path: file, key: difference.name, found: difference.found, expected: difference.expected)
    }
    return true
  }

  /// The names of all files but those of a writer that was stopped.
  private func names() throws(FactorFolderError) -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: path)
        .filter { !isTemporary($0) }.sorted()
    } catch {
      throw .unreadable(path: path, reason: error.localizedDescription)
    }
  }

  private func isTemporary(_ name: String) -> Bool {
    name.hasPrefix(".") && name.hasSuffix(".temporary")
  }

  /// The panels that are whole, up to the first that is not.
  private func restore<Scalar: LinearAlgebraScalar>(
    _ begun: PanelCholesky<Scalar>
  ) throws(FactorFolderError) -> (factor: PanelCholesky<Scalar>, damaged: String?) {
    let names = try self.names().compactMap { PanelName($0) }
    var (panels, columnSums): ([Matrix<Scalar>], [Double]) = ([], begun.columnSums)
    var damaged: String?
    for index in 0..<begun.panelCount {
      var (place, reason) = (
        join(path, "panel \(index)"), "the file of panel \(index) is missing"
      )
      var isWhole = false
      for name in names where name.index == index && !isWhole {
        let file = join(path, name.text)
        do throws(SystemFailure) {
          switch try PanelFile(index, of: begun).read(name, in: path) {
          case .success(let content):
            panels.append(content.panel)
            columnSums = content.columnSums
            isWhole = true
          case .failure(let damage):
            (place, reason) = (file, "panel \(index) is damaged: \(damage.reason)")
            damaged = "\(place): \(reason)"
          }
        } catch {
          throw .unreadable(path: file, reason: error.reason)
        }
      }
      if isWhole {
        damaged = nil
      } else {
        if names.contains(where: { $0.index > index }) {
          throw .damaged(path: place, reason: reason)
        }
        break
      }
    }
    let factor = PanelCholesky(
      size: begun.size, panelWidth: begun.panelWidth, panels: panels, columnSums: columnSums)
    return (factor, damaged)
  }

  /// Throws unless the disk has room for the panels that are left.
  private func checkSpace<K: Kernel>(
    for factorization: KernelFactorization<K>
  ) throws(FactorFolderError) {
    let left = factorization.finishedPanels..<factorization.panelCount
    let needed =
      switch factorization.factor {
      case .double(let factor): left.reduce(0) { $0 + PanelFile($1, of: factor).byteCount }
      case .single(let factor): left.reduce(0) { $0 + PanelFile($1, of: factor).byteCount }
      }
    if let free = freeBytes(path), needed > free {
      throw .noSpace(path: path, needed: needed, free: free)
    }
  }

  /// Makes the folder and says in it of what problem the factor is.
  private func write(_ identity: FactorIdentity) throws(FactorFolderError) {
    let file = join(path, Self.identityName)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      let temporary = temporaryPath(beside: file)
      try writeNewFile(
        Array(try encoder.encode(identity)) + [0x0A], at: temporary, synchronize: true)
      guard rename(temporary, file) == 0 else {
        let failure = SystemFailure.last
        unlink(temporary)
        throw failure
      }
      try synchronizeFolder(path)
    } catch let failure as SystemFailure {
      throw .cannotWrite(path: file, reason: failure.reason)
    } catch {
      throw .cannotWrite(path: path, reason: error.localizedDescription)
    }
  }

  /// Writes the last panel that was made, in the place of whatever was there of it.
  private func keepLastPanel<K: Kernel>(
    of factorization: KernelFactorization<K>
  ) throws(FactorFolderError) {
    do throws(SystemFailure) {
      switch factorization.factor {
      case .double(let factor): try keepLastPanel(of: factor)
      case .single(let factor): try keepLastPanel(of: factor)
      }
    } catch {
      throw .cannotWrite(path: path, reason: error.reason)
    }
  }

  private func keepLastPanel<Scalar: LinearAlgebraScalar>(
    of factor: PanelCholesky<Scalar>
  ) throws(SystemFailure) {
    let index = factor.panels.count - 1
    let written = try PanelFile(index, of: factor).write(
      factor.panels[index], columnSums: factor.columnSums, in: path)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    for name in names where name != written {
      if isTemporary(name) || PanelName(name)?.index == index { unlink(join(path, name)) }
    }
  }
}

/// The bytes that an ordinary user may still write to the disk of a place that need not be there.
private func freeBytesOnDisk(of path: String) -> Int? {
  var place = path
  var info = statvfs()
  while statvfs(place, &info) != 0 {
    let above = folder(of: place)
    if above == place { return nil }
    place = above
  }
  return Int(info.f_bavail) * Int(info.f_frsize)
}

private import Foundation
private import NetworkFiles
private import Reports

/// A folder of runs, each in a folder of its own.
///
/// A run lies in `ROOT/NAME-DIGITS`, the first 12 of its identity: a changed option
/// makes another folder, and a run that is there is never made twice. Beside what the subcommand
/// writes with `--out` it holds `run.json`, which says what it is, `attempt.json` and `log.txt`,
/// which say how the last attempt ended, and `lock.json` while a process is at work.
public struct RunStore: Sendable {
  /// The folder as the caller gave it.
  public let root: String
  /// The name of the file that a finished run holds.
  public static let recordName = "record.json"

  /// Proves that a folder can be made and written to, or takes one that exists.
  ///
  /// - Parameter root: the folder; runs in it keep what they have.
  /// - Throws: ``RunStoreError/cannotCreate(path:reason:)``.
  public init(creating root: String) throws(RunStoreError) {
    self.root = root.isEmpty ? "." : root
    do throws(SystemFailure) {
      let trial = temporaryPath(beside: join(self.root, "trial"))
      try RunFiles(self.root).makeFolder()
      try writeNewFile([], at: trial)
      unlink(trial)
    } catch {
      throw .cannotCreate(path: self.root, reason: error.reason)
    }
  }

  /// Names a folder of runs that is only read.
  ///
  /// - Parameter root: the folder.
  public init(reading root: String) { self.root = root.isEmpty ? "." : root }

  /// The folder of a run, which need not exist.
  ///
  /// - Parameters:
  ///   - run: the run.
  ///   - identity: what its results depend on.
  /// - Returns: the path, below the root.
  /// - Throws: ``RunStoreError/name(_:)``.
  public func folder(
    of run: PlannedRun, identity: RunIdentity
  ) throws(RunStoreError) -> String {
    let parts = run.name.split(separator: "/", omittingEmptySubsequences: false)
    let isName = parts.allSatisfy { part in
      !["", ".", ".."].contains(part) && !part.utf8.contains { $0 < 32 || $0 == 127 }
    }
    guard isName else { throw .name(run.name) }
    return join(root, "\(run.name)-\(identity.prefix)")
  }

  /// How far the run of a folder has come.
  ///
  /// - Parameters:
  ///   - folder: a folder of this store; one that does not exist holds a planned run.
  ///   - lease: seconds without renewal after which a lock is stale.
  /// - Returns: the state.
  public func state(
    of folder: String, lease: Double = RunLock.defaultLease
  ) -> RunState {
    if RunLock.liveHolder(of: folder, lease: lease) != nil { return .running }
    return stateWithoutLock(of: folder)
  }

  /// How far a run has come that no other process holds.
  func stateWithoutLock(of folder: String) -> RunState {
    let files = RunFiles(folder)
    if files.hold(Self.recordName) { return .finished }
    guard let attempt = attempt(of: folder) else {
      return files.hold("config.json") ? .interrupted : .planned
    }
    return attempt.hasFailed ? .failed : .interrupted
  }

  /// Makes the folder of a run, and writes `run.json` there.
  ///
  /// - Parameters:
  ///   - stored: what the run is.
  ///   - folder: its folder.
  /// - Throws: ``RunStoreError/cannotWrite(path:reason:)``, ``RunStoreError/cannotRead(path:reason:)``
  ///   where the folder holds another run.
  public func prepare(_ stored: StoredRun, in folder: String) throws(RunStoreError) {
    do throws(SystemFailure) {
      try RunFiles(folder).makeFolder()
    } catch {
      throw .cannotWrite(path: folder, reason: error.reason)
    }
    if RunFiles(folder).hold(StoredRun.fileName) {
      let found = try self.stored(in: folder)
      guard found.identity == stored.identity else {
        throw .cannotRead(
          path: join(folder, StoredRun.fileName),
          reason: "it is the run \(found.identity.prefix), expected \(stored.identity.prefix)")
      }
      return
    }
    try RunFiles(folder).write(stored, to: StoredRun.fileName)
  }

  /// What `run.json` of a folder says.
  ///
  /// - Parameter folder: the folder of a run.
  /// - Returns: the run.
  /// - Throws: ``RunStoreError/cannotRead(path:reason:)``.
  public func stored(in folder: String) throws(RunStoreError) -> StoredRun {
    let path = join(folder, StoredRun.fileName)
    do throws(NetworkFileError) {
      return try JSONFile.value(of: StoredRun.self, at: path)
    } catch {
      throw .cannotRead(path: path, reason: "it says no run: \(error)")
    }
  }

  /// How the last attempt of a run ended.
  ///
  /// - Parameter folder: the folder of a run.
  /// - Returns: the attempt; nil where there was none, or where what it left cannot be read.
  public func attempt(of folder: String) -> RunAttempt? {
    try? JSONFile.value(of: RunAttempt.self, at: join(folder, RunAttempt.fileName))
  }

  /// Writes `attempt.json`.
  ///
  /// - Parameters:
  ///   - attempt: how the last attempt stands.
  ///   - folder: the folder of the run.
  /// - Throws: ``RunStoreError/cannotWrite(path:reason:)``; the file then is as it was.
  public func write(_ attempt: RunAttempt, in folder: String) throws(RunStoreError) {
    try RunFiles(folder).write(attempt, to: RunAttempt.fileName)
  }

  /// All folders of runs below the root, in the order of their paths.
  ///
  /// A folder with `run.json` or `record.json` is one; folders inside it are not searched, and links
  /// to folders are not followed.
  ///
  /// - Returns: the paths.
  public func folders() -> [String] {
    var found: [String] = []
    var pending = [root]
    while let folder = pending.popLast() {
      let files = RunFiles(folder)
      if files.hold(StoredRun.fileName) || files.hold(Self.recordName) {
        found.append(folder)
        continue
      }
      pending += files.subfolders()
    }
    return found.sorted()
  }

  /// Removes the folder of a run that no process holds.
  ///
  /// - Parameters:
  ///   - folder: the folder.
  ///   - lease: seconds without renewal after which a lock is stale.
  /// - Returns: false where a process is at work there; nothing is removed.
  /// - Throws: ``RunStoreError/cannotWrite(path:reason:)``.
  public func remove(
    _ folder: String, lease: Double = RunLock.defaultLease
  ) throws(RunStoreError) -> Bool {
    guard let lock = try RunLock.acquire(in: folder, lease: lease) else { return false }
    do {
      try FileManager.default.removeItem(atPath: folder)
      return true
    } catch {
      lock.release()
      throw .cannotWrite(path: folder, reason: error.localizedDescription)
    }
  }
}

/// The files of one run's folder.
struct RunFiles {
  let folder: String

  init(_ folder: String) { self.folder = folder }

  func hold(_ name: String) -> Bool { access(join(folder, name), F_OK) == 0 }

  /// Makes the folder and its parents; others may do so at the same time.
  fileprivate func makeFolder() throws(SystemFailure) {
    if mkdir(folder, 0o777) == 0 || isFolder { return }
    let failure = SystemFailure.last
    let parent = NetworkFiles.folder(of: folder)
    guard failure.code == ENOENT, parent != folder else { throw failure }
    try RunFiles(parent).makeFolder()
    guard mkdir(folder, 0o777) == 0 || isFolder else { throw .last }
  }

  private var isFolder: Bool {
    var info = stat()
    return stat(folder, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
  }

  /// Writes a value as JSON under a name, whole or not at all; the folder exists.
  func write(_ value: some Encodable, to name: String) throws(RunStoreError) {
    do throws(ReportError) {
      try RunFolder(creating: folder).write(try jsonText(value) + "\n", to: name)
    } catch {
      switch error {
      case .cannotWrite(let path, let reason), .cannotCreate(let path, let reason):
        throw .cannotWrite(path: path, reason: reason)
      default: throw .cannotWrite(path: join(folder, name), reason: "\(error)")
      }
    }
  }

  /// The folders in this one, without links.
  func subfolders() -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.map { join(folder, $0) }.filter { path in
      var info = stat()
      return lstat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
    }
  }
}

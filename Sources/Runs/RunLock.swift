private import Datasets
private import Foundation
private import NetworkFiles

/// A lock on the folder of a run, held by one process of one machine.
///
/// It is a file that is created exclusively, names its holder and is renewed, by its modification
/// time, every few seconds. Another process of the same machine takes it over as soon as all that
/// the file names are gone, on another machine when its lease is over. To take it over the file is
/// renamed, so that of two that find it stale one wins, and then created anew.
///
/// The clock of the folder's own file system counts, so that machines whose clocks differ agree.
public struct RunLock: Sendable {
  /// The name of the file.
  public static let name = "lock.json"
  /// After how many seconds without renewal a lock is stale.
  public static let defaultLease = 60.0

  /// What a lock's file says.
  struct Holder: Codable, Sendable, Equatable {
    var system: SystemIdentity
    /// The process that holds the lock, and the one that it started.
    var processes: [ProcessIdentity]
    /// Tells this lock from all others.
    var token: String
    /// Seconds since 1970.
    var started: Double
  }

  /// Who holds a lock, for messages.
  public struct Description: Sendable, Equatable {
    /// The machine's name; empty where the file does not say it.
    public var host: String
    /// The number of the process; 0 where the file does not say it.
    public var process: Int32
    /// Seconds since the lock was renewed.
    public var age: Double
  }

  private let path: String
  private let holder: Holder

  /// Takes the lock of a folder.
  ///
  /// - Parameters:
  ///   - folder: the folder, which exists.
  ///   - lease: seconds without renewal after which another's lock is stale, above 0.
  /// - Returns: the lock; nil where another process holds it.
  /// - Throws: ``RunStoreError/cannotWrite(path:reason:)``.
  public static func acquire(
    in folder: String, lease: Double = defaultLease
  ) throws(RunStoreError) -> RunLock? {
    let path = join(folder, name)
    let lock = RunLock(
      path: path,
      holder: Holder(
        system: .current, processes: [.current], token: UUID().uuidString,
        started: Date().timeIntervalSince1970))
    if try lock.create() { return lock }
    guard let (content, age) = read(path, clockIn: folder) else {
      // It was given back in between.
      return try lock.create() ? lock : nil
    }
    guard isStale(content, age, lease), try remove(content, at: path), try lock.create() else {
      return nil
    }
    // Somebody who judged the same lock stale may just now have moved ours away and back.
    usleep(50_000)
    return lock.isHeld ? lock : nil
  }

  /// Who holds the lock of a folder.
  ///
  /// - Parameters:
  ///   - folder: the folder.
  ///   - lease: seconds without renewal after which a lock is stale.
  /// - Returns: the holder; nil where there is none, or where its lock is stale.
  public static func liveHolder(of folder: String, lease: Double = defaultLease) -> Description? {
    let path = join(folder, name)
    guard let (content, age) = read(path, clockIn: folder), !isStale(content, age, lease) else {
      return nil
    }
    let holder = decoded(content)
    return Description(
      host: holder?.system.host ?? "", process: holder?.processes.first?.number ?? 0, age: age)
  }

  /// Whether the file still is this lock.
  public var isHeld: Bool {
    guard let content = Self.content(of: path) else { return false }
    return Self.decoded(content)?.token == holder.token
  }

  /// Renews the lease.
  ///
  /// - Returns: false where another process has taken the lock; the run must stop.
  public func renew() -> Bool {
    guard isHeld else { return false }
    return utimensat(AT_FDCWD, path, nil, 0) == 0
  }

  /// Names the process that works on behalf of the holder, and so keeps the lock while it lives.
  ///
  /// - Parameter process: its number.
  /// - Returns: the lock as it now is; unchanged where another process has taken it.
  /// - Throws: ``RunStoreError/cannotWrite(path:reason:)``; the file then is as it was.
  public func naming(worker process: Int32) throws(RunStoreError) -> RunLock {
    guard isHeld else { return self }
    var holder = holder
    holder.processes = [.current, ProcessIdentity(process)]
    let lock = RunLock(path: path, holder: holder)
    let temporary = temporaryPath(beside: path)
    do throws(SystemFailure) {
      try writeNewFile(lock.bytes, at: temporary)
      guard rename(temporary, path) == 0 else {
        let failure = SystemFailure.last
        unlink(temporary)
        throw failure
      }
    } catch {
      throw .cannotWrite(path: path, reason: error.reason)
    }
    return lock
  }

  /// Gives the lock back; nothing happens where another process has taken it.
  public func release() {
    if isHeld { unlink(path) }
  }

  private var bytes: [UInt8] {
    // Texts and numbers always have a JSON form.
    Array((try? JSONEncoder().encode(holder)) ?? Data())
  }

  /// Creates the file; false where there is one.
  private func create() throws(RunStoreError) -> Bool {
    do throws(SystemFailure) {
      try writeNewFile(bytes, at: path)
      return true
    } catch {
      if error.code == EEXIST { return false }
      throw .cannotWrite(path: path, reason: error.reason)
    }
  }

  private static func decoded(_ content: Data) -> Holder? {
    try? JSONDecoder().decode(Holder.self, from: content)
  }

  private static func content(of path: String) -> Data? {
    try? Data(contentsOf: URL(fileURLWithPath: path))
  }

  /// What a lock's file holds and how many seconds ago it was renewed.
  private static func read(_ path: String, clockIn folder: String) -> (Data, age: Double)? {
    guard let renewed = modificationTime(path), let content = content(of: path) else { return nil }
    return (content, max(0, now(in: folder) - renewed))
  }

  private static func isStale(_ content: Data, _ age: Double, _ lease: Double) -> Bool {
    // A file that says nothing is being written, or was left by a process that died doing so.
    guard let holder = decoded(content) else { return age > lease }
    // A process here that is stopped, or sleeps with the machine, would go on later: it counts.
    if holder.system == .current { return !holder.processes.contains(where: \.isAlive) }
    return age > lease
  }

  /// Moves a stale lock away.
  ///
  /// - Returns: false where somebody else did; their new lock stays in its place.
  private static func remove(_ stale: Data, at path: String) throws(RunStoreError) -> Bool {
    let moved = temporaryPath(beside: path)
    guard rename(path, moved) == 0 else {
      if errno == ENOENT { return true }
      throw .cannotWrite(path: path, reason: SystemFailure.last.reason)
    }
    defer { unlink(moved) }
    if content(of: moved) == stale { return true }
    link(moved, path)
    return false
  }

  private static func modificationTime(_ path: String) -> Double? {
    var info = stat()
    guard stat(path, &info) == 0 else { return nil }
    return Double(info.st_mtim.tv_sec) + Double(info.st_mtim.tv_nsec) / 1e9
  }

  /// The time of the file system that holds a folder; this machine's where nothing can be written.
  private static func now(in folder: String) -> Double {
    let probe = temporaryPath(beside: join(folder, name))
    guard (try? writeNewFile([], at: probe)) != nil else { return Date().timeIntervalSince1970 }
    defer { unlink(probe) }
    return modificationTime(probe) ?? Date().timeIntervalSince1970
  }
}

private import Foundation
private import LinearAlgebra
private import Networks

/// What else a result depends on.
public struct RunEnvironment: Sendable, Codable, Equatable {
  /// The version of this package.
  public var rethink: String
  /// The threads of the numerical library and of our own loops.
  public var threads: Int
  /// The BLAS in use, and the library of the fast engine.
  public var numericalLibrary: String
  /// The operating system.
  public var system: String

  /// The environment of this process.
  public static var current: RunEnvironment {
    RunEnvironment(
      rethink: packageVersion, threads: ThreadCount.current,
      numericalLibrary: "\(numericalLibraryDescription()); \(OneDNNEngine.libraryVersion)",
      system: ProcessInfo.processInfo.operatingSystemVersionString)
  }
}

/// The version of this package.
public let packageVersion = "0.1.0"

private import Datasets
public import LinearAlgebra
public import Networks

/// The numbers of a trained network, `network.safetensors` in the folder of its training.
public enum TrainedNetworkFile {
  /// The longest file that is read, 8 GiB.
  public static let largestBytes = 1 << 33

  /// Reads the numbers of a network.
  ///
  /// - Parameters:
  ///   - path: a file in the format of safetensors.
  ///   - graph: the network.
  /// - Returns: its parameters and running statistics, bit for bit.
  /// - Throws: ``TrainedNetworkFileError``, which names the file.
  public static func parameters(
    at path: String, of graph: NetworkGraph
  ) throws(TrainedNetworkFileError) -> NetworkParameters<Float> {
    let bytes: [UInt8]
    do throws(RegularFile.Failure) {
      bytes = try RegularFile.contents(of: path, largestBytes: largestBytes)
    } catch {
      switch error {
      case .notFound: throw .unreadable(path: path, reason: "not found")
      case .unreadable(let reason): throw .unreadable(path: path, reason: reason)
      case .tooLarge(let count):
        throw .unreadable(
          path: path, reason: "\(count) bytes found, at most \(largestBytes) expected")
      }
    }
    do throws(SafetensorsFileError) {
      return try SafetensorsFile(reading: bytes).parameters(of: graph, as: Float.self)
    } catch {
      throw .content(path: path, error)
    }
  }
}

/// Why the numbers of a trained network cannot be read.
public enum TrainedNetworkFileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file is not there, or cannot be read.
  case unreadable(path: String, reason: String)
  /// The file is no safetensors, or holds other tensors than the network's.
  case content(path: String, SafetensorsFileError)

  /// Whether the input is missing, rather than wrong.
  public var isMissingInput: Bool {
    if case .unreadable = self { return true }
    return false
  }

  /// The file, what is wrong and what to try, on one line.
  public var description: String {
    switch self {
    case .unreadable(let path, let reason):
      "\(path): \(reason); name the folder of a training that has ended".onOneLine
    case .content(let path, let error): "\(path): \(error)".onOneLine
    }
  }
}

private import Foundation

/// Files of one JSON value.
public enum JSONFile {
  /// The longest file that is read, in bytes.
  public static let largestBytes = 1 << 30

  /// Reads a value from a file.
  ///
  /// - Parameters:
  ///   - type: what the file holds.
  ///   - path: a regular file of at most ``largestBytes``; folders, pipes and devices are refused.
  /// - Returns: the value.
  /// - Throws: ``NetworkFileError``, which names the file and the key.
  /// - Complexity: linear in the length of the file.
  public static func value<Value: Decodable>(
    of type: Value.Type, at path: String
  ) throws(NetworkFileError) -> Value {
    let data = try contents(of: path)
    do {
      return try JSONDecoder().decode(type, from: data)
    } catch let error as DecodingError {
      throw NetworkFileError(error, path: path)
    } catch {
      throw .notJSON(path: path, reason: "\(error)")
    }
  }
}

private func contents(of path: String) throws(NetworkFileError) -> Data {
  do throws(RegularFile.Failure) {
    return Data(try RegularFile.contents(of: path, largestBytes: JSONFile.largestBytes))
  } catch {
    switch error {
    case .notFound: throw .notFound(path: path)
    case .unreadable(let reason): throw .unreadable(path: path, reason: reason)
    case .tooLarge(let bytes):
      throw .tooLarge(path: path, bytes: bytes, largestBytes: JSONFile.largestBytes)
    }
  }
}

extension NetworkFileError {
  fileprivate init(_ error: DecodingError, path: String) {
    switch error {
    case .keyNotFound(let key, let context):
      self = .missingKey(path: path, key: keyPath(context.codingPath + [key]))
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      self = .wrongValue(
        path: path, key: keyPath(context.codingPath), reason: context.debugDescription)
    case .dataCorrupted(let context):
      let reason = context.debugDescription
      self =
        context.codingPath.isEmpty
        ? .notJSON(path: path, reason: reason)
        : .wrongValue(path: path, key: keyPath(context.codingPath), reason: reason)
    @unknown default:
      self = .notJSON(path: path, reason: "\(error)")
    }
  }
}

/// Such as `layers[0].blocks[1].weights`.
private func keyPath(_ path: [any CodingKey]) -> String {
  if path.isEmpty { return "the whole file" }
  return path.reduce("") { text, key in
    if let index = key.intValue { return text + "[\(index)]" }
    return text.isEmpty ? key.stringValue : text + "." + key.stringValue
  }
}

private import Foundation

/// The JSON of a record: sorted keys, indented, slashes as they are.
///
/// JSON has no infinities and no NaN: they are written as null.
///
/// - Parameter record: any value that encodes itself.
/// - Returns: the text, without a line break at its end.
/// - Throws: ``ReportError/cannotEncode(reason:)``.
public func jsonText(_ record: some Encodable) throws(ReportError) -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  encoder.nonConformingFloatEncodingStrategy = .convertToString(
    positiveInfinity: notFinite, negativeInfinity: notFinite, nan: notFinite)
  do {
    let text = String(decoding: try encoder.encode(record), as: UTF8.self)
    return text.replacingOccurrences(of: "\"\(notFinite)\"", with: "null")
  } catch {
    throw .cannotEncode(reason: "\(error)")
  }
}

/// What stands for a number that is not finite until it becomes null.
///
/// U+FFFF is no character and by definition in no text that one program gives to another.
private let notFinite = "\u{FFFF}not finite\u{FFFF}"

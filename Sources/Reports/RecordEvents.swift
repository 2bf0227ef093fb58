import Experiments
private import Foundation

/// The numbers of a record as a file of events, for TensorBoard.
///
/// A number is a point at step 0 under its keys, with slashes between them; a list of numbers is a
/// curve over their places. The set-up is left out, and so are texts and lists of other things.
///
/// - Parameters:
///   - record: the record as JSON has it.
///   - wallTime: seconds since the beginning of 1970, UTC.
/// - Returns: the bytes of an event file; nil where there is no number.
/// - Complexity: linear in the length of the record.
func recordEvents(_ record: RecordValue, wallTime: Double) -> [UInt8]? {
  let events = scalars(of: record, under: "").map { tag, step, value in
    TensorBoardEvent(wallTime: wallTime, step: step, .scalar(tag: tag, value: Float(value)))
  }
  if events.isEmpty { return nil }
  return ([TensorBoardEvent(wallTime: wallTime, .fileVersion)] + events).flatMap { $0.record() }
}

/// The name of the file with a record's events: one and the same, so that a run that is done again
/// replaces it.
let recordEventsName = "events.out.tfevents.0000000000.record"

/// What a record says of how it was made rather than of what came out.
let recordSetUpKeys: Set = ["configuration", "environment", "options", "sample", "seed"]

private func scalars(
  of value: RecordValue, under tag: String
) -> [(tag: String, step: Int, value: Double)] {
  switch value {
  case .whole, .number: value.number.map { [(tag, 0, $0)] } ?? []
  case .list(let values):
    values.compactMap(\.number).count == values.count
      ? values.enumerated().map { (tag, $0, $1.number ?? 0) } : []
  case .object(let members):
    members.sorted { $0.key < $1.key }.filter { !recordSetUpKeys.contains($0.key) }.flatMap {
      scalars(of: $1, under: tag.isEmpty ? $0 : "\(tag)/\($0)")
    }
  case .flag, .text, .null: []
  }
}

import RandomStreams
import Reports
import TestSupport
import Testing

@Suite("Events for TensorBoard")
struct TensorBoardEventTests {
  @Test("What is written is read back by a decoder of the published formats")
  func decoded() throws {
    for property in PropertyCase.all {
      var stream = property.stream("events")
      let events = (0..<property.first).map { _ in randomEvent(&stream) }
      let bytes = Array(events.map { $0.record() }.joined())
      #expect(try decodedEvents(bytes) == events.map { DecodedEvent($0) }, "\(property)")
    }
  }

  @Test("The first record is that of TensorFlow, byte for byte")
  func fileVersion() {
    // 24 bytes follow: wall time as field 1, a double; the version as field 3, a text.
    let head: [UInt8] = [0x18, 0, 0, 0, 0, 0, 0, 0, 0xA3, 0x7F, 0x4B, 0x22]
    let time: [UInt8] = [0x09, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F]
    let version = [0x1A, 0x0D] + Array("brain.Event:2".utf8)
    let record = TensorBoardEvent(wallTime: 1, .fileVersion).record()
    #expect(record.dropLast(4) == (head + time + version)[...])
  }

  @Test("A scalar by hand")
  func scalar() {
    let record = TensorBoardEvent(wallTime: 0, step: 300, .scalar(tag: "ab", value: 1)).record()
    let value: [UInt8] = [0x0A, 2, 0x61, 0x62, 0x15, 0, 0, 0x80, 0x3F]
    let summary = [0x0A, 9] + value
    let event =
      [0x09] + [UInt8](repeating: 0, count: 8) + [0x10, 0xAC, 0x02] + [0x2A, 11] + summary
    #expect(record.dropFirst(12).dropLast(4) == event[...])
    #expect(record.count == 16 + event.count)
  }

  @Test("A negative step stops the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      _ = TensorBoardEvent(wallTime: 0, step: -1, .fileVersion)
    }
  }
}

/// An event with extreme numbers and a tag of characters that have a meaning somewhere.
func randomEvent(_ stream: inout RandomStream) -> TensorBoardEvent {
  func pick<Value>(_ values: [Value]) -> Value { values[stream.integer(below: values.count)] }
  let wallTime = pick([0, 1.5, 1_763_735_000.25, -1])
  let step = pick([0, 1, 127, 128, 16_384, Int.max])
  let tag = pick([
    "", "loss", "train/loss", "größe/日本", "a b\n\"c\"", String(repeating: "x", count: 200),
  ])
  let value = pick(
    [0, -0.0, 1, -.infinity, .greatestFiniteMagnitude, .leastNonzeroMagnitude, 0.1] as [Float])
  switch stream.integer(below: 3) {
  case 0: return TensorBoardEvent(wallTime: wallTime, step: step, .fileVersion)
  case 1: return TensorBoardEvent(wallTime: wallTime, step: step, .scalar(tag: tag, value: value))
  default:
    let values = (0..<stream.integer(below: 30)).map { _ in Float(stream.normal()) }
    guard let histogram = try? TensorBoardHistogram(of: values) else {
      return TensorBoardEvent(wallTime: wallTime, .fileVersion)
    }
    return TensorBoardEvent(
      wallTime: wallTime, step: step, .histogram(tag: tag, histogram))
  }
}

extension DecodedEvent {
  /// What a decoder should find of an event.
  init(_ event: TensorBoardEvent) {
    (wallTime, step) = (event.wallTime, event.step)
    switch event.content {
    case .fileVersion: version = "brain.Event:2"
    case .scalar(let tag, let value): (self.tag, scalar) = (tag, value)
    case .histogram(let tag, let counted):
      self.tag = tag
      histogram = Histogram(
        moments: [
          counted.minimum, counted.maximum, Double(counted.count), counted.sum,
          counted.sumOfSquares,
        ], limits: counted.bucketLimits, buckets: counted.buckets.map { Double($0) })
    }
  }
}

private import NetworkFiles

/// What a run reports to TensorBoard at one moment.
///
/// Source: TensorFlow, `event.proto` and `summary.proto`.
public struct TensorBoardEvent: Sendable, Equatable {
  /// What is reported.
  public enum Content: Sendable, Equatable {
    /// The version of the format, `brain.Event:2`: the first event of every file.
    case fileVersion
    /// A number.
    case scalar(tag: String, value: Float)
    /// A distribution.
    case histogram(tag: String, TensorBoardHistogram)
  }

  /// Seconds since the beginning of 1970, UTC.
  public let wallTime: Double
  /// The training step, which orders the events of a tag.
  public let step: Int
  /// What is reported; a tag such as `train/loss` groups it with others of its first part.
  public let content: Content

  /// Creates an event.
  ///
  /// - Parameters:
  ///   - wallTime: seconds since the beginning of 1970, UTC.
  ///   - step: the training step, at least 0.
  ///   - content: what is reported.
  public init(wallTime: Double, step: Int = 0, _ content: Content) {
    precondition(step >= 0, "steps count from 0")
    (self.wallTime, self.step, self.content) = (wallTime, step, content)
  }

  /// The event as a record of an event file.
  ///
  /// - Returns: length, checksum, data, checksum; 16 bytes and those of the protocol buffer.
  public func record() -> [UInt8] {
    var bytes: [UInt8] = []
    TFRecord.append(message.bytes(), to: &bytes)
    return bytes
  }

  private var message: ProtocolBufferMessage {
    var event = ProtocolBufferMessage()
    event.add(1, wallTime)
    // Zero is the default and is left out, as TensorFlow does.
    if step > 0 { event.add(2, step) }
    switch content {
    case .fileVersion:
      event.add(3, "brain.Event:2")
    case .scalar(let tag, let number):
      var value = ProtocolBufferMessage()
      value.add(1, tag)
      value.add(2, number)
      event.add(5, summary(value))
    case .histogram(let tag, let histogram):
      var value = ProtocolBufferMessage()
      value.add(1, tag)
      value.add(5, histogram.message)
      event.add(5, summary(value))
    }
    return event
  }
}

private func summary(_ value: ProtocolBufferMessage) -> ProtocolBufferMessage {
  var summary = ProtocolBufferMessage()
  summary.add(1, value)
  return summary
}

extension TensorBoardHistogram {
  fileprivate var message: ProtocolBufferMessage {
    var message = ProtocolBufferMessage()
    message.add(1, minimum)
    message.add(2, maximum)
    message.add(3, Double(count))
    message.add(4, sum)
    message.add(5, sumOfSquares)
    message.add(6, bucketLimits)
    message.add(7, buckets.map { Double($0) })
    return message
  }
}

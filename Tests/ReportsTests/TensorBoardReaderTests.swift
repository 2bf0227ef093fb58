import Foundation
import RandomStreams
import Reports
import TestSupport
import Testing

@Suite(
  "TensorBoard reads the event files",
  .enabled("\(Python.advice("tensorboard"))") { try await Python.has("tensorboard") })
struct TensorBoardReaderTests {
  @Test("Scalars and histograms come back as they were, from a file cut back and continued too")
  func accumulated() async throws {
    let place = try TestFolder()
    let path = place.path(TensorBoardFile.name(seconds: 1_700_000_000))
    var file = try TensorBoardFile(creating: path, wallTime: 1_700_000_000)
    var stream = RandomStream(seed: 2, purpose: "events for TensorBoard")
    var scalars: [Scalar] = []
    var histograms: [Histogram] = []
    for step in 0..<200 {
      let wallTime = 1_700_000_000 + Double(step) / 4
      let value = Float(stream.normal())
      let histogram = try TensorBoardHistogram(
        of: (0..<step).map { _ in Float(stream.normal()) * value })
      try file.append([
        TensorBoardEvent(wallTime: wallTime, step: step, .scalar(tag: "train/loss", value: value)),
        TensorBoardEvent(wallTime: wallTime, step: step, .histogram(tag: "weights", histogram)),
      ])
      scalars.append(Scalar(wallTime: wallTime, step: step, value: value))
      histograms.append(
        Histogram(
          wallTime: wallTime, step: step, minimum: histogram.minimum, maximum: histogram.maximum,
          number: histogram.count, sum: histogram.sum, sumOfSquares: histogram.sumOfSquares,
          limits: histogram.bucketLimits, buckets: histogram.buckets))
      if step % 50 == 49 {
        let checkpoint = file.byteCount
        try file.append([
          TensorBoardEvent(wallTime: wallTime, step: 900, .scalar(tag: "lost", value: 0))
        ])
        file = try TensorBoardFile(continuing: path, byteCount: checkpoint)
      }
    }
    let output = try await Python.run(script, place.path)
    let answer = try JSONDecoder().decode(Answer.self, from: Data(output.utf8))
    #expect(answer.version == 2)
    #expect(answer.scalarTags == ["train/loss"] && answer.histogramTags == ["weights"])
    #expect(answer.scalars == scalars)
    #expect(answer.histograms == histograms)
  }
}

private struct Scalar: Codable, Equatable {
  var wallTime: Double
  var step: Int
  var value: Float
}

private struct Histogram: Codable, Equatable {
  var wallTime: Double
  var step: Int
  var minimum: Double
  var maximum: Double
  var number: Int
  var sum: Double
  var sumOfSquares: Double
  var limits: [Double]
  var buckets: [Int]
}

private struct Answer: Codable {
  var version: Double
  var scalarTags: [String]
  var histogramTags: [String]
  var scalars: [Scalar]
  var histograms: [Histogram]
}

private let script = """
  import json
  import sys
  from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

  events = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0, "histograms": 0})
  events.Reload()
  tags = events.Tags()
  print(json.dumps({
      "version": events.file_version,
      "scalarTags": tags["scalars"],
      "histogramTags": tags["histograms"],
      "scalars": [
          {"wallTime": event.wall_time, "step": event.step, "value": event.value}
          for event in events.Scalars("train/loss")],
      "histograms": [
          {"wallTime": event.wall_time, "step": event.step,
           "minimum": event.histogram_value.min, "maximum": event.histogram_value.max,
           "number": int(event.histogram_value.num), "sum": event.histogram_value.sum,
           "sumOfSquares": event.histogram_value.sum_squares,
           "limits": list(event.histogram_value.bucket_limit),
           "buckets": [int(bucket) for bucket in event.histogram_value.bucket]}
          for event in events.Histograms("weights")],
  }))
  """

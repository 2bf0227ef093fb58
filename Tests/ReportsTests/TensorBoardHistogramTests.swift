import RandomStreams
import Reports
import TestSupport
import Testing

@Suite("Histograms for TensorBoard")
struct TensorBoardHistogramTests {
  @Test("Moments are those of the numbers, and each number is counted between its limits")
  func counts() throws {
    for property in PropertyCase.all {
      let values = numbers(property)
      let histogram = try TensorBoardHistogram(of: values)
      let doubles = values.map { Double($0) }
      #expect(histogram.count == values.count)
      #expect(histogram.minimum == doubles.min() ?? .greatestFiniteMagnitude)
      #expect(histogram.maximum == doubles.max() ?? -.greatestFiniteMagnitude)
      #expect(histogram.sum == doubles.reduce(0, +))
      #expect(histogram.sumOfSquares == doubles.reduce(0) { $0 + $1 * $1 })
      #expect(histogram.buckets.count == histogram.bucketLimits.count)
      for (index, upper) in histogram.bucketLimits.enumerated() {
        let lower = index == 0 ? -Double.infinity : histogram.bucketLimits[index - 1]
        #expect(lower < upper)
        #expect(histogram.buckets[index] == doubles.count { lower <= $0 && $0 < upper })
      }
    }
  }

  @Test("A number has its own bucket, from a tenth below to its limit, both sides of 0 alike")
  func limits() throws {
    let one = try TensorBoardHistogram(of: [1])
    // Empty up to the limit below 1, the bucket of 1, empty to the largest double.
    #expect(one.buckets == [0, 1, 0])
    let (below, above) = (one.bucketLimits[0], one.bucketLimits[1])
    #expect(below <= 1 && 1 < above)
    #expect(above == below * 1.1)
    #expect(one.bucketLimits[2] == .greatestFiniteMagnitude)
    let minusOne = try TensorBoardHistogram(of: [-1])
    #expect(minusOne.bucketLimits == [-above, -below, .greatestFiniteMagnitude])
    let zero = try TensorBoardHistogram(of: [0, -0.0])
    #expect(
      zero.bucketLimits == [0, 1e-12, .greatestFiniteMagnitude] && zero.buckets == [0, 2, 0])
    // The first limit is 10⁻¹², the second a tenth above.
    let small = try TensorBoardHistogram(of: [1.05e-12])
    #expect(small.bucketLimits == [1e-12, 1e-12 * 1.1, .greatestFiniteMagnitude])
  }

  @Test("The largest numbers have the last buckets, and none gives one empty bucket")
  func extremes() throws {
    let largest = try TensorBoardHistogram(of: [.greatestFiniteMagnitude])
    #expect(largest.buckets == [0, 1])
    #expect(largest.bucketLimits[1] == .greatestFiniteMagnitude)
    let least = try TensorBoardHistogram(of: [-.greatestFiniteMagnitude])
    #expect(least.buckets == [0, 1, 0])
    #expect(least.bucketLimits[0] == -.greatestFiniteMagnitude)
    let none = try TensorBoardHistogram(of: [])
    #expect(none.buckets == [0] && none.bucketLimits == [.greatestFiniteMagnitude])
  }

  @Test("What is no finite number is refused by its place")
  func hostile() {
    for value in [Float.nan, .infinity, -.infinity] {
      #expect(throws: TensorBoardHistogram.NotFinite.self) {
        try TensorBoardHistogram(of: [value])
      }
    }
    do throws(TensorBoardHistogram.NotFinite) {
      _ = try TensorBoardHistogram(of: [0, 1, -.infinity, .nan])
      Issue.record("infinity was counted")
    } catch {
      #expect(error.index == 2 && error.value == "-inf")
      #expect(
        error.description
          == "value 2 is -inf, finite numbers expected in a histogram: the training has diverged, "
          + "take a smaller learning rate")
    }
  }

  /// Numbers of all orders of magnitude, many of them twice.
  private func numbers(_ property: PropertyCase) -> [Float] {
    var stream = property.stream("histogram")
    return (0..<property.first).map { index in
      if index % 7 == 6 { return 0 }
      var value = Float(stream.normal())
      for _ in 0..<stream.integer(below: 40) { value *= property.seed % 2 == 0 ? 0.3 : 3 }
      return stream.integer(below: 3) == 0 ? value.rounded() : value
    }
  }
}

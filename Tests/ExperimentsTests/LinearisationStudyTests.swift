import Datasets
import Experiments
import Networks
import Testing

@Suite("Trained networks beside their linearisation")
struct LinearisationStudyTests {
  private static let split = ProceduralImages.split(trainCount: 20, testCount: 50, seed: 4)
    .map { $0.centerCropped(height: 12, width: 12) }

  private static let record = Result {
    try studyLinearisation(
      split,
      configuration: LinearisationConfiguration(
        samples: 20, testSamples: 50, widths: [16, 128, 1024], draws: 2, tolerance: 1e-3, seed: 2))
  }

  @Test("Every training fits, every solve is sound, and stopping early leaves little")
  func evidence() throws {
    let record = try Self.record.get()
    #expect(record.rows.map(\.width) == [16, 128, 1024])
    for draw in record.rows.flatMap(\.draws) {
      #expect(draw.isFitted && draw.relativeResidual <= 1e-3)
      #expect(draw.testRatio <= 30)
      // √(rᵀ K⁻¹ r) ≤ ‖r‖ / √λ_min and ‖δθ‖ ≥ ‖r₀‖ / √λ_max.
      #expect(draw.stoppingRemainder <= 1e-3 * draw.conditionEstimate.squareRoot() * 1.001)
      #expect(draw.kernelAlignment > 0 && draw.kernelAlignment <= 1 + 1e-12)
    }
  }

  @Test("Predictions, weights and kernel come nearer to the linearisation as width grows")
  func approach() throws {
    let record = try Self.record.get()
    let measures: [KeyPath<LinearisationDraw, Double>] = [
      \.predictionDifference, \.weightDifference, \.kernelDrift, \.relativeDistance,
    ]
    for measure in measures {
      let values = record.curve(.given).map { $0.spread(measure).mean }
      #expect(values[2] < values[0] / 2, "\(values)")
      #expect(try #require(record.powerLaw(measure, .given)).exponent < -0.2)
    }
  }

  @Test("Distance and norm obey the triangle, and margins and loss the end of the training")
  func path() throws {
    for row in try Self.record.get().rows {
      let (first, last) = (try #require(row.path.first), try #require(row.path.last))
      #expect(first.steps == 0 && first.distance == 0)
      #expect(last.steps == row.draws[0].steps)
      for point in row.path {
        #expect(abs(point.norm - first.norm) <= point.distance * (1 + 1e-6) + 1e-6 * first.norm)
        #expect(point.smallestMargin <= point.medianMargin)
        let scaled = point.normalisedMargin * point.norm * point.norm
        #expect(abs(scaled - point.smallestMargin) <= 1e-12 * abs(point.smallestMargin))
      }
      // Loss ½ Σ r² / n bounds each margin's distance from 1: |r_y - r_c| ≤ √2 ‖r‖.
      #expect(abs(last.smallestMargin - 1) <= (4 * 20 * last.loss).squareRoot() * (1 + 1e-5))
      let moved = row.draws[0].relativeDistance * first.norm
      #expect(abs(moved - last.distance) <= 1e-5 * last.distance)
    }
  }

  @Test("Deeper networks, classes, batches and random labels go the same way")
  func variants() throws {
    let configuration = LinearisationConfiguration(
      samples: 10, testSamples: 20, widths: [64], hiddenLayers: 2, draws: 1,
      labels: [.given, .random], targets: .classes, batchSize: 5, stepShare: 0.5,
      tolerance: 0.01, seed: 3)
    let record = try studyLinearisation(Self.split, configuration: configuration)
    #expect(record.rows.map(\.labels) == [.given, .random])
    for row in record.rows {
      #expect(row.parameters == 64 * (12 * 12 * 3 + 64 + 10))
      #expect(row.draws.count == 1 && row.draws[0].isFitted)
      #expect(row.draws[0].steps.isMultiple(of: 2))
    }
    #expect(try studyLinearisation(Self.split, configuration: configuration) == record)
  }

  @Test("A network too narrow for its targets is named in the error")
  func singular() {
    let configuration = LinearisationConfiguration(
      samples: 20, testSamples: 5, widths: [1], draws: 1, targets: .classes)
    #expect(
      throws: ExperimentError.linearisation(
        .singularKernel(network: "width 1, draw 1", values: 200))
    ) {
      try studyLinearisation(Self.split, configuration: configuration)
    }
  }
}

import Experiments
import Foundation
import LinearAlgebra
import ReLUInterpolation
import Testing

@Suite("The scale study measures what it builds")
struct ScaleStudyTests {
  private let small = ScaleConfiguration(
    cases: [
      ScaleCase(.drawnBytes, n: 300, d: 40), ScaleCase(.storedBytes, n: 300, d: 40),
      ScaleCase(.reals, n: 2000, d: 1), ScaleCase(.reals, n: 1, d: 3),
    ], repetitions: 2, triangularSize: 100, seed: 5)

  @Test("Every case is certified, and measured in its own place")
  func measurements() throws {
    let record = try studyScale(small)
    #expect(record.configuration == small)
    #expect(record.measurements.map(\.scaleCase) == small.cases)
    for row in record.measurements {
      #expect(row.certified && row.weights == 2 * row.scaleCase.n + row.scaleCase.d)
      #expect(row.projectionsExact == (row.scaleCase.samples != .reals || row.scaleCase.d == 1))
      let times = [
        row.readSeconds, row.sortSeconds, row.radixSortSeconds, row.buildSeconds,
        row.certificationSeconds, row.evaluationSeconds,
      ]
      #expect(times.allSatisfy { $0 > 0 && $0.isFinite })
      #expect(row.buildRatio == row.buildSeconds / (row.readSeconds + row.sortSeconds))
      #expect(row.directionDraws == 1 && row.peakBytes > 1 << 20)
      #expect(row.smallestEigenvalue > 0 && row.maxAbsoluteWeight > 0)
      // Rounding the compensated output adds half a unit of targets up to 9.
      #expect(row.compensated.wrongLabels == 0)
      #expect(row.compensated.maxAbsolute <= row.exactResidual + 9 * Double.ulpOfOne)
      #expect(row.exactResidual <= row.compensated.maxAbsolute + 9 * Double.ulpOfOne)
    }
    #expect(record.triangular?.size == 100)
  }

  @Test("Everything but the times is the same in every run")
  func reproducible() throws {
    func timeless(_ record: ScaleRecord) -> [[Double]] {
      record.measurements.map {
        [
          Double($0.weights), $0.smallestEigenvalue, $0.maxAbsoluteWeight, $0.plain.maxAbsolute,
          $0.compensated.maxAbsolute, $0.exactResidual,
        ]
      } + [[record.triangular?.recurrenceResidual ?? -1]]
    }
    let first = try studyScale(small)
    #expect(try timeless(studyScale(small)) == timeless(first))
    var other = small
    other.seed = 6
    #expect(try timeless(studyScale(other)) != timeless(first))
  }

  @Test("Progress grows from 0 towards 1")
  func progress() throws {
    var steps: [ExperimentProgress] = []
    _ = try studyScale(small) { steps.append($0) }
    #expect(steps.first?.fraction == 0)
    #expect(zip(steps, steps.dropFirst()).allSatisfy { $0.fraction < $1.fraction })
    #expect(steps.allSatisfy { $0.fraction < 1 })
    #expect(steps.last?.activity == "triangular solve, n = 100")
  }

  @Test("A record survives its JSON, with and without the triangular solve")
  func coding() throws {
    var configuration = small
    configuration.cases = [ScaleCase(.reals, n: 10, d: 2)]
    for size in [nil, 10] {
      configuration.triangularSize = size
      let record = try studyScale(configuration)
      let data = try JSONEncoder().encode(record)
      #expect(try JSONDecoder().decode(ScaleRecord.self, from: data) == record)
      #expect(String(decoding: data, as: UTF8.self).contains("\"triangular\":"))
    }
  }

  @Test("Both solvers of Lemma 1's system fit", arguments: [1, 2, 50, 400])
  func triangular(_ size: Int) throws {
    let record = try compareTriangularSolves(size: size, repetitions: 1, seed: 2)
    #expect(record.size == size && record.matrixBytes == 8 * size * size)
    #expect(record.thresholdFraction == ThresholdPlacement.nearPreviousPoint.fraction)
    // Half a class: rounding recovers every label.
    #expect(record.recurrenceResidual < 0.5)
    #expect(record.recurrenceResidual <= record.substitutionResidual || size < 50)
    #expect(record.substitutionResidual < 0.5)
    #expect(record.recurrenceSeconds > 0 && record.speedup > 0)
  }

  @Test("Sizes that memory does not hold, and empty samples, stop the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      _ = try? compareTriangularSolves(size: OutputWeightSolver.denseLimit + 1)
    }
    await #expect(processExitsWith: .failure) { _ = ScaleCase(.reals, n: 0, d: 1) }
    await #expect(processExitsWith: .failure) { _ = ScaleConfiguration(repetitions: 0) }
  }
}

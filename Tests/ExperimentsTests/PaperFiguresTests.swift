import Datasets
import Experiments
import Networks
import Testing

@Suite("Curves of the paper's figures")
struct PaperFiguresTests {
  @Test("Figure 1a: five curves of 40 epochs, which fall and are fitted in the paper's order")
  func losses() {
    let losses = PaperFigures.inceptionLosses
    #expect(
      Set(losses.keys) == [.none, .randomLabels, .shuffledPixels, .randomPixels, .gaussian])
    for (corruption, curve) in losses {
      #expect(curve.count == 40)
      // The random labels' loss rises once, by 0.002, before it begins to fall.
      #expect(zip(curve, curve.dropFirst()).allSatisfy { $1 <= $0 + 0.0021 }, "\(corruption)")
      #expect(curve.allSatisfy { (0...2.31).contains($0) })
    }
    let settings: [Corruption] = [.none, .shuffledPixels, .gaussian, .randomPixels, .randomLabels]
    #expect(settings.map(PaperFigures.inceptionEpochsToFit) == [10, 15, 21, 23, 36])
    let sums = settings.map { (1000 * (losses[$0] ?? []).reduce(0, +)).rounded() }
    #expect(sums == [3000, 7992, 25560, 28341, 55781])
    #expect(PaperFigures.inceptionEpochsToFit(.partialLabels(probability: 0.5)) == nil)
    // A classifier that knows nothing has a loss of ln 10 = 2.303; random labels stay there.
    #expect(losses[.randomLabels]?.prefix(7).allSatisfy { abs($0 - 2.303) <= 0.004 } == true)
    #expect(losses[.randomLabels]?.prefix { $0 >= 2.29 }.count == 8)
  }

  @Test("Figure 1a and 1b tell the same times for Inception")
  func twoFigures() throws {
    let slowdown = try #require(PaperFigures.slowdowns[.inception]?.last)
    let random = try #require(PaperFigures.inceptionEpochsToFit(.randomLabels))
    let truth = try #require(PaperFigures.inceptionEpochsToFit(.none))
    #expect(slowdown == Double(random) / Double(truth))
  }

  @Test(
    "Figure 1b: every time is a whole number of epochs",
    arguments: [
      (.inception, [10, 16, 19, 22, 24, 25, 27, 29, 31, 36, 36]),
      (.alexnet, [31, 33, 34, 36, 38, 39, 41, 42, 44, 47, 48]),
      (.mlp1x512, [28, 36, 40, 44, 47, 50, 54, 54, 55, 56, 55]),
    ] as [(PaperModel, [Int])])
  func slowdowns(model: PaperModel, epochs: [Int]) throws {
    let slowdowns = try #require(PaperFigures.slowdowns[model])
    #expect(slowdowns.count == PaperFigures.corruptionLevels.count)
    for (slowdown, count) in zip(slowdowns, epochs) {
      // Two digits after the point are given.
      #expect(abs(slowdown - Double(count) / Double(epochs[0])) <= 0.005 + 1e-12)
    }
  }

  @Test("Figure 1c: errors grow with corruption up to those of guessing")
  func testErrors() throws {
    #expect(Set(PaperFigures.testErrors.keys) == [.inception, .alexnet, .mlp1x512])
    for errors in PaperFigures.testErrors.values {
      #expect(errors.count == PaperFigures.corruptionLevels.count)
      #expect(zip(errors, errors.dropFirst()).allSatisfy { $0 <= $1 })
      #expect(abs(errors[errors.count - 1] - 0.9) <= 0.003)
    }
    // Only MLP 1x512 has the error of Table 1 at p = 0, 100 less 50.51 %.
    let mlp = try #require(PaperFigures.testErrors[.mlp1x512]?.first)
    #expect(abs(49.49 - 100 * mlp) <= 0.05)
    let sums = [PaperModel.inception, .alexnet, .mlp1x512].map { model in
      (1000 * (PaperFigures.testErrors[model] ?? []).reduce(0, +)).rounded()
    }
    #expect(sums == [6984, 7659, 8414])
  }

  @Test("Figure 2b: no point is better than the best")
  func testCurves() {
    for curve in PaperFigures.testCurves.values {
      #expect(curve.end <= curve.best)
      #expect(curve.accuracies.values.max() == curve.best)
      #expect(curve.accuracies.keys.allSatisfy { (1...51).contains($0) })
    }
    let train = PaperFigures.inceptionTrainAccuracies.sorted { $0.key < $1.key }.map(\.value)
    #expect(zip(train, train.dropFirst()).allSatisfy { $0 < $1 } && train.last == 1)
  }
}

import Experiments
import Networks
import Testing

@Suite("The paper's schedule of SGD")
struct PaperTrainingTests {
  @Test("it is the paper's in steps, whatever the sample size")
  func schedule() {
    let paper = PaperModel.mlp1x512.training(samples: 50_000, epochs: 7, seed: 3)
    #expect(paper.learningRate == .exponential(0.01, factor: 0.95))
    #expect(paper.stoppingRules == [.loss(below: 0.03)])
    #expect((paper.epochs, paper.seed) == (7, 3))
    let inception = PaperModel.inception.training(samples: 50_000, epochs: 1, seed: 0)
    #expect(inception.learningRate == .exponential(0.1, factor: 0.95))
    let quarter = PaperModel.mlp1x512.training(samples: 128 * 391 / 4, epochs: 9, seed: 0)
    let steps = Double((128 * 391 / 4 + 127) / 128)
    let rate = quarter.learningRate.rate(epoch: 4) / 0.01
    #expect(abs(rate - 0.95) <= 0.05 * abs(4 * steps / 391 - 1) + 8 * Double.ulpOfOne)
  }
}

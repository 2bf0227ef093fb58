import Datasets
import Experiments
import LinearAlgebra
import Networks
import Testing

@Suite("Training as an experiment")
struct TrainingRunTests {
  private func sample(_ count: Int = 50, _ corruption: Corruption = .randomLabels)
    -> CorruptedSample
  {
    smallSplit(count).corrupted(by: corruption, seed: 6)
  }

  /// A network that is trained in no time, on pooled pixels.
  private let small = Architecture("small", input: .image(channels: 3, height: 28, width: 28)) {
    AveragePooling(size: 7, stride: 7)
    Flatten()
    Dense(20)
    Rectifier()
    Dropout(0.1)
    Dense(10)
  }

  private var configuration: TrainingConfiguration {
    TrainingConfiguration(
      epochs: 3, batchSize: 20, learningRate: .constant(0.05), evaluatesTraining: true, seed: 9)
  }

  @Test("training is the same run twice, and its record counts what it did")
  func paperModel() throws {
    let sample = sample()
    let plan = TrainingPlan(
      .mlp1x512, for: sample,
      configuration: TrainingConfiguration(epochs: 3, batchSize: 20, seed: 9))
    var reported: [Int] = []
    let result = try trainNetwork(plan, on: sample) { reported.append($0.epoch) }
    let again = try trainNetwork(plan, on: sample)
    #expect(result.parameters == again.parameters && reported == [1, 2, 3])
    let record = result.record
    #expect(record.history == again.record.history)
    #expect(record.model == "mlp1x512" && record.parameters == 1_209_866)
    #expect(record.history.map(\.steps) == [3, 6, 9])
    #expect(record.epochs == 3 && record.stepsToFit == nil && record.epochsToFit == nil)
    let total = record.trainAccuracy + record.score.trainError
    #expect(abs(total - 1) <= 2 * Double.ulpOfOne)
    #expect(record.norm == result.parameters.norm && record.norm == record.history[2].norm)
    #expect(record.imagesPerSecond > 0 && record.augmentation == "none")
    #expect(record.sample == SampleRecord(sample))
  }

  @Test("the record's last accuracies are those of its last epoch")
  func measures() throws {
    let sample = sample(50, .none)
    let record = try trainNetwork(
      TrainingPlan(small, configuration: configuration), on: sample
    ).record
    let last = try #require(record.history.last)
    #expect(last.train?.accuracy == record.trainAccuracy)
    #expect(last.test?.accuracy == record.testAccuracy)
    #expect(record.testAccuracy == record.corruptedTestAccuracy)
    #expect(record.bestTestAccuracy == record.history.compactMap(\.testAccuracy).max())
    let best = try #require(record.bestTestEpoch)
    #expect(record.history[best - 1].testAccuracy == record.bestTestAccuracy)
    #expect(record.earlyStoppingGain == (record.bestTestAccuracy ?? 0) - record.testAccuracy)
  }

  @Test("fitted labels are fitted, and their time to fit is counted")
  func fit() throws {
    var configuration = configuration
    configuration.epochs = 60
    configuration.learningRate = .constant(0.01)
    configuration.stoppingRules = [.loss(below: 0.02)]
    let sample = sample()
    let record = try trainNetwork(
      TrainingPlan(.mlp1x512, for: sample, configuration: configuration), on: sample
    ).record
    #expect(record.outcome == .lossReached && record.trainAccuracy == 1)
    let epochs = try #require(record.epochsToFit)
    #expect(record.stepsToFit == 3 * epochs)
    #expect(record.history[epochs - 1].loss < 0.05 && record.history[epochs - 2].loss >= 0.05)
  }

  @Test("a run left at any step and taken up again has the same record")
  func resumption() throws {
    let sample = smallSplitUncropped(50).corrupted(by: .randomLabels, seed: 6, croppedTo: 28, 28)
    let plan = TrainingPlan(
      small, configuration: configuration, augmentation: Augmentation(randomCrop: true, flip: true))
    let run = try TrainingRun(plan, on: sample)
    var snapshots = [run.snapshot]
    while run.outcome == nil {
      run.advance()
      snapshots.append(run.snapshot)
    }
    let known = run.result()
    #expect(snapshots.count == 13 && run.stepsPerEpoch == 3)
    for snapshot in snapshots {
      let resumed = try TrainingRun(plan, on: sample, from: snapshot)
      let left = resumed.result().record
      #expect(left.outcome == (snapshot.progress.outcome ?? .interrupted))
      #expect(left.epochs == snapshot.progress.epoch)
      while resumed.outcome == nil { resumed.advance() }
      let result = resumed.result()
      #expect(result.parameters == known.parameters)
      #expect(result.record.history == known.record.history)
      #expect(result.record.score == known.record.score)
      #expect(result.record.outcome == known.record.outcome)
    }
  }

  @Test("random windows are cut from the uncropped images, whose labels are the corrupted ones")
  func randomCrop() throws {
    let split = smallSplitUncropped(50)
    for corruption in Corruption.paperSettings {
      let cropped = split.corrupted(by: corruption, seed: 6, croppedTo: 28, 28)
      var today = smallSplit(50).corrupted(by: corruption, seed: 6)
      #expect(cropped.train == today.train && cropped.test == today.test)
      #expect(cropped.corruptedTestLabels == today.corruptedTestLabels)
      let plan = TrainingPlan(
        small, configuration: configuration, augmentation: Augmentation(randomCrop: true))
      if corruption.changesPixels {
        #expect(cropped == today)
        #expect(throws: ExperimentError.randomCrop(corruption: corruption)) {
          _ = try TrainingRun(plan, on: cropped)
        }
        continue
      }
      let uncropped = try #require(cropped.uncroppedTrain)
      #expect(uncropped.labels == cropped.train.labels && uncropped.pixels == split.train.pixels)
      let record = try trainNetwork(plan, on: cropped).record
      #expect(record.augmentation == "random crop, of images of 32x32x3 cut to 28x28x3")
      // Without augmentation the window is the central one.
      let plain = TrainingPlan(small, configuration: configuration)
      #expect(
        try trainNetwork(plain, on: cropped).parameters
          == trainNetwork(plain, on: today).parameters)
      #expect(try trainNetwork(plain, on: today).record.history != record.history)
      today = split.corrupted(by: corruption, seed: 6)
      #expect(throws: ExperimentError.randomCrop(corruption: corruption)) {
        _ = try TrainingRun(
          TrainingPlan(
            .mlp1x512, for: today, configuration: configuration,
            augmentation: Augmentation(randomCrop: true)), on: today)
      }
    }
  }

  @Test("labels are random once: each epoch fits the same ones")
  func labels() throws {
    let sample = sample()
    let plan = TrainingPlan(small, configuration: configuration)
    let run = try TrainingRun(plan, on: sample)
    #expect(run.sample.train.labels == sample.train.labels)
    // With nothing learnt, each epoch meets the same labels with the same answers.
    var still = plan
    still.configuration.learningRate = .constant(0)
    still.architecture.layers.remove(at: 4)
    let history = try trainNetwork(still, on: sample).record.history
    #expect(Set(history.map(\.runningAccuracy)).count == 1)
    #expect(history[0].runningAccuracy == history[0].train?.accuracy)
  }

  @Test("what does not fit together is refused by name")
  func refusals() throws {
    let sample = sample()
    func refusal(
      _ plan: TrainingPlan, from snapshot: TrainingSnapshot<Float>? = nil
    ) -> ExperimentError? {
      do throws(ExperimentError) {
        _ = try TrainingRun(plan, on: sample, from: snapshot)
        return nil
      } catch {
        return error
      }
    }
    func plan(_ architecture: Architecture) -> TrainingPlan {
      TrainingPlan(architecture, configuration: configuration)
    }
    let image = TensorShape.image(channels: 3, height: 28, width: 28)
    #expect(
      refusal(plan(Architecture("none", input: image, layers: [])))
        == .architecture(.noLayers(layer: "")))
    let larger = TensorShape.image(channels: 3, height: 32, width: 32)
    #expect(
      refusal(
        TrainingPlan(
          PaperModel.mlp1x512.architecture(input: larger, classes: 10),
          configuration: configuration))
        == .inputShape(network: "mlp1x512", expected: larger, found: image))
    #expect(
      refusal(plan(PaperModel.mlp1x512.architecture(input: image, classes: 9)))
        == .classCount(network: "mlp1x512", expected: 9, found: 10))
    var colored = plan(small)
    colored.augmentation.hue = 2
    #expect(
      refusal(colored) == .input(.amountOutOfRange(option: "hue", value: 2, largest: 0.5)))
    var snapshot = try TrainingRun(plan(small), on: sample).snapshot
    snapshot.velocity.removeLast()
    #expect(
      refusal(plan(small), from: snapshot) == .snapshot(.shape(of: "velocity", network: "small")))
    // A vector of as many values is an image read out.
    #expect(
      refusal(plan(Architecture("vector", input: .vector(image.count)) { Dense(10) })) == nil)
  }

  @Test("a training that diverges has a record")
  func divergence() throws {
    var configuration = configuration
    configuration.learningRate = .constant(1e30)
    let record = try trainNetwork(
      TrainingPlan(small, configuration: configuration), on: sample()
    ).record
    #expect(record.outcome == .diverged(.lossNotFinite))
    #expect(record.epochs < 3 && record.trainAccuracy < 0.5)
  }
}

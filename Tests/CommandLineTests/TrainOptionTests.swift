import Foundation
import Testing

/// Options of `rethink train`, and the line that refuses them.
struct RefusedOptions: Sendable, CustomTestStringConvertible {
  var options: String
  var message: String

  var testDescription: String { options }

  init(_ options: String, _ message: String) { (self.options, self.message) = (options, message) }
}

@Suite("Options of rethink train")
struct TrainOptionTests {
  @Test(
    "each bad value has its line, and nothing is begun",
    arguments: [
      .init("--epochs 0", "--epochs 0: at least 1 expected"),
      .init("--batch -1", "--batch -1: at least 1 expected"),
      .init("--learning-rate 0", "--learning-rate 0: a positive number expected"),
      .init("--learning-rate nan", "--learning-rate nan: a positive number expected"),
      .init("--learning-rate-decay -1", "--learning-rate-decay -1: a positive number expected"),
      .init(
        "--schedule linear",
        "The value 'linear' is invalid for '--schedule <schedule>'. Please provide one of "
          + "'constant', 'exponential' or 'step'"),
      .init(
        "--schedule step", "--schedule step: needs --step-epochs, such as 30 or 60,90"),
      .init("--step-epochs 30", "--step-epochs 30: only with --schedule step"),
      .init(
        "--schedule step --step-epochs 0",
        "--step-epochs 0: a number of epochs, or a list that increases, expected"),
      .init(
        "--schedule step --step-epochs 60,60",
        "--step-epochs 60,60: a number of epochs, or a list that increases, expected"),
      .init(
        "--schedule step --step-epochs 5,",
        "--step-epochs 5,: a number of epochs, or a list that increases, expected"),
      .init(
        "--schedule constant --learning-rate-decay 0.5",
        "--learning-rate-decay 0.5: a constant rate does not fall; leave it out, or --schedule "
          + "constant"),
      .init("--momentum 1", "--momentum 1: from 0 to below 1 expected"),
      .init("--weight-decay -0.5", "--weight-decay -0.5: zero or a positive number expected"),
      .init(
        "--initialization zeros",
        "The value 'zeros' is invalid for '--initialization <initialization>'. Please provide one "
          + "of 'he' and 'glorot'"),
      .init(
        "--engine gpu",
        "The value 'gpu' is invalid for '--engine <engine>'. Please provide one of 'reference' and "
          + "'fast'"),
      .init(
        "--augment mirror",
        "--augment mirror: no alteration; crop, flip, rotation, brightness, contrast, saturation, "
          + "hue or none expected"),
      .init(
        "--augment flip,",
        "--augment : no alteration; crop, flip, rotation, brightness, contrast, "
          + "saturation, hue or none expected"),
      .init(
        "--augment flip,flip", "--augment flip,flip: flip stands there twice; name it once"),
      .init("--augment crop:4", "--augment crop:4: crop has no amount; leave it out"),
      .init(
        "--augment rotation:181",
        "--augment rotation:181: a number above 0, at most 180, expected"),
      .init("--augment hue:0.6", "--augment hue:0.6: a number above 0, at most 0.5, expected"),
      .init(
        "--augment brightness:", "--augment brightness:: a number above 0, at most 1, expected"),
      .init(
        "--augment contrast:nan", "--augment contrast:nan: a number above 0, at most 1, expected"),
      .init("--stop-loss 0", "--stop-loss 0: a positive number expected"),
      .init("--stop-accuracy 1.5", "--stop-accuracy 1.5: above 0, at most 1 expected"),
      .init("--fitted-loss -1", "--fitted-loss -1: a positive number expected"),
      .init(
        "--patience 0",
        "--patience 0: a number of epochs, at least 1, expected, or such a number with "
          + ":training-loss or :test-accuracy"),
      .init(
        "--patience 3:loss",
        "--patience 3:loss: a number of epochs, at least 1, expected, or such a number with "
          + ":training-loss or :test-accuracy"),
      .init(
        "--divergence 10:0.5",
        "--divergence 10:0.5: none or EPOCHS:FACTOR, both at least 1, expected, such as 10:1.25"),
      .init(
        "--divergence 10",
        "--divergence 10: none or EPOCHS:FACTOR, both at least 1, expected, such as 10:1.25"),
      .init("--checkpoint-every 0", "--checkpoint-every 0: at least 1 expected"),
      .init("--checkpoint-seconds 0", "--checkpoint-seconds 0: a positive number expected"),
      .init("--checkpoint-every 5", "--checkpoint-every 5: needs --out"),
      .init("--checkpoint-seconds 5", "--checkpoint-seconds 5.0: needs --out"),
      .init("--export onnx", "--export onnx: needs --out"),
      .init(
        "--export pt",
        "The value 'pt' is invalid for '--export <export>'. Please provide one of 'onnx'"),
      .init(
        "--model resnet",
        "The value 'resnet' is invalid for '--model <model>'. Please provide one of the following: "
          + "mlp1x512, mlp3x512, alexnet, inception, inception-nobn, FILE.yaml"),
    ] as [RefusedOptions])
  func refused(options: RefusedOptions) async throws {
    let outcome = try await rethink(
      ["train"] + options.options.split(separator: " ").map(String.init))
    #expect(outcome.status == 64)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors == "rethink: \(options.message) (see 'rethink --help')\n")
  }

  @Test("options that do not fit the images are refused, and no folder is left behind")
  func images() async throws {
    try await withTemporaryFolder { folder in
      let out = folder.appendingPathComponent("out").path
      let small = ["--samples", "8", "--test-samples", "4", "--epochs", "1", "--out", out]
      for (options, status, message) in [
        (
          ["--model", "/no/such/file.yaml"], Int32(66),
          "/no/such/file.yaml: not found; name a file of layers, such as rethink model NAME "
            + "--export yaml prints"
        )
      ] {
        let outcome = try await rethink(["train"] + options + small)
        #expect(outcome.status == status)
        #expect(outcome.errors == "rethink: \(message)\n")
        #expect(!FileManager.default.fileExists(atPath: out))
      }
    }
  }

  @Test("options reach the training")
  func reach() async throws {
    let record = try await rethink(
      "train", "--samples", "40", "--test-samples", "10", "--epochs", "40", "--batch", "8",
      "--crop", "20", "--augment", "crop,hue:0.1", "--schedule", "step", "--step-epochs", "1,3",
      "--learning-rate-decay", "0.5", "--learning-rate", "0.004", "--momentum", "0.5",
      "--weight-decay", "0.001", "--patience", "9:training-loss", "--stop-accuracy", "0.3",
      "--fitted-loss", "0.2", "--evaluate-training", "--divergence", "none", "--engine",
      "reference", "--initialization", "glorot", "--threads", "1", "--json", "--quiet"
    ).json()
    #expect(record["outcome"] as? String == "accuracy reached")
    #expect(record["engine"] as? String == "reference")
    #expect(record["initialization"] as? String == "glorot")
    let augmentation = record["augmentation"] as? String
    #expect(augmentation?.hasPrefix("random crop, hue ±0.1 of a turn") == true)
    let configuration = try #require(record["configuration"] as? [String: Any])
    #expect(configuration["momentum"] as? Double == 0.5)
    #expect(configuration["weightDecay"] as? Double == 0.001)
    #expect(configuration["fittedLoss"] as? Double == 0.2)
    #expect(configuration["divergence"] == nil)
    #expect((configuration["stoppingRules"] as? [Any])?.count == 2)
    let history = try #require(record["history"] as? [[String: Any]])
    let rates = history.prefix(5).map { $0["learningRate"] as? Double }
    #expect(rates == [0.004, 0.002, 0.002, 0.001, 0.001])
    #expect(history.allSatisfy { $0["train"] != nil })
    #expect(history.last?["epoch"] as? Int ?? 40 < 40)
  }
}

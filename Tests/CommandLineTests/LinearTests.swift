import Foundation
import Testing

@Suite("The linear command")
struct LinearTests {
  private static let small = ["--samples", "40", "--test-samples", "30", "--quiet"]

  private static let methods: [[String]] = [
    ["minimum-norm"], ["minimum-norm", "--solver", "svd", "--cut-off", "1e-10"],
    ["minimum-norm", "--solver", "lsqr"], ["minimum-norm", "--features", "relu"],
    ["ridge", "--features", "fourier", "--feature-count", "60"], ["ridge"],
    ["ridge", "--ridge", "1,100"],
    ["descent", "--steps", "20"],
    [
      "descent", "--epochs", "2", "--batch", "8", "--replacement", "--momentum", "0.5",
      "--weight-decay", "0.1", "--average", "--start-norm", "1",
    ],
    ["descent", "--steps", "9", "--loss", "exponential", "--targets", "parity"],
    ["logistic", "--steps", "50"],
  ]

  @Test("each method prints the keys of the contract and leaves a table", arguments: methods)
  func contract(arguments: [String]) async throws {
    try await withTemporaryFolder { folder in
      let outcome = try await rethink(
        ["linear", "--method"] + arguments + Self.small + ["--json", "--out", folder.path])
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.errors.isEmpty)
      let object = try outcome.json()
      for key in [
        "norm", "residual", "rank", "distanceToMinimumNorm", "trainError", "testError", "seed",
        "environment",
      ] {
        #expect(object[key] != nil, "\(arguments) prints no \(key)")
      }
      #expect(object["distanceToMinimumNorm"] is Double)
      let tables = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
        $0.hasSuffix(".csv")
      }
      #expect(tables.count == 1)
    }
  }

  @Test(
    "an option out of its range is one exact line, with status 64",
    arguments: [
      (
        "--method svd",
        "The value 'svd' is invalid for '--method <method>'. Please provide one of "
          + "'minimum-norm', 'ridge', 'descent' or 'logistic'"
      ),
      (
        "--solver qr",
        "The value 'qr' is invalid for '--solver <solver>'. Please provide one of the "
          + "following: cheapest, svd, orthogonal, gram, normal, lsqr"
      ),
      ("--solver svd --cut-off 1", "--cut-off 1: a number from 0 to below 1 expected"),
      ("--solver svd --cut-off nan", "--cut-off nan: a number from 0 to below 1 expected"),
      ("--cut-off 0.1", "--cut-off: needs --solver svd or --solver orthogonal"),
      ("--steps 5", "--steps: an option of --method descent or logistic, not of minimum-norm"),
      ("--method ridge --ridge 0", "--ridge 0: positive numbers expected, separated by commas"),
      ("--method ridge --ridge 1,x", "--ridge 1,x: positive numbers expected, separated by commas"),
      ("--method ridge --ridge inf", "--ridge inf: positive numbers expected, separated by commas"),
      ("--method ridge --ridges 1", "--ridges 1: 2 to 1000 expected"),
      (
        "--method ridge --ridge 1 --ridges 5",
        "--ridges: the size of the grid that --ridge replaces; take one of both"
      ),
      (
        "--method ridge --reference",
        "--reference: an option of --method minimum-norm, not of ridge"
      ),
      ("--method descent --steps 0", "--steps 0: at least 1 expected"),
      ("--method descent --epochs 0", "--epochs 0: 1 to 1000000 expected"),
      (
        "--method descent --steps 5 --epochs 5",
        "--epochs: another length than --steps; take one of both"
      ),
      ("--method descent --step-size 0", "--step-size 0: a positive number expected"),
      ("--method descent --step-size nan", "--step-size nan: a positive number expected"),
      ("--method descent --momentum 1", "--momentum 1: 0 to below 1 expected"),
      (
        "--method descent --weight-decay -1",
        "--weight-decay -1: zero or a positive number expected"
      ),
      ("--method descent --start-norm -1", "--start-norm -1: zero or a positive number expected"),
      ("--method descent --batch 0", "--batch 0: at least 1 expected"),
      ("--method descent --replacement", "--replacement: needs --batch"),
      ("--method descent --ridge 3", "--ridge: an option of --method ridge, not of descent"),
      (
        "--method descent --margin-passes 3",
        "--margin-passes: an option of --method logistic, not of descent"
      ),
      ("--method logistic --margin-passes 0", "--margin-passes 0: at least 1 expected"),
      (
        "--method logistic --loss squared", "--loss: an option of --method descent, not of logistic"
      ),
      (
        "--method logistic --targets one-hot",
        "--targets one-hot: parity expected for --method logistic"
      ),
    ])
  func options(arguments: String, message: String) async throws {
    let outcome = try await rethink(
      ["linear"] + arguments.split(separator: " ").map(String.init) + Self.small)
    #expect(outcome.status == 64 && outcome.output.isEmpty)
    #expect(outcome.errors == "rethink: \(message) (see 'rethink --help')\n")
  }

  @Test("a solver that the shape of the sample forbids is named with the shape, with status 64")
  func shape() async throws {
    let outcome = try await rethink(["linear", "--solver", "normal"] + Self.small)
    #expect(outcome.status == 64 && outcome.output.isEmpty)
    #expect(
      outcome.errors
        == "rethink: solver normal: 40 samples have 2352 features, at least as many samples as "
        + "features expected: take another solver\n")
  }

  @Test("a step size above the limit is named with the limit, and half of that is taken")
  func stepSize() async throws {
    let descent = ["linear", "--method", "descent", "--steps", "5"] + Self.small
    let outcome = try await rethink(descent + ["--step-size", "1"])
    #expect(outcome.status == 64 && outcome.output.isEmpty)
    let parts = outcome.errors.split(separator: " ")
    let above = try #require(parts.firstIndex(of: "above"))
    let limit = try #require(Double(parts[above + 1].dropLast()))
    #expect(
      outcome.errors
        == "rethink: descent: the step size 1.0 is above \(limit), beyond which descent diverges; "
        + "take half of that\n")
    #expect(try await rethink(descent + ["--step-size", "\(limit * 1.001)"]).status == 64)
    #expect(try await rethink(descent + ["--step-size", "\(limit / 2)"]).status == 0)
  }

  @Test("a descent that diverges below the limit says at which step, with status 1")
  func divergence() async throws {
    let outcome = try await rethink(
      [
        "linear", "--method", "descent", "--steps", "2000", "--batch", "1", "--step-size", "0.004",
      ] + Self.small)
    #expect(outcome.status == 1 && outcome.output.isEmpty, "\(outcome.errors)")
    #expect(outcome.errors.hasPrefix("rethink: descent: descent diverged: at step "))
    #expect(outcome.errors.hasSuffix("take a smaller step size\n"))
  }

  @Test("blank images have rank 0, and equal ones of two classes no margin, with status 65")
  func badData() async throws {
    try await withTemporaryFolder { folder in
      for (value, arguments, message) in [
        (
          UInt8(0), ["minimum-norm"],
          "minimum norm: the features have rank 0: every entry is zero or below the cut-off; look at "
            + "the data or lower the cut-off"
        ),
        (
          0, ["ridge"],
          "ridge: the features have rank 0: every entry is zero or below the cut-off; look at the "
            + "data or lower the cut-off"
        ),
        (
          0, ["descent"],
          "descent: the features have rank 0: every entry is zero or below the cut-off; look at the "
            + "data or lower the cut-off"
        ),
        (
          0, ["minimum-norm", "--solver", "gram"],
          "minimum norm: the matrix is not positive definite: pivot 0 is not positive; two samples "
            + "may coincide, or nearly: add a ridge, or look at sample 0"
        ),
        (
          7, ["logistic", "--margin-passes", "16"],
          "hard margin: no direction was found to separate the labels in 1 pass; the margin of "
            + "any is at most MARGIN: take more features than samples, or fewer samples"
        ),
      ] {
        var files = Damage.soundMNIST
        files[0].1 = Damage.idxImages(2, bytes: 2 * 784, value: value)
        for (file, bytes) in files {
          try Data(bytes).write(to: folder.appendingPathComponent(file))
        }
        let out = folder.appendingPathComponent("out").path
        let outcome = try await rethink(
          ["linear", "--method"] + arguments
            + ["--data", "mnist", "--data-dir", folder.path, "--quiet", "--out", out])
        #expect(outcome.status == 65 && outcome.output.isEmpty)
        let parts = message.components(separatedBy: "MARGIN")
        #expect(outcome.errors.hasPrefix("rethink: \(parts[0])"), "\(outcome.errors)")
        #expect(outcome.errors.hasSuffix("\(parts[parts.count - 1])\n"), "\(outcome.errors)")
        #expect(!FileManager.default.fileExists(atPath: out))
      }
    }
  }
}

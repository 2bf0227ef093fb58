import Foundation
import Testing

/// A command that must fail, and how.
struct BadInput: Sendable, CustomTestStringConvertible {
  var arguments: [String]
  var status: Int32
  /// What the one line must name.
  var names: [String]

  var testDescription: String { arguments.joined(separator: " ") }

  init(_ arguments: String, _ status: Int32, _ names: String...) {
    self.arguments = arguments.split(separator: " ").map(String.init)
    self.status = status
    self.names = names
  }
}

@Suite("Bad input")
struct BadInputTests {
  private func expectOneLine(_ outcome: Outcome, _ bad: BadInput) {
    #expect(outcome.status == bad.status, "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.hasPrefix("rethink: "))
    #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    for name in bad.names {
      #expect(outcome.errors.contains(name), "\(outcome.errors) does not name \(name)")
    }
  }

  @Test(
    "an option out of its range is one line that names it, with status 64",
    arguments: [
      BadInput("kernel --gamma -1", 64, "--gamma", "-1", "positive"),
      BadInput("kernel --gamma nan", 64, "--gamma", "nan"),
      BadInput("kernel --gamma 0", 64, "--gamma", "0"),
      BadInput("kernel --ridge -0.5", 64, "--ridge", "-0.5"),
      BadInput("kernel --kernel quartic", 64, "quartic", "gaussian"),
      BadInput("kernel --kernel gaussian:-1", 64, "--kernel", "gamma", "-1", "positive"),
      BadInput("kernel --kernel power:4 --gamma 1", 64, "--gamma", "Gaussian", "power:4"),
      BadInput("kernel --precision half", 64, "--precision", "half", "mixed"),
      BadInput("kernel --storage disk", 64, "--storage", "disk", "panels"),
      BadInput("kernel --solver guess", 64, "--solver", "guess", "iterative"),
      BadInput("kernel --tolerance 1", 64, "--tolerance", "below 1"),
      BadInput("kernel --rank -1", 64, "--rank", "-1"),
      BadInput("kernel --solver eigenpro --ridge 1", 64, "--ridge", "iterative"),
      BadInput("study norms --gabor-gammas 1,-1", 64, "--gabor-gammas", "1,-1"),
      BadInput("study norms --gamma 0", 64, "--gamma", "0"),
      BadInput("study norms --ridge -1", 64, "--ridge", "-1"),
      BadInput("study norms --tolerance 1", 64, "--tolerance", "below 1"),
      BadInput("study convolution --gammas 0", 64, "--gammas", "0", "positive"),
      BadInput("study convolution --ridges 1,-1", 64, "--ridges", "1,-1", "from 0"),
      BadInput("study convolution --parts 11", 64, "--parts", "11", "1 to 10"),
      BadInput(
        "study convolution --side 26 --parts 4 --samples 20", 64, "--parts", "4", "3 places"),
      BadInput("study convolution --filters 4,2", 64, "--filters", "4,2", "increasing"),
      BadInput("study convolution --side 28 --samples 20", 64, "--side", "28", "27"),
      BadInput("kernel --residual sample", 64, "--residual", "iterative"),
      BadInput("kernel --solver iterative --residual half", 64, "half", "sample"),
      BadInput("kernel --select-scale widest", 64, "widest", "leave-one-out"),
      BadInput("kernel --gamma 1 --select-scale leave-one-out", 64, "--select-scale", "gaussian"),
      BadInput("kernel --kernel linear --select-scale leave-one-out", 64, "--select-scale"),
      BadInput("kernel --selection-samples 10", 64, "--selection-samples", "leave-one-out"),
      BadInput(
        "kernel --select-scale leave-one-out --selection-samples 1", 64, "--selection-samples",
        "at least 2"),
      BadInput("linear --features waves", 64, "waves", "fourier"),
      BadInput("linear --feature-count 9", 64, "--feature-count", "fourier"),
      BadInput("linear --features relu --feature-count 0", 64, "--feature-count", "1000000"),
      BadInput("linear --features relu --feature-gamma 1", 64, "--feature-gamma", "fourier"),
      BadInput("linear --method descent --features relu", 64, "--features", "minimum-norm"),
      BadInput("kernel --iterations 0", 64, "--iterations", "0", "at least 1"),
      BadInput("kernel --validation 10", 64, "--validation", "iterative"),
      BadInput("kernel --solver iterative --leave-one-out", 64, "--leave-one-out", "exact"),
      BadInput("kernel --solver iterative --factor /tmp/f", 64, "--factor", "--solver exact"),
      BadInput("kernel --storage packed --factor /tmp/f", 64, "--factor", "--storage panels"),
      BadInput("kernel --samples 10 --factor /dev/null --quiet", 73, "/dev/null", "no folder"),
      BadInput("kernel --samples 10 --factor /proc/factor --quiet", 73, "/proc/factor"),
      BadInput("bench kernel --sizes 10,x", 64, "--sizes", "10,x", "commas"),
      BadInput("bench kernel --sizes 1", 64, "--sizes", "2 to"),
      BadInput("bench kernel --dimension 0", 64, "--dimension", "0"),
      BadInput("bench kernel --gamma 0", 64, "--gamma", "positive"),
      BadInput("bench kernel --tolerance 1", 64, "--tolerance", "below 1"),
      BadInput("bench kernel --product 0", 64, "--product", "0"),
      BadInput("bench kernel --precision half", 64, "--precision", "mixed"),
      BadInput("bench kernel --sizes 1000000 --dimension 1", 64, "GiB"),
      BadInput(
        "kernel --solver iterative --validation 10 --samples 10", 64, "--validation", "10"),
      BadInput("study corruption --corrupt random-labels", 64, "--corrupt"),
      BadInput("study spectrum --kernel gaussian:0", 64, "--kernel", "gamma", "0"),
      BadInput("kernel --samples 0", 64, "--samples", "0", "at least 1"),
      BadInput("kernel --samples -3", 64, "--samples", "-3"),
      BadInput("kernel --samples many", 64, "--samples", "many"),
      BadInput("kernel --test-samples 0", 64, "--test-samples"),
      BadInput("kernel --samples", 64, "--samples"),
      BadInput("kernel --samples 99999999999999999999", 64, "--samples"),
      BadInput("kernel --threads 0", 64, "--threads"),
      BadInput("kernel --seed -1", 64, "--seed"),
      BadInput("kernel --data imagenet", 64, "imagenet", "cifar10"),
      BadInput("kernel --data mnist", 64, "--data-dir"),
      BadInput("kernel --data-dir /tmp", 64, "--data-dir"),
      BadInput("kernel --crop 0", 64, "--crop"),
      BadInput("kernel --noise -1", 64, "--noise", "-1"),
      BadInput("kernel --crop 33 --samples 5", 64, "--crop", "33"),
      BadInput("kernel --corrupt partial:1.5", 64, "--corrupt", "partial:P"),
      BadInput("kernel --corrupt noise", 64, "noise"),
      BadInput("kernel --save-sample", 64, "--out"),
      BadInput("interpolate --threshold-fraction 1", 64, "--threshold-fraction"),
      BadInput("interpolate --threshold-fraction -0.1", 64, "--threshold-fraction"),
      BadInput("interpolate --depth 1", 64, "--depth", "1", "2 to 1024"),
      BadInput("interpolate --depth 1025", 64, "--depth", "1025"),
      BadInput("interpolate --direction sideways", 64, "sideways", "integer"),
      BadInput("interpolate --direction-draws 0", 64, "--direction-draws", "0"),
      BadInput("interpolate --export net.pt", 64, "--export", "net.pt", ".onnx"),
      BadInput(
        "interpolate --depth 3 --direction-layout expanded", 64, "--direction-layout", "expanded"),
      BadInput("interpolate --exact --depth 3", 64, "--exact", "--depth"),
      BadInput("interpolate --exact --solver lapack", 64, "--exact", "--solver"),
      BadInput("interpolate --exact --export a.onnx", 64, "--exact", "--export"),
      BadInput(
        "interpolate --exact --threshold-fraction 0.5 --samples 5001 --test-samples 1", 64,
        "--exact", "5000", "--threshold-fraction"),
      BadInput("interpolate --study everything", 64, "everything", "thresholds"),
      BadInput("interpolate --study scale --samples 0", 64, "--samples", "at least 1"),
      BadInput("interpolate --solver qr", 64, "qr", "recurrence"),
      BadInput(
        "interpolate --samples 20001 --test-samples 1 --solver lapack", 64, "20001", "recurrence"),
      BadInput("train --epochs 0", 64, "--epochs"),
      BadInput("train --batch 0", 64, "--batch"),
      BadInput("train --momentum 1", 64, "--momentum"),
      BadInput("train --learning-rate inf", 64, "--learning-rate"),
      BadInput(
        "train --samples 9 --augment crop --corrupt gaussian", 64, "random crop", "gaussian"),
      BadInput("train --samples 9 --augment crop --crop none", 64, "random crop", "smaller crop"),
      BadInput("train --samples 9 --augment crop --noise 1", 64, "random crop", "noise"),
      BadInput("train --engine quick", 64, "quick", "reference"),
      BadInput("train --model resnet", 64, "resnet", "mlp1x512"),
      BadInput("reproduce --corrupt gaussian", 64, "--corrupt"),
      BadInput("reproduce --epochs 0", 64, "--epochs"),
      BadInput("explain", 64, "explain"),
      BadInput("kernel --no-such-option", 64, "--no-such-option"),
      BadInput("kernel --data mnist --data-dir /no/such/folder", 66, "/no/such/folder"),
      BadInput("kernel --data cifar10 --data-dir /no/such/folder", 66, "/no/such/folder"),
      BadInput("interpolate --targets /no/such/file --samples 3", 66, "/no/such/file"),
      BadInput("kernel --samples 10 --out /proc/results", 73, "/proc/results"),
      BadInput("reproduce --samples 10 --out /dev/null/results", 73, "/dev/null/results"),
    ])
  func options(bad: BadInput) async throws {
    expectOneLine(try await rethink(bad.arguments), bad)
  }

  @Test("damaged files are refused by name, with status 65, and nothing is left behind")
  func files() async throws {
    try await withTemporaryFolder { folder in
      for damage in Damage.all {
        let data = folder.appendingPathComponent(damage.name)
        let out = folder.appendingPathComponent("out-\(damage.name)")
        try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
        for (file, bytes) in damage.files {
          try Data(bytes).write(to: data.appendingPathComponent(file))
        }
        let outcome = try await rethink(
          "kernel", "--data", damage.set, "--data-dir", data.path, "--out", out.path, "--quiet")
        expectOneLine(outcome, BadInput(damage.name, 65, damage.names))
        #expect(!FileManager.default.fileExists(atPath: out.path))
      }
    }
  }

  @Test("a learner that fails leaves no folder and no sample behind")
  func failedLearner() async throws {
    try await withTemporaryFolder { folder in
      let data = folder.appendingPathComponent("data")
      try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
      for (file, bytes) in Damage.soundMNIST {
        try Data(bytes).write(to: data.appendingPathComponent(file))
      }
      let out = folder.appendingPathComponent("new/out")
      // The two training images are equal and their labels are not.
      let outcome = try await rethink(
        "interpolate", "--data", "mnist", "--data-dir", data.path, "--out", out.path,
        "--save-sample", "--quiet")
      expectOneLine(outcome, BadInput("conflict", 65, "samples 0 and 1"))
      #expect(
        !FileManager.default.fileExists(atPath: folder.appendingPathComponent("new").path))
    }
  }

  @Test("targets that are no numbers, or too few, are refused with their line or their count")
  func targets() async throws {
    try await withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("targets.txt")
      for (text, name) in [
        ("1\n2\nnan\n", "line 3"), ("1\ninf\n3\n", "line 2"), ("1\n2\n", "2 targets"),
        ("1\ntwo\n3\n", "two"),
      ] {
        try Data(text.utf8).write(to: file)
        let outcome = try await rethink(
          "interpolate", "--samples", "3", "--targets", file.path, "--quiet")
        expectOneLine(outcome, BadInput("targets", 65, "targets.txt", name))
      }
    }
  }

  @Test("more samples than the set has is wrong usage that tells how many there are")
  func beyondTheSet() async throws {
    try await withTemporaryFolder { folder in
      for (file, bytes) in Damage.soundMNIST {
        try Data(bytes).write(to: folder.appendingPathComponent(file))
      }
      let outcome = try await rethink(
        "kernel", "--data", "mnist", "--data-dir", folder.path, "--samples", "3", "--quiet")
      expectOneLine(outcome, BadInput("samples", 64, "--samples 3", "2 images"))
    }
  }
}

/// A data folder with something wrong in it.
struct Damage {
  var name: String
  var set: String
  var files: [(String, [UInt8])]
  var names: String

  private static func bigEndian(_ values: UInt32...) -> [UInt8] {
    values.flatMap { value in (0..<4).reversed().map { UInt8(value >> (8 * $0) & 255) } }
  }

  static func idxImages(_ count: UInt32, bytes: Int, value: UInt8 = 7) -> [UInt8] {
    bigEndian(0x803, count, 28, 28) + [UInt8](repeating: value, count: bytes)
  }

  static func idxLabels(_ labels: [UInt8]) -> [UInt8] {
    bigEndian(0x801, UInt32(labels.count)) + labels
  }

  /// Two training images and one test image.
  static let soundMNIST: [(String, [UInt8])] = [
    ("train-images-idx3-ubyte", idxImages(2, bytes: 2 * 784)),
    ("train-labels-idx1-ubyte", idxLabels([5, 0])),
    ("t10k-images-idx3-ubyte", idxImages(1, bytes: 784)),
    ("t10k-labels-idx1-ubyte", idxLabels([7])),
  ]

  private static func mnist(replacing file: String, by bytes: [UInt8]) -> [(String, [UInt8])] {
    soundMNIST.map { $0.0 == file ? (file, bytes) : $0 }
  }

  private static func cifar(firstLabel: UInt8, bytes: Int = 3073) -> [(String, [UInt8])] {
    let record = [firstLabel] + [UInt8](repeating: 9, count: bytes - 1)
    return ((1...5).map { "data_batch_\($0).bin" } + ["test_batch.bin"]).map { ($0, record) }
  }

  /// The first bytes of a gzip file, and then nothing.
  private static let cutGzip: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0x63, 0x60]

  static let all = [
    Damage(
      name: "truncated", set: "mnist",
      files: mnist(replacing: "train-images-idx3-ubyte", by: idxImages(2, bytes: 784)),
      names: "train-images-idx3-ubyte"),
    Damage(
      name: "huge-header", set: "mnist",
      files: mnist(
        replacing: "train-images-idx3-ubyte",
        by: bigEndian(0x803, 0xFFFF_FFFF, 0x100, 0x100) + [1, 2, 3]),
      names: "train-images-idx3-ubyte"),
    Damage(
      name: "cut-gzip", set: "mnist",
      files: mnist(replacing: "train-images-idx3-ubyte", by: cutGzip),
      names: "train-images-idx3-ubyte"),
    Damage(
      name: "wrong-magic", set: "mnist",
      files: mnist(replacing: "t10k-labels-idx1-ubyte", by: [1, 2, 3, 4, 5, 6, 7, 8, 9]),
      names: "t10k-labels-idx1-ubyte"),
    Damage(
      name: "label-10", set: "cifar10", files: cifar(firstLabel: 10), names: "data_batch_1.bin"),
    Damage(
      name: "cut-record", set: "cifar10", files: cifar(firstLabel: 1, bytes: 3000),
      names: "data_batch_1.bin"),
  ]
}

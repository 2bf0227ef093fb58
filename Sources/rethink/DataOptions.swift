import ArgumentParser
import Foundation
import Rethinking

/// Which images, what is done to them, and where results go: the options of every subcommand.
struct DataOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The images; all but synthetic need --data-dir.", valueName: "set"))
  var data: DataName = .synthetic

  @Option(
    help: ArgumentHelp(
      """
      The folder with the set's official files, or its parent; for npy the folder with images.npy, \
      labels.npy, test-images.npy, test-labels.npy.
      """, valueName: "folder"))
  var dataDir: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Training images, the first N of the set (default: all; 2000 synthetic).", valueName: "n"))
  var samples: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Test images, the first N of the set (default: all; 2000 synthetic).", valueName: "n"))
  var testSamples: Int?

  @Option(
    help: ArgumentHelp(
      "Side of the central crop, or none (default: 28 for images of 32x32, as in the paper).",
      valueName: "pixels"))
  var crop: Crop?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Add Gaussian noise to all pixels, once; its standard deviation, pixels being 0 to 255.",
      valueName: "deviation"))
  var noise = 0.0

  @Option(
    help: ArgumentHelp(
      "The paper's modification; P is the probability that a label is redrawn.", valueName: "kind"))
  var corrupt: Corruption = .none

  @OptionGroup var run: RunOptions

  /// The images with their true labels, cut as the options say.
  ///
  /// - Parameters:
  ///   - defaultSamples: how many training images at most, where no option says it.
  ///   - least: how many the subcommand needs.
  /// - Returns: training and test images.
  /// - Throws: `Failure` for options that do not fit the set, `DatasetFileError`.
  func split(defaultSamples: Int? = nil, atLeast least: Int = 1) throws -> DatasetSplit {
    var stored = try storedSplit()
    if samples == nil, let defaultSamples {
      stored.train = stored.train.prefix(min(defaultSamples, stored.train.count))
    }
    guard stored.train.count >= least else {
      throw Failure(
        status: .wrongUsage,
        message: "--samples \(stored.train.count): at least \(least) expected")
    }
    let (height, width) = try window(of: stored.train.shape)
    return stored.map { $0.centerCropped(height: height, width: width) }
      .addingNoise(deviation: noise, seed: run.seed)
  }

  /// The images as they are stored.
  private func storedSplit() throws -> DatasetSplit {
    if data == .synthetic && dataDir != nil {
      throw Failure(
        status: .wrongUsage, message: "--data-dir: synthetic images need none; name a --data set")
    }
    let train = try count(samples, option: "--samples")
    let test = try count(testSamples, option: "--test-samples")
    var split: DatasetSplit
    if data != .synthetic {
      guard let dataDir else {
        throw Failure(
          status: .wrongUsage,
          message: "--data \(data.rawValue) needs --data-dir, the folder with its files")
      }
      split = try data.load(from: dataDir)
      split.train = try prefix(split.train, train ?? split.train.count, option: "--samples")
      split.test = try prefix(split.test, test ?? split.test.count, option: "--test-samples")
    } else {
      split = ProceduralImages.split(
        trainCount: train ?? DataName.syntheticSamples,
        testCount: test ?? DataName.syntheticSamples, seed: run.seed)
    }
    return split
  }

  /// The options that the images depend on, as they are typed, and the seed and threads.
  var resolved: [String: String] {
    var options = [
      "data": data.rawValue, "noise": "\(noise)", "corrupt": corrupt.description,
      "seed": "\(run.seed)", "threads": "\(run.resolvedThreads)",
    ]
    options["data-dir"] = dataDir.map { URL(fileURLWithPath: $0).path }
    options["samples"] = samples.map { "\($0)" }
    options["test-samples"] = testSamples.map { "\($0)" }
    options["crop"] = crop?.description
    return options
  }

  func validate() throws {
    try check("--noise", noise, "zero or a positive number", noise >= 0)
  }

  /// The sample that a learner is given.
  ///
  /// - Parameter keepingUncropped: whether training images are also kept as they were before the
  ///   cut, where nothing but labels was changed.
  /// - Returns: the corrupted images.
  /// - Throws: what `split` throws.
  func sample(keepingUncropped: Bool = false) throws -> CorruptedSample {
    guard keepingUncropped && noise == 0 else {
      return try split().corrupted(by: corrupt, seed: run.seed)
    }
    let stored = try storedSplit()
    let (height, width) = try window(of: stored.train.shape)
    return stored.corrupted(by: corrupt, seed: run.seed, croppedTo: height, width)
  }

  /// A number of images, at least 1 where there is one.
  func count(_ value: Int?, option: String) throws -> Int? {
    if let value, value < 1 {
      throw Failure(status: .wrongUsage, message: "\(option) \(value): at least 1 expected")
    }
    return value
  }

  private func prefix(
    _ dataset: LabeledDataset, _ count: Int, option: String
  ) throws -> LabeledDataset {
    guard count <= dataset.count else {
      throw Failure(
        status: .wrongUsage,
        message: "\(option) \(count): \(data.rawValue) has \(dataset.count) images; take fewer")
    }
    return dataset.prefix(count)
  }

  /// The size that images of a shape are cut to.
  private func window(of shape: ImageShape) throws -> (height: Int, width: Int) {
    let paper: Crop = shape.height == 32 && shape.width == 32 ? .side(28) : .none
    switch crop ?? paper {
    case .none: return (shape.height, shape.width)
    case .side(let side):
      guard side <= min(shape.height, shape.width) else {
        throw Failure(
          status: .wrongUsage, message: "--crop \(side): the images are \(shape); take fewer pixels"
        )
      }
      return (side, side)
    }
  }
}

/// How results depend on the machine, and where they go.
struct RunOptions: ParsableArguments {
  @Option(parsing: .unconditional, help: "Names every random draw.")
  var seed: UInt64 = 0

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Threads (default: one for each processor).", valueName: "n"))
  var threads: Int?

  @Option(
    help: ArgumentHelp("A folder for the record, its tables and figures.", valueName: "folder"))
  var out: String?

  @Option(
    help: ArgumentHelp(
      "Formats of the figures in --out, separated by commas: svg (always drawn), png, pdf.",
      valueName: "list"))
  var figures: String?

  @Flag(
    help:
      "Also write the sample to --out as NumPy arrays: images, labels, test-images, test-labels.")
  var saveSample = false

  @Flag(help: "Print one JSON object on standard output and nothing else there.")
  var json = false

  @Flag(help: "Print no progress.")
  var quiet = false

  /// The number of threads, also where no option says it.
  var resolvedThreads: Int { threads ?? ProcessInfo.processInfo.activeProcessorCount }

  /// The formats that figures are drawn in beside SVG.
  var figureFormats: [FigureFormat] { figures.flatMap(FigureFormat.list) ?? [] }

  func validate() throws {
    if let figures, FigureFormat.list(figures) == nil {
      let known = FigureFormat.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError(
        "--figures \(figures): some of \(known) expected, separated by commas")
    }
    if let threads, !(1...64).contains(threads) {
      throw ValidationError("--threads \(threads): 1 to 64 expected")
    }
    if saveSample && out == nil { throw ValidationError("--save-sample: needs --out") }
  }
}

/// The sets that `--data` names.
enum DataName: String, CaseIterable, ExpressibleByArgument {
  case synthetic
  case mnist
  case fashionMNIST = "fashion-mnist"
  case kmnist
  case cifar10
  case cifar100
  case npy

  /// Training and test images of the synthetic set where no option says.
  static let syntheticSamples = 2000

  /// Reads the set's files; those of a set of one's own where it is no other.
  func load(from folder: String) throws(DatasetFileError) -> DatasetSplit {
    guard let standard = StandardDataset(rawValue: rawValue) else {
      return try NumPyDataset.load(from: folder)
    }
    return try standard.load(from: folder)
  }
}

/// What `--crop` says.
enum Crop: ExpressibleByArgument, Equatable, CustomStringConvertible {
  case none
  case side(Int)

  static let allValueStrings = ["none", "1", "2", "..."]

  var description: String {
    switch self {
    case .none: "none"
    case .side(let side): "\(side)"
    }
  }

  init?(argument: String) {
    if argument == "none" {
      self = .none
    } else if let side = Int(argument), side >= 1 {
      self = .side(side)
    } else {
      return nil
    }
  }
}

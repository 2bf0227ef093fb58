public import Networks

/// How fast this machine is: what estimates of a run's seconds are made from.
public struct MachineSpeed: Sendable, Codable, Equatable {
  /// Images of a training step a second, by the network's name.
  public var imagesPerSecond: [String: Double]
  /// The rate of a large product in `Double`, in 10⁹ multiplications and additions a second.
  public var doubleGigaflops: Double
  /// The same in `Float`.
  public var singleGigaflops: Double

  /// Takes measured rates.
  ///
  /// - Parameters:
  ///   - imagesPerSecond: of a training step, by the network's name.
  ///   - doubleGigaflops: of a large product in `Double`.
  ///   - singleGigaflops: of a large product in `Float`.
  public init(
    imagesPerSecond: [String: Double], doubleGigaflops: Double, singleGigaflops: Double
  ) {
    self.imagesPerSecond = imagesPerSecond
    self.doubleGigaflops = doubleGigaflops
    self.singleGigaflops = singleGigaflops
  }
}

/// Times a few steps of some networks and large products.
///
/// - Parameters:
///   - models: the networks.
///   - progress: called before each.
/// - Returns: the rates, after a few seconds for each network.
/// - Throws: ``ExperimentError/engine(_:)`` when the engine lacks a layer.
public func measureMachineSpeed(
  _ models: [PaperModel], progress: (ExperimentProgress) -> Void = { _ in }
) throws(ExperimentError) -> MachineSpeed {
  let record = try measureTrainingSpeed(models, steps: 3, progress: progress)
  return MachineSpeed(
    imagesPerSecond: Dictionary(
      uniqueKeysWithValues: record.models.map { ($0.model, $0.imagesPerSecond) }),
    doubleGigaflops: productRate(1024, of: Double.self),
    singleGigaflops: productRate(1024, of: Float.self))
}

extension MachineSpeed {
  /// About how long a run takes at most: a training that ends early takes less.
  ///
  /// Counted are the images of all epochs, n³ / 3 of a Cholesky factor, 14 n² d of singular values at
  /// a tenth of a product's rate; not the reading of files.
  ///
  /// - Parameters:
  ///   - command: the subcommand.
  ///   - options: its options.
  /// - Returns: seconds; nil for a subcommand or a network that was not measured.
  public func seconds(of command: String, options: [String: String]) -> Double? {
    let set = SetSize(options)
    let (n, d) = (Double(set.samples), Double(set.dimension))
    switch command {
    case "train":
      guard let rate = imagesPerSecond[options["model"] ?? PaperModel.mlp1x512.rawValue],
        let epochs = Double(options["epochs"] ?? "100")
      else { return nil }
      // The MLPs were timed on images of 28 × 28 × 3.
      return epochs * n / rate
    case "kernel": return kernelSeconds(n, d, isDouble: options["precision"] != "mixed")
    case "study norms": return 2 * kernelSeconds(n, d, isDouble: options["precision"] != "mixed")
    case "linear": return linearSeconds(n, d)
    case "interpolate": return 2 + n * d / 1e8
    case "compare":
      let epochs = Double(options["epochs"] ?? "150") ?? 150
      return imagesPerSecond[options["model"] ?? PaperModel.mlp1x512.rawValue].map {
        epochs * n / $0 + kernelSeconds(n, d, isDouble: true) + linearSeconds(n, d) + 2
      }
    default: return nil
    }
  }

  private func kernelSeconds(_ n: Double, _ d: Double, isDouble: Bool) -> Double {
    let rate = 1e9 * (isDouble ? doubleGigaflops : singleGigaflops)
    return n * n * (d + n / 3) / rate + 1
  }

  private func linearSeconds(_ n: Double, _ d: Double) -> Double {
    14 * n * d * min(n, d) / (1e8 * doubleGigaflops)
  }
}

/// How many images a run trains on, and of which size.
private struct SetSize {
  var samples: Int
  var dimension: Int

  init(_ options: [String: String]) {
    let sets: [String: (Int, Int)] = [
      "synthetic": (2000, 2352), "mnist": (60_000, 784), "fashion-mnist": (60_000, 784),
      "kmnist": (60_000, 784), "cifar10": (50_000, 2352), "cifar100": (50_000, 2352),
    ]
    let (all, dimension) = sets[options["data"] ?? "synthetic"] ?? (50_000, 2352)
    samples = options["samples"].flatMap { Int($0) } ?? all
    self.dimension = dimension
  }
}

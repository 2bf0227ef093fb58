private import RandomStreams

/// A dataset after its corruption: what every learner is given.
///
/// The corruption is drawn once, so the sample is the same in every epoch. Test images are changed
/// as the training images are; test labels are kept true, with the labels corrupted by the same
/// rule beside them, because the paper does not say which of the two its Figure 1c uses.
public struct CorruptedSample: Sendable, Equatable {
  /// The training images and the labels to fit.
  public let train: LabeledDataset
  /// The test images with their true labels.
  public let test: LabeledDataset
  /// Labels of the test images corrupted by the rule that the training labels were.
  public let corruptedTestLabels: [Int]
  /// What was done.
  public let corruption: Corruption
  /// The fraction of training labels that differ from the true ones.
  public let changedLabelFraction: Double
  /// The training images before they were cut to those of `train`, with the labels to fit.
  ///
  /// For windows cut at random. nil where images were not cut, or were changed after the cut.
  public fileprivate(set) var uncroppedTrain: LabeledDataset?
}

extension DatasetSplit {
  /// The sample that a corruption makes of this split.
  ///
  /// For one seed the corruptions of labels are nested: a label changed at p is changed, to the
  /// same class, at every larger p. Pixels are permuted by position, the channels of a pixel
  /// staying together, and values keep their order of magnitude: all this happens before any
  /// standardisation.
  ///
  /// - Parameters:
  ///   - corruption: what to do.
  ///   - seed: names the draw.
  /// - Returns: the corrupted sample.
  /// - Complexity: O(n d).
  public func corrupted(by corruption: Corruption, seed: UInt64) -> CorruptedSample {
    var (train, test) = (train, test)
    var corruptedTestLabels = test.labels
    var changed = 0.0
    switch corruption {
    case .none: break
    case .partialLabels, .randomLabels:
      let probability = corruption.labelProbability
      let labels = train.corruptedLabels(probability: probability, seed: seed, part: .train)
      corruptedTestLabels = test.corruptedLabels(
        probability: probability, seed: seed, part: .test)
      let changes = zip(labels, train.labels).count { $0 != $1 }
      changed = train.count == 0 ? 0 : Double(changes) / Double(train.count)
      train = train.replacing(
        labels: labels, step: "\(corruption.title), seed \(seed): \(changes) labels changed")
    case .shuffledPixels:
      var stream = RandomStream(seed: seed, purpose: "shuffled pixels")
      let permutation = stream.permutation(of: train.shape.area)
      let step = "one pixel permutation for all images, seed \(seed)"
      train = train.permutingPixels(step: step) { _ in permutation }
      test = test.permutingPixels(step: step) { _ in permutation }
    case .randomPixels:
      let step = "a pixel permutation for each image, seed \(seed)"
      train = train.permutingPixelsIndependently(seed: seed, part: .train, step: step)
      test = test.permutingPixelsIndependently(seed: seed, part: .test, step: step)
    case .gaussian:
      let (mean, deviation) = train.pixels.moments
      train = train.drawnFromGaussian(mean, deviation, seed: seed, part: .train)
      test = test.drawnFromGaussian(mean, deviation, seed: seed, part: .test)
    }
    return CorruptedSample(
      train: train, test: test, corruptedTestLabels: corruptedTestLabels, corruption: corruption,
      changedLabelFraction: changed)
  }
}

extension DatasetSplit {
  /// The sample that a corruption makes of the middle of each image.
  ///
  /// The same sample as of `map { $0.centerCropped(height:width:) }`. Beside it, where labels alone
  /// are changed, ``CorruptedSample/uncroppedTrain`` keeps the training images as they were; pixels
  /// are changed after the cut, as everywhere here.
  ///
  /// - Parameters:
  ///   - corruption: what to do.
  ///   - seed: names the draw.
  ///   - height: rows to keep, at most as many as there are.
  ///   - width: columns to keep, at most as many as there are.
  /// - Returns: the corrupted sample.
  /// - Complexity: O(n d).
  public func corrupted(
    by corruption: Corruption, seed: UInt64, croppedTo height: Int, _ width: Int
  ) -> CorruptedSample {
    let cropped = map { $0.centerCropped(height: height, width: width) }
    var sample = cropped.corrupted(by: corruption, seed: seed)
    if !corruption.changesPixels && cropped.train.shape != train.shape {
      sample.uncroppedTrain = train.replacing(
        labels: sample.train.labels, step: "labels of the cropped images")
    }
    return sample
  }
}

extension DatasetSplit {
  /// Prefixes of the sample that a corruption makes of this split, as learning curves need them.
  ///
  /// The corruption is drawn once, for all images; each prefix has the first of its training images
  /// and all test images.
  ///
  /// - Parameters:
  ///   - corruption: what to do.
  ///   - seed: names the draw.
  ///   - sizes: numbers of training images, each from 0 to n.
  /// - Returns: a sample for each size.
  /// - Complexity: O(n d) and the sizes together times d.
  public func corrupted(
    by corruption: Corruption, seed: UInt64, prefixes sizes: [Int]
  ) -> [CorruptedSample] {
    let whole = corrupted(by: corruption, seed: seed)
    return sizes.map { size in
      let train = whole.train.prefix(size)
      let changes = zip(train.labels, self.train.labels).count { $0 != $1 }
      return CorruptedSample(
        train: train, test: whole.test, corruptedTestLabels: whole.corruptedTestLabels,
        corruption: corruption,
        changedLabelFraction: size == 0 ? 0 : Double(changes) / Double(size))
    }
  }
}

/// Which half of a split a stream of random numbers belongs to.
private enum Part: Int {
  case train, test
}

extension LabeledDataset {
  /// Labels replaced with a probability; what is drawn does not depend on the probability.
  fileprivate func corruptedLabels(probability: Double, seed: UInt64, part: Part) -> [Int] {
    var chosen = RandomStream(seed: seed, purpose: "corrupted labels", indices: part.rawValue)
    var classes = RandomStream(seed: seed, purpose: "random classes", indices: part.rawValue)
    return labels.map { label in
      let replacement = classes.integer(below: classCount)
      return chosen.uniform() < probability ? replacement : label
    }
  }

  fileprivate func permutingPixelsIndependently(
    seed: UInt64, part: Part, step: String
  ) -> LabeledDataset {
    permutingPixels(step: step) { image in
      var stream = RandomStream(
        seed: seed, purpose: "random pixels", indices: part.rawValue, image)
      return stream.permutation(of: shape.area)
    }
  }

  fileprivate func permutingPixels(
    step: String, permutation: (_ image: Int) -> [Int]
  ) -> LabeledDataset {
    func permuted<Value>(_ values: [Value]) -> [Value] {
      var result: [Value] = []
      result.reserveCapacity(values.count)
      for image in 0..<count {
        let places = permutation(image)
        for channel in 0..<shape.channels {
          let first = image * dimension + channel * shape.area
          for place in places { result.append(values[first + place]) }
        }
      }
      return result
    }
    switch pixels {
    case .bytes(let values): return replacing(pixels: .bytes(permuted(values)), step: step)
    case .reals(let values): return replacing(pixels: .reals(permuted(values)), step: step)
    }
  }

  fileprivate func drawnFromGaussian(
    _ mean: Double, _ deviation: Double, seed: UInt64, part: Part
  ) -> LabeledDataset {
    var values: [Float] = []
    values.reserveCapacity(pixels.count)
    for image in 0..<count {
      var stream = RandomStream(
        seed: seed, purpose: "Gaussian pixels", indices: part.rawValue, image)
      for _ in 0..<dimension { values.append(Float(mean + deviation * stream.normal())) }
    }
    return replacing(
      pixels: .reals(values),
      step: "values drawn from a Gaussian, mean \(rounded(mean)), standard deviation "
        + "\(rounded(deviation)), seed \(seed)")
  }
}

private func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }

extension LabeledDataset.Pixels {
  /// Mean and standard deviation of all values.
  fileprivate var moments: (mean: Double, deviation: Double) {
    func moments<Value>(_ values: [Value], _ real: (Value) -> Double) -> (Double, Double) {
      let n = Double(max(1, values.count))
      let mean = values.reduce(0) { $0 + real($1) } / n
      let variance = values.reduce(0) { $0 + (real($1) - mean) * (real($1) - mean) } / n
      return (mean, variance.squareRoot())
    }
    switch self {
    case .bytes(let values): return moments(values) { Double($0) }
    case .reals(let values): return moments(values) { Double($0) }
    }
  }
}

import Datasets
import RandomStreams
import TestSupport
import Testing

@Suite("A corruption changes what the paper says, and nothing else")
struct CorruptedSampleTests {
  /// Random images of a few classes, with a test set of its own size.
  private func split(_ property: PropertyCase, count: Int? = nil) -> DatasetSplit {
    var stream = property.stream("split")
    let shape = ImageShape(
      height: 1 + stream.integer(below: 4), width: 1 + stream.integer(below: 4),
      channels: 1 + stream.integer(below: 3))
    let classNames = (0..<1 + stream.integer(below: 10)).map { "class \($0)" }
    func dataset(_ count: Int, _ name: String) -> LabeledDataset {
      LabeledDataset(
        shape: shape,
        pixels: .bytes((0..<count * shape.count).map { _ in UInt8(stream.integer(below: 256)) }),
        labels: (0..<count).map { _ in stream.integer(below: classNames.count) },
        classNames: classNames, provenance: Provenance(name: name))
    }
    return DatasetSplit(
      train: dataset(count ?? property.first, "train"), test: dataset(property.second, "test"))
  }

  private func seed(_ property: PropertyCase) -> UInt64 { UInt64(property.seed) }

  /// The values of a pixel's channels, for each pixel of an image.
  private func pixels(_ dataset: LabeledDataset, _ image: Int) -> [[Double]] {
    let shape = dataset.shape
    return (0..<shape.area).map { place in
      (0..<shape.channels).map {
        dataset.value(
          image: image, channel: $0, row: place / shape.width, column: place % shape.width)
      }
    }
  }

  private func sorted(_ pixels: [[Double]]) -> [[Double]] {
    pixels.sorted { $0.lexicographicallyPrecedes($1) }
  }

  @Test(
    "Drawn twice a corruption is the same, and it keeps shapes, classes and counts",
    arguments: PropertyCase.all)
  func reproducible(_ property: PropertyCase) {
    let split = split(property)
    for corruption in Corruption.paperSettings {
      let sample = split.corrupted(by: corruption, seed: seed(property))
      #expect(sample == split.corrupted(by: corruption, seed: seed(property)))
      #expect(sample.corruption == corruption)
      #expect(sample.test.labels == split.test.labels)
      #expect(sample.corruptedTestLabels.count == split.test.count)
      for (after, before) in [(sample.train, split.train), (sample.test, split.test)] {
        #expect(after.shape == before.shape && after.classNames == before.classNames)
        #expect(after.count == before.count)
        #expect(after.provenance.name == before.provenance.name)
      }
      #expect((sample.train.provenance.steps.count == 1) == (corruption != .none))
      let another = split.corrupted(by: corruption, seed: seed(property) + 1)
      let isRandom =
        split.train.count >= 10 && split.train.classCount > 2
        && split.train.shape.area > 3 && corruption != .none
      if isRandom { #expect(another.train != sample.train) }
    }
  }

  @Test(
    "Corrupted labels keep images, count their changes and leave test labels true",
    arguments: PropertyCase.all)
  func labels(_ property: PropertyCase) {
    let split = split(property)
    var stream = property.stream("probability")
    for corruption in [
      Corruption.randomLabels, .partialLabels(probability: stream.uniform()),
    ] {
      let sample = split.corrupted(by: corruption, seed: seed(property))
      #expect(sample.train.pixels == split.train.pixels && sample.test == split.test)
      let changes = zip(sample.train.labels, split.train.labels).count { $0 != $1 }
      let n = split.train.count
      #expect(sample.changedLabelFraction == (n == 0 ? 0 : Double(changes) / Double(n)))
      #expect(sample.train.provenance.steps.last?.contains("\(changes) labels changed") == true)
    }
  }

  @Test("At p = 0 nothing changes, at p = 1 all labels are random", arguments: PropertyCase.all)
  func extremes(_ property: PropertyCase) {
    let split = split(property)
    let none = split.corrupted(by: .partialLabels(probability: 0), seed: seed(property))
    #expect(none.train.labels == split.train.labels && none.changedLabelFraction == 0)
    #expect(none.corruptedTestLabels == split.test.labels)
    let all = split.corrupted(by: .partialLabels(probability: 1), seed: seed(property))
    let random = split.corrupted(by: .randomLabels, seed: seed(property))
    #expect(all.train.labels == random.train.labels)
    #expect(all.corruptedTestLabels == random.corruptedTestLabels)
    #expect(all.changedLabelFraction == random.changedLabelFraction)
    // Random labels know nothing of the true ones.
    let relabelled = DatasetSplit(
      train: split.train.replacing(
        labels: split.train.labels.map { _ in 0 }, step: "one class"), test: split.test)
    #expect(
      relabelled.corrupted(by: .randomLabels, seed: seed(property)).train.labels
        == random.train.labels)
    let untouched = split.corrupted(by: .none, seed: seed(property))
    #expect(untouched.train == split.train && untouched.test == split.test)
    #expect(untouched.corruptedTestLabels == split.test.labels)
  }

  @Test(
    "A label changed at p is changed, to the same class, at every larger p",
    arguments: PropertyCase.all)
  func nested(_ property: PropertyCase) {
    let split = split(property)
    let samples = [0, 0.1, 0.25, 0.5, 0.9, 1].map {
      split.corrupted(by: .partialLabels(probability: $0), seed: seed(property))
    }
    for (fewer, more) in zip(samples, samples.dropFirst()) {
      for (labels, moreLabels, truth) in [
        (fewer.train.labels, more.train.labels, split.train.labels),
        (fewer.corruptedTestLabels, more.corruptedTestLabels, split.test.labels),
      ] {
        for i in truth.indices where labels[i] != truth[i] {
          #expect(moreLabels[i] == labels[i])
        }
      }
      #expect(fewer.changedLabelFraction <= more.changedLabelFraction)
    }
  }

  @Test("A fraction p (1 - 1/C) of labels changes, to all classes alike", arguments: 0..<200)
  func fractions(_ seed: Int) {
    let (n, classes) = (2000, 2 + seed % 9)
    var stream = RandomStream(seed: UInt64(seed), purpose: "fractions")
    let set = LabeledDataset(
      shape: ImageShape(height: 1, width: 1, channels: 1),
      pixels: .bytes([UInt8](repeating: 0, count: n)), labels: (0..<n).map { $0 % classes },
      classNames: (0..<classes).map { "\($0)" }, provenance: Provenance(name: "labels"))
    let probability = stream.uniform()
    let sample = DatasetSplit(train: set, test: set)
      .corrupted(by: .partialLabels(probability: probability), seed: UInt64(seed))
    let expected = probability * (1 - 1 / Double(classes))
    let testChanges = zip(sample.corruptedTestLabels, set.labels).count { $0 != $1 }
    // Six standard deviations of a binomial share, and one label.
    let slack = 6 * (expected * (1 - expected) / Double(n)).squareRoot() + 1 / Double(n)
    #expect(abs(sample.changedLabelFraction - expected) <= slack)
    #expect(abs(Double(testChanges) / Double(n) - expected) <= slack)
    // The test labels are drawn on their own.
    if expected > 0.1 { #expect(sample.corruptedTestLabels != sample.train.labels) }
    let random = DatasetSplit(train: set, test: set)
      .corrupted(by: .randomLabels, seed: UInt64(seed))
    var counts = [Int](repeating: 0, count: classes)
    for label in random.train.labels { counts[label] += 1 }
    #expect(chiSquare(counts) <= chiSquareBound(outcomes: classes))
  }

  @Test(
    "Prefixes are those of the corrupted sample, by whatever corruption",
    arguments: PropertyCase.all)
  func prefixesOfTheCorrupted(_ property: PropertyCase) {
    let split = split(property)
    let corruptions = Corruption.paperSettings
    let corruption = corruptions[property.third % corruptions.count]
    let sizes = [0, 1, split.train.count / 2, split.train.count].filter { $0 <= split.train.count }
    let whole = split.corrupted(by: corruption, seed: seed(property))
    let samples = split.corrupted(by: corruption, seed: seed(property), prefixes: sizes)
    #expect(samples.map(\.train.count) == sizes)
    for (size, sample) in zip(sizes, samples) {
      #expect(sample.train == whole.train.prefix(size))
      #expect(sample.test == whole.test)
      #expect(sample.corruptedTestLabels == whole.corruptedTestLabels)
      #expect(sample.corruption == corruption)
      let changed = (0..<size).count { sample.train.labels[$0] != split.train.labels[$0] }
      #expect(sample.changedLabelFraction == (size == 0 ? 0 : Double(changed) / Double(size)))
    }
    #expect(samples.last == whole)
  }

  @Test("Corrupting a prefix gives the prefix of the corrupted", arguments: PropertyCase.all)
  func prefixes(_ property: PropertyCase) {
    let whole = split(property)
    let part = DatasetSplit(
      train: whole.train.prefix(whole.train.count / 2),
      test: whole.test.prefix(whole.test.count / 3))
    for corruption in Corruption.paperSettings where corruption != .gaussian {
      let of = whole.corrupted(by: corruption, seed: seed(property))
      let made = part.corrupted(by: corruption, seed: seed(property))
      for (a, b) in [(made.train, of.train), (made.test, of.test)] {
        let first = b.prefix(a.count)
        #expect(a.labels == first.labels && a.pixels == first.pixels)
      }
      #expect(
        made.corruptedTestLabels == Array(of.corruptedTestLabels.prefix(part.test.count)))
    }
  }

  @Test(
    "Shuffled pixels: one permutation for all images, channels together",
    arguments: PropertyCase.all)
  func shuffledPixels(_ property: PropertyCase) throws {
    let split = split(property)
    // Each pixel of the first image tells its place, in every channel.
    let shape = split.train.shape
    let places = LabeledDataset(
      shape: shape,
      pixels: .bytes((0..<shape.count).map { UInt8($0 % shape.area + 20 * ($0 / shape.area)) }),
      labels: [0], classNames: split.train.classNames, provenance: Provenance(name: "places"))
    let shuffled = DatasetSplit(train: places, test: split.test)
      .corrupted(by: .shuffledPixels, seed: seed(property)).train
    let permutation = pixels(shuffled, 0).map { Int($0[0]) }
    #expect(permutation.sorted() == Array(0..<shape.area))
    for pixel in pixels(shuffled, 0) {
      #expect(pixel == (0..<shape.channels).map { pixel[0] + 20 * Double($0) })
    }

    let sample = split.corrupted(by: .shuffledPixels, seed: seed(property))
    #expect(sample.train.labels == split.train.labels && sample.changedLabelFraction == 0)
    #expect(sample.corruptedTestLabels == split.test.labels)
    for (after, before) in [(sample.train, split.train), (sample.test, split.test)] {
      for image in 0..<before.count {
        let old = pixels(before, image)
        #expect(pixels(after, image) == permutation.map { old[$0] })
      }
    }
  }

  @Test(
    "Random pixels: a permutation for each image, channels together",
    arguments: PropertyCase.all)
  func randomPixels(_ property: PropertyCase) {
    let split = split(property)
    let sample = split.corrupted(by: .randomPixels, seed: seed(property))
    #expect(sample.train.labels == split.train.labels && sample.changedLabelFraction == 0)
    #expect(sample.corruptedTestLabels == split.test.labels)
    for (after, before) in [(sample.train, split.train), (sample.test, split.test)] {
      for image in 0..<before.count {
        #expect(sorted(pixels(after, image)) == sorted(pixels(before, image)))
      }
    }
  }

  @Test("Equal images are permuted differently, in training and in test", arguments: 0..<200)
  func differentPermutations(_ seed: Int) {
    let shape = ImageShape(height: 5, width: 5, channels: 2)
    let image = (0..<50).map { UInt8($0) }
    let set = LabeledDataset(
      shape: shape, pixels: .bytes(image + image + image), labels: [0, 0, 0], classNames: ["a"],
      provenance: Provenance(name: "equal"))
    let sample = DatasetSplit(train: set, test: set)
      .corrupted(by: .randomPixels, seed: UInt64(seed))
    let images = [sample.train, sample.test].flatMap { set in (0..<3).map { pixels(set, $0) } }
    #expect(Set(images).count == 6)
    let reals = DatasetSplit(train: set.withReals, test: set.withReals)
      .corrupted(by: .randomPixels, seed: UInt64(seed))
    #expect(reals.train.pixels == sample.train.withReals.pixels)
    let shuffled = DatasetSplit(train: set.withReals, test: set)
      .corrupted(by: .shuffledPixels, seed: UInt64(seed))
    #expect(shuffled.train.pixels == shuffled.test.withReals.pixels)
  }

  @Test("Gaussian images have the training images' mean and variance", arguments: 0..<200)
  func gaussian(_ seed: Int) throws {
    var stream = RandomStream(seed: UInt64(seed), purpose: "gaussian")
    let shape = ImageShape(height: 4, width: 5, channels: 1 + seed % 3)
    func dataset(_ count: Int, _ low: Int, _ high: Int) -> LabeledDataset {
      LabeledDataset(
        shape: shape,
        pixels: .bytes(
          (0..<count * shape.count).map { _ in UInt8(low + stream.integer(below: high - low)) }),
        labels: (0..<count).map { _ in stream.integer(below: 2) }, classNames: ["a", "b"],
        provenance: Provenance(name: "bytes"))
    }
    let train = dataset(100, seed % 50, 100 + seed % 150)
    // The test images' own moments are far from the training images', and must not matter.
    let split = DatasetSplit(train: train, test: dataset(60, 240, 250))
    let sample = split.corrupted(by: .gaussian, seed: UInt64(seed))
    #expect(sample.train.labels == train.labels && sample.changedLabelFraction == 0)
    #expect(sample.corruptedTestLabels == split.test.labels)
    let (mean, variance) = moments(train)
    for drawn in [sample.train, sample.test] {
      guard case .reals = drawn.pixels else {
        Issue.record("Gaussian values are real")
        continue
      }
      let count = Double(drawn.pixels.count)
      let (drawnMean, drawnVariance) = moments(drawn)
      // Six standard deviations of the mean and of the variance of normal numbers.
      #expect(abs(drawnMean - mean) <= 6 * (variance / count).squareRoot())
      #expect(abs(drawnVariance - variance) <= 6 * variance * (2 / count).squareRoot())
    }
    #expect(sample.train.prefix(60).pixels != sample.test.pixels)
    // Real values have moments as bytes have.
    let reals = DatasetSplit(train: train.withReals, test: split.test)
      .corrupted(by: .gaussian, seed: UInt64(seed))
    #expect(reals.train.pixels == sample.train.pixels)
  }

  private func moments(_ dataset: LabeledDataset) -> (mean: Double, variance: Double) {
    let values: [Double] =
      switch dataset.pixels {
      case .bytes(let values): values.map { Double($0) }
      case .reals(let values): values.map { Double($0) }
      }
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    return (mean, values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count)
  }

  @Test("A constant image becomes a constant Gaussian, and no image becomes none")
  func degenerateGaussian() {
    func set(_ count: Int) -> LabeledDataset {
      LabeledDataset(
        shape: ImageShape(height: 1, width: 2, channels: 1),
        pixels: .bytes([UInt8](repeating: 7, count: 2 * count)),
        labels: [Int](repeating: 0, count: count), classNames: ["a"],
        provenance: Provenance(name: "constant"))
    }
    let constant = DatasetSplit(train: set(2), test: set(1)).corrupted(by: .gaussian, seed: 0)
    #expect(constant.train.pixels == .reals([7, 7, 7, 7]))
    let none = DatasetSplit(train: set(0), test: set(0)).corrupted(by: .gaussian, seed: 0)
    #expect(none.train.pixels == .reals([]) && none.test.pixels == .reals([]))
  }
}

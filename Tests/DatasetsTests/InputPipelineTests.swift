import Datasets
import LinearAlgebra
import RandomStreams
import TestSupport
import Testing

@Suite("Inputs of a network, batch by batch")
struct InputPipelineTests {
  private let everything = Augmentation(
    randomCrop: true, flip: true, rotation: 25, brightness: 0.2, contrast: 0.3, saturation: 0.4,
    hue: 0.1)

  @Test(
    "Nothing altered: bit for bit the columns of the central crop, in any epoch",
    arguments: PropertyCase.all)
  func unaltered(_ property: PropertyCase) throws {
    for dataset in [randomDataset(property), randomDataset(property).withReals] {
      var stream = property.stream("batch")
      let shape = dataset.shape
      let height = 1 + stream.integer(below: shape.height)
      let width = 1 + stream.integer(below: shape.width)
      let indices =
        dataset.count == 0
        ? [] : (0..<property.second).map { _ in stream.integer(below: dataset.count) }
      for preprocessing in Preprocessing.allCases {
        let expected = dataset.centerCropped(height: height, width: width)
          .columns(indices, preprocessing, of: Float.self).elements
        let pipeline = try InputPipeline(
          images: dataset, crop: (height, width), preprocessing: preprocessing, seed: 3)
        #expect(
          pipeline.outputShape
            == ImageShape(height: height, width: width, channels: shape.channels))
        #expect(identical(pipeline.inputs(indices, epoch: nil), expected))
        #expect(identical(pipeline.inputs(indices, epoch: 4), expected))
        let flipping = try InputPipeline(
          images: dataset, crop: (height, width), augmentation: Augmentation(flip: true),
          preprocessing: preprocessing, seed: 3)
        #expect(identical(flipping.inputs(indices, epoch: nil), expected))
      }
    }
  }

  @Test("Altered images are those that augmentation draws, then preprocessed", arguments: 0..<20)
  func altered(seed: Int) throws {
    let images = ProceduralImages.split(trainCount: 10, testCount: 0, seed: UInt64(seed)).train
    let shape = ImageShape(height: 28, width: 27, channels: 3)
    for preprocessing in Preprocessing.allCases {
      let pipeline = try InputPipeline(
        images: images, crop: (28, 27), augmentation: everything, preprocessing: preprocessing,
        seed: 8)
      var altered: [Float] = []
      for image in 0..<10 {
        let alteration = everything.alteration(
          image: image, epoch: seed, seed: 8, of: images.shape, height: 28, width: 27)
        altered += alteration.apply(
          to: images.columns([image], .raw, of: Float.self).elements, of: images.shape, height: 28,
          width: 27)
      }
      let dataset = LabeledDataset(
        shape: shape, pixels: .reals(altered), labels: images.labels,
        classNames: images.classNames, provenance: images.provenance)
      let expected = dataset.columns(0..<10, preprocessing, of: Float.self).elements
      #expect(identical(pipeline.inputs(0..<10, epoch: seed), expected))
    }
  }

  @Test("An image is altered alike in any batch, differently in each epoch and from each seed")
  func batches() throws {
    let images = ProceduralImages.split(trainCount: 50, testCount: 0, seed: 1).train
    func pipeline(_ seed: UInt64) throws -> InputPipeline {
      try InputPipeline(images: images, crop: (28, 28), augmentation: everything, seed: seed)
    }
    let whole = try pipeline(6).inputs(0..<50, epoch: 2)
    let d = 28 * 28 * 3
    var stream = RandomStream(seed: 0, purpose: "batches")
    let order = stream.permutation(of: 50)
    let shuffled = try pipeline(6).inputs(order, epoch: 2)
    for (place, image) in order.enumerated() {
      let expected = whole[image * d..<(image + 1) * d]
      #expect(identical(shuffled[place * d..<(place + 1) * d], expected))
      #expect(identical(try pipeline(6).inputs([image], epoch: 2), expected))
      #expect(!identical(try pipeline(6).inputs([image], epoch: 3), expected))
      #expect(!identical(try pipeline(7).inputs([image], epoch: 2), expected))
    }
    #expect(
      identical(try pipeline(6).inputs([4, 4], epoch: 2).prefix(d), whole[4 * d..<5 * d]))
  }

  @Test("The number of threads changes nothing")
  func threads() async {
    await #expect(processExitsWith: .success) {
      let images = ProceduralImages.split(trainCount: 40, testCount: 0, seed: 1).train
      let pipeline = try InputPipeline(
        images: images, crop: (28, 28),
        augmentation: Augmentation(randomCrop: true, flip: true, rotation: 25, hue: 0.1))
      ThreadCount.set(1)
      let one = pipeline.inputs(0..<40, epoch: 0)
      ThreadCount.set(4)
      precondition(pipeline.inputs(0..<40, epoch: 0) == one)
    }
  }

  @Test("An empty batch writes nothing, and whole images are the default")
  func emptyBatch() throws {
    let pipeline = try InputPipeline(images: patternDataset())
    #expect(pipeline.outputShape == patternDataset().shape)
    pipeline.write([], epoch: 0, to: UnsafeMutableBufferPointer(start: nil, count: 0))
    #expect(pipeline.inputs([], epoch: nil) == [])
  }

  @Test("Wrong options are refused, each with its range")
  func hostileOptions() {
    let colored = ImageShape(height: 4, width: 6, channels: 3)
    let grey = ImageShape(height: 4, width: 6, channels: 1)
    func refusal(
      _ augmentation: Augmentation = .none, of shape: ImageShape, crop: (Int, Int)? = nil
    ) -> InputPipelineError? {
      let images = LabeledDataset(
        shape: shape, pixels: .bytes([]), labels: [], classNames: [],
        provenance: Provenance(name: "empty"))
      do throws(InputPipelineError) {
        _ = try InputPipeline(
          images: images, crop: crop.map { (height: $0.0, width: $0.1) },
          augmentation: augmentation)
        return nil
      } catch {
        return error
      }
    }
    for crop in [(5, 6), (4, 7), (0, 1), (1, 0), (-1, 3), (Int.max, Int.min)] {
      #expect(
        refusal(of: colored, crop: crop)
          == .cropOutOfRange(height: crop.0, width: crop.1, shape: colored))
    }
    let random = Augmentation(randomCrop: true)
    #expect(refusal(random, of: grey) == .noRoomForRandomCrop(shape: grey))
    #expect(refusal(random, of: grey, crop: (4, 6)) == .noRoomForRandomCrop(shape: grey))
    for crop in [(4, 5), (3, 6), (1, 1)] { #expect(refusal(random, of: grey, crop: crop) == nil) }

    let options: [(String, Double, @Sendable (Double) -> Augmentation)] = [
      ("rotation", 180, { Augmentation(rotation: $0) }),
      ("brightness", 1, { Augmentation(brightness: $0) }),
      ("contrast", 1, { Augmentation(contrast: $0) }),
      ("saturation", 1, { Augmentation(saturation: $0) }),
      ("hue", 0.5, { Augmentation(hue: $0) }),
    ]
    for (option, largest, augmentation) in options {
      for value in [-1e-300, largest.nextUp, .infinity, -.infinity] {
        #expect(
          refusal(augmentation(value), of: colored)
            == .amountOutOfRange(option: option, value: value, largest: largest))
      }
      #expect(
        refusal(augmentation(.nan), of: colored)?.description
          == "the \(option) is nan, 0 to \(largest) expected: it is the largest change, drawn in "
          + "both directions")
      for value in [0, -0.0, largest] {
        #expect(refusal(augmentation(value), of: colored) == nil)
      }
      let wantsColors = ["saturation", "hue"].contains(option)
      #expect(
        refusal(augmentation(0.5), of: grey)
          == (wantsColors ? .wantsColors(option: option, value: 0.5, channels: 1) : nil))
    }
  }

  @Test("Refusals say what to do")
  func descriptions() {
    let shape = ImageShape(height: 4, width: 6, channels: 3)
    #expect(
      InputPipelineError.cropOutOfRange(height: 5, width: 7, shape: shape).description
        == "the crop is 5x7, 1x1 to 4x6 expected for images of 4x6x3: take a smaller window, or no "
        + "crop")
    #expect(
      InputPipelineError.noRoomForRandomCrop(shape: shape).description
        == "a random crop is asked for, but the window is the whole image of 4x6: take a smaller "
        + "crop, or leave the random crop out")
    #expect(
      InputPipelineError.wantsColors(option: "hue", value: 0.1, channels: 1).description
        == "the hue is 0.1, 0 expected for images of 1 channel: leave it out, or take images of red, "
        + "green, blue")
    #expect(
      InputPipelineError.wantsColors(option: "hue", value: 0.1, channels: 2).description
        .contains("images of 2 channels:"))
  }

  @Test("Misuse stops the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      _ = try InputPipeline(images: patternDataset()).inputs([3], epoch: nil)
    }
    await #expect(processExitsWith: .failure) {
      _ = try InputPipeline(images: patternDataset()).inputs([-1], epoch: nil)
    }
    await #expect(processExitsWith: .failure) {
      var room: [Float] = [0]
      let pipeline = try InputPipeline(images: patternDataset())
      room.withUnsafeMutableBufferPointer { pipeline.write([0], epoch: nil, to: $0) }
    }
  }
}

extension InputPipeline {
  /// What is written for some images; all of it, or not the marks that stood there before.
  fileprivate func inputs(
    _ indices: some RandomAccessCollection<Int>, epoch: Int?
  ) -> [Float] {
    var result = [Float](repeating: .nan, count: indices.count * outputShape.count)
    result.withUnsafeMutableBufferPointer { write(indices, epoch: epoch, to: $0) }
    return result
  }
}

/// Equality bit for bit, as one truth value: of two long arrays no differences are listed.
private func identical(_ x: some Collection<Float>, _ y: some Collection<Float>) -> Bool {
  x.count == y.count && zip(x, y).allSatisfy { $0.bitPattern == $1.bitPattern }
}

/// One operation on inputs of known shapes: the shape of its result and its parameters.
struct CheckedOperation {
  private(set) var shape: TensorShape
  private(set) var parameters: [NetworkGraph.Parameter] = []
  private(set) var statistics: [NetworkGraph.Parameter] = []

  init(
    _ operation: Operation, name: String, inputs: [TensorShape]
  ) throws(ArchitectureError) {
    let layer = "\(name) (\(operation.name))"
    func check(
      _ option: String, _ value: String, _ expected: String, _ holds: Bool
    ) throws(ArchitectureError) {
      if !holds { throw .option(layer: layer, name: option, value: value, expected: expected) }
    }
    let input = inputs[0]
    shape = input
    guard CheckedOperation.isCountable(input) else { throw .tooLarge(layer: layer, shape: input) }
    switch operation {
    case .input, .rectifier: break
    case .dense(let dense):
      try check("outputs", "\(dense.outputs)", "at least 1", dense.outputs >= 1)
      guard case .vector(let inputs) = input else {
        throw .shape(layer: layer, found: input, expected: "a vector: put flatten before it")
      }
      shape = .vector(dense.outputs)
      addWeights([dense.outputs, inputs], hasBias: dense.hasBias, layer: name)
    case .convolution(let convolution):
      try check("filters", "\(convolution.filters)", "at least 1", convolution.filters >= 1)
      shape = try CheckedOperation.windowed(
        input, convolution.window, channels: convolution.filters, layer: layer)
      let size = convolution.window.size
      addWeights(
        [convolution.filters, input.channels, size, size], hasBias: convolution.hasBias,
        layer: name)
    case .maxPooling(let pooling):
      shape = try CheckedOperation.windowed(
        input, pooling.window, channels: input.channels, layer: layer)
      try CheckedOperation.checkNoEmptyWindow(pooling.window, layer: layer)
    case .averagePooling(let pooling):
      shape = try CheckedOperation.windowed(
        input, pooling.window, channels: input.channels, layer: layer)
      try CheckedOperation.checkNoEmptyWindow(pooling.window, layer: layer)
    case .globalAveragePooling:
      guard case .image = input else {
        throw .shape(layer: layer, found: input, expected: "an image")
      }
      shape = .vector(input.channels)
    case .batchNormalization(let normalization):
      let (epsilon, decay) = (normalization.epsilon, normalization.decay)
      try check("epsilon", "\(epsilon)", "a positive number", epsilon > 0 && epsilon.isFinite)
      try check("decay", "\(decay)", "from 0 to below 1", decay >= 0 && decay < 1)
      if normalization.learnsScaleAndShift {
        parameters = [
          .init(name: "\(name).weight", role: .scale, dimensions: [input.channels]),
          .init(name: "\(name).bias", role: .shift, dimensions: [input.channels]),
        ]
      }
      statistics = [
        .init(name: "\(name).running_mean", role: .shift, dimensions: [input.channels]),
        .init(name: "\(name).running_var", role: .scale, dimensions: [input.channels]),
      ]
    case .localResponseNormalization(let n):
      guard case .image = input else {
        throw .shape(layer: layer, found: input, expected: "an image")
      }
      try check("radius", "\(n.radius)", "at least 0", n.radius >= 0)
      try check("bias", "\(n.bias)", "a positive number", n.bias > 0 && n.bias.isFinite)
      try check(
        "alpha", "\(n.alpha)", "zero or a positive number", n.alpha >= 0 && n.alpha.isFinite)
      try check("beta", "\(n.beta)", "a positive number", n.beta > 0 && n.beta.isFinite)
    case .dropout(let dropout):
      try check(
        "rate", "\(dropout.rate)", "from 0 to below 1", dropout.rate >= 0 && dropout.rate < 1)
    case .flatten:
      shape = .vector(input.count)
    case .concatenation:
      guard inputs.allSatisfy({ $0.withChannels(1) == input.withChannels(1) }) else {
        throw .branches(layer: layer, shapes: inputs)
      }
      shape = input.withChannels(inputs.reduce(0) { $0 + $1.channels })
    }
    let weights = (parameters.first?.dimensions ?? []) + [shape.height, shape.width]
    guard CheckedOperation.isCountable(weights) && CheckedOperation.isCountable(shape) else {
      throw .tooLarge(layer: layer, shape: shape)
    }
  }

  /// Whether a product is far below what an `Int` holds, also when those of many layers are summed.
  private static func isCountable(_ sizes: [Int]) -> Bool {
    sizes.reduce(1.0) { $0 * Double($1) } <= 0x1p46
  }

  private static func isCountable(_ shape: TensorShape) -> Bool {
    isCountable([shape.channels, shape.height, shape.width])
  }

  private mutating func addWeights(_ dimensions: [Int], hasBias: Bool, layer: String) {
    parameters.append(.init(name: "\(layer).weight", role: .weight, dimensions: dimensions))
    if hasBias {
      parameters.append(.init(name: "\(layer).bias", role: .bias, dimensions: [dimensions[0]]))
    }
  }

  /// The image that a window leaves.
  private static func windowed(
    _ input: TensorShape, _ window: Window, channels: Int, layer: String
  ) throws(ArchitectureError) -> TensorShape {
    guard case .image(_, let height, let width) = input else {
      throw .shape(layer: layer, found: input, expected: "an image")
    }
    func option(_ name: String, _ value: Int, atLeast least: Int) throws(ArchitectureError) {
      if value < least {
        throw .option(layer: layer, name: name, value: "\(value)", expected: "at least \(least)")
      }
    }
    try option("size", window.size, atLeast: 1)
    try option("stride", window.stride, atLeast: 1)
    if case .each(let amount) = window.padding { try option("padding", amount, atLeast: 0) }
    let (rows, columns) = (window.places(on: height), window.places(on: width))
    guard rows >= 1 && columns >= 1 else {
      throw .shape(
        layer: layer, found: input,
        expected: "an image into which a window of size \(window.size) fits")
    }
    return .image(channels: channels, height: rows, width: columns)
  }

  /// A pooling window must not lie outside the image as a whole.
  private static func checkNoEmptyWindow(
    _ window: Window, layer: String
  ) throws(ArchitectureError) {
    if case .each(let amount) = window.padding, amount >= window.size {
      throw .option(
        layer: layer, name: "padding", value: "\(amount)",
        expected: "less than the size \(window.size)")
    }
  }
}

import Networks
import Testing

@Suite("An architecture that makes no network says which layer, what was found and what to try")
struct ArchitectureErrorTests {
  struct Case: Sendable, CustomStringConvertible {
    let layers: [Layer]
    let message: String
    let input: TensorShape

    init(
      _ layers: [Layer], _ message: String,
      input: TensorShape = .image(channels: 3, height: 4, width: 6)
    ) {
      self.layers = layers
      self.message = message
      self.input = input
    }

    var description: String { message }
  }

  static let cases = [
    Case([], "The architecture has no layers: give at least one dense layer."),
    Case(
      Rectifier().layers + [.branches([])],
      "Layer 1 (branches) has no branches: give at least one."),
    Case(
      Flatten().layers, "The input's shape is 0: every size must be at least 1.",
      input: .vector(0)),
    Case(
      Flatten().layers, "The input's shape is 4x0x3: every size must be at least 1.",
      input: .image(channels: 3, height: 4, width: 0)),
    Case(
      Flatten().layers + Dense(0).layers, "Layer 1 (dense): outputs is 0, expected at least 1."),
    Case(
      Convolution(-1, size: 3).layers,
      "Layer 0 (convolution): filters is -1, expected at least 1."),
    Case(
      Convolution(1, size: 0).layers, "Layer 0 (convolution): size is 0, expected at least 1."),
    Case(
      MaxPooling(size: 2, stride: 0).layers,
      "Layer 0 (max pooling): stride is 0, expected at least 1."),
    Case(
      AveragePooling(size: 2, stride: 1, padding: .each(-1)).layers,
      "Layer 0 (average pooling): padding is -1, expected at least 0."),
    Case(
      MaxPooling(size: 2, stride: 1, padding: .each(2)).layers,
      "Layer 0 (max pooling): padding is 2, expected less than the size 2."),
    Case(
      AveragePooling(size: 3, stride: 1, padding: .each(4)).layers,
      "Layer 0 (average pooling): padding is 4, expected less than the size 3."),
    Case(
      BatchNormalization(epsilon: 0).layers,
      "Layer 0 (batch normalisation): epsilon is 0.0, expected a positive number."),
    Case(
      BatchNormalization(epsilon: .infinity).layers,
      "Layer 0 (batch normalisation): epsilon is inf, expected a positive number."),
    Case(
      BatchNormalization(decay: 1).layers,
      "Layer 0 (batch normalisation): decay is 1.0, expected from 0 to below 1."),
    Case(
      LocalResponseNormalization(radius: -1).layers,
      "Layer 0 (local response normalisation): radius is -1, expected at least 0."),
    Case(
      LocalResponseNormalization(bias: 0).layers,
      "Layer 0 (local response normalisation): bias is 0.0, expected a positive number."),
    Case(
      LocalResponseNormalization(alpha: -1).layers,
      "Layer 0 (local response normalisation): alpha is -1.0, "
        + "expected zero or a positive number."),
    Case(
      LocalResponseNormalization(beta: .nan).layers,
      "Layer 0 (local response normalisation): beta is nan, expected a positive number."),
    Case(Dropout(1).layers, "Layer 0 (dropout): rate is 1.0, expected from 0 to below 1."),
    Case(Dropout(.nan).layers, "Layer 0 (dropout): rate is nan, expected from 0 to below 1."),
    Case(
      Dense(2).layers,
      "Layer 0 (dense) is given 4x6x3, expected a vector: put flatten before it."),
    Case(
      Flatten().layers + Convolution(2, size: 3).layers,
      "Layer 1 (convolution) is given 72, expected an image."),
    Case(
      Flatten().layers + MaxPooling(size: 2, stride: 1).layers,
      "Layer 1 (max pooling) is given 72, expected an image."),
    Case(
      GlobalAveragePooling().layers + GlobalAveragePooling().layers,
      "Layer 1 (global average pooling) is given 3, expected an image."),
    Case(
      Flatten().layers + LocalResponseNormalization().layers,
      "Layer 1 (local response normalisation) is given 72, expected an image."),
    Case(
      Convolution(2, size: 5, padding: .valid).layers,
      "Layer 0 (convolution) is given 4x6x3, "
        + "expected an image into which a window of size 5 fits."),
    Case(
      [.branches([MaxPooling(size: 2, stride: 2).layers, [], Convolution(1, size: 1).layers])],
      "Layer 0 (concatenation): its branches give 2x3x3, 4x6x3, 4x6x1; "
        + "all must be vectors, or images of the same height and width."),
    Case(
      [.branches([Flatten().layers, []])],
      "Layer 0 (concatenation): its branches give 2, 1x1x2; "
        + "all must be vectors, or images of the same height and width.",
      input: .image(channels: 2, height: 1, width: 1)),
    Case(
      [.branches([[], Flatten().layers + Dropout(-1).layers])],
      "Layer 0.1.1 (dropout): rate is -1.0, expected from 0 to below 1."),
    Case(
      Rectifier().layers,
      "The last layer gives 4x6x3, expected a vector of logits: "
        + "end with flatten or global average pooling and a dense layer."),
  ]

  @Test("Each mistake has its message", arguments: cases)
  func messages(_ tested: Case) {
    do throws(ArchitectureError) {
      let graph = try NetworkGraph(
        Architecture("wrong", input: tested.input, layers: tested.layers))
      Issue.record("no error, \(graph.nodes.count) nodes")
    } catch {
      #expect(error.description == tested.message)
    }
  }

  @Test("An error carries what it tells")
  func values() {
    #expect(
      throws: ArchitectureError.option(
        layer: "0 (dense)", name: "outputs", value: "0", expected: "at least 1")
    ) {
      _ = try NetworkGraph(Architecture("wrong", input: .vector(2)) { Dense(0) })
    }
    #expect(throws: ArchitectureError.emptyInput(.vector(-1))) {
      _ = try NetworkGraph(Architecture("wrong", input: .vector(-1)) { Dense(1) })
    }
  }

  @Test("The engine's error names the layer and the way out")
  func engineError() {
    #expect(
      EngineError.unsupported(layer: "3 (dense)", reason: "it is too long").description
        == "Layer 3 (dense) cannot be computed by the fast engine: it is too long. "
        + "Use the reference engine.")
  }
}

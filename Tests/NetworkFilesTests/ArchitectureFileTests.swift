import Foundation
import NetworkFiles
import Networks
import RandomStreams
import TestSupport
import Testing

@Suite("Architecture files")
struct ArchitectureFileTests {
  @Test(
    "every model of the paper comes back from YAML and from JSON", arguments: PaperModel.allCases)
  func paperModels(model: PaperModel) throws {
    let architecture = model.architecture
    #expect(try parsed(ArchitectureFile.yaml(of: architecture)) == architecture)
    #expect(try parsed(ArchitectureFile.json(of: architecture)) == architecture)
  }

  @Test("random networks come back from YAML and from JSON", arguments: PropertyCase.all)
  func random(property: PropertyCase) throws {
    let architecture = property.architecture
    #expect(try parsed(ArchitectureFile.yaml(of: architecture)) == architecture)
    let json = try ArchitectureFile.json(of: architecture)
    #expect(try parsed(json) == architecture)
    #expect(!json.contains("\n"))
  }

  @Test("a value that encodes itself gives JSON that is read again")
  func encodable() throws {
    let architecture = PaperModel.inception.architecture
    let data = try JSONEncoder().encode(ArchitectureFile.description(of: architecture))
    #expect(try parsed(String(decoding: data, as: UTF8.self)) == architecture)
  }

  @Test(
    "names of any characters come back",
    arguments: [
      "", " ", "plain", "two words", "5", "true", "null", "~", "-", "- a", "a: b", "a #b", "&a *b",
      "\"", "\\", "'", "\n", "\r\n", "\t", "\0", "\u{1B}", "\u{7F}", "\u{85}", "\u{2028}",
      "a\u{FEFF}", "\u{FFFF}", "é", "日本", "🙂", "{}", "[]", "!x", "%", "@", "`", "|", ">", "?",
      " a", "a ", "1e5", "---", "...", "a\\nb",
    ])
  func names(name: String) throws {
    let architecture = Architecture(name, input: .vector(3)) { Dense(2) }
    #expect(try parsed(ArchitectureFile.yaml(of: architecture)) == architecture)
    #expect(try parsed(ArchitectureFile.json(of: architecture)) == architecture)
  }

  @Test("the text is as a person would write it")
  func text() throws {
    let architecture = Architecture("small", input: .image(channels: 3, height: 28, width: 20)) {
      Convolution(64, size: 5)
      BatchNormalization(decay: 0.99)
      Branches {
        Branch {
          Convolution(32, size: 1, padding: .each(2), hasBias: false)
          Rectifier()
        }
        MaxPooling(size: 3, stride: 1, padding: .valid)
        Branch {}
      }
      Dropout(0.25)
      Flatten()
      Dense(10)
    }
    #expect(
      try ArchitectureFile.yaml(of: architecture) == """
        name: small
        input: 28x20x3
        layers:
          - convolution: {filters: 64, size: 5}
          - batch-normalisation: {decay: 0.99}
          - branches:
              - - convolution: {filters: 32, size: 1, padding: 2, bias: false}
                - relu
              - - max-pooling: {size: 3, stride: 1, padding: valid}
              - []
          - dropout: 0.25
          - flatten
          - dense: 10

        """)
  }

  @Test("every option, shorthand and spelling is understood, comments are left out")
  func everything() throws {
    let text = """
      # A comment.
      layers:  # in any order
        - convolution: {filters: 4, size: 3, stride: 2, padding: valid, bias: false}
        - batch-normalization: {epsilon: 0.01, decay: 0.5, scale-and-shift: false}
        - batch-normalisation: {}
        - relu:
        - local-response-normalization:
            radius: 1
            bias: 2
            alpha: 1e-3
            beta: 0.5
        - average-pooling: {size: 2, stride: 1, padding: 1}
        - branches: [[relu], [max-pooling: {size: 3, stride: 1}]]
        - global-average-pooling
        - dense: {outputs: 5, bias: false}
        - dropout: {rate: 0.1}
        - dense: {outputs: 2}
      input: "9x8x3"
      name: 'all'
      """
    let expected = Architecture("all", input: .image(channels: 3, height: 9, width: 8)) {
      Convolution(4, size: 3, stride: 2, padding: .valid, hasBias: false)
      BatchNormalization(epsilon: 0.01, decay: 0.5, learnsScaleAndShift: false)
      BatchNormalization()
      Rectifier()
      LocalResponseNormalization(radius: 1, bias: 2, alpha: 1e-3, beta: 0.5)
      AveragePooling(size: 2, stride: 1, padding: .each(1))
      Branches {
        Rectifier()
        MaxPooling(size: 3, stride: 1)
      }
      GlobalAveragePooling()
      Dense(5, hasBias: false)
      Dropout(0.1)
      Dense(2)
    }
    #expect(try parsed(text) == expected)
  }

  @Test("the shape of the input can be given beside the text, and is what is checked")
  func input() throws {
    let text =
      "name: a\ninput: 2x2x1\nlayers: [convolution: {filters: 1, size: 3, padding: valid}, flatten]"
    let shape = TensorShape.image(channels: 1, height: 3, width: 3)
    #expect(
      try ArchitectureFile.architecture(parsing: text, path: "f", input: shape).input == shape)
    #expect(throws: ArchitectureFileError.self) { try parsed(text) }
  }

  @Test("what no file can hold is refused by its layer")
  func unwritable() {
    func expect(_ layers: [Layer], _ layer: String, _ reason: String) {
      let architecture = Architecture("a", input: .vector(2), layers: layers)
      #expect(throws: ArchitectureFileError.unwritable(layer: layer, reason: reason)) {
        try ArchitectureFile.yaml(of: architecture)
      }
    }
    expect([.operation(.rectifier), .operation(.input)], "1", "input stands by itself")
    expect(
      [.branches([[], [.operation(.concatenation)]])], "0.1.0", "concatenation stands by itself")
    expect(Dropout(.infinity).layers, "0", "rate is inf")
    expect(BatchNormalization(epsilon: .nan).layers, "0", "epsilon is nan")
  }

  private func parsed(_ text: String) throws -> Architecture {
    try ArchitectureFile.architecture(parsing: text, path: "f.yaml")
  }
}

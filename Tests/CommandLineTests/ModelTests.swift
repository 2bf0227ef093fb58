import Foundation
import Testing

@Suite("rethink model")
struct ModelTests {
  @Test(
    "the paper's networks have the paper's numbers of parameters",
    arguments: [
      ("mlp1x512", 1_209_866), ("mlp3x512", 1_735_178), ("alexnet", 1_387_786),
      ("inception", 1_649_402), ("inception-nobn", 1_649_402),
    ])
  func paperModels(model: String, parameters: Int) async throws {
    let outcome = try await rethink("model", model, "--json")
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    let record = try outcome.json()
    #expect(record["parameters"] as? Int == parameters)
    let layers = try #require(record["layers"] as? [[String: Any]])
    for key in ["parameters", "normalizationParameters", "forwardWork", "trainingWork"] {
      let sum = layers.reduce(0) { $0 + ($1[key] as? Int ?? -1) }
      #expect(record[key] as? Int == sum, "\(key)")
    }
    let table = try await rethink("model", model).output
    let total = try #require(table.split(separator: "\n").first { $0.contains("  total ") })
    #expect(total.contains(parameters.formatted(.number.locale(Locale(identifier: "en_US")))))
    #expect(table.split(separator: "\n").allSatisfy { $0.count <= 100 }, "\(table)")
  }

  @Test("a small network's table has the numbers that one can count by hand")
  func table() async throws {
    try await withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("small.yaml")
      try Data(
        """
        name: small
        input: 8x6x2
        layers:
          - convolution: {filters: 4, size: 3, stride: 2}
          - batch-normalisation
          - flatten
          - dense: 5
        """.utf8
      ).write(to: file)
      let record = try await rethink("model", file.path, "--json").json()
      let layers = try #require(record["layers"] as? [[String: Any]])
      func column(_ key: String) -> [Int] { layers.map { $0[key] as? Int ?? -1 } }
      // 4·2·3·3 + 4 and 5·48 + 5; 2·4 for batch normalisation; 4·3 places of 72 products and sums.
      #expect(column("parameters") == [76, 0, 0, 245])
      #expect(column("normalizationParameters") == [0, 8, 0, 0])
      #expect(column("forwardWork") == [2 * 72 * 12, 0, 0, 2 * 240])
      #expect(column("trainingWork") == [4 * 72 * 12, 0, 0, 6 * 240])
      #expect(layers.map { $0["output"] as? String } == ["4x3x4", "4x3x4", "48", "5"])
      #expect(layers.map { $0["name"] as? String } == ["0", "1", "2", "3"])
      let table = try await rethink("model", file.path).output
      for text in ["small: 8x6x2 to 5 classes", "convolution, 3x3, stride 2", "0.002", "321"] {
        #expect(table.contains(text), "\(table)")
      }
      let wide = try await rethink("model", file.path, "--input", "16x6x2", "--json").json()
      #expect(wide["input"] as? String == "16x6x2")
    }
  }

  @Test("what --export yaml prints is a file with the same network")
  func export() async throws {
    try await withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("mine.yaml")
      let exported = try await rethink(
        "model", "inception", "--input", "32x32x1", "--classes", "7", "--export", "yaml")
      #expect(exported.status == 0)
      try Data(exported.output.utf8).write(to: file)
      let copy = try await rethink("model", file.path, "--json")
      let original = try await rethink(
        "model", "inception", "--input", "32x32x1", "--classes", "7", "--json")
      #expect(copy.output == original.output)
      #expect(try copy.json()["classes"] as? Int == 7)
    }
  }

  @Test(
    "bad input is one line that names it",
    arguments: [
      (
        "resnet", 64,
        "resnet is no network: mlp1x512, mlp3x512, alexnet, inception, inception-nobn, or a file "
          + "that ends in .yaml, .yml or .json expected (see 'rethink --help')"
      ),
      ("alexnet --classes 0", 64, "--classes 0: at least 1 expected (see 'rethink --help')"),
      (
        "alexnet --input 0x28x3", 64,
        "--input 0x28x3: sizes of at least 1 expected (see 'rethink --help')"
      ),
      (
        "alexnet --input 784", 64,
        "alexnet with --input 784: Layer 0 (convolution) is given 784, expected an image."
      ),
      (
        "mlp1x512 --input 9223372036854775807x9x9", 64,
        "mlp1x512 with --input 9223372036854775807x9x9: Layer 0 (flatten), whose result is "
          + "9223372036854775807x9x9, has more values or more work than any computer: make it "
          + "smaller."
      ),
      (
        "alexnet --json --export yaml", 64,
        "--json with --export yaml: one of the two expected (see 'rethink --help')"
      ),
      (
        "a.yaml --classes 3", 64,
        "--classes 3: only with a network of the paper; a file says it in its last layer "
          + "(see 'rethink --help')"
      ),
      (
        "/no/such.yaml", 66,
        "/no/such.yaml: not found; name a file of layers, such as rethink model NAME --export "
          + "yaml prints"
      ),
    ])
  func badInput(arguments: String, status: Int32, message: String) async throws {
    let outcome = try await rethink(["model"] + arguments.split(separator: " ").map(String.init))
    #expect(outcome.status == status)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors == "rethink: \(message)\n")
  }

  @Test("a wrong shape or export is named with what was expected")
  func badOptions() async throws {
    for (arguments, names) in [
      (["alexnet", "--input", "28x28"], ["28x28", "--input"]),
      (["alexnet", "--export", "onnx"], ["onnx", "--export", "yaml"]),
      (["alexnet", "--classes", "many"], ["many", "--classes"]),
    ] {
      let outcome = try await rethink(["model"] + arguments)
      #expect(outcome.status == 64 && outcome.output.isEmpty)
      #expect(outcome.errors.split(separator: "\n").count == 1)
      for name in names { #expect(outcome.errors.contains(name), "\(outcome.errors)") }
    }
  }

  @Test("a file that is wrong is refused by line, with status 65")
  func badFile() async throws {
    try await withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("net.yaml")
      for (text, message) in [
        ("name: a\ninput: 3\nlayers:\n  - dens: 2\n", #"line 4: "dens" is not known in layers"#),
        ("name: a\ninput: 3\nlayers:\n  - dense: 0\n", "line 4: Layer 0 (dense): outputs is 0"),
        ("name: a\ninput: [\n", "line 3: no YAML"),
      ] {
        try Data(text.utf8).write(to: file)
        let outcome = try await rethink("model", file.path)
        #expect(outcome.status == 65 && outcome.output.isEmpty)
        #expect(outcome.errors.hasPrefix("rethink: \(file.path): \(message)"), "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 1)
      }
    }
  }

  @Test("it explains itself")
  func help() async throws {
    let outcome = try await rethink("model", "--help")
    #expect(outcome.status == 0)
    for text in ["--input", "--classes", "--export", "--json", "mlp1x512", "inception-nobn"] {
      #expect(outcome.output.contains(text))
    }
  }
}

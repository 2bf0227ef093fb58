import ExactArithmetic
import Foundation
import LinearAlgebra
import NetworkFiles
import RandomStreams
import ReLUNetworks
import TestSupport
import Testing

@Suite("Networks as JSON")
struct NetworkFileTests {
  /// Calls a closure with the path of a file of its own.
  private func withFile(_ text: String, _ body: (String) throws -> Void) throws {
    try withFile(bytes: Array(text.utf8), body)
  }

  private func withFile(bytes: [UInt8], _ body: (String) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("network-\(UUID().uuidString).json").path
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
  }

  /// Doubles of any size, each written in another way.
  private func double(from stream: inout RandomStream) -> Double {
    [
      stream.normal(), stream.normal() * 1e300, stream.normal() * 1e-300, -0.0, 0,
      .leastNonzeroMagnitude, .greatestFiniteMagnitude, 1e16, 1e-5,
      Double(stream.integer(below: 9)),
    ][stream.integer(below: 10)]
  }

  private func sharedDirection(_ property: PropertyCase) -> AnyReLUNetwork {
    var stream = property.stream("shared direction")
    let (_, thresholds) = randomInterleaving(property.first, from: &stream)
    let outputs = property.first == 0 ? 0 : property.third
    return .sharedDirection(
      ReLUInterpolant(
        direction: (0..<property.second).map { _ in double(from: &stream) },
        thresholds: thresholds,
        outputWeights: Matrix(rows: property.first, columns: outputs) { _, _ in
          double(from: &stream)
        }))
  }

  private func feedForward(_ property: PropertyCase) -> AnyReLUNetwork {
    var stream = property.stream("feed-forward")
    let widths = [property.first, property.second, property.third, 2].map { min($0, 5) }
    let layers = zip(widths, widths.dropFirst()).map { inputs, units in
      let cut = stream.integer(below: units + 1)
      let blocks = [0..<cut, cut..<units].map { range in
        ReLULayer.Block(
          ReLULayer.Purpose.allCases[stream.integer(below: ReLULayer.Purpose.allCases.count)],
          firstUnit: range.lowerBound, firstInput: 0,
          weights: Matrix(rows: range.count, columns: inputs) { _, _ in double(from: &stream) })
      }
      return ReLULayer(
        inputs: inputs, biases: (0..<units).map { _ in double(from: &stream) },
        biasPurpose: .threshold, blocks: blocks)
    }
    return .feedForward(ReLUNetwork(layers: layers))
  }

  private func rational(_ property: PropertyCase) -> AnyReLUNetwork {
    var stream = property.stream("rational")
    let (_, thresholds) = randomInterleaving(property.first, from: &stream)
    return .rational(
      RationalInterpolant(
        direction: (0..<property.second).map { _ in double(from: &stream) },
        thresholds: thresholds.map { Rational($0) / 3 },
        outputWeights: thresholds.map { _ in
          (0..<property.third).map { Rational(double(from: &stream)) / Rational($0 + 1, over: 7) }
        }))
  }

  @Test("A network comes back from its file bit for bit", arguments: PropertyCase.all)
  func roundTrip(_ property: PropertyCase) throws {
    for network in [sharedDirection(property), feedForward(property), rational(property)] {
      try withFile(NetworkFile.text(of: network)) { path in
        let back = try NetworkFile.read(at: path)
        #expect(back.network == network && back.path == path)
        #expect(back.network.canonicalBytes == network.canonicalBytes)
      }
    }
  }

  @Test("Canonical bytes differ where a bit does", arguments: PropertyCase.all)
  func canonicalBytes(_ property: PropertyCase) {
    var stream = property.stream("bits")
    guard case .sharedDirection(let network) = sharedDirection(property) else { return }
    func flip(_ numbers: [Double]) -> [Double]? {
      if numbers.isEmpty { return nil }
      var numbers = numbers
      let place = stream.integer(below: numbers.count)
      let bit = UInt64(1) << UInt64(stream.integer(below: 64))
      numbers[place] = Double(bitPattern: numbers[place].bitPattern ^ bit)
      return numbers
    }
    let bytes = AnyReLUNetwork.sharedDirection(network).canonicalBytes
    if let direction = flip(network.direction) {
      let other = ReLUInterpolant(
        direction: direction, thresholds: network.thresholds, outputWeights: network.outputWeights)
      #expect(AnyReLUNetwork.sharedDirection(other).canonicalBytes != bytes)
    }
    if let weights = flip(network.outputWeights.elements) {
      let other = ReLUInterpolant(
        direction: network.direction, thresholds: network.thresholds,
        outputWeights: Matrix(
          rows: network.hiddenUnits, columns: network.outputs, columnMajor: weights))
      #expect(AnyReLUNetwork.sharedDirection(other).canonicalBytes != bytes)
    }
    #expect(bytes.count >= 8 * network.weightCount)
  }

  @Test("A file without a kind is a network with a shared direction; a folder may hold the file")
  func withoutKind() throws {
    let text = #"{"direction": [1, 2e0], "thresholds": [0, 1], "outputWeights": [[3], [-4.5]]}"#
    let network = AnyReLUNetwork.sharedDirection(
      ReLUInterpolant(
        direction: [1, 2], thresholds: [0, 1],
        outputWeights: Matrix(rows: 2, columns: 1, columnMajor: [3, -4.5])))
    try withFile(text) { path in
      let read = try NetworkFile.read(at: path)
      #expect(read.network == network)
    }
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("network-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    #expect(throws: NetworkFileError.notFound(path: folder.path + "/network.json")) {
      try NetworkFile.read(at: folder.path)
    }
    try Data(text.utf8).write(to: folder.appendingPathComponent("network.json"))
    let read = try NetworkFile.read(at: folder.path)
    #expect(read.network == network && read.path == folder.path + "/network.json")
  }

  @Test("A file cut anywhere is refused", arguments: PropertyCase.all)
  func truncated(_ property: PropertyCase) throws {
    var stream = property.stream("cuts")
    for network in [sharedDirection(property), feedForward(property)] {
      let bytes = Array(try NetworkFile.text(of: network).utf8)
      // The last two bytes are the brace and the line break.
      let length = stream.integer(below: bytes.count - 1)
      try withFile(bytes: Array(bytes.prefix(length))) { path in
        do {
          _ = try NetworkFile.read(at: path)
          Issue.record("\(length) of \(bytes.count) bytes were read as a network")
        } catch let error as NetworkFileError {
          guard case .notJSON(path, _) = error else {
            Issue.record("\(error)")
            return
          }
          #expect(!error.isMissingInput && error.description.hasPrefix(path))
        }
      }
    }
  }

  private func error(of text: String) throws -> (NetworkFileError?, String) {
    var (found, path): (NetworkFileError?, String) = (nil, "")
    try withFile(text) { file in
      path = file
      do {
        _ = try NetworkFile.read(at: file)
      } catch let error as NetworkFileError {
        found = error
      }
    }
    return (found, path)
  }

  private func sharedText(
    direction: String = "[1]", thresholds: String = "[0, 1]",
    weights: String = "[[1], [2]]", kind: String = "\"shared-direction\""
  ) -> String {
    "{\"kind\": \(kind), \"direction\": \(direction), \"thresholds\": \(thresholds), "
      + "\"outputWeights\": \(weights)}"
  }

  @Test("Each mistake in a file of fractions has its own error")
  func mistakesInFractions() throws {
    func text(_ thresholds: String, _ weights: String) -> String {
      sharedText(thresholds: thresholds, weights: weights, kind: "\"rational\"")
    }
    let (sound, ones) = (#"["-1/3", "2"]"#, #"[["1/2"], ["-3"]]"#)
    #expect(try error(of: text(sound, ones)).0 == nil)
    for (bad, wanted) in [
      (text(#"["2", "2/1"]"#, ones), { .thresholdsNotIncreasing(path: $0, index: 1) }),
      (text(#"["1/2", "1/3"]"#, ones), { .thresholdsNotIncreasing(path: $0, index: 1) }),
      (
        text(#"["1"]"#, ones),
        { .wrongCount(path: $0, key: "outputWeights", found: 2, expected: 1) }
      ),
      (
        text(sound, #"[["1"], ["1", "2"]]"#),
        { .wrongCount(path: $0, key: "outputWeights[1]", found: 2, expected: 1) }
      ),
    ] as [(String, (String) -> NetworkFileError)] {
      let (found, path) = try error(of: bad)
      #expect(found == wanted(path))
    }
    for (bad, key) in [
      (text(#"["1/0", "2"]"#, ones), "thresholds[0]"), (text("[1, 2]", ones), "thresholds[0]"),
      (text(sound, #"[["1/2"], ["x"]]"#), "outputWeights[1][0]"),
      (text(sound, #"[["1/2"], ["1/-2"]]"#), "outputWeights[1][0]"),
    ] {
      guard case (.wrongValue(_, key, _), _) = try error(of: bad) else {
        Issue.record("\(bad) does not blame \(key): \(String(describing: try error(of: bad)))")
        continue
      }
    }
  }

  @Test("Each mistake in a shared-direction file has its own error")
  func mistakes() throws {
    func expect(
      _ text: String, _ wanted: (String) -> NetworkFileError,
      sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      let (found, path) = try error(of: text)
      #expect(found == wanted(path), sourceLocation: sourceLocation)
      #expect(found?.description.hasPrefix(path) == true, sourceLocation: sourceLocation)
      #expect(found?.description.contains("\n") == false, sourceLocation: sourceLocation)
    }
    #expect(try error(of: sharedText()).0 == nil)
    try expect(sharedText(kind: "\"dense\"")) { .unknownKind(path: $0, found: "dense") }
    try expect(sharedText(thresholds: "[1, 1]")) { .thresholdsNotIncreasing(path: $0, index: 1) }
    try expect(sharedText(thresholds: "[1, 0]")) { .thresholdsNotIncreasing(path: $0, index: 1) }
    try expect(sharedText(thresholds: "[0]")) {
      .wrongCount(path: $0, key: "outputWeights", found: 2, expected: 1)
    }
    try expect(sharedText(weights: "[[1], [2, 3]]")) {
      .wrongCount(path: $0, key: "outputWeights[1]", found: 2, expected: 1)
    }
    try expect("{\"direction\": [1], \"thresholds\": []}") {
      .missingKey(path: $0, key: "outputWeights")
    }
    for (text, key) in [
      (sharedText(direction: "\"a\""), "direction"),
      (sharedText(direction: "[1, \"2\"]"), "direction[1]"),
      (sharedText(direction: "[1, null]"), "direction[1]"),
      (sharedText(weights: "[[1], 2]"), "outputWeights[1]"),
      (sharedText(weights: "[[1], [true]]"), "outputWeights[1][0]"),
      (sharedText(thresholds: "{}"), "thresholds"), (sharedText(kind: "3"), "kind"),
      ("[1]", "the whole file"), ("3", "the whole file"),
    ] {
      guard case (.wrongValue(_, key, _), _) = try error(of: text) else {
        Issue.record("\(text): \(String(describing: try error(of: text).0))")
        continue
      }
    }
    for text in [
      "", " ", "{", "nan", sharedText(direction: "[NaN]"), sharedText(direction: "[Infinity]"),
      sharedText(direction: "[-inf]"), sharedText(weights: "[[1], [1e999]]"), sharedText() + "x",
      feedForwardText(inputs: "1.5"), feedForwardText(inputs: "1e30"),
      String(repeating: "[", count: 100_000),
    ] {
      guard case (.notJSON, _) = try error(of: text) else {
        Issue.record("\(text.prefix(40)): \(String(describing: try error(of: text).0))")
        continue
      }
    }
  }

  private func feedForwardText(
    inputs: String = "2", biases: String = "[0, 0]", purpose: String = "\"weight\"",
    firstUnit: String = "0", firstInput: String = "0", columns: String = "2",
    weights: String = "[[1, 2], [3, 4]]", more: String = ""
  ) -> String {
    "{\"kind\": \"feed-forward\", \"layers\": [{\"inputs\": \(inputs), \"biases\": \(biases), "
      + "\"biasPurpose\": \"bias\", \"blocks\": [{\"purpose\": \(purpose), \"firstUnit\": "
      + "\(firstUnit), \"firstInput\": \(firstInput), \"inputs\": \(columns), \"weights\": "
      + "\(weights)}\(more)]}]}"
  }

  @Test("Layers that do not fit are refused before a network is made of them")
  func layers() throws {
    #expect(try error(of: feedForwardText()).0 == nil)
    for text in [
      feedForwardText(firstUnit: "1"), feedForwardText(firstUnit: "-1"),
      feedForwardText(firstInput: "1"), feedForwardText(firstInput: "-1"),
      feedForwardText(columns: "3"), feedForwardText(columns: "-1"),
      feedForwardText(firstUnit: "9223372036854775807"),
      feedForwardText(firstInput: "9223372036854775807"),
      feedForwardText(columns: "9223372036854775807"),
      feedForwardText(
        more: ", {\"purpose\": \"weight\", \"firstUnit\": 1, \"firstInput\": 1, \"inputs\": 1, "
          + "\"weights\": [[1]]}"),
    ] {
      let (found, path) = try error(of: text)
      guard case .misplacedBlock(path, _, _) = found else {
        Issue.record("\(text): \(String(describing: found))")
        continue
      }
    }
    for (text, key) in [
      (feedForwardText(inputs: "-1"), "layers[0].inputs"),
      (feedForwardText(purpose: "\"magic\""), "layers[0].blocks[0].purpose"),
      ("{\"kind\": \"feed-forward\", \"layers\": []}", "layers"),
      ("{\"kind\": \"feed-forward\", \"layers\": [3]}", "layers[0]"),
    ] {
      guard case (.wrongValue(_, key, _), _) = try error(of: text) else {
        Issue.record("\(text): \(String(describing: try error(of: text).0))")
        continue
      }
    }
    let (short, path) = try error(of: feedForwardText(weights: "[[1, 2], [3]]"))
    #expect(
      short
        == .wrongCount(
          path: path, key: "layers[0].blocks[0].weights[1]", found: 1, expected: 2))
    let chain =
      "{\"kind\": \"feed-forward\", \"layers\": [{\"inputs\": 1, \"biases\": [0, 0], "
      + "\"biasPurpose\": \"bias\", \"blocks\": []}, {\"inputs\": 3, \"biases\": [], "
      + "\"biasPurpose\": \"bias\", \"blocks\": []}]}"
    let (gap, chainPath) = try error(of: chain)
    #expect(
      gap == .wrongCount(path: chainPath, key: "layers[0].biases", found: 2, expected: 3))
  }

  @Test("What is no regular file, or too long, is not read")
  func noFile() throws {
    let missing = "/no/such/folder/network.json"
    #expect(throws: NetworkFileError.notFound(path: missing)) {
      try NetworkFile.read(at: missing)
    }
    for path in ["/dev/zero", "/dev/null"] {
      #expect(throws: NetworkFileError.unreadable(path: path, reason: "it is no regular file")) {
        try NetworkFile.read(at: path)
      }
    }
    try withFile("") { path in
      // A file with a hole needs no room on disk.
      let bytes = JSONFile.largestBytes + 1
      #expect(truncate(path, bytes) == 0)
      #expect(
        throws: NetworkFileError.tooLarge(
          path: path, bytes: bytes, largestBytes: JSONFile.largestBytes)
      ) { try NetworkFile.read(at: path) }
    }
    #expect(NetworkFileError.notFound(path: "a").isMissingInput)
    #expect(NetworkFileError.unreadable(path: "a", reason: "b").isMissingInput)
  }

  @Test("Numbers that JSON does not know are not written")
  func notFinite() {
    for value in [Double.nan, .infinity, -.infinity] {
      let network = ReLUInterpolant(
        direction: [0, value], thresholds: [], outputWeights: Matrix(rows: 0, columns: 0))
      #expect(throws: NetworkFileError.notFinite(key: "direction[1]")) {
        try NetworkFile.text(of: .sharedDirection(network))
      }
    }
  }
}

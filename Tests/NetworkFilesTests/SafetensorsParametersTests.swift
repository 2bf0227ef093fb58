import LinearAlgebra
import NetworkFiles
import Networks
import RandomStreams
import TestSupport
import Testing

@Suite("Parameters of network graphs as safetensors")
struct SafetensorsParametersTests {
  @Test("numbers and layers come back bit for bit, in both precisions", arguments: PropertyCase.all)
  func roundTrip(property: PropertyCase) throws {
    try expectRoundTrip(property, Float.self)
    try expectRoundTrip(property, Double.self)
  }

  private func expectRoundTrip<Scalar: LinearAlgebraScalar>(
    _ property: PropertyCase, _ type: Scalar.Type
  ) throws {
    let graph = try NetworkGraph(property.architecture)
    var parameters = NetworkParameters<Scalar>.scattered(graph, seed: UInt64(property.seed))
    if !parameters.values[0].isEmpty { parameters.values[0][0] = -0.0 }
    let bytes = try SafetensorsFile.bytes(of: parameters, graph: graph)
    let file = try SafetensorsFile(reading: bytes)
    let copy = try file.parameters(of: graph, as: type)
    #expect(copy == parameters)
    #expect(copy.values[0].first?.sign == parameters.values[0].first?.sign)
    #expect(try file.architecture() == property.architecture)
    // The data begin where any number may lie, and hold nothing but the numbers.
    let counters = file.tensors.count { $0.name.hasSuffix(".num_batches_tracked") }
    let count = (parameters.values + parameters.statistics).reduce(0) { $0 + $1.count }
    let data = count * MemoryLayout<Scalar>.size + counters * 8
    #expect((bytes.count - data) % 8 == 0)
  }

  @Test("names, shapes and types are those of PyTorch")
  func names() throws {
    let architecture = Architecture("a", input: .image(channels: 2, height: 5, width: 4)) {
      Convolution(3, size: 2)
      Branches {
        Branch {
          Rectifier()
          Convolution(4, size: 1, hasBias: false)
          BatchNormalization()
        }
        BatchNormalization(learnsScaleAndShift: false)
      }
      Flatten()
      Dense(6)
    }
    let graph = try NetworkGraph(architecture)
    let file = try SafetensorsFile(
      reading: SafetensorsFile.bytes(
        of: NetworkParameters<Float>(graph, seed: 0), graph: graph))
    let described = file.tensors.map { "\($0.name) \($0.shape) \($0.type.rawValue)" }
    #expect(
      described == [
        "0.weight [3, 2, 2, 2] F32", "0.bias [3] F32", "1.0.1.weight [4, 3, 1, 1] F32",
        "1.0.2.weight [4] F32", "1.0.2.bias [4] F32", "3.weight [6, 140] F32", "3.bias [6] F32",
        "1.0.2.running_mean [4] F32", "1.0.2.running_var [4] F32", "1.1.0.running_mean [3] F32",
        "1.1.0.running_var [3] F32", "1.0.2.num_batches_tracked [] I64",
        "1.1.0.num_batches_tracked [] I64",
      ])
    let variance = try #require(file.tensors.first { $0.name == "1.1.0.running_var" })
    #expect(file.values(of: variance) == [1, 1, 1])
    #expect(file.entries(of: variance, as: Float.self) == [1, 1, 1])
    #expect(file.entries(of: variance, as: Double.self) == nil)
    let counter = try #require(file.tensors.last)
    #expect(file.values(of: counter) == [0])
  }

  private static func file(
    _ architecture: Architecture
  ) throws -> (NetworkGraph, SafetensorsFile) {
    let graph = try NetworkGraph(architecture)
    let bytes = try SafetensorsFile.bytes(
      of: NetworkParameters<Float>(graph, seed: 0), graph: graph)
    return (graph, try SafetensorsFile(reading: bytes))
  }

  @Test("a file of another network is refused by the first name, shape or type that differs")
  func otherNetworks() throws {
    func dense(_ outputs: Int, normalized: Bool = false, hasBias: Bool = true) -> Architecture {
      Architecture("a", input: .vector(3)) {
        Dense(outputs, hasBias: hasBias)
        if normalized { BatchNormalization() }
      }
    }
    let (plain, plainFile) = try Self.file(dense(2))
    let (wide, _) = try Self.file(dense(4))
    let (normalized, normalizedFile) = try Self.file(dense(2, normalized: true))
    let (unbiased, _) = try Self.file(dense(2, hasBias: false))
    func expect(
      _ error: SafetensorsFileError, _ file: SafetensorsFile, _ graph: NetworkGraph,
      sourceLocation: SourceLocation = #_sourceLocation
    ) {
      #expect(throws: error, sourceLocation: sourceLocation) {
        try file.parameters(of: graph, as: Float.self)
      }
    }
    expect(.wrongShape(tensor: "0.weight", found: [2, 3], expected: [4, 3]), plainFile, wide)
    expect(.missingTensor(name: "1.weight"), plainFile, normalized)
    expect(.unexpectedTensor(name: "1.weight"), normalizedFile, plain)
    expect(.unexpectedTensor(name: "0.bias"), plainFile, unbiased)
    #expect(
      throws: SafetensorsFileError.wrongType(
        tensor: "0.weight", found: .float32, expected: .float64)
    ) { try plainFile.parameters(of: plain, as: Double.self) }
  }

  @Test("PyTorch's counter is wanted as a single whole number")
  func counters() throws {
    let graph = try NetworkGraph(
      Architecture("a", input: .vector(1)) { BatchNormalization(learnsScaleAndShift: false) })
    func read(_ counter: String, data: Int) throws {
      let header =
        #"{"0.running_mean":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"#
        + #""0.running_var":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}"# + counter + "}"
      let length = UInt64(header.utf8.count)
      let bytes =
        (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * UInt64($0))) } + Array(header.utf8)
        + [UInt8](repeating: 0, count: data)
      _ = try SafetensorsFile(reading: bytes).parameters(of: graph, as: Float.self)
    }
    let name = "0.num_batches_tracked"
    #expect(throws: SafetensorsFileError.missingTensor(name: name)) { try read("", data: 8) }
    #expect(
      throws: SafetensorsFileError.wrongType(tensor: name, found: .float64, expected: .int64)
    ) {
      try read(#","\#(name)":{"dtype":"F64","shape":[],"data_offsets":[8,16]}"#, data: 16)
    }
    #expect(throws: SafetensorsFileError.wrongShape(tensor: name, found: [1], expected: [])) {
      try read(#","\#(name)":{"dtype":"I64","shape":[1],"data_offsets":[8,16]}"#, data: 16)
    }
    try read(#","\#(name)":{"dtype":"I64","shape":[],"data_offsets":[8,16]}"#, data: 16)
  }

  @Test("a file without layers in its metadata, or with others, says so")
  func metadata() throws {
    let file = try SafetensorsFile(
      reading: [2, 0, 0, 0, 0, 0, 0, 0, UInt8(ascii: "{"), UInt8(ascii: "}")])
    #expect(
      throws: SafetensorsFileError.wrongMetadata(
        key: "architecture", found: nil, expected: "the layers of a network as JSON")
    ) { try file.architecture() }
  }
}

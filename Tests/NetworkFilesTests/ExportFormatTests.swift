import NetworkFiles
import TestSupport
import Testing

@Suite("The format of an exported network")
struct ExportFormatTests {
  @Test(
    "a path's extension names the format, in any case",
    arguments: [
      ("network.safetensors", ExportFormat.safetensors), ("a.b/network.ONNX", .onnx),
      (".onnx", .onnx), ("network", nil), ("network.onnx.gz", nil), ("onnx", nil), ("", nil),
      ("network.", nil), ("a.onnx/network", nil),
    ] as [(String, ExportFormat?)])
  func extensions(_ path: String, _ format: ExportFormat?) {
    #expect(ExportFormat(pathExtensionOf: path) == format)
  }

  @Test("each format gives the bytes of its own writer", arguments: DirectionLayout.allCases)
  func bytes(_ layout: DirectionLayout) throws {
    let property = PropertyCase(seed: 171)
    let (interpolant, network) = (property.interpolant(.normal), property.network(.normal))
    #expect(
      try ExportFormat.onnx.bytes(of: interpolant, layout: layout)
        == ONNXFile.bytes(of: interpolant, layout: layout))
    #expect(
      try ExportFormat.safetensors.bytes(of: interpolant, layout: layout)
        == SafetensorsFile.bytes(of: interpolant, layout: layout))
    #expect(try ExportFormat.onnx.bytes(of: network) == ONNXFile.bytes(of: network))
    #expect(try ExportFormat.safetensors.bytes(of: network) == SafetensorsFile.bytes(of: network))
  }
}

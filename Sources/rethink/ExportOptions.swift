import ArgumentParser
import Rethinking

/// Where a network goes for other programs to read.
struct ExportOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Write the network for other programs, NAME.safetensors or NAME.onnx; may be repeated.",
      valueName: "file"))
  var export: [String] = []

  @Option(
    help: ArgumentHelp(
      "With two layers: shared keeps the direction once, expanded once for each hidden unit.",
      valueName: "layout"))
  var directionLayout: DirectionLayout = .shared

  func validate() throws {
    for path in export where ExportFormat(pathExtensionOf: path) == nil {
      throw ValidationError("--export \(path): a name that ends in .safetensors or .onnx expected")
    }
  }

  /// Writes a network to all files asked for.
  func write(_ result: Interpolation) throws {
    for path in export {
      guard let format = ExportFormat(pathExtensionOf: path) else { continue }
      let bytes: [UInt8]
      do throws(ONNXFileError) {
        if let deep = result.deepNetwork {
          bytes = try format.bytes(of: deep)
        } else {
          bytes = try format.bytes(of: result.network, layout: directionLayout)
        }
      } catch {
        throw Failure(status: .wrongUsage, message: "--export \(path): \(error)")
      }
      let slash = path.lastIndex(of: "/")
      let folder = try RunFolder(creating: slash.map { String(path[...$0]) } ?? ".")
      try folder.write(
        bytes: bytes, to: slash.map { String(path[path.index(after: $0)...]) } ?? path)
    }
  }
}

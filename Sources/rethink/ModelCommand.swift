import ArgumentParser
import Rethinking

struct ModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model",
    abstract: "Show a network's layers, parameters and work, or write it down to be changed.",
    discussion: """
      NAME is one of the paper's networks (\(PaperModel.allCases.map(\.rawValue).joined(separator: ", "))) \
      or a file of layers that ends in .yaml, .yml or .json. A file of your own starts from one of \
      the paper's: rethink model alexnet --export yaml > mine.yaml
      """)

  @Argument(help: ArgumentHelp("A network of the paper, or a file of layers.", valueName: "name"))
  var model: String

  @Option(
    help: ArgumentHelp(
      "The shape of an image, height x width x channels, or the length of a vector (default: "
        + "28x28x3, or what the file says).", valueName: "HxWxC"))
  var input: TensorShape?

  @Option(
    parsing: .unconditional,
    help: "The number of classes of a network of the paper (default: 10).")
  var classes: Int?

  @Option(help: "Print the layers as a file to be changed: yaml.")
  var export: ModelExport?

  @Flag(help: "Print one JSON object on standard output, and nothing else there.")
  var json = false

  func validate() throws {
    if let classes { try check("--classes", Double(classes), "at least 1", classes >= 1) }
    if let input, input.channels < 1 || input.height < 1 || input.width < 1 {
      throw ValidationError("--input \(input): sizes of at least 1 expected")
    }
    if isFile {
      if let classes {
        throw ValidationError(
          "--classes \(classes): only with a network of the paper; a file says it in its last layer"
        )
      }
    } else if PaperModel(rawValue: model) == nil {
      let names = PaperModel.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError(
        "\(model) is no network: \(names), or a file that ends in .yaml, .yml or .json expected")
    }
    if let export, json {
      throw ValidationError("--json with --export \(export.rawValue): one of the two expected")
    }
  }

  func run() throws {
    let architecture = try architecture
    let graph: NetworkGraph
    do throws(ArchitectureError) {
      graph = try NetworkGraph(architecture)
    } catch {
      throw Failure(
        status: .wrongUsage, message: "\(model) with --input \(architecture.input): \(error)")
    }
    if export != nil {
      print(try ArchitectureFile.yaml(of: architecture), terminator: "")
      return
    }
    let record = try NetworkRecord(graph)
    print(json ? try jsonText(record) : terminalReport(record))
  }

  private var isFile: Bool {
    [".yaml", ".yml", ".json"].contains { model.lowercased().hasSuffix($0) }
  }

  private var architecture: Architecture {
    get throws {
      guard let paperModel = PaperModel(rawValue: model) else {
        return try ArchitectureFile.read(at: model, input: input)
      }
      return paperModel.architecture(
        input: input ?? .image(channels: 3, height: 28, width: 28), classes: classes ?? 10)
    }
  }
}

/// How a network is written down.
enum ModelExport: String, ExpressibleByArgument, CaseIterable {
  /// As an architecture file.
  case yaml
}

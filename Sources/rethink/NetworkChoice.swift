import ArgumentParser
import Rethinking

/// A network by the paper's name, or by its file.
enum NetworkChoice: Equatable {
  case paper(PaperModel)
  case file(String)

  /// What the first step multiplies gradients by where no option says.
  var learningRate: Double {
    switch self {
    case .paper(let model): model.learningRate
    case .file: 0.01
    }
  }

  /// The distribution of initial weights where no option says.
  var initialization: Initialization {
    switch self {
    case .paper(let model): model.initialization
    case .file: .he
    }
  }

  /// The layers, for images of a shape.
  ///
  /// - Throws: `ArchitectureFileError` where the file cannot be read.
  func architecture(input: TensorShape, classes: Int) throws -> Architecture {
    switch self {
    case .paper(let model): model.architecture(input: input, classes: classes)
    case .file(let path): try ArchitectureFile.read(at: path)
    }
  }
}

extension NetworkChoice: ExpressibleByArgument {
  static let allValueStrings = PaperModel.allCases.map(\.rawValue) + ["FILE.yaml"]

  init?(argument: String) {
    if let model = PaperModel(rawValue: argument) {
      self = .paper(model)
    } else if Self.isFile(argument) {
      self = .file(argument)
    } else {
      return nil
    }
  }

  /// Whether a word names a file of layers.
  static func isFile(_ word: String) -> Bool {
    [".yaml", ".yml", ".json"].contains(where: word.lowercased().hasSuffix)
  }

  /// What the option says.
  var defaultValueDescription: String {
    switch self {
    case .paper(let model): model.rawValue
    case .file(let path): path
    }
  }
}

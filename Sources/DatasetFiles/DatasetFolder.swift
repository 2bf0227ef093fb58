private import Foundation

/// The folder in which a set's files were found.
struct DatasetFolder {
  private let path: String
  private let set: StandardDataset

  /// Finds the folder of a set's files.
  ///
  /// - Parameters:
  ///   - set: the set.
  ///   - path: the folder itself, or its parent.
  /// - Throws: ``DatasetFileError`` when there is no such folder; a missing file is told later.
  init(of set: StandardDataset, at path: String) throws(DatasetFileError) {
    let path = path.isEmpty ? "." : path
    let names = set.officialTrain.files + set.officialTest.files
    switch entry(at: path) {
    case .folder: break
    case .file: throw .unreadable(path: path, reason: "it is a file, not the folder of \(set.name)")
    case nil: throw .notFound(path: path, whatToTry: set.advice)
    }
    let candidates = [path] + set.folderNames.map { join(path, $0) }
    let found = candidates.first { folder in
      names.contains { existing($0, in: folder) != nil }
    }
    self.path = found ?? path
    self.set = set
  }

  /// The paths of files that must all be in a folder, plain or gzipped.
  ///
  /// - Parameters:
  ///   - names: the files.
  ///   - path: the folder.
  /// - Returns: their paths, in the same order.
  /// - Throws: ``DatasetFileError`` when the folder or a file is missing.
  static func paths(
    of names: [String], in path: String
  ) throws(DatasetFileError) -> [String] {
    let folder = path.isEmpty ? "." : path
    let list = names.joined(separator: ", ")
    let advice = "expected a folder with \(list), as numpy.save writes them"
    switch entry(at: folder) {
    case .folder: break
    case .file: throw .unreadable(path: folder, reason: "it is a file, not a folder")
    case nil: throw .notFound(path: folder, whatToTry: advice)
    }
    var paths: [String] = []
    for name in names {
      guard let found = existing(name, in: folder) else {
        throw .notFound(path: join(folder, name), whatToTry: advice)
      }
      paths.append(found)
    }
    return paths
  }

  /// The path of one of the set's files, under whichever of its names it is there.
  func file(_ name: String) throws(DatasetFileError) -> String {
    guard let found = existing(name, in: path) else {
      throw .notFound(path: join(path, name), whatToTry: set.advice)
    }
    return found
  }

  /// The path of a file that may be missing.
  func optionalFile(_ name: String) -> String? { existing(name, in: path) }
}

extension StandardDataset {
  /// What to do when a file is missing.
  var advice: String {
    let files = (officialTrain.files + officialTest.files).joined(separator: ", ")
    return
      "expected \(name)'s official \(kind) files \(files), plain or .gz, there or in its folder "
      + "\(folderNames.joined(separator: " or ")); get them from \(homePage), or name their folder"
  }

  private var kind: String {
    switch self {
    case .mnist, .fashionMNIST, .kmnist: "IDX"
    case .cifar10, .cifar100: "binary (not Python, not MATLAB)"
    }
  }
}

private enum Entry { case file, folder }

private func entry(at path: String) -> Entry? {
  var isFolder = ObjCBool(false)
  guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return nil }
  return isFolder.boolValue ? .folder : .file
}

/// A file under one of its spellings.
///
/// Some copies write `.idx3-` for `-idx3-`. Some archives unpack into a folder with the file's
/// name, so a folder counts only when there is no file: reading it then tells what it is.
private func existing(_ name: String, in folder: String) -> String? {
  let dotted = name.replacingOccurrences(of: "-idx", with: ".idx")
  let plain = dotted == name ? [name] : [name, dotted]
  let paths = (plain + plain.map { $0 + ".gz" }).map { join(folder, $0) }
  return paths.first { entry(at: $0) == .file } ?? paths.first { entry(at: $0) == .folder }
}

/// A path inside a folder.
private func join(_ folder: String, _ name: String) -> String {
  folder.hasSuffix("/") ? folder + name : folder + "/" + name
}

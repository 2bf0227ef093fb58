import ArgumentParser
import Foundation
import Rethinking

/// A failure that the command line reports itself.
struct Failure: Error {
  var status: ExitStatus
  var message: String
}

/// What the process returns, after BSD's sysexits.
enum ExitStatus: Int32 {
  case checkFailed = 1
  case wrongUsage = 64
  case badData = 65
  case noInput = 66
  case defect = 70
  case cannotCreate = 73
  case interrupted = 75
}

/// Ends the process: help goes to standard output, an error as one line to standard error.
func leave(for error: any Error) -> Never {
  if error is CleanExit || Rethink.exitCode(for: error) == .success {
    Rethink.exit(withError: error)
  }
  if let code = error as? ExitCode { exit(code.rawValue) }
  let failure = describe(error)
  let line = failure.message.onOneLine
  FileHandle.standardError.write(Data("rethink: \(line)\n".utf8))
  exit(failure.status.rawValue)
}

private func describe(_ error: any Error) -> Failure {
  switch error {
  case let failure as Failure: failure
  case let error as DatasetFileError:
    Failure(status: error.isMissingInput ? .noInput : .badData, message: error.description)
  case let error as NetworkFileError:
    Failure(status: error.isMissingInput ? .noInput : .badData, message: error.description)
  case let error as TrainedNetworkFileError:
    Failure(status: error.isMissingInput ? .noInput : .badData, message: error.description)
  case let error as ArchitectureFileError:
    Failure(status: error.isMissingInput ? .noInput : .badData, message: error.description)
  case let error as YAMLFileError:
    Failure(status: error.isMissingInput ? .noInput : .badData, message: error.description)
  case let error as RunStoreError: Failure(status: status(of: error), message: error.description)
  case let error as CertificationError:
    Failure(status: .badData, message: error.description)
  case let error as ExperimentError:
    Failure(status: status(of: error), message: error.description)
  case let error as TrainingFolderError:
    Failure(status: status(of: error), message: error.description)
  case let error as FactorFolderError:
    Failure(status: status(of: error), message: error.description)
  case let error as ReportError: Failure(status: status(of: error), message: error.description)
  default:
    if Rethink.exitCode(for: error) == .validationFailure {
      Failure(
        status: .wrongUsage, message: parserSentence(of: error) + " (see 'rethink --help')")
    } else {
      Failure(status: .defect, message: "a defect of this program: \(error)")
    }
  }
}

/// The parser's message, its list of values in one line.
func parserSentence(of error: any Error) -> String {
  let lines = Rethink.message(for: error).split(whereSeparator: \.isNewline)
  let values = lines.dropFirst().map { $0.drop { $0 == " " || $0 == "-" } }
  let first = lines.first.map(String.init) ?? ""
  let sentence = values.isEmpty ? first : first + " " + values.joined(separator: ", ")
  return sentence.last == "." ? String(sentence.dropLast()) : sentence
}

private func status(of error: ExperimentError) -> ExitStatus {
  switch error {
  case .memory, .kernelMemory, .interpolation(.denseSolveTooLarge), .input, .randomCrop, .engine,
    .shape,
    .linearisation, .descent(_, .stepTooLarge), .descent(_, .optionOutOfRange), .tooFewImages:
    .wrongUsage
  case .descent(_, .diverged): .checkFailed
  case .interpolation, .linearAlgebra, .linearModel, .kernel, .descent, .maximumMargin,
    .architecture, .inputShape, .classCount, .dependentSamples, .snapshot:
    .badData
  }
}

private func status(of error: FactorFolderError) -> ExitStatus {
  switch error {
  case .unreadable: .noInput
  case .notAFolder, .otherContent, .noSpace, .cannotWrite: .cannotCreate
  case .otherProblem, .damaged, .kernel: .badData
  case .stopped: .interrupted
  }
}

private func status(of error: RunStoreError) -> ExitStatus {
  switch error {
  case .cannotCreate, .cannotWrite: .cannotCreate
  case .cannotRead, .name: .badData
  case .cannotStart: .defect
  }
}

private func status(of error: ReportError) -> ExitStatus {
  switch error {
  case .noRun: .noInput
  case .damaged: .badData
  case .cannotCreate, .cannotWrite, .cannotEncode, .gnuplotMissing, .gnuplotLacksTerminal,
    .gnuplotFailed:
    .cannotCreate
  }
}

private func status(of error: TrainingFolderError) -> ExitStatus {
  switch error {
  case .checkpoint(.unreadable): .noInput
  case .checkpoint(.cannotWrite), .holdsTraining, .report, .events, .architecture: .cannotCreate
  case .checkpoint: .badData
  case .onnx: .wrongUsage
  }
}

import ArgumentParser
import Rethinking

/// A subcommand that takes a sample and leaves a record in `--out`, so that a plan may name it.
protocol DataCommand: AsyncParsableCommand {
  var data: DataOptions { get }
  /// Files beside the images that results depend on, by the options that name them.
  var inputFiles: [String: String] { get }
}

extension DataCommand {
  var inputFiles: [String: String] { [:] }
}

extension CompareCommand: DataCommand {}
extension ConvolutionCommand: DataCommand {}
extension DoubleDescentCommand: DataCommand {}
extension ImplicitBiasCommand: DataCommand {}
extension KernelCommand: DataCommand {}
extension KernelCorruptionCommand: DataCommand {}
extension KernelNormsCommand: DataCommand {}
extension KernelSpectrumCommand: DataCommand {}
extension LinearCommand: DataCommand {}
extension LinearisationCommand: DataCommand {}

extension InterpolateCommand: DataCommand {
  var inputFiles: [String: String] { targets.map { ["targets": $0] } ?? [:] }
}

extension TrainCommand: DataCommand {
  var inputFiles: [String: String] {
    if case .file(let path) = training.model { ["model": path] } else { [:] }
  }
}

/// The subcommands that a plan may name.
var plannableCommands: [String] {
  plannable(Rethink.configuration.subcommands, prefix: "")
}

private func plannable(_ types: [any ParsableCommand.Type], prefix: String) -> [String] {
  types.flatMap { type in
    let name = prefix + (type.configuration.commandName ?? "")
    return (type is any DataCommand.Type ? [name] : [])
      + plannable(type.configuration.subcommands, prefix: name + " ")
  }
}

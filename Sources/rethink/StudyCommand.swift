import ArgumentParser

struct StudyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "study",
    abstract: "Studies around the paper's section 5.",
    subcommands: [
      ImplicitBiasCommand.self, DoubleDescentCommand.self, LinearisationCommand.self,
      KernelCorruptionCommand.self, KernelSpectrumCommand.self, KernelNormsCommand.self,
      ConvolutionCommand.self, CapacityStudyCommand.self,
    ])
}

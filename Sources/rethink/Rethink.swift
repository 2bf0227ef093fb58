import ArgumentParser
import Rethinking

/// The command line: parse, call, print.
struct Rethink: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rethink",
    abstract: "Understanding deep learning requires rethinking generalization, made checkable.",
    discussion: """
      Constructs, measures and certifies what Zhang, Bengio, Hardt, Recht and Vinyals (ICLR 2017) \
      claim: the 2n+d-weight ReLU network that fits any labels, beside minimum-norm, kernel and SGD \
      solutions of the same sample.

      Exit status: 0 done; 1 a check failed; 64 wrong usage; 65 bad data; 66 no such input; \
      70 a defect of this program; 73 cannot create the output; 75 interrupted, to be resumed.
      """,
    version: packageVersion,
    subcommands: [
      ReproduceCommand.self, InterpolateCommand.self, CertifyCommand.self, LinearCommand.self,
      KernelCommand.self, TrainCommand.self, CompareCommand.self, CapacityCommand.self,
      ModelCommand.self, StudyCommand.self, BenchCommand.self, SweepCommand.self,
      RunsCommand.self, ReportCommand.self,
    ])
}

@main
enum Main {
  static func main() async {
    IdleThreads.sleepSoon()
    // A sweep that starts this program must not leave it behind.
    Lifeline.watch { InterruptionWatch.requestOnce() }
    do {
      var command = try Rethink.parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      leave(for: error)
    }
  }
}

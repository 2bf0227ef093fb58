private import NetworkFiles

/// Texts that hand the runs of a sweep to other programs.
public struct SweepScripts: Sendable {
  /// What the sweep is called.
  public var name: String
  /// The number of runs, at least 1.
  public var count: Int
  /// The most runs at once on one machine.
  public var jobs: Int
  /// The threads of each run.
  public var threads: Int
  /// The words that do the runs, to which `--index` is added.
  public var command: [String]
  /// The folder in which the command was typed: paths in the plan begin there.
  public var folder: String

  /// Describes a sweep.
  ///
  /// - Parameters:
  ///   - name: what the sweep is called.
  ///   - count: the number of runs, at least 1.
  ///   - jobs: the most runs at once on one machine.
  ///   - threads: the threads of each run.
  ///   - command: the words that do the runs.
  ///   - folder: the folder in which the command was typed.
  public init(
    name: String, count: Int, jobs: Int, threads: Int, command: [String], folder: String
  ) {
    (self.name, self.count, self.jobs) = (name, count, jobs)
    (self.threads, self.command, self.folder) = (threads, command, folder)
  }

  /// A job array for SLURM, a run a task: `sbatch FILE`.
  ///
  /// Two minutes before the time limit the run is asked to end, so that it can be taken up again.
  public var sbatch: String {
    """
    #!/bin/sh
    #SBATCH --job-name=\(safeName)
    #SBATCH --array=0-\(count - 1)
    #SBATCH --cpus-per-task=\(threads)
    #SBATCH --signal=B:TERM@120
    #SBATCH --requeue
    cd \(shellLine([folder])) || exit 66
    exec \(shellLine(command)) --index "$SLURM_ARRAY_TASK_ID" --quiet

    """
  }

  /// All runs by GNU parallel: `sh FILE`.
  public var parallel: String {
    """
    #!/bin/sh
    cd \(shellLine([folder])) || exit 66
    seq 0 \(count - 1) | parallel --jobs "${JOBS:-\(jobs)}" \
    \(shellLine([shellLine(command) + " --index {} --quiet"]))

    """
  }

  /// The name as a word that SLURM takes.
  private var safeName: String {
    String(
      name.unicodeScalars.map { scalar in
        scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
          || "-_.".unicodeScalars.contains(scalar) ? Character(scalar) : "_"
      }.prefix(60))
  }
}

/// One line a run: its index, its name and its command, with tabs between them.
///
/// - Parameter runs: the runs with their commands.
/// - Returns: the text, with a line break at its end.
public func planLines(of runs: [(name: String, command: String)]) -> String {
  runs.enumerated().map { "\($0)\t\($1.name)\t\($1.command)\n" }.joined()
}

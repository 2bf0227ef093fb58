public import NetworkFiles

/// Plans of sweeps as YAML that people copy and change.
///
///     name: corruption
///     command: train
///     options: {model: mlp1x512, data: synthetic, epochs: 20}
///     grid:                      # every combination
///       corrupt: [none, "partial:0.5", random-labels]
///       weight-decay: [0, 5e-4]
///     list:                      # each entry's options, combined with the grid
///       - {model: alexnet, learning-rate: 0.01}
///       - {model: mlp1x512}
///     seeds: 3                   # 0, 1 and 2; or [0, 7, 11]
///
/// Options are those of the subcommand without `--`; a flag is `true`. Numbers are passed on as they
/// are typed. Anchors with aliases are not read.
public enum SweepPlanFile {
  /// The longest text that is read, in bytes.
  public static let largestBytes = 1 << 20

  /// Reads a plan from a file.
  ///
  /// - Parameter path: a regular file of at most ``largestBytes``.
  /// - Returns: a plan without contradictions, of at most ``SweepPlan/mostRuns`` different runs.
  /// - Throws: `YAMLFileError`, which names the file, the line and the key.
  public static func read(at path: String) throws(YAMLFileError) -> SweepPlan {
    try SweepPlanReader(path: path).plan(YAMLValue.read(at: path, largestBytes: largestBytes))
  }

  /// Reads a plan from a text.
  ///
  /// - Parameters:
  ///   - text: YAML or JSON, at most ``largestBytes`` in UTF-8.
  ///   - path: what errors call the text.
  /// - Returns: a plan without contradictions, of at most ``SweepPlan/mostRuns`` different runs.
  /// - Throws: `YAMLFileError`, which names the line and the key.
  public static func plan(parsing text: String, path: String) throws(YAMLFileError) -> SweepPlan {
    try SweepPlanReader(path: path).plan(
      YAMLValue(text, path: path, largestBytes: largestBytes))
  }
}

private import Datasets

/// Why a report could not be made.
///
/// Every description is one line: what was concerned, what happened, what to try.
public enum ReportError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A folder cannot be made, or cannot be written to.
  case cannotCreate(path: String, reason: String)
  /// A file cannot be written.
  case cannotWrite(path: String, reason: String)
  /// A folder that no run left.
  case noRun(path: String, reason: String)
  /// A file of a run that cannot be read; the reason names it and says what to try.
  case damaged(reason: String)
  /// A record has no JSON form.
  case cannotEncode(reason: String)
  /// The program that draws figures is not installed.
  case gnuplotMissing(executable: String)
  /// The program that draws figures cannot write a format.
  case gnuplotLacksTerminal(name: String)
  /// The program that draws figures did not draw.
  case gnuplotFailed(reason: String)

  /// What happened and what to try, on one line.
  public var description: String { message.onOneLine }

  private var message: String {
    switch self {
    case .cannotCreate(let path, let reason):
      "\(path): cannot be used as the folder of a run: \(reason); name a folder that you may write"
    case .cannotWrite(let path, let reason):
      "\(path): cannot be written: \(reason); free space there, or name another folder"
    case .noRun(let path, let reason):
      "\(path): \(reason); name a folder that --out or sweep made"
    case .damaged(let reason): reason
    case .cannotEncode(let reason):
      "the record has no JSON form: \(reason); print the report without JSON"
    case .gnuplotMissing(let executable):
      "\(executable): not found, so no figure was drawn; install gnuplot 5 with its cairo terminal "
        + "(Debian, Ubuntu: apt-get install gnuplot-nox)"
    case .gnuplotLacksTerminal(let name):
      "gnuplot: has no terminal \(name), so nothing was drawn by it; install gnuplot 5 with it "
        + "(Debian, Ubuntu: apt-get install gnuplot-nox), or leave the format out of --figures"
    case .gnuplotFailed(let reason):
      "gnuplot drew no figure: \(reason); gnuplot 5.2 or later with its cairo terminal is expected: "
        + "see what `gnuplot --version` says"
    }
  }
}

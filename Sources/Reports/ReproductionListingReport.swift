public import Experiments
private import Networks

/// The cells of a reproduction with their times and states as plain text.
///
/// - Parameter listing: the cells.
/// - Returns: the text, without a line break at its end.
public func terminalReport(_ listing: ReproductionListing) -> String {
  var text = TerminalText("Cells at the \(listing.scale.rawValue) scale")
  var table = TextTable([
    .init("cell", limit: 46), .init("at most", .right), .init("state", limit: 36),
  ])
  for entry in listing.entries {
    table.append([entry.cell, entry.seconds.map(duration) ?? absent, entry.state])
  }
  text.add(table.rendered(indent: 2))
  let rates = listing.speed.imagesPerSecond.sorted { $0.key < $1.key }.map { name, rate in
    "\(PaperModel(rawValue: name)?.title ?? name) \(grouped(Int(rate.rounded()))) images/s"
  }
  text.add(
    "Left to run: \(duration(listing.secondsLeft)) at most, trainings that fit early take less; "
      + "cells that share a run are counted once.")
  text.add(
    (["Measured just now:"] + [
      (rates + [
        "sgemm \(brief(listing.speed.singleGigaflops)) GFLOP/s",
        "dgemm \(brief(listing.speed.doubleGigaflops)) GFLOP/s",
      ]).joined(separator: ", ") + "."
    ]).joined(separator: " ").wrapped(at: terminalWidth).joined(separator: "\n"))
  return text.text
}

/// Seconds in the unit that a reader thinks in.
private func duration(_ seconds: Double) -> String {
  switch seconds {
  case ..<90: "\(fixed(seconds, decimals: 0)) s"
  case ..<5400: "\(fixed(seconds / 60, decimals: 0)) min"
  default: "\(fixed(seconds / 3600, decimals: 1)) h"
  }
}

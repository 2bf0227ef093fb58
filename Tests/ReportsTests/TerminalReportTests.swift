import Datasets
import Experiments
import Foundation
import Reports
import Testing

@Suite("Reports for the terminal")
struct TerminalReportTests {
  private func lines(_ text: String) -> [Substring] {
    text.split(separator: "\n", omittingEmptySubsequences: false)
  }

  /// The place of a heading; the text's end if it is missing.
  private func place(_ heading: String, in text: String) -> String.Index {
    text.firstRange(of: heading)?.lowerBound ?? text.endIndex
  }

  private func isTidy(_ text: String) -> Bool {
    lines(text).allSatisfy { $0.count <= 100 && $0.last != " " } && text.last != "\n"
  }

  @Test("A reproduction tells what differs first, and all that identifies the run")
  func reproduction() throws {
    var record = try SmallReproduction.record.get()
    record.cells.append(
      Cell(
        name: "x/y", title: "a value that differs", source: "Table 9", unit: "%", paper: 50,
        measured: [75.125], tolerance: 3, caveats: ["a caveat of its own"]))
    record.cells.append(
      Cell(
        name: "x/z", title: "a value of other data", source: "Table 9", unit: "%", paper: 50,
        measured: [50], tolerance: 3, obstacles: ["other data"]))
    let text = terminalReport(record)
    #expect(isTidy(text))
    let headings = [
      "Differs from the paper", "Agrees with the paper", "four learners on true labels",
      "four learners on random labels", "Figure 1a: time to fit", "Figures 1b and 1c",
      "Not comparable", "Notes",
    ]
    let places = headings.map { place($0, in: text) }
    #expect(zip(places, places.dropFirst()).allSatisfy { $0 < $1 })
    let differing = text[place("Differs", in: text)..<place("Agrees with", in: text)]
    #expect(differing.contains("a value that differs"))
    #expect(differing.contains("50.00 %"))
    #expect(differing.contains("75.12 %"))
    #expect(differing.contains("± 3 points"))
    let facts = [
      "procedural shapes", "seeds", "threads", "scale", "Without a run", "table2/x",
      "2n+d interpolant", "minimum-norm linear",
      "Gaussian kernel", "SGD, MLP 1x512", "1,578,506",
    ]
    for fact in facts { #expect(text.contains(fact), "\(fact)") }
  }

  @Test("Each caveat is printed once, whatever number of cells has it")
  func caveats() throws {
    var record = try SmallReproduction.record.get()
    record.cells = (0..<4).map { index in
      Cell(
        name: "x/\(index)", title: "t\(index)", source: "s", unit: "", paper: 1, measured: [2],
        tolerance: 0.5, caveats: ["shared remark", "remark number \(index)"])
    }
    let text = terminalReport(record)
    #expect(text.components(separatedBy: "shared remark").count == 2)
    for index in 0..<4 {
      #expect(text.components(separatedBy: "remark number \(index)").count == 2)
    }
    #expect(text.contains("1, 5"), "the fourth cell has the first and the fifth remark")
  }

  @Test("Sentences of the summary count what they say they count")
  func summary() throws {
    var record = try SmallReproduction.record.get()
    func cell(_ measured: Double, obstacles: [String] = []) -> Cell {
      Cell(
        name: "n", title: "t", source: "s", unit: "", paper: 0, measured: [measured], tolerance: 1,
        obstacles: obstacles)
    }
    record.cells = [cell(0), cell(1), cell(2), cell(0, obstacles: ["other data"])]
    let text = terminalReport(record).replacing("\n", with: " ")
    #expect(
      text.contains("Of 3 numbers that can be compared with a printed one, 2 agree and 1 differs."))
    #expect(text.contains("1 more number is not comparable"))
    record.cells = [cell(0, obstacles: ["other data"])]
    #expect(terminalReport(record).contains("No number can be compared"))
  }

  @Test("A record without trainings or cells still gives a report")
  func empty() throws {
    var record = try SmallReproduction.record.get()
    (record.cells, record.comparisons, record.lossCurves) = ([], [], [])
    record.corruptionPoints = []
    let text = terminalReport(record)
    #expect(isTidy(text))
    #expect(text.contains("Differs from the paper (0)"))
    #expect(!text.contains("Figure 1a"))
  }

  @Test("A comparison shows four learners and the norm of each")
  func comparison() throws {
    let record = try #require(SmallReproduction.record.get().comparisons.last)
    let text = terminalReport(record)
    #expect(isTidy(text))
    for fit in record.fits {
      #expect(text.contains(fit.learner))
      #expect(text.contains(fit.normName))
      #expect(text.contains(brief(fit.norm)))
    }
    #expect(text.contains("random labels"))
  }

  @Test("Each learner's record is told with its sample, errors and evidence")
  func learners() throws {
    let sample = SmallReproduction.split.corrupted(by: .randomLabels, seed: 1)
    let interpolation = terminalReport(
      try interpolate(sample, configuration: InterpolationConfiguration()).record)
    let linear = terminalReport(try #require(fitMinimumNorm([sample], by: .gram).first))
    let kernel = terminalReport(
      try #require(fitKernel([sample], configuration: KernelConfiguration()).first))
    let training = terminalReport(
      try #require(SmallReproduction.record.get().lossCurves.first).training)
    for text in [interpolation, linear, kernel, training] {
      #expect(isTidy(text))
      #expect(text.contains("SHA-256"))
      #expect(text.contains("n = 20 training and 10 test images"))
      #expect(text.contains("train error"))
      #expect(text.contains("chance 90.00 %"))
    }
    #expect(interpolation.contains("certified"))
    #expect(interpolation.contains("3,112"), "2n + d weights")
    #expect(linear.contains("minimum norm by the Gram system"))
    #expect(linear.contains("rank                  20"))
    #expect(kernel.contains("test ratio"))
    #expect(training.contains("not fitted"))
    #expect(training.contains("of at most 2"))
  }
}

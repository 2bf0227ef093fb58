import Datasets
import Experiments
import Foundation
import LinearModels
import Networks
import Reports
import Testing

@Suite("Files of a run")
struct RecordFilesTests {
  private let figures = ["figure1a", "figure1b", "figure1c", "figure2b"]

  private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test("A reproduction is written whole, every file readable")
  func reproduction() async throws {
    let place = try TestFolder()
    let record = try SmallReproduction.record.get()
    let remarks = try await write(
      record, to: RunFolder(creating: place.path("run")),
      command: "rethink reproduce <here>")
    #expect(remarks.isEmpty)
    let drawings = figures.flatMap { name in
      ["csv", "py", "svg"].map { "run/figures/\(name).\($0)" }
    }
    #expect(
      try place.contents()
        == (["run", "run/cells.csv", "run/comparison.csv", "run/config.json", "run/figures"]
          + drawings + ["run/record.json", "run/report.html"]))
    let text = try place.text("run/record.json")
    #expect(
      try JSONDecoder().decode(ReproductionRecord.self, from: Data(text.utf8)) == record)
    #expect(text.hasSuffix("}\n"))
    let configuration = try object(place.text("run/config.json"))
    #expect(configuration["command"] as? String == "rethink reproduce <here>")
    let scale = configuration["configuration"] as? [String: Any]
    #expect(scale?["seeds"] as? Int == record.seeds)
    #expect(scale?["scale"] as? String == record.scale.rawValue)
    let cells = try place.text("run/cells.csv").split(separator: "\n")
    #expect(cells.count == record.cells.count + 1)
    #expect(
      cells[0]
        == "name,title,source,unit,paper,measured,deviation,tolerance,verdict,caveats,commands")
    #expect(try place.text("run/comparison.csv").split(separator: "\n").count == 1 + 2 * 4)
    for figure in figures {
      #expect(XMLReader(try place.text("run/figures/\(figure).svg")).isWellFormed)
    }
    #expect(try place.text("run/figures/figure1c.csv").contains("paper: MLP 1x512 on CIFAR-10"))
  }

  @Test("Figure 2b has the paper's accuracies beside a network of its own, at its size")
  func testCurves() async throws {
    let place = try TestFolder()
    var record = try SmallReproduction.record.get()
    record.testCurves[0].training.model = PaperModel.inception.rawValue
    _ = try await write(record, to: RunFolder(creating: place.path("quick")), command: "a")
    record.testCurves[0].training.sample.samples = 50_000
    _ = try await write(record, to: RunFolder(creating: place.path("full")), command: "a")
    let csv = "figures/figure2b.csv"
    #expect(!(try place.text("quick/" + csv).contains("paper: ")))
    let rows = try place.text("full/" + csv).split(separator: "\n")
    #expect(rows.count { $0.hasPrefix("\"paper: run inception, test\"") } == 2)
    // 20 epochs of 391 steps.
    #expect(rows.contains { $0.contains("paper: ") && $0.contains(",7820,86.7") })
    for curve in record.testCurves {
      let own = rows.filter { $0.contains("\(curve.title), test") && !$0.contains("paper") }
      #expect(own.count == curve.training.history.count)
    }
  }

  @Test("The page needs nothing else, and its remarks and links fit together")
  func page() async throws {
    let place = try TestFolder()
    let record = try SmallReproduction.record.get()
    _ = try await write(
      record, to: RunFolder(creating: place.path),
      command: "rethink reproduce <here>")
    let page = try place.text("report.html")
    // The page is written so that a reader of XML takes it, too.
    let reader = XMLReader(page)
    #expect(reader.isWellFormed)
    #expect(reader.elements.count { $0 == "svg" } == 4)
    #expect(!reader.elements.contains { ["script", "link", "iframe", "object"].contains($0) })
    #expect(!page.contains("://"))
    #expect(page.contains("rethink reproduce &lt;here&gt;"))
    for run in record.runs { #expect(page.contains(escape(run.command))) }
    #expect(page.contains("no such set"))
    func numbers(_ opening: String) -> Set<String> {
      Set(
        page.components(separatedBy: opening).dropFirst()
          .map { String($0.prefix { $0.isNumber }) })
    }
    #expect(numbers("href=\"#note-") == numbers("<li id=\"note-"))
    #expect(!numbers("<li id=\"note-").isEmpty)
    let names = page.matches(of: /id=["']([^"']*)["']/).map { String($0.1) }
    #expect(Set(names).count == names.count, "no name twice")
    for cell in record.cells { #expect(page.contains(">" + escape(cell.title))) }
    let headings = [
      "What differs", "Claims of the paper", "Four learners", "Figure 1a", "The runs", "Provenance",
    ]
    let places = headings.compactMap { page.range(of: "<h2>\($0)")?.lowerBound }
    #expect(places.count == headings.count)
    #expect(zip(places, places.dropFirst()).allSatisfy { $0 < $1 })
  }

  /// An escape of its own, for titles.
  private func escape(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }

  @Test("Texts of a record cannot become elements of the page")
  func escaping() async throws {
    let place = try TestFolder()
    let attack = "\"><script>alert('1')</script>&\u{0}]]>"
    var record = try SmallReproduction.record.get()
    record.dataCaveats = [attack: [attack]]
    record.runs[0].command = attack
    record.missing[0].reason = attack
    record.environment.system = attack
    for index in record.cells.indices {
      record.cells[index].title = attack
      record.cells[index].caveats = [attack]
    }
    for index in record.lossCurves.indices { record.lossCurves[index].title = attack }
    for index in record.testCurves.indices { record.testCurves[index].title = attack }
    record.titles = record.titles.mapValues { _ in attack }
    _ = try await write(
      record, to: RunFolder(creating: place.path),
      command: attack)
    let reader = XMLReader(try place.text("report.html"))
    #expect(reader.isWellFormed)
    #expect(!reader.elements.contains("script"))
    for figure in figures {
      let drawing = XMLReader(try place.text("figures/\(figure).svg"))
      #expect(drawing.isWellFormed)
      #expect(!drawing.elements.contains("script"))
    }
    let read = try object(place.text("record.json"))
    #expect((read["dataCaveats"] as? [String: Any])?.keys.contains(attack) == true)
  }

  @Test("Without gnuplot all but the pictures is written, and the page says so")
  func withoutGnuplot() async throws {
    let place = try TestFolder()
    let remarks = try await write(
      SmallReproduction.record.get(),
      to: RunFolder(creating: place.path), gnuplot: Gnuplot(executable: "no-such-gnuplot"))
    #expect(
      remarks == [ReportError.gnuplotMissing(executable: "no-such-gnuplot").description])
    #expect(
      try place.contents()
        == ["cells.csv", "comparison.csv", "config.json", "figures"]
        + figures.flatMap { ["figures/\($0).csv", "figures/\($0).py"] } + [
          "record.json", "report.html",
        ])
    let page = try place.text("report.html")
    #expect(XMLReader(page).isWellFormed)
    #expect(page.contains("no-such-gnuplot: not found"))
    #expect(page.contains("figures/figure1b.csv") && page.contains("figures/figure1b.py"))
    #expect(!page.contains("<svg"))
  }

  @Test("Other formats are drawn where they are asked for, and told where gnuplot has them not")
  func formats() async throws {
    let record = try #require(SmallReproduction.record.get().lossCurves.first).training
    func drawn(_ gnuplot: Gnuplot) async throws -> (remarks: [String], files: [String]) {
      let place = try TestFolder()
      let remarks = try await write(
        RunResult(record, seed: 1), to: RunFolder(creating: place.path),
        formats: [.svg, .png, .pdf], gnuplot: gnuplot)
      return (remarks, try place.contents().filter { $0.hasPrefix("figures/loss") })
    }
    let all = try await drawn(Gnuplot())
    #expect(all.remarks.isEmpty)
    #expect(
      all.files
        == [
          "figures/loss.csv", "figures/loss.pdf", "figures/loss.png", "figures/loss.py",
          "figures/loss.svg",
        ])

    let place = try TestFolder()
    let poor = try place.gnuplot(without: "cairo")
    let some = try await drawn(poor)
    #expect(
      some.remarks
        == ["pngcairo", "pdfcairo"].map { ReportError.gnuplotLacksTerminal(name: $0).description })
    #expect(some.files == ["figures/loss.csv", "figures/loss.py", "figures/loss.svg"])
  }

  @Test("A training writes its metrics, its loss and its accuracies")
  func training() async throws {
    let place = try TestFolder()
    var record = try #require(SmallReproduction.record.get().lossCurves.first).training
    record.history[1].test = Evaluation(loss: 2.5, accuracy: 0.25)
    let remarks = try await write(
      RunResult(record, seed: 1), configuration: record.configuration,
      to: RunFolder(creating: place.path))
    #expect(remarks.isEmpty)
    #expect(
      try place.contents() == [
        "config.json", "figures", "figures/accuracy.csv", "figures/accuracy.py",
        "figures/accuracy.svg", "figures/loss.csv", "figures/loss.py", "figures/loss.svg",
        "metrics.csv", "record.json",
      ])
    let metrics = try place.text("metrics.csv").split(separator: "\n")
    #expect(
      metrics[0] == "epoch,steps,learning_rate,loss,running_accuracy,train_loss,train_accuracy,"
        + "test_loss,test_accuracy,norm,distance_to_start")
    let cells = metrics.dropFirst().map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    #expect(cells.allSatisfy { $0.count == 11 })
    #expect(cells[0][5...8] == ["", "", "", ""] && cells[1][5...8] == ["", "", "2.5", "0.25"])
    #expect(Double(cells[1][9]) == record.history[1].norm)
    #expect(metrics.count == 1 + record.history.count)
    #expect(Double(metrics[1].split(separator: ",")[3]) == record.history[0].loss)
  }

  @Test("Linear maps leave their tables, and figures of what is a path")
  func linear() async throws {
    let sample = SmallReproduction.split.corrupted(by: .none, seed: 1)
    var plan = LinearDescentConfiguration(seed: 1)
    plan.length = .steps(5)
    func drawn(_ names: String...) -> [String] {
      ["figures"] + names.flatMap { name in ["csv", "py", "svg"].map { "figures/\(name).\($0)" } }
    }
    let minimum = try #require(fitMinimumNorm([sample], by: .cheapest).first)
    #expect(try await files(of: minimum) == ["minimum-norm.csv"])
    #expect(
      try await files(of: fitRidge(sample))
        == drawn("ridge-distance", "ridge-error", "ridge-freedom", "ridge-loss") + ["ridge.csv"])
    #expect(
      try await files(of: descend(sample, configuration: plan))
        == ["descent.csv"] + drawn("descent-decay", "descent-distance", "descent-error"))
    (plan.targets, plan.loss, plan.comparesWithMargin) = (.parity, .logistic, true)
    #expect(
      try await files(of: descend(sample, configuration: plan))
        == ["descent.csv"] + drawn("descent-direction-gap", "descent-distance", "descent-error"))
  }

  /// The files of a record beside its configuration and itself.
  private func files<Record: Codable & Sendable>(of record: Record) async throws -> [String] {
    let place = try TestFolder()
    let remarks = try await write(
      RunResult(record, seed: 1), configuration: ["steps": 5],
      to: RunFolder(creating: place.path))
    #expect(remarks.isEmpty)
    return try place.contents().filter {
      !["config.json", "record.json", "events.out.tfevents.0000000000.record"].contains($0)
    }
  }

  @Test("Any result can be written with its configuration")
  func anyRecord() async throws {
    let place = try TestFolder()
    let folder = try RunFolder(creating: place.path)
    let remarks = try await write(
      RunResult(["infinite": Double.infinity], seed: 7), configuration: ["steps": 3], to: folder,
      command: "c")
    #expect(remarks.isEmpty)
    let record = try object(place.text("record.json"))
    #expect(record["infinite"] is NSNull)
    #expect(record["seed"] as? Int == 7)
    #expect(record["peakBytes"] as? Int ?? 0 > 0)
    let configuration = try object(place.text("config.json"))
    #expect(configuration["command"] as? String == "c")
    #expect(configuration["seed"] as? Int == 7)
    #expect((configuration["configuration"] as? [String: Any])?["steps"] as? Int == 3)
    let environment = configuration["environment"] as? [String: Any]
    #expect(environment?["threads"] as? Int ?? 0 >= 1)
  }

  @Test("A comparison writes its table")
  func comparison() async throws {
    let place = try TestFolder()
    let record = try #require(SmallReproduction.record.get().comparisons.first)
    let remarks = try await write(
      RunResult(record, seed: 1), configuration: ["steps": 3], to: RunFolder(creating: place.path))
    #expect(remarks.isEmpty)
    #expect(
      try place.contents() == [
        "comparison.csv", "config.json", "events.out.tfevents.0000000000.record", "record.json",
      ])
  }

  @Test("The numbers of a record are events: one a number, a curve a list")
  func events() async throws {
    let place = try TestFolder()
    let folder = try RunFolder(creating: place.path)
    let sample = SmallReproduction.split.corrupted(by: .none, seed: 1)
    var record = try fitKernel([sample], configuration: KernelConfiguration(seed: 1))[0]
    record.relativeResiduals = [0.5, 0.25, 0.125]
    // Written twice, for the second takes the place of the first.
    for error in [0.75, 0.5] {
      record.testError = error
      _ = try await write(RunResult(record, seed: 1), to: folder)
    }
    let path = place.path("events.out.tfevents.0000000000.record")
    let events = try decodedEvents(Array(Data(contentsOf: URL(filePath: path))))
    func values(_ tag: String) -> [Float] {
      events.filter { $0.tag == tag }.sorted { $0.step < $1.step }.compactMap(\.scalar)
    }
    #expect(values("testError") == [0.5])
    #expect(values("relativeResiduals") == [0.5, 0.25, 0.125])
    #expect(values("rkhsNorms").count == record.rkhsNorms.count)
    #expect(!events.contains { ($0.tag ?? "").hasPrefix("sample") || $0.tag == "seed" })
  }

  @Test("A folder whose place a file has taken is told, not repaired into a part of a run")
  func vanished() async throws {
    let place = try TestFolder()
    let folder = try RunFolder(creating: place.path("run"))
    try Data().write(to: URL(filePath: folder.path))
    let record = try SmallReproduction.record.get()
    let error = await #expect(throws: ReportError.self) {
      try await write(record, to: folder)
    }
    guard case .cannotWrite = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}

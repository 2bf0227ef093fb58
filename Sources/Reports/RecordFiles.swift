public import Experiments
private import Foundation

/// Writes a reproduction to its folder.
///
/// `record.json`, `config.json`, `cells.csv`, `comparison.csv`, `report.html`, and in `figures` the
/// paper's figures as SVG, each with the CSV that it is drawn from and a program in Python that draws
/// it again.
///
/// - Parameters:
///   - record: the reproduction.
///   - folder: where to write.
///   - command: how to run this again, for the page; nil to leave it out.
///   - formats: formats of the figures beside SVG.
///   - gnuplot: the program that draws.
/// - Returns: remarks for the user, such as that no figure could be drawn; all else is written.
/// - Throws: ``ReportError/cannotWrite(path:reason:)``, ``ReportError/cannotEncode(reason:)``.
public func write(
  _ record: ReproductionRecord, to folder: RunFolder, command: String? = nil,
  formats: [FigureFormat] = [], gnuplot: Gnuplot = Gnuplot()
) async throws(ReportError) -> [String] {
  try writeJSON(record, "record.json", to: folder)
  try writeJSON(
    ReproductionConfiguration(
      configuration: .init(scale: record.scale, seeds: record.seeds),
      environment: record.environment, command: command), "config.json", to: folder)
  try folder.write(cellsCSV(record.cells), to: "cells.csv")
  try folder.write(fitsCSV(record.comparisons), to: "comparison.csv")
  var studio = Studio(formats: formats, gnuplot: gnuplot)
  for figure in record.figures { try await studio.draw(figure, in: folder) }
  let page = await studio.page(of: record, command: command)
  try folder.write(page, to: "report.html")
  return studio.remarks
}

/// The page of a reproduction, its figures drawn anew.
///
/// - Parameters:
///   - record: the reproduction.
///   - command: how to run it again; nil to leave it out.
///   - gnuplot: the program that draws.
/// - Returns: the document; it says where no figure could be drawn.
func page(
  of record: ReproductionRecord, command: String?, gnuplot: Gnuplot
) async -> String {
  var studio = Studio(gnuplot: gnuplot)
  return await studio.page(of: record, command: command)
}

/// Writes the result of one learner, or of a comparison, to the folder of its run.
///
/// `record.json` and `config.json`; but for a training the record's numbers as events for
/// TensorBoard; for a comparison `comparison.csv`; for a training `metrics.csv`
/// and its loss and accuracies in `figures` as SVG, CSV and Python; for gradient descent its path
/// there.
///
/// - Parameters:
///   - result: the record and what else it depends on.
///   - configuration: how the run was set up.
///   - folder: where to write.
///   - command: how to run this again; nil to leave it out.
///   - formats: formats of the figures beside SVG.
///   - gnuplot: the program that draws.
/// - Returns: remarks for the user, such as that no figure could be drawn; all else is written.
/// - Throws: ``ReportError/cannotWrite(path:reason:)``, ``ReportError/cannotEncode(reason:)``.
public func write<Record>(
  _ result: RunResult<Record>, configuration: some Encodable, to folder: RunFolder,
  command: String? = nil, formats: [FigureFormat] = [], gnuplot: Gnuplot = Gnuplot()
) async throws(ReportError) -> [String] {
  try writeConfiguration(
    configuration, environment: result.environment, seed: result.seed, to: folder,
    command: command)
  return try await write(result, to: folder, formats: formats, gnuplot: gnuplot)
}

/// Writes how a run was set up to its folder, as `config.json`.
///
/// - Parameters:
///   - configuration: how the run was set up.
///   - environment: what else its result depends on.
///   - seed: the seed that names every draw.
///   - sample: what the run was given; nil to leave it out.
///   - folder: where to write.
///   - command: how to run this again; nil to leave it out.
/// - Throws: ``ReportError/cannotWrite(path:reason:)``, ``ReportError/cannotEncode(reason:)``.
public func writeConfiguration(
  _ configuration: some Encodable, environment: RunEnvironment = .current, seed: UInt64,
  sample: SampleRecord? = nil, to folder: RunFolder, command: String? = nil
) throws(ReportError) {
  try writeJSON(
    RunConfiguration(
      configuration: configuration, environment: environment, seed: seed, sample: sample,
      command: command), "config.json", to: folder)
}

/// Writes a result to the folder of its run: tables, figures, events and, last, `record.json`.
///
/// - Parameters:
///   - result: the record and what else it depends on.
///   - folder: where to write.
///   - formats: formats of the figures beside SVG.
///   - gnuplot: the program that draws.
/// - Returns: remarks for the user, such as that no figure could be drawn; all else is written.
/// - Throws: ``ReportError/cannotWrite(path:reason:)``, ``ReportError/cannotEncode(reason:)``.
public func write<Record>(
  _ result: RunResult<Record>, to folder: RunFolder, formats: [FigureFormat] = [],
  gnuplot: Gnuplot = Gnuplot()
) async throws(ReportError) -> [String] {
  var studio = Studio(formats: formats, gnuplot: gnuplot)
  if let record = result.record as? any IllustratedRecord {
    for (name, table) in record.tables { try folder.write(table, to: name) }
    for figure in record.figures { try await studio.draw(figure, in: folder) }
  }
  let text = try jsonText(result)
  // A training has events of its own, of each epoch.
  if !(result.record is TrainingRecord),
    let record = try? JSONDecoder().decode(RecordValue.self, from: Data(text.utf8)),
    let events = recordEvents(record, wallTime: Date().timeIntervalSince1970)
  {
    try folder.write(bytes: events, to: recordEventsName)
  }
  try folder.write(text + "\n", to: "record.json")
  return studio.remarks
}

/// What a run was: enough to run it again.
private struct RunConfiguration<Configuration: Encodable>: Encodable {
  var configuration: Configuration
  var environment: RunEnvironment
  var seed: UInt64
  var sample: SampleRecord?
  var command: String?
}

/// What a reproduction was, beside the options of its runs.
private struct ReproductionConfiguration: Encodable {
  struct Configuration: Encodable {
    var scale: PlanScale
    var seeds: Int
  }
  var configuration: Configuration
  var environment: RunEnvironment
  var command: String?
}

private func writeJSON(
  _ value: some Encodable, _ name: String, to folder: RunFolder
) throws(ReportError) {
  try folder.write(try jsonText(value) + "\n", to: name)
}

/// Draws figures; a drawing that fails becomes a remark, told once.
private struct Studio {
  var formats: [FigureFormat]
  var gnuplot: Gnuplot
  private(set) var remarks: [String] = []

  init(formats: [FigureFormat] = [], gnuplot: Gnuplot) {
    self.formats = [.svg] + formats.filter { $0 != .svg }
    self.gnuplot = gnuplot
  }

  /// Draws a figure into the folder of a run, with its data and the program that draws it again.
  mutating func draw(_ figure: NamedFigure, in folder: RunFolder) async throws(ReportError) {
    try folder.write(figure.figure.csv, to: "figures/\(figure.name).csv")
    try folder.write(figure.figure.matplotlibScript, to: "figures/\(figure.name).py")
    let gnuplot = gnuplot
    for format in formats {
      let picture = await attempt { () async throws(ReportError) in
        try await render(figure.figure, as: format, gnuplot: gnuplot)
      }
      if let picture {
        try folder.write(bytes: picture, to: "figures/\(figure.name).\(format.rawValue)")
      }
    }
  }

  /// The page of a reproduction, which has titles and notes of its own around its figures.
  mutating func page(of record: ReproductionRecord, command: String?) async -> String {
    let gnuplot = gnuplot
    var drawn: [DrawnFigure] = []
    for figure in record.figures {
      var plain = figure.figure
      (plain.title, plain.notes) = ("", [])
      let svg = await attempt { () async throws(ReportError) in
        try await renderSVG(plain, gnuplot: gnuplot)
      }
      drawn.append(DrawnFigure(named: figure, svg: svg))
    }
    return record.page(figures: drawn, command: command, remarks: remarks)
  }

  private mutating func attempt<Picture>(
    _ drawing: () async throws(ReportError) -> Picture
  ) async -> Picture? {
    do throws(ReportError) {
      return try await drawing()
    } catch {
      let remark = error.description
      if !remarks.contains(remark) { remarks.append(remark) }
      return nil
    }
  }
}

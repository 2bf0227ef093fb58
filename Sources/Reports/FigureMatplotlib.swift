extension Figure {
  /// A program in Python that draws the figure from its CSV by matplotlib, to be changed at will.
  ///
  /// It reads the ``csv`` beside it, under its own name, and writes the pictures that its arguments
  /// name; matplotlib tells their format from the ending. Without arguments it writes a PNG beside
  /// itself.
  /// Range, scales, key, bands and the look of each series are those of ``renderSVG(_:gnuplot:)``.
  public var matplotlibScript: String {
    let layout = FigureLayout(self)
    let size = (Double(FigureLayout.width) / 96, Double(layout.height) / 96)
    let tics = (x.ticCommand("x", xRange) + y.ticCommand("y", yRange)).joined(separator: "\n")
    let looks = zip(series, appearances).map { series, look in
      "    (\(pythonLiteral(series.name)), \(pythonLiteral(printable(keyName(series)))), "
        + "dict(\(look.matplotlib))),\n"
    }
    let noteText = layout.notes.joined(separator: "\n")
    return """
      \"""Draws the CSV of the same name by matplotlib into the files named as arguments.\"""
      import csv, pathlib, sys
      import matplotlib
      from matplotlib.figure import Figure

      looks = [  # the name in the CSV, the name in the key, how it is drawn
      \(looks.joined())]
      script = pathlib.Path(__file__)
      points = list(csv.reader(script.with_suffix(".csv").open(newline="", encoding="utf-8")))[1:]
      matplotlib.rcParams.update({
          "text.parse_math": False, "font.size": 9, "legend.frameon": False, "axes.grid": True,
          "grid.color": "\(Palette.grid)", "axes.spines.top": False, "axes.spines.right": False})
      figure = Figure(figsize=(\(size.0.rounded2), \(size.1.rounded2)), layout="constrained")
      axes = figure.subplots()
      axes.set(xscale="\(x.scaleName)", xlabel=\(pythonLiteral(printable(x.label))))
      axes.set(yscale="\(y.scaleName)", ylabel=\(pythonLiteral(printable(y.label))))
      for name, label, look in looks:
          rows = [[float(f or "nan") for f in fields] for own, *fields in points if own == name]
          x, y, *band = map(list, zip(*rows)) if rows else ([], [])
          axes.plot(x, y, label=" " + label, **look)  # the key leaves out names that begin with _
          if band:
              axes.fill_between(x, *band, color=look["color"], alpha=0.13, linewidth=0)
      axes.set(xlim=(\(xRange.lowerBound), \(xRange.upperBound)))
      axes.set(ylim=(\(yRange.lowerBound), \(yRange.upperBound)))
      \(tics)
      axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=\(layout.keyColumns))
      figure.suptitle(\(pythonLiteral(printable(title))), x=0.01, ha="left")
      figure.supxlabel(
          \(pythonLiteral(noteText)), x=0.01, ha="left", size=7.5, color="\(Palette.note)")
      for picture in sys.argv[1:] or [script.with_suffix(".png")]:
          figure.savefig(picture, dpi=150)

      """
  }
}

extension Figure.Axis {
  fileprivate var scaleName: String { isLogarithmic ? "log" : "linear" }

  /// What puts the tics of a logarithmic axis where gnuplot has them; nothing for another.
  fileprivate func ticCommand(_ name: String, _ range: ClosedRange<Double>) -> [String] {
    if !isLogarithmic { return [] }
    let tics = logarithmicTics(range).map { "\($0)" }.joined(separator: ", ")
    return [
      "tics = [\(tics)]",
      "axes.set_\(name)ticks(tics, [f\"{tic:g}\" for tic in tics])",
      "axes.\(name)axis.minorticks_off()",
    ]
  }
}

extension Appearance {
  /// The appearance as arguments of matplotlib's `plot`; lengths there are in points.
  fileprivate var matplotlib: String {
    var arguments = ["color=\"\(color)\""]
    if let line {
      // matplotlib counts dashes in widths of the line.
      let dashes = line.dashes.map { (Double($0) / line.width).rounded2 }
      arguments += [
        "linewidth=\((line.width * pointsPerPixel).rounded2)",
        dashes.isEmpty ? "linestyle=\"-\"" : "linestyle=(0, (\(dashes.joined(separator: ", "))))",
      ]
    } else {
      arguments.append("linestyle=\"\"")
    }
    if let marker {
      arguments += [
        "marker=\"\(marker.symbol)\"", "markersize=\((10 * marker.size * pointsPerPixel).rounded2)",
      ]
      if marker.isOpen { arguments.append("markerfacecolor=\"none\"") }
      if markerInterval > 1 && line != nil { arguments.append("markevery=\(markerInterval)") }
    }
    return arguments.joined(separator: ", ")
  }
}

/// Points, the unit of print, in a pixel.
private let pointsPerPixel = 0.75

extension Double {
  /// The number with at most two digits after the point.
  fileprivate var rounded2: String { "\((self * 100).rounded() / 100)" }
}

/// A text as a literal of Python.
private func pythonLiteral(_ text: String) -> String {
  let characters = text.unicodeScalars.map { scalar in
    switch scalar {
    case "\\": "\\\\"
    case "\"": "\\\""
    case "\n": "\\n"
    case _ where !scalar.isPrintable || scalar.properties.isWhitespace && scalar != " ":
      "\\U" + String(repeating: "0", count: 8 - String(scalar.value, radix: 16).count)
        + String(scalar.value, radix: 16)
    default: String(scalar)
    }
  }
  return "\"" + characters.joined() + "\""
}

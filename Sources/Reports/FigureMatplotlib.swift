extension Figure {
  /// A program in Python that draws the figure from its CSV by matplotlib, to be changed at will.
  ///
  /// What the figure says of itself comes first, as literals: size, axes, the look of each series,
  /// texts. Ten lines follow, the same for every figure. They read the ``csv`` beside the program,
  /// under its own name, and write the pictures that the arguments name; matplotlib tells their
  /// format from the ending. Without arguments they write a PNG beside the program.
  /// Range, scales, key, bands and the look of each series are those of ``renderSVG(_:gnuplot:)``.
  public var matplotlibScript: String {
    let layout = FigureLayout(self)
    let size = (Double(FigureLayout.width) / 96, Double(layout.height) / 96)
    let looks = zip(series, appearances).map { series, look in
      // matplotlib leaves names that begin with an underscore out of a key: a space comes before.
      let label = pythonText(" " + printable(keyName(series)))
      return "    (\(pythonLiteral(series.name)), dict(label=\(label), \(look.matplotlib))),\n"
    }
    return """
      # Draws the CSV of the same name by matplotlib into the files named as arguments.
      size = (\(size.0.rounded2), \(size.1.rounded2))
      frame = dict(
          \(x.matplotlib("x", xRange)),
          \(y.matplotlib("y", yRange)))
      looks = [  # the name in the CSV, how it is drawn
      \(looks.joined())]
      key = dict(
          title=\(pythonText(printable(title))), title_fontsize="large", alignment="left",
          loc="lower left", bbox_to_anchor=(0, 1), ncols=\(layout.keyColumns), frameon=False)
      note = \(pythonText(layout.notes.joined(separator: "\n")))

      \(Self.matplotlibDrawing)

      """
  }

  /// What draws the literals before it.
  private static let matplotlibDrawing = """
    import csv, sys, matplotlib.pyplot as plt
    head, *rows = csv.reader(open(__file__[:-3] + ".csv", newline="", encoding="utf-8"))
    figure, axes = plt.subplots(figsize=size, layout="constrained", subplot_kw=frame)
    for s, look in looks:
        x, y, *band = ([float(r[i] or "nan") for r in rows if r[0] == s] for i in range(1, len(head)))
        axes.plot(x, y, **look)
        if any(band): axes.fill_between(x, *band, color=look["color"], alpha=0.13, linewidth=0)
    axes.legend(**key)
    figure.supxlabel(note, x=0.01, ha="left", size="small")
    for picture in sys.argv[1:] or [__file__[:-3] + ".png"]: figure.savefig(picture, dpi=150)
    """
}

extension Figure.Axis {
  /// The axis as arguments that matplotlib sets axes by.
  fileprivate func matplotlib(_ name: String, _ range: ClosedRange<Double>) -> String {
    "\(name)label=\(pythonText(printable(label))), "
      + "\(name)scale=\"\(isLogarithmic ? "log" : "linear")\", "
      + "\(name)lim=(\(range.lowerBound), \(range.upperBound))"
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

/// A literal of Python that matplotlib shows as this text: dollars do not begin formulas.
private func pythonText(_ text: String) -> String {
  pythonLiteral(text.replacing("$", with: "\\$"))
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

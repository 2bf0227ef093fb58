/// A figure as a value: what is drawn, and the data that it is drawn from.
public struct Figure: Sendable, Equatable {
  /// A place of a series.
  public struct Point: Sendable, Equatable {
    /// The horizontal coordinate.
    public var x: Double
    /// The vertical coordinate.
    public var y: Double
    /// The interval that is shaded around the point; nil for none.
    public var band: ClosedRange<Double>?

    /// Creates a point; one whose coordinates are not finite is not drawn.
    ///
    /// - Parameters:
    ///   - x: the horizontal coordinate.
    ///   - y: the vertical coordinate.
    ///   - band: the interval that is shaded around y, or nil.
    public init(_ x: Double, _ y: Double, band: ClosedRange<Double>? = nil) {
      self.x = x
      self.y = y
      self.band = band
    }
  }

  /// How a series is drawn.
  public enum Style: String, Sendable, Equatable {
    /// A line.
    case line
    /// Markers.
    case points
    /// A line with markers.
    case linesAndPoints
    /// A dotted line with open markers, in the colour of the series before: its companion.
    case companion
    /// A grey dashed line: what the others are held against.
    case reference
  }

  /// Points that belong together.
  public struct Series: Sendable, Equatable {
    /// The name in the key.
    public var name: String
    /// How it is drawn.
    public var style: Style
    /// The points, from left to right.
    public var points: [Point]

    /// Creates a series.
    ///
    /// - Parameters:
    ///   - name: the name in the key.
    ///   - style: how it is drawn.
    ///   - points: the points, from left to right.
    public init(_ name: String, _ style: Style = .linesAndPoints, points: [Point]) {
      self.name = name
      self.style = style
      self.points = points
    }
  }

  /// One of the two axes.
  public struct Axis: Sendable, Equatable {
    /// What it measures, with the unit.
    public var label: String
    /// Whether equal distances are equal ratios; values that are not positive are then not drawn.
    public var isLogarithmic: Bool
    /// What it shows; nil for the range of the data.
    public var range: ClosedRange<Double>?

    /// Creates an axis.
    ///
    /// - Parameters:
    ///   - label: what it measures, with the unit.
    ///   - isLogarithmic: whether equal distances are equal ratios.
    ///   - range: what it shows; nil for the range of the data.
    public init(
      _ label: String, isLogarithmic: Bool = false, range: ClosedRange<Double>? = nil
    ) {
      self.label = label
      self.isLogarithmic = isLogarithmic
      self.range = range
    }
  }

  /// What the figure shows.
  public var title: String
  /// The horizontal axis.
  public var x: Axis
  /// The vertical axis.
  public var y: Axis
  /// What is drawn, from back to front.
  public var series: [Series]
  /// What a reader must know; printed below the figure.
  public var notes: [String]

  /// Creates a figure.
  ///
  /// - Parameters:
  ///   - title: what the figure shows.
  ///   - x: the horizontal axis.
  ///   - y: the vertical axis.
  ///   - series: what is drawn, from back to front.
  ///   - notes: what a reader must know.
  public init(title: String, x: Axis, y: Axis, series: [Series], notes: [String] = []) {
    self.title = title
    self.x = x
    self.y = y
    self.series = series
    self.notes = notes
  }

  /// The data that the figure is drawn from, one line a point, also of points that are not drawn.
  ///
  /// The columns are the series, both coordinates under the labels of the axes and, where a point
  /// has a band, its ends.
  public var csv: String {
    let hasBands = series.contains { $0.points.contains { $0.band != nil } }
    let ends = hasBands ? ["low", "high"] : []
    var table = CSVTable(["series", x.label, y.label] + ends)
    for series in series {
      for point in series.points {
        let band = [point.band?.lowerBound, point.band?.upperBound].map(CSVTable.number)
        table.append(
          [series.name, CSVTable.number(point.x), CSVTable.number(point.y)]
            + (hasBands ? band : []))
      }
    }
    return table.text
  }
}

extension Figure.Axis {
  /// Whether a coordinate has a place on the axis.
  ///
  /// The bound keeps the differences that gnuplot forms far from overflow.
  func canShow(_ value: Double) -> Bool {
    value.isFinite && abs(value) < 1e100 && (!isLogarithmic || value > 1e-100)
  }
}

public import Datasets

/// Pictures of a dataset's images, a row for each class, as PNG.
///
/// The first images of each class stand beside its name, each pixel enlarged to a square. Values
/// are cut off at 0 and 255. Images of one channel, or of two, are grey; others show their first
/// three channels as red, green and blue.
///
/// - Parameters:
///   - dataset: the images; only the first ones of each class are used.
///   - columns: images in a row, at least 1.
///   - rowsPerClass: rows for each class, at least 1.
///   - mostClasses: classes beyond this number are left out.
///   - enlargement: pixels of the sheet for a pixel of an image, in either direction, at least 1; nil
///     for 1 to 3, so that an image has about 64.
///   - gnuplot: the program that draws.
/// - Returns: the bytes of the PNG file.
/// - Throws: ``ReportError/gnuplotMissing(executable:)``, ``ReportError/gnuplotFailed(reason:)``.
public func pictureSheet(
  of dataset: LabeledDataset, columns: Int, rowsPerClass: Int = 1, mostClasses: Int = 20,
  enlargement: Int? = nil, gnuplot: Gnuplot = Gnuplot()
) async throws(ReportError) -> [UInt8] {
  precondition(
    columns >= 1 && rowsPerClass >= 1 && (enlargement ?? 1) >= 1, "a sheet has rows and columns")
  let classes = Array(dataset.classNames.prefix(max(1, mostClasses)))
  let sheet = Sheet(
    dataset, columns: columns, rowsPerClass: rowsPerClass, classes: classes.count,
    enlargement: enlargement)
  let longest = classes.map(\.count).max() ?? 0
  let margin = longest * 8 + 16
  let (width, height) = (sheet.width + margin, sheet.height)
  let labels = classes.enumerated().map { index, name in
    let place = 1 - sheet.middle(ofClass: index) / Double(height)
    return
      "set label \(inOctal(name)) at screen \(Double(margin - 8) / Double(width)),\(place) right"
  }
  let commands = [
    "set encoding utf8",
    "set terminal pngcairo size \(width),\(height) noenhanced font '\(fontName),11' "
      + "background '#ffffff'",
    "set lmargin at screen \(Double(margin) / Double(width))",
    "set rmargin at screen 1",
    "set tmargin at screen 1",
    "set bmargin at screen 0",
    "unset border",
    "unset key",
    "unset xtics",
    "set xrange [-0.5:\(Double(sheet.width) - 0.5)]",
    "set yrange [\(Double(sheet.height) - 0.5):-0.5]",
    "unset ytics",
  ]
  let plot =
    "plot '-' binary array=(\(sheet.width),\(sheet.height)) format='%uchar%uchar%uchar' "
    + "with rgbimage"
  let script = (commands + labels + [plot]).joined(separator: "\n") + "\n"
  return try await gnuplot.run(Array(script.utf8) + sheet.bytes)
}

/// Writes a sheet of pictures to the folder of a run.
///
/// - Parameters:
///   - dataset: the images.
///   - name: the file, relative to the folder.
///   - folder: where to write.
///   - columns: images in a row, at least 1.
///   - rowsPerClass: rows for each class, at least 1.
///   - enlargement: as for ``pictureSheet(of:columns:rowsPerClass:mostClasses:enlargement:gnuplot:)``.
///   - gnuplot: the program that draws.
/// - Returns: remarks for the user, such as that the sheet could not be drawn.
/// - Throws: ``ReportError/cannotWrite(path:reason:)``.
public func writePictures(
  of dataset: LabeledDataset, to name: String, in folder: RunFolder, columns: Int,
  rowsPerClass: Int = 1, enlargement: Int? = nil, gnuplot: Gnuplot = Gnuplot()
) async throws(ReportError) -> [String] {
  let sheet: [UInt8]
  do throws(ReportError) {
    sheet = try await pictureSheet(
      of: dataset, columns: columns, rowsPerClass: rowsPerClass, enlargement: enlargement,
      gnuplot: gnuplot)
  } catch {
    return [error.description]
  }
  try folder.write(bytes: sheet, to: name)
  return []
}

/// The enlarged images on a white ground, three bytes a pixel, row after row from the top.
private struct Sheet {
  private static let gap = 4

  let width: Int
  let height: Int
  private(set) var bytes: [UInt8]
  private let rowHeight: Int
  private let rowsPerClass: Int

  init(
    _ dataset: LabeledDataset, columns: Int, rowsPerClass: Int, classes: Int, enlargement: Int?
  ) {
    let shape = dataset.shape
    // Thumbnails of about 64 pixels: small images are enlarged more.
    let scale = enlargement ?? max(1, min(3, 72 / max(shape.width, shape.height)))
    rowHeight = shape.height * scale + Self.gap
    self.rowsPerClass = rowsPerClass
    width = columns * (shape.width * scale + Self.gap)
    height = max(1, classes) * rowsPerClass * rowHeight
    bytes = [UInt8](repeating: 255, count: 3 * width * height)
    var shown = [Int](repeating: 0, count: classes)
    for (image, label) in dataset.labels.enumerated() where label < classes {
      let place = shown[label]
      if place == columns * rowsPerClass { continue }
      shown[label] += 1
      let top = (label * rowsPerClass + place / columns) * rowHeight + Self.gap / 2
      let left = place % columns * (shape.width * scale + Self.gap) + Self.gap / 2
      for row in 0..<shape.height * scale {
        for column in 0..<shape.width * scale {
          for color in 0..<3 {
            let channel = shape.channels < 3 ? 0 : color
            let value =
              (image * shape.channels + channel) * shape.area + row / scale * shape.width
              + column / scale
            bytes[3 * ((top + row) * width + left + column) + color] = dataset.pixels.byte(value)
          }
        }
      }
    }
  }

  /// Half-way down the rows of a class.
  func middle(ofClass index: Int) -> Double {
    (Double(index) + 0.5) * Double(rowsPerClass * rowHeight) - 0.5
  }
}

extension LabeledDataset.Pixels {
  /// A value as it is shown, cut off at 0 and 255.
  fileprivate func byte(_ index: Int) -> UInt8 {
    switch self {
    case .bytes(let values): values[index]
    case .reals(let values):
      values[index].isNaN ? 0 : UInt8(min(255, max(0, values[index])).rounded())
    }
  }
}

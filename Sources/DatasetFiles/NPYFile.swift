public import Datasets

/// Arrays to write in NumPy's `.npy` format, version 1.0, in C order.
///
/// ``NPYArray`` reads them.
///
/// Source: NumPy Enhancement Proposal 1, "A simple file format for NumPy arrays".
public enum NPYFile {
  /// The images of a dataset as an array of shape (n, channels, height, width).
  ///
  /// - Parameter dataset: the dataset; bytes become `uint8`, reals `float32`.
  /// - Returns: the file's bytes.
  public static func images(of dataset: LabeledDataset) -> [UInt8] {
    let shape = dataset.shape
    let sizes = [dataset.count, shape.channels, shape.height, shape.width]
    switch dataset.pixels {
    case .bytes(let values):
      return header(type: "|u1", sizes: sizes) + values
    case .reals(let values):
      return header(type: "<f4", sizes: sizes)
        + values.flatMap { littleEndian($0.bitPattern) }
    }
  }

  /// Class labels as an array of shape (n) of `int64`.
  ///
  /// - Parameter labels: n classes.
  /// - Returns: the file's bytes.
  public static func labels(_ labels: [Int]) -> [UInt8] {
    header(type: "<i8", sizes: [labels.count])
      + labels.flatMap { littleEndian(UInt64(bitPattern: Int64($0))) }
  }

  /// Magic string, version, and a dictionary padded so that data start at a multiple of 64 bytes.
  private static func header(type: String, sizes: [Int]) -> [UInt8] {
    let shape = sizes.map { "\($0), " }.joined()
    let fields = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(shape)), }"
    let prefix = 10
    let padding = (64 - (prefix + fields.utf8.count + 1) % 64) % 64
    let text = Array(fields.utf8) + [UInt8](repeating: 0x20, count: padding) + [0x0A]
    return [0x93] + Array("NUMPY".utf8) + [1, 0]
      + littleEndian(UInt16(text.count)) + text
  }

  private static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }
}

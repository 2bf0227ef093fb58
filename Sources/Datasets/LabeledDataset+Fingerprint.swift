extension LabeledDataset {
  /// The SHA-256 of images and labels, in hexadecimal.
  ///
  /// Two datasets with one fingerprint are the same sample, whatever their names. Hashed are the
  /// shape, the sample size and the number of classes as 64-bit little-endian integers, the kind
  /// of values (0 bytes, 1 reals), the values (reals as 32-bit little-endian patterns) and the
  /// labels as 64-bit little-endian integers.
  ///
  /// - Complexity: O(n d).
  public var sha256: String {
    let hash = SHA256()
    func update(_ integers: [Int]) {
      integers.map { Int64($0).littleEndian }.withUnsafeBytes { hash.update($0) }
    }
    update([shape.height, shape.width, shape.channels, count, classCount])
    switch pixels {
    case .bytes(let values):
      update([0])
      values.withUnsafeBytes { hash.update($0) }
    case .reals(let values):
      update([1])
      values.map(\.bitPattern.littleEndian).withUnsafeBytes { hash.update($0) }
    }
    update(labels)
    return hash.hexadecimal()
  }
}

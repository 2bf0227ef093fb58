extension Range<Int> {
  /// The range in parts of some length, the last perhaps shorter.
  ///
  /// - Parameter length: at least 1.
  /// - Returns: neighbouring ranges, in order.
  func parts(of length: Int) -> [Range<Int>] {
    stride(from: lowerBound, to: upperBound, by: length).map {
      $0..<Swift.min($0 + length, upperBound)
    }
  }
}

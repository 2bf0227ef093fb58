extension LabeledDataset {
  /// The middle of each image.
  ///
  /// With an odd margin the extra row or column is cut at the end, as in TensorFlow.
  ///
  /// - Parameters:
  ///   - height: rows to keep, at most as many as there are.
  ///   - width: columns to keep, at most as many as there are.
  /// - Returns: the dataset of cropped images; the paper crops 32 × 32 to 28 × 28 (Appendix A).
  public func centerCropped(height: Int, width: Int) -> LabeledDataset {
    precondition(height <= shape.height && width <= shape.width, "a crop larger than the image")
    if height == shape.height && width == shape.width { return self }
    let cropped = ImageShape(height: height, width: width, channels: shape.channels)
    let (top, left) = shape.centralPlace(height: height, width: width)
    var kept: [Int] = []
    for channel in 0..<shape.channels {
      for row in top..<top + height {
        let start = (channel * shape.height + row) * shape.width + left
        kept.append(contentsOf: start..<start + width)
      }
    }
    let values =
      switch pixels {
      case .bytes(let values): Pixels.bytes(gather(kept, of: values))
      case .reals(let values): Pixels.reals(gather(kept, of: values))
      }
    return replacing(shape: cropped, pixels: values, step: "central crop to \(height)x\(width)")
  }

  /// The values of each image at the places given.
  func gather<Value>(_ places: [Int], of values: [Value]) -> [Value] {
    var result: [Value] = []
    result.reserveCapacity(count * places.count)
    for image in 0..<count {
      let first = image * dimension
      for place in places { result.append(values[first + place]) }
    }
    return result
  }
}

extension ImageShape {
  /// The first row and column of the central window.
  func centralPlace(height: Int, width: Int) -> (top: Int, left: Int) {
    ((self.height - height) / 2, (self.width - width) / 2)
  }
}

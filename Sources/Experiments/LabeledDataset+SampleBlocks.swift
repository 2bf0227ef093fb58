public import Certificates
public import Datasets

extension LabeledDataset {
  /// The images as the certificate's checker reads them.
  public var sampleBlocks: SampleBlocks<Never> {
    switch pixels {
    case .bytes(let values): SampleBlocks(.bytes(values), count: count, dimension: dimension)
    case .reals(let values): SampleBlocks(.floats(values), count: count, dimension: dimension)
    }
  }
}

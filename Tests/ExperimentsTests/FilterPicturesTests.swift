import Datasets
import Experiments
import Kernels
import LinearAlgebra
import Testing

@Suite("Pictures of filters")
struct FilterPicturesTests {
  @Test("zero is the middle grey, the largest weight black or white, a silent filter all grey")
  func grey() {
    let filters = Matrix<Double>(
      rows: 2, columns: 4, columnMajor: [0, 3, -0.5, 0.25, 0, 0, 1, -1])
    let pictures = filterPictures(
      filters, shape: ImageShape(height: 1, width: 2, channels: 1), classes: ["a", "b"])
    #expect(
      pictures.pixels == .reals([127.5, 255, 0, 191.25, 127.5, 127.5, 255, 0]))
    #expect(pictures.labels == [0, 0, 1, 1] && pictures.classNames == ["a", "b"])
  }

  @Test("the wavelets of a scale come as even and odd ones", arguments: [1, 2, 3, 5, 10])
  func wavelets(orientations: Int) {
    let bank = GaborBank(
      wavelength: 5, orientations: orientations, deviation: 2.5, aspect: 0.7, side: 15)
    let pictures = filterPictures(
      bank.filters(), shape: ImageShape(height: 15, width: 15, channels: 1),
      classes: ["even", "odd"])
    #expect(pictures.count == 2 * orientations)
    #expect(pictures.labels.count { $0 == 0 } == orientations)
    guard case .reals(let values) = pictures.pixels else { return }
    // An odd wavelet is 0 in the middle; an even one is there largest.
    for filter in 0..<2 * orientations {
      #expect(values[filter * 225 + 112] == (filter < orientations ? 255 : 127.5))
    }
  }
}

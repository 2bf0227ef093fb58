import Foundation
import Kernels
import LinearAlgebra
import RandomStreams
import RealModule
import TestSupport
import Testing

@Suite("Gabor features")
struct GaborFeaturesTests {
  private struct Problem {
    let features: GaborFeatures
    let images: Matrix<Float>
    let height: Int
    let width: Int

    init(_ test: PropertyCase) {
      var stream = test.stream("Gabor")
      height = min(max(1, test.second), 13)
      width = min(max(1, test.third), 11)
      let scales = (0...stream.integer(below: 2)).map { _ in
        GaborFeatures.Scale(
          wavelength: 2.5 + 6 * stream.uniform(), side: 3 + 2 * stream.integer(below: 4),
          points: 1 + stream.integer(below: 4), spread: 0.05 + 3 * stream.uniform())
      }
      features = GaborFeatures(
        scales: scales, orientations: 1 + stream.integer(below: 5),
        deviation: 0.3 + stream.uniform(), aspect: 0.4 + stream.uniform(),
        stride: 1 + stream.integer(below: 3),
        contrastFloor: stream.integer(below: 2) == 0 ? nil : 0.2,
        exponent: [0.5, 1, 0.7][stream.integer(below: 3)])
      images = Matrix(rows: test.first, columns: height * width) { _, _ in Float(stream.uniform()) }
    }

    /// The energies of an image by the formula, in `Double`: orientation by place.
    func plainEnergies(image: Int, scale: Int) -> [[Double]] {
      let grid = features.grid(ofScale: scale, height: height, width: width)
      let (filters, side) = (features.bank(ofScale: scale).filters(), grid.side)
      func response(_ filter: Int, _ place: Int) -> Double {
        var sum = 0.0
        for entry in 0..<side * side {
          let y = place / grid.columns * grid.stride + entry / side - side / 2
          let x = place % grid.columns * grid.stride + entry % side - side / 2
          if (0..<height).contains(y) && (0..<width).contains(x) {
            sum += filters[entry, filter] * Double(images[image, y * width + x])
          }
        }
        return sum
      }
      let energies = (0..<features.orientations).map { k in
        (0..<grid.count).map { place in
          let (e, o) = (response(k, place), response(features.orientations + k, place))
          return (e * e + o * o).squareRoot()
        }
      }
      guard let floor = features.contrastFloor else { return energies }
      return energies.map { own in
        own.enumerated().map { place, value in
          value / (floor + euclideanNorm(energies.map { $0[place] }))
        }
      }
    }

    func plainFeatures(image: Int) -> [Double] {
      var result: [Double] = []
      for (index, scale) in features.scales.enumerated() {
        let grid = features.grid(ofScale: index, height: height, width: width)
        for energies in plainEnergies(image: image, scale: index) {
          for point in 0..<scale.points * scale.points {
            var (sum, total) = (0.0, 0.0)
            let (down, across) = (point / scale.points, point % scale.points)
            for place in 0..<grid.count {
              let y = Double(place / grid.columns * grid.stride)
              let x = Double(place % grid.columns * grid.stride)
              let middle = { (index: Int, places: Int) -> Double in
                ((Double(index) + 0.5) * Double(places) / Double(scale.points) - 0.5)
                  * Double(grid.stride)
              }
              let square = { (a: Double) -> Double in a * a / (scale.spread * scale.spread) }
              let far =
                square(y - middle(down, grid.rows)) + square(x - middle(across, grid.columns))
              // 80 keeps the weights of a narrow window from vanishing all together.
              let weight = Double.exp(80 - far / 2)
              sum += weight * energies[place]
              total += weight
            }
            result.append(.pow(max(sum / total, 0), features.exponent))
          }
        }
      }
      let length = euclideanNorm(result)
      return length > 0 ? result.map { $0 / length } : result
    }
  }

  private static let cases = PropertyCase.all

  @Test("energies are those of the formula", arguments: cases)
  func energies(test: PropertyCase) {
    let problem = Problem(test)
    for scale in problem.features.scales.indices {
      let rows = problem.images.rows / 2..<problem.images.rows
      let found = problem.features.energies(
        of: problem.images, rows: rows, scale: scale, height: problem.height, width: problem.width)
      let side = problem.features.scales[scale].side
      // A filter of length 1 meets a patch of length at most its side; division by κ = 0.2 after.
      let bound = Tolerance.arithmetic.bound(
        Float.self, size: side * side + 8, scale: Double(side) * 5 * 2)
      for (row, image) in rows.enumerated().prefix(2) {
        let expected = problem.plainEnergies(image: image, scale: scale).flatMap { $0 }
        let largest = zip(found.row(row), expected).map { abs(Double($0) - $1) }.max() ?? 0
        #expect(largest <= bound)
      }
    }
  }

  @Test("features are averages, raised and scaled to length 1", arguments: cases)
  func features(test: PropertyCase) {
    let problem = Problem(test)
    let found = problem.features(problem.images, height: problem.height, width: problem.width)
    #expect(found.rows == problem.images.rows)
    #expect(found.columns == problem.features.featureCount)
    for image in Set([0, problem.images.rows - 1]) where image >= 0 && image < found.rows {
      let expected = problem.plainFeatures(image: image)
      guard expected.allSatisfy({ $0.isFinite }) else { continue }
      // Compared before the power, which is steep at 0. Values are shares of at most 1.
      let side = problem.features.scales.map(\.side).max() ?? 0
      let bound = Tolerance.arithmetic.bound(Float.self, size: side * side + 300, scale: 4)
      let inverse = 1 / problem.features.exponent
      let largest =
        zip(found.row(image), expected).map {
          abs(Double.pow(Double($0), inverse) - Double.pow($1, inverse))
        }.max() ?? 0
      #expect(largest <= bound)
      let length = euclideanNorm(found.row(image).map { Double($0) })
      #expect(abs(length - 1) <= Tolerance.arithmetic.bound(Float.self, size: 1000, scale: 1))
    }
  }

  @Test("before their division energies grow with the image", arguments: cases.prefix(200))
  func linear(test: PropertyCase) {
    let problem = Problem(test)
    let plain = GaborFeatures(
      scales: problem.features.scales, orientations: problem.features.orientations)
    func energies(_ images: Matrix<Float>) -> Matrix<Float> {
      plain.energies(
        of: images, rows: 0..<images.rows, scale: 0, height: problem.height, width: problem.width)
    }
    // A power of two and a sign are exact.
    let scaled = energies(problem.images.map { -4 * $0 })
    #expect(scaled == energies(problem.images).map { 4 * $0 })
  }

  @Test("an image moved by the stride moves its energies by a place", arguments: 0..<200)
  func shift(seed: Int) {
    var stream = RandomStream(seed: UInt64(seed), purpose: "shift")
    let (height, width, step) = (15, 17, 1 + seed % 3)
    let image = Matrix<Float>(rows: 1, columns: height * width) { _, _ in Float(stream.uniform()) }
    let moved = Matrix<Float>(rows: 1, columns: height * width) { _, j in
      j % width >= step ? image[0, j - step] : 0
    }
    let features = GaborFeatures(
      scales: [.init(wavelength: 4, side: 5, points: 2, spread: 2)], orientations: 3, stride: step)
    let grid = features.grid(ofScale: 0, height: height, width: width)
    func energies(_ image: Matrix<Float>) -> Matrix<Float> {
      features.energies(of: image, rows: 0..<1, scale: 0, height: height, width: width)
    }
    let (before, after) = (energies(image), energies(moved))
    let bound = Tolerance.arithmetic.bound(Float.self, size: 33, scale: 5)
    for k in 0..<3 {
      for row in 0..<grid.rows {
        for column in 1..<grid.columns {
          // The window still within the image on either side.
          guard column * step - 2 >= step, column * step + 2 < width else { continue }
          let place = k * grid.count + row * grid.columns + column
          #expect(abs(Double(after[0, place] - before[0, place - 1])) <= bound)
        }
      }
    }
  }

  @Test("where an image is constant there is no energy, and the empty image has no features")
  func constant() {
    let features = GaborFeatures()
    let (height, width) = (28, 28)
    let flat = Matrix<Float>(rows: 1, columns: height * width, repeating: 1)
    for scale in features.scales.indices {
      let half = features.scales[scale].side / 2
      let energies = features.energies(
        of: flat, rows: 0..<1, scale: scale, height: height, width: width)
      for k in 0..<features.orientations {
        for row in half..<height - half {
          for column in half..<width - half {
            let value = energies[0, (k * height + row) * width + column]
            #expect(
              Double(value)
                <= Tolerance.arithmetic.bound(Float.self, size: 225, scale: Double(2 * half + 1)))
          }
        }
      }
    }
    let empty = Matrix<Float>(rows: 2, columns: height * width)
    #expect(
      features(empty, height: height, width: width)
        == Matrix(rows: 2, columns: features.featureCount))
  }

  @Test(
    "an image turned by a quarter gives the features of half the orientations further on",
    arguments: 0..<50)
  func turned(seed: Int) {
    var stream = RandomStream(seed: UInt64(seed), purpose: "turn")
    let (s, points, orientations) = (9 + seed % 4, 3, 4)
    let image = Matrix<Float>(rows: 1, columns: s * s) { _, _ in Float(stream.uniform()) }
    // (x, y) goes to (-y, x).
    let turned = Matrix<Float>(rows: 1, columns: s * s) { _, j in
      image[0, (s - 1 - j % s) * s + j / s]
    }
    let features = GaborFeatures(
      scales: [.init(wavelength: 5, side: 7, points: points, spread: 1.5)],
      orientations: orientations, contrastFloor: 0.1)
    let (before, after) = (
      features(image, height: s, width: s), features(turned, height: s, width: s)
    )
    for k in 0..<orientations {
      for y in 0..<points {
        for x in 0..<points {
          let from = (k * points + y) * points + x
          let to = ((k + 2) % orientations * points + x) * points + points - 1 - y
          #expect(
            abs(Double(before[0, from] - after[0, to]))
              <= Tolerance.arithmetic.bound(Float.self, size: 200, scale: 4))
        }
      }
    }
  }

  @Test("a map is stored and read back")
  func coding() throws {
    for seed in 0..<50 {
      let features = Problem(PropertyCase(seed: seed)).features
      let data = try JSONEncoder().encode(features)
      #expect(try JSONDecoder().decode(GaborFeatures.self, from: data) == features)
    }
  }
}

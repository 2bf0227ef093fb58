private import Foundation
private import RandomStreams

/// Images of ten shapes, drawn from a seed: the set that needs no download.
///
/// Each 32 × 32 colour image shows one shape, moved, scaled and turned at random, in a random
/// colour on a random gradient, among clutter and noise; a few are darker than their background.
/// Classes take turns, so that every prefix is balanced. The difficulty lies where it does with
/// natural images: raw pixels say something of the class, more to a learner of products of pixels,
/// and nearly all to one that looks for a shape wherever it stands.
public enum ProceduralImages {
  /// The names of the ten classes.
  public static let classNames = [
    "disk", "ring", "square", "frame", "triangle", "plus", "cross", "rows", "columns", "crescent",
  ]

  /// The size of each image.
  public static let shape = ImageShape(height: 32, width: 32, channels: 3)

  /// Draws a training and a test set.
  ///
  /// - Parameters:
  ///   - trainCount: training images, at least 0.
  ///   - testCount: test images, at least 0.
  ///   - seed: names the draw; image i is the same whatever the counts.
  /// - Returns: the split.
  /// - Complexity: O(n d).
  public static func split(trainCount: Int, testCount: Int, seed: UInt64) -> DatasetSplit {
    DatasetSplit(
      train: dataset(count: trainCount, seed: seed, part: "training"),
      test: dataset(count: testCount, seed: seed, part: "test"))
  }

  private static func dataset(count: Int, seed: UInt64, part: String) -> LabeledDataset {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count * shape.count)
    let labels = (0..<count).map { $0 % classNames.count }
    for (image, label) in labels.enumerated() {
      var stream = RandomStream(seed: seed, purpose: "procedural \(part) images", indices: image)
      bytes.append(contentsOf: Scene(label: label, using: &stream).render(using: &stream))
    }
    return LabeledDataset(
      shape: shape, pixels: .bytes(bytes), labels: labels, classNames: classNames,
      provenance: Provenance(
        name: "procedural shapes", steps: ["\(count) \(part) images drawn, seed \(seed)"],
        caveats: ["synthetic images: the paper used CIFAR-10"]))
  }
}

/// One image before it is drawn.
///
/// Lengths are in units of half the image's width.
private struct Scene {
  var label: Int
  var center: SIMD2<Double>
  var radius: Double
  var angle: Double
  var ink: SIMD3<Double>
  var paper: SIMD3<Double>
  var gradient: SIMD2<Double>
  var clutter: [Clutter]

  struct Clutter {
    var center: SIMD2<Double>
    var radius: Double
    var color: SIMD3<Double>
  }

  init(label: Int, using stream: inout RandomStream) {
    func between(_ low: Double, _ high: Double) -> Double {
      low + (high - low) * stream.uniform()
    }
    func point(_ reach: Double) -> SIMD2<Double> {
      SIMD2(between(-reach, reach), between(-reach, reach))
    }
    func color(around level: Double) -> SIMD3<Double> {
      SIMD3(
        level + between(-0.25, 0.25), level + between(-0.25, 0.25), level + between(-0.25, 0.25))
    }
    self.label = label
    center = point(0.17)
    radius = between(0.5, 0.75)
    angle = between(-0.3, 0.3)
    let level = between(0.3, 0.5)
    let contrast = between(0.18, 0.4) * (stream.uniform() < 0.08 ? -1 : 1)
    paper = color(around: level)
    ink = color(around: level + contrast)
    gradient = point(0.25)
    clutter = (0..<3).map { _ in
      Clutter(center: point(1), radius: between(0.06, 0.2), color: color(around: 0.5))
    }
  }

  func render(using stream: inout RandomStream) -> [UInt8] {
    let size = ProceduralImages.shape
    let half = Double(size.width) / 2
    var bytes = [UInt8](repeating: 0, count: size.count)
    for row in 0..<size.height {
      for column in 0..<size.width {
        let place = SIMD2((Double(column) + 0.5) / half - 1, (Double(row) + 0.5) / half - 1)
        var color = paper + (gradient * place).sum()
        for blob in clutter {
          let distance = length(place - blob.center) - blob.radius
          color += (blob.color - color) * coverage(distance, half)
        }
        let inside = coverage(signedDistance(toShape: label, at: turned(place)) * radius, half)
        color += (ink - color) * inside
        for channel in 0..<size.channels {
          let value = color[channel] + 0.06 * stream.normal()
          let byte = (value * 255).rounded()
          bytes[(channel * size.height + row) * size.width + column] =
            UInt8(min(255, max(0, byte)))
        }
      }
    }
    return bytes
  }

  /// A place of the image in the coordinates of the shape.
  private func turned(_ place: SIMD2<Double>) -> SIMD2<Double> {
    let p = (place - center) / radius
    let (c, s) = (cos(angle), sin(angle))
    return SIMD2(c * p.x + s * p.y, -s * p.x + c * p.y)
  }
}

/// How much of a pixel lies inside a boundary at this signed distance, from 0 to 1.
private func coverage(_ signedDistance: Double, _ pixelsPerUnit: Double) -> Double {
  min(1, max(0, 0.5 - signedDistance * pixelsPerUnit))
}

private func length(_ vector: SIMD2<Double>) -> Double {
  (vector * vector).sum().squareRoot()
}

/// Distance to the boundary of a class's shape, negative inside; about right near the boundary.
private func signedDistance(toShape label: Int, at p: SIMD2<Double>) -> Double {
  let (x, y) = (abs(p.x), abs(p.y))
  func plus(_ x: Double, _ y: Double) -> Double {
    min(max(x - 0.25, y - 0.85), max(x - 0.85, y - 0.25))
  }
  func bars(_ along: Double, _ across: Double) -> Double {
    max(along - 0.8, min(across - 0.16, abs(across - 0.62) - 0.16))
  }
  switch label {
  case 0: return length(p) - 0.8
  case 1: return abs(length(p) - 0.65) - 0.2
  case 2: return max(x, y) - 0.72
  case 3: return abs(max(x, y) - 0.62) - 0.18
  case 4: return max(p.y - 0.65, 0.9 * x - 0.45 * (p.y + 0.85))
  case 5: return plus(x, y)
  case 6:
    let diagonal = SIMD2(p.x + p.y, p.x - p.y) * 0.5.squareRoot()
    return plus(abs(diagonal.x), abs(diagonal.y))
  case 7: return bars(x, y)
  case 8: return bars(y, x)
  default: return max(length(p) - 0.8, 0.6 - length(p - SIMD2(0.4, 0)))
  }
}

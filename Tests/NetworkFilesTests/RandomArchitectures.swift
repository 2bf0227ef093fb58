import LinearAlgebra
import Networks
import RandomStreams
import TestSupport

extension PropertyCase {
  /// A random network whose shapes fit: images and vectors, every layer, branches in branches.
  ///
  /// The image's sizes and the number of classes follow from the case's sizes.
  var architecture: Architecture {
    var stream = stream("architecture")
    let height = max(1, min(first, 12))
    let width = max(1, min(second, 12))
    let classes = max(1, min(third, 10))
    let isImage = !stream.integer(below: 5).isMultiple(of: 5)
    let input: TensorShape =
      isImage
      ? .image(channels: 1 + stream.integer(below: 3), height: height, width: width)
      : .vector(height * width)
    // Draws that do not fit are drawn again; the shortest one always fits.
    for most in [6, 5, 4, 4, 3, 3, 2, 2, 1, 1] {
      var layers: [Layer] = []
      if isImage {
        layers += randomImageLayers(most, depth: 2, from: &stream)
        layers += stream.integer(below: 2) == 0 ? Flatten().layers : GlobalAveragePooling().layers
      }
      layers += randomVectorLayers(min(most, 3), depth: 1, from: &stream)
      layers += Dense(classes, hasBias: stream.integer(below: 4) > 0).layers
      let architecture = Architecture("random \(seed)", input: input, layers: layers)
      if (try? NetworkGraph(architecture)) != nil { return architecture }
    }
    return Architecture("random \(seed)", input: input) {
      Flatten()
      Dense(classes)
    }
  }
}

private func randomWindow(from stream: inout RandomStream) -> (Int, Int, Padding) {
  let size = 1 + stream.integer(below: 5)
  let padding: Padding =
    switch stream.integer(below: 4) {
    case 0: .valid
    case 1: .each(stream.integer(below: size))
    default: .same
    }
  return (size, 1 + stream.integer(below: 3), padding)
}

private func randomImageLayers(
  _ most: Int, depth: Int, from stream: inout RandomStream
) -> [Layer] {
  (0..<stream.integer(below: most + 1)).flatMap { _ -> [Layer] in
    let (size, stride, padding) = randomWindow(from: &stream)
    switch stream.integer(below: depth > 0 ? 9 : 7) {
    case 0, 1:
      return Convolution(
        1 + stream.integer(below: 5), size: size, stride: stride, padding: padding,
        hasBias: stream.integer(below: 3) > 0
      ).layers
    case 2: return MaxPooling(size: size, stride: stride, padding: padding).layers
    case 3: return AveragePooling(size: size, stride: stride, padding: padding).layers
    case 4: return randomNormalization(from: &stream)
    case 5:
      return LocalResponseNormalization(
        radius: stream.integer(below: 4), bias: 0.5 + stream.uniform(), alpha: stream.uniform(),
        beta: 0.25 + stream.uniform()
      ).layers
    case 6: return randomPointwise(from: &stream)
    default:
      return [
        .branches(
          (0..<(1 + stream.integer(below: 3))).map { _ in
            // Windows of stride 1 keep the size, so that branches often fit together.
            randomImageLayers(2, depth: depth - 1, from: &stream)
          })
      ]
    }
  }
}

private func randomVectorLayers(
  _ most: Int, depth: Int, from stream: inout RandomStream
) -> [Layer] {
  (0..<stream.integer(below: most + 1)).flatMap { _ -> [Layer] in
    switch stream.integer(below: depth > 0 ? 6 : 5) {
    case 0, 1:
      return Dense(1 + stream.integer(below: 12), hasBias: stream.integer(below: 3) > 0).layers
    case 2: return randomNormalization(from: &stream)
    case 3, 4: return randomPointwise(from: &stream)
    default:
      return [
        .branches(
          (0..<(1 + stream.integer(below: 2))).map { _ in
            randomVectorLayers(2, depth: depth - 1, from: &stream)
          })
      ]
    }
  }
}

private func randomNormalization(from stream: inout RandomStream) -> [Layer] {
  stream.integer(below: 2) == 0
    ? BatchNormalization().layers
    : BatchNormalization(
      epsilon: 0.001 * (1 + stream.uniform()), decay: stream.uniform(),
      learnsScaleAndShift: stream.integer(below: 2) == 0
    ).layers
}

private func randomPointwise(from stream: inout RandomStream) -> [Layer] {
  stream.integer(below: 3) == 0 ? Dropout(stream.uniform()).layers : Rectifier().layers
}

extension NetworkParameters {
  /// Numbers of which none has its usual value: biases, γ, β and running statistics are random.
  static func scattered(_ graph: NetworkGraph, seed: UInt64) -> NetworkParameters {
    var parameters = NetworkParameters(graph, seed: seed)
    var stream = RandomStream(seed: seed, purpose: "scattered parameters")
    func draw(_ role: NetworkGraph.Role) -> Scalar {
      switch role {
      case .scale: Scalar(0.5 + stream.uniform())
      case .weight, .bias, .shift: Scalar(0.3 * stream.normal())
      }
    }
    for (index, parameter) in graph.parameters.enumerated() where parameter.role != .weight {
      parameters.values[index] = parameters.values[index].map { _ in draw(parameter.role) }
    }
    for (index, statistic) in graph.statistics.enumerated() {
      parameters.statistics[index] = parameters.statistics[index].map { _ in draw(statistic.role) }
    }
    return parameters
  }
}

extension PaperModel {
  /// The model on 28 × 28 × 3 inputs with ten classes.
  var architecture: Architecture {
    architecture(input: .image(channels: 3, height: 28, width: 28), classes: 10)
  }
}

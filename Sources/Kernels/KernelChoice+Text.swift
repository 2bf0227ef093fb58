/// Why a text names no kernel.
public enum KernelChoiceError: Error, Equatable, Sendable, CustomStringConvertible {
  /// There is no kernel of this name.
  case unknownName(String)
  /// A parameter without default is not there.
  case missing(parameter: String, kernel: String)
  /// A parameter is not what it should be.
  case invalid(parameter: String, kernel: String, found: String, expected: String)
  /// There are more parameters than the kernel has.
  case tooMany(kernel: String, found: Int, limit: Int)

  /// What was found, and what to write instead.
  public var description: String {
    switch self {
    case .unknownName(let name):
      "there is no kernel '\(name)'; choose from \(KernelChoice.names.joined(separator: ", "))"
    case .missing(let parameter, let kernel):
      "kernel '\(kernel)' wants a \(parameter): write \(kernel):VALUE"
    case .invalid(let parameter, let kernel, let found, let expected):
      "the \(parameter) of kernel '\(kernel)' is '\(found)'; expected is \(expected)"
    case .tooMany(let kernel, let found, let limit):
      "kernel '\(kernel)' has \(limit) parameters at most; found are \(found)"
    }
  }
}

extension KernelChoice {
  /// Reads a choice from its text.
  ///
  /// - Parameter text: a name and its parameters, as in ``KernelChoice``; degrees and depths are at
  ///   most 1000.
  /// - Throws: ``KernelChoiceError``, which names the parameter.
  public init(_ text: String) throws(KernelChoiceError) {
    var reader = ParameterReader(text)
    switch reader.kernel {
    case "gaussian": self = .gaussian(gamma: try reader.scale("gamma"))
    case "laplacian": self = .laplacian(gamma: try reader.scale("gamma"))
    case "matern12": self = .matern(.half, lengthScale: try reader.scale("length scale"))
    case "matern32": self = .matern(.threeHalves, lengthScale: try reader.scale("length scale"))
    case "matern52": self = .matern(.fiveHalves, lengthScale: try reader.scale("length scale"))
    case "linear": self = .linear
    case "polynomial":
      self = .polynomial(
        PolynomialKernel(
          degree: try reader.count("degree"), gamma: try reader.scale("gamma") ?? 1,
          constant: try reader.notNegative("constant") ?? 1))
    case "power": self = .power(PowerKernel(degree: try reader.count("degree")))
    case "arccosine":
      self = .arcCosine(
        ArcCosineKernel(try reader.order(), depth: try reader.count("depth", default: 1)))
    case "nngp":
      self = .nngp(
        depth: try reader.count("depth"),
        weightVariance: try reader.scale("weight variance") ?? 2,
        biasVariance: try reader.notNegative("bias variance") ?? 0)
    case "ntk":
      self = .neuralTangent(
        depth: try reader.count("depth"),
        weightVariance: try reader.scale("weight variance") ?? 2,
        biasVariance: try reader.notNegative("bias variance") ?? 0)
    default: throw .unknownName(reader.kernel)
    }
    try reader.finish()
  }
}

/// The parts of a text between colons, taken one after the other.
private struct ParameterReader {
  let kernel: String
  private let parameters: [String]
  private var taken = 0

  init(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    kernel = parts[0]
    parameters = Array(parts.dropFirst())
  }

  private mutating func next<Value>(
    _ name: String, _ expected: String, _ value: (String) -> Value?
  ) throws(KernelChoiceError) -> Value? {
    if taken >= parameters.count { return nil }
    let found = parameters[taken]
    taken += 1
    guard let value = value(found) else {
      throw .invalid(parameter: name, kernel: kernel, found: found, expected: expected)
    }
    return value
  }

  /// A positive number whose inverse is finite too.
  mutating func scale(_ name: String) throws(KernelChoiceError) -> Double? {
    try next(name, "a positive number such as 0.02") {
      Double($0).flatMap { $0 > 0 && $0.isFinite && (1 / $0).isFinite ? $0 : nil }
    }
  }

  mutating func notNegative(_ name: String) throws(KernelChoiceError) -> Double? {
    try next(name, "0 or a positive number") {
      Double($0).flatMap { $0 >= 0 && $0.isFinite ? $0 : nil }
    }
  }

  mutating func count(
    _ name: String, default: Int? = nil
  ) throws(KernelChoiceError) -> Int {
    let found = try next(name, "a whole number from 1 to 1000") {
      Int($0).flatMap { (1...1000).contains($0) ? $0 : nil }
    }
    guard let value = found ?? `default` else { throw .missing(parameter: name, kernel: kernel) }
    return value
  }

  mutating func order() throws(KernelChoiceError) -> ArcCosineKernel.Order {
    let found = try next("order", "0 or 1") {
      Int($0).flatMap(ArcCosineKernel.Order.init(rawValue:))
    }
    guard let found else { throw .missing(parameter: "order", kernel: kernel) }
    return found
  }

  func finish() throws(KernelChoiceError) {
    if taken < parameters.count {
      throw .tooMany(kernel: kernel, found: parameters.count, limit: taken)
    }
  }
}

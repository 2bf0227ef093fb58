import Foundation
import Kernels
import LinearAlgebra
import Testing

@Suite("A kernel's text names it and its parameters")
struct KernelChoiceTests {
  @Test(
    "A text is read, written with all parameters, and read back",
    arguments: [
      ("gaussian", "gaussian"), ("gaussian:0.02", "gaussian:0.02"),
      ("laplacian:3", "laplacian:3.0"),
      ("laplacian", "laplacian"), ("matern12", "matern12"), ("matern32:1e-3", "matern32:0.001"),
      ("matern52:7", "matern52:7.0"), ("linear", "linear"),
      ("polynomial:4", "polynomial:4:1.0:1.0"),
      ("polynomial:2:0.1:0", "polynomial:2:0.1:0.0"), ("power:4", "power:4"),
      ("arccosine:0", "arccosine:0:1"), ("arccosine:1:3", "arccosine:1:3"),
      ("nngp:3", "nngp:3:2.0:0.0"), ("ntk:5:1.5:0.1", "ntk:5:1.5:0.1"),
    ])
  func roundTrip(_ text: String, _ canonical: String) throws {
    let choice = try KernelChoice(text)
    #expect(choice.description == canonical)
    #expect(try KernelChoice(canonical) == choice)
    let data = try JSONEncoder().encode([choice])
    #expect(try JSONDecoder().decode([String].self, from: data) == [canonical])
    #expect(try JSONDecoder().decode([KernelChoice].self, from: data) == [choice])
    let name = text.split(separator: ":").first.map(String.init) ?? ""
    #expect(KernelChoice.names.contains(name))
  }

  @Test(
    "A text that names no kernel is refused for its reason",
    arguments: [
      ("", KernelChoiceError.unknownName("")), ("gauss", .unknownName("gauss")),
      ("Gaussian", .unknownName("Gaussian")), (" gaussian", .unknownName(" gaussian")),
      ("gaussian:", invalid("gamma", "gaussian", "", positive)),
      ("gaussian:0", invalid("gamma", "gaussian", "0", positive)),
      ("gaussian:-1", invalid("gamma", "gaussian", "-1", positive)),
      ("gaussian:nan", invalid("gamma", "gaussian", "nan", positive)),
      ("laplacian:inf", invalid("gamma", "laplacian", "inf", positive)),
      ("laplacian:1e-310", invalid("gamma", "laplacian", "1e-310", positive)),
      ("matern32:x", invalid("length scale", "matern32", "x", positive)),
      ("gaussian:1:2", .tooMany(kernel: "gaussian", found: 2, limit: 1)),
      ("linear:1", .tooMany(kernel: "linear", found: 1, limit: 0)),
      ("polynomial", .missing(parameter: "degree", kernel: "polynomial")),
      ("polynomial:0", invalid("degree", "polynomial", "0", whole)),
      ("power:2.5", invalid("degree", "power", "2.5", whole)),
      ("power:1001", invalid("degree", "power", "1001", whole)),
      ("polynomial:2:1:-1", invalid("constant", "polynomial", "-1", "0 or a positive number")),
      ("arccosine", .missing(parameter: "order", kernel: "arccosine")),
      ("arccosine:2", invalid("order", "arccosine", "2", "0 or 1")),
      ("arccosine:1:0", invalid("depth", "arccosine", "0", whole)),
      ("ntk", .missing(parameter: "depth", kernel: "ntk")),
      ("ntk:2:0", invalid("weight variance", "ntk", "0", positive)),
      ("nngp:2:1:x", invalid("bias variance", "nngp", "x", "0 or a positive number")),
      ("nngp:2:1:0:4", .tooMany(kernel: "nngp", found: 4, limit: 3)),
    ])
  func refusals(_ text: String, _ error: KernelChoiceError) throws {
    #expect(throws: error) { try KernelChoice(text) }
    let data = try JSONEncoder().encode([text])
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([KernelChoice].self, from: data)
    }
  }

  @Test("Messages say what was found and what to write")
  func messages() {
    #expect(
      KernelChoiceError.unknownName("rbf").description
        == "there is no kernel 'rbf'; choose from gaussian, laplacian, matern12, matern32, matern52, "
        + "linear, polynomial, power, arccosine, nngp, ntk")
    #expect(
      KernelChoiceError.missing(parameter: "degree", kernel: "power").description
        == "kernel 'power' wants a degree: write power:VALUE")
    #expect(
      invalid("gamma", "gaussian", "0", positive).description
        == "the gamma of kernel 'gaussian' is '0'; expected is a positive number such as 0.02")
    #expect(
      KernelChoiceError.tooMany(kernel: "linear", found: 1, limit: 0).description
        == "kernel 'linear' has 0 parameters at most; found are 1")
  }

  @Test("A choice becomes its kernel; the samples fill in what is open")
  func kernels() throws {
    let samples = Matrix<Double>(rows: 2, columns: 2, columnMajor: [0, 3, 0, 4])
    let expected = [
      "gaussian": GaussianKernel(gamma: 1 / 25.0).description,
      "gaussian:0.5": GaussianKernel(gamma: 0.5).description,
      "laplacian": LaplacianKernel(gamma: 1 / 5.0).description,
      "laplacian:2": LaplacianKernel(gamma: 2).description,
      "matern12": MaternKernel(.half, lengthScale: 5).description,
      "matern32": MaternKernel(.threeHalves, lengthScale: 5).description,
      "matern52:1": MaternKernel(.fiveHalves, lengthScale: 1).description,
      "linear": LinearKernel().description,
      "polynomial:3": PolynomialKernel(degree: 3, gamma: 1, constant: 1).description,
      "power:4": PowerKernel(degree: 4).description,
      "arccosine:0:2": ArcCosineKernel(.step, depth: 2).description,
      "nngp:2": NNGPKernel(InfiniteReLUNetwork(depth: 2, inputDimension: 2)).description,
      "ntk:2:1:0.5": NeuralTangentKernel(
        InfiniteReLUNetwork(depth: 2, weightVariance: 1, biasVariance: 0.5, inputDimension: 2)
      ).description,
    ]
    for (text, description) in expected {
      #expect(try KernelChoice(text).kernel(for: samples, seed: 1).description == description)
    }
  }
}

private let positive = "a positive number such as 0.02"
private let whole = "a whole number from 1 to 1000"

private func invalid(
  _ parameter: String, _ kernel: String, _ found: String, _ expected: String
) -> KernelChoiceError {
  .invalid(parameter: parameter, kernel: kernel, found: found, expected: expected)
}

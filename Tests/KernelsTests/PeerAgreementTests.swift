import Foundation
import Kernels
import LinearAlgebra
import TestSupport
import Testing

/// What scikit-learn says of some kernel matrices and regressions; written by `Tests/ReferenceValues/kernels.py`.
private struct PeerValues: Decodable {
  var problems: [Problem]

  /// A problem with its values, each matrix a list of columns.
  struct Problem: Decodable {
    var x: [[Double]]
    var z: [[Double]]
    var gamma: Double
    var length: Double
    var degree: Int
    var constant: Double
    var values: [String: [[Double]]]
    var y: [[Double]]
    var ridge: Double
    /// Of kernel ridge regression with the Gaussian kernel, at z.
    var predictions: [[Double]]
  }

  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().appendingPathComponent("../ReferenceValues").standardized

  /// The values that are kept.
  static func stored() throws -> PeerValues {
    let data = try Data(contentsOf: folder.appendingPathComponent("kernels.json"))
    return try JSONDecoder().decode(PeerValues.self, from: data)
  }

  /// Values of other problems, made now.
  static func fresh() async throws -> PeerValues {
    let output = try await Python.run(folder.appendingPathComponent("kernels.py"), "--seed", "1")
    return try JSONDecoder().decode(PeerValues.self, from: Data(output.utf8))
  }
}

@Suite("scikit-learn finds the same kernel matrices and predictions")
struct PeerAgreementTests {
  @Test("50 problems of seven kernels, as their values are kept")
  func stored() throws {
    try compare(PeerValues.stored())
  }

  @Test(
    "50 other problems, their values made now",
    .enabled("\(Python.advice("scikit-learn"))") { try await Python.has("sklearn") })
  func fresh() async throws {
    try await compare(PeerValues.fresh())
  }

  private func compare(_ values: PeerValues) throws {
    #expect(values.problems.count == 50)
    #expect(values.problems.filter { $0.values["laplacian"] != nil }.count == 10)
    for problem in values.problems {
      let (x, z) = (matrix(problem.x), matrix(problem.z))
      for (name, columns) in problem.values {
        let peer = matrix(columns)
        let known = kernel(name, problem).crossMatrix(x, z)
        #expect(known.rows == x.rows && known.columns == z.rows)
        // Products of integers are exact. The formulas round a few times, powers once a factor, and
        // the exponential turns the rounding of its argument, below 300, into a relative error.
        let scale = 1 + peer.largestAbsoluteEntry
        let bound = Tolerance.arithmetic.bound(
          Double.self, size: 8 + 4 * problem.degree, scale: scale)
        #expect((known - peer).largestAbsoluteEntry <= bound, "\(name)")
      }
      for precision in [KernelPrecision.double, .mixed] {
        let fit = try KernelRegression(
          kernel: GaussianKernel(gamma: problem.gamma), samples: x, ridge: problem.ridge,
          precision: precision
        ).fit(matrix(problem.y), tolerance: 1e-13)
        let difference = fit.predict(z) - matrix(problem.predictions)
        // Conditions below 10⁶ turn the rounding of 10 targets up to 4 into this.
        #expect(difference.largestAbsoluteEntry <= 1e-8, "\(precision)")
      }
    }
  }

  private func kernel(_ name: String, _ problem: PeerValues.Problem) -> AnyKernel {
    switch name {
    case "gaussian": AnyKernel(GaussianKernel(gamma: problem.gamma))
    case "laplacian": AnyKernel(LaplacianKernel(gamma: problem.gamma))
    case "polynomial":
      AnyKernel(
        PolynomialKernel(
          degree: problem.degree, gamma: problem.gamma, constant: problem.constant))
    case "power": AnyKernel(PowerKernel(degree: problem.degree))
    case "matern12": AnyKernel(MaternKernel(.half, lengthScale: problem.length))
    case "matern32": AnyKernel(MaternKernel(.threeHalves, lengthScale: problem.length))
    case "matern52": AnyKernel(MaternKernel(.fiveHalves, lengthScale: problem.length))
    default: AnyKernel(LinearKernel())
    }
  }

  private func matrix(_ columns: [[Double]]) -> Matrix<Double> {
    Matrix(
      rows: columns.first?.count ?? 0, columns: columns.count, columnMajor: columns.flatMap(\.self))
  }
}

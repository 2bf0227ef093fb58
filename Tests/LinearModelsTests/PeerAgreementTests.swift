import Foundation
import LinearAlgebra
import LinearModels
import TestSupport
import Testing

/// What NumPy, SciPy and scikit-learn say of some problems; written by
/// `Tests/ReferenceValues/linear_models.py`.
private struct PeerValues: Decodable {
  /// λ of the ridge solutions.
  var ridges: [Double]
  var problems: [Problem]

  /// A problem with its solutions, each matrix a list of columns.
  struct Problem: Decodable {
    var x: [[Double]]
    var y: [[Double]]
    /// `numpy.linalg.lstsq`.
    var lstsq: [[Double]]
    /// `numpy.linalg.pinv` times Y.
    var pinv: [[Double]]
    /// `scipy.linalg.lstsq` by a complete orthogonal factorisation.
    var gelsy: [[Double]]
    /// `sklearn.linear_model.Ridge`, for each λ.
    var ridge: [[[Double]]]
    /// The errors of `sklearn.linear_model.RidgeCV`, for each λ and target; nil for one sample.
    var leaveOneOut: [[Double]]?
  }

  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().appendingPathComponent("../ReferenceValues").standardized

  /// The values that are kept.
  static func stored() throws -> PeerValues {
    let data = try Data(contentsOf: folder.appendingPathComponent("linear_models.json"))
    return try JSONDecoder().decode(PeerValues.self, from: data)
  }

  /// Values of other problems, made now.
  static func fresh() async throws -> PeerValues {
    let output = try await Python.run(
      folder.appendingPathComponent("linear_models.py"), "--seed", "1")
    return try JSONDecoder().decode(PeerValues.self, from: Data(output.utf8))
  }
}

@Suite("NumPy, SciPy and scikit-learn find the same solutions")
struct PeerAgreementTests {
  @Test("216 problems of every shape, of full and deficient rank, as their values are kept")
  func stored() throws {
    let values = try PeerValues.stored()
    #expect(values.problems.count == 216)
    for problem in values.problems { try compare(problem, ridges: values.ridges) }
  }

  @Test(
    "216 other problems, solved by the programs now",
    .enabled("\(Python.advice("scikit-learn"))") { try await Python.has("sklearn") })
  func fresh() async throws {
    let values = try await PeerValues.fresh()
    #expect(values.problems.count == 216)
    for problem in values.problems { try compare(problem, ridges: values.ridges) }
  }

  private func compare(_ problem: PeerValues.Problem, ridges: [Double]) throws {
    let (x, y) = (matrix(problem.x), matrix(problem.y))
    let path = try RidgePath(x, targets: y, ridges: ridges, decomposition: .singularValues)
    let largest = try #require(path.singularValues.first)
    let least = try #require(path.singularValues.last)
    let size = max(x.rows, x.columns)

    // Both sides solve a problem next to the given one; by Wedin (1973) that moves the solution by
    // the condition times itself and what the least singular value makes of the targets.
    let minimumNorm = Tolerance.singularValues.bound(
      Double.self, size: size, scale: largest / least * y.frobeniusNorm / least)
    let fits = [
      try minimumNormFit(x, targets: y).weights, try completeOrthogonalFit(x, targets: y).weights,
      path.weights(ridge: 0),
    ]
    for peer in [problem.lstsq, problem.pinv, problem.gelsy] {
      for fit in fits { #expect((fit - matrix(peer)).frobeniusNorm <= minimumNorm) }
    }
    for (index, ridge) in ridges.enumerated() {
      // The Cholesky factorisation that scikit-learn solves by squares the condition.
      let condition = (largest * largest + ridge) / ridge
      let bound = Tolerance.linearSystem.bound(
        Double.self, size: size, scale: condition * y.frobeniusNorm / ridge.squareRoot())
      let peer = matrix(problem.ridge[index])
      #expect((path.weights(ridge: ridge) - peer).frobeniusNorm <= bound)
      #expect((try ridgeFit(x, targets: y, ridge: ridge).weights - peer).frobeniusNorm <= bound)
      for (ours, theirs) in zip(
        path.points[index].leaveOneOutErrors, problem.leaveOneOut?[index] ?? [])
      {
        // 1 - hᵢ ≥ λ/(σ₁² + λ) divides each residual, and the error is its square.
        #expect(
          abs(ours - theirs)
            <= Tolerance.symmetricEigenvalues.bound(
              Double.self, size: size,
              scale: condition * max(ours, theirs, y.largestAbsoluteEntry)))
      }
    }
  }

  private func matrix(_ columns: [[Double]]) -> Matrix<Double> {
    Matrix(
      rows: columns.first?.count ?? 0, columns: columns.count, columnMajor: columns.flatMap(\.self))
  }
}

import Kernels
import LinearAlgebra
import RandomStreams
import TestSupport
import Testing

@Suite("Whitening of patches")
struct PatchWhiteningTests {
  private func covariance(_ rows: Matrix<Double>) -> Matrix<Double> {
    let count = Double(rows.rows)
    let means = (0..<rows.columns).map { rows.column($0).reduce(0, +) / count }
    let centred = Matrix(rows: rows.rows, columns: rows.columns) { rows[$0, $1] - means[$1] }
    return centred.timesOwnTranspose(transposingSelf: true).map { $0 / count }
  }

  /// Patches with correlated values.
  private func patches(_ seed: Int, rows: Int, columns: Int) -> Matrix<Double> {
    var stream = RandomStream(seed: UInt64(seed), purpose: "whitening test")
    let mixing = randomMatrix(rows: columns, columns: columns, from: &stream)
    return randomMatrix(rows: rows, columns: columns, from: &stream) * mixing
  }

  @Test("the covariance of whitened patches is I - εW²", arguments: 0..<200)
  func identity(seed: Int) throws {
    let columns = [1, 2, 3, 5, 10, 50][seed % 6]
    let sample = patches(seed, rows: [1, 2, 30, 200][seed % 4], columns: columns)
    let regularization = [0.001, 0.1, 10][seed % 3]
    let whitening = try PatchWhitening(
      patches: sample, contrastFloor: 0.01, regularization: regularization)
    let square = whitening.matrix * whitening.matrix
    let difference =
      covariance(whitening(sample)) + square.map { $0 * regularization } - .identity(columns)
    // W magnifies what rounding leaves of C by at most its squared norm 1/ε, C having norm L at most.
    #expect(
      difference.largestAbsoluteEntry
        <= Tolerance.symmetricEigenvalues.bound(
          Double.self, size: columns * columns + sample.rows,
          scale: 1 + Double(columns) / regularization))
  }

  @Test("with a small ε the covariance is the identity, but for brightness, which is gone")
  func nearlyIdentity() throws {
    let (columns, regularization) = (12, 1e-9)
    let sample = patches(1, rows: 500, columns: columns)
    let whitening = try PatchWhitening(
      patches: sample, contrastFloor: 1e-6, regularization: regularization)
    let expected = Matrix<Double>(rows: columns, columns: columns) {
      ($0 == $1 ? 1 : 0) - 1 / Double(columns)
    }
    let found = covariance(whitening(sample))
    // ε over the smallest eigenvalue of C that is not brightness's, which lies above 1e-4.
    #expect((found - expected).largestAbsoluteEntry <= regularization / 1e-4)
  }

  @Test("brightness does not matter, nor contrast where the floor is low", arguments: 0..<200)
  func invariance(seed: Int) throws {
    let sample = patches(seed, rows: 40, columns: 6)
    let whitening = try PatchWhitening(
      patches: sample, contrastFloor: 1e-12, regularization: 0.1)
    let altered = sample.map { 3 * $0 + 0.7 }
    let difference = whitening(sample) - whitening(altered)
    // The floor moves a patch of variance v by 1e-12 / v; no variance is below 1e-4 here.
    #expect(difference.largestAbsoluteEntry <= 1e-12 / 1e-4 * 10 * 6)
  }

  @Test("patches that are no numbers are refused by place")
  func notFinite() {
    let sample = Matrix<Double>(rows: 2, columns: 3) { $0 == 1 && $1 == 2 ? .nan : 1 }
    #expect(
      throws: LinearAlgebraError.notFinite(argument: "the patches", row: 1, column: 2)
    ) {
      try PatchWhitening(patches: sample, contrastFloor: 1, regularization: 1)
    }
  }
}

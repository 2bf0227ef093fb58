import LinearAlgebra
import RandomStreams
import TestSupport
import Testing

@Suite("Vectors and matrices beyond 32-bit counts")
struct IndexRangeTests {
  @Test("a norm in pieces is the norm", arguments: PropertyCase.all)
  func norms(test: PropertyCase) {
    check(test, Double.self)
    check(test, Float.self)
  }

  private func check<Scalar: LinearAlgebraScalar>(_ test: PropertyCase, _ type: Scalar.Type) {
    var stream = test.stream("norms")
    let vector: [Scalar] = (0..<test.first * test.second).map { _ in Scalar(stream.normal()) }
    let whole = Double(euclideanNorm(vector))
    let bound = Tolerance.arithmetic.bound(type, size: vector.count, scale: whole)
    for length in [2, 3, 7, vector.count + 2] {
      let inPieces = vector.withUnsafeBufferPointer { euclideanNorm($0, pieceLength: length) }
      #expect(abs(Double(inPieces) - whole) <= bound, "pieces of \(length)")
    }
  }

  @Test("a norm in pieces neither overflows nor underflows, and a NaN stays")
  func scaling() {
    func norm(_ vector: [Double]) -> Double {
      vector.withUnsafeBufferPointer { euclideanNorm($0, pieceLength: 2) }
    }
    let bound = Tolerance.arithmetic.bound(Double.self, size: 5, scale: 5)
    for scale in [1e200, 1e-200, 1] {
      let vector = [3, 0, 0, -4, 0].map { $0 * scale }
      #expect(abs(norm(vector) / scale - 5) <= bound)
    }
    for place in 0..<5 {
      var vector = [1.0, 2, 3, 4, 5]
      vector[place] = .nan
      #expect(norm(vector).isNaN)
    }
    #expect(norm([]) == 0)
  }

  @Test("a sum in pieces is the sum", arguments: PropertyCase.all)
  func sums(test: PropertyCase) {
    var stream = test.stream("sums")
    let a = randomMatrix(rows: test.first, columns: test.second, from: &stream)
    let b = randomMatrix(rows: test.first, columns: test.second, from: &stream)
    for length in [1, 2, 3, 7, Int(Int32.max)] {
      var sum = a
      sum.add(b, scaledBy: -1.5, pieceLength: length)
      for (index, value) in sum.elements.enumerated() {
        let expected = a.elements[index] - 1.5 * b.elements[index]
        let scale = abs(a.elements[index]) + 1.5 * abs(b.elements[index])
        #expect(
          abs(value - expected) <= Tolerance.arithmetic.bound(Double.self, size: 1, scale: scale),
          "pieces of \(length), entry \(index)")
      }
    }
  }

  @Test("a size that LAPACK cannot count is refused with the largest that it can")
  func counts() {
    for limit in [0, 1, 2, 99, 100, 101] {
      for size in 0...12 {
        var found: LinearAlgebraError?
        do throws(LinearAlgebraError) {
          try checkCount(of: size, in: "some", limit: limit) { $0 * $0 }
        } catch {
          found = error
        }
        let largest = (0...size).last { $0 * $0 <= limit } ?? -1
        #expect(
          found
            == (largest == size
              ? nil : .tooLarge(routine: "some", size: size, largest: largest)))
      }
    }
  }

  @Test("the packed form is refused where its entries pass 32 bits, before they are asked for")
  func packed() {
    #expect(throws: LinearAlgebraError.tooLarge(routine: "pftrf", size: 65_536, largest: 65_535)) {
      try PackedCholesky<Float>(size: 65_536) { _ in
        Issue.record("a panel was asked for")
        return Matrix(rows: 0, columns: 0)
      }
    }
  }

  @Test("the workspace of syevd passes 32 bits above 32,766")
  func eigenvalues() throws {
    func count(_ n: Int) -> Int { 1 + 6 * n + 2 * n * n }
    try checkCount(of: 32_766, in: "syevd", count: count)
    #expect(throws: LinearAlgebraError.tooLarge(routine: "syevd", size: 32_767, largest: 32_766)) {
      try checkCount(of: 32_767, in: "syevd", count: count)
    }
  }
}

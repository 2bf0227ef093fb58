private import COneDNN
private import CVectorMath

// The only file that calls oneDNN's matrix products; its primitives are called in Networks alone.

/// oneDNN's matrix products, made for the processor at hand while the program runs.
package enum OneDNNProduct {
  /// The multiplications from which on oneDNN is quicker than OpenBLAS, threads to wake included.
  static let leastMultiplications = 1 << 28

  /// C ← αop(A)op(B) + βC, column-major, with op(A) m × k, op(B) k × n.
  ///
  /// It runs on as many threads as ``OpenMP/setThreads(_:)`` said on this thread.
  package static func gemm(
    _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int, _ alpha: Float,
    _ a: UnsafePointer<Float>, _ lda: Int, _ b: UnsafePointer<Float>, _ ldb: Int, _ beta: Float,
    _ c: UnsafeMutablePointer<Float>, _ ldc: Int
  ) {
    let transpose = CChar(UInt8(ascii: "T"))
    let keep = CChar(UInt8(ascii: "N"))
    // Its matrices are row-major: Cᵀ = op(B)ᵀop(A)ᵀ.
    let status = dnnl_sgemm(
      transposeB ? transpose : keep, transposeA ? transpose : keep, dnnl_dim_t(n), dnnl_dim_t(m),
      dnnl_dim_t(k), alpha, b, dnnl_dim_t(ldb), a, dnnl_dim_t(lda), beta, c, dnnl_dim_t(ldc))
    check(status)
  }

  /// Whether inner products of 8-bit values are exact on this processor.
  ///
  /// Without instructions for them oneDNN sums pairs in 16 bits, which may not hold them.
  ///
  /// - Parameter count: the terms of a sum, of at most 255 · 128 each.
  /// - Returns: whether the processor has the instructions, and 32 bits hold the sum.
  package static func sumsBytesExactly(_ count: Int) -> Bool {
    has_vector_neural_network_instructions() != 0 && count <= Int(Int32.max) / (255 * 256)
  }

  /// Writes inner products of rows of two matrices of 8-bit values, on the calling thread.
  ///
  /// - Parameters:
  ///   - a: A, row after row.
  ///   - aRows: some of its rows.
  ///   - b: B, row after row.
  ///   - bRows: some of its rows.
  ///   - columns: of both matrices, for which ``sumsBytesExactly(_:)`` holds.
  ///   - target: receives Σ_j a_ij b_kj, those of one row of A side by side.
  package static func writeInnerProducts(
    _ a: [UInt8], rows aRows: Range<Int>, _ b: [Int8], rows bRows: Range<Int>, columns: Int,
    to target: UnsafeMutablePointer<Int32>
  ) {
    precondition(
      aRows.lowerBound >= 0 && bRows.lowerBound >= 0 && aRows.upperBound * columns <= a.count
        && bRows.upperBound * columns <= b.count, "rows of the matrices")
    if columns == 0 { return target.update(repeating: 0, count: aRows.count * bRows.count) }
    OpenMP.setThreads(1)
    var none: Int32 = 0
    let d = dnnl_dim_t(columns)
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        guard let a = a.baseAddress, let b = b.baseAddress else { return }
        check(
          dnnl_gemm_u8s8s32(
            CChar(UInt8(ascii: "N")), CChar(UInt8(ascii: "T")), CChar(UInt8(ascii: "F")),
            dnnl_dim_t(aRows.count), dnnl_dim_t(bRows.count), d, 1,
            a + aRows.lowerBound * columns, d, 0, b + bRows.lowerBound * columns, d, 0, 0, target,
            dnnl_dim_t(bRows.count), &none))
      }
    }
  }

  private static func check(_ status: dnnl_status_t) {
    precondition(status == dnnl_success, "oneDNN returned status \(status.rawValue)")
  }
}

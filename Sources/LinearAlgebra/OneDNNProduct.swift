private import COneDNN

// The only file that calls oneDNN's matrix product; its primitives are called in Networks alone.

/// oneDNN's matrix product in `Float`, made for the processor at hand while the program runs.
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
    precondition(status == dnnl_success, "oneDNN returned status \(status.rawValue)")
  }
}

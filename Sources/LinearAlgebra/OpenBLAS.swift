// The only file that calls OpenBLAS.
private import COpenBLAS
public import RealModule

/// The BLAS routines of one scalar type, column-major.
///
/// Each follows its Fortran namesake; counts are converted to BLAS's 32-bit integers here.
public struct BLASRoutines<Scalar>: Sendable {
  typealias Input = UnsafePointer<Scalar>
  typealias Output = UnsafeMutablePointer<Scalar>

  /// C ← αop(A)op(B) + βC with op(A) m × k, op(B) k × n.
  let gemm:
    @Sendable (
      _ transposeA: Bool, _ transposeB: Bool, _ m: Int, _ n: Int, _ k: Int, _ alpha: Scalar,
      _ a: Input, _ lda: Int, _ b: Input, _ ldb: Int, _ beta: Scalar, _ c: Output, _ ldc: Int
    ) -> Void
  /// C ← C + op(A)B with op(A) m × k, B k × n, on the calling thread alone.
  package let gemmOnThisThread:
    @Sendable (
      _ transposeA: Bool, _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Scalar>, _ lda: Int,
      _ b: UnsafePointer<Scalar>, _ ldb: Int, _ c: UnsafeMutablePointer<Scalar>, _ ldc: Int
    ) -> Void
  /// y ← αop(A)x + βy with A m × n.
  let gemv:
    @Sendable (
      _ transpose: Bool, _ m: Int, _ n: Int, _ alpha: Scalar, _ a: Input, _ lda: Int,
      _ x: Input, _ beta: Scalar, _ y: Output
    ) -> Void
  /// Lower triangle of C ← αop(A)op(A)ᵀ + βC with op(A) n × k.
  let syrk:
    @Sendable (
      _ transpose: Bool, _ n: Int, _ k: Int, _ alpha: Scalar, _ a: Input, _ lda: Int,
      _ beta: Scalar, _ c: Output, _ ldc: Int
    ) -> Void
  /// B ← op(L)⁻¹B, or B ← B op(L)⁻¹ from the right, with B m × n and L lower triangular.
  let trsm:
    @Sendable (
      _ fromRight: Bool, _ transpose: Bool, _ m: Int, _ n: Int, _ l: Input, _ ldl: Int,
      _ b: Output, _ ldb: Int
    ) -> Void
  /// Euclidean norm of x, guarded against overflow and underflow.
  let nrm2: @Sendable (_ n: Int, _ x: Input) -> Scalar
  /// y ← y + αx.
  let axpy: @Sendable (_ n: Int, _ alpha: Scalar, _ x: Input, _ y: Output) -> Void
}

extension BLASRoutines<Double> {
  /// C ← C + op(A)B by parts of up to 2¹⁸ multiplications, for which OpenBLAS wakes no other thread.
  fileprivate static func gemmInParts(
    _ transposeA: Bool, _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<Double>, _ lda: Int,
    _ b: UnsafePointer<Double>, _ ldb: Int, _ c: UnsafeMutablePointer<Double>, _ ldc: Int
  ) {
    let (height, width) = (64, 256)
    let inner = max(16, (1 << 18) / (height * min(n, width)))
    for j in stride(from: 0, to: n, by: width) {
      for p in stride(from: 0, to: k, by: inner) {
        for i in stride(from: 0, to: m, by: height) {
          cblas_dgemm(
            CblasColMajor, op(transposeA), CblasNoTrans, Int32(min(height, m - i)),
            Int32(min(width, n - j)), Int32(min(inner, k - p)), 1,
            a + (transposeA ? p + i * lda : i + p * lda), Int32(lda), b + p + j * ldb, Int32(ldb),
            1, c + i + j * ldc, Int32(ldc))
        }
      }
    }
  }
}

private func op(_ transpose: Bool) -> CBLAS_TRANSPOSE { transpose ? CblasTrans : CblasNoTrans }

extension Double: LinearAlgebraScalar {
  /// The double-precision routines.
  public static let blas = BLASRoutines<Double>(
    gemm: { ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc in
      cblas_dgemm(
        CblasColMajor, op(ta), op(tb), Int32(m), Int32(n), Int32(k), alpha, a, Int32(lda), b,
        Int32(ldb), beta, c, Int32(ldc))
    },
    gemmOnThisThread: {
      BLASRoutines<Double>.gemmInParts($0, $1, $2, $3, $4, $5, $6, $7, $8, $9)
    },
    gemv: { t, m, n, alpha, a, lda, x, beta, y in
      cblas_dgemv(
        CblasColMajor, op(t), Int32(m), Int32(n), alpha, a, Int32(lda), x, 1, beta, y, 1)
    },
    syrk: { t, n, k, alpha, a, lda, beta, c, ldc in
      cblas_dsyrk(
        CblasColMajor, CblasLower, op(t), Int32(n), Int32(k), alpha, a, Int32(lda), beta, c,
        Int32(ldc))
    },
    trsm: { right, t, m, n, l, ldl, b, ldb in
      cblas_dtrsm(
        CblasColMajor, right ? CblasRight : CblasLeft, CblasLower, op(t), CblasNonUnit, Int32(m),
        Int32(n), 1, l, Int32(ldl), b, Int32(ldb))
    },
    nrm2: { n, x in cblas_dnrm2(Int32(n), x, 1) },
    axpy: { n, alpha, x, y in cblas_daxpy(Int32(n), alpha, x, 1, y, 1) })
}

extension Float: LinearAlgebraScalar {
  /// The single-precision routines.
  public static let blas = BLASRoutines<Float>(
    gemm: { ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc in
      if m * n * k >= OneDNNProduct.leastMultiplications {
        OpenMP.setThreads(ThreadCount.current)
        OneDNNProduct.gemm(ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
      } else {
        cblas_sgemm(
          CblasColMajor, op(ta), op(tb), Int32(m), Int32(n), Int32(k), alpha, a, Int32(lda), b,
          Int32(ldb), beta, c, Int32(ldc))
      }
    },
    gemmOnThisThread: { ta, m, n, k, a, lda, b, ldb, c, ldc in
      OpenMP.setThreads(1)
      OneDNNProduct.gemm(ta, false, m, n, k, 1, a, lda, b, ldb, 1, c, ldc)
    },
    gemv: { t, m, n, alpha, a, lda, x, beta, y in
      cblas_sgemv(
        CblasColMajor, op(t), Int32(m), Int32(n), alpha, a, Int32(lda), x, 1, beta, y, 1)
    },
    syrk: { t, n, k, alpha, a, lda, beta, c, ldc in
      cblas_ssyrk(
        CblasColMajor, CblasLower, op(t), Int32(n), Int32(k), alpha, a, Int32(lda), beta, c,
        Int32(ldc))
    },
    trsm: { right, t, m, n, l, ldl, b, ldb in
      cblas_strsm(
        CblasColMajor, right ? CblasRight : CblasLeft, CblasLower, op(t), CblasNonUnit, Int32(m),
        Int32(n), 1, l, Int32(ldl), b, Int32(ldb))
    },
    nrm2: { n, x in cblas_snrm2(Int32(n), x, 1) },
    axpy: { n, alpha, x, y in cblas_saxpy(Int32(n), alpha, x, 1, y, 1) })
}

extension Matrix<Float> {
  /// The product A B by OpenBLAS, however large, to compare its speed.
  ///
  /// - Parameters:
  ///   - a: A, with the rows of this matrix.
  ///   - b: B, with the columns of this matrix.
  /// - Complexity: O(m n k).
  package mutating func formOpenBLASProduct(of a: Matrix, _ b: Matrix) {
    precondition(
      a.rows == rows && b.columns == columns && a.columns == b.rows,
      "the shapes of a product must agree")
    let (m, n, k) = (Int32(rows), Int32(columns), Int32(a.columns))
    let (lda, ldb, ldc) = (a.leadingDimension, b.leadingDimension, leadingDimension)
    a.withUnsafeElements { pa in
      b.withUnsafeElements { pb in
        withUnsafeMutableElements {
          cblas_sgemm(
            CblasColMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, pa, Int32(lda), pb, Int32(ldb),
            0, $0, Int32(ldc))
        }
      }
    }
  }
}

/// The number of threads of the numerical library and of this package's own parallel loops.
///
/// It belongs to the whole process, because OpenBLAS's thread pool does. The thread count changes
/// the order of summation and with it the last bits of a result, so every record states it.
public enum ThreadCount {
  /// The number of threads in use.
  public static var current: Int { Int(openblas_get_num_threads()) }

  /// Sets the number of threads.
  ///
  /// - Parameter count: at least 1; OpenBLAS caps it at the number it was built for.
  public static func set(_ count: Int) {
    precondition(count >= 1, "at least one thread")
    openblas_set_num_threads(Int32(count))
  }
}

/// The version and build options of the BLAS in use, for the record of a run.
public func numericalLibraryDescription() -> String {
  let core = String(cString: openblas_get_corename())
  let configuration = String(cString: openblas_get_config()).split(separator: " ")
  return configuration.prefix(2).joined(separator: " ") + ", " + core + " kernels"
}

/// An estimate of ‖A⁻¹‖₁ for a symmetric matrix, from a few solves.
///
/// Maximises the convex ‖A⁻¹x‖₁ over ‖x‖₁ ≤ 1 from corner to corner. A lower bound, seldom less than
/// a third. Source: Hager, "Condition estimates", SIAM Journal on Scientific and Statistical
/// Computing 5 (1984), 311–316; Higham, *Accuracy and Stability of Numerical Algorithms*, 2nd
/// edition, Section 15.3.
///
/// - Parameters:
///   - size: n, at least 1.
///   - solveMatrix: X ↦ A⁻¹X.
/// - Returns: the estimate.
/// - Complexity: at most six solves.
func inverseOneNormEstimate<Scalar: LinearAlgebraScalar>(
  size: Int, solve solveMatrix: (Matrix<Scalar>) -> Matrix<Scalar>
) -> Double {
  precondition(size >= 1, "a matrix with entries")
  func solve(_ vector: [Double]) -> [Double] {
    solveMatrix(Matrix(rows: size, columns: 1, columnMajor: vector.map { Scalar($0) })).elements
      .map { Double($0) }
  }
  func oneNorm(_ vector: [Double]) -> Double { vector.reduce(0) { $0 + abs($1) } }
  var solution = solve([Double](repeating: 1 / Double(size), count: size))
  var estimate = oneNorm(solution)
  var corner: Int?
  for _ in 0..<2 {
    let signs = solution.map { $0 < 0 ? -1.0 : 1 }
    let slopes = solve(signs).map(abs)
    guard let steepest = slopes.indices.max(by: { slopes[$0] < slopes[$1] }), steepest != corner
    else { break }
    corner = steepest
    var unit = [Double](repeating: 0, count: size)
    unit[steepest] = 1
    solution = solve(unit)
    let next = oneNorm(solution)
    if next <= estimate { break }
    estimate = next
  }
  // Higham's second try, where the corners mislead.
  let last = Double(max(size - 1, 1))
  let alternating = (0..<size).map { i -> Double in
    let value = 1 + Double(i) / last
    return i % 2 == 0 ? value : -value
  }
  return max(estimate, 2 * oneNorm(solve(alternating)) / (3 * Double(size)))
}

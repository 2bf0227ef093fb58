import LinearAlgebra

/// The maximiser of Σ α - αᵀ G α / 2 over α ≥ 0, by principal pivoting in blocks.
///
/// Some α are free, the others 0; the free ones solve G α = 1 among themselves. All α below 0 and
/// all others whose (G α - 1) is below 0 change sides at once; while that does not lessen their
/// number, only the last of them does, which ends at the solution where G is positive definite.
/// Source: Júdice and Pires, "A block principal pivoting algorithm for large-scale strictly monotone
/// linear complementarity problems", Computers and Operations Research 21 (1994), 587–596.
///
/// - Parameters:
///   - gram: G, n × n, positive semidefinite.
///   - start: which α are free at first.
///   - rounding: how far below 0 a (G α - 1) counts as 0, for a Σ α.
///   - rounds: the most exchanges.
/// - Returns: α, or nil where the free part of G is singular, or after all rounds.
/// - Complexity: O(f³ + n f) a round with f free α.
func pivotedDual(
  gram: Matrix<Double>, start: [Int], rounding: (_ sum: Double) -> Double, rounds: Int = 100
) -> [Double]? {
  let n = gram.rows
  var isFree = [Bool](repeating: false, count: n)
  for index in start { isFree[index] = true }
  var (fewest, chances) = (n + 1, 3)
  for _ in 0..<rounds {
    let free = (0..<n).filter { isFree[$0] }
    let columns = gram.columns(at: free)
    guard
      let values = try? Cholesky(factoring: columns.rows(free))
        .solve(Matrix(rows: free.count, columns: 1, repeating: 1)).values.elements
    else { return nil }
    let margins = columns.times(values)
    let least = 1 - rounding(values.reduce(0) { $0 + abs($1) })
    var dual = [Double](repeating: 0, count: n)
    for (index, value) in zip(free, values) { dual[index] = value }
    let wrong = (0..<n).filter { isFree[$0] ? dual[$0] < 0 : margins[$0] < least }
    guard let last = wrong.last else { return dual }
    if wrong.count < fewest {
      (fewest, chances) = (wrong.count, 3)
    } else {
      chances -= 1
    }
    for index in chances >= 0 ? wrong : [last] { isFree[index].toggle() }
  }
  return nil
}

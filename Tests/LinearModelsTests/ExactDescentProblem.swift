import ExactArithmetic
import LinearAlgebra
import RandomStreams
import RealModule

/// A problem of small integers, for descents in fractions.
struct ExactDescentProblem {
  let features: Matrix<Double>
  let targets: Matrix<Double>
  let start: Matrix<Double>

  init(rows: Int, columns: Int, labels: Bool = false, from stream: inout RandomStream) {
    func draw(_ rows: Int, _ columns: Int) -> Matrix<Double> {
      Matrix(rows: rows, columns: columns) { _, _ in Double(stream.integer(below: 7) - 3) }
    }
    features = draw(rows, columns)
    let numbers = draw(rows, 2)
    targets = labels ? numbers.map { $0 > 0 ? 1 : -1 } : numbers
    // Small outputs where exponentials of them are taken.
    start = labels ? draw(columns, 2).map { $0 / 8 } : draw(columns, 2)
  }

  /// Descent on the squared loss in fractions, and the mean of the weights after the start.
  func exactDescent(
    batches: [[Int]], stepSize: Rational, momentum: Rational, weightDecay: Rational
  ) -> (weights: Matrix<Double>, mean: Matrix<Double>) {
    plainDescent(
      batches: batches, stepSize: stepSize, momentum: momentum, weightDecay: weightDecay
    ) { $0 - $1 }
  }

  /// Descent entry by entry, in any field.
  func plainDescent<Number: OrderedField>(
    batches: [[Int]], stepSize: Number, momentum: Number, weightDecay: Number,
    derivative: (Number, Number) -> Number
  ) -> (weights: Matrix<Double>, mean: Matrix<Double>) {
    func converted(_ matrix: Matrix<Double>) -> [[Number]] {
      (0..<matrix.rows).map { i in matrix.row(i).map { Number(Rational($0)) } }
    }
    let (x, y) = (converted(features), converted(targets))
    var w = converted(start)
    var v = w.map { $0.map { _ in Number.zero } }
    var sum = v
    for batch in batches {
      for j in 0..<targets.columns {
        var gradient = w.map { _ in Number.zero }
        for i in batch {
          var output = Number.zero
          for a in 0..<features.columns { output = output + x[i][a] * w[a][j] }
          let slope = derivative(output, y[i][j])
          for a in 0..<features.columns { gradient[a] = gradient[a] + x[i][a] * slope }
        }
        for a in 0..<features.columns {
          v[a][j] = momentum * v[a][j] + gradient[a] + weightDecay * w[a][j]
          w[a][j] = w[a][j] - stepSize * v[a][j]
          sum[a][j] = sum[a][j] + w[a][j]
        }
      }
    }
    let count = Number(Rational(batches.isEmpty ? 1 : batches.count, over: 1))
    let mean = batches.isEmpty ? w : sum.map { $0.map { $0 / count } }
    func doubles(_ numbers: [[Number]]) -> Matrix<Double> {
      Matrix(rows: features.columns, columns: targets.columns) { numbers[$0][$1].nearestDouble }
    }
    return (doubles(w), doubles(mean))
  }
}

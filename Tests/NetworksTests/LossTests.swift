import Foundation
import LinearAlgebra
import Networks
import RandomStreams
import TestSupport
import Testing

@Suite("Cross-entropy is the softmax's, and survives large logits")
struct CrossEntropyTests {
  @Test("Loss and gradient by their definitions", arguments: PropertyCase.all)
  func definitions(_ property: PropertyCase) {
    check(property, Double.self)
    check(property, Float.self)
  }

  private func check<Scalar: LinearAlgebraScalar>(_ property: PropertyCase, _ type: Scalar.Type) {
    var stream = property.stream("cross-entropy")
    let (classes, count) = (max(1, property.first), max(1, property.second))
    let logits = randomMatrix(rows: classes, columns: count, of: type, from: &stream)
    let labels = (0..<count).map { _ in stream.integer(below: classes) }
    let (score, gradient) = Loss.crossEntropy.evaluate(logits: logits, labels: labels)
    let exact = logits.converted(to: Double.self)
    var loss = 0.0
    var correct = 0
    let bound = Tolerance.arithmetic.bound(type, size: classes + 8, scale: 1)
    for (j, label) in labels.enumerated() {
      let column = exact.column(j)
      let sum = column.reduce(0) { $0 + exp($1) }
      loss += log(sum) - column[label]
      if column.max() == column[label] { correct += 1 }
      for c in 0..<classes {
        let known = (exp(column[c]) / sum - (c == label ? 1 : 0)) / Double(count)
        #expect(abs(Double(gradient[c, j]) - known) <= bound / Double(count))
      }
      let columnSum = gradient.column(j).reduce(0) { $0 + Double($1) }
      #expect(abs(columnSum) <= bound / Double(count))
    }
    loss /= Double(count)
    #expect(abs(score.loss - loss) <= bound * (1 + Double(exact.largestAbsoluteEntry)))
    #expect(score.correct == correct)
  }

  @Test("Equal logits lose log C, however large they are", arguments: [1, 2, 3, 5, 10, 50])
  func uniformLogits(_ classes: Int) {
    for value in [0.0, -3, 1e4, -1e4, 1e6, 1e30, -1e30] {
      let labels = [0, classes - 1, classes / 2]
      let double = Loss.crossEntropy.evaluate(
        logits: Matrix<Double>(rows: classes, columns: 3, repeating: value), labels: labels)
      let float = Loss.crossEntropy.evaluate(
        logits: Matrix<Float>(rows: classes, columns: 3, repeating: Float(value)), labels: labels)
      let loss = log(Double(classes))
      #expect(
        abs(double.score.loss - loss)
          <= Tolerance.arithmetic.bound(
            Double.self, size: 3, scale: loss))
      #expect(
        abs(float.score.loss - loss)
          <= Tolerance.arithmetic.bound(
            Float.self, size: 3, scale: loss))
      // Of equal logits the first one counts as the answer.
      #expect(double.score.correct == labels.count { $0 == 0 })
    }
  }

  @Test("Large logits neither overflow nor hide the loss")
  func largeLogits() {
    let logits = Matrix<Float>(rows: 2, columns: 3, columnMajor: [1e30, 0, 500, -500, 0, 100])
    let (score, gradient) = Loss.crossEntropy.evaluate(logits: logits, labels: [0, 1, 0])
    #expect(score.correct == 1)
    let loss = (0 + 1000 + 100) / 3.0
    #expect(abs(score.loss - loss) <= Tolerance.arithmetic.bound(Float.self, size: 3, scale: loss))
    let third = Float(1) / 3
    #expect(
      gradient.elements.elementsEqual([0, 0, third, -third, -third, third]) {
        abs($0 - $1) <= 2 * Float.ulpOfOne
      })
    let right = Loss.crossEntropy.evaluate(
      logits: Matrix<Float>(rows: 2, columns: 1, columnMajor: [0, 1000]), labels: [1])
    #expect(right.score.loss == 0)
  }

  @Test("The gradient is the derivative of the loss", arguments: PropertyCase.all)
  func derivative(_ property: PropertyCase) {
    var stream = property.stream("derivative")
    let (classes, count) = (max(1, min(property.first, 10)), max(1, min(property.second, 10)))
    let logits: Matrix<Double> = randomMatrix(rows: classes, columns: count, from: &stream)
    let labels = (0..<count).map { _ in stream.integer(below: classes) }
    let gradient = Loss.crossEntropy.evaluate(logits: logits, labels: labels).gradient
    for c in 0..<classes {
      for j in 0..<count {
        func loss(_ step: Double) -> Double {
          var moved = logits
          moved[c, j] += step
          return Loss.crossEntropy.evaluate(logits: moved, labels: labels).score.loss
        }
        let difference = (loss(1e-6) - loss(-1e-6)) / 2e-6
        #expect(abs(gradient[c, j] - difference) <= 1e-8 + 1e-6 * abs(difference))
      }
    }
  }

  @Test("A logit that is no number gives a loss that is none")
  func notFinite() {
    for value in [Double.nan, .infinity] {
      let logits = Matrix<Double>(rows: 2, columns: 1, columnMajor: [0, value])
      #expect(Loss.crossEntropy.evaluate(logits: logits, labels: [0]).score.loss.isFinite == false)
    }
  }

  @Test("No sample, and a label too few, stop the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      _ = Loss.crossEntropy.evaluate(logits: Matrix<Double>(rows: 2, columns: 0), labels: [])
    }
    await #expect(processExitsWith: .failure) {
      _ = Loss.crossEntropy.evaluate(logits: Matrix<Double>(rows: 2, columns: 2), labels: [0])
    }
  }
}

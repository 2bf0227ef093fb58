import Foundation
import LinearModels
import RandomStreams
import TestSupport
import Testing

@Suite("Losses of one output and their derivatives")
struct DescentLossTests {
  @Test("The difference of two losses lies between the derivatives', for they are convex")
  func derivatives() {
    for seed in 0..<200 {
      var stream = RandomStream(seed: UInt64(seed), purpose: "losses")
      let target = stream.integer(below: 2) == 0 ? 1.0 : -1.0
      let (a, b) = (3 * stream.normal(), 3 * stream.normal())
      for loss in DescentLoss.allCases {
        let (before, after) = (
          loss.value(output: a, target: target), loss.value(output: b, target: target)
        )
        let low = loss.derivative(output: a, target: target) * (b - a)
        let high = loss.derivative(output: b, target: target) * (b - a)
        let rounding = Tolerance.arithmetic.bound(
          Double.self, size: 50, scale: before + after + abs(low) + abs(high))
        #expect(low <= after - before + rounding && after - before <= high + rounding)
        // Neither bound is loose for near outputs: the derivative is the limit of quotients.
        let step = 0x1p-26
        let quotient =
          (loss.value(output: a + step, target: target)
            - loss.value(output: a - step, target: target)) / (2 * step)
        #expect(
          abs(quotient - loss.derivative(output: a, target: target))
            <= Tolerance.arithmetic.bound(Double.self, size: 50, scale: (1 + before) / step))
      }
    }
  }

  @Test("Known values at an output of 0, and far out")
  func knownValues() {
    #expect(DescentLoss.squared.value(output: 3, target: 1) == 2)
    #expect(DescentLoss.squared.derivative(output: 3, target: 1) == 2)
    #expect(DescentLoss.logistic.value(output: 0, target: -1) == log(2))
    #expect(DescentLoss.logistic.derivative(output: 0, target: 1) == -0.5)
    #expect(DescentLoss.logistic.value(output: -1e6, target: 1) == 1e6)
    #expect(DescentLoss.logistic.value(output: 1e6, target: 1) == 0)
    #expect(DescentLoss.logistic.derivative(output: -1e6, target: 1) == -1)
    #expect(DescentLoss.logistic.derivative(output: 1e6, target: 1) == 0)
    #expect(DescentLoss.exponential.value(output: 0, target: 1) == 1)
    #expect(DescentLoss.exponential.derivative(output: 0, target: -1) == 1)
    #expect(DescentLoss.exponential.value(output: 1e6, target: -1) == .infinity)
  }
}

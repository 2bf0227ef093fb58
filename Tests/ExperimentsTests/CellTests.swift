import Experiments
import Foundation
import Testing

@Suite("Cells")
struct CellTests {
  private func cell(
    paper: Double?, measured: Double?, obstacles: [String] = []
  ) -> Cell { cell(paper: paper, measured: measured.map { [$0] } ?? [], obstacles: obstacles) }

  private func cell(
    paper: Double?, measured: [Double], obstacles: [String] = []
  ) -> Cell {
    Cell(
      name: "a/b", title: "t", source: "s", unit: "%", paper: paper, measured: measured,
      tolerance: 0.5, obstacles: obstacles, caveats: ["c"])
  }

  @Test("a number within the tolerance agrees, at its edge too; beyond it differs")
  func verdicts() {
    #expect(cell(paper: 10, measured: 10.5).verdict == .agrees)
    #expect(cell(paper: 10, measured: 9.5).verdict == .agrees)
    #expect(cell(paper: 10, measured: 10.75).verdict == .differs)
    #expect(cell(paper: 10, measured: .nan).verdict == .differs)
  }

  @Test("another set-up or a missing number is not comparable, and says why first")
  func notComparable() {
    let other = cell(paper: 10, measured: 10, obstacles: ["n = 5"])
    #expect(other.verdict == .notComparable)
    #expect(other.caveats == ["n = 5", "c"])
    #expect(cell(paper: nil, measured: 1).verdict == .notComparable)
    #expect(cell(paper: 1, measured: nil).verdict == .notComparable)
  }

  @Test("of several seeds the mean is compared, and their standard deviation told")
  func seeds() {
    let three = cell(paper: 10, measured: [9, 10, 12.4])
    let mean: Double = (9 + 10 + 12.4) / 3
    #expect(three.measured == .number(mean))
    #expect(three.verdict == .agrees)
    var squares = 0.0
    for value in [9, 10, 12.4] { squares += (value - mean) * (value - mean) }
    let expected = (squares / 2).squareRoot()
    let difference = abs((three.deviation ?? 0) - expected)
    #expect(difference <= 8 * Double.ulpOfOne * expected)
    #expect(cell(paper: 10, measured: [9, 10, 13]).verdict == .differs)
    #expect(cell(paper: 10, measured: [9]).deviation == nil)
  }

  @Test("a claim is borne out or not")
  func claims() {
    for holds in [true, false] {
      let cell = Cell(
        name: "claims/x", title: "t", source: "s", paper: "p", measured: "m", holds: holds)
      #expect(cell.verdict == (holds ? .agrees : .differs))
    }
  }

  @Test(
    "values survive coding",
    arguments: [CellValue.number(1.5), .number(-0.0), .text("a \"quoted\" text"), .none])
  func coding(value: CellValue) throws {
    let data = try JSONEncoder().encode([value])
    #expect(try JSONDecoder().decode([CellValue].self, from: data) == [value])
  }

  @Test("verdicts are the words of the contract")
  func words() {
    #expect(Verdict.allCases.map(\.rawValue) == ["agrees", "differs", "not comparable"])
  }
}

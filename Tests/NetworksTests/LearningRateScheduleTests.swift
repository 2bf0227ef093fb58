import Foundation
import Networks
import Testing

@Suite("A learning rate falls as its schedule says")
struct LearningRateScheduleTests {
  @Test("Rates of the first epochs, by hand")
  func tables() {
    func rates(_ schedule: LearningRateSchedule) -> [Double] {
      (0..<6).map { schedule.rate(epoch: $0) }
    }
    #expect(rates(.constant(0.25)) == [0.25, 0.25, 0.25, 0.25, 0.25, 0.25])
    #expect(rates(.exponential(1, factor: 0.5)) == [1, 0.5, 0.25, 0.125, 0.0625, 0.03125])
    #expect(
      rates(LearningRateSchedule(8, decay: .everyEpochs(2, factor: 0.25))) == [
        8, 8, 2, 2, 0.5, 0.5,
      ])
    #expect(
      rates(LearningRateSchedule(8, decay: .everyEpochs(1, factor: 0.5))) == [
        8, 4, 2, 1, 0.5, 0.25,
      ])
    #expect(
      rates(LearningRateSchedule(8, decay: .afterEpochs([4, 1], factor: 0.5)))
        == [8, 4, 4, 4, 2, 2])
    #expect(
      rates(LearningRateSchedule(8, decay: .afterEpochs([], factor: 0.5))) == [8, 8, 8, 8, 8, 8])
    #expect(rates(LearningRateSchedule(8, decay: .afterEpochs([0], factor: 0.5)))[0] == 4)
  }

  @Test("The paper's schedule is 0.01 times 0.95 to the epoch", arguments: 0..<200)
  func paper(_ epoch: Int) {
    let rate = TrainingConfiguration(epochs: 1).learningRate.rate(epoch: epoch)
    let known = 0.01 * pow(0.95, Double(epoch))
    #expect(abs(rate - known) <= Double(epoch + 2) * Double.ulpOfOne * known)
  }

  @Test("A schedule survives its JSON")
  func coding() throws {
    let schedules: [LearningRateSchedule] = [
      .constant(0.1), .exponential(0.01, factor: 0.95),
      LearningRateSchedule(1, decay: .everyEpochs(30, factor: 0.1)),
      LearningRateSchedule(1, decay: .afterEpochs([150, 225], factor: 0.1)),
    ]
    let data = try JSONEncoder().encode(schedules)
    #expect(try JSONDecoder().decode([LearningRateSchedule].self, from: data) == schedules)
  }

  @Test("A period of no epoch stops the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      _ = LearningRateSchedule(1, decay: .everyEpochs(0, factor: 0.5)).rate(epoch: 1)
    }
  }
}

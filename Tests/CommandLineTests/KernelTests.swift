import Testing

@Suite("rethink kernel")
struct KernelTests {
  @Test("equations that are not met end with status 1, the figures and what to try")
  func unmet() async throws {
    let outcome = try await rethink([
      "kernel", "--samples", "100", "--test-samples", "20", "--crop", "8", "--solver", "iterative",
      "--rank", "5", "--iterations", "1", "--json",
    ])
    #expect(outcome.status == 1)
    let residual = try #require(try outcome.json()["relativeResidual"] as? Double)
    #expect(residual > 1e-3)
    #expect(
      outcome.errors.contains("rethink: the iteration ended by the limit on iterations"),
      "\(outcome.errors)")
    #expect(outcome.errors.contains("--iterations") && outcome.errors.contains("--ridge"))
  }
}

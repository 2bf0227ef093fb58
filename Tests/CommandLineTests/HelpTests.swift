import Testing

@Suite("Help")
struct HelpTests {
  @Test("the program and each subcommand explain themselves on standard output")
  func help() async throws {
    let whole = try await rethink("--help")
    #expect(whole.status == 0 && whole.errors.isEmpty)
    for name in ["reproduce", "interpolate", "certify", "linear", "kernel", "train", "compare"] {
      #expect(whole.output.contains("  \(name)  "))
      let part = try await rethink(name, "--help")
      #expect(part.status == 0 && part.errors.isEmpty)
      for option in ["--data", "--samples", "--corrupt", "--seed", "--threads", "--json"] {
        #expect(part.output.contains(option), "\(name) does not explain \(option)")
      }
    }
  }

  @Test("without arguments it shows the help, and --version one line")
  func plain() async throws {
    #expect(try await rethink().output.contains("SUBCOMMANDS"))
    let version = try await rethink("--version")
    #expect(version.status == 0)
    #expect(version.output.split(separator: "\n").count == 1)
  }
}

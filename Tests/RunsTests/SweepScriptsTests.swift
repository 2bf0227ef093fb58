import Foundation
import Runs
import Subprocess
import Testing

@Suite("Scripts of sweeps")
struct SweepScriptsTests {
  private func scripts(_ folder: URL, _ program: String) -> SweepScripts {
    SweepScripts(
      name: "my plan; rm", count: 3, jobs: 2, threads: 4,
      command: [program, "sweep", "it's a plan.yaml", "--out=x y"], folder: folder.path)
  }

  @Test("the job array does the run that its task names, in the folder of the command")
  func sbatch() async throws {
    try await withTemporaryFolder { folder in
      let program = try await Program(in: folder)
      let file = folder.appendingPathComponent("sweep.sbatch")
      let text = scripts(folder, program.path).sbatch
      for line in [
        "#SBATCH --job-name=my_plan__rm", "#SBATCH --array=0-2", "#SBATCH --cpus-per-task=4",
        "#SBATCH --signal=B:TERM@120", "#SBATCH --requeue",
      ] {
        #expect(text.contains("\n\(line)\n"))
      }
      try Data(text.utf8).write(to: file)
      _ = try await outputOf(
        "/bin/sh", file.path,
        environment: .custom(["SLURM_ARRAY_TASK_ID": "2", "PATH": "/usr/bin:/bin"]))
      #expect(program.lines() == ["sweep it's a plan.yaml --out=x y --index 2 --quiet"])
    }
  }

  @Test("GNU parallel is handed one command with the index to fill in")
  func parallel() async throws {
    try await withTemporaryFolder { folder in
      // Stands for GNU parallel: one shell for each line of standard input.
      let stand = folder.appendingPathComponent("parallel")
      let script = """
        #!/bin/sh
        [ "$1" = --jobs ] && [ "$2" = 2 ] || exit 1
        while read -r line; do sh -c "$(printf %s "$3" | sed "s/{}/$line/")"; done
        """
      try await writeExecutable(script, at: stand.path)
      let program = try await Program(in: folder)
      let file = folder.appendingPathComponent("parallel.sh")
      try Data(scripts(folder, program.path).parallel.utf8).write(to: file)
      _ = try await outputOf(
        "/bin/sh", file.path, environment: .custom(["PATH": folder.path + ":/usr/bin:/bin"]))
      #expect(
        program.lines()
          == (0..<3).map { "sweep it's a plan.yaml --out=x y --index \($0) --quiet" })
    }
  }

  @Test("the plan is one line a run, counted from 0")
  func plan() {
    #expect(
      planLines(of: [("a", "rethink train"), ("b", "rethink kernel")])
        == "0\ta\trethink train\n1\tb\trethink kernel\n")
  }
}

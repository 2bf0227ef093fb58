import Foundation

/// How long idle threads of OpenBLAS and of OpenMP keep a processor from others.
///
/// Both libraries have threads of their own, which look for work in a loop after each product. Where
/// their products take turns, as in a kernel regression, the ones that look take the processors from
/// the ones that work: with two processors a quarter of the time.
enum IdleThreads {
  /// Begins this program anew with idle threads that sleep soon.
  ///
  /// Unless the user has said how long they look for work. The libraries read it before any code of
  /// ours runs.
  static func sleepSoon() {
    let environment = ProcessInfo.processInfo.environment
    // 2¹⁴ cycles, and 10,000 turns of OpenMP's loop: some microseconds, more than lies between two
    // products of a training step.
    var settings = ["OPENBLAS_THREAD_TIMEOUT": "14"]
    if environment["OMP_WAIT_POLICY"] == nil { settings["GOMP_SPINCOUNT"] = "10000" }
    let missing = settings.filter { environment[$0.key] == nil }
    // Where a variable cannot be set, or the program not be found, it is only slower.
    guard !missing.isEmpty, missing.allSatisfy({ setenv($0.key, $0.value, 0) == 0 }) else { return }
    _ = execv("/proc/self/exe", CommandLine.unsafeArgv)
  }
}

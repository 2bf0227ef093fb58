/// Asks a LAPACK routine for its workspace, makes it, and calls the routine again.
///
/// - Parameters:
///   - type: the scalar type of the routine.
///   - integerCount: length of the integer workspace where the routine does not tell it.
///   - call: the routine, given workspace, its length and integer workspace; a length of -1 is the
///     question, answered in the first entry of each workspace.
/// - Returns: the routine's `info`.
func withWorkspace<Scalar: LinearAlgebraScalar>(
  of type: Scalar.Type, integerCount: Int? = nil,
  _ call: (
    _ work: UnsafeMutablePointer<Scalar>, _ length: Int,
    _ integers: UnsafeMutablePointer<Int32>, _ integerLength: Int
  ) -> Int
) -> Int {
  var answer: Scalar = 0
  var integerAnswer: Int32 = 0
  let info = call(&answer, -1, &integerAnswer, -1)
  if info != 0 { return info }
  // A Float rounds large counts, perhaps down: ask for a little more than it says.
  let length = max(1, Int(Double(answer) * (1 + 1e-6)) + 1)
  let integerLength = max(1, integerCount ?? Int(integerAnswer))
  var work = [Scalar](repeating: 0, count: length)
  var integers = [Int32](repeating: 0, count: integerLength)
  return call(&work, length, &integers, integerLength)
}

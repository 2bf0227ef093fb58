/// What a reproduction would run: each cell, its time at most and how far it is.
public struct ReproductionListing: Sendable, Codable, Equatable {
  /// A cell.
  public struct Entry: Sendable, Codable, Equatable {
    /// The cell's whole name.
    public var cell: String
    /// What is run, in words.
    public var title: String
    /// About how long its runs take at most, all seeds together; nil where that is not known.
    @ExplicitNull public var seconds: Double?
    /// How far its runs are, the least of them; where the cell has none, why.
    public var state: String

    /// Describes a cell.
    ///
    /// - Parameters:
    ///   - cell: the cell's whole name.
    ///   - title: what is run, in words.
    ///   - seconds: about how long its runs take at most.
    ///   - state: how far its runs are, or why it has none.
    public init(cell: String, title: String, seconds: Double?, state: String) {
      self.cell = cell
      self.title = title
      self.seconds = seconds
      self.state = state
    }
  }

  /// At which size.
  public var scale: PlanScale
  /// The machine's rates that times are estimated from.
  public var speed: MachineSpeed
  /// The cells, in the order of the paper's argument.
  public var entries: [Entry]
  /// The times of all runs that are left, each once.
  public var secondsLeft: Double

  /// Lists cells.
  ///
  /// - Parameters:
  ///   - scale: at which size.
  ///   - speed: the machine's rates.
  ///   - entries: the cells.
  ///   - secondsLeft: the times of all runs that are left, each once.
  public init(scale: PlanScale, speed: MachineSpeed, entries: [Entry], secondsLeft: Double) {
    self.scale = scale
    self.speed = speed
    self.entries = entries
    self.secondsLeft = secondsLeft
  }
}

/// How a file keeps the direction a that all hidden units of a ``ReLUNetworks/ReLUInterpolant`` share.
public enum DirectionLayout: String, Sendable, Codable, CaseIterable {
  /// Once, as a layer that all hidden units read: n (1 + C) + d numbers.
  case shared
  /// Once for each hidden unit, as the rows of an n × d matrix: two dense layers.
  case expanded
}

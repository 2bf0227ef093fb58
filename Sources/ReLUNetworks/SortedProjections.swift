private import LinearAlgebra

/// Projections in increasing order, each with its sample.
///
/// Equal projections stand in the order of their samples; -0 and 0 are equal.
public struct SortedProjections: Sendable, Equatable {
  /// The projections, increasing; 0 in place of -0.
  public let values: [Double]
  /// The sample of each projection: `values[k]` belongs to sample `samples[k]`, counted from 0.
  public let samples: [UInt32]

  /// Sorts projections by their bits.
  ///
  /// A radix sort from the lowest digit, on all threads: no comparisons, and digits in which all
  /// projections agree cost nothing. A NaN stands below or above all numbers, by its sign.
  ///
  /// - Parameter projections: n < 2³² numbers, in the order of the samples.
  /// - Complexity: O(n) time; 32 n bytes of memory beside the result.
  ///
  /// Source: Knuth, The Art of Computer Programming, volume 3, section 5.2.5.
  public init(_ projections: [Double]) {
    precondition(projections.count < 1 << 32, "samples are counted in 32 bits")
    let sort = RadixSort(count: projections.count)
    defer { sort.deallocate() }
    projections.withUnsafeBufferPointer { sort.load($0) }
    sort.sort()
    values = [Double](unsafeUninitializedCapacity: projections.count) { buffer, initialized in
      sort.forEach(writingTo: buffer) { number(ordered: $0.key) }
      initialized = projections.count
    }
    samples = [UInt32](unsafeUninitializedCapacity: projections.count) { buffer, initialized in
      sort.forEach(writingTo: buffer) { $0.sample }
      initialized = projections.count
    }
  }

  /// The number of projections n.
  public var count: Int { values.count }
}

/// The bits of a number as an integer that increases with it.
private func orderedKey(_ number: Double) -> UInt64 {
  // Adding 0 turns -0 into 0.
  let pattern = (number + 0).bitPattern
  return pattern >> 63 == 1 ? ~pattern : pattern | 1 << 63
}

/// The number of an ordered key.
private func number(ordered key: UInt64) -> Double {
  Double(bitPattern: key >> 63 == 1 ? key & ~(1 << 63) : ~key)
}

/// Keys with their samples, and room to distribute them by one digit after the other.
///
/// Sendable because each thread writes to the places of its own chunk alone.
private struct RadixSort: @unchecked Sendable {
  struct Entry {
    var key: UInt64
    var sample: UInt32
  }

  /// With 256 values of a digit, the places written to stay in the fastest cache and its table of
  /// pages.
  static let digitBits = 8
  static let digitValues = 1 << digitBits

  let count: Int
  /// Pieces of the entries, each counted and distributed by one thread.
  let chunks: Int
  private let entries: UnsafeMutablePointer<Entry>
  private let spare: UnsafeMutablePointer<Entry>
  /// The next place for each value of a digit, chunk after chunk.
  private let places: UnsafeMutablePointer<Int>
  /// The bits in which each chunk's keys differ from the first key.
  private let differences: UnsafeMutablePointer<UInt64>

  init(count: Int) {
    self.count = count
    // Below some ten thousand entries threads cost more than they save.
    chunks = max(1, min(ThreadCount.current, count >> 14))
    entries = .allocate(capacity: count)
    spare = .allocate(capacity: count)
    places = .allocate(capacity: chunks * Self.digitValues)
    differences = .allocate(capacity: chunks)
  }

  func deallocate() {
    entries.deallocate()
    spare.deallocate()
    places.deallocate()
    differences.deallocate()
  }

  func load(_ numbers: UnsafeBufferPointer<Double>) {
    guard let first = numbers.first.map(orderedKey) else { return }
    nonisolated(unsafe) let numbers = numbers
    inParallel(count: chunks) { chunk in
      var difference: UInt64 = 0
      for index in range(of: chunk) {
        let key = orderedKey(numbers[index])
        difference |= key ^ first
        entries[index] = Entry(key: key, sample: UInt32(truncatingIfNeeded: index))
      }
      differences[chunk] = difference
    }
  }

  func forEach<Value>(
    writingTo buffer: UnsafeMutableBufferPointer<Value>, _ value: @Sendable (Entry) -> Value
  ) {
    nonisolated(unsafe) let buffer = buffer
    inParallel(count: chunks) { chunk in
      for index in range(of: chunk) {
        buffer.initializeElement(at: index, to: value(entries[index]))
      }
    }
  }

  /// Sorts `entries` by their keys, equal ones in the order they have.
  func sort() {
    if count < 2 { return }
    let difference = (0..<chunks).reduce(0) { $0 | differences[$1] }
    var (source, target) = (entries, spare)
    for shift in stride(
      from: difference.trailingZeroBitCount, to: 64 - difference.leadingZeroBitCount,
      by: Self.digitBits)
    where difference >> shift & UInt64(Self.digitValues - 1) != 0 {
      distribute(source, to: target, shift: UInt64(shift))
      swap(&source, &target)
    }
    if source != entries { entries.update(from: source, count: count) }
  }

  private func distribute(
    _ source: UnsafeMutablePointer<Entry>, to target: UnsafeMutablePointer<Entry>, shift: UInt64
  ) {
    nonisolated(unsafe) let (source, target) = (source, target)
    inParallel(count: chunks) { chunk in
      let counts = places + chunk * Self.digitValues
      counts.update(repeating: 0, count: Self.digitValues)
      for index in range(of: chunk) { counts[digit(source[index], shift)] += 1 }
    }
    var next = 0
    for value in 0..<Self.digitValues {
      for chunk in 0..<chunks {
        let count = places[chunk * Self.digitValues + value]
        places[chunk * Self.digitValues + value] = next
        next += count
      }
    }
    inParallel(count: chunks) { chunk in
      let places = places + chunk * Self.digitValues
      for index in range(of: chunk) {
        let entry = source[index]
        let value = digit(entry, shift)
        target[places[value]] = entry
        places[value] += 1
      }
    }
  }

  private func digit(_ entry: Entry, _ shift: UInt64) -> Int {
    Int(truncatingIfNeeded: entry.key &>> shift & UInt64(Self.digitValues - 1))
  }

  private func range(of chunk: Int) -> Range<Int> {
    chunk * count / chunks..<(chunk + 1) * count / chunks
  }
}

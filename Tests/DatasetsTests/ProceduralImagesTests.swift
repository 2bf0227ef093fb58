import Datasets
import LinearAlgebra
import TestSupport
import Testing

@Suite("Procedural images are drawn from a seed, balanced, each on its own")
struct ProceduralImagesTests {
  @Test("Image i is the same whatever the counts", arguments: 0..<200)
  func prefixes(_ seed: Int) {
    let sizes = PropertyCase.sizes.filter { $0 <= 10 }
    let (n, m) = (sizes[seed % sizes.count], sizes[seed / sizes.count % sizes.count])
    let large = ProceduralImages.split(trainCount: 10, testCount: 10, seed: UInt64(seed))
    let small = ProceduralImages.split(trainCount: n, testCount: m, seed: UInt64(seed))
    #expect(small.train.count == n && small.test.count == m)
    #expect(small.train.pixels == large.train.prefix(n).pixels)
    #expect(small.test.pixels == large.test.prefix(m).pixels)
    #expect(small.train.labels == Array(large.train.labels.prefix(n)))
  }

  @Test("Seeds, and training and test, have images of their own", arguments: 0..<200)
  func seeds(_ seed: Int) {
    func split(_ seed: Int) -> DatasetSplit {
      ProceduralImages.split(trainCount: 3, testCount: 3, seed: UInt64(seed))
    }
    #expect(split(seed) == split(seed))
    #expect(split(seed).train.pixels != split(seed + 1).train.pixels)
    #expect(split(seed).test.pixels != split(seed + 1).test.pixels)
    #expect(split(seed).train.pixels != split(seed).test.pixels)
  }

  @Test("Every prefix is balanced", arguments: [0, 1, 9, 10, 11, 50, 95])
  func balance(_ count: Int) {
    let split = ProceduralImages.split(trainCount: count, testCount: 2, seed: 1)
    var counts = [Int](repeating: 0, count: 10)
    for label in split.train.labels { counts[label] += 1 }
    #expect(counts.reduce(0, +) == count)
    #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 1)
    #expect(split.train.classNames == ProceduralImages.classNames)
    #expect(Set(ProceduralImages.classNames).count == 10)
  }

  @Test("Images are 32 x 32 in colour, use the range of bytes and differ")
  func values() throws {
    let train = ProceduralImages.split(trainCount: 50, testCount: 0, seed: 3).train
    #expect(train.shape == ImageShape(height: 32, width: 32, channels: 3))
    #expect(train.dimension == 3072)
    guard case .bytes(let bytes) = train.pixels else {
      Issue.record("procedural images are bytes")
      return
    }
    let images = stride(from: 0, to: bytes.count, by: 3072).map { Array(bytes[$0..<$0 + 3072]) }
    #expect(Set(images).count == 50)
    for image in images {
      let (low, high) = (Int(image.min() ?? 0), Int(image.max() ?? 0))
      #expect(high - low > 60)
    }
    #expect(!train.provenance.caveats.isEmpty)
    #expect(train.provenance.steps.last?.contains("seed 3") == true)
  }

  @Test("The classes look different: means of many images tell more than chance")
  func classes() {
    // A nearest-mean classifier, far below a good learner but above one in ten.
    let split = ProceduralImages.split(trainCount: 1000, testCount: 1000, seed: 4)
    let train = split.train.featureMatrix(.standardized)
    let test = split.test.featureMatrix(.standardized)
    let means = (0..<10).map { label in
      let rows = split.train.labels.indices.filter { split.train.labels[$0] == label }
      return (0..<train.columns).map { j in
        rows.reduce(0) { $0 + train[$1, j] } / Double(rows.count)
      }
    }
    let correct = split.test.labels.indices.count { i in
      let row = test.row(i)
      let distances = means.map { mean in
        zip(mean, row).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      }
      return distances.firstIndex(of: distances.min() ?? 0) == split.test.labels[i]
    }
    // One in ten, and six standard deviations of a binomial share.
    let share = Double(correct) / 1000
    #expect(share > 0.1 + 6 * (0.1 * 0.9 / 1000).squareRoot())
  }
}

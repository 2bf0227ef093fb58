import Kernels
import LinearAlgebra

/// How the scale of a kernel that leaves it open is found.
public enum ScaleSelection: String, Sendable, Codable, CaseIterable {
  /// The median distance of random pairs of images.
  case median
  /// Of a grid around that median the scale with the least leave-one-out error on some images.
  case leaveOneOut = "leave-one-out"
}

/// The scales that were tried, with their leave-one-out errors.
public struct ScaleSelectionRecord: Sendable, Codable, Equatable {
  /// A kernel that was tried.
  public struct Candidate: Sendable, Codable, Equatable {
    /// The kernel with its parameter.
    public var kernel: String
    /// Its scale s.
    public var scale: Double
    /// The mean squared leave-one-out error; nil where the Gram matrix could not be factored.
    @ExplicitNull public var meanSquaredError: Double?
  }

  /// How many images were used.
  public var samples: Int
  /// All candidates, from the widest.
  public var candidates: [Candidate]
  /// Which was taken.
  public var chosen: Int
}

extension KernelConfiguration {
  /// The kernel for some images, and how its scale was found where it was tried for.
  func chosenKernel(
    for features: Matrix<Double>, targets: Matrix<Double>
  ) throws(ExperimentError) -> (kernel: AnyKernel, selection: ScaleSelectionRecord?) {
    guard scaleSelection == .leaveOneOut, kernel.hasOpenScale else {
      return (kernel.kernel(for: features, seed: seed), nil)
    }
    let candidates = kernel.scaleCandidates(for: features, seed: seed)
    do throws(KernelError) {
      let selection = try LeaveOneOutSelection(
        among: candidates.map(\.kernel), samples: features, targets: targets, ridge: ridge,
        sampleLimit: selectionSamples, seed: seed)
      guard let chosen = selection.bestIndex else {
        for case .failure(let error) in selection.candidates.map(\.meanSquaredError) {
          throw error
        }
        return (kernel.kernel(for: features, seed: seed), nil)
      }
      let tried = zip(candidates, selection.candidates).map { candidate, outcome in
        ScaleSelectionRecord.Candidate(
          kernel: candidate.kernel.description, scale: candidate.scale,
          meanSquaredError: try? outcome.meanSquaredError.get())
      }
      return (
        candidates[chosen].kernel,
        ScaleSelectionRecord(samples: selection.sampleCount, candidates: tried, chosen: chosen)
      )
    } catch {
      throw .kernel(error)
    }
  }
}

import Kernels
import LinearAlgebra
import RandomStreams

// What an inner product of the features of all images gives: a ridge regression or a kernel's.

extension RandomConvolutionFit {
  /// The ridge regression on some filters' features.
  ///
  /// - Parameters:
  ///   - gram: ΦΦᵀ of the training images.
  ///   - cross: the inner products of the test images' features with theirs.
  ///   - filters: how many filters the features are of.
  /// - Returns: the errors, with the ridge of least error on the images held out.
  /// - Throws: why the largest ridge gives no solution, where none does.
  func dualPoint(
    _ gram: SymmetricPanels, _ cross: Matrix<Float>, filters: Int
  ) throws(LinearAlgebraError) -> Point {
    var candidates: [Candidate] = []
    var best: (fit: RefinedSolution, error: Double)?
    for ridge in configuration.ridges {
      let factor: PanelCholesky<Float>
      do {
        factor = try gram.factored(ridge: lambda(ridge))
      } catch {
        candidates.append(Candidate(relativeGamma: nil, ridge: ridge, heldOutError: nil))
        continue
      }
      // The fit without the images held out needs no factorisation of its own.
      let alpha = factor.leading(fitted).solve(targets.rows(0..<fitted))
      let error = heldOutError(of: gram.lastRows(from: fitted, times: alpha))
      candidates.append(Candidate(relativeGamma: nil, ridge: ridge, heldOutError: error))
      if error < best?.error ?? .infinity {
        // Refined at once, so that no factor is kept beside the next.
        let fit = gram.solve(
          wideTargets, by: factor, ridge: lambda(ridge), tolerance: configuration.tolerance)
        best = (fit, error)
      }
    }
    guard let best else {
      _ = try gram.factored(ridge: lambda(configuration.ridges.max() ?? 0))
      return point(filters, candidates)
    }
    var result = point(filters, candidates)
    measure(best.fit, lambda: lambda(result.ridge), into: &result)
    result.testError = testError(cross, best.fit.solution) { $1 }
    return result
  }

  /// The regression with a Gaussian kernel of some filters' features.
  ///
  /// γ and λ are chosen by fits to the first images alone; the one factorisation for all of them is
  /// that of the choice.
  ///
  /// - Parameters:
  ///   - gram: ΦΦᵀ of the training images.
  ///   - cross: the inner products of the test images' features with theirs.
  ///   - testNorms: the squared lengths of the test images' features.
  ///   - filters: how many filters the features are of.
  /// - Returns: the errors, with the γ and λ of least error on the images held out.
  /// - Throws: why these give no solution.
  func kernelPoint(
    _ gram: SymmetricPanels, _ cross: Matrix<Float>, testNorms: [Float], filters: Int
  ) throws(LinearAlgebraError) -> Point {
    let scale = 1 / medianSquaredDistance(gram)
    let selected = min(fitted, configuration.selectionLimit)
    var candidates: [Candidate] = []
    for relativeGamma in configuration.relativeGammas {
      let kernel = GaussianKernel(gamma: relativeGamma * scale)
      for ridge in configuration.ridges {
        let factor = try? gram.factored(ridge: Float(ridge), leading: selected, kernel: kernel)
        let alpha = factor.map { $0.solve(targets.rows(0..<selected)) }
        candidates.append(
          Candidate(
            relativeGamma: relativeGamma, ridge: ridge,
            heldOutError: alpha.map {
              heldOutError(of: gram.lastRows(from: fitted, times: $0, kernel: kernel))
            }))
      }
    }
    var result = point(filters, candidates)
    let chosen = candidates.min { ($0.heldOutError ?? .infinity) < ($1.heldOutError ?? .infinity) }
    let kernel = GaussianKernel(gamma: (chosen?.relativeGamma ?? 1) * scale)
    result.gamma = kernel.gamma
    let lambda = Float(result.ridge)
    let fit = gram.solve(
      wideTargets, by: try gram.factored(ridge: lambda, kernel: kernel), ridge: lambda,
      kernel: kernel, tolerance: configuration.tolerance)
    measure(fit, lambda: lambda, into: &result)
    let norms = gram.diagonal
    result.testError = testError(cross, fit.solution) { columns, products in
      var values = products
      values.apply(kernel, rowNorms: testNorms, columnNorms: Array(norms[columns]))
      return values
    }
    return result
  }

  private var wideTargets: Matrix<Double> { targets.converted(to: Double.self) }

  /// What the fit says of its own images.
  private func measure(_ fit: RefinedSolution, lambda: Float, into point: inout Point) {
    let alpha = fit.solution
    // K α = Y - R - λα.
    var values = wideTargets - fit.residual
    values.add(alpha, scaledBy: -Double(lambda))
    point.trainError = Double(wrongAnswers(values, labels[...])) / Double(samples)
    point.relativeResidual = fit.relativeResidual
    // ‖Φᵀα‖² = tr αᵀKα.
    let energy = zip(alpha.elements, values.elements).reduce(0) { $0 + $1.0 * $1.1 }
    point.norm = max(0, energy).squareRoot()
  }

  /// The share of wrong answers on the test images.
  ///
  /// - Parameters:
  ///   - cross: the inner products of their features with the training images'.
  ///   - alpha: a row for each training image.
  ///   - values: turns some columns of the inner products into kernel values.
  /// - Returns: from 0 to 1.
  private func testError(
    _ cross: Matrix<Float>, _ alpha: Matrix<Double>,
    values: (Range<Int>, Matrix<Float>) -> Matrix<Float>
  ) -> Double {
    var answers = Matrix<Double>(rows: test.rows, columns: targets.columns)
    for columns in blocks(0..<samples, of: 1024) {
      let own = values(columns, cross.columns(columns)).converted(to: Double.self)
      answers.addProduct(of: own, alpha.rows(columns))
    }
    return Double(wrongAnswers(answers, testLabels[...])) / Double(test.rows)
  }

  /// The median of ‖φ - φ'‖² over random pairs of training images; 1 where that is not positive.
  private func medianSquaredDistance(_ gram: SymmetricPanels, pairs: Int = 1000) -> Double {
    var stream = RandomStream(seed: configuration.features.seed, purpose: "median distance")
    let distances = (0..<pairs).map { _ in
      let first = stream.integer(below: samples)
      let second = (first + 1 + stream.integer(below: samples - 1)) % samples
      return Double(gram[first, first]) + Double(gram[second, second])
        - 2 * Double(gram[first, second])
    }.sorted()
    let median = distances[pairs / 2]
    return median > 0 && median.isFinite ? median : 1
  }

  private func heldOutError(of values: Matrix<Float>) -> Double {
    Double(wrongAnswers(values, labels[fitted...])) / Double(heldOut)
  }
}

extension Matrix<Float> {
  /// The squared length of each row.
  func rowEnergies() -> [Float] {
    var sums = [Float](repeating: 0, count: rows)
    withUnsafeElements { entries in
      for j in 0..<columns {
        for i in 0..<rows { sums[i] += entries[i + j * rows] * entries[i + j * rows] }
      }
    }
    return sums
  }
}

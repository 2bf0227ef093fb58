import COneDNN
internal import LinearAlgebra

// The only file that calls oneDNN's primitives. It is written for version 2, whose primitives are
// created from operation descriptors; version 3 dropped these and wants another file with the same
// declarations.

/// How a tensor lies in memory: sizes, scalar type and order.
struct TensorLayout: Equatable {
  fileprivate var descriptor = dnnl_memory_desc_t()

  static func == (a: TensorLayout, b: TensorLayout) -> Bool {
    var (x, y) = (a.descriptor, b.descriptor)
    return dnnl_memory_desc_equal(&x, &y) != 0
  }

  fileprivate init(_ descriptor: dnnl_memory_desc_t) { self.descriptor = descriptor }

  fileprivate init(_ descriptor: UnsafePointer<dnnl_memory_desc_t>?) {
    self.descriptor = descriptor?.pointee ?? dnnl_memory_desc_t()
  }

  private init(_ sizes: [Int], _ tag: dnnl_format_tag_t) {
    var dimensions = sizes.map { dnnl_dim_t($0) }
    dimensions += [dnnl_dim_t](repeating: 0, count: 12 - sizes.count)
    OneDNN.check(
      dnnl_memory_desc_init_by_tag(&descriptor, Int32(sizes.count), dimensions, dnnl_f32, tag))
  }

  /// Last index fastest.
  static func plain(_ sizes: [Int]) -> TensorLayout {
    let tags = [dnnl_a, dnnl_ab, dnnl_abc, dnnl_abcd]
    return TensorLayout(sizes, tags[sizes.count - 1])
  }

  /// The orders of images that oneDNN's fast primitives know.
  enum Order: CaseIterable {
    /// Channel after channel, in blocks of neighbouring channels.
    case blocksOf16, blocksOf8
    /// All channels of a position side by side.
    case channelsLast
    /// Channel after channel.
    case plain

    fileprivate var tag: dnnl_format_tag_t {
      switch self {
      case .blocksOf16: dnnl_nChw16c
      case .blocksOf8: dnnl_nChw8c
      case .channelsLast: dnnl_nhwc
      case .plain: dnnl_nchw
      }
    }

    /// How many channels lie side by side, of so many.
    func block(of channels: Int) -> Int {
      switch self {
      case .blocksOf16: 16
      case .blocksOf8: 8
      case .channelsLast: channels
      case .plain: 1
      }
    }
  }

  /// Images in one of the orders.
  static func images(_ sizes: [Int], _ order: Order) -> TensorLayout {
    TensorLayout(sizes, order.tag)
  }

  /// The order of images of these sizes; nil where it is none of those.
  func order(_ sizes: [Int]) -> Order? {
    Order.allCases.first { self == .images(sizes, $0) }
  }

  /// To be chosen by a primitive.
  static func any(_ sizes: [Int]) -> TensorLayout {
    TensorLayout(sizes, dnnl_format_tag_any)
  }

  /// The bytes of the whole tensor, padding included.
  var byteCount: Int {
    var copy = descriptor
    return Int(dnnl_memory_desc_get_size(&copy))
  }

  /// Some channels of a tensor where it lies; nil where they begin or end inside a block.
  func channels(_ range: Range<Int>) -> TensorLayout? {
    var (copy, view) = (descriptor, dnnl_memory_desc_t())
    var sizes = withUnsafeBytes(of: descriptor.dims) { Array($0.bindMemory(to: dnnl_dim_t.self)) }
    var offsets = [dnnl_dim_t](repeating: 0, count: 12)
    sizes[1] = dnnl_dim_t(range.count)
    offsets[1] = dnnl_dim_t(range.lowerBound)
    let status = dnnl_memory_desc_init_submemory(&view, &copy, sizes, offsets)
    return status == dnnl_success ? TensorLayout(view) : nil
  }

  /// Channels with those added to fill the last block.
  var paddedChannels: Int { Int(descriptor.padded_dims.1) }
}

/// What a primitive reads or writes, by oneDNN's argument number.
enum TensorRole {
  case source, secondSource, result, weights, bias, mean, variance, scaleAndShift, workspace
  case sourceGradient, resultGradient, weightsGradient, biasGradient, scaleAndShiftGradient
  case part(Int)

  fileprivate var number: Int32 {
    switch self {
    case .source: DNNL_ARG_SRC
    case .secondSource: DNNL_ARG_SRC_1
    case .result: DNNL_ARG_DST
    case .weights: DNNL_ARG_WEIGHTS
    case .bias: DNNL_ARG_BIAS
    case .mean: DNNL_ARG_MEAN
    case .variance: DNNL_ARG_VARIANCE
    case .scaleAndShift: DNNL_ARG_SCALE_SHIFT
    case .workspace: DNNL_ARG_WORKSPACE
    case .sourceGradient: DNNL_ARG_DIFF_SRC
    case .resultGradient: DNNL_ARG_DIFF_DST
    case .weightsGradient: DNNL_ARG_DIFF_WEIGHTS
    case .biasGradient: DNNL_ARG_DIFF_BIAS
    case .scaleAndShiftGradient: DNNL_ARG_DIFF_SCALE_SHIFT
    case .part(let index): DNNL_ARG_MULTIPLE_SRC + Int32(index)
    }
  }
}

/// A primitive chosen by oneDNN, with the layouts that it wants.
final class Primitive {
  fileprivate let descriptor: dnnl_primitive_desc_t
  private let primitive: dnnl_primitive_t
  private let stream: dnnl_stream_t
  private let engine: dnnl_engine_t
  private var memories: [dnnl_memory_t] = []
  private var arguments: [dnnl_exec_arg_t] = []

  fileprivate init(_ descriptor: dnnl_primitive_desc_t, _ library: OneDNN) {
    self.descriptor = descriptor
    (stream, engine) = (library.stream, library.engine)
    var created: dnnl_primitive_t?
    OneDNN.check(dnnl_primitive_create(&created, descriptor))
    guard let created else { preconditionFailure("oneDNN gave no primitive") }
    primitive = created
  }

  deinit {
    for memory in memories { dnnl_memory_destroy(memory) }
    dnnl_primitive_destroy(primitive)
    dnnl_primitive_desc_destroy(descriptor)
  }

  /// The name of the code that oneDNN chose; it begins with `ref` where there is only a slow one.
  var implementation: String {
    var name: UnsafePointer<CChar>?
    withUnsafeMutablePointer(to: &name) {
      OneDNN.check(
        dnnl_primitive_desc_query(
          descriptor, dnnl_query_impl_info_str, 0, UnsafeMutableRawPointer($0)))
    }
    return name.map { String(cString: $0) } ?? ""
  }

  private func layout(_ what: dnnl_query_t) -> TensorLayout {
    TensorLayout(dnnl_primitive_desc_query_md(descriptor, what, 0))
  }

  var source: TensorLayout { layout(dnnl_query_src_md) }
  var result: TensorLayout { layout(dnnl_query_dst_md) }
  var weights: TensorLayout { layout(dnnl_query_weights_md) }
  var workspace: TensorLayout { layout(dnnl_query_workspace_md) }
  var sourceGradient: TensorLayout { layout(dnnl_query_diff_src_md) }
  var resultGradient: TensorLayout { layout(dnnl_query_diff_dst_md) }
  var weightsGradient: TensorLayout { layout(dnnl_query_diff_weights_md) }

  /// Fixes where the tensors lie; must stay valid as long as the primitive is run.
  func bind(_ tensors: [(TensorRole, TensorLayout, UnsafeMutableRawPointer)]) {
    for (role, layout, address) in tensors {
      var memory: dnnl_memory_t?
      var descriptor = layout.descriptor
      OneDNN.check(dnnl_memory_create(&memory, &descriptor, engine, address))
      guard let memory else { preconditionFailure("oneDNN gave no memory object") }
      memories.append(memory)
      arguments.append(dnnl_exec_arg_t(arg: role.number, memory: memory))
    }
  }

  /// Computes.
  func run() {
    OneDNN.check(dnnl_primitive_execute(primitive, stream, Int32(arguments.count), arguments))
    OneDNN.check(dnnl_stream_wait(stream))
  }
}

/// A pooling's kind.
enum PoolingKind {
  case max, average

  fileprivate var algorithm: dnnl_alg_kind_t {
    self == .max ? dnnl_pooling_max : dnnl_pooling_avg_exclude_padding
  }
}

/// oneDNN's engine and stream on this processor, and its primitives.
final class OneDNN {
  fileprivate let engine: dnnl_engine_t
  fileprivate let stream: dnnl_stream_t

  init() {
    var (engine, stream): (dnnl_engine_t?, dnnl_stream_t?)
    OneDNN.check(dnnl_engine_create(&engine, dnnl_cpu, 0))
    guard let engine else { preconditionFailure("oneDNN gave no engine") }
    OneDNN.check(dnnl_stream_create(&stream, engine, dnnl_stream_default_flags.rawValue))
    guard let stream else { preconditionFailure("oneDNN gave no stream") }
    (self.engine, self.stream) = (engine, stream)
  }

  deinit {
    dnnl_stream_destroy(stream)
    dnnl_engine_destroy(engine)
  }

  /// The library's version, such as 2.6.3.
  static var version: String {
    let version = dnnl_version().pointee
    return "\(version.major).\(version.minor).\(version.patch)"
  }

  /// A status other than success is a defect of the plan: every use was checked before.
  fileprivate static func check(_ status: dnnl_status_t) {
    precondition(status == dnnl_success, "oneDNN returned status \(status.rawValue)")
  }

  private func create<Descriptor>(
    _ descriptor: Descriptor, relu: Bool = false, forward: Primitive? = nil
  ) -> Primitive? {
    var attributes: dnnl_primitive_attr_t?
    if relu {
      var operations: dnnl_post_ops_t?
      OneDNN.check(dnnl_primitive_attr_create(&attributes))
      OneDNN.check(dnnl_post_ops_create(&operations))
      OneDNN.check(dnnl_post_ops_append_eltwise(operations, 1, dnnl_eltwise_relu, 0, 0))
      OneDNN.check(dnnl_primitive_attr_set_post_ops(attributes, operations))
      OneDNN.check(dnnl_post_ops_destroy(operations))
    }
    defer { if let attributes { OneDNN.check(dnnl_primitive_attr_destroy(attributes)) } }
    var created: dnnl_primitive_desc_t?
    let status = withUnsafePointer(to: descriptor) {
      dnnl_primitive_desc_create(&created, $0, attributes, engine, forward?.descriptor)
    }
    guard status == dnnl_success, let created else { return nil }
    return Primitive(created, self)
  }

  /// A convolution, with ReLU on its result if wanted.
  ///
  /// Winograd's algorithm is taken where oneDNN has it and thinks it faster: two to three times for
  /// filters of 3 x 3 with AVX-512. For the gradient of filters it gains nothing.
  func convolution(
    source: TensorLayout, weights: TensorLayout, bias: TensorLayout?, result: TensorLayout,
    window: PlacedWindow, relu: Bool, training: Bool
  ) -> Primitive? {
    var (descriptor, source, weights, result) = (
      dnnl_convolution_desc_t(), source.descriptor, weights.descriptor, result.descriptor
    )
    OneDNN.check(
      withOptionalPointer(bias?.descriptor) { bias in
        dnnl_convolution_forward_desc_init(
          &descriptor, training ? dnnl_forward_training : dnnl_forward_inference,
          dnnl_convolution_auto, &source, &weights, bias, &result, long(window.stride),
          long(window.before), long(window.after))
      })
    return create(descriptor, relu: relu)
  }

  /// The gradient of a convolution's input.
  func convolutionInputGradient(
    sourceGradient: TensorLayout, weights: TensorLayout, resultGradient: TensorLayout,
    window: PlacedWindow, forward: Primitive
  ) -> Primitive? {
    var (descriptor, source, weights, result) = (
      dnnl_convolution_desc_t(), sourceGradient.descriptor, weights.descriptor,
      resultGradient.descriptor
    )
    OneDNN.check(
      dnnl_convolution_backward_data_desc_init(
        &descriptor, dnnl_convolution_auto, &source, &weights, &result, long(window.stride),
        long(window.before), long(window.after)))
    return create(descriptor, forward: forward)
  }

  /// The gradient of a convolution's filters and biases.
  func convolutionWeightsGradient(
    source: TensorLayout, weightsGradient: TensorLayout, biasGradient: TensorLayout?,
    resultGradient: TensorLayout, window: PlacedWindow, forward: Primitive
  ) -> Primitive? {
    var (descriptor, source, weights, result) = (
      dnnl_convolution_desc_t(), source.descriptor, weightsGradient.descriptor,
      resultGradient.descriptor
    )
    OneDNN.check(
      withOptionalPointer(biasGradient?.descriptor) { bias in
        dnnl_convolution_backward_weights_desc_init(
          &descriptor, dnnl_convolution_direct, &source, &weights, bias, &result,
          long(window.stride), long(window.before), long(window.after))
      })
    return create(descriptor, forward: forward)
  }

  /// A pooling; its workspace remembers where the largest values were.
  func pooling(
    _ kind: PoolingKind, source: TensorLayout, result: TensorLayout, window: PlacedWindow,
    training: Bool
  ) -> Primitive? {
    var (descriptor, source, result) = (
      dnnl_pooling_desc_t(), source.descriptor, result.descriptor
    )
    OneDNN.check(
      dnnl_pooling_forward_desc_init(
        &descriptor, training ? dnnl_forward_training : dnnl_forward_inference, kind.algorithm,
        &source, &result, long(window.stride), long(window.size), long(window.before),
        long(window.after)))
    return create(descriptor)
  }

  /// The gradient of a pooling's input.
  func poolingGradient(
    _ kind: PoolingKind, sourceGradient: TensorLayout, resultGradient: TensorLayout,
    window: PlacedWindow, forward: Primitive
  ) -> Primitive? {
    var (descriptor, source, result) = (
      dnnl_pooling_desc_t(), sourceGradient.descriptor, resultGradient.descriptor
    )
    OneDNN.check(
      dnnl_pooling_backward_desc_init(
        &descriptor, kind.algorithm, &source, &result, long(window.stride), long(window.size),
        long(window.before), long(window.after)))
    return create(descriptor, forward: forward)
  }

  private func flags(scales: Bool, relu: Bool, running: Bool) -> UInt32 {
    var flags: UInt32 = 0
    if scales { flags |= dnnl_use_scaleshift.rawValue }
    if relu { flags |= dnnl_fuse_norm_relu.rawValue }
    if running { flags |= dnnl_use_global_stats.rawValue }
    return flags
  }

  /// Batch normalisation, with ReLU on its result if wanted.
  func batchNormalization(
    data: TensorLayout, epsilon: Double, scales: Bool, relu: Bool, training: Bool
  ) -> Primitive? {
    var (descriptor, data) = (dnnl_batch_normalization_desc_t(), data.descriptor)
    OneDNN.check(
      dnnl_batch_normalization_forward_desc_init(
        &descriptor, training ? dnnl_forward_training : dnnl_forward_inference, &data,
        Float(epsilon), flags(scales: scales, relu: relu, running: !training)))
    return create(descriptor)
  }

  /// The gradients of batch normalisation's input, γ and β.
  func batchNormalizationGradient(
    data: TensorLayout, epsilon: Double, scales: Bool, relu: Bool, forward: Primitive
  ) -> Primitive? {
    var (descriptor, data) = (dnnl_batch_normalization_desc_t(), data.descriptor)
    OneDNN.check(
      dnnl_batch_normalization_backward_desc_init(
        &descriptor, scales ? dnnl_backward : dnnl_backward_data, &data, &data, Float(epsilon),
        flags(scales: scales, relu: relu, running: false)))
    return create(descriptor, forward: forward)
  }

  /// Local response normalisation across channels; oneDNN divides its α by the window's size.
  func responseNormalization(
    _ normalization: LocalResponseNormalization, data: TensorLayout, training: Bool
  ) -> Primitive? {
    var (descriptor, data) = (dnnl_lrn_desc_t(), data.descriptor)
    let size = 2 * normalization.radius + 1
    OneDNN.check(
      dnnl_lrn_forward_desc_init(
        &descriptor, training ? dnnl_forward_training : dnnl_forward_inference,
        dnnl_lrn_across_channels, &data, dnnl_dim_t(size),
        Float(normalization.alpha * Double(size)), Float(normalization.beta),
        Float(normalization.bias)))
    return create(descriptor)
  }

  /// The gradient of the input of local response normalisation.
  func responseNormalizationGradient(
    _ normalization: LocalResponseNormalization, data: TensorLayout, forward: Primitive
  ) -> Primitive? {
    var (descriptor, data) = (dnnl_lrn_desc_t(), data.descriptor)
    let size = 2 * normalization.radius + 1
    OneDNN.check(
      dnnl_lrn_backward_desc_init(
        &descriptor, dnnl_lrn_across_channels, &data, &data, dnnl_dim_t(size),
        Float(normalization.alpha * Double(size)), Float(normalization.beta),
        Float(normalization.bias)))
    return create(descriptor, forward: forward)
  }

  /// max(x, 0), in place if source and result lie in the same place.
  func rectifier(data: TensorLayout) -> Primitive? {
    var (descriptor, data) = (dnnl_eltwise_desc_t(), data.descriptor)
    OneDNN.check(
      dnnl_eltwise_forward_desc_init(
        &descriptor, dnnl_forward_training, dnnl_eltwise_relu_use_dst_for_bwd, &data, 0, 0))
    return create(descriptor)
  }

  /// The gradient before max(x, 0) from that after it and the result.
  func rectifierGradient(data: TensorLayout, gradient: TensorLayout) -> Primitive? {
    guard let forward = rectifier(data: data) else { return nil }
    var (descriptor, data, gradient) = (
      dnnl_eltwise_desc_t(), data.descriptor, gradient.descriptor
    )
    OneDNN.check(
      dnnl_eltwise_backward_desc_init(
        &descriptor, dnnl_eltwise_relu_use_dst_for_bwd, &gradient, &data, 0, 0))
    return create(descriptor, forward: forward)
  }

  /// The channels of several tensors, one after another.
  func concatenation(_ parts: [TensorLayout], result: TensorLayout) -> Primitive? {
    var (descriptors, result) = (parts.map(\.descriptor), result.descriptor)
    var created: dnnl_primitive_desc_t?
    let status = dnnl_concat_primitive_desc_create(
      &created, &result, Int32(parts.count), 1, &descriptors, nil, engine)
    guard status == dnnl_success, let created else { return nil }
    return Primitive(created, self)
  }

  /// The elementwise sum of two tensors.
  func sum(_ first: TensorLayout, _ second: TensorLayout, result: TensorLayout) -> Primitive? {
    var (descriptor, first, second, result) = (
      dnnl_binary_desc_t(), first.descriptor, second.descriptor, result.descriptor
    )
    OneDNN.check(dnnl_binary_desc_init(&descriptor, dnnl_binary_add, &first, &second, &result))
    return create(descriptor)
  }

  /// The same values in another layout.
  func reorder(from source: TensorLayout, to result: TensorLayout) -> Primitive? {
    var (source, result) = (source.descriptor, result.descriptor)
    var created: dnnl_primitive_desc_t?
    let status = dnnl_reorder_primitive_desc_create(
      &created, &source, engine, &result, engine, nil)
    guard status == dnnl_success, let created else { return nil }
    return Primitive(created, self)
  }

  /// C ← A B + beta C for row-major matrices: C is rows × columns, `inner` is summed over.
  static func product(
    _ a: UnsafePointer<Float>, transposeA: Bool = false, _ b: UnsafePointer<Float>,
    transposeB: Bool = false, rows: Int, columns: Int, inner: Int, beta: Float,
    to c: UnsafeMutablePointer<Float>
  ) {
    // The transpose of a product, column-major.
    OneDNNProduct.gemm(
      transposeB, transposeA, columns, rows, inner, 1, b, transposeB ? inner : columns, a,
      transposeA ? rows : inner, beta, c, columns)
  }

  private func long(_ numbers: [Int]) -> [dnnl_dim_t] {
    numbers.map { dnnl_dim_t($0) } + [dnnl_dim_t](repeating: 0, count: 12 - numbers.count)
  }

  private func withOptionalPointer<Value, R>(
    _ value: Value?, _ body: (UnsafePointer<Value>?) -> R
  ) -> R {
    guard let value else { return body(nil) }
    return withUnsafePointer(to: value) { body($0) }
  }
}

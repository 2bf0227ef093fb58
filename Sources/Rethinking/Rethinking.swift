// The umbrella: one import for all modules.

@_exported public import Capacity
@_exported public import Certificates
@_exported public import DatasetFiles
@_exported public import Datasets
@_exported public import ExactArithmetic
@_exported public import Experiments
@_exported public import KernelFiles
@_exported public import Kernels
@_exported public import LinearAlgebra
@_exported public import LinearModels
@_exported public import NetworkFiles
@_exported public import Networks
@_exported public import RandomStreams
@_exported public import ReLUInterpolation
@_exported public import ReLUNetworks
@_exported public import Reports
@_exported public import Runs

// swift-tools-version: 6.3
import PackageDescription

// MARK: What each target may import. A target imports only from lower levels.

let packageName = "rethink"

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")
let bigInt = Target.Dependency.product(name: "BigInt", package: "BigInt")
let realModule = Target.Dependency.product(name: "RealModule", package: "swift-numerics")
let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")

/// A library module: a product of its own, a part of the umbrella, and a test target.
struct Module {
  var name: String
  var dependencies: [Target.Dependency]
  /// What its tests need beyond the module, its dependencies and `TestSupport`.
  var testDependencies: [Target.Dependency] = []
  /// Folders of files that are compiled into the module.
  var embedded: [String] = []
  /// Libraries that no module map names.
  var libraries: [String] = []
}

// GNU's vector functions, which not every processor's C library has.
#if arch(x86_64)
  let vectorMath = ["mvec"]
#else
  let vectorMath: [String] = []
#endif

let modules = [
  // Level 1
  Module(
    name: "LinearAlgebra",
    dependencies: ["COpenBLAS", "CLAPACKE", "COneDNN", "CVectorMath", realModule],
    libraries: vectorMath),
  Module(name: "RandomStreams", dependencies: []),
  Module(name: "ExactArithmetic", dependencies: [realModule, bigInt]),
  // Level 2
  Module(name: "Datasets", dependencies: ["LinearAlgebra", "RandomStreams", "CCrypto"]),
  Module(
    name: "ReLUNetworks", dependencies: ["LinearAlgebra", "ExactArithmetic"],
    testDependencies: ["RandomStreams", "ReLUInterpolation", bigInt]),
  // The checker must not see the code that fits: it imports the networks, not ReLUInterpolation.
  Module(
    name: "Certificates",
    dependencies: ["LinearAlgebra", "ExactArithmetic", "ReLUNetworks", bigInt],
    testDependencies: ["RandomStreams", "ReLUInterpolation"]),
  Module(
    name: "ReLUInterpolation",
    dependencies: [
      "LinearAlgebra", "RandomStreams", "ExactArithmetic", "ReLUNetworks", realModule,
    ], testDependencies: ["Certificates"]),
  Module(
    name: "LinearModels", dependencies: ["LinearAlgebra", "RandomStreams", realModule],
    testDependencies: ["ExactArithmetic"]),
  Module(
    name: "RethinkingTesting", dependencies: ["LinearAlgebra", "RandomStreams", "ReLUNetworks"],
    testDependencies: ["ReLUInterpolation", "LinearModels"]),
  Module(name: "Kernels", dependencies: ["LinearAlgebra", "RandomStreams", realModule]),
  Module(
    name: "Networks", dependencies: ["LinearAlgebra", "RandomStreams", "COneDNN", realModule]),
  Module(
    name: "Capacity",
    dependencies: [
      "LinearAlgebra", "RandomStreams", "ReLUNetworks", "Certificates", "ReLUInterpolation",
      "Networks", realModule,
    ]),
  // Level 3
  Module(name: "DatasetFiles", dependencies: ["CZlib", "Datasets"]),
  Module(
    name: "NetworkFiles",
    dependencies: [
      "LinearAlgebra", "ExactArithmetic", "Datasets", "ReLUNetworks", "Networks", yams,
    ], testDependencies: ["RandomStreams", "ReLUInterpolation"]),
  Module(
    name: "KernelFiles",
    dependencies: ["LinearAlgebra", "Datasets", "Kernels", "NetworkFiles"],
    testDependencies: ["RandomStreams"]),
  Module(
    name: "Experiments",
    dependencies: [
      "LinearAlgebra", "RandomStreams", "Datasets", "ReLUNetworks", "Certificates",
      "ReLUInterpolation", "LinearModels", "Kernels", "Networks", "Capacity", realModule,
    ], testDependencies: ["ExactArithmetic"]),
  Module(
    name: "Reports",
    dependencies: [
      "LinearAlgebra", "Datasets", "ReLUNetworks", "Certificates", "Experiments", "LinearModels",
      "Kernels", "Networks", "NetworkFiles", "Capacity", subprocess, systemPackage,
    ], testDependencies: ["ReLUInterpolation"]),
  Module(
    name: "Runs",
    dependencies: [
      "Datasets", "NetworkFiles", "Experiments", "Reports", subprocess, systemPackage,
    ], testDependencies: ["RandomStreams"], embedded: ["Plans"]),
]

// MARK: Settings

/// Continuous integration sets `CI`; there a warning is an error.
let warningsAreErrors = Context.environment["CI"] != nil

let settings: [SwiftSetting] =
  [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),  // SE-0335
    .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409
    .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
  ] + (warningsAreErrors ? [.treatAllWarnings(as: .error)] : [])

// MARK: The package

let package = Package(
  name: packageName,
  products: modules.map { .library(name: $0.name, targets: [$0.name]) } + [
    .library(name: "Rethinking", targets: ["Rethinking"]),
    .executable(name: "rethink", targets: ["rethink"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-numerics", from: "1.1.1"),
    .package(url: "https://github.com/attaswift/BigInt", from: "6.0.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
  ],
  targets: [
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(name: "CLAPACKE", pkgConfig: "lapacke", providers: [.apt(["liblapacke-dev"])]),
    // oneDNN has no pkg-config file; its headers and libraries lie on the default paths.
    .systemLibrary(name: "COneDNN", providers: [.apt(["libdnnl-dev"])]),
    // Of GNU's C library.
    .systemLibrary(name: "CVectorMath"),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
  ]
    + modules.map {
      .target(
        name: $0.name, dependencies: $0.dependencies,
        resources: $0.embedded.map { .embedInCode($0) }, swiftSettings: settings,
        linkerSettings: $0.libraries.map { .linkedLibrary($0) })
    }
    + [
      .target(
        name: "Rethinking",
        dependencies: modules.map { .target(name: $0.name) },
        swiftSettings: settings),
      .executableTarget(
        name: "rethink",
        dependencies: ["Rethinking", argumentParser],
        swiftSettings: settings),
      .target(
        name: "TestSupport",
        dependencies: [
          "LinearAlgebra", "RandomStreams", "ExactArithmetic", subprocess, systemPackage,
        ],
        path: "Tests/TestSupport",
        swiftSettings: settings),
    ]
    + modules.map {
      .testTarget(
        name: "\($0.name)Tests",
        dependencies: [.target(name: $0.name), "TestSupport"] + $0.dependencies
          + $0.testDependencies,
        swiftSettings: settings)
    }
    + [
      .testTarget(
        name: "CommandLineTests",
        dependencies: [
          "rethink", "RandomStreams", "NetworkFiles", "ReLUNetworks", subprocess, systemPackage,
        ],
        swiftSettings: settings)
    ]
)

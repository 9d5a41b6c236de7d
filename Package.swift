// swift-tools-version: 6.2
import PackageDescription

// The rooms of the house, floor by floor. A room imports only rooms named here;
// `Tests/HouseTests` scans the import lines against this table.

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    // In our targets only; what dependencies warn of isn't ours to change.
    .treatAllWarnings(as: .error),
]

func room(_ name: String, in floor: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "Sources/\(floor)/\(name)",
        swiftSettings: strict)
}

func app(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies, path: "Sources/Apps/\(name)",
        swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: dependencies, path: "Tests/\(name)Tests",
        swiftSettings: strict)
}

let log: Target.Dependency = .product(name: "Logging", package: "swift-log")
let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
]
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
/// The SQLite that GRDB uses.
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let toml: Target.Dependency = .product(name: "TOMLKit", package: "TOMLKit")
let lifecycle: Target.Dependency = .product(
    name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals: Target.Dependency = .product(
    name: "UnixSignals", package: "swift-service-lifecycle")
let arguments: Target.Dependency = .product(
    name: "ArgumentParser", package: "swift-argument-parser")

let core: [Target] = [
    room("Units", in: "Core"),
    room("Rates", in: "Core", ["Units"]),
    room("Registry", in: "Core", ["Units", "Rates"]),
    room("Estimate", in: "Core", ["Units"]),
    room("Ledger", in: "Core", ["Units", "Rates"]),
    room("Requests", in: "Core", ["Units", "Registry"]),
    room("Books", in: "Core", ["Units", "Rates", "Registry", "Ledger", "Requests"]),
    room("Reconciliation", in: "Core", ["Units", "Ledger", "Books"]),
    room("Reports", in: "Core", ["Units", "Rates"]),
    room("Wire", in: "Core", ["Units", "Registry", "Estimate", "Requests"]),
]

let edges: [Target] = [
    room(
        "Store", in: "Edges",
        [
            "Units", "Rates", "Registry", "Ledger", "Requests", "Books", "CZlib", "Threads", grdb,
            sqlite, crypto,
        ]),
    .systemLibrary(
        name: "CZlib", path: "Sources/Edges/CZlib", pkgConfig: "zlib",
        providers: [.apt(["zlib1g-dev"])]),
    .target(
        name: "CSlurm", path: "Sources/Edges/CSlurm", linkerSettings: [.linkedLibrary("slurm")]),
    room("Slurm", in: "Edges", ["Units", "CSlurm"]),
    room("Threads", in: "Edges"),
    room("Records", in: "Edges", ["Units"]),
    room(
        "Codec", in: "Edges",
        ["Units", "Rates", "Registry", "Estimate", "Requests", "Wire"]),
    room("Client", in: "Edges", ["Wire", "Codec"]),
    room("SiteFiles", in: "Edges", ["Units", "Rates", "Registry", "Wire", toml]),
]

let service: [Target] = [
    room(
        "Bank", in: "Service",
        ["Units", "Rates", "Registry", "Ledger", "Books", "Store", "Threads", log]),
    room("Server", in: "Service", ["Units", "Wire", "Codec", "Threads", log] + nio),
    room(
        "Collector", in: "Service",
        [
            "Units", "Rates", "Registry", "Ledger", "Estimate", "Books", "Reconciliation", "Store",
            "Records", "Threads", "Bank", log,
        ]),
]

let apps: [Target] = [
    app(
        "atolld",
        [
            "Units", "Rates", "Registry", "Estimate", "Ledger", "Requests", "Books",
            "Reconciliation", "Reports",
            "Wire", "Store",
            "Records", "Codec", "SiteFiles", "Threads", "Bank", "Server", "Collector", log,
            lifecycle, signals, arguments, crypto,
        ]),
    app(
        "atoll",
        [
            "Units", "Rates", "Registry", "Estimate", "Requests", "Reports", "Wire", "Records",
            "Codec", "Client",
            "SiteFiles", arguments,
        ]),
    app("atoll-gauge", ["Units", "Slurm", "Records", "Threads", arguments]),
]

let suites: [Target] = [
    .target(
        name: "TestKit",
        dependencies: [
            "Units", "Rates", "Registry", "Ledger", "Books", "Store", "Bank", log,
        ], path: "Tests/TestKit", swiftSettings: strict),
    .target(
        name: "FaultyFiles", path: "Tests/FaultyFiles",
        linkerSettings: [.linkedLibrary("sqlite3")]),
    .target(
        name: "Simulator",
        dependencies: [
            "Units", "Rates", "Registry", "Ledger", "Requests", "Books", "Store", "Bank",
            "TestKit", "FaultyFiles", grdb, log,
        ], path: "Tests/Simulator", swiftSettings: strict),
    .executableTarget(
        name: "simulate", dependencies: ["Simulator", arguments], path: "Tests/Simulate",
        swiftSettings: strict),
    .testTarget(
        name: "SimulatorTests", dependencies: ["Units", "Books", "Store", "Bank", "Simulator"],
        path: "Tests/SimulatorTests", exclude: ["seeds.txt"], swiftSettings: strict),
    tests(
        "Bank",
        ["Units", "Rates", "Registry", "Ledger", "Requests", "Books", "Store", "Bank", "TestKit"]),
    tests("House", []),
    tests(
        "Collector",
        [
            "Units", "Rates", "Registry", "Estimate", "Ledger", "Books", "Reconciliation",
            "Store", "Records", "Bank", "Collector", "TestKit", grdb, log,
        ]),
    tests("Store", ["Units", "Registry", "Ledger", "Books", "Store", "Bank", "TestKit", grdb]),
    tests("Reconciliation", ["Units", "Ledger", "Books", "Reconciliation"]),
    tests("Units", ["Units"]),
    tests("Rates", ["Units", "Rates"]),
    tests("Reports", ["Units", "Rates", "Reports"]),
    tests(
        "Atoll",
        [
            "Units", "Rates", "Registry", "Requests", "Wire", "Client", "Server", "SiteFiles",
            "TestKit", "atoll", arguments, log,
        ]),
    tests(
        "Atolld",
        [
            "Units", "Rates", "Registry", "Estimate", "Ledger", "Requests", "Books", "Wire",
            "Store", "Bank", "Server", "Collector", "SiteFiles", "TestKit", "atolld", grdb, log,
            lifecycle,
        ]),
    tests("Codec", ["Units", "Rates", "Registry", "Estimate", "Requests", "Wire", "Codec"]),
    tests("Server", ["Units", "Estimate", "Wire", "Codec", "Client", "Server", log] + nio),
    tests("Registry", ["Units", "Rates", "Registry"]),
    tests("Requests", ["Units", "Registry", "Requests"]),
    tests("SiteFiles", ["Units", "Rates", "Registry", "SiteFiles"]),
    tests("Estimate", ["Units", "Estimate"]),
    tests("Threads", ["Threads"]),
    tests("Records", ["Records", "Units"]),
    tests(
        "System",
        [
            "Units", "Rates", "Registry", "Estimate", "Wire", "Records", "Codec", "Client",
            "SiteFiles",
        ]),
]

let package = Package(
    name: "atoll",
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
    ],
    targets: core + edges + service + apps + suites
)

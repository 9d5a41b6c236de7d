/// The two ways in which Slurm runs, and the switch that these tests wait for.

import Foundation
import Testing

enum BedKind: String, CustomTestStringConvertible, CaseIterable, Sendable {
    /// With slurmdbd and MariaDB: associations, and a history that outlives slurmctld's memory.
    case accounting = "with slurmdbd"
    /// slurmctld alone: what it remembers is all that is known.
    case controllerOnly = "without slurmdbd"

    var testDescription: String { rawValue }
    var hasAccounting: Bool { self == .accounting }
}

extension Tag {
    /// Needs root, Debian's Slurm packages, and minutes.
    @Tag static var system: Self
}

let isAskedForSystemTests = ProcessInfo.processInfo.environment["ATOLL_SYSTEM_TESTS"] == "1"

/// The testbeds, each brought up by the first test that needs it and taken down after the last.
actor Beds {
    static let all = Beds()
    private var standing: [BedKind: Testbed] = [:]

    func bed(_ kind: BedKind) throws -> Testbed {
        if let bed = standing[kind] { return bed }
        let bed = try Testbed(bringingUp: kind)
        standing[kind] = bed
        return bed
    }

    func takeDown() throws {
        defer { standing = [:] }
        for bed in standing.values { try bed.takeDown() }
    }
}

/// Takes the testbeds down when the suite is over, however it went.
struct BedsAreTakenDown: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        do { try await function() } catch {
            try await Beds.all.takeDown()
            throw error
        }
        try await Beds.all.takeDown()
    }
}

extension Trait where Self == BedsAreTakenDown {
    static var bedsAreTakenDown: Self { Self() }
}

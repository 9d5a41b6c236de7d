/// A short story that is struck once: at its first write, at its second, at its third …

import Bank
import Books

package struct FaultLoop: Sendable {
    package enum Fault: String, CaseIterable, Sendable {
        /// The write fails; the next ones don't.
        case fails
        /// The power goes in the middle of it.
        case stops
    }

    private static let seed: UInt64 = 4
    private static let steps = 16
    package let fault: Fault

    package init(_ fault: Fault) { self.fault = fault }

    /// Each write that the story takes, from making the journal on: of which file, whether it is a
    /// sync, and in which command.
    package static func writes() throws -> [String] {
        let simulation = try Simulation(seed: seed, crashes: false)
        try simulation.run(steps: steps)
        let disk = simulation.session.disk
        var moments = simulation.moments[...]
        var command = "opening"
        return (1...max(disk.writes, 1)).map { write in
            while let next = moments.first, next.writes < write {
                command = next.commands
                moments.removeFirst()
            }
            return "\(command): \(disk.kind(ofWrite: write))"
        }
    }

    /// The first and the last of each kind, and each `step`-th of all from the `first`-th on.
    ///
    /// - Returns: their numbers, counted from 1.
    package static func sample(of writes: [String], each step: Int, from first: Int) -> [Int64] {
        var chosen = Set(stride(from: first, through: writes.count, by: step))
        var seen: Set<String> = []
        for (place, kind) in writes.enumerated() where seen.insert(kind).inserted {
            chosen.insert(place + 1)
        }
        seen = []
        for (place, kind) in writes.enumerated().reversed() where seen.insert(kind).inserted {
            chosen.insert(place + 1)
        }
        return chosen.sorted().map(Int64.init)
    }

    /// Plays the story with the `write`-th write struck, and settles it.
    ///
    /// - Returns: whether it was: a checkpoint that fails is nobody's trouble.
    /// - Throws: what the auditor finds.
    package func play(striking write: Int64) throws -> Bool {
        let fault = fault
        let simulation = try Simulation(seed: Self.seed, crashes: false) { disk in
            switch fault {
            case .fails: disk.fail(atWrite: write)
            case .stops: disk.stop(atWrite: write)
            }
        }
        try simulation.run(steps: Self.steps)
        let wasStruck = simulation.session.starts > 1
        try simulation.settle()
        return wasStruck
    }
}

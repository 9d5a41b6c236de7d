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

    /// How many writes the story takes, from making the journal on.
    package static func writes() throws -> Int64 {
        let simulation = try Simulation(seed: seed, crashes: false)
        try simulation.run(steps: steps)
        return simulation.session.disk.writes
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

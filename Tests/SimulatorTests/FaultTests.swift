/// The Nth write of a short story fails, or is the last before the power goes.

import Simulator
import Testing

@Suite struct FaultTests {
    /// Each 29th write, from another one on each time; `scripts/simulate --faults` strikes all.
    @Test(arguments: FaultLoop.Fault.allCases)
    func `whichever write is struck, the books balance after the next start`(
        fault: FaultLoop.Fault
    ) throws {
        let all = try FaultLoop.writes()
        #expect(all > 100)
        let first = Int64.random(in: 1...29)
        print("every 29th write \(fault.rawValue), from the \(first)th of \(all)")
        let writes = Array(stride(from: first, through: all, by: 29))
        let struck = try writes.filter { try FaultLoop(fault).play(striking: $0) }
        #expect(struck.count * 2 > writes.count)
    }

    @Test(arguments: 1...2 as ClosedRange<UInt64>)
    func `what was answered before the power went is in the books`(seed: UInt64) throws {
        let simulation = try Simulation(seed: seed, crashes: false)
        for _ in 1...6 {
            try simulation.run(steps: 2)
            try simulation.session.reopen(seed: seed)
            try simulation.lookAtEverything()
        }
    }
}

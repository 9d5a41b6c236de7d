/// The Nth write of a short story fails, or is the last before the power goes.

import Bank
import Books
import Simulator
import Store
import Testing

@Suite struct FaultTests {
    /// Each 29th write, from another one on each time; `scripts/simulate --faults --every 1` strikes all.
    @Test(arguments: FaultLoop.Fault.allCases)
    func `whichever write is struck, the books balance after the next start`(
        fault: FaultLoop.Fault
    ) throws {
        let all = try FaultLoop.writes().count
        #expect(all > 100)
        let first = Int64.random(in: 1...29)
        print("every 29th write \(fault.rawValue), from the \(first)th of \(all)")
        let writes = Array(stride(from: first, through: Int64(all), by: 29))
        let struck = try writes.filter { try FaultLoop(fault).play(striking: $0) }
        #expect(struck.count * 2 > writes.count)
    }

    @Test func `a sample has the first and the last of each kind, and so many of the others`() {
        let writes = ["a", "a", "b", "a", "a", "a", "c", "a"]
        #expect(FaultLoop.sample(of: writes, each: 3, from: 2) == [1, 2, 3, 5, 7, 8])
        #expect(FaultLoop.sample(of: writes, each: 100, from: 50) == [1, 3, 7, 8])
        #expect(FaultLoop.sample(of: writes, each: 1, from: 1) == Array(1...8))
    }

    @Test func `each file that is written and each command of the story is a kind of its own`()
        throws
    {
        let kinds = Set(try FaultLoop.writes())
        let missing = [
            "opening: db write", "opening: log write", "opening: log sync", "apply: log write",
            "apply: log sync", "admit: log write", "admit: log sync", "observe: log write",
        ].filter { !kinds.contains($0) }
        #expect(missing.isEmpty, "\(kinds.sorted())")
        #expect(!kinds.contains { $0.contains("another file") }, "\(kinds.sorted())")
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

    /// `durability = "rebuild"`: an answer that does not wait for the disk, and what may come of it.
    @Test func `a hold that may be rebuilt is not synced; what comes after it is, with it`() throws
    {
        let asked = try JobLives(seed: 1, jobs: 24).admissions
        try #require(asked.count > 2)
        var held: Set<Int64> = []
        for seed in UInt64(1)...6 {
            let simulation = try Simulation(
                seed: seed, actions: [], crashes: false, site: try JobLives.site(seed: 1))
            let session = simulation.session
            func hold(_ admission: Admission, isRebuildable: Bool) -> Int64 {
                var order = Order(caller: "hook", command: .admit(admission))
                order.isRebuildable = isRebuildable
                let before = session.disk.writes
                guard case .success(.admitted) = session.perform([order])[0].answer else {
                    Issue.record("not admitted")
                    return 0
                }
                return session.disk.writes - before
            }
            let unsynced = hold(asked[0], isRebuildable: true)
            #expect(hold(asked[1], isRebuildable: false) > 0 && unsynced > 0)
            // The second was synced, and so what lay before it.
            try session.reopen(seed: seed)
            #expect(try session.tables.news(after: 0).claims.count == 2)

            let last = hold(asked[2], isRebuildable: true)
            #expect(last > 0)
            try session.reopen(seed: seed)
            // Kept or lost as a whole; the journal is sound either way.
            held.insert(Int64(try session.tables.news(after: 0).claims.count))
            #expect(try session.store.verify().finding == nil)
        }
        #expect(held.contains(2) && held.isSubset(of: [2, 3]), "\(held)")
    }
}

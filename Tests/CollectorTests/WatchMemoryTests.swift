import Ledger
import Testing
import Units

@testable import Collector

@Suite struct WatchMemoryTests {
    @Test func `a hold of a job that is gone is released until it is recorded`() {
        var memory = WatchMemory()
        let claim = Claim(
            id: ClaimID(1), reference: .init(provider: "slurm", cluster: "reef", number: 7),
            token: nil, allocation: 1, user: 1, account: "astro", partition: "cpu", qos: nil,
            footprint: .init(), timeLimitSeconds: 60, state: .bound,
            createdAt: Instant(epochSeconds: 0))
        #expect(memory.forgotten([claim]) == [])
        #expect(memory.forgotten([claim]) == [])
        #expect(memory.forgotten([claim]) == [claim.id])
        // Still open, so the release was not recorded.
        #expect(memory.forgotten([claim]) == [claim.id])
        #expect(memory.forgotten([]) == [])
        #expect(memory.forgotten([claim]) == [])
    }
}

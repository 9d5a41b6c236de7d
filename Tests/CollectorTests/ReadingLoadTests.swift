import Testing
import Units

@testable import Collector

/// What of a reading's time counts as slurmctld's work.
@Suite struct ReadingLoadTests {
    struct Row: CustomTestStringConvertible {
        let what: String
        let took: [Double]
        let counted: [Double]
        var testDescription: String { what }
    }

    /// Polled every 10 s, 2 % of the time: 0.2 s a poll delay nothing.
    @Test(arguments: [
        Row(
            what: "quick ones count whole", took: [0.05, 0.06, 0.19], counted: [0.05, 0.06, 0.19]),
        Row(
            what: "one that waited for a restart counts as what delays nothing",
            took: [0.02, 0.02, 0.02, 0.02, 0.02, 1.9, 0.02],
            counted: [0.02, 0.02, 0.02, 0.02, 0.02, 0.2, 0.02]),
        Row(
            what: "where reading takes longer anyway, as a few of the usual ones",
            took: [1, 1, 1, 1, 1, 30, 1], counted: [0.8, 0.8, 1, 1, 1, 4, 1]),
        Row(
            what: "two that waited, one after the other",
            took: [0.02, 0.02, 0.02, 2, 9], counted: [0.02, 0.02, 0.02, 0.2, 0.2]),
        Row(
            what: "a slurmctld that has become slow counts whole from the third on",
            took: [0.02, 0.02, 0.02, 0.02, 0.02, 3, 3, 3, 3],
            counted: [0.02, 0.02, 0.02, 0.02, 0.02, 0.2, 0.2, 3, 3]),
        Row(
            what: "the first after the start may have waited, too", took: [5, 0.1],
            counted: [0.8, 0.1]),
    ])
    func `a wait is no work`(row: Row) {
        var load = ReadingLoad(pollSeconds: 10, share: 0.02)
        let counted = row.took.map { load.count($0, of: .jobs) }
        for (got, wanted) in zip(counted, row.counted) { #expect(abs(got - wanted) < 0.001) }
    }

    @Test func `each kind of reading has its own usual time`() {
        var load = ReadingLoad(pollSeconds: 10, share: 0.02)
        for _ in 1...5 { _ = (load.count(0.02, of: .jobs), load.count(2, of: .shape)) }
        #expect(load.count(2, of: .shape) == 2)
        #expect(abs(load.count(2, of: .jobs) - 0.2) < 0.001)
    }

    @Test func `no answer until the deadline counts as a few answers`() {
        var load = ReadingLoad(pollSeconds: 10, share: 0.02)
        #expect(abs(load.countUnanswered(30) - 0.8) < 0.001)
        for _ in 1...5 { _ = load.count(1, of: .jobs) }
        #expect(load.countUnanswered(30) == 4)
        #expect(load.countUnanswered(1) == 1)
    }

    @Test func `after a poll that waited for slurmctld the next one comes as always`()
        async throws
    {
        let scene = try await WatchScene()
        for second in stride(from: 10, through: 100, by: 10) { try scene.poll(at: Int64(second)) }
        scene.slowness = 2
        try scene.poll(at: 110)
        #expect(abs(scene.countedSeconds - 0.2) < 0.001)
        #expect(scene.watch.health.readSeconds == 2)
        scene.slowness = 0
        try scene.poll(at: 130)
        #expect(scene.countedSeconds == 0)
    }
}

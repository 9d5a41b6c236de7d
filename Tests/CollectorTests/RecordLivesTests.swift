import Books
import Ledger
import Rates
import Registry
import TestKit
import Testing
import Units

@testable import Collector

/// The lives of `Tests/SystemTests/Lives`, told by records: a core costs 0.01 SU a second.
@Suite struct RecordLivesTests {
    private func play(
        grant: String = "100", _ body: (inout Replay) async throws -> Void
    ) async throws {
        let books = try TestBank()
        defer { books.stopAndRemove() }
        _ = try await books.perform(.apply(Site.small(grant: grant), backdate: false))
        var replay = Replay(books)
        try await body(&replay)
    }

    private func admit(
        _ replay: Replay, _ token: String, cpus: Int64 = 1, seconds: Int64 = 300, tasks: Int64 = 1
    ) async throws {
        _ = try await replay.books.perform(
            .admit(.small(token: token, cpus: cpus, seconds: seconds, tasks: tasks)))
    }

    struct End: CustomTestStringConvertible, Sendable {
        let state: String
        let seconds: Int64
        let charged: String
        var testDescription: String { "\(state) after \(seconds) s: \(charged)" }
    }

    /// By the state policy: `free_states` has NODE_FAIL and BOOT_FAIL, `short_runs_seconds` is 6.
    @Test(arguments: [
        End(state: "COMPLETED", seconds: 60, charged: "1.20"),
        End(state: "FAILED", seconds: 60, charged: "1.20"),
        End(state: "TIMEOUT", seconds: 310, charged: "6.20"),
        End(state: "OUT_OF_MEMORY", seconds: 60, charged: "1.20"),
        End(state: "PREEMPTED", seconds: 60, charged: "1.20"),
        End(state: "NODE_FAIL", seconds: 60, charged: "0.00"),
        End(state: "BOOT_FAIL", seconds: 60, charged: "0.00"),
        End(state: "COMPLETED", seconds: 5, charged: "0.00"),
        End(state: "COMPLETED", seconds: 6, charged: "0.12"),
    ])
    func `however a job ends, it is charged what it ran, by the state policy`(
        end: End
    ) async throws {
        try await play { replay in
            replay.policy.shortRunSeconds = 6
            try await admit(replay, "A", cpus: 2)
            let job = "JobID=7 Submit=0 AdminComment=atoll=A ReqTRES=cpu=2"
            try await replay.live(at: 1, "\(job) State=PENDING")
            #expect(try replay.figures() == "94.00 6.00 0.00")
            let run = "\(job) Start=2 AllocTRES=cpu=2 NodeList=n1"
            try await replay.live(at: 3, "\(run) State=RUNNING End=302")
            #expect(try replay.figures() == "94.00 6.00 0.00")
            let over = "\(run) State=\(end.state) End=\(2 + end.seconds)"
            // Again from slurmctld, and late from slurmdbd.
            for second in [400, 410] as [Int64] { try await replay.live(at: second, over) }
            try await replay.history(at: 420, over)
            #expect(try replay.books.figures().charged.description == end.charged)
            #expect(try replay.books.figures().held == .zero)
        }
    }

    /// A job that gave its cores to another one is COMPLETED, and slurmctld has it end when its limit
    /// would have been over, with all that it had.
    @Test(arguments: [[], [0], [1], [2], [0, 1, 2]])
    func `a job that grows is charged each second once, and so is the one that gave`(
        told: [Int]
    ) async throws {
        try await play { replay in
            try await admit(replay, "A", seconds: 300)
            try await admit(replay, "B", cpus: 2, seconds: 300)
            let first = "JobID=12 Submit=0 Start=0 AdminComment=atoll=A NodeList=n1"
            let giver = "JobID=13 Submit=3 Start=3 AdminComment=atoll=B AllocTRES=cpu=2"
            let history = [
                "\(first) State=RESIZING End=5 AllocTRES=cpu=1",
                "\(giver) State=RESIZING End=5",
                "JobID=12 Submit=5 Start=0 End=20 State=COMPLETED AllocTRES=cpu=3",
                "JobID=13 Submit=5 Start=5 State=COMPLETED",
            ]
            try await replay.live(at: 2, "\(first) State=RUNNING AllocTRES=cpu=1")
            try await replay.live(
                at: 4, "\(first) State=RUNNING AllocTRES=cpu=1",
                "\(giver) State=RUNNING NodeList=n1")
            #expect(try replay.figures() == "91.00 9.00 0.00")
            let gone = "\(giver) State=COMPLETED End=243 ResizeTime=5"
            if told.contains(0) { try await replay.history(at: 6, history[0], history[1]) }
            try await replay.live(
                at: 7, "\(first) State=RUNNING AllocTRES=cpu=3 ResizeTime=5", gone)
            // 5 s of one core, 2 s of two.
            #expect(try replay.books.figures().charged.description == "0.09")
            if told.contains(1) { try await replay.history(at: 8, history[0], history[1]) }
            let over = "\(first) State=COMPLETED End=20 AllocTRES=cpu=3 ResizeTime=5"
            try await replay.live(at: 21, over, gone)
            if told.contains(2) {
                try await replay.history(at: 22, history[0], history[1], history[2], history[3])
            }
            // When the end that slurmctld tells has come, too.
            try await replay.live(at: 300, over, gone)
            // And 15 s of three.
            #expect(try replay.figures() == "99.46 0.00 0.54")
        }
    }

    @Test func `a job of scrontab is held one occurrence at a time`() async throws {
        try await play { replay in
            try await admit(replay, "A", seconds: 60)
            let job = "JobID=16 AdminComment=atoll=A TimelimitRaw=1 ReqTRES=cpu=1"
            let run = "\(job) State=RUNNING AllocTRES=cpu=1 NodeList=n1"
            try await replay.live(at: 1, "\(job) State=PENDING Submit=0 Eligible=60 Start=60")
            var charged = ServiceUnits.zero
            for minute in 0..<10 as Range<Int64> {
                let submit = minute == 0 ? 0 : minute * 60 + 2
                let start = 60 + minute * 60
                #expect(try replay.books.figures().held.description == "0.60")
                try await replay.live(at: start + 1, "\(run) Submit=\(submit) Start=\(start)")
                #expect(try replay.books.figures().held.description == "0.60")
                try await replay.live(
                    at: start + 5,
                    "\(job) State=PENDING Submit=\(start + 2) Eligible=\(start + 60)")
                charged += try replay.books.su("0.02")
                #expect(try replay.books.figures().charged == charged)
            }
            #expect(try replay.figures() == "99.20 0.60 0.20")
        }
    }

    @Test func `of a thousand tasks each is charged alone, and the hold shrinks with them`()
        async throws
    {
        try await play(grant: "1000") { replay in
            try await admit(replay, "A", seconds: 60, tasks: 1_000)
            #expect(try replay.figures() == "400.00 600.00 0.00")
            func waiting(_ tasks: String) -> String {
                "JobID=7_[\(tasks)] JobIDRaw=7 ArrayJobID=7 ArrayTaskStr=\(tasks) Submit=0 "
                    + "State=PENDING AdminComment=atoll=A ReqTRES=cpu=1 TimelimitRaw=1"
            }
            func task(_ number: Int, _ state: String) -> String {
                "JobID=7_\(number) JobIDRaw=\(8 + number) ArrayJobID=7 Submit=0 Start=10 \(state) "
                    + "AdminComment=atoll=A AllocTRES=cpu=1 NodeList=n1 TimelimitRaw=1"
            }
            try await replay.live(at: 1, waiting("0-999"))
            let started = (0..<300).map { task($0, "State=RUNNING End=70") }
            try await replay.live(at: 11, started + [waiting("300-999")])
            #expect(try replay.figures() == "400.00 600.00 0.00")
            // 300 are over after 20 s; of those that wait 100 are cancelled.
            let over = (0..<300).map { task($0, "State=COMPLETED End=30") }
            try await replay.live(at: 31, over + [waiting("300-899")])
            #expect(try replay.figures() == "580.00 360.00 60.00")
            try await replay.live(at: 32, over + [waiting("300-899")])
            // All the others start and end between two polls; of the last hundred nothing is seen.
            let rest = (300..<800).map { task($0, "State=COMPLETED End=40") }
            try await replay.live(at: 60, over + rest)
            #expect(try replay.figures() == "790.00 0.00 210.00")
        }
    }

    @Test func `a large array is told in parts, and nothing of its hold moves in between`()
        async throws
    {
        try await play(grant: "1000") { replay in
            try await admit(replay, "A", seconds: 60, tasks: 300)
            let lines = (0..<300).map {
                "JobID=7_\($0) JobIDRaw=\(8 + $0) ArrayJobID=7 Submit=0 Start=10 State=RUNNING "
                    + "AdminComment=atoll=A AllocTRES=cpu=1 NodeList=n1 TimelimitRaw=1"
            }
            let observing = Observing(
                cluster: "reef", policy: ObservingPolicy(), lineage: { [$0] },
                isAssociated: { _, _ in true }, mostSeconds: { _ in nil }, isRunning: { _ in false }
            )
            let seen = observing.observations(
                of: try replay.records(lines), at: replay.t0, showsPending: true)
            let parts = Command.observe(seen[0]).parts
            #expect(parts.count == 10)
            for part in parts {
                _ = try await replay.books.perform(part)
                #expect(try replay.figures() == "820.00 180.00 0.00")
            }
        }
    }

    @Test func `of a het job of three each component is charged alone`() async throws {
        try await play { replay in
            for (token, cpus) in [("A", 1), ("B", 2), ("C", 3)] as [(String, Int64)] {
                try await admit(replay, token, cpus: cpus)
            }
            func component(_ offset: Int, _ token: String, _ rest: String) -> String {
                "JobID=80+\(offset) JobIDRaw=\(80 + offset) HetJobID=80 HetJobOffset=\(offset) "
                    + "Submit=0 AdminComment=atoll=\(token) ReqTRES=cpu=\(offset + 1) \(rest)"
            }
            func all(_ rest: (Int) -> String) -> [String] {
                zip(0..<3, ["A", "B", "C"]).map { component($0, $1, rest($0)) }
            }
            try await replay.live(at: 1, all { _ in "State=PENDING" })
            #expect(try replay.figures() == "82.00 18.00 0.00")
            // The second one's limit alone is raised.
            try await replay.live(
                at: 2, all { $0 == 1 ? "State=PENDING TimelimitRaw=10" : "State=PENDING" })
            #expect(try replay.figures() == "76.00 24.00 0.00")
            try await replay.live(
                at: 9,
                all { "State=COMPLETED Start=3 End=8 AllocTRES=cpu=\($0 + 1) NodeList=n1" })
            #expect(try replay.figures() == "99.70 0.00 0.30")
        }
    }

    @Test func `the same job id on two clusters is two jobs`() async throws {
        try await play { replay in
            var site = try Site.small()
            site.clusters.append(SiteCluster(name: "lagoon"))
            site.projects[0].allocations[0].clusters.append("lagoon")
            _ = try await replay.books.perform(.apply(site, backdate: false))
            var lagoon = replay
            lagoon.cluster = "lagoon"
            let job = "JobID=7 Submit=0 Start=0 AllocTRES=cpu=1 NodeList=n1"
            try await replay.live(at: 1, "\(job) State=RUNNING")
            try await lagoon.live(at: 1, "\(job) State=RUNNING")
            #expect(try replay.figures() == "94.00 6.00 0.00")
            try await lagoon.live(at: 20, "\(job) State=COMPLETED End=10")
            #expect(try replay.figures() == "96.90 3.00 0.10")
            try await replay.live(at: 30, "\(job) State=COMPLETED End=30")
            #expect(try replay.figures() == "99.60 0.00 0.40")
        }
    }

    @Test func `licences, nodes, billing and GPUs by type are charged where a record counts them`()
        async throws
    {
        try await play(grant: "1000") { replay in
            var site = try Site.small(grant: "1000")
            let window = site.resources[0].rates[0].window
            // SU an hour: a thousandth of a SU is 3.6.
            for (tres, rate) in [
                ("node", "3.6"), ("billing", "7.2"), ("gres/gpu", "360"), ("gres/gpu:h200", "720"),
                ("license/matlab", "36"),
            ] {
                site.resources.append(
                    SiteResource(
                        name: tres, type: tres, tres: TRESName(tres), scope: .everywhere,
                        rates: [SiteRate(suPerHour: try Rational(parsing: rate), window: window)]))
            }
            _ = try await replay.books.perform(.apply(site, backdate: false))
            let run = "Submit=0 Start=0 End=10 State=COMPLETED NodeList=n1"
            // By slurmdbd: typed and untyped in the TRES, each counted once.
            try await replay.history(
                at: 20,
                "JobID=7 \(run) AllocTRES=cpu=1,node=2,billing=3,gres/gpu=3,gres/gpu:h200=2,"
                    + "license/matlab=4")
            // 10 s of: 0.01 + 2 × 0.001 + 3 × 0.002 + 0.1 + 2 × 0.2 + 4 × 0.01 SU.
            #expect(try replay.books.figures().charged.description == "5.58")
            // By slurmctld alone: beside the TRES.
            try await replay.live(
                at: 21,
                "JobID=8 \(run) AllocTRES=cpu=1,node=2,billing=3 GresTotal=gpu:h200:2,gpu:1 "
                    + "Licenses=matlab:3,matlab2,abaqus:2")
            // The same but for a licence less: 0.1 SU.
            #expect(try replay.books.figures().charged.description == "11.06")
        }
    }

    @Test func `where only the dearest counts, which one it is depends on the job`() async throws {
        try await play(grant: "1000") { replay in
            var site = try Site.small(grant: "1000")
            let window = site.resources[0].rates[0].window
            site.clusters[0].combine = .max
            site.resources.append(
                SiteResource(
                    name: "node", type: "node", tres: .node, scope: .everywhere,
                    rates: [SiteRate(suPerHour: try Rational(parsing: "90"), window: window)]))
            site.factors = [
                SiteFactor(
                    subject: .partition("gpu"), cluster: nil, factor: try Rational(3, over: 1),
                    window: window),
                SiteFactor(
                    subject: .qos("half"), cluster: nil, factor: try Rational(1, over: 2),
                    window: window),
            ]
            _ = try await replay.books.perform(.apply(site, backdate: false))
            let run = "Submit=0 Start=0 End=10 State=COMPLETED NodeList=n1"
            var charged = ServiceUnits.zero
            for (number, words, cost) in [
                (1, "AllocTRES=cpu=2,node=1", "0.25"), (2, "AllocTRES=cpu=3,node=1", "0.30"),
                (3, "AllocTRES=cpu=3,node=2", "0.50"),
                (4, "AllocTRES=cpu=3,node=1 Partition=gpu", "0.90"),
                (5, "AllocTRES=cpu=3,node=1 QOS=half", "0.15"),
                (6, "AllocTRES=cpu=3,node=1 QOS=half Partition=gpu", "0.45"),
            ] {
                try await replay.history(at: 20, "JobID=\(number) \(run) \(words)")
                charged += try replay.books.su(cost)
                #expect(try replay.books.figures().charged == charged, "\(words)")
            }
        }
    }
}

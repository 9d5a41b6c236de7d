import Foundation
import Testing
import Units
import Wire

extension SystemTests {
    /// Jobs of many parts: a thousand tasks, three components.
    @Suite struct Large {
        @Test func `of a thousand tasks each is charged alone, and the hold shrinks with them`()
            async throws
        {
            try await onEachKind { kind in
                try await play(kind, astro: "10000") { stage in
                    let held = { (tasks: Int64) in Rate.core.hold(tasks, for: 60) }
                    let job = try stage.send("-n1 -t1 --mem=100 -H --array=0-999", "sleep 1")
                    #expect(try stage.books.balance().held == held(1_000))
                    try await stage.bound(job)
                    try stage.bed.slurm("scancel", "\(job)_[900-999]")
                    try await stage.holds(job, held(900))
                    // Admissions go on meanwhile.
                    try stage.bed.slurm("scontrol", "release", "\(job)_[0-79]")
                    let other = try stage.bed.submit("atoll-ada", "-A astro -n1 -t1", sleeping: 1)
                    #expect(other.said.contains("0.60 SU held"), "\(other.said)")
                    try await stage.settled(other.admitted())
                    try await awaited(
                        "80 tasks are charged", within: 90, seen: "\(try stage.books.holds())"
                    ) {
                        let hold = try stage.books.hold(of: job)
                        return hold?.tasks == 820 && hold?.running == 0
                    }
                    #expect(try stage.books.hold(of: job)?.held == held(820))
                    #expect(try stage.books.chargedRuns(of: job) == 80)
                    try stage.bed.cancel(job)
                    try await stage.settled(job, runs: 80)
                    let runs = try await stage.bed.runs(of: job, count: 80)
                    try stage.expectCharged(job, runs.map { (1, $0.seconds) })
                }
            }
        }

        @Test func `of three components all are held or none, and each is charged alone`()
            async throws
        {
            try await onEachKind { kind in
                try await play(kind, astro: "100") { stage in
                    let refused = try stage.bed.submit(
                        "atoll-ada", "-A astro -n1 -t5 : -A astro -n2 -t5 : -A astro -n64 -t60",
                        sleeping: 1)
                    #expect(refused.job == nil)
                    #expect(refused.said.contains("this job may cost 2,304.00 SU, 91.00 SU are"))
                    #expect(try stage.books.holds().isEmpty)
                    #expect(try stage.books.balance().available == su("100"))

                    let job = try stage.bed.submit(
                        "atoll-ada",
                        "-A astro -n1 -t5 -H : -A astro -n2 -t5 -H : -A astro -n3 -t5 -H",
                        sleeping: 3
                    ).admitted()
                    #expect(try stage.books.balance().held == su("18"))
                    try await awaited("all three are bound", seen: "\(try stage.books.holds())") {
                        try stage.books.holds().count { $0.state == "bound" } == 3
                    }
                    // The second one alone may run longer.
                    let changed = try stage.bed.command(
                        as: "atoll-ada", "scontrol update JobId=\(job)+1 TimeLimit=10")
                    #expect(changed.isGood, "\(changed.errors)")
                    #expect(try stage.books.balance().held == su("24"))
                    try await awaited("it is settled", seen: "\(try stage.books.holds())") {
                        try stage.books.holds().map(\.held).sorted() == [
                            su("3"), su("9"), su("12"),
                        ]
                    }
                    let tooLong = try stage.bed.command(
                        as: "atoll-ada", "scontrol update JobId=\(job)+2 TimeLimit=100")
                    #expect(!tooLong.isGood)
                    #expect(try stage.books.balance().held == su("24"))

                    try stage.bed.slurm("scontrol", "release", "\(job)")
                    try await stage.settled(job, runs: 3)
                    let runs = try await stage.bed.runs(of: job, count: 3)
                    #expect(Set(runs.map { $0.counts[.cpu] }) == [1, 2, 3])
                    try await awaited("all are settled") { try stage.books.holds().isEmpty }
                    let charge = runs.reduce(.zero) {
                        $0 + stage.cores($1.counts[.cpu], $1.seconds)
                    }
                    #expect(try stage.books.balance().charged == charge, "\(runs)")
                }
            }
        }
    }
}

extension Stage {
    fileprivate func holds(_ job: Int64, _ amount: ServiceUnits) async throws {
        try await awaited("\(amount) held for \(job)", seen: "\(try books.holds())") {
            try books.hold(of: job)?.held == amount
        }
    }
}

import Foundation
import Registry
import Testing
import Units
import Wire

extension SystemTests {
    /// What waits for a long time: for its hour, for another job; and what becomes of its hold when the
    /// rates change meanwhile (decision 19). Without PrologSlurmctld.
    @Suite struct Waiting {
        @Test func `other rates: what waits is held at them as far as there is credit`()
            async throws
        {
            try await onEachKind { kind in
                try await play(kind) { stage in
                    let later = try stage.send("-n2 -t5 --begin=now+30days", "sleep 2")
                    let behind = try stage.send("-n1 -t5 -d afterok:\(later)", "sleep 2")
                    for job in [later, behind] { try await stage.bound(job) }
                    #expect(try stage.books.balance().held == su("9"))

                    try stage.books.setRate("18")
                    try await stage.hold([later: "3", behind: "1.5"])
                    // 108 SU an hour: 18 and 9, of 20. The first takes it, the other keeps its hold.
                    try stage.books.setRate("108")
                    try await stage.hold([later: "18", behind: "1.5"])
                    let why = try stage.whyNote(behind)
                    #expect(why.contains("the rates rose while it waits: 7.50 SU more"), "\(why)")
                    #expect(try stage.books.balance().available == su("0.5"))
                    // Credit alone changes no hold; the next rates do.
                    try stage.books.grant("20")
                    try stage.books.setRate("72")
                    try await stage.hold([later: "12", behind: "6"])
                    #expect(try !stage.whyNote(behind).contains("the rates rose"))
                    try stage.bed.cancel(behind)
                    try await stage.settled(behind, runs: 0)

                    // Its hour comes: the share is that of its start, and so is the charge.
                    let done = try stage.bed.command(
                        as: "atoll-ada", "scontrol update JobId=\(later) StartTime=now")
                    #expect(done.isGood, "\(done.errors)")
                    try await stage.settled(later)
                    let run = try await stage.bed.onlyRun(of: later)
                    let charge = HourlyRate(72).charge(2, for: run.seconds)
                    #expect(try stage.books.balance().charged == charge)
                }
            }
        }

        @Test func `too dear by its start: without the hook it runs, its share below zero`()
            async throws
        {
            try await onEachKind { kind in
                try await play(kind) { stage in
                    let job = try stage.send("-n2 -t5 -H", "sleep 4")
                    try await stage.bound(job)
                    try stage.books.setRate("180")
                    try await awaited("it is noted") {
                        try stage.whyNote(job).contains("24.00 SU more will be asked for")
                    }
                    try await stage.hold([job: "6"])
                    try stage.bed.slurm("scontrol", "release", "\(job)")
                    let share = try await stage.running(job)
                    #expect(share.held == su("30"))
                    #expect(try stage.books.balance().available == su("20") - su("30"))
                    try await stage.settled(job)
                    let run = try await stage.bed.onlyRun(of: job)
                    let balance = try stage.books.balance()
                    #expect(balance.charged == HourlyRate(180).charge(2, for: run.seconds))
                    #expect(balance.available == su("20") - balance.charged)
                }
            }
        }
    }
}

extension Stage {
    fileprivate func hold(_ amounts: [Int64: String]) async throws {
        try await awaited("\(amounts) are held", seen: "\(try books.holds())") {
            try amounts.allSatisfy { try books.hold(of: $0)?.held == su($1) }
        }
    }

    /// What `atoll why` tells of it.
    fileprivate func whyNote(_ job: Int64) throws -> String {
        try attempt([bed.folder + "/bin/atoll", "why", "\(job)", "--socket", bed.socket]).output
    }
}

extension Books {
    fileprivate func setRate(_ perHour: String) throws {
        var site = try Stage.site()
        site.resources[0].rates[0].suPerHour = try Rational(parsing: perHour)
        try ask(.apply(.init(site: site, backdate: true)))
    }
}

import Foundation
import Registry
import Testing
import Units
import Wire

extension SystemTests {
    /// Modes on the real Slurm: nothing is refused or held back, everything is charged, and what would
    /// have been refused is listed.
    @Suite struct Modes {
        /// Eight cores for five minutes: 24.00 of astro's 20 SU.
        private static let tooDear = "-A astro -n8 -t5"

        @Test(arguments: BedKind.allCases)
        func `observe needs no plugin: every job is held where it fits, judged and charged`(
            kind: BedKind
        ) async throws {
            try await withBed(kind, named: "bare", hook: .absent) { bed in
                try await play(on: bed, site: Stage.site()) { stage in
                    try stage.books.set(.observe)
                    #expect(try stage.books.status().clusters.map(\.mode) == ["observe"])
                    let fits = try bed.submit("atoll-ada", "-A astro -n1 -t5 -H", sleeping: 1)
                        .admitted()
                    try await stage.bound(fits)
                    let dear = try bed.submit("atoll-ada", Self.tooDear + " -H", sleeping: 2)
                        .admitted()
                    let capped = try bed.submit("atoll-ben", "-A astro -n1 -t10 -H", sleeping: 1)
                        .admitted()
                    let row = try await stage.judged(dear)
                    #expect(row.stage == "submission" && row.cause == "credit", "\(row)")
                    #expect(row.cost == su("24") && row.short == su("7"), "\(row)")
                    #expect(row.user == "atoll-ada" && row.allocation == "astro-2026", "\(row)")
                    let cap = try await stage.judged(capped)
                    #expect(cap.cause == "cap" && cap.short == su("1"), "\(cap)")
                    let balance = try stage.books.balance()
                    #expect(balance.held == su("3") && balance.available == su("17"), "\(balance)")

                    // Of an array all tasks count.
                    let array = try bed.submit(
                        "atoll-ada", "-A astro -n2 -t5 --array=1-4", sleeping: 1
                    ).admitted()
                    #expect(try await stage.judged(array).cost == su("24"))
                    _ = try await bed.runs(of: array, count: 4)
                    try await stage.settled(array, runs: 4)
                    try bed.slurm("scontrol", "release", "\(dear)")
                    let run = try await bed.onlyRun(of: dear)
                    try await stage.settled(dear)
                    #expect(run.state == "COMPLETED", "never held back: \(run)")
                    #expect(
                        try stage.books.charge(of: dear) == Rate.core.charge(8, for: run.seconds))
                    for job in [dear, capped, array] {
                        #expect(try stage.books.wouldRefuse(job).count == 1)
                    }
                    #expect(try stage.books.wouldRefuse(fits).isEmpty)
                    try await showsItToPeople(stage, dear)
                }
            }
        }

        /// `atoll would-refuse`, `mode` and `why`, by those who may ask.
        private func showsItToPeople(_ stage: Stage, _ job: Int64) async throws {
            func atoll(_ user: String, _ words: String) throws -> Finished {
                try stage.bed.command(
                    as: user,
                    "\(stage.bed.folder)/bin/atoll \(words) --socket \(stage.bed.socket)")
            }
            let mine = try atoll("atoll-ada", "would-refuse -P -n -o Job,Cause,Cost,Short")
            #expect(mine.output.contains("\(job)|credit|24|7\n"), "\(mine)")
            let others = try atoll("atoll-cleo", "would-refuse -P -n -o Job")
            #expect(others.output.isEmpty && others.code == 0, "\(others)")
            let why = try atoll("atoll-ada", "why \(job)")
            #expect(why.output.contains("would_refuse"), "\(why)")
            #expect(why.output.contains("mode       observe: nothing is refused"), "\(why)")
            let mode = try atoll("atoll-ada", "mode -P -n -o Cluster,Mode,Rule")
            #expect(mode.output == "reef|observe|cluster reef\n", "\(mode)")
            let denied = try atoll("atoll-ada", "mode set enforce --reason mine")
            #expect(denied.code == 1 && denied.errors.contains("only operators"), "\(denied)")
        }

        @Test func `with the plugin: observe says nothing, warn says what would be refused`()
            async throws
        {
            try await onEachKind { kind in
                try await play(kind) { stage in
                    try stage.bed.switchHooks(on: true)
                    defer { try? stage.bed.switchHooks(on: false) }
                    try stage.books.set(.observe)
                    let silent = try stage.bed.submit("atoll-ada", Self.tooDear, sleeping: 1)
                    let first = try silent.admitted()
                    #expect(!silent.said.contains("atoll"), "\(silent)")
                    try await stage.settled(first)
                    let run = try await stage.bed.onlyRun(of: first)
                    #expect(run.state == "COMPLETED", "its start was let pass: \(run)")
                    let row = try await stage.judged(first)
                    #expect(row.cost == su("24") && row.short == su("4"), "\(row)")

                    try stage.books.set(.warn)
                    let told = try stage.bed.submit(
                        "atoll-ben", "-A astro -n1 -t10 -H", sleeping: 1)
                    let second = try told.admitted()
                    #expect(
                        told.said.contains(
                            "atoll: warning: would be refused: this job may cost 6.00 SU, 5.00 SU "
                                + "are left of your own cap in astro-2026"), "\(told)")
                    _ = try await stage.judged(second)
                    // An account that has no project here, and a change beyond the credit.
                    let third = try stage.bed.submit(
                        "atoll-ada", "-A astro -n1 -t5 -H", sleeping: 1
                    )
                    .admitted()
                    try await stage.bound(third)
                    let changed = try stage.bed.command(
                        as: "atoll-ada", "scontrol update jobid=\(third) timelimit=300")
                    #expect(changed.isGood, "\(changed)")
                    #expect(try await stage.judged(third).stage == "change")
                    #expect(try stage.books.hold(of: third)?.held == su("3"))
                    for job in [first, second, third] {
                        #expect(try stage.books.wouldRefuse(job).count == 1)
                    }
                }
            }
        }

        @Test func `switched at once, for good, and an account goes before its cluster`()
            async throws
        {
            try await onEachKind { kind in
                try await play(kind) { stage in
                    let options = Self.tooDear + " -H"
                    #expect(
                        try stage.bed.submit("atoll-ada", options, sleeping: 1).job == nil)
                    try stage.books.set(.warn)
                    #expect(
                        try stage.bed.submit("atoll-ada", options, sleeping: 1).job != nil)
                    try await stage.atolld.kill()
                    try await stage.atolld.start()
                    #expect(
                        try stage.bed.submit("atoll-ada", options, sleeping: 1).said
                            .contains("would be refused"))
                    try stage.books.set(.enforce, account: "astro")
                    #expect(
                        try stage.bed.submit("atoll-ada", options, sleeping: 1).job == nil)
                    let bio = try stage.bed.submit("atoll-cleo", "-A bio -n8 -t5 -H", sleeping: 1)
                    #expect(bio.said.contains("would be refused"), "\(bio)")
                    try stage.books.set(nil, account: "astro")
                    try stage.books.set(.enforce)
                    #expect(
                        try stage.bed.submit("atoll-ada", options, sleeping: 1).job == nil)
                }
            }
        }

        @Test func `what was held back at its start is let go when nothing is refused any more`()
            async throws
        {
            try await onEachKind { kind in
                try await play(kind) { stage in
                    try stage.bed.switchHooks(on: true)
                    defer { try? stage.bed.switchHooks(on: false) }
                    let job = try stage.send("-n1 -t5 -H", "sleep 1")
                    try await stage.bound(job)
                    let off = Edit(.disable, .allocation(.init(name: "astro-2026")))
                    try stage.books.ask(.edit(.init(off)))
                    try stage.bed.slurm("scontrol", "release", "\(job)")
                    try await awaited("it is held back", within: 30) {
                        try stage.books.hold(of: job)?.heldBack != nil
                            && stage.bed.moment("Priority", of: job) == 0
                    }
                    try stage.books.set(.observe)
                    try await stage.settled(job)
                    let rows = try stage.books.wouldRefuse(job)
                    #expect(rows.map(\.stage) == ["start"] && rows[0].cause == "status", "\(rows)")
                    #expect(try stage.books.charge(of: job) > .zero)
                }
            }
        }
    }
}

import Foundation
import Testing
import Units
import Wire

extension SystemTests {
    /// Reservations of whole nodes on a real Slurm, charged as Slurm's own record of them says. A node
    /// has 64 cores at 36 SU an hour and 4 GPUs at 360: 1.04 SU a second.
    @Suite struct Reservations {
        private func settings(_ charge: String) -> AtolldSettings {
            var settings = AtolldSettings()
            settings.reservations = charge
            return settings
        }

        /// Plays with no reservation there before and after.
        private func play(
            _ kind: BedKind, charge: String = "idle", _ body: (Stage) async throws -> Void
        ) async throws {
            let settings = settings(charge)
            let bed = try await Beds.all.bed(kind)
            try await bed.clear()
            try bed.deleteReservations()
            try await playReserved(kind, settings) { stage in
                do { try await body(stage) } catch {
                    try? await stage.bed.clear()
                    try? stage.bed.deleteReservations()
                    throw error
                }
                try stage.bed.deleteReservations()
            }
        }

        /// Its versions once all have ended and are charged (or cost nobody).
        private func ended(
            _ name: String, _ stage: Stage, versions: Int = 1
        ) async throws -> [Row.Reservation] {
            let rows = { try stage.books.reservations(name) }
            return try await awaited(
                "\(name) is charged", within: 90, seen: "\(try rows()) \(stage.atolld.log)"
            ) {
                let all = try rows()
                let isDone = all.allSatisfy {
                    $0.state == "ended" && ($0.charge == "none" || $0.run != nil)
                }
                return isDone && all.count >= versions ? all : nil
            }
        }

        private func cost(cores: Int64, gpus: Int64) -> ServiceUnits {
            Rate.core.charge(cores, for: 1) + Rate.gpu.charge(gpus, for: 1)
        }

        @Test(arguments: ["idle", "all", "none"])
        func `a node for half a minute with a job inside`(charge: String) async throws {
            try await onEachKind { kind in
                try await play(kind, charge: charge) { stage in
                    try await stage.bed.reserve(
                        "course", "StartTime=now EndTime=now+25 Nodes=n1 Accounts=astro")
                    let slurms = try #require(try stage.bed.reservation("course"))
                    try await awaited("it is held") {
                        try stage.books.reservations("course").first?.state == "open"
                    }
                    let whole = cost(cores: slurms.coreSeconds, gpus: slurms.gpuSeconds)
                    let first = try stage.books.reservations("course")[0]
                    #expect(first.held == (charge == "none" ? .zero : whole))
                    let sent = try stage.bed.submit(
                        "atoll-ada", "-A astro --reservation=course -n4 -t1", sleeping: 4)
                    let job = try sent.admitted()
                    #expect(
                        sent.said.contains("up to 0.00 SU held") == (charge == "all"),
                        "\(sent.said)")
                    try await stage.settled(job, runs: charge == "all" ? 0 : 1)
                    let run = try await stage.bed.onlyRun(of: job)
                    let version = try await ended("course", stage)[0]
                    #expect(
                        version.start.epochSeconds == slurms.start
                            && version.end.epochSeconds == slurms.end, "\(version)")
                    #expect(version.jobs == 1)
                    let used = cost(cores: run.coreSeconds, gpus: 0)
                    let balance = try stage.books.balance()
                    switch charge {
                    case "idle":
                        #expect(version.charged == whole - used, "\(version) \(run)")
                        #expect(balance.charged == whole)
                    case "all": #expect(version.charged == whole && balance.charged == whole)
                    default: #expect(version.charged == .zero && balance.charged == used)
                    }
                }
            }
        }

        @Test func `extended, grown, shrunk and deleted early: to the second, as slurmdbd has it`()
            async throws
        {
            try await play(.accounting) { stage in
                let bed = stage.bed
                try await bed.reserve(
                    "course", "StartTime=now EndTime=now+40 Nodes=n1 Accounts=astro")
                let begun = try #require(try bed.reservation("course")).start
                func pause(_ seconds: Int64) async throws {
                    let until = Int64(Date().timeIntervalSince1970) + seconds
                    try await awaited("\(seconds) s went by") {
                        Int64(Date().timeIntervalSince1970) >= until
                    }
                }
                try await pause(3)
                try bed.changeReservation("course", "EndTime=now+60")
                try await pause(3)
                try bed.changeReservation("course", "Nodes=n1,n2")
                try await pause(4)
                try bed.changeReservation("course", "Nodes=n2")
                try await pause(4)
                try bed.deleteReservation("course")
                let versions = try await ended("course", stage, versions: 3)
                let spans = try bed.recordedSpans(of: "course", since: begun)
                #expect(spans.map(\.cpus) == [64, 128, 64])
                #expect(
                    versions.map { [$0.start.epochSeconds, $0.end.epochSeconds] }
                        == spans.map { [$0.start, $0.end] })
                #expect(
                    versions.map(\.charged)
                        == spans.map { cost(cores: $0.coreSeconds, gpus: $0.gpuSeconds) })
                #expect(try stage.books.balance().held == .zero)
            }
        }

        @Test func `without slurmdbd what is deleted early counts until it was last seen`()
            async throws
        {
            try await play(.controllerOnly) { stage in
                let bed = stage.bed
                try await bed.reserve(
                    "course", "StartTime=now EndTime=now+60 Nodes=n1 Accounts=astro")
                let begun = try #require(try bed.reservation("course")).start
                try await awaited("it goes on for some seconds") {
                    Int64(Date().timeIntervalSince1970) >= begun + 6
                }
                let deleted = Int64(Date().timeIntervalSince1970)
                try bed.deleteReservation("course")
                let version = try await ended("course", stage)[0]
                #expect(version.start.epochSeconds == begun)
                #expect((deleted - 4...deleted + 1).contains(version.end.epochSeconds))
                #expect(
                    version.charged == cost(cores: 64 * version.seconds, gpus: 4 * version.seconds))
            }
        }

        /// slurmctld forgets with a reservation which jobs ran inside. Of one that began in the same
        /// second slurmdbd has the reservation's number alone.
        @Test(arguments: [false, true])
        func `over while nobody looked: what a job inside used was not idle`(
            beginsWithIt: Bool
        ) async throws {
            try await play(.accounting) { stage in
                let bed = stage.bed
                let start = beginsWithIt ? "now+8" : "now"
                try bed.slurm(
                    "scontrol", "create", "reservation", "ReservationName=course",
                    "StartTime=\(start)", "EndTime=now+60", "Nodes=n1", "Accounts=astro")
                let begun = try #require(try bed.reservation("course")).start
                try await awaited("it is held") {
                    try stage.books.reservations("course").first?.state == "open"
                }
                _ = try await stage.atolld.stop()
                let job = try bed.submit(
                    "atoll-ada", "-A astro --reservation=course -n4 -t1", sleeping: 4
                ).admitted()
                let run = try await bed.onlyRun(of: job)
                let started = try #require(try bed.moment("StartTime", of: job))
                if beginsWithIt { #expect(started - begun <= 1) }
                try bed.deleteReservation("course")
                try await stage.atolld.start(settings("idle"))
                let version = try await ended("course", stage)[0]
                let span = try #require(try bed.recordedSpans(of: "course", since: begun).last)
                #expect(version.jobs == 1)
                #expect(
                    version.charged
                        == cost(
                            cores: span.coreSeconds - run.coreSeconds, gpus: span.gpuSeconds))
                try await stage.settled(job)
                #expect(
                    try stage.books.balance().charged
                        == cost(cores: span.coreSeconds, gpus: span.gpuSeconds))
            }
        }

        /// slurmdbd has the number of an association for who it was for.
        @Test(arguments: ["Accounts=astro", "Users=atoll-ada", "Accounts=astro Users=atoll-ada"])
        func `made and gone while atolld was away, with a job inside`(owner: String) async throws {
            try await play(.accounting) { stage in
                let bed = stage.bed
                _ = try await stage.atolld.stop()
                try await bed.reserve("course", "StartTime=now EndTime=now+60 Nodes=n1 \(owner)")
                let begun = try #require(try bed.reservation("course")).start
                let job = try bed.submit(
                    "atoll-ada", "-A astro --reservation=course -n4 -t1", sleeping: 4
                ).admitted()
                let run = try await bed.onlyRun(of: job)
                try bed.deleteReservation("course")
                try await awaited("slurmdbd has its end") {
                    try bed.recordedSpans(of: "course", since: begun).last.map {
                        $0.end < begun + 60
                    } ?? false
                }
                try await stage.atolld.start(settings("idle"))
                let version = try await ended("course", stage)[0]
                let span = try #require(try bed.recordedSpans(of: "course", since: begun).last)
                #expect(version.jobs == 1)
                try await awaited("the job's part is not idle") {
                    try stage.books.reservations("course").first?.charged
                        == cost(
                            cores: span.coreSeconds - run.coreSeconds, gpus: span.gpuSeconds)
                }
                try await stage.settled(job)
                #expect(
                    try stage.books.balance().charged
                        == cost(cores: span.coreSeconds, gpus: span.gpuSeconds))
            }
        }

        @Test func `skipped, and deleted before it began`() async throws {
            try await onEachKind { kind in
                try await play(kind) { stage in
                    let bed = stage.bed
                    try await bed.reserve(
                        "daily", "StartTime=now EndTime=now+60 Nodes=n1 Accounts=astro Flags=DAILY")
                    let first = try #require(try bed.reservation("daily"))
                    try await awaited("it is held") {
                        try stage.books.balance().held
                            == cost(cores: first.coreSeconds, gpus: first.gpuSeconds)
                    }
                    try bed.changeReservation("daily", "skip")
                    try await awaited(
                        "the next one is held", seen: "\(try stage.books.reservations("daily"))"
                    ) {
                        try stage.books.reservations("daily").map(\.state) == ["ended", "open"]
                            && stage.books.reservations("daily")[0].run != nil
                    }
                    let versions = try stage.books.reservations("daily")
                    #expect(versions[1].start.epochSeconds == first.start + 86_400)
                    let begun = versions[0].seconds
                    #expect(versions[0].charged == cost(cores: 64 * begun, gpus: 4 * begun))
                    if kind.hasAccounting {
                        let span = try bed.recordedSpans(of: "daily", since: first.start)[0]
                        #expect(versions[0].end.epochSeconds == span.end)
                    }
                    try bed.deleteReservation("daily")
                    let all = try await ended("daily", stage, versions: 2)
                    #expect(all[1].charged == .zero)
                    #expect(try stage.books.balance().held == .zero)
                }
            }
        }

        @Test func `MAINT and what nobody owns cost nobody, are listed, and can be assigned`()
            async throws
        {
            try await onEachKind { kind in
                try await play(kind) { stage in
                    let bed = stage.bed
                    try await bed.reserve(
                        "fix", "StartTime=now EndTime=now+60 Nodes=n1 Users=root Flags=MAINT")
                    try await bed.reserve(
                        "ours", "StartTime=now EndTime=now+60 Nodes=n2 Users=root")
                    let atoll = { (words: String...) in
                        try must(
                            [bed.folder + "/bin/atoll", "reservation"] + words
                                + ["--socket", bed.socket])
                    }
                    try await awaited("both are known") {
                        try stage.books.reservations("fix").count == 1
                            && stage.books.reservations("ours").count == 1
                    }
                    let list = try atoll("list", "-P", "-o", "Name,Charge,Held,Free")
                    #expect(list.contains("fix|none|0|maintenance"), "\(list)")
                    #expect(list.contains("ours|none|0|no owner"), "\(list)")
                    #expect(try stage.books.balance().held == .zero)
                    let slurms = try #require(try bed.reservation("ours"))
                    let whole = cost(cores: slurms.coreSeconds, gpus: slurms.gpuSeconds)
                    let said = try atoll(
                        "assign", "ours", "--allocation", "astro-2026", "--reason", "a test")
                    #expect(said.hasPrefix("\(whole) SU are held in astro-2026"), "\(said)")
                    #expect(try stage.books.balance().held == whole)
                    try bed.deleteReservation("ours")
                    try bed.deleteReservation("fix")
                    let version = try await ended("ours", stage)[0]
                    #expect(
                        version.charged
                            == cost(cores: 64 * version.seconds, gpus: 4 * version.seconds))
                    #expect(try await ended("fix", stage)[0].charged == .zero)
                    #expect(try stage.books.balance().charged == version.charged)
                }
            }
        }

        @Test func `made by atoll: its credit is held first, and what is unused goes back`()
            async throws
        {
            try await play(.accounting) { stage in
                let bed = stage.bed
                func atoll(_ words: String) throws -> Finished {
                    try attempt(
                        [bed.folder + "/bin/atoll", "reservation"]
                            + words.split(separator: " ").map(String.init)
                            + ["--reason", "a test", "--socket", bed.socket])
                }
                let dear = try atoll(
                    "create course --allocation astro-2026 --duration 10:00 --nodes n[1-4]")
                #expect(dear.code == 3 && dear.errors.contains("SU are available"), "\(dear)")
                #expect(try bed.reservation("course") == nil)
                let odd = try atoll(
                    "create course --allocation astro-2026 --duration 1 --nodes n1 -A nobody")
                #expect(odd.code == 1 && odd.errors.contains("Slurm made no"), "\(odd)")
                #expect(try stage.books.balance().held == .zero)
                let made = try atoll(
                    "create course --allocation astro-2026 -S now --duration 1 --nodes n1")
                #expect(made.isGood, "\(made)")
                let slurms = try #require(try bed.reservation("course"))
                #expect(slurms.seconds == 60)
                #expect(try stage.books.balance().held == su("62.4"), "60 s of a node")
                try await awaited("Slurm shows it") {
                    try stage.books.reservations("course").contains { $0.state == "open" }
                }
                #expect(try stage.books.balance().held == su("62.4"))
                // One that is deleted within its first second leaves no span in slurmdbd.
                try await awaited("it has lasted a moment") {
                    Int64(Date().timeIntervalSince1970) >= slurms.start + 2
                }
                let gone = try atoll("delete course")
                #expect(gone.isGood, "\(gone)")
                // What was dropped ended before it began.
                let version = try #require(
                    try await ended("course", stage).first { $0.run != nil })
                // slurmctld's word of it may still be on its way.
                try await awaited("slurmdbd has it") {
                    try !bed.recordedSpans(of: "course", since: slurms.start).isEmpty
                }
                let span = try #require(
                    try bed.recordedSpans(of: "course", since: slurms.start).last)
                #expect(version.end.epochSeconds == span.end)
                #expect(version.charged == cost(cores: span.coreSeconds, gpus: span.gpuSeconds))
                let balance = try stage.books.balance()
                #expect(balance.held == .zero && balance.charged == version.charged)
            }
        }
    }
}

/// `play` by a name that the suite's own does not hide.
private func playReserved(
    _ kind: BedKind, _ settings: AtolldSettings, _ body: (Stage) async throws -> Void
) async throws {
    try await play(kind, astro: "1000", settings: settings, body)
}

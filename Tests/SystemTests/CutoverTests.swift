import Foundation
import Testing
import Units
import Wire

extension SystemTests {
    /// Going live in the middle of a day: `cutover = T` on a cluster where jobs wait and run.
    @Suite struct Cutovers {
        @Test func `runs across T are charged from T, the queue is adopted, nothing before counts`()
            async throws
        {
            try await onEachKind { kind in
                try await play(kind) { stage in
                    // As if it were not there yet: what is submitted now no plugin could ask about.
                    _ = try await stage.atolld.stop()
                    let bed = stage.bed
                    let before = try bed.submit("atoll-ada", "-A astro -n3 -t5", sleeping: 1)
                        .admitted()
                    let across = try bed.submit("atoll-ada", "-A astro -n2 -t5", sleeping: 14)
                        .admitted()
                    let waits = try bed.submit("atoll-ada", "-A astro -n1 -t5 -H", sleeping: 2)
                        .admitted()
                    let earlier = try await bed.onlyRun(of: before)
                    let started = try #require(try bed.moment("StartTime", of: across))

                    let cutover = Int64(Date().timeIntervalSince1970) + 2
                    #expect(cutover > started)
                    var settings = AtolldSettings()
                    settings.cutover = Instant(epochSeconds: cutover)
                    try await stage.atolld.start(settings)
                    try await stage.bound(waits)
                    #expect(try stage.books.hold(of: waits)?.held == su("3"), "adopted")
                    _ = try await stage.running(across)
                    // Of its five minutes what lies after T.
                    #expect(
                        try stage.books.hold(of: across)?.held
                            == Rate.core.hold(2, for: 300 - (cutover - started)))

                    try await stage.settled(across)
                    let end = try #require(try bed.moment("EndTime", of: across))
                    #expect(
                        try stage.books.charge(of: across)
                            == Rate.core.charge(2, for: end - cutover))
                    try bed.slurm("scontrol", "release", "\(waits)")
                    try await stage.settled(waits)
                    let later = try await bed.onlyRun(of: waits)
                    #expect(
                        try stage.books.charge(of: waits) == Rate.core.charge(1, for: later.seconds)
                    )
                    #expect(try stage.books.charge(of: before) == .zero)

                    // A restart changes nothing of it.
                    let balance = try stage.books.balance()
                    try await stage.atolld.kill()
                    try await stage.atolld.start(settings)
                    #expect(try stage.books.balance() == balance)
                    if stage.isAccounting {
                        try importedOnce(stage, [before, across, waits], balance.charged, earlier)
                    }
                }
            }
        }

        /// What ended before T counts where it is imported, once and in whole; the rest is known.
        private func importedOnce(
            _ stage: Stage, _ jobs: [Int64], _ charged: ServiceUnits, _ before: SlurmRun
        ) throws {
            let columns =
                "Cluster,JobIDRaw,JobID,User,Account,Partition,QOS,Submit,Eligible,Start,End,"
                + "Elapsed,Suspended,State,AllocTRES,TimelimitRaw,Reservation,NodeList"
            let text = try must(
                [
                    "sacct", "-aDP", "-j", jobs.map(String.init).joined(separator: ","), "-o",
                    columns,
                ],
                environment: ["SLURM_CONF": stage.bed.environment["SLURM_CONF"] ?? "", "TZ": "UTC"])
            let dump = stage.atolld.folder + "/cutover.psv"
            try text.write(toFile: dump, atomically: true, encoding: .utf8)
            for _ in 0..<2 {
                try must(
                    [
                        stage.bed.folder + "/bin/atoll", "import", dump, "--time-zone", "UTC",
                        "--socket", stage.bed.socket, "--rejects", dump + ".rejected",
                    ])
                #expect(
                    try stage.books.balance().charged
                        == charged + Rate.core.charge(3, for: before.seconds))
            }
        }
    }
}

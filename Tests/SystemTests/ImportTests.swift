import Foundation
import Testing
import Units
import Wire

extension SystemTests {
    /// What sacct prints of a cluster, imported into new books: the same charges as live.
    @Suite struct Imports {
        @Test func `a dump comes to what was charged live, and never twice`() async throws {
            try await play(.accounting, astro: "10000") { stage in
                let jobs = try await lived(stage)
                let live = try stage.books.balance().charged
                #expect(live > .zero)
                for zone in ["UTC", "Europe/Berlin"] {
                    let dump = try dump(jobs, zone, stage)
                    let other = try await OtherBooks(stage, zone)
                    do {
                        try await check(dump, zone, other, live)
                    } catch {
                        other.end()
                        throw error
                    }
                    other.end()
                    // The daemon that saw them live leaves them alone.
                    try must(
                        [
                            stage.bed.folder + "/bin/atoll", "import", dump, "--time-zone", zone,
                            "--socket", stage.bed.socket, "--rejects", dump + ".rejected",
                        ])
                    #expect(try stage.books.balance().charged == live)
                }
            }
        }

        /// Plain, an array, a het job, one with GPUs, one that was requeued; all of them settled.
        private func lived(_ stage: Stage) async throws -> [Int64] {
            let again = try stage.send("-n2 -t5", "sleep $((SLURM_RESTART_COUNT > 0 ? 1 : 60))")
            let rest = try [
                stage.send("-n3 -t5", "sleep 2"), stage.send("-n1 -t5 --array=1-3", "sleep 1"),
                stage.send("-n1 -t5 : -A astro -n2", "sleep 1"),
                stage.send("-p gpu -n1 -t5 --gpus=h200:1", "sleep 1"),
            ]
            try await awaited("job \(again) runs") {
                try stage.bed.states(of: again) == ["RUNNING"]
            }
            // A requeue within the second of the submission would have its key.
            try await Task.sleep(for: .seconds(2))
            try stage.bed.slurm("scontrol", "requeue", "\(again)")
            for (job, runs) in zip([again] + rest, [2, 1, 3, 2, 1]) {
                _ = try await stage.bed.runs(of: job, count: runs, within: 90)
                try await stage.settled(job, runs: runs)
            }
            return [again] + rest
        }

        private func dump(_ jobs: [Int64], _ zone: String, _ stage: Stage) throws -> String {
            let columns =
                "Cluster,JobIDRaw,JobID,User,Account,Partition,QOS,Submit,Eligible,Start,End,"
                + "Elapsed,Suspended,State,AllocTRES,TimelimitRaw,Reservation,NodeList"
            let text = try must(
                [
                    "sacct", "-aDP", "-j", jobs.map(String.init).joined(separator: ","), "-o",
                    columns,
                ],
                environment: ["SLURM_CONF": stage.bed.environment["SLURM_CONF"] ?? "", "TZ": zone])
            let file = stage.atolld.folder + "/dump-\(zone.filter(\.isLetter)).psv"
            try text.write(toFile: file, atomically: true, encoding: .utf8)
            return file
        }

        private func check(
            _ dump: String, _ zone: String, _ other: OtherBooks, _ live: ServiceUnits
        ) async throws {
            let first = try other.importing(dump, zone)
            #expect(first.contains("9 runs recorded"), "\(first)")
            #expect(first.contains("steps passed over"), "\(first)")
            #expect(try other.books.balance().charged == live)
            try must(["gzip", "-k", "-f", dump])
            let second = try other.importing(dump + ".gz", zone)
            #expect(second.contains("0 runs recorded, 9 in the books already"), "\(second)")
            try await other.killAndStart()
            #expect(try other.importing(dump, zone).contains("9 in the books already"))
            // Of another time zone it is refused as a whole, also the few rows of a last message.
            for source in [dump, dump + ".gz", "/dev/stdin < " + dump] {
                let refused = try other.refusing(source, zone == "UTC" ? "+03:00" : "+05:30")
                #expect(refused.contains("later: the dump was read in another"), "\(refused)")
                #expect(refused.contains("Nothing was recorded."), "\(refused)")
            }
            #expect(try other.books.balance().charged == live)
            #expect(try other.books.verify().isSound)
        }
    }
}

/// An atolld that watches nothing, with books of its own.
private final class OtherBooks {
    let books: Books
    private let bed: Testbed
    private let folder: String
    private var process: ChildProcess?

    init(_ stage: Stage, _ name: String) async throws {
        bed = stage.bed
        folder = stage.atolld.folder + "/other-\(name.filter(\.isLetter))"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        try must(["chown", "atoll:", folder])
        books = Books(socket: folder + "/atoll.sock")
        try """
        [server]
        socket = "\(books.socket)"
        state = "\(folder)/state"

        """.write(toFile: folder + "/atoll.toml", atomically: true, encoding: .utf8)
        try await start()
        try books.apply(try Stage.site(astro: "10000"))
    }

    private func start() async throws {
        let log = folder + "/atolld.log"
        process = try ChildProcess(
            [bed.folder + "/bin/atolld", "--config", folder + "/atoll.toml"], as: "atoll",
            files: .init(output: log, errors: log))
        try await awaited("the other atolld answers") { (try? books.status()) != nil }
    }

    func killAndStart() async throws {
        end()
        try await awaited("the other atolld ends") { process?.exit != nil }
        try await start()
    }

    func end() { process?.signal(SIGKILL) }

    /// What is said where nothing is imported.
    func refusing(_ dump: String, _ zone: String) throws -> String {
        try must([
            "sh", "-c",
            "! \(bed.folder)/bin/atoll import --time-zone \(zone) --socket \(books.socket) --rejects "
                + "\(folder)/rejected.psv \(dump) 2>&1",
        ])
    }

    func importing(_ dump: String, _ zone: String) throws -> String {
        try must(
            [
                bed.folder + "/bin/atoll", "import", dump, "--time-zone", zone, "--socket",
                books.socket, "--rejects", folder + "/rejected.psv",
            ])
    }
}

import Bank
import Books
import Foundation
import Ledger
import Logging
import Registry
import Store
import TestKit
import Testing
import Units

@testable import Collector

/// Which jobs are let go, by a scontrol that writes down what it is told.
@Suite struct StartKeeperTests {
    let books: TestBank
    let keeper: StartKeeper
    let folder: String

    init() async throws {
        books = try TestBank()
        folder = books.folder.path
        let script = """
            #!/bin/sh
            [ ! -e \(folder)/fail ] || { echo "slurmctld is away" >&2; exit 1; }
            case $1 in release) echo "$2" >>\(folder)/released ;; esac

            """
        let path = folder + "/scontrol"
        try script.write(toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        keeper = StartKeeper(
            cluster: "reef", scontrol: GaugeCommand(program: path, deadlineSeconds: 20),
            bank: books.bank, logger: logger)
        keeper.start()
        // Nothing is set aside before the start; two jobs of 6 SU each were held back.
        var site = try Site.small(grant: "0")
        site.projects[0].allocations[0].holdPolicy = .start
        _ = try await books.perform(.apply(site, backdate: false), id: "site")
        for (token, job) in [("A", Int64(7)), ("B", 8)] {
            _ = try await books.perform(.admit(.small(token: token, cpus: 10)), id: token)
            _ = try await books.start(ask(job, token))
            _ = try await books.perform(
                .start(.settle(cluster: "reef", jobID: job, .held)))
        }
    }

    private func ask(_ job: Int64, _ token: String) -> StartRequest {
        .small(
            job: job, token: token, cpus: 10, submit: books.clock.now, at: books.clock.now)
    }

    private func work(waiting: Set<Int64> = []) throws -> KeeperWork {
        var work = KeeperWork(rules: StartRules())
        work.held = try books.store.heldBack(on: "reef").map { row in
            .init(
                row: row, comment: nil, request: ask(row.run.jobID, row.run.jobID == 7 ? "A" : "B"))
        }
        work.waiting = waiting
        return work
    }

    private var released: String {
        (try? String(contentsOfFile: folder + "/released", encoding: .utf8)) ?? ""
    }

    private func grant(_ amount: String) async throws {
        _ = try await books.perform(
            .grant(
                GrantRequest(allocation: "astro-2026", amount: ServiceUnits(parsing: amount))))
    }

    /// Looks again until it is so, for at most 20 s.
    private func eventually(_ isSo: () throws -> Bool) async throws -> Bool {
        for _ in 0..<2_000 {
            if try isSo() { return true }
            try await Task.sleep(for: .milliseconds(10))
        }
        return false
    }

    @Test func `no more are let go than there is credit for, the oldest first`() async throws {
        try await grant("7")
        keeper.take(try work())
        #expect(try await eventually { try books.heldBack(7)?.hasPrefix("over") == true })
        // It has not started yet: what it needs is promised.
        keeper.take(try work(waiting: [7]))
        try await Task.sleep(for: .milliseconds(300))
        #expect(released == "7\n")
        #expect(try books.heldBack(8) == "held credit")
        // It was cancelled before its start.
        keeper.take(try work())
        #expect(try await eventually { try books.heldBack(8)?.hasPrefix("over") == true })
        #expect(released == "7\n8\n")
        keeper.stop()
        books.stopAndRemove()
    }

    @Test func `what can't be let go stays held, is told, and not tried again at once`()
        async throws
    {
        try await grant("6")
        _ = FileManager.default.createFile(atPath: folder + "/fail", contents: nil)
        keeper.take(try work())
        #expect(try await eventually { keeper.problem?.contains("slurmctld is away") == true })
        #expect(try books.heldBack(7) == "held credit")
        try FileManager.default.removeItem(atPath: folder + "/fail")
        keeper.take(try work())
        try await Task.sleep(for: .milliseconds(300))
        #expect(!released.contains("7"))
        #expect(keeper.problem?.contains("slurmctld is away") == true)
        keeper.stop()
        books.stopAndRemove()
    }
}

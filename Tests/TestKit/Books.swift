/// A Bank over a journal of its own in a temporary folder, with a small site in it.

import Bank
import Books
import Foundation
import Ledger
import Logging
import Rates
import Registry
import Store
import Units

package final class TestBank: Sendable {
    package let clock: TestClock
    package let folder: URL
    package let bank: Bank
    package let store: JournalStore

    package init(folder: URL? = nil, clock: TestClock? = nil) throws {
        self.clock = try clock ?? TestClock()
        self.folder =
            folder
            ?? Self.scratch.appendingPathComponent("atoll-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: self.folder, withIntermediateDirectories: true)
        store = try JournalStore(path: self.folder.appendingPathComponent("journal.db").path)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let now = self.clock
        bank = try Bank(store: store, logger: logger, clock: { now.now }, onFailure: { _ in })
        bank.start()
    }

    /// In memory where there is such a place: hundreds of books at once that each wait for the disk
    /// would starve other tests of threads.
    private static var scratch: URL {
        let memory = "/dev/shm"
        return FileManager.default.isWritableFile(atPath: memory)
            ? URL(fileURLWithPath: memory) : FileManager.default.temporaryDirectory
    }

    /// Closes this one and opens the same journal again, as a restart does.
    package func reopened() throws -> TestBank {
        bank.stop()
        return try TestBank(folder: folder, clock: clock)
    }

    package func stopAndRemove() {
        bank.stop()
        try? FileManager.default.removeItem(at: folder)
    }

    package func perform(_ command: Command, id: String? = nil) async throws -> Outcome {
        try await bank.perform(
            Order(
                caller: "test", id: id, digest: Array(repeating: 0, count: 32), command: command))
    }

    /// The refusal of a command; nil when it was carried out.
    package func refusal(of command: Command) async throws -> Refusal? {
        do {
            _ = try await perform(command)
            return nil
        } catch BankError.refused(let refusal) {
            return refusal
        }
    }

    package func allocation(_ name: String = "astro-2026") throws -> Allocation {
        guard let found = bank.picture.tip.registry.allocation(named: name) else {
            throw MissingAllocation(name: name)
        }
        return found
    }

    package struct MissingAllocation: Error { let name: String }

    /// granted, available, held, charged of an allocation, in SU.
    package func figures(_ name: String = "astro-2026") throws -> Figures {
        var sums = Figures()
        for lot in try store.lots(of: allocation(name).id) {
            sums.granted += lot.issued
            sums.available += lot.balances.available
            sums.held += lot.balances.held
            sums.charged += lot.balances.charged
            sums.expired += lot.balances.expired
        }
        return sums
    }

    package struct Figures: Equatable, Sendable, CustomStringConvertible {
        package var granted = ServiceUnits.zero
        package var available = ServiceUnits.zero
        package var held = ServiceUnits.zero
        package var charged = ServiceUnits.zero
        package var expired = ServiceUnits.zero
        package init() {}
        package var description: String {
            "granted \(granted) available \(available) held \(held) charged \(charged)"
                + (expired == .zero ? "" : " expired \(expired)")
        }
    }
}

extension Site {
    /// Cluster reef; CPU at 36 SU an hour; project astro with 100 SU, of which ben may use 5.
    package static func small(grant: String = "100", rate: String = "36") throws -> Site {
        let year = Interval(
            start: try Instant(parsing: "2026-01-01"), end: try Instant(parsing: "2027-01-01"))!
        var site = Site()
        site.clusters = [SiteCluster(name: "reef")]
        site.resources = [
            SiteResource(
                name: "CPU", type: "CPU", tres: .cpu, scope: .everywhere,
                rates: [SiteRate(suPerHour: try Rational(parsing: rate), window: year)])
        ]
        let allocation = SiteAllocation(
            name: "astro-2026", clusters: ["reef"], initial: try ServiceUnits(parsing: grant),
            window: year,
            members: [SiteMember(user: "ben", cap: try ServiceUnits(parsing: "5"))])
        site.projects = [
            SiteProject(name: "astro", accounts: ["astro"], allocations: [allocation])
        ]
        return site
    }
}

extension Admission {
    package static func small(
        token: String, user: String = "ada", account: String = "astro", cpus: Int64 = 1,
        seconds: Int64 = 60, tasks: Int64 = 1
    ) -> Admission {
        Admission(
            token: token, cluster: "reef", accountLineage: [account], userName: user,
            isAssociated: true,
            options: [.init(partition: "cpu", footprint: TRESCounts([.cpu: cpus, .node: 1]))],
            qos: nil, tasks: tasks, timeLimitSeconds: seconds)
    }
}

extension JobObservation {
    package static func small(
        job: Int64, token: String?, user: String = "ada", at: Instant
    ) -> JobObservation {
        JobObservation(
            cluster: "reef", jobID: job, token: token, userName: user, isAssociated: true,
            accountLineage: ["astro"], partition: "cpu", qos: nil, at: at)
    }

    package func pending(
        tasks: Int64 = 1, cpus: Int64 = 1, seconds: Int64 = 60
    ) -> JobObservation {
        var copy = self
        copy.pending = Pending(
            tasks: tasks, concurrency: nil, footprint: TRESCounts([.cpu: cpus, .node: 1]),
            timeLimitSeconds: seconds)
        return copy
    }

    package func run(
        raw: Int64? = nil, submit: Instant, start: Instant, end: Instant? = nil, cpus: Int64 = 1,
        seconds: Int64 = 60, suspended: Int64 = 0, state: String? = nil
    ) -> JobObservation {
        var copy = self
        copy.runs.append(
            RunFacts(
                key: RunKey(cluster: "reef", jobID: raw ?? jobID, submit: submit),
                jobName: String(raw ?? jobID), partition: "cpu", qos: nil,
                counts: TRESCounts([.cpu: cpus, .node: 1]), start: start, end: end,
                suspendedSeconds: suspended, timeLimitSeconds: seconds,
                state: state ?? (end == nil ? "RUNNING" : "COMPLETED")))
        return copy
    }
}

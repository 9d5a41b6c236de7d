/// Plays a story through the real watch, Bank and Store by a clock that is told what time it is.

import Bank
import Books
import Foundation
import Ledger
import Logging
import Registry
import Store
import Synchronization
import TestKit
import Units

@testable import Collector

/// What the books come to.
struct Ending: Equatable, CustomStringConvertible {
    /// By job, task or reservation.
    var charges: [String: ServiceUnits] = [:]
    var used: [String: ServiceUnits] = [:]
    var figures = TestBank.Figures()
    var stillOpen: [String] = []

    var description: String { "\(figures) open \(stillOpen) \(charges)" }

    func differences(from other: Ending) -> [String] {
        let names = Set(charges.keys).union(other.charges.keys).sorted()
        return names.filter { charges[$0] != other.charges[$0] }.map {
            "\($0): \(charges[$0] ?? .zero), without the absence \(other.charges[$0] ?? .zero)"
        } + (figures == other.figures ? [] : ["\(figures), without it \(other.figures)"])
    }
}

final class PlayedWatch {
    private static let pollSeconds: Int64 = 60
    private let story: PlayedStory
    private let absence: Absence?
    private let slurm: PlayedSlurm
    private let clock: TestClock
    private var books: TestBank
    private var watch: ClusterWatch
    private var memory: WatchMemory
    /// When holds are looked at, and what stood then by job.
    private var holdsAt: [Instant]
    private(set) var holds: [Instant: [Int64: ServiceUnits]] = [:]

    init(
        _ story: PlayedStory, _ absence: Absence? = nil, holdsAt: [Instant] = []
    ) throws {
        (self.story, self.absence, self.holdsAt) = (story, absence, holdsAt)
        clock = try TestClock()
        slurm = PlayedSlurm(story: story, absence: absence, clock: clock)
        books = try TestBank(clock: clock)
        watch = Self.watch(slurm, books)
        memory = watch.freshMemory()
    }

    deinit { books.stopAndRemove() }

    private static func watch(_ slurm: PlayedSlurm, _ books: TestBank) -> ClusterWatch {
        var gauge = GaugeCommand(program: "/nonexistent")
        gauge.standIn = { try slurm.answer($0) }
        var logger = Logger(label: "played")
        logger.handler = SwiftLogNoOpLogHandler()
        let (clock, begun) = (slurm.clock, slurm.clock.now)
        let steady = ContinuousClock.now
        return ClusterWatch(
            WatchSettings(cluster: "reef", gauge: gauge), bank: books.bank, books: books.store,
            logger: logger, clock: { clock.now },
            steadyClock: { steady.advanced(by: .seconds(clock.now.seconds(since: begun))) })
    }

    private var isAway: Bool {
        guard let absence, absence.who == .atolld else { return false }
        return absence.span.contains(clock.now)
    }

    /// To its end: submissions and changes are asked about as they come, polls each minute.
    func play() async throws -> Ending {
        var site = try Site.small(grant: "1000000")
        site.projects[0].allocations[0].members = []
        _ = try await books.perform(.apply(site, backdate: true))
        var asks = story.jobs.map { ($0.submit, Command.admit(admission(of: $0))) }
        asks += story.jobs.compactMap { job in
            job.raise.map { ($0.at, Command.modify(change(of: job, to: $0.seconds))) }
        }
        asks.sort { $0.0 < $1.0 }
        var poll = clock.now.advanced(bySeconds: 30)
        var wasAway = false
        while clock.now < story.end {
            let next = min(poll, asks.first?.0 ?? poll)
            clock.advance(bySeconds: max(next.seconds(since: clock.now), 0))
            if wasAway, !isAway { try comeBack() }
            wasAway = isAway
            while let first = asks.first, first.0 <= clock.now {
                asks.removeFirst()
                // Nobody answers: the plugin lets it pass.
                if !isAway { _ = try await books.perform(first.1) }
            }
            guard clock.now >= poll else { continue }
            poll = poll.advanced(bySeconds: Self.pollSeconds)
            if !isAway { _ = watch.look(&memory) }
            if let first = holdsAt.first, clock.now >= first {
                holds[holdsAt.removeFirst()] = try heldByJob()
            }
        }
        return try ending()
    }

    /// A new process over the same journal.
    private func comeBack() throws {
        books = try books.reopened()
        watch = Self.watch(slurm, books)
        memory = watch.freshMemory()
    }

    private func admission(of job: PlayedJob) -> Admission {
        var admission = Admission.small(
            token: job.token, user: job.user, cpus: job.cpus, seconds: job.limitSeconds,
            tasks: Int64(job.tasks.count))
        admission.concurrency = job.concurrency
        admission.reservation = job.reservation
        return admission
    }

    private func change(of job: PlayedJob, to seconds: Int64) -> Modification {
        var change = Modification(
            cluster: "reef", job: job.id, ownerName: job.user, callerName: job.user)
        change.timeLimitSeconds = seconds
        return change
    }

    private func heldByJob() throws -> [Int64: ServiceUnits] {
        var held: [Int64: ServiceUnits] = [:]
        for row in try books.store.openHolds() {
            held[row.job ?? 0, default: .zero] += row.claim.pins.total + row.runningHeld
        }
        return held.filter { $0.value > .zero }
    }

    private func ending() throws -> Ending {
        var ending = Ending()
        ending.figures = try books.figures()
        let allocation = try books.allocation().id
        ending.used = try books.store.uses(of: allocation).mapValues(\.charged)
        ending.stillOpen = try books.store.openHolds().map { "\($0.claim)" }
        let all = Interval(start: story.start, end: nil)!
        _ = try books.store.statement(of: allocation, over: all) { row in
            guard let job = row.job else { return }
            // A run may have several rows: a lot each, and a version's are corrected by jobs inside.
            ending.charges[job] = ending.charges[job, default: .zero] - row.amount
        }
        let found = try books.store.verify()
        precondition(found.finding == nil, "\(found)")
        return ending
    }
}

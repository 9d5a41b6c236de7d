/// One job's life on the real Slurm, and what Slurm's own record says that it costs.

import Foundation
import Testing
import Units
import Wire

struct Life: Sendable {
    let name: String
    /// Sends the job, has done to it what is to be done, and works its cost out once it is over.
    let play: @Sendable (Stage) async throws -> Lived

    init(_ name: String, _ play: @escaping @Sendable (Stage) async throws -> Lived) {
        (self.name, self.play) = (name, play)
    }
}

/// A life that is over, as Slurm has it.
struct Lived: Sendable {
    let job: Int64
    /// The parts of it that are to be charged: so many lines, each rounded on its own.
    let charges: [ServiceUnits]
    /// What the life made other jobs cost, which it has looked at itself.
    var beside = ServiceUnits.zero

    var charge: ServiceUnits { charges.reduce(.zero, +) }
}

extension Stage {
    /// Plays them all at once, each judged by its own charge, and their sum by the balance.
    func play(_ lives: [Life]) async throws {
        let stage = self
        var total = ServiceUnits.zero
        try await withThrowingTaskGroup(of: ServiceUnits.self) { group in
            for life in lives {
                group.addTask {
                    do {
                        let lived = try await life.play(stage)
                        try await stage.settled(lived.job, runs: lived.charges.count)
                        let charged = try stage.books.charge(of: lived.job)
                        let lines = try stage.books.charges().map { "\($0.job ?? "") \($0.amount)" }
                        #expect(
                            charged == lived.charge,
                            "\(life.name): job \(lived.job): \(lines)")
                        return lived.charge + lived.beside
                    } catch {
                        Issue.record("\(life.name): \(error)")
                        throw error
                    }
                }
            }
            for try await charge in group { total += charge }
        }
        #expect(try books.balance().charged == total)
    }

    /// What a job that runs `seconds` on so many cores is to be charged.
    func cores(_ count: Int64, _ seconds: Int64) -> ServiceUnits {
        Rate.core.charge(count, for: seconds)
    }

    /// The job's charge is that of its runs, each of so many cores and seconds.
    func expectCharged(
        _ job: Int64, _ runs: [(cores: Int64, seconds: Int64)],
        at place: SourceLocation = #_sourceLocation
    ) throws {
        let charged = try books.charge(of: job)
        let due = runs.reduce(ServiceUnits.zero) { $0 + cores($1.cores, $1.seconds) }
        #expect(charged == due, "job \(job): \(runs)", sourceLocation: place)
    }

    /// Waits until slurmctld has queued a job again that began at `start`; when it did.
    func queuedAgain(_ job: Int64, after start: Int64) async throws -> Int64 {
        try await awaited("job \(job) is queued again", within: 30) {
            try bed.moment("SubmitTime", of: job).flatMap { $0 > start ? $0 : nil }
        }
    }

    /// Waits until a run that began at `start` has ended and its job is queued again; its seconds on the
    /// clock.
    ///
    /// slurmdbd has its end. slurmctld alone shows that only until the job's nodes are clear, and then
    /// tells when the job was queued again, up to two seconds later on a busy machine: which of the two
    /// it was that atolld saw, the charge says.
    func requeued(_ job: Int64, from start: Int64) async throws -> Int64 {
        let queued = try await queuedAgain(job, after: start)
        let possible = max(queued - 2, start)...queued
        let end = try await awaited(
            "job \(job), queued again at \(queued), has a run from \(start) that is over",
            within: 30, seen: "\(try books.charges())"
        ) { () -> Int64? in
            if isAccounting { return try bed.recordedEnd(of: job, begunAt: start) }
            return try books.charges().filter { $0.job == "\(job)" }
                .map(\.effectiveAt.epochSeconds).first(where: possible.contains)
        }
        #expect(possible.contains(end), "job \(job) ended at \(end), not within \(possible)")
        return end - start
    }

    /// The one run of a job, which is to have ended as `state`.
    func ended(_ job: Int64, _ state: String) async throws -> SlurmRun {
        let run = try await bed.runs(of: job, within: 120)[0]
        #expect(run.state.hasPrefix(state), "job \(job) is \(run.state), not \(state)")
        return run
    }

    /// Waits until slurmctld shows the job in that state.
    func shown(_ job: Int64, _ state: String, within seconds: Double = 60) async throws {
        try await awaited(
            "job \(job) is \(state)", within: seconds, seen: "\(try bed.states(of: job))"
        ) { try bed.states(of: job) == [state] }
    }

    /// Waits until atolld has seen it run for a second or more.
    func begun(_ job: Int64) async throws {
        _ = try await running(job)
        let start = try #require(try bed.moment("StartTime", of: job))
        try await awaited("a second of it is over") { Self.now > start + 1 }
    }

    static var now: Int64 { Int64(Date().timeIntervalSince1970) }
}

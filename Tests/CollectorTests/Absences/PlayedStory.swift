/// The lives that an absence falls into: one of each kind, at times that a seed chooses.

import Records
import Units

/// A reservation that is deleted early, and may be given a second node before.
struct PlayedReservation: Sendable {
    struct Span: Sendable {
        let start: Instant
        let end: Instant
        let nodes: Int64
    }

    let name: String
    let made: Instant
    /// When it is deleted: it never was given one.
    let grown: Instant
    let deleted: Instant
    let planned: Instant

    func shown(at now: Instant) -> [Span] {
        guard made <= now, now < deleted else { return [] }
        return [Span(start: made, end: planned, nodes: now < grown ? 1 : 2)]
    }

    /// slurmdbd has a row for each span in which nothing changed.
    func recorded(at now: Instant, since start: Instant) -> [Span] {
        let end = { (then: Instant) in then <= now ? then : planned }
        let spans = [
            Span(start: made, end: end(grown), nodes: 1),
            Span(start: grown, end: end(deleted), nodes: 2),
        ].prefix(grown < deleted ? 2 : 1)
        return spans.filter { $0.start <= now && $0.end >= start }
    }
}

struct PlayedStory: Sendable {
    private(set) var jobs: [PlayedJob] = []
    let reservation: PlayedReservation
    /// So short that they begin and end within an absence.
    private(set) var brief: [PlayedReservation] = []
    var reservations: [PlayedReservation] { [reservation] + brief }
    let start: Instant
    /// Everything is over by then, and was shown.
    let end: Instant

    /// Times are chosen in the first four hours.
    ///
    /// - Parameter number: jobs are numbered from it, 20 apart.
    init(
        seed: UInt64, from begun: Instant? = nil, number: Int64 = 100,
        reservation name: String = "maintenance-free"
    ) throws {
        var dice = StoryDice(seed: seed)
        start = try begun ?? Instant(parsing: "2026-06-01T00:00:00Z")
        end = start.advanced(bySeconds: 6 * 3_600)
        let made = dice.moment(after: start, 60...3_600)
        let grown = dice.moment(after: made, 1_800...5_400)
        reservation = PlayedReservation(
            name: name, made: made, grown: grown,
            deleted: dice.moment(after: grown, 1_800...5_400), planned: end)
        var number = number
        func next() -> Int64 {
            number += 20
            return number
        }
        for state in [JobState.completed, .failed, .timeout, .cancelled, .outOfMemory, .nodeFail] {
            jobs.append(.plain(next(), state, dice.times(3, from: start)))
        }
        // So short that most of an hour's are never seen.
        for _ in 1...8 {
            let at = dice.times(1, from: start)[0]
            let times = [0, 5, 40].map { at.advanced(bySeconds: $0) }
            jobs.append(.plain(next(), .completed, times))
        }
        jobs.append(.cancelledWaiting(next(), dice.times(2, from: start)))
        jobs.append(.array(next(), dice.times(9, from: start)))
        let leader = next()
        let times3 = dice.times(5, from: start)
        for offset in 0..<Int64(3) {
            var part = PlayedJob.plain(
                leader + offset, .completed,
                [times3[0], times3[1], times3[2 + Int(offset)]])
            (part.hetJob, part.hetOffset, part.cpus) = (leader, offset, offset + 1)
            part.tasks[0].runs[0].cpus = offset + 1
            jobs.append(part)
        }
        jobs.append(.requeued(next(), dice.times(7, from: start)))
        jobs.append(.paused(next(), dice.times(7, from: start)))
        jobs.append(.resized(next(), dice.times(4, from: start)))
        jobs.append(.raised(next(), dice.times(4, from: start)))
        var inside = PlayedJob.plain(
            next(), .completed,
            dice.times(3, from: reservation.made, until: reservation.deleted))
        inside.reservation = reservation.name
        jobs.append(inside)
        for number in 1...4 {
            let made = dice.moment(after: start, 300...13_800)
            let deleted = dice.moment(after: made, 60...1_200)
            brief.append(
                PlayedReservation(
                    name: "\(name)-\(number)", made: made, grown: deleted, deleted: deleted,
                    planned: end))
        }
    }
}

/// The same numbers for the same seed.
private struct StoryDice {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next(below limit: Int64) -> Int64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int64((state >> 33) % UInt64(limit))
    }

    mutating func moment(after start: Instant, _ seconds: ClosedRange<Int64>) -> Instant {
        let length = seconds.upperBound - seconds.lowerBound + 1
        return start.advanced(bySeconds: seconds.lowerBound + next(below: length))
    }

    /// Moments in order, some seconds apart at the least.
    mutating func times(
        _ count: Int, from start: Instant, until end: Instant? = nil
    ) -> [Instant] {
        let span = end.map { $0.seconds(since: start) } ?? 4 * 3_600
        let room = span - 15 * Int64(count + 1)
        precondition(room > 0)
        let chosen = (0..<count).map { _ in next(below: room) }.sorted()
        return chosen.enumerated().map {
            start.advanced(bySeconds: $1 + 15 * Int64($0 + 1))
        }
    }
}

extension PlayedJob {
    /// Submitted, started, ended; one that was ended by its limit ran a while longer.
    static func plain(
        _ id: Int64, _ state: JobState, _ times: [Instant]
    ) -> PlayedJob {
        let ran = times[2].seconds(since: times[1])
        let run = Run(
            submit: times[0], start: times[1], end: times[2], state: state, cpus: 4)
        let limit = state == .timeout ? max(ran - ran % 60 - 60, 60) : 5 * 3_600
        return PlayedJob(
            id: id, submit: times[0], cpus: 4, limitSeconds: limit,
            tasks: [Task(raw: id, runs: [run])])
    }

    fileprivate static func cancelledWaiting(_ id: Int64, _ times: [Instant]) -> PlayedJob {
        PlayedJob(
            id: id, submit: times[0], cpus: 4, limitSeconds: 600,
            tasks: [Task(raw: id, cancelledAt: times[1])])
    }

    /// Five tasks, two at once; the fourth fails, the last is cancelled while it waits.
    fileprivate static func array(_ id: Int64, _ times: [Instant]) -> PlayedJob {
        let spans = [(1, 3), (2, 5), (4, 7), (6, 8)]
        var tasks = spans.enumerated().map { place, span in
            Task(
                raw: id + 1 + Int64(place), number: Int64(place),
                runs: [
                    Run(
                        submit: times[0], start: times[span.0], end: times[span.1],
                        state: place == 3 ? .failed : .completed, cpus: 2)
                ])
        }
        // The last task keeps the array's number.
        tasks.append(Task(raw: id, number: 4, cancelledAt: times[6]))
        return PlayedJob(
            id: id, submit: times[0], cpus: 2, limitSeconds: 5 * 3_600, concurrency: 2,
            isArray: true, tasks: tasks)
    }

    /// Three runs, each queued as the one before it ends.
    fileprivate static func requeued(_ id: Int64, _ times: [Instant]) -> PlayedJob {
        let runs = (0..<3).map { place in
            Run(
                submit: times[2 * place], start: times[2 * place + 1], end: times[2 * place + 2],
                state: place == 2 ? .completed : .requeued, cpus: 3)
        }
        return PlayedJob(
            id: id, submit: times[0], cpus: 3, limitSeconds: 5 * 3_600,
            tasks: [Task(raw: id, runs: runs)])
    }

    /// Suspended and resumed twice.
    fileprivate static func paused(_ id: Int64, _ times: [Instant]) -> PlayedJob {
        var run = Run(
            submit: times[0], start: times[1], end: times[6], state: .completed, cpus: 4)
        run.pauses = [(2, 3), (4, 5)].compactMap { Interval(start: times[$0], end: times[$1]) }
        return PlayedJob(
            id: id, submit: times[0], cpus: 4, limitSeconds: 5 * 3_600,
            tasks: [Task(raw: id, runs: [run])])
    }

    /// From six cores to two.
    fileprivate static func resized(_ id: Int64, _ times: [Instant]) -> PlayedJob {
        let before = Run(
            submit: times[0], start: times[1], end: times[2], state: .resizing, cpus: 6)
        var after = Run(
            submit: times[2], start: times[1], end: times[3], state: .completed, cpus: 2)
        after.isResized = true
        return PlayedJob(
            id: id, submit: times[0], cpus: 6, limitSeconds: 5 * 3_600,
            tasks: [Task(raw: id, runs: [before, after])])
    }

    /// Another time limit while it waits or runs.
    fileprivate static func raised(_ id: Int64, _ times: [Instant]) -> PlayedJob {
        var job = PlayedJob.plain(id, .completed, [times[0], times[1], times[3]])
        (job.user, job.limitSeconds) = ("cy", 1_200)
        job.raise = (times[2], 5 * 3_600)
        return job
    }
}

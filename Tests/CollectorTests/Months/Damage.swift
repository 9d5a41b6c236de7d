/// What is done to one month, chosen by a seed: each harm several times, a gap, strangers, runaways, a
/// hold and a job of which only one side knows, and reservations that nobody owns.

import Reconciliation
import Records
import Units

struct Damage: Sendable {
    /// By the run's place in the month.
    private(set) var harms: [Int: Harm] = [:]
    /// Runs in a row, by their ends, that slurmdbd has lost.
    private(set) var gap: Range<Int> = 0..<0
    /// Of an account that no project has: told to the books, and not.
    private(set) var strangersTold: [JobRecord] = []
    private(set) var strangersUntold: [JobRecord] = []
    /// Open in slurmdbd, and nowhere else.
    private(set) var runaways: [JobRecord] = []
    /// Waits in the queue; the books never heard of it.
    private(set) var unheld: PlayedJob?
    /// Waited once, as the books know, and is in no queue.
    private(set) var gone: PlayedJob?
    /// By the story's place: recorded by slurmdbd alone, and seen of an account that no project has.
    private(set) var reservationUnseen: Int?
    private(set) var reservationUnowned: Int?

    /// None: nothing but what is so in each month.
    init(of month: Month, seed: UInt64?) {
        guard let seed else { return }
        var dice = Dice(seed ^ 0xdead)
        chooseGap(month, &dice)
        var free = month.runs.indices.filter { !gap.contains($0) }
        for harm in Harm.allCases {
            for _ in 0...dice.below(2) {
                let able = free.filter {
                    let it = month.runs[$0]
                    return harm.mayMeet(it) && !(harm.emptiesRow && isLost(it.run.start, of: month))
                }
                guard !able.isEmpty else { continue }
                let place = able[dice.below(able.count)]
                harms[place] = harm
                // Neighbours stay whole: rows that are missing side by side may be a gap.
                free.removeAll { abs($0 - place) <= 1 }
            }
        }
        let later = { (days: Int, seconds: Int) in
            month.start.advanced(bySeconds: Int64(days * 86_400 + 36_000 + seconds))
        }
        for number in 0...dice.below(3) {
            let at = later(dice.below(28), dice.below(3_000))
            strangersTold.append(Self.stray(90_000 + Int64(number), at, "nobodys"))
            strangersUntold.append(Self.stray(91_000 + Int64(number), at, "nobodys"))
            var open = Self.stray(92_000 + Int64(number), at, "astro")
            (open.end, open.status) = (nil, JobStatus(.running))
            runaways.append(open)
        }
        let never = month.end.advanced(bySeconds: 86_400)
        unheld = .plain(
            93_000, .completed,
            [later(29, 0), never, never.advanced(bySeconds: 60)])
        gone = .plain(
            94_000, .completed, [later(28, 0), never, never.advanced(bySeconds: 60)])
        reservationUnseen = dice.below(month.stories.count)
        let other = (reservationUnseen! + 1) % month.stories.count
        reservationUnowned = other == reservationUnseen ? nil : other
    }

    /// Six runs and more in a row whose neighbours end in other seconds.
    private mutating func chooseGap(_ month: Month, _ dice: inout Dice) {
        let runs = month.runs
        let length = 6 + dice.below(4)
        let able = runs.indices.filter { first in
            let last = first + length - 1
            guard last < runs.count,
                runs[last].run.end.seconds(since: runs[first].run.end) < 14_400
            else { return false }
            return (first == 0 || runs[first - 1].run.end < runs[first].run.end)
                && (last + 1 == runs.count || runs[last].run.end < runs[last + 1].run.end)
        }
        guard !able.isEmpty else { return }
        let first = able[dice.below(able.count)]
        gap = max(first - 1, 0)..<min(first + length + 1, runs.count)
        // The runs on both sides of it are left alone.
        lost = first..<(first + length)
    }

    private(set) var lost: Range<Int> = 0..<0

    /// A row that ended among those that were lost: it is lost, too, or there would be two gaps.
    private func isLost(_ end: Instant?, of month: Month) -> Bool {
        guard let end, let first = lost.first, let last = lost.last else { return false }
        return end >= month.runs[first].run.end && end <= month.runs[last].run.end
    }

    private static func stray(_ id: Int64, _ at: Instant, _ account: String) -> JobRecord {
        var job = JobRecord(
            cluster: "reef", jobID: "\(id)", rawJobID: id, partition: "cpu", submit: at,
            status: JobStatus(.completed), allocTRES: TRESCounts([.cpu: 4, .node: 1]))
        (job.user, job.account) = ("eve", account)
        (job.start, job.end) = (at, at.advanced(bySeconds: 600))
        job.timeLimit = .seconds(3_600)
        return job
    }

    // MARK: slurmdbd

    func rows(of month: Month) -> [JobRecord] {
        var rows = month.neverRan.filter { !isLost($0.end, of: month) }
        rows += strangersTold + strangersUntold + runaways
        for it in month.runs where !lost.contains(it.place) {
            rows += harms[it.place]?.rows(it.row) ?? [it.row]
        }
        return rows
    }

    // MARK: The report

    func expected(of month: Month) -> [Expected] {
        var all = harms.compactMap { $1.expected(month.runs[$0]) }
        if !lost.isEmpty {
            let due = lost.reduce(0) { $0 + month.runs[$1].dueMicroSU }
            all.append(Expected(.gap, "", due, to: nil))
        }
        for job in strangersTold + strangersUntold {
            var expected = Expected(.stranger, job.jobID, 0, to: 0)
            expected.takesPerson = true
            all.append(expected)
        }
        all += runaways.map { Expected(.runaway, $0.jobID, nil, to: nil) }
        for (kind, job) in [(FindingKind.jobWithoutHold, unheld), (.holdWithoutJob, gone)] {
            guard let job else { continue }
            var expected = Expected(kind, job.name, nil, to: nil)
            expected.takesPerson = false
            all.append(expected)
        }
        for place in [reservationUnseen, reservationUnowned].compactMap({ $0 }) {
            let name = month.stories[place].reservation.name
            all.append(Expected(.unownedReservation, name, nil, to: nil))
        }
        return all
    }

    /// What stands in the books after a pass, in micro-SU, worked out here.
    func chargedMicroSU(of month: Month, account: String) -> Int64 {
        let jobs = month.runs.reduce(Int64(0)) { sum, it in
            let harm = harms[it.place]
            let isBio = harm == .rowOfOther
            guard (account == "bio") == isBio else { return sum }
            return sum + (harm?.chargedMicroSU(it) ?? it.dueMicroSU)
        }
        guard account == "astro" else { return jobs }
        // The owner pays for what is idle: for all that jobs inside don't pay for.
        let unowned = Set([reservationUnseen, reservationUnowned].compactMap { $0 })
        return month.stories.enumerated().reduce(jobs) { sum, it in
            guard !unowned.contains(it.offset) else { return sum }
            let name = it.element.reservation.name
            let inside = month.runs.filter { $0.job.reservation == name }
                .reduce(0) { $0 + (harms[$1.place]?.chargedMicroSU($1) ?? $1.dueMicroSU) }
            return sum + month.reservedMicroSU(of: it.element) - inside
        }
    }
}

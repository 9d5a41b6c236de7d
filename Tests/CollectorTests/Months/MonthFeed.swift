/// What the collector tells the books of a month, moment by moment, less what a damage keeps from it.

import Books
import Ledger
import Records
import Units

@testable import Collector

/// What was read of one job at one moment.
struct Sight: Sendable {
    var at: Instant
    var records: [JobRecord]
    /// From slurmctld, else from slurmdbd.
    var isLive = true
}

struct MonthFeed: Sendable {
    private(set) var sights: [Sight] = []
    /// What comes when the month has been reconciled already.
    private(set) var afterwards: [Sight] = []

    init(of month: Month, _ damage: Damage) {
        var harmed: [Int64: [(MonthRun, Harm)]] = [:]
        for (place, harm) in damage.harms {
            harmed[month.runs[place].job.id, default: []].append((month.runs[place], harm))
        }
        var late: [Sight] = []
        for job in month.stories.flatMap(\.jobs) {
            let whole = Self.sights(of: job)
            let harms = harmed[job.id] ?? []
            var told = whole.map { sight in
                var sight = sight
                sight.records.removeAll { record in
                    harms.contains { Self.hides($0.1, $0.0, record) }
                }
                return sight
            }
            for (_, harm) in harms {
                switch harm {
                case .unseen: told = []
                case .toldTwice: told += told
                case .toldBackwards:
                    // In the order of their coming; what each says is of its own time.
                    late += told.reversed()
                    told = []
                case .toldLate:
                    late += told
                    told = []
                case .toldAfterwards: afterwards += whole
                default: break
                }
            }
            sights += told
        }
        for job in damage.strangersTold {
            sights.append(Sight(at: job.end!.advanced(bySeconds: 2), records: [job]))
        }
        if let gone = damage.gone {
            let at = gone.submit.advanced(bySeconds: 1)
            sights.append(Sight(at: at, records: gone.shown(at: at, rememberedSeconds: 300)))
        }
        sights.sort { $0.at < $1.at }
        sights += late
        sights.removeAll { $0.records.isEmpty }
    }

    /// A look a second after each thing that happens, and slurmdbd's row after each end.
    private static func sights(of job: PlayedJob) -> [Sight] {
        var moments: Set<Instant> = [job.submit]
        moments.formUnion(job.raise.map { [$0.at] } ?? [])
        for task in job.tasks {
            moments.formUnion(task.cancelledAt.map { [$0] } ?? [])
            for run in task.runs {
                moments.formUnion([run.submit, run.start, run.end])
                moments.formUnion(run.pauses.flatMap { [$0.start, $0.end] })
            }
        }
        let live = moments.map { moment in
            let at = moment.advanced(bySeconds: 1)
            return Sight(at: at, records: job.shown(at: at, rememberedSeconds: 300))
        }
        let ends = Set(job.tasks.flatMap(\.runs).map(\.end)).map { end in
            let at = end.advanced(bySeconds: 2)
            let rows = job.recorded(at: at, since: end).filter { $0.state.isFinished }
            return Sight(at: at, records: rows, isLive: false)
        }
        return (live + ends).sorted { $0.at < $1.at }
    }

    private static func hides(_ harm: Harm, _ it: MonthRun, _ record: JobRecord) -> Bool {
        // slurmctld shows a changed size by its time, slurmdbd by a row submitted then.
        guard record.rawJobID == it.row.rawJobID,
            (record.resizeTime ?? record.submit) == it.row.submit
        else { return false }
        switch harm {
        case .startUnseen: return record.state.isStarted
        default: return harm.isEndUnseen && record.state.isFinished
        }
    }
}

/// A reservation as three polls and slurmdbd's record have it: made, grown, deleted.
extension PlayedReservation {
    func observations(ownedBy account: String) -> [ReservationObservation] {
        func facts(_ span: Span) -> ReservationFacts {
            var facts = ReservationFacts(
                start: span.start, end: span.end,
                counts: TRESCounts([.cpu: 64 * span.nodes, .node: span.nodes]), partition: "cpu",
                charge: .idle)
            (facts.accounts, facts.lineages) = ([account], [[account]])
            return facts
        }
        let polls = [made, grown, deleted].map { $0.advanced(bySeconds: 30) }
        return polls.enumerated().map { place, at in
            var seen = ReservationObservation(
                cluster: "reef", name: name, shown: shown(at: at).first.map(facts), at: at)
            if place > 0 { seen.lastShownAt = at.advanced(bySeconds: -60) }
            if place > 0 { seen.recorded = recorded(at: at, since: made).map(facts) }
            return seen
        }
    }
}

/// One row a rule: what slurmdbd says, what the books say, what becomes of it.

import Books
import Ledger
import Testing
import Units

@testable import Reconciliation

private let t0 = Instant(epochSeconds: 1_780_000_000)
private func at(_ seconds: Int64) -> Instant { t0.advanced(bySeconds: seconds) }

private func run(_ id: Int64 = 1, cpus: Int64 = 2, seconds: Int64 = 60) -> Run {
    var run = Run(
        id: RunID(id), key: RunKey(cluster: "reef", jobID: id, submit: t0), jobName: "\(id)",
        claim: nil, allocation: 7, user: 1, account: "astro", partition: "cpu", qos: "normal",
        counts: TRESCounts([.cpu: cpus, .node: 1]), start: t0, timeLimitSeconds: 600)
    (run.state, run.end, run.outcome) = (.ended, at(seconds), "COMPLETED")
    run.charged = ServiceUnits(microSU: 1_200_000)
    return run
}

private func row(_ change: (inout Recorded) -> Void = { _ in }) -> Recorded {
    var facts = RunFacts(
        key: RunKey(cluster: "reef", jobID: 1, submit: t0), jobName: "1", partition: "cpu",
        qos: "normal", counts: TRESCounts([.cpu: 2, .node: 1, TRESName("billing"): 2]),
        start: t0, end: at(60), suspendedSeconds: 0, timeLimitSeconds: 600, state: "COMPLETED")
    facts.suspension = nil
    var row = Recorded(
        facts, baseJobID: 1, account: "astro", user: "ada", isOver: true, isExempt: false)
    change(&row)
    return row
}

@Suite struct ComparingTests {
    let comparing = Comparing(rated: [.cpu, TRESName("gres/gpu")])

    struct Rule: Sendable, CustomTestStringConvertible {
        let name: String
        let row: Recorded
        let run: Run
        /// nil: alike.
        let kind: FindingKind?
        var isPersons = false
        var says = ""
        var testDescription: String { name }
    }

    private static func books(_ change: (inout Run) -> Void) -> Run {
        var it = run()
        change(&it)
        return it
    }

    static let rules: [Rule] = [
        Rule(name: "the same", row: row(), run: run(), kind: nil),
        Rule(
            name: "it ended later", row: row { $0.facts.end = at(90) }, run: run(), kind: .changed,
            says: "end \(at(90)) in slurmdbd, \(at(60)) in the books"),
        Rule(
            name: "it had more cores", row: row { $0.facts.counts[.cpu] = 4 }, run: run(),
            kind: .changed, says: "cpu 4 in slurmdbd, 2 in the books"),
        Rule(
            name: "what costs nothing may differ", row: row { $0.facts.counts[.node] = 9 },
            run: run(), kind: nil),
        Rule(
            name: "a TRES that slurmdbd does not track is no sign of less", row: row(),
            run: books { $0.counts[TRESName("gres/gpu")] = 2 }, kind: nil),
        Rule(
            name: "suspended meanwhile", row: row { $0.facts.suspendedSeconds = 10 }, run: run(),
            kind: .changed, says: "suspended seconds 10 in slurmdbd, 0 in the books"),
        Rule(
            name: "its node failed after all",
            row: row { ($0.facts.state, $0.facts.freeBecause) = ("NODE_FAIL", "free: NODE_FAIL") },
            run: run(), kind: .changed, says: "state NODE_FAIL in slurmdbd, COMPLETED in the books"),
        Rule(
            name: "held back at its start is the books' own knowledge",
            row: row { $0.facts.state = "REQUEUED" },
            run: books { $0.remark = "free: held back at its start" }, kind: nil),
        Rule(
            name: "another account", row: row { $0.account = "bio" }, run: run(),
            kind: .wrongAllocation, says: "its account is bio in slurmdbd, astro in the books"),
        Rule(
            name: "it goes on in the books", row: row(),
            run: books { ($0.state, $0.end) = (.running, nil) }, kind: .chargedTooLittle,
            says: "its end was not seen"),
        Rule(
            name: "nobody's", row: row(), run: books { $0.allocation = nil }, kind: .stranger),
        Rule(
            name: "without a price", row: row(), run: books { $0.remark = "unrated: GPU: no rate" },
            kind: .unrated),
        Rule(
            name: "no length: a runaway fix", row: row { $0.facts.end = t0 }, run: run(),
            kind: .zeroLengthRow, isPersons: true, says: "which stands"),
        Rule(
            name: "no length, and it goes on in the books", row: row { $0.facts.end = t0 },
            run: books { ($0.state, $0.end) = (.running, nil) }, kind: .zeroLengthRow,
            isPersons: true),
        Rule(
            name: "no length, as in the books", row: row { $0.facts.end = t0 },
            run: run(seconds: 0), kind: nil),
        Rule(
            name: "open in slurmdbd",
            row: row {
                ($0.facts.end, $0.isOver, $0.facts.state) = (nil, false, "RUNNING")
            }, run: run(), kind: .openRow, isPersons: true, says: "RUNNING without an end"),
        Rule(
            name: "over without an end", row: row { $0.facts.end = nil }, run: run(),
            kind: .openRow, isPersons: true, says: "COMPLETED without an end"),
        Rule(
            name: "over without an end, and it goes on in the books",
            row: row { $0.facts.end = nil }, run: books { ($0.state, $0.end) = (.running, nil) },
            kind: .openRow, isPersons: true, says: "it goes on since \(t0) in the books"),
        Rule(
            name: "it goes on in both",
            row: row { ($0.facts.end, $0.isOver, $0.facts.state) = (nil, false, "RUNNING") },
            run: books { ($0.state, $0.end) = (.running, nil) }, kind: nil),
        Rule(
            name: "open in slurmdbd, and given back",
            row: row { ($0.facts.end, $0.isOver, $0.facts.state) = (nil, false, "RUNNING") },
            run: books { $0.isWaived = true }, kind: nil),
        Rule(
            name: "no length, and given back", row: row { $0.facts.end = t0 },
            run: books { $0.isWaived = true }, kind: nil),
        Rule(
            name: "cancelled in the second of its start",
            row: row { ($0.facts.end, $0.facts.state) = (t0, "CANCELLED") },
            run: books { ($0.state, $0.end) = (.running, nil) }, kind: .chargedTooLittle),
        Rule(
            name: "cancelled in a second that is not its start",
            row: row {
                ($0.facts.start, $0.facts.end) = (at(40), at(40))
                $0.facts.state = "CANCELLED"
            },
            run: books { ($0.state, $0.end) = (.running, nil) }, kind: .zeroLengthRow,
            isPersons: true, says: "it goes on since \(t0)"),
        Rule(
            name: "a person has settled it", row: row { $0.facts.end = t0 },
            run: books { $0.isKept = true }, kind: nil),
    ]

    @Test(arguments: rules)
    func `a run in slurmdbd and in the books`(rule: Rule) {
        switch comparing.verdict(rule.row, rule.run) {
        case .alike: #expect(rule.kind == nil)
        case .correct(let finding):
            #expect(finding.kind == rule.kind && !rule.isPersons && finding.remedy == nil)
            #expect(finding.what.contains(rule.says), "\(finding.what)")
        case .person(let finding):
            #expect(finding.kind == rule.kind && rule.isPersons)
            #expect(finding.what.contains(rule.says), "\(finding.what)")
            #expect(finding.remedy?.contains("atoll settle 1 --run 1") == true)
        }
    }

    @Test func `what was given back, was nothing or is kept misses no row`() {
        var waived = run(1)
        (waived.isWaived, waived.refunded) = (true, waived.charged)
        var kept = run(2)
        kept.isKept = true
        for none in [waived, kept, run(3, seconds: 0)] { #expect(comparing.missing(none) == nil) }
    }

    @Test func `how the charge changed names the kind`() {
        for (before, after, kind) in [
            (10, 12, FindingKind.chargedTooLittle), (10, 8, .chargedTooMuch), (10, 10, .changed),
        ] as [(Int64, Int64, FindingKind)] {
            var finding = Finding(.changed, job: "1", "end")
            finding.settle(
                Corrected(
                    run: RunID(1), job: "1", cluster: "reef", allocation: "astro-2026",
                    before: ServiceUnits(microSU: before), after: ServiceUnits(microSU: after),
                    remark: nil, isChanged: true))
            #expect(finding.kind == kind)
        }
    }

    @Test func `reservations that nobody owns, in the books or in slurmdbd alone`() {
        func version(_ name: String, _ why: String?) -> ReservationVersion {
            var it = ReservationVersion(
                id: ReservationID(1), cluster: "reef", name: name, start: t0, end: at(60),
                counts: TRESCounts([.cpu: 1]), partition: "cpu", state: .ended, observedAt: t0)
            it.freeBecause = why
            return it
        }
        let records = ["owned", "lost", "upkeep"].map {
            RecordedReservation(
                name: $0, start: t0, end: at(60), isMaintenance: $0 == "upkeep")
        }
        var owned = version("owned", nil)
        owned.allocation = 7
        let found = withoutOwner(
            records, [owned, version("free", "no owner"), version("m", "maintenance")])
        #expect(found.map(\.job) == ["free", "lost"])
        #expect(found.allSatisfy { $0.kind == .unownedReservation && $0.remedy != nil })
        // Settled until the minute in which they ended, and not before.
        func settled(_ until: Int64) -> [ReservationRule] {
            ["lost", "free"].map {
                var rule = ReservationRule(cluster: "reef", name: $0)
                rule.settledUntil = at(until)
                return rule
            }
        }
        let versions = [owned, version("free", "no owner")]
        #expect(withoutOwner(records, versions, settled: settled(60)).isEmpty)
        #expect(
            withoutOwner(records, versions, settled: settled(59)).map(\.job) == ["free", "lost"])
    }
}

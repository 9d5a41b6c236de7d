/// The auditor's books against the real ones: every row that changed, and every sum.

import Ledger
import Registry
import Units

/// What the tables said last.
struct Actual {
    var seq: Int64 = 0
    var claims: [Int64: ClaimRow] = [:]
    var runs: [RunKey: RunRow] = [:]
    var allocationNumbers: [String: Int64] = [:]
    var allocationNames: [Int64: String] = [:]
    var userNumbers: [String: Int64] = [:]
    /// What all postings so far come to, by lot.
    var postings: [Int64: Balances] = [:]
    var issued: [Int64: Int64] = [:]
    /// What was posted as charged, by run.
    var charged: [Int64: Int64] = [:]
    /// What open claims and running runs have pinned, by lot.
    var pinned: [Int64: Int64] = [:]
}

extension Auditor {
    /// Reads what changed and compares; `whole` reads and compares everything anew.
    ///
    /// - Returns: when the last entry was recorded.
    @discardableResult
    package func compare(
        with tables: Tables, admitted: (allocation: String, claim: Int64, start: Instant)? = nil,
        whole: Bool = false
    ) throws -> Instant {
        if whole { actual = Actual() }
        let news = try tables.news(after: actual.seq)
        if actual.allocationNumbers.count != allocations.count {
            actual.allocationNumbers = try tables.numbers(of: "allocations")
            actual.allocationNames = Dictionary(
                uniqueKeysWithValues: actual.allocationNumbers.map { ($1, $0) })
        }
        let isNews = news.seq != actual.seq || whole
        if isNews {
            if uses.keys.contains(where: { actual.userNumbers[$0.user] == nil }) {
                actual.userNumbers = try tables.numbers(of: "users")
            }
            actual.seq = news.seq
            for posting in news.postings { fold(posting) }
            if !whole { try takeReissues(news.postings) }
            for row in news.claims { try take(row) }
            for row in news.runs { try take(row) }
        }
        try compareTouched(whole: whole)
        if isNews {
            try compareLots(news.lots)
            try compareUses(news.uses, whole: whole)
            if let admitted { try checkSplit(of: admitted) }
        }
        drawn = [:]
        return Instant(epochSeconds: news.recordedAt)
    }

    private func fold(_ posting: PostingRow) {
        if let lot = posting.fromLot {
            actual.postings[lot, default: .init()][posting.from] -= posting.amount
        } else if let lot = posting.toLot {
            actual.issued[lot, default: 0] += posting.amount
        }
        if let lot = posting.toLot {
            actual.postings[lot, default: .init()][posting.to] += posting.amount
        }
        guard let run = posting.run else { return }
        if posting.to == "charged" { actual.charged[run, default: 0] += posting.amount }
        if posting.from == "charged" { actual.charged[run, default: 0] -= posting.amount }
    }

    private func move(_ pins: [Int64: Int64], _ sign: Int64) {
        for (lot, amount) in pins { actual.pinned[lot, default: 0] += sign * amount }
    }

    // MARK: Claims and runs

    private func take(_ row: ClaimRow) throws {
        if let before = actual.claims[row.id] { move(before.pins, -1) }
        actual.claims[row.id] = row
        move(row.pins, 1)
        guard row.pins.values.reduce(0, +) == row.held else {
            throw Finding("claim \(row.id): its pins \(row.pins) are not the \(row.held) held")
        }
        if let index = claimOfNumber[row.id] {
            touchedClaims.insert(index)
            return
        }
        if let raised = row.raises {
            let index = claims.indices.first {
                claims[$0].number == nil
                    && claims[$0].raise.map { claims[$0.of].number == raised } ?? false
            }
            guard let index else { throw Finding("nobody should have the raise \(row)") }
            claims[index].number = row.id
            claimOfNumber[row.id] = index
            touchedClaims.insert(index)
            return
        }
        // Adopted: the auditor knows the job, not yet the number.
        let job = row.number.map { JobKey(cluster: row.cluster, job: $0) }
        let index = job.flatMap { claimsOfJob[$0] }?.first { claims[$0].number == nil }
        guard let index else { throw Finding("nobody should have claim \(row.id): \(row)") }
        claims[index].number = row.id
        claimOfNumber[row.id] = index
        touchedClaims.insert(index)
    }

    private func take(_ row: RunRow) throws {
        let key = RunKey(
            cluster: row.cluster, jobID: row.job, submit: Instant(epochSeconds: row.submit),
            resize: row.resize)
        if let before = actual.runs[key] { move(before.share, -1) }
        actual.runs[key] = row
        move(row.share, 1)
        guard row.share.values.reduce(0, +) == row.held else {
            throw Finding("run \(row.id): its share \(row.share) is not the \(row.held) held")
        }
        touchedRuns.insert(key)
    }

    private func compareTouched(whole: Bool) throws {
        for index in whole ? Set(claims.indices) : touchedClaims {
            let claim = claims[index]
            guard let row = claim.number.flatMap({ actual.claims[$0] }) else {
                throw Finding("the books lack the claim \(claim)", about: claim.words)
            }
            let problem = differences([
                ("allocation", row.allocation, number(claim.allocation)),
                ("job", row.number ?? 0, claim.job ?? 0),
                ("outstanding", row.outstanding, claim.outstanding),
                ("amount a task", row.amountPerTask, claim.amountPerTask),
                ("held", row.held, claim.held),
            ])
            if let problem {
                throw Finding("claim \(row.id): \(problem)", about: claim.words)
            }
            guard row.state == claim.state.rawValue else {
                throw Finding(
                    "claim \(row.id) is \(row.state), not \(claim.state)", about: claim.words)
            }
        }
        for key in whole ? Set(runs.keys) : touchedRuns {
            guard let run = runs[key] else { throw Finding("nobody should have run \(key)") }
            guard let row = actual.runs[key] else { throw Finding("the books lack run \(key)") }
            let problem = differences([
                ("allocation", row.allocation ?? 0, run.allocation.map(number) ?? 0),
                ("held", row.held, run.share),
                ("charged", row.charged, run.charged),
                ("refunded", row.refunded, run.refunded),
                ("charged by postings", actual.charged[row.id] ?? 0, run.charged - run.refunded),
                ("claim", row.claim ?? 0, run.claim.flatMap { claims[$0].number } ?? 0),
                ("running", row.isRunning ? 1 : 0, run.isRunning ? 1 : 0),
            ])
            if let problem {
                throw Finding(
                    "run \(row.id) of job \(row.job): \(problem)",
                    about: ["jobID: \(row.job),"])
            }
        }
        touchedClaims = []
        touchedRuns = []
        if whole, actual.runs.count != runs.count || actual.claims.count != claims.count {
            throw Finding(
                "\(actual.claims.count) claims and \(actual.runs.count) runs, the auditor has "
                    + "\(claims.count) and \(runs.count)")
        }
    }

    private func number(_ allocation: String) -> Int64 {
        actual.allocationNumbers[allocation] ?? -1
    }

    /// The first figure that is not what it has to be.
    func differences(_ figures: [(name: String, is: Int64, hasToBe: Int64)]) -> String? {
        figures.first { $0.is != $0.hasToBe }.map { "\($0.name) is \($0.is), not \($0.hasToBe)" }
    }

    // MARK: Uses

    private func compareUses(_ rows: [UseRow], whole: Bool) throws {
        struct Numbers: Hashable { let allocation, user: Int64 }
        let read = Dictionary(
            uniqueKeysWithValues: rows.map {
                (Numbers(allocation: $0.allocation, user: $0.user), $0)
            })
        var met = 0
        for key in whole ? Set(uses.keys) : touchedUses {
            guard let use = uses[key] else { continue }
            let row = read[
                Numbers(
                    allocation: number(key.allocation), user: actual.userNumbers[key.user] ?? -1)]
            // Of a use that ended where it was there is no posting, or two.
            guard let row else {
                if whole, use != AuditedUse() { throw Finding("the books lack \(key), \(use)") }
                continue
            }
            met += 1
            let problem = differences([
                ("held", row.held, use.held), ("charged", row.charged, use.charged),
                ("refunded", row.refunded, use.refunded),
            ])
            if let problem { throw Finding("\(key): \(problem)") }
        }
        guard met == read.count else { throw Finding("uses that nobody has: \(rows)") }
        touchedUses = []
    }
}

/// What stands open now: in slurmctld, in slurmdbd, in the books. All three should agree.

import Bank
import Books
import Ledger
import Reconciliation
import Records
import Registry
import Store
import Units

extension ReconcileDesk {
    mutating func walkStanding() throws {
        let live: [JobRecord]
        do {
            live = try gauge.read(JobDecoder.self, ["jobs"]).records
        } catch let failure as GaugeFailure {
            throw ReconcileError.unavailable("\(failure)")
        }
        let there = Set(live.map(\.rawJobID))
        // By base job id: its token, where any of its records has one.
        let jobs = Dictionary(
            live.map { ($0.baseJobID, $0.token) }, uniquingKeysWith: { $0 ?? $1 })
        let open = try readOpenRows(notAmong: there)
        try walkOpenRuns(there, open)
        try walkOpenClaims(jobs)
        try walkUnheld(live)
        try correctWaiting()
    }

    /// Rows without an end whose job slurmctld does not have; young ones are still on their way.
    private mutating func readOpenRows(notAmong there: Set<Int64>) throws -> [RunKey: Recorded] {
        guard
            let instant = Interval(
                start: now.advanced(bySeconds: -1), end: now.advanced(bySeconds: 1))
        else { return [:] }
        // Some are over by their state alone.
        let all = try read(instant) {
            (!$0.isOver || $0.facts.end == nil) && !there.contains($0.facts.key.jobID)
                && $0.facts.start < settledBefore
        }
        let known = try store.runs(named: all.map(\.key))
        for row in all where row.isOver && known[row.key] == nil {
            guard !row.isExempt, row.facts.start > bornAt else { continue }
            report(comparing.endless(row))
        }
        let rows = all.filter { !$0.isOver }
        for row in rows where known[row.key]?.isKept != true {
            // One that has ended in the books is found where it ended.
            guard known[row.key]?.state != .ended else { continue }
            report(runaway(row, known[row.key]))
        }
        return Dictionary(rows.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    }

    private func runaway(_ row: Recorded, _ run: Run?) -> Finding {
        var finding = Finding(
            .runaway, job: row.facts.jobName,
            "\(row.facts.state) in slurmdbd since \(row.facts.start), gone from slurmctld")
        (finding.user, finding.account) = (row.user, row.account)
        (finding.run, finding.at) = (run?.id, row.facts.start)
        finding.remedy = "sacctmgr show runawayjobs" + (run.map { "; then \($0.endIt)" } ?? "")
        return finding
    }

    /// Runs that go on in the books alone.
    private mutating func walkOpenRuns(
        _ there: Set<Int64>, _ open: [RunKey: Recorded]
    ) throws {
        let runs = try store.runningRuns(on: pass.cluster).filter {
            !there.contains($0.key.jobID) && open[$0.key] == nil && $0.start < settledBefore
        }
        for batch in Self.batches(of: runs) { try walk(openRuns: batch) }
    }

    private mutating func walk(openRuns runs: ArraySlice<Run>) throws {
        let found = try readRows(of: runs)
        for run in runs {
            if let row = found[run.key] {
                // In the windows of this pass it was taken up already.
                let wasWalked =
                    row.facts.end.map { $0 >= pass.window.start && $0 < pass.window.end } ?? false
                if !wasWalked { try take(row, run) }
                continue
            }
            var finding = Finding(
                .holdWithoutJob, job: run.jobName,
                "\(run.share.total) SU are held for it since \(run.start); neither slurmctld nor "
                    + "slurmdbd has it" + purged.mayHave(run))
            (finding.run, finding.account, finding.at) = (run.id, run.account, run.start)
            finding.remedy = run.endIt
            report(finding)
        }
    }

    /// Holds for tasks that wait in no queue.
    private mutating func walkOpenClaims(_ jobs: [Int64: String?]) throws {
        let claims = try store.openClaims(on: pass.cluster)
        for claim in claims {
            guard claim.state == .bound, claim.outstandingTasks > 0, !claim.pins.isEmpty,
                let job = claim.reference.number,
                jobs[job].map({ claim.isOutlived(by: $0, among: claims) }) ?? true,
                max(claim.createdAt, claim.observedAt ?? claim.createdAt) < settledBefore
            else { continue }
            var finding = Finding(
                .holdWithoutJob, job: claim.hetName ?? "\(job)",
                "\(claim.pins.total) SU were held for tasks that wait in no queue")
            (finding.account, finding.at) = (claim.account, claim.createdAt)
            try takeUp(finding, .release(claim: claim.id, because: "its job is gone"))
        }
    }

    /// Jobs in the queue that the books have nothing of.
    private mutating func walkUnheld(_ live: [JobRecord]) throws {
        let claims = Set(try store.openClaims(on: pass.cluster).compactMap(\.reference.number))
        let running = Set(try store.runningRuns(on: pass.cluster).map(\.key.jobID))
        let registry = bank.picture.tip.registry
        let unheld = live.filter { job in
            !job.state.isFinished && !claims.contains(job.baseJobID)
                && !running.contains(job.rawJobID) && job.submit < settledBefore
        }
        for job in observing.observations(of: unheld, at: now, showsPending: true) {
            var finding = Finding(
                .jobWithoutHold, job: "\(job.jobID)", "in the queue without a hold")
            (finding.user, finding.account) = (job.userName, job.accountLineage.first)
            let account = job.accountLineage.first ?? ""
            let project = registry.project(ofAccountLineage: job.accountLineage)
            if let project,
                registry.allocation(of: project.id, on: pass.cluster, at: now) == nil
            {
                // Nothing can be held: to observe it once more would change nothing.
                finding.kind = .stranger
                finding.what =
                    "waits for account \(account), whose project \(project.name) has no allocation here"
                finding.remedy =
                    "atoll allocation add NAME --project \(project.name) --su SU "
                    + "--cluster \(pass.cluster) -S DATE -E DATE"
                report(finding)
            } else if project == nil {
                finding.kind = .stranger
                finding.what = "waits for account \(account), which no project has"
                finding.remedy = "atoll project modify PROJECT --account \(account)"
                report(finding)
            } else {
                var untold = job
                untold.token = nil
                try takeUp(finding, .observe(untold))
            }
        }
    }

    // MARK: Reservations

    /// Reservations of which nobody pays the cost, as slurmdbd and the books know them.
    mutating func walkReservations() throws {
        guard !pass.window.isEmpty else { return }
        let records: [ReservationRecord]
        do {
            records = try gauge.read(
                PlainDecoder<ReservationRecord>.self,
                [
                    "reservation-history", "--start", String(pass.window.start.epochSeconds),
                    "--end", String(pass.window.end.epochSeconds),
                ]
            ).records
        } catch let failure as GaugeFailure {
            throw ReconcileError.unavailable("\(failure)")
        }
        let versions = try store.reservations(of: pass.cluster, overlapping: pass.window)
        let settled = try store.reservationsOfNobody(on: pass.cluster)
        for finding in withoutOwner(records.map(\.span), versions, settled: settled) {
            report(finding)
        }
    }
}

extension ReservationRecord {
    fileprivate var span: RecordedReservation {
        RecordedReservation(
            name: name, start: start, end: end,
            isMaintenance: flags.contains { $0.hasPrefix("MAINT") })
    }
}

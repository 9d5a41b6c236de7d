/// One run in slurmdbd's record beside the same run in the books: alike, to be corrected, or a person's.
///
/// A missing, open or zero-length row is never a reason to give credit back.

import Books
import Ledger
import Units

package enum Verdict: Hashable, Sendable {
    case alike
    /// There is one right answer: the record's. The reason is the finding's.
    case correct(Finding)
    case person(Finding)
}

package struct Comparing: Sendable {
    /// TRES that cost something; what else differs changes no charge.
    private let rated: [TRESName]

    package init(rated: Set<TRESName>) { self.rated = rated.sorted() }

    /// A run that both have.
    package func verdict(_ recorded: Recorded, _ run: Run) -> Verdict {
        if run.isKept { return .alike }
        // Whenever and wherever it ran: nothing of it counts.
        if recorded.isBeforeCutover, run.isBeforeCutover { return .alike }
        if let verdict = unproven(recorded, run) { return verdict }
        var said = differences(recorded, run)
        if run.state == .running {
            return .correct(
                finding(
                    .chargedTooLittle, run, recorded,
                    "its end was not seen: \(said.joined(separator: "; "))"))
        }
        let kind = said.isEmpty ? FindingKind.wrongAllocation : .changed
        if run.account != recorded.account, !recorded.account.isEmpty, run.allocation != nil {
            said.append(
                "its account is \(recorded.account) in slurmdbd, \(run.account) in the books")
        }
        guard said.isEmpty else {
            return .correct(finding(kind, run, recorded, said.joined(separator: "; ")))
        }
        if run.allocation == nil {
            return .correct(finding(.stranger, run, recorded, "charged to nobody until now"))
        }
        return run.isUnrated && !run.isWaived
            ? .correct(finding(.unrated, run, recorded, run.remark ?? "unrated")) : .alike
    }

    /// A run that only slurmdbd has.
    package func neverSeen(_ recorded: Recorded) -> Finding {
        var finding = Finding(
            .neverSeen, job: recorded.facts.jobName,
            "never seen while it ran: \(recorded.facts.state), \(span(recorded))")
        (finding.user, finding.account) = (recorded.user, recorded.account)
        finding.at = recorded.facts.end
        return finding
    }

    /// A run that only slurmdbd has: over, and without an end.
    package func endless(_ recorded: Recorded) -> Finding {
        var finding = Finding(
            .openRow, job: recorded.facts.jobName,
            "\(recorded.facts.state) without an end in slurmdbd, since \(recorded.facts.start); "
                + "neither the books nor slurmctld have it")
        (finding.user, finding.account) = (recorded.user, recorded.account)
        finding.at = recorded.facts.start
        finding.remedy =
            "sacctmgr show runawayjobs, which ends it at its start; or give its row the right end in "
            + "slurmdbd, and atoll reconcile charges it"
        return finding
    }

    /// A run that only the books have; nil: nothing was charged for it that a record should bear out.
    package func missing(_ run: Run) -> Finding? {
        guard !run.isKept, !run.isWaived, run.start != run.end else { return nil }
        var found = finding(
            .missingRow, run, nil,
            "slurmdbd has no row of it; charged \(run.charged) SU, which stands")
        found.remedy = run.keepOrRefund
        return found
    }

    // MARK: Records that prove nothing

    /// nil: the row is whole.
    private func unproven(_ recorded: Recorded, _ run: Run) -> Verdict? {
        guard recorded.isOver, recorded.facts.end.map({ $0 >= recorded.facts.start }) ?? false
        else {
            // Given back whole: that settled it. Going on in both: slurmctld knows whether it does.
            if run.isWaived || run.state == .running && !recorded.isOver { return .alike }
            var found = finding(
                .openRow, run, recorded,
                "\(recorded.facts.state) without an end in slurmdbd; \(run.inBooks)")
            let settled = run.state == .running ? run.endIt : run.keepOrRefund
            found.remedy = "sacctmgr show runawayjobs; then \(settled)"
            return .person(found)
        }
        let ran = run.end.map { $0 > run.start } ?? true
        guard recorded.isOfNoLength, ran else { return nil }
        if run.isWaived { return .alike }
        // Cancelled within the second of its start: such rows are true.
        if run.state == .running, recorded.facts.state == "CANCELLED",
            recorded.facts.start == run.start
        {
            return nil
        }
        var found = finding(
            .zeroLengthRow, run, recorded, "its row in slurmdbd has no length; \(run.inBooks)")
        found.remedy = run.state == .running ? run.endIt : run.keepOrRefund
        return .person(found)
    }

    // MARK: What differs

    private func differences(_ recorded: Recorded, _ run: Run) -> [String] {
        let new = run.restated(by: recorded.facts)
        var said: [String] = []
        // Nearly all are alike: words are made for the others alone.
        func note<V: Equatable>(_ what: @autoclosure () -> String, _ a: V?, _ b: V?) {
            guard a != b else { return }
            let text = { (value: V?) in value.map { "\($0)" } ?? "none" }
            said.append("\(what()) \(text(a)) in slurmdbd, \(text(b)) in the books")
        }
        note("start", new.start, run.start)
        note("end", new.end, run.end)
        note("suspended seconds", new.suspendedSeconds, run.suspendedSeconds)
        for name in rated { note("\(name)", new.counts[name], run.counts[name]) }
        note("partition", new.partition, run.partition)
        note("QOS", new.qos, run.qos)
        note("reservation", new.reservation, run.reservation)
        // Why it was free may have other words; being held back is the books' own.
        let wasFree = run.isFree
        if run.state == .ended, (recorded.facts.freeBecause != nil) != wasFree,
            run.remark != "free: held back at its start", run.outcome != recorded.facts.state
        {
            note("state", recorded.facts.state, run.outcome)
        }
        return said
    }

    private func finding(
        _ kind: FindingKind, _ run: Run, _ recorded: Recorded?, _ what: String
    ) -> Finding {
        var finding = Finding(kind, job: run.jobName, what)
        (finding.run, finding.at) = (run.id, run.end ?? run.start)
        (finding.user, finding.account) = (recorded?.user, recorded?.account ?? run.account)
        finding.before = run.state == .ended ? run.charged : nil
        return finding
    }

    private func span(_ recorded: Recorded) -> String {
        "\(recorded.facts.start) to \(recorded.facts.end.map { "\($0)" } ?? "?")"
    }
}

extension Run {
    fileprivate var inBooks: String {
        state == .running
            ? "it goes on since \(start) in the books"
            : "charged \(charged) SU for \(start) to \(end ?? start), which stands"
    }

    /// Both answers that a person may have.
    package var keepOrRefund: String {
        "atoll settle \(jobName) --run \(id) --reason WHY, to keep the charge; "
            + "atoll refund \(jobName) --run \(id) --all --reason WHY, to give it back"
    }

    package var endIt: String {
        "atoll settle \(jobName) --run \(id) --ended TIME --reason WHY"
    }
}

extension Finding {
    /// What a correction could not settle is a person's: nobody pays for it, or it has no price.
    package mutating func leaveToPerson(_ done: Corrected) {
        if done.allocation == nil {
            kind = .stranger
            what = "account \(account ?? "?") has no allocation here: charged to nobody"
            remedy =
                "atoll project modify PROJECT --account \(account ?? "ACCOUNT"); "
                + "or atoll settle \(job) --run \(done.run) --reason WHY, to leave it so"
        } else if let elsewhere = done.elsewhere {
            kind = .wrongAllocation
            what += "; it belongs to \(elsewhere)"
            remedy =
                "atoll transfer, from there to \(done.allocation ?? ""), what it was charged; "
                + "then atoll settle \(job) --run \(done.run) --reason WHY"
        } else if let remark = done.remark, remark.hasPrefix("unrated") {
            kind = .unrated
            what = remark
            remedy =
                "atoll rate add RESOURCE SU --start TIME --backdate --reason WHY; "
                + "or atoll settle \(job) --run \(done.run) --reason WHY, to leave it so"
        }
    }
}

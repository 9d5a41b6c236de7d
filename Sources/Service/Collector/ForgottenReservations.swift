/// Runs inside a reservation that slurmctld has forgotten. With it went which jobs ran inside; slurmdbd
/// knows it.

import Books
import Ledger
import Logging
import Records
import Units

extension ReservationMemory {
    /// A reservation that slurmctld shows no more, or at another time, for some polls from then on.
    struct Forgotten: Equatable {
        let since: Instant
        var polls = 0
    }

    /// - Parameter gone: what the books hold open of those.
    mutating func forget(_ gone: [ReservationVersion]) {
        for name in forgotten.keys { forgotten[name]?.polls += 1 }
        forgotten = forgotten.filter { $0.value.polls <= Self.patience }
        for version in gone { forgotten[version.name] = Forgotten(since: version.start) }
    }
}

extension ClusterWatch {
    /// Says of runs that began and ended unseen in which reservation it was; those of which slurmdbd
    /// does not tell yet are left out, for a few polls at most while it answers.
    func findReservations(
        in jobs: [JobObservation], at now: Instant, _ memory: inout WatchMemory
    ) throws -> [JobObservation] {
        guard memory.hasAccounting,
            let since = memory.reservations.forgotten.values.map(\.since).min()
        else {
            memory.reservations.doubtful = [:]
            return jobs
        }
        // What was seen running told it then.
        let open = Set(
            try books.runningRuns(on: settings.cluster).filter { $0.reservation != nil }.map(\.key))
        let doubtful = jobs.flatMap(\.runs).filter { run in
            run.reservation == nil && run.end.map { $0 > since } ?? false
                && !memory.hasTold(of: run.key) && !open.contains(run.key)
        }
        var waited: [RunKey: Int] = [:]
        for run in doubtful {
            waited[run.key] = memory.reservations.doubtful[run.key, default: 0] + 1
        }
        memory.reservations.doubtful = waited
        guard !doubtful.isEmpty else { return jobs }
        let told = recordedReservations(of: doubtful, &memory)
        let isWaiting = { (run: RunFacts) in
            guard let polls = waited[run.key] else { return false }
            guard let told else { return true }
            return told[run.key] == nil && polls <= ReservationMemory.patience
        }
        return jobs.compactMap { job in
            var job = job
            job.runs.removeAll(where: isWaiting)
            for place in job.runs.indices {
                guard let name = told?[job.runs[place].key] ?? nil else { continue }
                job.runs[place].reservation = name
                if job.pending == nil { job.reservation = name }
            }
            return job.runs.isEmpty && job.pending == nil ? nil : job
        }
    }

    /// By run what slurmdbd has on record, nil inside: none; nil: it does not answer.
    private func recordedReservations(
        of runs: [RunFacts], _ memory: inout WatchMemory
    ) -> [RunKey: String?]? {
        let ends = runs.compactMap(\.end)
        guard let first = ends.min(), let last = ends.max() else { return [:] }
        let keys = Set(runs.map(\.key))
        func key(_ job: JobRecord) -> RunKey {
            RunKey(cluster: settings.cluster, jobID: job.rawJobID, submit: job.submit)
        }
        do {
            guard memory.mayAskHistory(at: steadyClock()) else { throw Unanswered() }
            let reading = try gauge.read(
                JobDecoder.self,
                [
                    "history", "--ended", "--start", String(first.epochSeconds - 1), "--end",
                    String(last.epochSeconds + 2),
                ], keep: { keys.contains(key($0)) })
            report(reading, &memory)
            return Dictionary(
                reading.records.map { (key($0), $0.reservation) }, uniquingKeysWith: { $1 })
        } catch {
            if let failure = error as? GaugeFailure {
                memory.historyFailed(failure, at: steadyClock())
            }
            // slurmctld may have forgotten them by the time slurmdbd is back.
            if runs.contains(where: { memory.reservations.doubtful[$0.key] == 1 }) {
                memory.historyOwed.add(since: first, at: steadyClock())
            }
            logger.debug(
                "slurmdbd does not tell in which reservation runs were",
                metadata: ["runs": "\(runs.count)", "error": "\(error)"])
            return nil
        }
    }

    private struct Unanswered: Error {}
}

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

    /// A run that may have been inside one.
    struct Doubt: Equatable {
        /// Polls in which slurmdbd answered, and had no row of it.
        var answers = 0
        /// Whether slurmdbd is to be asked about its time in any case: slurmctld may forget it first.
        var isOwed = false
    }

    /// - Parameter gone: what the books hold open of those. What nobody pays for makes no difference.
    mutating func forget(_ gone: [ReservationVersion]) {
        for name in forgotten.keys { forgotten[name]?.polls += 1 }
        forgotten = forgotten.filter { $0.value.polls <= Self.patience }
        for version in gone where version.allocation != nil && version.charge != .none {
            forgotten[version.name] = Forgotten(since: version.start)
        }
    }
}

extension ClusterWatch {
    /// Says of runs that began and ended unseen in which reservation it was; those of which slurmdbd
    /// does not tell yet are left out, for a few polls at most in which it answers.
    func findReservations(
        in jobs: [JobObservation], _ memory: inout WatchMemory
    ) throws -> [JobObservation] {
        let doubtful = try doubtful(in: jobs, memory)
        let before = memory.reservations.doubtful
        memory.reservations.doubtful = Dictionary(
            doubtful.map { ($0.key, before[$0.key] ?? .init()) }, uniquingKeysWith: { a, _ in a })
        guard !doubtful.isEmpty else { return jobs }
        let told = recordedReservations(of: doubtful, &memory)
        var waiting: Set<RunKey> = []
        for run in doubtful where told?[run.key] == nil {
            if told != nil { memory.reservations.doubtful[run.key]?.answers += 1 }
            let doubt = memory.reservations.doubtful[run.key] ?? .init()
            guard doubt.answers <= ReservationMemory.patience else { continue }
            waiting.insert(run.key)
            guard !doubt.isOwed, let end = run.end else { continue }
            memory.historyOwed.add(since: end, at: steadyClock())
            memory.reservations.doubtful[run.key]?.isOwed = true
        }
        return jobs.compactMap { $0.leavingOut(waiting, naming: told ?? [:]) }
    }

    private func doubtful(
        in jobs: [JobObservation], _ memory: WatchMemory
    ) throws -> [RunFacts] {
        // While slurmdbd has not told of an absence, any run in it may have been inside one.
        let since =
            (memory.reservations.forgotten.values.map(\.since)
            + [memory.reservations.unseen.missingSince].compactMap(\.self)).min()
        guard memory.hasAccounting, let since else { return [] }
        // What was seen running told it then.
        let open = Set(
            try books.runningRuns(on: settings.cluster).filter { $0.reservation != nil }.map(\.key))
        return jobs.flatMap(\.runs).filter { run in
            run.reservation == nil && run.end.map { $0 > since } ?? false
                && !memory.hasTold(of: run.key) && !open.contains(run.key)
        }
    }

    /// By run what slurmdbd has on record, nil inside: none; nil: it does not answer.
    private func recordedReservations(
        of runs: [RunFacts], _ memory: inout WatchMemory
    ) -> [RunKey: String?]? {
        let ends = runs.compactMap(\.end)
        guard let first = ends.min(), let last = ends.max() else { return [:] }
        guard memory.mayAskHistory(at: steadyClock()) else { return nil }
        let keys = Set(runs.map(\.key))
        func key(_ job: JobRecord) -> RunKey {
            RunKey(cluster: settings.cluster, jobID: job.rawJobID, submit: job.submit)
        }
        do {
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
            logger.debug(
                "slurmdbd does not tell in which reservation runs were",
                metadata: ["runs": "\(runs.count)", "error": "\(error)"])
            return nil
        }
    }
}

extension JobObservation {
    /// Without the runs that wait for slurmdbd's word, and then without a word on what waits: what is
    /// held for them stays. nil: nothing is left to tell.
    fileprivate func leavingOut(
        _ waiting: Set<RunKey>, naming names: [RunKey: String?]
    ) -> JobObservation? {
        var job = self
        job.runs.removeAll { waiting.contains($0.key) }
        if job.runs.count < runs.count {
            guard !job.runs.isEmpty else { return nil }
            (job.pending, job.showsPending) = (nil, false)
        }
        for place in job.runs.indices {
            guard let name = names[job.runs[place].key] ?? nil else { continue }
            job.runs[place].reservation = name
            if job.pending == nil { job.reservation = name }
        }
        return job
    }
}

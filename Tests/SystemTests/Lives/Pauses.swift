/// Jobs that are suspended, and queued again or resized beside it.

import Testing
import Units
import Wire

/// A pause that is over, as slurmctld had it: the job ran so many seconds from its start, and again from
/// then on.
struct Pause {
    let start: Int64
    let ranSeconds: Int64
    let resumed: Int64

    var seconds: Int64 { resumed - start - ranSeconds }

    /// Of a job that has never been suspended.
    static func none(since start: Int64) -> Pause {
        Pause(start: start, ranSeconds: 0, resumed: start)
    }
}

extension SystemTests.Runs {
    /// So many seconds of work, in its second run two: one `sleep` would go on while its process is
    /// stopped.
    static func working(_ seconds: Int) -> String {
        "for second in $(seq $((SLURM_RESTART_COUNT > 0 ? 2 : \(seconds)))); do sleep 1; done"
    }

    static let pausedAndMore = [
        Life("it is queued again while it is suspended") { stage in
            let job = try stage.send("-n2 -t5", working(60))
            let start = try await stage.suspend(job)
            let ran = try #require(try stage.bed.moment("SecsPreSuspend", of: job))
            try await stage.pass(seconds: 3, since: start + ran)
            try stage.bed.slurm("scontrol", "requeue", "\(job)")
            _ = try await stage.queuedAgain(job, after: start)
            try await stage.heldWhole(job, Rate.core.hold(2, for: 300))
            // Slurm itself holds what was suspended.
            try stage.bed.slurm("scontrol", "release", "\(job)")
            return try await stage.lived(job, cores: 2, first: ran)
        },
        Life("it is suspended, and queued again later") { stage in
            let job = try stage.send("-n3 -t5", working(60))
            let pause = try await stage.pause(job)
            try stage.bed.slurm("scontrol", "requeue", "\(job)")
            let ran = try await stage.requeued(job, from: pause.start) - pause.seconds
            try await stage.heldWhole(job, Rate.core.hold(3, for: 300))
            return try await stage.lived(job, cores: 3, first: ran)
        },
        Life("it is suspended, and gives a node back later") { stage in
            let job = try stage.send("-N2 --ntasks-per-node=2 -t5", working(14))
            let pause = try await stage.pause(job)
            let (resized, end) = try await stage.shrunk(job, after: pause)
            return Lived(
                job: job,
                charges: [
                    stage.cores(4, resized - pause.start - pause.seconds),
                    stage.cores(2, end - resized),
                ])
        },
        Life("it gives a node back, and is suspended later") { stage in
            let job = try stage.send("-N2 --ntasks-per-node=2 -t5", working(14))
            try await stage.begun(job)
            let start = try #require(try stage.bed.moment("StartTime", of: job))
            let resized = try await stage.shrink(job, after: .none(since: start))
            try await stage.pass(seconds: 1, since: resized)
            let pause = try await stage.pause(job)
            try await stage.shown(job, "COMPLETED")
            let end = try #require(try stage.bed.moment("EndTime", of: job))
            return Lived(
                job: job,
                charges: [
                    stage.cores(4, resized - start),
                    stage.cores(2, end - resized - pause.seconds),
                ])
        },
    ]
}

extension Stage {
    /// Suspends a job that has run for a second; when it began.
    func suspend(_ job: Int64) async throws -> Int64 {
        try await begun(job)
        let start = try #require(try bed.moment("StartTime", of: job))
        try bed.slurm("scontrol", "suspend", "\(job)")
        try await shown(job, "SUSPENDED")
        return start
    }

    /// Suspends a job for three seconds, and has it run for one more.
    func pause(_ job: Int64) async throws -> Pause {
        let start = try await suspend(job)
        let since = try #require(try bed.moment("SuspendTime", of: job))
        try await pass(seconds: 3, since: since)
        let ran = try #require(try bed.moment("SecsPreSuspend", of: job))
        try bed.slurm("scontrol", "resume", "\(job)")
        try await shown(job, "RUNNING")
        let resumed = try #require(try bed.moment("SuspendTime", of: job))
        let pause = Pause(start: start, ranSeconds: ran, resumed: resumed)
        #expect(pause.seconds >= 3, "\(pause)")
        try await pass(seconds: 1, since: resumed)
        return pause
    }

    /// Waits until more than so many seconds are over.
    func pass(seconds: Int64, since: Int64) async throws {
        try await awaited("\(seconds) s are over", within: Double(seconds) + 10) {
            Self.now > since + seconds
        }
    }

    /// Takes a node with two of four cores from it; when. What is held for it afterwards is what is left
    /// of its five minutes, of which what it was suspended is none.
    func shrink(_ job: Int64, after pause: Pause) async throws -> Int64 {
        try bed.slurm("scontrol", "update", "JobId=\(job)", "NumNodes=1")
        let resized = try #require(try bed.moment("ResizeTime", of: job))
        #expect(try bed.moment("NumCPUs", of: job) == 2)
        let spent = resized - pause.start - pause.seconds
        try await heldRunning(job, Rate.core.hold(2, for: 300 - spent))
        return resized
    }

    func shrunk(
        _ job: Int64, after pause: Pause
    ) async throws -> (resized: Int64, end: Int64) {
        let resized = try await shrink(job, after: pause)
        try await shown(job, "COMPLETED")
        let end = try #require(try bed.moment("EndTime", of: job))
        #expect(resized > pause.start && end > resized)
        return (resized, end)
    }

    /// A job that ran twice, its first run as told; slurmdbd's record says the same of it.
    fileprivate func lived(
        _ job: Int64, cores count: Int64, first: Int64
    ) async throws -> Lived {
        let runs = try await bed.runs(of: job, count: isAccounting ? 2 : 1, within: 90)
        let last = try #require(runs.last).seconds
        #expect(!isAccounting || runs[0].seconds == first, "\(runs) \(first)")
        return Lived(job: job, charges: [cores(count, first), cores(count, last)])
    }
}

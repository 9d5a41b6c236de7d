/// Jobs of the testbed, by Slurm's own commands: submitted, cancelled, and what is on record of them.

import Foundation
import Units

/// What sbatch answered.
struct Submission {
    /// nil: refused.
    let job: Int64?
    /// What the user was shown.
    let said: String
    let seconds: Double

    /// The job's id, of a submission that must have been admitted.
    func admitted() throws -> Int64 {
        guard let job else { throw CommandFailed(description: "sbatch refused: \(said)") }
        return job
    }

    /// What its user was told is held for it.
    func held() throws -> ServiceUnits {
        guard let amount = said.firstMatch(of: /up to (\S+) SU held/) else {
            throw CommandFailed(description: "sbatch said of no hold: \(said)")
        }
        return su(String(amount.1).replacing(",", with: ""))
    }
}

/// One run as Slurm's own commands tell it: what it got, and for how long.
struct SlurmRun {
    let jobID: Int64
    let state: String
    let seconds: Int64
    let counts: TRESCounts

    var coreSeconds: Int64 { counts[.cpu] * seconds }
}

extension Testbed {
    /// `sbatch OPTIONS --wrap "sleep SECONDS"` as that user.
    func submit(_ user: String, _ options: String, sleeping seconds: Int) throws -> Submission {
        try submit(user, options, script: "sleep \(seconds)")
    }

    func submit(_ user: String, _ options: String, script: String) throws -> Submission {
        let words = options.split(separator: " ").map(String.init)
        let done = try attempt(
            ["sbatch", "--parsable"] + words + ["--wrap", script], as: user, in: slurm + "/out",
            environment: environment)
        return Submission(
            job: done.isGood ? Int64(done.output.prefix { $0.isNumber }) : nil, said: done.errors,
            seconds: done.seconds)
    }

    func scriptFile(_ script: String) throws -> String {
        let file = "\(slurm)/out/job-\(UUID()).sh"
        try "#!/bin/sh\n\(script)\n".write(toFile: file, atomically: true, encoding: .utf8)
        return file
    }

    /// A script in a file, with what stands behind it on the line.
    func submitFile(_ options: String, _ script: String, _ arguments: String) throws -> Submission {
        let file = try scriptFile(script)
        let done = try command(
            as: "atoll-ada", "sbatch --parsable -A astro \(options) \(file) \(arguments)")
        return Submission(
            job: done.isGood ? Int64(done.output.prefix { $0.isNumber }) : nil, said: done.errors,
            seconds: done.seconds)
    }

    /// `srun` or `salloc`, begun; it writes its job's id into the file, as `job ID`.
    func beginInteractively(
        _ program: String, _ options: String, _ command: String
    ) throws -> (process: ChildProcess, file: String) {
        let script = "\(program) -A astro \(options) sh -c 'echo job $SLURM_JOB_ID; \(command)'"
        let file = "\(slurm)/out/\(program)-\(UUID())"
        let process = try ChildProcess(
            ["sh", "-c", script], as: "atoll-ada", in: slurm + "/out", environment: environment,
            files: .init(output: file, errors: file + ".errors"))
        return (process, file)
    }

    /// A line of Slurm's as that user, however it ends.
    func command(as user: String, _ line: String) throws -> Finished {
        try attempt(
            line.split(separator: " ").map(String.init), as: user, in: slurm + "/out",
            environment: environment)
    }

    func cancel(_ job: Int64) throws { try slurm("scancel", "\(job)") }

    /// A command of Slurm's as root.
    @discardableResult
    func slurm(_ command: String...) throws -> String {
        try must(command, environment: environment)
    }

    /// Cancels whatever is there and waits until nothing of it runs.
    func clear() async throws {
        let queue = { try slurm("squeue", "-h", "-a", "-o", "%A") }
        let jobs = Set(try queue().split(separator: "\n").map(String.init))
        if !jobs.isEmpty { try must(["scancel"] + jobs.sorted(), environment: environment) }
        try await awaited("the queue is empty", seen: try queue()) { try queue().isEmpty }
    }

    /// The state of a job's records in slurmctld, one word each.
    func states(of job: Int64) throws -> [String] {
        try records(of: job).compactMap { $0["JobState"] }
    }

    /// A time that slurmctld's newest record of a job has, in epoch seconds.
    func moment(_ key: String, of job: Int64) throws -> Int64? {
        try records(of: job).last?[key].flatMap { Int64($0) }
    }

    /// All runs of a job once all have ended: from sacct, or else from scontrol.
    func runs(
        of job: Int64, count: Int = 1, within seconds: Double = 60
    ) async throws -> [SlurmRun] {
        try await awaited("\(count) runs of job \(job) are over", within: seconds) {
            let runs = hasAccounting ? try sacctRuns(job) : try scontrolRuns(job)
            return runs?.count == count ? runs : nil
        }
    }

    func onlyRun(of job: Int64) async throws -> SlurmRun { try await runs(of: job)[0] }

    /// The seconds that an ended job ran, without those in which it was suspended.
    func secondsRun(of job: Int64) throws -> Int64 {
        let record = try records(of: job).last ?? [:]
        let number = { (key: String) in record[key].flatMap { Int64($0) } }
        guard let start = number("StartTime"), let end = number("EndTime") else {
            throw CommandFailed(description: "job \(job) has no times: \(record)")
        }
        guard let since = number("SuspendTime"), let before = number("SecsPreSuspend") else {
            return end - start
        }
        return before + max(end - since, 0)
    }

    /// When slurmdbd has it that the job's run which began then ended; nil: it has not yet.
    func recordedEnd(of job: Int64, begunAt start: Int64) throws -> Int64? {
        let text = try slurm("sacct", "-XDPn", "-j", "\(job)", "-o", "Start,End")
        for line in text.split(separator: "\n") {
            let times = line.split(separator: "|").map { Int64($0) }
            if times.count == 2, times[0] == start { return times[1] }
        }
        return nil
    }

    private func sacctRuns(_ job: Int64) throws -> [SlurmRun]? {
        let text = try slurm(
            "sacct", "-XDPn", "--noconvert", "-j", "\(job)", "-o",
            "JobIDRaw,State,ElapsedRaw,AllocTRES,End")
        var runs: [SlurmRun] = []
        for line in text.split(separator: "\n") {
            let values = line.split(separator: "|", omittingEmptySubsequences: false)
            guard values.count == 5, Int64(values[4]) != nil, !values[1].hasPrefix("RUNNING"),
                let id = Int64(values[0]), let seconds = Int64(values[2])
            else { return nil }
            // A job that was cancelled while it waited has a row, but never ran.
            if values[3].isEmpty { continue }
            runs.append(
                SlurmRun(
                    jobID: id, state: String(values[1]), seconds: seconds,
                    counts: try TRESCounts(parsing: String(values[3]))))
        }
        return runs
    }

    private func scontrolRuns(_ job: Int64) throws -> [SlurmRun]? {
        var runs: [SlurmRun] = []
        for record in try records(of: job) {
            // scontrol of 23.02 and later names what was asked for and what was given apart.
            guard let state = record["JobState"], let tres = record["AllocTRES"] ?? record["TRES"],
                let start = record["StartTime"].flatMap({ Int64($0) }),
                let end = record["EndTime"].flatMap({ Int64($0) }),
                let id = record["JobId"].flatMap({ Int64($0) })
            else { return nil }
            // While PrologSlurmctld runs a job is CONFIGURING.
            let goesOn = ["PENDING", "CONFIGURING", "RUNNING", "COMPLETING", "SUSPENDED"]
            guard !goesOn.contains(state) else { return nil }
            // Cancelled while it waited: it never ran.
            if state == "CANCELLED", start == end { continue }
            runs.append(
                SlurmRun(
                    jobID: id, state: state, seconds: end - start,
                    counts: try TRESCounts(parsing: tres)))
        }
        return runs
    }

    /// slurmctld's records of a job, as `scontrol -o` writes them: words of KEY=VALUE.
    private func records(of job: Int64) throws -> [[String: String]] {
        try slurm("scontrol", "-a", "-o", "show", "job", "\(job)").split(separator: "\n").map {
            var record: [String: String] = [:]
            for word in $0.split(separator: " ") {
                guard let equals = word.firstIndex(of: "=") else { continue }
                let key = String(word[..<equals])
                record[key] = record[key] ?? String(word[word.index(after: equals)...])
            }
            return record
        }
    }
}

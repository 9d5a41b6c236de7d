import ArgumentParser
import Client
import Records
import Units
import Wire

/// `atoll hook prolog-slurmctld`
struct PrologHook: AtollCommand {
    static let configuration = CommandConfiguration(
        commandName: "prolog-slurmctld",
        abstract: "Asks whether the job may start; one that may not is requeued and held.",
        discussion: """
            slurmctld runs it as SlurmUser, with SLURM_JOB_ID and SLURM_CLUSTER_NAME set. A job that \
            can't be requeued (srun, salloc, --no-requeue) runs and is charged, or is cancelled \
            where atolld's settings say so. What went wrong is told to syslog (journalctl -t atoll), \
            since slurmctld keeps nothing of what a script prints.

            EXIT CODES
              0  whatever happens: by another code slurmctld would requeue the job for ever
              2  the command line is wrong, or SLURM_JOB_ID is not set, as by hand

            EXAMPLES
              atoll hook prolog-slurmctld
              atoll hook prolog-slurmctld --gauge /usr/local/bin/atoll-gauge
            """)

    @OptionGroup var options: HookOptions

    @Option(
        help: """
            Where atolld gives no answer: admit starts the job, refuse puts it back into the \
            queue, to be tried again. (default: as the settings say, else admit)
            """)
    var whenUnreachable: UnreachablePolicy?

    func run(in surroundings: Surroundings) throws {
        let call = try HookCall(options, in: surroundings)
        do {
            let job = try call.job()
            let question = try Request.Start(job, cluster: call.cluster)
            do throws(ClientError) {
                _ = try call.ask(.start(question))
                call.takeNoteAway(job)
            } catch {
                guard case .answered(let refusal) = error, refusal.code.holdsBack else {
                    throw error
                }
                try call.holdBack(job, because: refusal.message)
            }
        } catch {
            let policy = whenUnreachable ?? call.settings.whenUnreachable ?? .admit
            guard policy == .refuse else {
                return call.tell(error, outcome: "it starts unasked (when_unreachable = admit)")
            }
            call.tell(
                error, outcome: "it goes back into the queue (when_unreachable = refuse)")
            // Not held: Slurm tries it again by itself.
            do {
                let ran = try call.slurm("scontrol", "requeue", call.nameToHold)
                if !ran.isGood { call.tell(ran.complaint) }
            } catch {
                call.tell(error, outcome: "it could not be requeued and starts")
            }
        }
    }
}

extension ErrorCode {
    /// Whether it is about the job; all else is a fault of the set-up and stops no job.
    fileprivate var holdsBack: Bool {
        switch self {
        case .insufficientCredit, .capReached, .noAllocation, .notAMember, .inactive,
            .outsideWindow, .notCovered, .noRate, .cannotEstimate:
            true
        default: false
        }
    }
}

extension HookCall {
    /// The job as slurmctld has it now.
    fileprivate func job() throws -> JobRecord {
        let ran: Ran
        do {
            ran = try surroundings.run([options.gauge, "jobs", "--job", "\(jobID)"], leftSeconds)
        } catch let failure as Failure where options.gauge == HookOptions.usualGauge {
            throw Failure("\(failure.message); where it lies elsewhere, say --gauge PATH")
        }
        guard ran.isGood else { throw Failure("\(options.gauge): \(ran.complaint)") }
        var reader = JobReader(ReadSettings(maxProblemsKept: 1))
        var found: JobRecord?
        do {
            try Array(ran.output.utf8).withUnsafeBytes { bytes in
                try reader.read(bytes) { if $0.rawJobID == jobID { found = $0 } }
            }
            try reader.finish()
        } catch let error as RecordError {
            throw Failure("\(options.gauge): \(error)")
        }
        guard let found else {
            let problem = reader.problems.first.map { ": \($0)" } ?? ""
            throw Failure("\(options.gauge) does not know job \(jobID)\(problem)")
        }
        return found
    }

    /// By what the environment says, where the job could not be read.
    fileprivate var nameToHold: String {
        let environment = surroundings.environment
        if let array = environment["SLURM_ARRAY_JOB_ID"],
            let task = environment["SLURM_ARRAY_TASK_ID"]
        {
            return "\(array)_\(task)"
        }
        return environment["SLURM_HET_JOB_ID"] ?? "\(jobID)"
    }

    /// A job that was held back before and starts now. atolld itself may not be allowed to.
    fileprivate func takeNoteAway(_ job: JobRecord) {
        let comment = HeldBackNote.removed(from: job.adminComment)
        if comment != job.adminComment ?? "" { note(comment, with: job) }
    }

    private func note(_ comment: String, with job: JobRecord) {
        let name = SlurmJobName.toUpdate(job.jobID, rawID: job.rawJobID)
        do {
            let ran = try slurm("scontrol", "update", "jobid=\(name)", "AdminComment=\(comment)")
            if !ran.isGood { tell(ran.complaint) }
        } catch {
            tell(error, outcome: "its AdminComment is not written")
        }
    }

    fileprivate func holdBack(_ job: JobRecord, because message: String) throws {
        let name = SlurmJobName.toHold(job.jobID)
        let ran = try slurm("scontrol", "requeuehold", name)
        // Another task of the same array or het job may have taken it along.
        let isHeld = ran.isGood || ran.complaint.contains("pending execution")
        if isHeld { note(HeldBackNote.put(message.reason, before: job.adminComment), with: job) }
        let told = try ask(
            .heldBack(
                .init(
                    cluster: cluster, jobID: jobID, isHeld: isHeld,
                    problem: isHeld ? nil : ran.complaint)))
        if case .heldBack(let reply) = told, reply.kill {
            let killed = try slurm("scancel", name)
            if !killed.isGood { tell(killed.complaint) }
        }
    }
}

extension String {
    /// A refusal without the words that submitters see in front, in one line.
    fileprivate var reason: String {
        let first = split(separator: "\n").first.map(String.init) ?? self
        for prefix in ["atoll: refused: ", "atoll: "] where first.hasPrefix(prefix) {
            return String(first.dropFirst(prefix.count))
        }
        return first
    }
}

extension Request.Start {
    fileprivate init(_ job: JobRecord, cluster: String) throws {
        guard let uid = job.uid.flatMap(UInt32.init(exactly:)), let start = job.start else {
            throw Failure("job \(job.jobID) has no user or no start")
        }
        let token = job.adminComment?.split(separator: " ").last { $0.hasPrefix("atoll=") }
        self.init(
            cluster: cluster, jobID: job.rawJobID, jobName: job.jobID,
            baseJobID: job.arrayJobID, userID: uid, account: job.account,
            partition: job.partition, qos: job.qos, tres: job.allocTRES.description,
            timeLimitSeconds: job.timeLimitSeconds, submit: job.submit, start: start,
            token: token.map { String($0.dropFirst("atoll=".count)) },
            reservation: job.reservation)
    }
}

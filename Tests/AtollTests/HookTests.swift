import Client
import Testing
import Units
import Wire

@testable import atoll

/// `atoll hook`, as slurmctld runs it: what it asks, what it has Slurm do, and that it ends with 0.
@Suite struct HookTests {
    static let header =
        "JobID|JobIDRaw|UID|User|Account|Partition|QOS|Submit|Start|End|State|AllocTRES|"
        + "TimelimitRaw|AdminComment|JobName|Reservation"

    /// What `atoll-gauge jobs --job` prints of a job that is about to start.
    static func gauge(_ shown: String = "7", raw: Int64 = 7, comment: String = "atoll=T") -> Ran {
        let row =
            "\(shown)|\(raw)|1001|ada|astro|cpu|normal|1784116000|1784116700||RUNNING|"
            + "cpu=4,mem=4000M,node=1|5|\(comment)|wrap|course"
        let text = """
            #atoll-records 1 kind=jobs cluster=reef at=1784116800
            \(header)
            \(row)
            #end rows=1

            """
        return Ran(code: 0, output: text, errors: "")
    }

    static let fine = Ran(code: 0, output: "", errors: "")
    static let no = Told.error(
        .answered(.init(.inactive, "atoll: refused: allocation astro-2026 is INACTIVE.")))
    static let told = Told.answer([], .heldBack(.init(kill: false)))

    static func desk(_ answers: Told..., runs: [Ran], raw: Int64 = 7) -> Desk {
        let desk = Desk(answers)
        desk.runs = runs
        desk.environment = [
            "SLURM_JOB_ID": "\(raw)", "SLURM_CLUSTER_NAME": "reef", "SLURM_CONF": "/s/slurm.conf",
        ]
        return desk
    }

    @Test func `what may start is asked about with all that Slurm knows, and left alone`() throws {
        let desk = Self.desk(
            .answer([], .start(.init(allocation: "astro-2026", held: try su("12")))),
            runs: [Self.gauge()])
        #expect(desk.run("hook", "prolog-slurmctld") == Screen(status: 0, out: ""))
        #expect(desk.commands == [["/usr/bin/atoll-gauge", "jobs", "--job", "7"]])
        guard case .start(let asked) = desk.daemon.requests.first?.operation else {
            Issue.record("nothing was asked")
            return
        }
        #expect(
            asked
                == Request.Start(
                    cluster: "reef", jobID: 7, jobName: "7", userID: 1001, account: "astro",
                    partition: "cpu", qos: "normal", tres: "cpu=4,mem=4000M,node=1",
                    timeLimitSeconds: 300, submit: Instant(epochSeconds: 1_784_116_000),
                    start: Instant(epochSeconds: 1_784_116_700), token: "T",
                    reservation: "course"))
    }

    @Test func `the note of an earlier refusal goes when the job may start`() throws {
        let note = "[held by atoll: allocation astro-2026 is INACTIVE.] atoll=T"
        let desk = Self.desk(
            .answer([], .start(.init(allocation: "astro-2026", held: try su("12")))),
            runs: [Self.gauge(comment: note), Self.fine])
        #expect(desk.run("hook", "prolog-slurmctld").status == 0)
        #expect(
            desk.commands.last
                == ["/usr/bin/scontrol", "update", "jobid=7", "AdminComment=atoll=T"])
    }

    struct Name: CustomTestStringConvertible {
        let shown: String
        let raw: Int64
        /// How Slurm's commands are to be told.
        let hold, update: String
        var testDescription: String { shown }
    }

    /// The last task of array 4 has the array's own id.
    static let names = [
        Name(shown: "7", raw: 7, hold: "7", update: "7"),
        Name(shown: "4_1", raw: 4, hold: "4_1", update: "4_1"),
        Name(shown: "7+1", raw: 8, hold: "7", update: "8"),
    ]

    @Test(arguments: names)
    func `what may not is requeued, held, noted, and that is told`(name: Name) throws {
        let desk = Self.desk(
            Self.no, Self.told,
            runs: [Self.gauge(name.shown, raw: name.raw), Self.fine, Self.fine], raw: name.raw)
        #expect(desk.run("hook", "prolog-slurmctld") == Screen(status: 0, out: ""))
        #expect(
            desk.commands.dropFirst() == [
                ["/usr/bin/scontrol", "requeuehold", name.hold],
                [
                    "/usr/bin/scontrol", "update", "jobid=\(name.update)",
                    "AdminComment=[held by atoll: allocation astro-2026 is INACTIVE.] atoll=T",
                ],
            ])
        #expect(
            desk.daemon.requests.last?.operation
                == .heldBack(.init(cluster: "reef", jobID: name.raw, isHeld: true)))
    }

    @Test(arguments: [false, true])
    func `what can't be requeued runs, or is cancelled where atolld says so`(kill: Bool) throws {
        let complaint = "Only batch jobs are accepted or processed for job 7"
        let desk = Self.desk(
            Self.no, .answer([], .heldBack(.init(kill: kill))),
            runs: [
                Self.gauge(), Ran(code: 1, output: "", errors: complaint + "\n"), Self.fine,
            ])
        #expect(desk.run("hook", "prolog-slurmctld").status == 0)
        #expect(
            desk.daemon.requests.last?.operation
                == .heldBack(
                    .init(cluster: "reef", jobID: 7, isHeld: false, problem: complaint)))
        #expect(desk.commands.dropFirst(2) == (kill ? [["/usr/bin/scancel", "7"]] : []))
    }

    @Test func `another task of the same array may have taken it along`() throws {
        let desk = Self.desk(
            Self.no, Self.told,
            runs: [
                Self.gauge(),
                Ran(code: 1, output: "", errors: "Job is pending execution for job 7\n"),
                Self.fine,
            ])
        #expect(desk.run("hook", "prolog-slurmctld").status == 0)
        #expect(
            desk.daemon.requests.last?.operation
                == .heldBack(.init(cluster: "reef", jobID: 7, isHeld: true)))
    }

    @Test(arguments: [
        Told.error(.notRunning(path: "/run/atoll/atoll.sock")), .error(.timedOut(seconds: 5)),
        .error(.answered(.init(.unavailable, "atoll: starting"))),
        .error(.answered(.init(.forbidden, "uid 64030 is not in [access] hooks."))),
        .error(.answered(.init(.unknownOp, "op: no such operation"))),
        .error(.answered(.init(.notFound, "atoll: cluster reef is not in atolld's settings"))),
    ])
    func `without an answer about the job it starts, or goes back into the queue`(
        told: Told
    ) throws {
        let admits = Self.desk(told, runs: [Self.gauge()])
        #expect(admits.run("hook", "prolog-slurmctld").status == 0)
        #expect(admits.commands.count == 1)
        let refuses = Self.desk(told, runs: [Self.gauge(), Self.fine])
        refuses.files["/s/job_submit_atoll.conf"] = """
            # a comment
            socket = "/x/atoll.sock"
            when_unreachable = refuse

            """
        #expect(refuses.run("hook", "prolog-slurmctld").status == 0)
        #expect(refuses.commands.last == ["/usr/bin/scontrol", "requeue", "7"])
        #expect(refuses.path == "/x/atoll.sock")
    }

    @Test func `a job that can't be read starts`() throws {
        let desk = Self.desk(runs: [Ran(code: 3, output: "", errors: "slurmctld is away\n")])
        #expect(
            desk.run("hook", "prolog-slurmctld")
                == Screen(
                    status: 0, out: "",
                    complaints: "atoll: /usr/bin/atoll-gauge: slurmctld is away\n"))
        #expect(desk.daemon.requests.isEmpty)
    }

    @Test(arguments: ["admit", "refuse"])
    func `what went wrong is told to syslog, with what becomes of the job`(policy: String) {
        let desk = Desk()
        desk.environment = ["SLURM_JOB_ID": "7", "SLURM_CLUSTER_NAME": "reef"]
        desk.files["/etc/slurm/job_submit_atoll.conf"] = "when_unreachable = \(policy)\n"
        desk.programs["scontrol requeue 7"] = Self.fine
        let why =
            "/usr/bin/atoll-gauge can't be started: No such file or directory; where it lies "
            + "elsewhere, say --gauge PATH"
        #expect(
            desk.run("hook", "prolog-slurmctld")
                == Screen(status: 0, out: "", complaints: "atoll: \(why)\n"))
        let outcome = policy == "admit" ? "starts unasked" : "goes back into the queue"
        #expect(desk.logged == ["job 7: it \(outcome) (when_unreachable = \(policy)): \(why)"])
    }

    @Test func `a job that can't be requeued either is told, too`() {
        let desk = Desk()
        desk.environment = ["SLURM_JOB_ID": "7", "SLURM_CLUSTER_NAME": "reef"]
        let ended = desk.run("hook", "prolog-slurmctld", "--when-unreachable", "refuse")
        #expect(ended.status == 0)
        #expect(
            desk.logged.last == "job 7: it could not be requeued and starts: "
                + "/usr/bin/scontrol can't be started: No such file or directory")
    }

    @Test(arguments: ["prolog-slurmctld", "epilog-slurmctld"])
    func `without a cluster's name it ends with 0, and says so`(hook: String) {
        let desk = Desk()
        desk.environment = ["SLURM_JOB_ID": "7"]
        desk.runs = [Self.gauge()]
        #expect(desk.run("hook", hook).status == 0)
        #expect(desk.logged.count == 1)
        #expect(desk.logged.first?.contains("SLURM_CLUSTER_NAME is not set") == true)
    }

    @Test func `by hand it says what it is for`() {
        let screen = Desk().run("hook", "prolog-slurmctld")
        #expect(screen.status == 2)
        #expect(screen.complaints.contains("SLURM_JOB_ID is not set"))
    }

    @Test func `the epilog has atolld look, and never fails`() {
        let desk = Self.desk(.answer([], .nudge), runs: [])
        #expect(desk.run("hook", "epilog-slurmctld") == Screen(status: 0, out: ""))
        #expect(desk.daemon.requests.map(\.operation) == [.nudge(.init(cluster: "reef"))])
        let away = Self.desk(.error(.notRunning(path: "/r")), runs: [])
        #expect(away.run("hook", "epilog-slurmctld").status == 0)
    }
}

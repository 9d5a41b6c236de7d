import ArgumentParser
import Client
import Units
import Wire

/// `atoll hook`: what slurmctld's scripts call.
struct HookCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hook",
        abstract: "What PrologSlurmctld and EpilogSlurmctld call; docs/hooks.md tells how.",
        subcommands: [PrologHook.self, EpilogHook.self])
}

/// Where atolld and Slurm's commands are, as the plugin's settings or options say.
struct HookOptions: ParsableArguments {
    @Option(help: "job_submit_atoll.conf. (default: beside slurm.conf)")
    var settings: String?

    @Option(
        help: "atolld's socket. (default: as the settings say, else \(SocketClient.defaultPath))")
    var socket: String?

    @Option(
        name: .customLong("timeout"),
        help: ArgumentHelp("How long all of it may take.", valueName: "seconds"))
    var timeoutSeconds: Int64 = 10

    @Option(help: "What reads the job.")
    var gauge = HookOptions.usualGauge

    @Option(help: "The folder of scontrol and scancel.")
    var slurmCommands = HookOptions.usualSlurmCommands

    static let usualGauge = "/usr/bin/atoll-gauge"
    static let usualSlurmCommands = "/usr/bin"

    func validate() throws {
        guard (1...600).contains(timeoutSeconds) else {
            throw ValidationError("--timeout is 1 to 600.")
        }
    }
}

enum UnreachablePolicy: String, ExpressibleByArgument, CaseIterable {
    case admit, refuse
}

/// What of `job_submit_atoll.conf` the hooks go by; the plugin reports what is wrong with it.
struct HookSettings {
    var cluster: String?
    var socket: String?
    var whenUnreachable: UnreachablePolicy?

    init(_ text: String) {
        for line in text.split(separator: "\n") {
            let parts = line.prefix { $0 != "#" }.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { continue }
            let trimmed = parts.map { part in
                String(part.trimmed { $0.isWhitespace }.trimmed { $0 == "\"" })
            }
            switch trimmed[0] {
            case "cluster": cluster = trimmed[1]
            case "socket": socket = trimmed[1]
            case "when_unreachable": whenUnreachable = UnreachablePolicy(rawValue: trimmed[1])
            default: break
            }
        }
    }
}

extension Substring {
    fileprivate func trimmed(_ isEdge: (Character) -> Bool) -> Substring {
        var rest = self.drop(while: isEdge)
        while let last = rest.last, isEdge(last) { rest.removeLast() }
        return rest
    }
}

/// One call of a hook: the job, and the time that is left.
struct HookCall {
    let surroundings: Surroundings
    let options: HookOptions
    let settings: HookSettings
    let jobID: Int64
    private let clusterName: String?
    private let deadline: Double

    init(_ options: HookOptions, in surroundings: Surroundings) throws {
        let environment = surroundings.environment
        guard let id = environment["SLURM_JOB_ID"].flatMap(Int64.init) else {
            throw Failure(
                "SLURM_JOB_ID is not set: this is for slurmctld to run; see docs/hooks.md",
                status: ExitStatus.usage)
        }
        let conf = environment["SLURM_CONF"] ?? "/etc/slurm/slurm.conf"
        let folder = conf.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        let path = options.settings ?? (folder + ["job_submit_atoll.conf"]).joined(separator: "/")
        (self.options, self.surroundings, jobID) = (options, surroundings, id)
        settings = HookSettings((try? surroundings.read(path)) ?? "")
        clusterName = settings.cluster ?? environment["SLURM_CLUSTER_NAME"]
        deadline = surroundings.uptimeSeconds() + Double(options.timeoutSeconds)
    }

    /// Not below a second: what was begun is told all the same.
    var leftSeconds: Double { max(deadline - surroundings.uptimeSeconds(), 1) }

    var cluster: String {
        get throws {
            guard let clusterName else {
                throw Failure(
                    "which cluster? SLURM_CLUSTER_NAME is not set, and job_submit_atoll.conf has "
                        + "no cluster = NAME")
            }
            return clusterName
        }
    }

    /// slurmctld throws away what a script prints: standard error is for people who try it.
    func tell(_ what: String) {
        surroundings.say(what)
        surroundings.log("job \(jobID): \(what)")
    }

    func tell(_ error: any Error, outcome: String) {
        _ = surroundings.explain(error)
        let what =
            switch error {
            case let failure as Failure: failure.message
            case let error as ClientError: error.description
            default: "\(error)"
            }
        surroundings.log("job \(jobID): \(outcome): \(what)")
    }

    func ask(_ operation: Request.Operation) throws(ClientError) -> Reply {
        let path = options.socket ?? settings.socket ?? SocketClient.defaultPath
        var daemon = try surroundings.connect(path, Int64(leftSeconds.rounded(.up)))
        let now = UInt64(max(0, surroundings.clock.now.epochSeconds)) * 1_000
        return try daemon.ask(Request(id: .fresh(epochMilliseconds: now), operation)) { _ in }
    }

    func slurm(_ name: String, _ arguments: String...) throws -> Ran {
        try surroundings.run([options.slurmCommands + "/" + name] + arguments, leftSeconds)
    }
}

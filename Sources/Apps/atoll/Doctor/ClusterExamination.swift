/// What is looked at of one cluster: by the gauge, as atolld looks, and by Slurm's own commands.

import Records
import Reports
import SiteFiles
import Units
import Wire

struct ClusterExamination {
    let whole: Examination
    let cluster: Settings.Cluster
    /// `22.05.8`, as the gauge says of itself.
    let gaugeRelease: Look<String>
    /// slurm.conf, from slurmctld or from the file.
    let conf: Look<SlurmSettings>
    /// Why slurmctld could not be asked; nil: it answered.
    let controllerProblem: String?
    let sdiag: Look<Sdiag>
    /// slurmdbd's settings and what waits for it.
    let accounting: Look<[String: String]>
    /// The daemon's user in slurmdbd: None, Operator, Administrator.
    let adminLevel: Look<String>

    var surroundings: Surroundings { whole.surroundings }
    var machine: Machine { whole.machine }
    var settings: Settings { whole.settings }
    /// Whom atolld runs as, or is meant to.
    var daemonUser: String { whole.daemon.value?.user ?? "atoll" }
    var slurmConf: String {
        cluster.gaugeEnvironment["SLURM_CONF"] ?? surroundings.environment["SLURM_CONF"]
            ?? "/etc/slurm/slurm.conf"
    }
    var release: String? { conf.value?.version ?? gaugeRelease.value }

    init(_ whole: Examination, _ cluster: Settings.Cluster) {
        (self.whole, self.cluster) = (whole, cluster)
        let surroundings = whole.surroundings
        let tools = SlurmTools(cluster, folder: whole.options.slurmCommands, surroundings)
        gaugeRelease = tools.gauge("--version").flatMap {
            // "built for Slurm 22.05.8"
            $0.split(whereSeparator: \.isWhitespace).last.map(String.init)
        }
        guard gaugeRelease.value != nil else {
            controllerProblem = "the gauge can't be run"
            conf = Self.fileConf(cluster, surroundings)
            (sdiag, accounting) = (.unseen("the gauge can't be run"), .unseen("no gauge"))
            adminLevel = .unseen("not looked at")
            return
        }
        switch tools.gauge("config").map({ try? SlurmSettings(gauge: $0) }) {
        case .seen(.some(let read)): (conf, controllerProblem) = (.seen(read), nil)
        case .seen(.none):
            (conf, controllerProblem) = (
                Self.fileConf(cluster, surroundings), "what the gauge printed can't be read"
            )
        case .unseen(let why):
            (conf, controllerProblem) = (Self.fileConf(cluster, surroundings), why)
        }
        sdiag =
            controllerProblem == nil
            ? tools.slurm("sdiag").map(Sdiag.init) : .unseen("slurmctld does not answer")
        guard conf.value?.hasAccounting ?? false, cluster.dbd != .off else {
            accounting = .unseen("the cluster keeps no accounts in slurmdbd")
            adminLevel = .unseen("the cluster keeps no accounts in slurmdbd")
            return
        }
        guard controllerProblem == nil else {
            (accounting, adminLevel) = (.unseen("slurmctld does not answer"), .unseen("not asked"))
            return
        }
        accounting = tools.gauge("--timeout", "10", before: "diag").flatMap { output in
            (try? SlurmSettings(gauge: output)).map { read in
                ["DBDAgentQueueSize": read["DBDAgentQueueSize"] ?? "0"].merging(
                    read["PrivateData"].map { ["PrivateData": $0] } ?? [:]
                ) { $1 }
            }
        }
        adminLevel =
            accounting.value == nil
            ? .unseen("slurmdbd does not answer")
            : tools.slurm(
                "sacctmgr", "-nP", "show", "user", "name=\(whole.daemon.value?.user ?? "atoll")",
                "format=AdminLevel"
            ).map { $0.split(separator: "\n").first.map(String.init) ?? "unknown" }
    }

    private static func fileConf(
        _ cluster: Settings.Cluster, _ surroundings: Surroundings
    ) -> Look<SlurmSettings> {
        let path =
            cluster.gaugeEnvironment["SLURM_CONF"] ?? surroundings.environment["SLURM_CONF"]
            ?? "/etc/slurm/slurm.conf"
        do { return .seen(SlurmSettings(text: try surroundings.read(path), path: path)) } catch {
            return .unseen((error as? Failure)?.message ?? "\(error)")
        }
    }

    func checks() -> [Check] {
        var checks = [gaugeCheck, slurmctldCheck]
        if conf.value == nil {
            let why = conf.why ?? "slurm.conf can't be read"
            checks.append(.skipped(.clusterName, "\(why); the rest needs slurmctld or slurm.conf"))
        } else {
            checks += [clusterNameCheck]
        }
        checks.append(pollingCheck)
        if let conf = conf.value {
            checks += [
                visibilityCheck(conf), trackedCheck(conf), listedCheck(conf), lastCheck(conf),
                fileCheck(conf), loadedCheck(conf), pluginSettingsCheck(conf), answersCheck(conf),
                startsCheck(conf), enforcementCheck(conf), forgettingCheck(conf),
            ]
        }
        checks += [clockCheck, timeCheck, slurmdbdCheck, queueCheck, reconcileCheck]
        return checks.map { $0.on(cluster.name) }
    }
}

extension Look {
    func map<Other>(_ body: (Value) -> Other) -> Look<Other> {
        switch self {
        case .seen(let value): .seen(body(value))
        case .unseen(let why): .unseen(why)
        }
    }

    func flatMap<Other>(_ body: (Value) -> Other?) -> Look<Other> {
        switch self {
        case .seen(let value): body(value).map(Look<Other>.seen) ?? .unseen("it makes no sense")
        case .unseen(let why): .unseen(why)
        }
    }
}

/// Runs the gauge as atolld would, and Slurm's own commands beside it.
struct SlurmTools {
    let cluster: Settings.Cluster
    /// Of Slurm's commands.
    let folder: String
    let surroundings: Surroundings

    init(_ cluster: Settings.Cluster, folder: String, _ surroundings: Surroundings) {
        (self.cluster, self.folder, self.surroundings) = (cluster, folder, surroundings)
    }

    /// - Parameter subcommand: stands before the words.
    func gauge(_ words: String..., before subcommand: String? = nil) -> Look<String> {
        let command =
            [cluster.gauge] + cluster.gaugeArguments + (subcommand.map { [$0] } ?? []) + words
        return run(command)
    }

    func slurm(_ name: String, _ words: String...) -> Look<String> {
        run([folder + "/" + name] + words)
    }

    func sacctmgr(_ words: [String]) -> Look<String> {
        run([cluster.sacctmgr] + cluster.sacctmgrArguments + words)
    }

    private func run(_ command: [String]) -> Look<String> {
        let variables = cluster.gaugeEnvironment.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }
        let whole = variables.isEmpty ? command : ["/usr/bin/env"] + variables + command
        do {
            let ran = try surroundings.run(whole, Double(cluster.deadlineSeconds))
            guard ran.isGood else { return .unseen(ran.complaint) }
            return .seen(ran.output)
        } catch {
            return .unseen((error as? Failure)?.message ?? "\(error)")
        }
    }
}

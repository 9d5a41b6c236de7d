/// What `--check` finds wrong with a cluster of the settings: its gauge, Slurm's commands, the
/// slurm.conf that is read, and the name that stands in it.

import Collector
import Foundation
import SiteFiles

/// Looks at files alone; asks nobody.
func clusterFindings(_ settings: Settings, at index: Int) -> [StartFinding] {
    let cluster = settings.clusters[index]
    let look = ClusterLook(cluster: cluster, path: "cluster[\(index)]")
    let scontrol = Command(
        key: "scontrol", program: cluster.scontrol, arguments: cluster.scontrolArguments,
        usual: "/usr/bin/scontrol", need: settings.start.late == .hold ? "[start] late" : nil,
        use: "no job that was held is let go, and no reservation made")
    let sacctmgr = Command(
        key: "sacctmgr", program: cluster.sacctmgr, arguments: cluster.sacctmgrArguments,
        usual: "/usr/bin/sacctmgr", need: settings.keepsLimits(of: cluster) ? "[backstop]" : nil,
        use: "no limit is kept in slurmdbd")
    return [
        look.gaugeFinding, look.configFinding, look.finding(scontrol), look.finding(sacctmgr),
    ].compactMap(\.self)
}

/// Asks each cluster's Slurm for its name; one that gives no answer is told, and is no error.
func slurmFindings(_ settings: Settings) -> [StartFinding] {
    settings.clusters.indices.compactMap { index in
        let look = ClusterLook(cluster: settings.clusters[index], path: "cluster[\(index)]")
        guard look.gaugeFinding == nil, look.configFinding == nil else { return nil }
        return look.nameFinding
    }
}

/// One of Slurm's, by which atolld changes something.
private struct Command {
    let key: String
    let program: String
    let arguments: [String]
    let usual: String
    /// What of the settings can't do without it; nil: nothing.
    let need: String?
    /// What is not done without it.
    let use: String
}

private struct ClusterLook {
    let cluster: Settings.Cluster
    let path: String

    private func finding(
        _ key: String, _ text: String, _ kind: StartFinding.Kind = .gauge
    ) -> StartFinding {
        StartFinding(kind: kind, path: "\(path).\(key)", text: text)
    }

    var gaugeFinding: StartFinding? {
        runProblem(cluster.gauge).map { why in
            finding(
                "gauge",
                "\(cluster.gauge) can't be run, so nothing is read of \(cluster.name): \(why). As "
                    + "root: install -m 755 .build/release/atoll-gauge \(cluster.gauge), or say "
                    + "under [[cluster]] where it is: gauge = \"PATH\"")
        }
    }

    /// The slurm.conf that is named for the gauge; nil: none is, and libslurm looks for one itself.
    private var named: (file: String, isSetting: Bool)? {
        if let file = cluster.gaugeEnvironment["SLURM_CONF"] { return (file, true) }
        return ProcessInfo.processInfo.environment["SLURM_CONF"].map { ($0, false) }
    }

    var configFinding: StartFinding? {
        guard let named, let why = readProblem(named.file) else { return nil }
        let place = named.isSetting ? "gauge_environment" : "the environment"
        return finding(
            "gauge_environment.SLURM_CONF",
            "SLURM_CONF of \(place) names \(named.file), which can't be read, so nothing is read of "
                + "\(cluster.name): \(why). Say under [[cluster]] where slurm.conf is: "
                + "gauge_environment = { SLURM_CONF = \"PATH\" }")
    }

    func finding(_ command: Command) -> StartFinding? {
        let files = command.arguments.filter { $0.hasPrefix("/") && $0.hasSuffix(command.key) }
        let problems = ([command.program] + files).compactMap { file in
            runProblem(file).map { (file, $0) }
        }
        guard let (file, why) = problems.first else { return nil }
        let isWanted = command.need != nil || command.program != command.usual || !files.isEmpty
        let need = command.need.map { ", which \($0) needs" } ?? ""
        return finding(
            command.key,
            "\(file) can't be run\(need): \(why); \(command.use). Install Slurm's commands, or say "
                + "under [[cluster]] where it is: \(command.key) = \"PATH\"",
            isWanted ? .gauge : .notice)
    }

    var nameFinding: StartFinding? {
        let gauge = GaugeCommand(
            program: cluster.gauge, arguments: cluster.gaugeArguments,
            environment: cluster.gaugeEnvironment,
            deadlineSeconds: min(cluster.deadlineSeconds, 10))
        do {
            guard let name = try gauge.clusterName() else {
                return finding("name", notChecked("slurmctld names no cluster"), .notice)
            }
            return name == cluster.name ? nil : otherName(name, "as slurmctld says")
        } catch {
            // What slurmctld will read when it is back.
            let file = named?.file ?? "/etc/slurm/slurm.conf"
            guard let name = clusterName(inFile: file) else {
                return finding("name", notChecked("\(error)"), .notice)
            }
            guard name == cluster.name.lowercased() else { return otherName(name, "in \(file)") }
            return finding(
                "name",
                "\(cluster.name)'s queue can't be read now: \(error). Its name was looked up in "
                    + "\(file); atolld goes on asking, `atoll status` tells when it is read",
                .notice)
        }
    }

    private func notChecked(_ why: String) -> String {
        "whether this Slurm is \(cluster.name) was not checked: \(why). atolld goes on asking; "
            + "`atoll status` tells when it is read"
    }

    private func otherName(_ name: String, _ place: String) -> StartFinding {
        finding(
            "name",
            "the cluster of this Slurm is \(name), \(place): nothing is read of \(cluster.name). "
                + "Say under [[cluster]] name = \"\(name)\", or, where a host knows several, which "
                + "slurm.conf is its: gauge_environment = { SLURM_CONF = \"PATH\" }")
    }
}

/// ClusterName of a slurm.conf, in small letters as Slurm takes it; files that it includes are not
/// read.
func clusterName(inFile path: String) -> String? {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
    for line in text.split(separator: "\n") {
        let words = line.prefix { $0 != "#" }.split(separator: "=", maxSplits: 1)
        guard words.count == 2,
            words[0].trimmingCharacters(in: .whitespaces).lowercased() == "clustername",
            let name = words[1].split(whereSeparator: \.isWhitespace).first
        else { continue }
        return name.filter { $0 != "\"" }.lowercased()
    }
    return nil
}

extension Settings {
    fileprivate func keepsLimits(of cluster: Cluster) -> Bool {
        cluster.backstop == .default ? backstop.limit != .off : cluster.backstop != .off
    }
}

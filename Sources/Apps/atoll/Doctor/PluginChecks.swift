/// The steps about what asks at submission: listed, last, there, of the right versions, loaded.

import Reports
import SiteFiles
import Units
import Wire

extension ClusterExamination {
    static let restart = "systemctl restart slurmctld"

    /// What of JobSubmitPlugins asks atolld; nil: nothing does.
    func asker(_ conf: SlurmSettings) -> String? {
        let plugins = conf.list("JobSubmitPlugins")
        if plugins.contains("atoll") { return "atoll" }
        let script = try? surroundings.read(conf.beside("job_submit.lua"))
        let calls = script?.split(separator: "\n").contains { line in
            line.split(separator: "--", maxSplits: 1, omittingEmptySubsequences: false)[0]
                .contains("atoll")
        }
        return plugins.contains("lua") && calls == true ? "lua" : nil
    }

    func listedCheck(_ conf: SlurmSettings) -> Check {
        let listed = conf.list("JobSubmitPlugins")
        switch asker(conf) {
        case "atoll": return .ok(.pluginListed, "JobSubmitPlugins=" + listed.joined(separator: ","))
        case .some: return .ok(.pluginListed, "\(conf.beside("job_submit.lua")) calls atoll.lua")
        case nil:
            let status = try? whole.status.get()
            let mode = status?.clusters.first { $0.name == cluster.name }?.mode
            if mode == "observe" { return .skipped(.pluginListed, "observe needs none") }
            let line = (listed + ["atoll"]).joined(separator: ",")
            return .failed(
                .pluginListed,
                "slurmctld does not ask about submissions: JobSubmitPlugins="
                    + listed.joined(separator: ","),
                remedy: "make -C plugins/job_submit install\n"
                    + "JobSubmitPlugins=\(line)     # \(conf.path)\n\(Self.restart)")
        }
    }

    func lastCheck(_ conf: SlurmSettings) -> Check {
        guard let asker = asker(conf) else { return .skipped(.pluginLast, "it is not listed") }
        let listed = conf.list("JobSubmitPlugins")
        guard listed.last != asker else { return .ok(.pluginLast, "\(asker) is the last") }
        let line = (listed.filter { $0 != asker } + [asker]).joined(separator: ",")
        return .failed(
            .pluginLast,
            "JobSubmitPlugins=\(listed.joined(separator: ",")): what comes after "
                + "\(asker) changes a job that was priced already",
            remedy: "JobSubmitPlugins=\(line)     # \(conf.path)\n\(Self.restart)")
    }

    func fileCheck(_ conf: SlurmSettings) -> Check {
        guard asker(conf) == "atoll" else {
            return .skipped(.pluginFile, "the plugin in C is not listed")
        }
        let folders = (conf["PluginDir"] ?? "").split(separator: ":").map(String.init)
        let paths = folders.map { $0 + "/job_submit_atoll.so" }
        let install =
            "make -C plugins/job_submit install PLUGINDIR=\(folders.last ?? "")     # with the "
            + "headers of Slurm \(release ?? "that runs")\n\(Self.restart)"
        guard let path = paths.first(where: { machine.look($0) != nil }) else {
            return .failed(
                .pluginFile,
                "no job_submit_atoll.so in \(folders.joined(separator: ":")): "
                    + "slurmctld ends at its next start", remedy: install)
        }
        guard let bytes = try? machine.head(path, 8 << 20) else {
            return .skipped(.pluginFile, "\(path) can't be read")
        }
        let symbols = ELFSymbols(bytes)
        return Self.judge(
            path: path, builtFor: symbols?.number("plugin_version"),
            release: symbols?.text("atoll_version"), runs: release, remedy: install)
    }

    /// - Parameters:
    ///   - builtFor: SLURM_VERSION_NUMBER of the headers.
    ///   - runs: slurmctld's release, to the micro release, as it compares itself.
    static func judge(
        path: String, builtFor: Int?, release: String?, runs: String?, remedy: String
    ) -> Check {
        guard let builtFor else {
            return .failed(.pluginFile, "\(path) is no plugin of Slurm's", remedy: remedy)
        }
        let micro = builtFor & 0xff
        let (major, minor) = (builtFor >> 16, builtFor >> 8 & 0xff)
        let built = "\(major).\(minor < 10 ? "0" : "")\(minor).\(micro)"
        if let runs, runs.prefix(while: { $0.isNumber || $0 == "." }) != built[...] {
            return .failed(
                .pluginFile,
                "\(path) was built for Slurm \(built), slurmctld is \(runs) and would "
                    + "end at its next start", remedy: remedy)
        }
        guard release == Atoll.release else {
            return .warn(
                .pluginFile,
                "\(path) is of Atoll \(release ?? "before 0.1.0"), this is "
                    + Atoll.release, remedy: remedy)
        }
        return .ok(.pluginFile, "\(path), Atoll \(Atoll.release) for Slurm \(built)")
    }

    /// What slurmctld has mapped says what it runs, whatever lies in its folder by now.
    func loadedCheck(_ conf: SlurmSettings) -> Check {
        guard asker(conf) == "atoll" else {
            return .skipped(.pluginLoaded, "the plugin in C is not listed")
        }
        if let problem = controllerProblem {
            return .skipped(
                .pluginLoaded,
                gaugeRelease.value == nil ? problem : "slurmctld does not answer")
        }
        let pidFile = conf["SlurmctldPidFile"] ?? "/var/run/slurmctld.pid"
        let pid = (try? surroundings.read(pidFile)).flatMap { text in
            Int(text.filter { !$0.isWhitespace })
        }
        guard let pid, let maps = try? surroundings.read("/proc/\(pid)/maps"), !maps.isEmpty else {
            return .skipped(.pluginLoaded, "only root on slurmctld's host can see that")
        }
        let lines = maps.split(separator: "\n").filter { $0.contains("/job_submit_atoll.so") }
        guard let line = lines.first else {
            return .failed(
                .pluginLoaded, "slurmctld (pid \(pid)) runs without it", remedy: Self.restart)
        }
        guard !line.hasSuffix("(deleted)") else {
            return .warn(
                .pluginLoaded, "slurmctld (pid \(pid)) still runs the one that was there before",
                remedy: Self.restart)
        }
        return .ok(.pluginLoaded, "in slurmctld, pid \(pid)")
    }

    /// The plugin tells slurmctld's log when it was not answered, and when it was again.
    func answersCheck(_ conf: SlurmSettings) -> Check {
        guard asker(conf) != nil else { return .skipped(.pluginAnswers, "nothing asks") }
        guard let path = conf["SlurmctldLogFile"], let text = try? machine.tail(path, 4 << 20)
        else {
            return .skipped(.pluginAnswers, "slurmctld's log can't be read here; run it as root")
        }
        let since = Instant(epochSeconds: surroundings.clock.now.epochSeconds - 86_400)
        return Self.judge(
            log: text, since: surroundings.clock.text(since), path: path,
            isUp: whole.isReached)
    }

    /// - Parameter since: as the log begins its lines, `2026-11-21T22:57:17`.
    static func judge(log: String, since: String, path: String, isUp: Bool) -> Check {
        var (unanswered, overdue) = (0, 0)
        var (last, isAway) = ("", false)
        for line in log.split(separator: "\n") where line.contains("job_submit/atoll") {
            let at = line.drop { $0 == "[" }.prefix(19)
            guard at >= since[...] else { continue }
            if line.contains("atolld can't be reached") {
                unanswered += 1
                if line.contains("within the deadline") { overdue += 1 }
                (last, isAway) = (String(at), true)
            } else if line.contains("answers again") {
                isAway = false
            }
        }
        guard unanswered > 0 else {
            return .ok(.pluginAnswers, "slurmctld's log has no silence of atolld in the last day")
        }
        let why = overdue > 0 ? ", \(overdue) times over the deadline" : ""
        let now = isAway && isUp ? "; it has not asked since" : ""
        return .warn(
            .pluginAnswers,
            "atolld went silent \(unanswered) times in the last day\(why), last at \(last)\(now)",
            remedy: "grep job_submit/atoll \(path)\njournalctl -u atolld -S -1d")
    }
}

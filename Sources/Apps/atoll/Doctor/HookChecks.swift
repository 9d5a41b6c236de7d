/// The hooks of starts: used where something needs them, runnable, and with all that they need.

import Client
import SiteFiles
import Units
import Wire

/// How a script of the site's calls `atoll hook prolog-slurmctld`.
struct HookLine: Equatable {
    /// `atoll`, or its path.
    var program: String
    /// The folders where the script looks for programs.
    var folders: [String]
    private var options: [String: String] = [:]

    /// nil: the script does not call it.
    init?(script: String) {
        var found: [Substring]?
        var path = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"
        for line in script.replacing("\\\n", with: " ").split(separator: "\n") {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            for word in words where word.hasPrefix("PATH=") {
                path = word.dropFirst("PATH=".count).filter { !"\"';".contains($0) }
            }
            if found == nil, let hook = words.firstIndex(of: "hook"), hook > 0,
                words[(hook + 1)...].first == "prolog-slurmctld"
            {
                found = Array(words[(hook - 1)...])
            }
        }
        guard let found else { return nil }
        program = String(found[0])
        folders = path.split(separator: ":").map(String.init)
        var words = found[3...]
        while let word = words.popFirst() {
            guard word.hasPrefix("--") else { continue }
            let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1)
            guard let key = parts.first else { continue }
            let value = parts.count > 1 ? parts[1] : words.popFirst()
            options[String(key)] = value.map { $0.filter { !"\"'".contains($0) } }
        }
    }

    /// What stands behind `--NAME`; nil: it is not said.
    subscript(option: String) -> String? { options[option] }
}

extension ClusterExamination {
    func startsCheck(_ conf: SlurmSettings) -> Check {
        let hooks = ["PrologSlurmctld", "EpilogSlurmctld"].compactMap { key in
            // Slurm 23.11 and later print a list with numbers.
            conf[key].map { value in
                (key: key, path: value.split(separator: ",").first.map(String.init) ?? value)
            }
        }
        let isHere = machine.look(conf.path) != nil
        for hook in hooks where hook.path.hasPrefix("/") && isHere {
            guard isProgram(hook.path) else {
                return .failed(
                    .starts,
                    "\(hook.key)=\(hook.path) is no program that can be run: Slurm requeues "
                        + "every job",
                    remedy: "install -D -m 755 plugins/prolog/"
                        + (hook.key == "PrologSlurmctld" ? "prolog" : "epilog")
                        + "-slurmctld.sh \(hook.path)")
            }
        }
        let prolog = hooks.first { $0.key == "PrologSlurmctld" }
        let script = prolog.flatMap { try? surroundings.read($0.path) }
        if let prolog, let script, script.contains("atoll") {
            if isHere, let line = HookLine(script: script) {
                return startsCheck(line, of: prolog.path, conf)
            }
            return .ok(.starts, "\(prolog.path) asks before a job starts")
        }
        guard let late = whole.heldAtStart.first else {
            return .skipped(
                .starts,
                prolog == nil
                    ? "no PrologSlurmctld: starts are not asked about"
                    : "PrologSlurmctld is another's: starts are not asked about")
        }
        return .failed(
            .starts, "allocation \(late) holds at the start, but no PrologSlurmctld asks",
            remedy: "install -D -m 755 plugins/prolog/prolog-slurmctld.sh "
                + "/etc/slurm/atoll/prolog-slurmctld.sh\nPrologSlurmctld=/etc/slurm/atoll/"
                + "prolog-slurmctld.sh     # \(conf.path)\n\(Self.restart)")
    }

    /// Whether what the script calls finds all that it needs, as SlurmUser.
    private func startsCheck(_ line: HookLine, of path: String, _ conf: SlurmSettings) -> Check {
        let settingsPath = line["settings"] ?? conf.beside("job_submit_atoll.conf")
        let told = PluginSettings((try? surroundings.read(settingsPath)) ?? "")
        let policy = line["when-unreachable"] ?? told.values["when_unreachable"] ?? "admit"
        let outcome =
            policy == "refuse"
            ? "every start goes back into the queue, for good" : "every job starts unasked"
        func failed(_ what: String, _ remedy: String) -> Check {
            .failed(.starts, "\(path): \(what): \(outcome)", remedy: remedy)
        }
        func option(_ words: String) -> String {
            "atoll hook prolog-slurmctld \(words)     # \(path)"
        }
        let asks = line.program
        let places = asks.contains("/") ? [asks] : line.folders.map { "\($0)/\(asks)" }
        guard isUnknown(asks) || places.contains(where: { isUnknown($0) || isProgram($0) }) else {
            return .failed(
                .starts,
                asks.contains("/")
                    ? "\(path): \(asks) is no program that can be run: every job starts unasked"
                    : "\(path): no \(asks) in \(line.folders.joined(separator: ":")): every job "
                        + "starts unasked",
                remedy: "install -m 755 .build/release/atoll /usr/bin/atoll")
        }
        let gauge = line["gauge"] ?? HookOptions.usualGauge
        guard isUnknown(gauge) || isProgram(gauge) else {
            return failed(
                "\(gauge), which reads the job, is no program that can be run",
                option("--gauge \(gauge == cluster.gauge ? "PATH" : cluster.gauge)"))
        }
        let folder = line["slurm-commands"] ?? HookOptions.usualSlurmCommands
        guard isUnknown(folder) || isProgram("\(folder)/scontrol") else {
            return .failed(
                .starts, "\(path): no scontrol in \(folder): no job can be held back",
                remedy: option("--slurm-commands FOLDER"))
        }
        let socket = line["socket"] ?? told.values["socket"] ?? SocketClient.defaultPath
        guard isUnknown(socket) || socket == whole.socket else {
            return failed(
                "it asks at \(socket), atolld listens at \(whole.socket)",
                "socket = \(whole.socket)     # \(settingsPath)")
        }
        if let problem = askerProblem(conf, socket) {
            return failed(problem.found, problem.remedy)
        }
        return .ok(.starts, "\(path) asks before a job starts, and has what it needs")
    }

    /// Why SlurmUser would get no answer; nil: it would.
    private func askerProblem(
        _ conf: SlurmSettings, _ socket: String
    ) -> (found: String, remedy: String)? {
        // slurm(64030)
        guard let user = conf["SlurmUser"], whole.isReached else { return nil }
        let parts = user.split(whereSeparator: { "()".contains($0) }).map(String.init)
        guard let name = parts.first else { return nil }
        let number = parts.count > 1 ? UInt32(parts[1]) : surroundings.lookUpUser(name)
        guard let number else { return nil }
        guard machine.mayConnect(socket, number) else {
            return ("\(name) may not connect to \(socket)", "chmod 666 \(socket)")
        }
        let hooks = settings.access.hooks
        guard whole.settingsCheck.state == .ok else { return nil }
        guard hooks.contains(where: { $0 == name || surroundings.lookUpUser($0) == number }) else {
            return (
                "\(name) is not in [access] hooks",
                "hooks = [\((hooks + [name]).map { "\"\($0)\"" }.joined(separator: ", "))]     "
                    + "# [access] of \(whole.options.config)\nsystemctl reload atolld"
            )
        }
        return nil
    }

    private func isProgram(_ path: String) -> Bool {
        guard let sight = machine.look(path) else { return false }
        return sight.kind == .file && sight.mode & 0o111 != 0
    }

    /// A shell would put something else in its place.
    private func isUnknown(_ word: String) -> Bool { word.contains { "$`*".contains($0) } }
}

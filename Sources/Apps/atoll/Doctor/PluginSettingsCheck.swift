/// job_submit_atoll.conf: read by the plugin's own rules, and held against atolld's settings.

import SiteFiles
import Units
import Wire

/// What the file says. The rules are those of `plugins/job_submit/settings.c`, which keeps a faulty
/// key's default and tells slurmctld's log.
struct PluginSettings: Equatable {
    struct Problem: Equatable {
        var line: Int
        var key: String
        var what: String
    }

    private(set) var values: [String: String] = [:]
    private(set) var problems: [Problem] = []

    init(_ text: String) {
        var number = 0
        let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        for line in lines {
            number += 1
            // Its buffer has 1,024 bytes, the end of the line and of the text among them.
            guard line.utf8.count < 1_023 else {
                complain(number, "line", "is too long; the rest of the file is left out")
                break
            }
            read(line.prefix { $0 != "#" }, number)
        }
    }

    private mutating func complain(_ line: Int, _ key: String, _ what: String) {
        problems.append(Problem(line: line, key: key, what: what))
    }

    private mutating func read(_ line: Substring, _ number: Int) {
        let said = trimmed(line)
        guard !said.isEmpty else { return }
        guard let equals = said.firstIndex(of: "=") else {
            return complain(number, String(said), "expected key = value")
        }
        let key = String(trimmed(said[..<equals]))
        var value = trimmed(said[said.index(after: equals)...])
        if value.utf8.count >= 2, value.first == "\"", value.last == "\"" {
            value = value.dropFirst().dropLast()
        }
        guard !value.isEmpty else { return complain(number, key, "has no value") }
        if let what = Self.problem(of: key, String(value)) {
            return complain(number, key, what)
        }
        values[key] = String(value)
    }

    /// What is wrong with a value; nil: nothing.
    private static func problem(of key: String, _ value: String) -> String? {
        func within(_ range: ClosedRange<Int64>) -> String? {
            let digits = value.hasPrefix("+") ? String(value.dropFirst()) : value
            if let number = Int64(digits), range.contains(number) { return nil }
            return "must be a whole number from \(range.lowerBound) to \(range.upperBound)"
        }
        func shorter(than bytes: Int) -> String? {
            value.utf8.count < bytes ? nil : "is too long"
        }
        switch key {
        case "cluster", "daemon_user": return shorter(than: 64)
        case "socket":
            return value.hasPrefix("/") ? shorter(than: 108) : "must be an absolute path"
        case "deadline_ms": return within(1...5_000)
        case "breaker_failures": return within(1...1_000)
        case "breaker_pause_s": return within(1...3_600)
        case "when_unreachable":
            return ["admit", "refuse"].contains(value) ? nil : "must be admit or refuse"
        default: return "no such setting"
        }
    }

    private func trimmed(_ text: Substring) -> Substring {
        var rest = text.drop { $0.isWhitespace }
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return rest
    }
}

extension PluginSettings.Problem {
    /// What the line may be instead.
    fileprivate var remedy: String {
        switch key {
        case "deadline_ms": "deadline_ms = 100     # 1 to 5000"
        case "breaker_failures": "breaker_failures = 3     # 1 to 1000"
        case "breaker_pause_s": "breaker_pause_s = 10     # 1 to 3600"
        case "when_unreachable": "when_unreachable = admit     # or refuse"
        case "socket": "socket = /run/atoll/atoll.sock"
        default: "take the line away; config/job_submit_atoll.conf has all settings"
        }
    }
}

extension ClusterExamination {
    func pluginSettingsCheck(_ conf: SlurmSettings) -> Check {
        guard asker(conf) != nil else { return .skipped(.pluginSettings, "nothing asks") }
        let path = conf.beside("job_submit_atoll.conf")
        let text = try? surroundings.read(path)
        if text == nil, machine.look(conf.path) == nil {
            return .skipped(.pluginSettings, "\(path) is on another host, or not yours to read")
        }
        let told = PluginSettings(text ?? "")
        var found = told.problems.map { "\(path):\($0.line): \($0.key): \($0.what)" }
        var remedies = told.problems.map { "\($0.remedy)     # \(path):\($0.line)" }
        if let last = found.indices.last { found[last] += "; the default counts instead" }
        func differs(_ key: String, _ is: String, _ should: String) {
            // A faulty line of the same key has its remedy already.
            remedies.removeAll { $0.hasPrefix("\(key) = ") }
            let whose = key == "cluster" ? "slurm.conf's" : "atolld's"
            found.append("\(path): \(key) is \(`is`), \(whose) is \(should)")
            remedies.append("\(key) = \(should)     # \(path)")
        }
        let socket = told.values["socket"] ?? "/run/atoll/atoll.sock"
        if socket != whole.socket { differs("socket", socket, whole.socket) }
        // By default it is ClusterName, which is a step of its own.
        // Where atolld's is not slurm.conf's, the plugin is not to follow it.
        let right = conf["ClusterName"] ?? cluster.name
        if let name = told.values["cluster"], !right.isEmpty, name != right {
            differs("cluster", name, right)
        }
        let user = told.values["daemon_user"] ?? "atoll"
        if let daemon = whole.daemon.value, user != daemon.user, user != "\(daemon.userID)" {
            differs("daemon_user", user, daemon.user)
        }
        guard found.isEmpty else {
            return .failed(
                .pluginSettings, found.joined(separator: "; "),
                remedy: remedies.joined(separator: "\n"))
        }
        let deadline = told.values["deadline_ms"] ?? "100"
        let policy = told.values["when_unreachable"] ?? "admit"
        return .ok(
            .pluginSettings, "asks at \(socket) for at most \(deadline) ms; else: \(policy)")
    }
}

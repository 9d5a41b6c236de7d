/// Which settings count only when the daemon is started again.

import Foundation
import SiteFiles

/// A setting as the daemon runs with it, and as its file has it by now.
struct WaitingSetting: Equatable {
    /// `[server] socket`, `[[cluster]] reef: poll_seconds`.
    let key: String
    let running: String
    let file: String
}

extension Settings {
    /// What of these settings differs from those of the start and does not count before the next.
    func countingAfterRestart(of started: Settings) -> [WaitingSetting] {
        let (before, after) = (started.values, values)
        return Set(before.keys).union(after.keys).sorted().filter { key in
            before[key] != after[key] && !Self.countsAtOnce(key)
        }.map { key in
            WaitingSetting(
                key: key, running: before[key] ?? "not there", file: after[key] ?? "not there")
        }
    }

    /// As `Policy`, `watchRules` and `LogLevels` take them up at SIGHUP.
    private static func countsAtOnce(_ key: String) -> Bool {
        if key.hasPrefix("[server]") || key == "[backstop] look_seconds" { return false }
        guard key.hasPrefix("[[cluster]]") else { return true }
        return ["cutover", "reservations", "backstop"].contains { key.hasSuffix(": \($0)") }
    }

    /// By section and key; a cluster's under its name.
    private var values: [String: String] {
        var values: [String: String] = [:]
        var section = ""
        for line in text.split(separator: "\n") {
            guard let equals = line.range(of: " = "), !line.hasPrefix("[") else {
                section = String(line)
                continue
            }
            let (key, value) = (line[..<equals.lowerBound], String(line[equals.upperBound...]))
            if section == "[[cluster]]", key == "name" {
                section += " " + value.filter { $0 != "\"" } + ":"
            }
            values["\(section) \(key)"] = value
        }
        return values
    }
}

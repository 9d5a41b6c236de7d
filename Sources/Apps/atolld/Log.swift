/// Structured logging to stderr: text for people and the journal, or one JSON object a line.

import Foundation
import Glibc
import Logging
import SiteFiles
import Synchronization

func makeLogger(_ settings: Settings.Log) -> Logger {
    LogLevels.now = settings
    return Logger(label: "atolld") { LineLogger(label: $0) }
}

/// What every logger follows; SIGHUP changes it.
enum LogLevels {
    private static let settings = Mutex(Settings().log)
    static var now: Settings.Log {
        get { settings.withLock { $0 } }
        set { settings.withLock { $0 = newValue } }
    }
}

extension Logger {
    /// The same, with the room that speaks.
    func labelled(_ room: String) -> Logger {
        var logger = self
        logger[metadataKey: "room"] = "\(room)"
        return logger
    }
}

struct LineLogger: LogHandler {
    let label: String
    var metadata: Logger.Metadata = [:]

    var logLevel: Logger.Level {
        get { Logger.Level(rawValue: LogLevels.now.level.rawValue) ?? .info }
        // The settings decide, for every logger alike.
        set {}
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var all = metadata
        if let more = event.metadata { all.merge(more) { _, new in new } }
        let pairs = all.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") }
        let time = Date().ISO8601Format()
        let line: String
        if LogLevels.now.format == .json {
            let fields =
                [("time", time), ("level", event.level.rawValue), ("message", "\(event.message)")]
                + pairs
            line =
                "{" + fields.map { quoted($0.0) + ":" + quoted($0.1) }.joined(separator: ",") + "}"
        } else {
            let tail = pairs.map { " \($0.0)=\(plain($0.1))" }.joined()
            // The journal has times and priorities of its own (sd-daemon(3)).
            let front = Self.isJournal ? "<\(event.level.priority)>" : "\(time) "
            line = "\(front)\(event.level) \(event.message)\(tail)"
        }
        writeToStandardError(line + "\n")
    }

    /// Whether stderr is the journal's, as systemd tells its services.
    private static let isJournal: Bool = {
        guard let told = getenv("JOURNAL_STREAM").map({ String(cString: $0) }) else { return false }
        var file = stat()
        guard fstat(STDERR_FILENO, &file) == 0 else { return false }
        return told == "\(file.st_dev):\(file.st_ino)"
    }()

    /// A value on one line, quoted where it has blanks.
    private func plain(_ text: String) -> String {
        text.contains { $0 == " " || $0 == "\"" || $0.isNewline } ? quoted(text) : text
    }

    private func quoted(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case _ where scalar.value < 0x20:
                out += "\\u" + String(format: "%04x", scalar.value)
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }
}

/// A log that can't be written (a full disk, a reader that has gone) must not end the daemon, as
/// Foundation's `FileHandle.write` would.
func writeToStandardError(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
        let count = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
        guard count >= 0 || errno == EINTR else { return }
        bytes = bytes.dropFirst(max(count, 0))
    }
}

extension Logger.Level {
    /// As syslog(3) counts.
    fileprivate var priority: Int {
        switch self {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}

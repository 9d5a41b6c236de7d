/// Structured logging to stderr: text for people and the journal, or one JSON object a line.

import Foundation
import Logging
import SiteFiles

func makeLogger(_ settings: Settings.Log) -> Logger {
    let level = Logger.Level(rawValue: settings.level.rawValue) ?? .info
    let isJSON = settings.format == .json
    return Logger(label: "atolld") { LineLogger(label: $0, logLevel: level, isJSON: isJSON) }
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
    var logLevel: Logger.Level
    let isJSON: Bool
    var metadata: Logger.Metadata = [:]

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
        if isJSON {
            let fields =
                [("time", time), ("level", event.level.rawValue), ("message", "\(event.message)")]
                + pairs
            line =
                "{" + fields.map { quoted($0.0) + ":" + quoted($0.1) }.joined(separator: ",") + "}"
        } else {
            let tail = pairs.map { " \($0.0)=\(plain($0.1))" }.joined()
            line = "\(time) \(event.level) \(event.message)\(tail)"
        }
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }

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

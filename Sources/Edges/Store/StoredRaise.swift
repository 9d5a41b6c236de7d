/// What a raise waits to see, as text: `limit=7200 qos=high size=1`; blanks in names are escaped.

import GRDB
import Ledger

extension Raise {
    var stored: String {
        var words: [String] = []
        func add(_ name: String, _ value: String?) {
            if let value { words.append(name + "=" + value.escaped) }
        }
        add("tasks", tasks)
        add("limit", timeLimitSeconds.map(String.init))
        add("partition", partition)
        add("qos", qos)
        add("account", account)
        add("at_once", tasksAtOnce.map(String.init))
        add("size", changesSize ? "1" : nil)
        return words.joined(separator: " ")
    }

    init(of claim: ClaimID, stored: String) throws {
        self.init(of: claim)
        for word in stored.split(separator: " ") {
            guard let equals = word.firstIndex(of: "=") else {
                throw DamagedRow(description: "a raise waits for \(stored)")
            }
            let value = String(word[word.index(after: equals)...]).unescaped
            switch word[..<equals] {
            case "tasks": tasks = value
            case "limit": timeLimitSeconds = Int64(value)
            case "partition": partition = value
            case "qos": qos = value
            case "account": account = value
            case "at_once": tasksAtOnce = Int64(value)
            case "size": changesSize = true
            default: throw DamagedRow(description: "a raise waits for \(stored)")
            }
        }
    }
}

extension String {
    fileprivate var escaped: String {
        map { $0 == "%" ? "%25" : $0 == " " ? "%20" : String($0) }.joined()
    }

    fileprivate var unescaped: String {
        var (text, rest) = ("", self[...])
        while let first = rest.first {
            if rest.hasPrefix("%20") || rest.hasPrefix("%25") {
                text += rest.hasPrefix("%20") ? " " : "%"
                rest = rest.dropFirst(3)
            } else {
                text.append(first)
                rest = rest.dropFirst()
            }
        }
        return text
    }
}

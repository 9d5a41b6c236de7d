/// The journal as hledger reads it (its manual, "Journal format").

import Units
import Wire

struct HledgerText: LedgerText {
    var isNameless = false
    private var declared: Set<String> = []
    private var lastDay = "1970-01-01"

    let heading = """
        ; Atoll's journal, for hledger. Dates are when an entry was recorded, in UTC.
        commodity 1000.000000 SU


        """

    mutating func transaction(_ entry: Row.Entry) -> String {
        lastDay = entry.recordedAt.dayText
        var (declarations, lines) = ("", "\(lastDay) * (\(entry.seq)) \(entry.kind)")
        lines += "  ; recorded:\(entry.recordedAt), effective:\(entry.effectiveAt)\n"
        if !isNameless {
            lines += "    ; actor:\(Self.tag(entry.actor))\n"
            if let reason = entry.reason { lines += "    ; reason:\(Self.tag(reason))\n" }
        }
        for posting in entry.postings {
            let from = account(posting.allocation, posting.from, &declarations)
            let to = account(posting.allocation, posting.to, &declarations)
            lines += "    \(from)  -\(posting.amount.plain) SU\n"
            lines += "    \(to)  \(posting.amount.plain) SU\(comment(posting))\n"
        }
        return declarations + lines + "\n"
    }

    mutating func assertions(_ end: Reply.Export) -> String {
        var (declarations, lines) = ("", "\(lastDay) * balances at entry \(end.head.onOneLine)\n")
        for lot in end.lots {
            for (bucket, amount) in lot.balances {
                let name = account(
                    lot.allocation, .init(lot: lot.lot, bucket: bucket), &declarations)
                lines += "    \(name)  0 SU = \(amount.plain) SU\n"
            }
        }
        return end.lots.isEmpty ? "" : declarations + lines
    }

    private func comment(_ posting: ExportedPosting) -> String {
        var tags: [String] = []
        if !isNameless {
            if let user = posting.user { tags.append("user:\(Self.tag(user))") }
            if let job = posting.job { tags.append("job:\(Self.tag(job))") }
        }
        if let resource = posting.resource { tags.append("resource:\(Self.tag(resource))") }
        return tags.isEmpty ? "" : "  ; " + tags.joined(separator: ", ")
    }

    /// A comma would end a tag's value.
    private static func tag(_ text: String) -> String {
        String(text.onOneLine.map { $0 == "," ? ";" : $0 })
    }

    private mutating func account(
        _ allocation: String, _ account: LedgerAccount?, _ declarations: inout String
    ) -> String {
        let name: String
        if let account {
            // Two blanks would end an account's name.
            let safe = String(
                allocation.map { $0.isLetter || $0.isNumber || "-_.".contains($0) ? $0 : "-" })
            let top =
                switch account.bucket {
                case "available", "held": "assets"
                case "withdrawn": "equity"
                default: "expenses"
                }
            name = "\(top):\(safe):lot\(account.lot):\(account.bucket)"
        } else {
            name = "equity:issued"
        }
        if declared.insert(name).inserted { declarations += "account \(name)\n" }
        return name
    }
}

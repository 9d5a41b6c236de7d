/// The journal as beancount reads it (its "Language Syntax").

import Units
import Wire

struct BeancountText: LedgerText {
    var isNameless = false
    private var opened: Set<String> = []
    private var last = Instant(epochSeconds: 0)

    let heading = """
        ; Atoll's journal, for beancount. Dates are when an entry was recorded, in UTC.
        option "title" "Atoll"
        option "operating_currency" "SU"


        """

    mutating func transaction(_ entry: Row.Entry) -> String {
        last = entry.recordedAt
        let reason = isNameless ? nil : entry.reason
        var (openings, lines) = ("", "\(last.dayText) * \"\(entry.kind)\"")
        lines += " \"\((reason ?? "").onOneLine.escaped)\"\n"
        lines += "  seq: \(entry.seq)\n"
        lines += "  recorded: \"\(entry.recordedAt)\"\n  effective: \"\(entry.effectiveAt)\"\n"
        if !isNameless { lines += "  actor: \"\(entry.actor.onOneLine.escaped)\"\n" }
        for posting in entry.postings {
            let from = account(posting.allocation, posting.from, &openings)
            let to = account(posting.allocation, posting.to, &openings)
            lines += "  \(from)  -\(posting.amount.plain) SU\n  \(to)  \(posting.amount.plain) SU\n"
            lines += metadata(posting)
        }
        return openings + lines + "\n"
    }

    mutating func assertions(_ end: Reply.Export) -> String {
        // A balance is that of the day's beginning.
        let day = last.advanced(bySeconds: 86_400).dayText
        var (openings, lines) = ("", "; balances at entry \(end.head.onOneLine)\n")
        for lot in end.lots {
            for (bucket, amount) in lot.balances {
                let name = account(lot.allocation, .init(lot: lot.lot, bucket: bucket), &openings)
                lines += "\(day) balance \(name)  \(amount.plain) ~ 0 SU\n"
            }
        }
        return openings + lines
    }

    private func metadata(_ posting: ExportedPosting) -> String {
        var lines = ""
        func add(_ key: String, _ value: String?) {
            if let value { lines += "    \(key): \"\(value.onOneLine.escaped)\"\n" }
        }
        if !isNameless {
            add("user", posting.user)
            add("job", posting.job)
        }
        add("resource", posting.resource)
        return lines
    }

    private mutating func account(
        _ allocation: String, _ account: LedgerAccount?, _ openings: inout String
    ) -> String {
        let name: String
        if let account {
            let top =
                switch account.bucket {
                case "available", "held": "Assets"
                case "withdrawn": "Equity"
                default: "Expenses"
                }
            name =
                "\(top):\(Self.component(allocation)):Lot\(account.lot):"
                + account.bucket.prefix(1).uppercased() + account.bucket.dropFirst()
        } else {
            name = "Equity:Issued"
        }
        if opened.insert(name).inserted { openings += "\(last.dayText) open \(name) SU\n" }
        return name
    }

    /// Letters, digits and dashes, a capital or a digit first; a lot's number keeps alike ones apart.
    private static func component(_ name: String) -> String {
        let safe = String(
            name.map { ($0.isASCII && ($0.isLetter || $0.isNumber)) || $0 == "-" ? $0 : "-" })
        guard let first = safe.first, first != "-" else { return "X" + safe }
        return first.uppercased() + safe.dropFirst()
    }
}

extension String {
    fileprivate var escaped: String {
        String(flatMap { $0 == "\\" ? ["\\", "\\"] : [$0] })
    }
}

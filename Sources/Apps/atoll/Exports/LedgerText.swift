/// What hledger's and beancount's texts have in common: one transaction an entry, two lines a
/// posting, and at the end what must stand in every account, for the program to check.

import Reports
import Units
import Wire

protocol LedgerText {
    /// At the top, before any entry.
    var heading: String { get }
    /// Keeps who used what out.
    var isNameless: Bool { get set }
    mutating func transaction(_ entry: Row.Entry) -> String
    /// Under the last entry.
    mutating func assertions(_ end: Reply.Export) -> String
}

extension Instant {
    /// `2026-07-01`, UTC.
    var dayText: String { String(description.prefix(10)) }
}

extension String {
    /// On one line, and without what would end a quoted string.
    var onOneLine: String {
        String(printable.map { $0.isNewline || $0 == "\"" ? " " : $0 })
    }
}

/// A quote as a table, in words, and as JSON.

import Reports
import Units
import Wire

/// One resource's part of the cost; where nothing is rated, the quote alone.
struct QuoteLine: Sendable {
    let quote: Reply.Quote
    let line: Reply.Quote.Line?

    static func lines(of quote: Reply.Quote) -> [QuoteLine] {
        guard !quote.lines.isEmpty else { return [QuoteLine(quote: quote, line: nil)] }
        return quote.lines.map { QuoteLine(quote: quote, line: $0) }
    }

    static let columns = Columns<QuoteLine>([
        Column("Account", .onRequest) { .text($0.quote.account) },
        Column("Allocation", .onRequest) { .text($0.quote.allocation) },
        Column("Resource") { .text($0.line?.resource ?? "free") },
        Column("Count") { Cell($0.line?.count) },
        Column("Unit") { Cell($0.line?.unit) },
        Column("SU") { .amount($0.line?.cost ?? .zero) },
        Column("Cost", .onRequest) { .amount($0.quote.cost) },
        Column("Available", .onRequest) { .amount($0.quote.available) },
        Column("Fits", .onRequest) { .text($0.quote.fits ? "yes" : "no") },
        Column("FitsMinutes", .onRequest) { Cell($0.quote.fitsMinutes) },
    ])

    /// Beneath the parts: their sum, and what there is for it.
    static func footer(of quote: Reply.Quote) -> [[Cell]] {
        [
            [.text("may cost"), .nothing, .nothing, .amount(quote.cost)],
            [.text("available"), .nothing, .nothing, .amount(quote.available)],
        ]
    }
}

extension Reply.Quote {
    /// The daemon's sentence, which has the reason where it doesn't fit, and its notes.
    var words: [String] {
        let sentences = message.split(separator: "\n").map { String($0).printable }
        let said = sentences.isEmpty ? [fits ? "It fits." : "It does not fit."] : sentences
        return said + notes.map { "note: \($0)".printable }
    }

    var json: JSONText {
        .object([
            .init("account", .string(account)),
            .init("allocation", .string(allocation)),
            .init("cost", Cell.amount(cost).json),
            .init("available", Cell.amount(available).json),
            .init("fits", .bool(fits)),
            .init("fits_minutes", Cell(fitsMinutes).json),
            .init(
                "lines",
                .array(
                    lines.map { line in
                        .object([
                            .init("resource", .string(line.resource)),
                            .init("count", Cell.count(line.count).json),
                            .init("unit", .string(line.unit)),
                            .init("su", Cell.amount(line.cost).json),
                        ])
                    })),
            .init("notes", .array(notes.map(JSONText.string))),
            .init("message", .string(message)),
        ])
    }
}

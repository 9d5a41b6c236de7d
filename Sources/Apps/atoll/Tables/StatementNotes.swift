/// What stands beneath a statement for who does not know the ledger's words: what is left, and what those
/// kinds are that occur and don't explain themselves.

import Reports
import Units
import Wire

extension StatementReport {
    var notes: [String] {
        let kinds = Set(rows.map(\.kind))
        let legend = Self.legend.filter { kinds.contains($0.kind) }
            .map { "\($0.kind): \($0.what)" }
        return [inShort].compactMap(\.self) + legend
    }

    /// In a sentence; nil: the closing line says it all.
    private var inShort: String? {
        if let user {
            return
                "These are \(user.printable)'s alone: opening and closing are their sums, not what is "
                + "left in \(allocation.printable)."
        }
        guard let held else { return nil }
        let left =
            closing < .zero
            ? "\(-closing) SU more \((-closing).isOne ? "was" : "were") used than there was credit"
            : "\(closing) SU of all grants so far \(closing.are) left"
        let rest =
            held > .zero
            ? "\(held) SU\(closing < .zero ? "" : " of them") \(held.are) held for jobs that wait or run"
            : "nothing is held for jobs"
        return "\(left); \(rest)."
    }

    private static let legend: [(kind: String, what: String)] = [
        ("others", "what other members used, in sum."),
        ("expiry", "credit whose time was over before it was used."),
        ("withdrawal", "credit that an operator took back."),
        ("pullback", "unused credit that a rule of the allocation took back."),
        ("correction", "a charge was put right; the amount is the difference, Detail says why."),
        ("rerate", "past usage was priced anew; the amount is the difference."),
        (
            "recall",
            "credit that had expired pays for usage that was learnt of late; its charge follows."
        ),
    ]
}

extension ServiceUnits {
    fileprivate var isOne: Bool { microSU == 1_000_000 }
    fileprivate var are: String { isOne ? "is" : "are" }
}

/// How single columns are read and written: windows, words, sets. A row that says something else is
/// damage, and named as such.

import GRDB
import Ledger
import Rates
import Registry
import Units

/// Something in the file that Atoll did not write so.
package struct DamagedRow: Error, CustomStringConvertible {
    package let description: String
}

func word<Word: RawRepresentable<String>>(_ row: Row, _ column: String) throws -> Word {
    let text: String = row[column]
    guard let word = Word(rawValue: text) else {
        throw DamagedRow(description: "\(column) is \"\(text)\"")
    }
    return word
}

func readWindow(_ row: Row) throws -> Interval {
    let start = Instant(epochSeconds: row["start"])
    let end = (row["end"] as Int64?).map(Instant.init(epochSeconds:))
    guard let window = Interval(start: start, end: end) else {
        throw DamagedRow(description: "a window ends before it starts")
    }
    return window
}

func tresCounts(_ row: Row, _ column: String) throws -> TRESCounts {
    let text: String = row[column]
    guard let counts = try? TRESCounts(parsing: text) else {
        throw DamagedRow(description: "\(column) is \"\(text)\"")
    }
    return counts
}

func rational(_ row: Row) throws -> Rational {
    try Rational(
        Int128(row["numerator"] as Int64), over: Int128(row["denominator"] as Int64))
}

func joined(_ names: Set<String>) -> String { names.sorted().joined(separator: ",") }

func split(_ text: String?) -> Set<String>? {
    text.map { Set($0.split(separator: ",").map(String.init)) }
}

extension Interval {
    /// nil for an open end.
    var storedEnd: Int64? { isOpenEnded ? nil : end.epochSeconds }
}

extension Suspensions {
    /// `100-160 200-`: from and to in epoch seconds, the last one open while it goes on; nil: none.
    var stored: String? {
        guard !isEmpty else { return nil }
        let over = intervals.map { "\($0.start.epochSeconds)-\($0.end.epochSeconds)" }
        return (over + (since.map { ["\($0.epochSeconds)-"] } ?? [])).joined(separator: " ")
    }

    init(stored text: String?) throws {
        guard let text else {
            self = .none
            return
        }
        var (intervals, since): ([Interval], Instant?) = ([], nil)
        for item in text.split(separator: " ") {
            let parts = item.split(separator: "-", omittingEmptySubsequences: false)
            guard parts.count == 2, let from = Int64(parts[0]), since == nil else {
                throw DamagedRow(description: "suspensions are \"\(text)\"")
            }
            let start = Instant(epochSeconds: from)
            if parts[1].isEmpty {
                since = start
            } else if let to = Int64(parts[1]),
                let interval = Interval(start: start, end: Instant(epochSeconds: to))
            {
                intervals.append(interval)
            } else {
                throw DamagedRow(description: "suspensions are \"\(text)\"")
            }
        }
        self.init(intervals: intervals, since: since)
    }
}

extension Pins {
    /// `3=1000000 7=500`: lot and micro-SU, lots in order.
    var stored: String {
        isEmpty ? "" : sorted.map { "\($0.lot)=\($0.amount.microSU)" }.joined(separator: " ")
    }

    init(stored text: String) throws {
        // What has ended has none.
        guard !text.isEmpty else {
            self = .none
            return
        }
        var amounts: [LotID: ServiceUnits] = [:]
        for item in text.split(separator: " ") {
            let parts = item.split(separator: "=")
            guard parts.count == 2, let lot = Int64(parts[0]), let amount = Int64(parts[1]),
                amount > 0
            else { throw DamagedRow(description: "pins are \"\(text)\"") }
            amounts[LotID(lot)] = ServiceUnits(microSU: amount)
        }
        self.init(amounts)
    }
}

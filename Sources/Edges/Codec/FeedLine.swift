/// One line of a feed's file as people and gateways write it: SU in decimals, dates in ISO 8601. The
/// contract is `docs/feed.md`.
///
/// Unlike on the wire, a field that is not known is an error: a grant must not lose its end to a
/// misspelt word.

import Requests
import Units
import Wire

package struct FeedLine: Hashable, Sendable {
    package let record: FeedRecord
    package let comment: String?

    /// - Parameter source: of lines that name none.
    /// - Throws: what is wrong, with the field's name; and the record's id where it could be read.
    package init(reading line: [UInt8], source: String?) throws(BadFeedLine) {
        var id: String?
        do {
            let document = try JSONScanner.scan(line)
            var fields = try Fields(Place(document: document, node: 0, parent: "", step: .top))
            id = try fields.required("record", as: RecordName.self).text
            comment = try fields.optional("comment")
            record = try FeedRecord(line: &fields, id: id ?? "", source: source)
        } catch let error as FieldError {
            let place = error.place.isEmpty ? "" : "\(error.place): "
            throw BadFeedLine(id: id, problem: place + error.problem)
        } catch let error as JSONError {
            throw BadFeedLine(
                id: nil, problem: "not JSON at byte \(error.offset): \(error.problem)")
        } catch {
            preconditionFailure("both kinds of error are caught above")
        }
    }
}

package struct BadFeedLine: Error, Hashable, Sendable {
    /// The record's, where it has one that can be read.
    package let id: String?
    package let problem: String
}

extension FeedRecord {
    fileprivate init(line fields: inout Fields, id: String, source: String?) throws(FieldError) {
        let kind: FeedKind = try fields.required("type")
        try fields.refuseUnknown(for: kind)
        guard let source = try fields.optional("source") ?? source else {
            throw fields.error("source", "missing; name it in the record or with --source")
        }
        self.init(
            source: source, id: id, project: try fields.required("project"),
            origination: try fields.optional("origination"),
            allocation: try fields.optional("allocation"),
            try FeedChange(kind, line: &fields))
    }
}

extension FeedChange {
    fileprivate init(_ kind: FeedKind, line fields: inout Fields) throws(FieldError) {
        switch kind {
        case .supplement:
            self = .supplement(
                try fields.units(), start: try fields.optional("start", as: ISODate.self)?.instant,
                end: try fields.end())
        case .extension:
            guard let end = try fields.end() else { throw fields.error("end", "missing") }
            self = .extension(end: end)
        case .transfer:
            let amount = try fields.units()
            let (to, from) = try fields.otherProject()
            self = .transfer(
                amount, to == nil ? .from : .to, project: to ?? from ?? "",
                allocation: to == nil
                    ? try fields.optional("from_allocation")
                    : try fields.optional("to_allocation"))
        case .adjustment: self = .adjustment(try fields.units())
        case .inactivation: self = .inactivation(try fields.optional("level") ?? .allocation)
        case .reactivation: self = .reactivation(try fields.optional("level") ?? .allocation)
        }
    }
}

extension FeedKind {
    fileprivate static let common: Set<String> = [
        "source", "record", "type", "project", "origination", "comment", "allocation",
    ]

    fileprivate var ownFields: Set<String> {
        switch self {
        case .supplement: ["su", "start", "end", "last_day"]
        case .extension: ["end", "last_day"]
        case .transfer:
            ["su", "to_project", "to_allocation", "from_project", "from_allocation"]
        case .adjustment: ["su"]
        case .inactivation, .reactivation: ["level"]
        }
    }
}

extension Fields {
    fileprivate func refuseUnknown(for kind: FeedKind) throws(FieldError) {
        let known = FeedKind.common.union(kind.ownFields)
        guard let odd = names.first(where: { !known.contains($0) }) else { return }
        throw FieldError(
            place: odd,
            problem: "a record of type \(kind.rawValue) has no such field; it has "
                + known.sorted().joined(separator: ", "))
    }

    fileprivate mutating func units() throws(FieldError) -> ServiceUnits {
        try required("su", as: DecimalUnits.self).amount
    }

    /// The first moment after it: said so, or by the last day that is in it.
    fileprivate mutating func end() throws(FieldError) -> Instant? {
        let end = try optional("end", as: ISODate.self)?.instant
        guard let last = try optional("last_day", as: ISODate.self) else { return end }
        guard end == nil else {
            throw error("last_day", "end is named, too; one of them is enough")
        }
        guard last.isDay else { throw error("last_day", "expected a day such as 2027-09-30") }
        return last.instant.advanced(bySeconds: 86_400)
    }
}

/// A record's id: a string, or an integer as it is written.
private struct RecordName: WireValue {
    let text: String

    init(at place: Place) throws(FieldError) {
        guard place.kind == .string || place.kind == .integer else {
            throw place.error("expected a string or an integer")
        }
        text = place.document.string(at: place.node)
    }

    func write(to writer: inout JSONWriter) { writer.string(text) }
}

/// SU as a plain decimal of at most six places, as a number or in a string.
private struct DecimalUnits: WireValue {
    let amount: ServiceUnits

    init(at place: Place) throws(FieldError) {
        guard [.integer, .fraction, .string].contains(place.kind),
            let amount = try? ServiceUnits(parsing: place.document.string(at: place.node))
        else {
            throw place.error(
                "expected SU in at most six decimals, below 1,000,000,000,000: 5000, 12.5, -300")
        }
        self.amount = amount
    }

    func write(to writer: inout JSONWriter) { writer.string(amount.plain) }
}

/// A day, or a moment, in UTC where no zone is named: the same wherever it is read.
private struct ISODate: WireValue {
    let instant: Instant
    let isDay: Bool

    init(at place: Place) throws(FieldError) {
        let text = try String(at: place)
        guard let instant = try? Instant(parsing: text), instant.epochSeconds >= 0 else {
            throw place.error("expected a date such as 2027-10-01 or 2027-10-01T00:00:00Z")
        }
        self.instant = instant
        isDay = text.utf8.count == 10
    }

    func write(to writer: inout JSONWriter) { writer.string(instant.description) }
}

/// An entry's payload: the rows it leaves and the postings it makes, as JSON.
///
/// `{"claims":[{"id":7,…}],"postings":[{"from":"3.available",…}]}`: tables and columns by name, null
/// columns left out, so that an old payload stays readable when a table grows.

import Foundation
import GRDB
import Ledger

enum Payload {
    /// Raised when a payload's shape changes; readers upcast older ones.
    static let version: Int64 = 1

    static func encode(rows: [RowImage], postings: [PostingRow]) -> Data {
        var json = JSONBytes()
        json.open("{")
        json.key("rows")
        json.open("[")
        for row in rows {
            json.open("{")
            json.field("table", row.shape.name)
            for (column, value) in zip(row.shape.columns, row.values) {
                switch value.storage {
                case .int64(let number): json.field(column, number)
                case .string(let text): json.field(column, text)
                case .null: break
                case .double, .blob: preconditionFailure("\(column): no such value in the books")
                }
            }
            json.close("}")
        }
        json.close("]")
        json.key("postings")
        json.open("[")
        for posting in postings { posting.write(to: &json) }
        json.close("]")
        json.close("}")
        return Data(json.bytes)
    }

    static func decode(
        _ payload: Data, version: Int64
    ) throws -> (rows: [RowImage], postings: [PostingRow]) {
        guard version == Self.version,
            let object = try JSONSerialization.jsonObject(with: payload) as? [String: Any],
            let rows = object["rows"] as? [[String: Any]],
            let postings = object["postings"] as? [[String: Any]]
        else { throw DamagedRow(description: "a payload of version \(version) can't be read") }
        return (try rows.map(row), try postings.map { try PostingRow($0) })
    }

    private static func row(_ object: [String: Any]) throws -> RowImage {
        guard let name = object["table"] as? String, let shape = TableShape.named[name] else {
            throw DamagedRow(description: "a payload names no known table")
        }
        let values = shape.columns.map { column -> DatabaseValue in
            switch object[column] {
            case let text as String: text.databaseValue
            case let number as NSNumber: number.int64Value.databaseValue
            default: .null
            }
        }
        return RowImage(shape, values: values)
    }
}

extension PostingRow {
    fileprivate func write(to json: inout JSONBytes) {
        json.open("{")
        if let fromLot { json.field("from_lot", fromLot) }
        json.field("from", fromName)
        json.field("to_lot", toLot)
        json.field("to", toBucket.rawValue)
        json.field("amount", amount)
        json.field("allocation", allocation)
        for (name, number) in [
            ("user", user), ("claim", claim), ("run", run), ("resource", resource),
            ("rate", rate), ("usage_start", usageStart), ("usage_end", usageEnd),
            ("unit_seconds", unitSeconds),
        ] {
            if let number { json.field(name, number) }
        }
        if let cluster { json.field("cluster", cluster) }
        json.close("}")
    }

    fileprivate init(_ object: [String: Any]) throws {
        func number(_ key: String) -> Int64? { (object[key] as? NSNumber)?.int64Value }
        let fromLot = number("from_lot")
        guard let from = object["from"] as? String,
            let to = (object["to"] as? String).flatMap(Bucket.init(rawValue:)),
            let toLot = number("to_lot"), let amount = number("amount"),
            let allocation = number("allocation")
        else { throw DamagedRow(description: "a posting in a payload can't be read") }
        let fromBucket = Bucket(rawValue: from)
        guard (fromBucket == nil) == (from == Self.issue), (fromBucket == nil) == (fromLot == nil)
        else { throw DamagedRow(description: "a posting in a payload comes from \(from)") }
        (self.fromLot, self.fromBucket) = (fromLot, fromBucket)
        (self.toLot, toBucket, self.amount) = (toLot, to, amount)
        self.allocation = allocation
        (user, claim, run) = (number("user"), number("claim"), number("run"))
        cluster = object["cluster"] as? String
        (resource, rate) = (number("resource"), number("rate"))
        (usageStart, usageEnd) = (number("usage_start"), number("usage_end"))
        unitSeconds = number("unit_seconds")
    }
}

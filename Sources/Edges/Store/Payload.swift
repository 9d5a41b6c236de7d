/// An entry's payload: the rows it leaves and the postings it makes, as JSON.
///
/// `{"claims":[{"id":7,…}],"postings":[{"from":"3.available",…}]}`: tables and columns by name, null
/// columns left out, so that an old payload stays readable when a table grows. A long one is packed.

import Foundation
import GRDB
import Ledger
import Synchronization

struct Payload: Sendable {
    /// How the bytes are to be read; another number when that changes, and older ones are read still.
    enum Version: Int64 {
        case json = 1
        /// The same, packed with zlib.
        case packed = 2
    }

    let version: Int64
    let bytes: Data

    /// The other parts of an entry's row fill a page with one that is shorter; most stay readable as
    /// they stand.
    private static let packedFrom = 4_096

    init(rows: [RowImage], postings: [PostingRow]) {
        let json = Self.json(rows: rows, postings: postings)
        let isLong = json.count >= Self.packedFrom
        version = (isLong ? Version.packed : .json).rawValue
        bytes = isLong ? Packing.packed(json) : Data(json)
    }

    private static func json(rows: [RowImage], postings: [PostingRow]) -> [UInt8] {
        var json = JSONBytes()
        json.open("{")
        json.key("rows")
        json.open("[")
        for row in rows {
            json.open("{")
            json.field("table", row.shape.name)
            for (key, value) in zip(row.shape.keys, row.values) {
                switch value.storage {
                case .int64(let number): json.field(key, number)
                case .string(let text): json.field(key, text)
                case .null: break
                case .double, .blob:
                    preconditionFailure("\(row.shape.name): no such value in the books")
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
        return json.bytes
    }

    static func decode(
        _ payload: Data, version: Int64
    ) throws -> (rows: [RowImage], postings: [PostingRow]) {
        guard let known = Version(rawValue: version) else {
            throw DamagedRow(description: "a payload of version \(version) can't be read")
        }
        let json = known == .packed ? try Packing.unpacked(payload) : payload
        guard
            let object = try JSONSerialization.jsonObject(with: json) as? [String: Any],
            let rows = object["rows"] as? [[String: Any]],
            let postings = object["postings"] as? [[String: Any]]
        else { throw DamagedRow(description: "a payload has no rows and postings") }
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

/// A payload that another thread may be making, while the rows that it tells of are written.
final class ComingPayload: Sendable {
    /// From how many rows and postings on that is worth the way to another thread: what is bulk. In a
    /// batch with a submission the writer would wait for a thread that has no precedence.
    private static let worthwhile = 128
    private static let queue = DispatchQueue(label: "payloads")

    private let rows: [RowImage]
    private let postings: [PostingRow]
    private let isBegun = Atomic<Bool>(false)
    private let made = Mutex<Payload?>(nil)
    private let isMade = DispatchSemaphore(value: 0)

    init(rows: [RowImage], postings: [PostingRow]) {
        (self.rows, self.postings) = (rows, postings)
        guard rows.count + postings.count >= Self.worthwhile else { return }
        Self.queue.async { [self] in
            guard begins() else { return }
            let payload = Payload(rows: rows, postings: postings)
            made.withLock { $0 = payload }
            isMade.signal()
        }
    }

    /// Waits for it, or makes it where nobody has begun: where all cores are busy the other thread may
    /// come late. To be called once.
    func finished() -> Payload {
        guard !begins() else { return Payload(rows: rows, postings: postings) }
        isMade.wait()
        guard let payload = made.withLock({ $0 }) else {
            preconditionFailure("a payload that was signalled is there")
        }
        return payload
    }

    private func begins() -> Bool { !isBegun.exchange(true, ordering: .relaxed) }
}

extension PostingRow {
    private enum Key {
        static let fromLot = JSONKey("from_lot")
        static let from = JSONKey("from")
        static let toLot = JSONKey("to_lot")
        static let to = JSONKey("to")
        static let amount = JSONKey("amount")
        static let allocation = JSONKey("allocation")
        static let user = JSONKey("user")
        static let claim = JSONKey("claim")
        static let run = JSONKey("run")
        static let resource = JSONKey("resource")
        static let rate = JSONKey("rate")
        static let usageStart = JSONKey("usage_start")
        static let usageEnd = JSONKey("usage_end")
        static let unitSeconds = JSONKey("unit_seconds")
        static let cluster = JSONKey("cluster")
    }

    fileprivate func write(to json: inout JSONBytes) {
        json.open("{")
        if let fromLot { json.field(Key.fromLot, fromLot) }
        json.field(Key.from, fromName)
        json.field(Key.toLot, toLot)
        json.field(Key.to, toBucket.rawValue)
        json.field(Key.amount, amount)
        json.field(Key.allocation, allocation)
        if let user { json.field(Key.user, user) }
        if let claim { json.field(Key.claim, claim) }
        if let run { json.field(Key.run, run) }
        if let resource { json.field(Key.resource, resource) }
        if let rate { json.field(Key.rate, rate) }
        if let usageStart { json.field(Key.usageStart, usageStart) }
        if let usageEnd { json.field(Key.usageEnd, usageEnd) }
        if let unitSeconds { json.field(Key.unitSeconds, unitSeconds) }
        if let cluster { json.field(Key.cluster, cluster) }
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

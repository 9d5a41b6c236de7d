/// What is written or looked up for every single run, straight through SQLite: GRDB's checks of a statement's
/// arguments take longer than SQLite does.

import Foundation
import GRDB
import GRDBSQLite

/// One of the connection's kept statements. Not Sendable, as the connection is not.
struct BareStatement {
    private let statement: Statement
    private let database: Database

    init(_ db: Database, sql: String) throws {
        (statement, database) = (try db.cachedStatement(sql: sql), db)
    }

    /// Runs it once with what `bind` gives its parameters, one after the other.
    func execute(_ bind: (inout Parameters) -> Void) throws {
        try withParameters(bind) { _ in }
    }

    /// The first row as `read` takes it; nil: there is none.
    func first<Value>(
        _ bind: (inout Parameters) -> Void, _ read: (Columns) throws -> Value
    ) throws -> Value? {
        var found: Value?
        try withParameters(bind) { columns in
            if found == nil { found = try read(columns) }
        }
        return found
    }

    /// All rows as `read` takes them.
    func all<Value>(
        _ bind: (inout Parameters) -> Void, _ read: (Columns) throws -> Value
    ) throws -> [Value] {
        var found: [Value] = []
        try withParameters(bind) { found.append(try read($0)) }
        return found
    }

    /// Bytes of texts that are bound where they stand; what has no room is copied by SQLite.
    private static let textRoom = 512

    private func withParameters(
        _ bind: (inout Parameters) -> Void, _ take: (Columns) throws -> Void
    ) throws {
        try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.textRoom) {
            try withParameters(bind, take, texts: $0)
        }
    }

    private func withParameters(
        _ bind: (inout Parameters) -> Void, _ take: (Columns) throws -> Void,
        texts: UnsafeMutableBufferPointer<UInt8>
    ) throws {
        let raw = statement.sqliteStatement
        // What went wrong was said by the step; nothing stays bound to memory of others.
        defer {
            sqlite3_reset(raw)
            sqlite3_clear_bindings(raw)
        }
        var parameters = Parameters(statement: raw, room: texts)
        bind(&parameters)
        precondition(
            parameters.count == sqlite3_bind_parameter_count(raw), "parameters of \(statement.sql)")
        while true {
            switch sqlite3_step(raw) {
            case SQLITE_ROW: try take(Columns(statement: raw))
            case SQLITE_DONE: return
            case let code:
                throw DatabaseError(
                    resultCode: ResultCode(rawValue: code),
                    message: database.lastErrorMessage, sql: statement.sql)
            }
        }
    }

    /// The parameters, given in order.
    struct Parameters {
        fileprivate let statement: OpaquePointer
        fileprivate private(set) var count: Int32 = 0
        private static let nothing: StaticString = ""
        /// SQLITE_TRANSIENT: SQLite makes a copy of its own.
        private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        private let room: UnsafeMutableBufferPointer<UInt8>
        private var used = 0

        /// - Parameter room: stays there until the statement was run.
        fileprivate init(statement: OpaquePointer, room: UnsafeMutableBufferPointer<UInt8>) {
            (self.statement, self.room) = (statement, room)
        }

        mutating func add(_ number: Int64) {
            count += 1
            check(sqlite3_bind_int64(statement, count, number))
        }

        mutating func add(_ number: Int64?) {
            guard let number else { return addNull() }
            add(number)
        }

        mutating func add(_ text: String) {
            count += 1
            var text = text
            text.withUTF8 { bytes in
                if bytes.count <= room.count - used, let start = room.baseAddress {
                    let place = start + used
                    if let source = bytes.baseAddress {
                        place.initialize(from: source, count: bytes.count)
                    }
                    used += bytes.count
                    // nil, SQLITE_STATIC: it is read where it stands.
                    let known = UnsafeRawPointer(place).assumingMemoryBound(to: CChar.self)
                    check(sqlite3_bind_text(statement, count, known, Int32(bytes.count), nil))
                    return
                }
                // An empty text may have no address, and no address would be NULL.
                let start = UnsafeRawPointer(bytes.baseAddress ?? Self.nothing.utf8Start)
                check(
                    sqlite3_bind_text(
                        statement, count, start.assumingMemoryBound(to: CChar.self),
                        Int32(bytes.count), Self.copied))
            }
        }

        mutating func add(_ text: String?) {
            guard let text else { return addNull() }
            add(text)
        }

        mutating func add(_ value: DatabaseValue) {
            switch value.storage {
            case .int64(let number): add(number)
            case .string(let text): add(text)
            case .null: addNull()
            case .double, .blob: preconditionFailure("no such value in the books")
            }
        }

        private mutating func addNull() {
            count += 1
            check(sqlite3_bind_null(statement, count))
        }

        private func check(_ code: Int32) {
            precondition(code == SQLITE_OK, "a value can't be bound: SQLite's code \(code)")
        }
    }

    /// A row's values by their place from 0; only to be used where it is handed over.
    struct Columns {
        fileprivate let statement: OpaquePointer

        func integer(_ place: Int32) -> Int64 { sqlite3_column_int64(statement, place) }

        func optionalInteger(_ place: Int32) -> Int64? {
            sqlite3_column_type(statement, place) == SQLITE_NULL ? nil : integer(place)
        }

        /// Empty for NULL.
        func text(_ place: Int32) -> String { optionalText(place) ?? "" }

        func optionalText(_ place: Int32) -> String? {
            guard let start = sqlite3_column_text(statement, place) else { return nil }
            let count = Int(sqlite3_column_bytes(statement, place))
            return String(
                decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
        }
    }
}

import Foundation
import Logging
import Server

@testable import Client

/// A server of its own for one test, in a folder of its own.
func withServer<Value>(
    _ handler: TestHandler = TestHandler(), _ limits: Limits = Limits(),
    _ body: (_ path: String) async throws -> Value
) async throws -> Value {
    try await withFolder { folder in
        let path = folder + "/atoll.sock"
        let server = SocketServer(
            path: path, limits: limits.patient, handler: handler, logger: quiet)
        try await server.start()
        do {
            let value = try await body(path)
            await server.stop(within: .seconds(1))
            return value
        } catch {
            await server.stop(within: .zero)
            throw error
        }
    }
}

extension Limits {
    /// Whatever the test did not set itself, so that a busy machine ends no connection.
    var patient: Limits {
        var limits = self
        let usual = Limits()
        if firstLine == usual.firstLine { limits.firstLine = .seconds(120) }
        if idle == usual.idle { limits.idle = .seconds(120) }
        if trustedIdle == usual.trustedIdle { limits.trustedIdle = .seconds(120) }
        if unread == usual.unread { limits.unread = .seconds(120) }
        return limits
    }
}

func withFolder<Value>(_ body: (_ folder: String) async throws -> Value) async throws -> Value {
    let folder = FileManager.default.temporaryDirectory.appending(path: "atoll-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await body(folder.path)
}

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// Blocks a thread of its own, not one of the few that run tests.
func blocking<Value: Sendable>(
    _ body: @escaping @Sendable () throws -> Value
) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        // Dispatch's global queue has but a few threads, and Swift's tasks share them.
        Thread.detachNewThread { continuation.resume(with: Result(catching: body)) }
    }
}

/// A client that may do anything: half lines, silence, not reading. One thread at a time.
final class RawClient: @unchecked Sendable {  // Each test hands it from step to step.
    private let stream: UnixStream
    private var received: [UInt8] = []
    private var start = 0

    init(_ path: String) throws {
        stream = try UnixStream(connecting: path, timeoutSeconds: 60)
    }

    func send(_ text: String) async throws { try await send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) async throws {
        _ = try await blocking { try self.stream.write(bytes, timeoutSeconds: 60) }
    }

    /// Says that nothing more will be sent.
    func endInput() { stream.endInput() }

    /// The next line without its newline; nil at the end.
    func line() async throws -> String? { try await blocking { try self.nextLine() } }

    /// Reads an answer of rows to its end or the connection's; returns how many there were.
    func rows(pausingAfterEach count: Int = .max) async throws -> Int {
        try await blocking {
            var rows = 0
            while let line = try self.nextLine(), !line.contains(#""end":true"#) {
                rows += 1
                if rows % count == 0 { usleep(40_000) }
            }
            return rows
        }
    }

    private func nextLine() throws -> String? {
        while true {
            if let newline = received[start...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { start = newline + 1 }
                return String(decoding: received[start..<newline], as: UTF8.self)
            }
            received.removeFirst(start)
            start = 0
            guard try stream.read(into: &received, timeoutSeconds: 60) else { return nil }
        }
    }

    func ask(_ text: String) async throws -> String? {
        try await send(text + "\n")
        return try await line()
    }
}

/// Lines of requests.
enum Ask {
    static func quote(_ id: String) -> String {
        #"{"v":1,"id":"\#(id)","op":"quote","job":{"user_id":1}}"#
    }
    static func nudge(_ id: String, milliseconds: Int) -> String {
        #"{"v":1,"id":"\#(id)","op":"nudge","cluster":"\#(milliseconds)"}"#
    }
    static func rows(_ id: String, _ count: Int) -> String {
        #"{"v":1,"id":"\#(id)","op":"statement","allocation":"\#(count)"}"#
    }
    static func plain(_ id: String, _ op: String) -> String {
        #"{"v":1,"id":"\#(id)","op":"\#(op)"}"#
    }
}

/// The id at the front of an answer's line.
func id(_ line: String?) -> String? {
    line?.split(separator: "\"").dropFirst(2).first.flatMap { mark in
        mark == ":null,"
            ? "null" : line?.split(separator: "\"").dropFirst(3).first.map(String.init)
    }
}

/// Waits until it is so, up to a few seconds.
func eventually(_ isSo: () -> Bool) async throws -> Bool {
    for _ in 0..<500 {
        if isSo() { return true }
        try await Task.sleep(for: .milliseconds(10))
    }
    return isSo()
}

import Foundation
import Server
import Testing
import Wire

@Suite(.timeLimit(.minutes(5))) struct AnswerTests {
    @Test func `answers come in the order of the requests, whenever they are ready`() async throws {
        try await withServer { path in
            let client = try RawClient(path)
            let lines = [
                Ask.nudge("slow", milliseconds: 80), Ask.quote("quick"), Ask.rows("rows", 2),
                Ask.nudge("late", milliseconds: 20), "nonsense", Ask.quote("last"),
            ]
            try await client.send(lines.joined(separator: "\n") + "\n")
            var ids: [String?] = []
            for _ in 0..<8 { ids.append(id(try await client.line())) }
            #expect(ids == ["slow", "quick", "rows", "rows", "rows", "late", "null", "last"])
        }
    }

    @Test func `many requests at once are all answered, once each`() async throws {
        var limits = Limits()
        limits.requestsUnderWay = 8
        try await withServer(TestHandler(), limits) { path in
            let client = try RawClient(path)
            let asked = (0..<2_000).map { index in
                index % 7 == 0
                    ? Ask.nudge("r\(index)", milliseconds: index % 3) : Ask.quote("r\(index)")
            }
            async let sent: Void = client.send(asked.joined(separator: "\n") + "\n")
            for index in 0..<2_000 { #expect(id(try await client.line()) == "r\(index)") }
            try await sent
            client.endInput()
            #expect(try await client.line() == nil)
        }
    }

    @Test func `who has said all still gets every answer, however many wait`() async throws {
        var limits = Limits()
        limits.requestsUnderWay = 4
        try await withServer(TestHandler(), limits) { path in
            let client = try RawClient(path)
            let asked = (0..<40).map { Ask.nudge("r\($0)", milliseconds: 1) }
            try await client.send(asked.joined(separator: "\n") + "\n" + #"{"half"#)
            client.endInput()
            for index in 0..<40 { #expect(id(try await client.line()) == "r\(index)") }
            #expect(try await client.line() == nil)
        }
    }

    @Test func `a request that nobody answers is answered unavailable`() async throws {
        try await withServer { path in
            let answer = try await RawClient(path).ask(Ask.plain("x", "verify"))
            #expect(answer?.contains(#""code":"unavailable""#) == true)
        }
    }

    @Test func `the peer is who the kernel says`() async throws {
        try await withServer { path in
            let answer = try await RawClient(path).ask(Ask.plain("x", "status"))
            #expect(answer?.contains("\"\(getuid()) \(getgid()) \(getpid())\"") == true)
        }
    }

    @Test func `a request is answered once: a second answer is a bug`() async {
        await #expect(processExitsWith: .failure) {
            guard let id = RequestID("x") else { return }
            let sink = AnswerSink(id: id) { _ in }
            sink.done(.nudge)
            sink.done(.nudge)
        }
    }

    @Test func `rows are made no faster than they are read`() async throws {
        var limits = Limits()
        limits.unreadBytes = 100_000
        limits.unread = .seconds(30)
        let handler = TestHandler()
        try await withServer(handler, limits) { path in
            let client = try RawClient(path)
            try await client.send(Ask.rows("x", 20_000) + "\n")
            #expect(try await eventually { handler.rowsWritten > 100 })
            try await Task.sleep(for: .milliseconds(200))
            // Some 130 bytes a row; the sockets' own buffers take some hundred kB.
            #expect(handler.rowsWritten < 10_000)
            #expect(try await client.rows() == 20_000)
        }
    }
}

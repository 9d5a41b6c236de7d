import Server
import Testing
import Wire

/// What a client sends, and the code it is answered.
struct BadInput: CustomTestStringConvertible {
    var testDescription: String
    var bytes: [UInt8]
    var code: ErrorCode

    init(_ description: String, _ text: String, _ code: ErrorCode) {
        self.init(description, Array(text.utf8), code)
    }

    init(_ description: String, _ bytes: [UInt8], _ code: ErrorCode) {
        (testDescription, self.bytes, self.code) = (description, bytes, code)
    }
}

@Suite(.timeLimit(.minutes(5))) struct LimitTests {
    @Test(arguments: [
        BadInput("not JSON", "hello", .badRequest),
        BadInput("an empty line", "", .badRequest),
        BadInput("an unknown op", Ask.plain("x", "dance"), .unknownOp),
        BadInput("another version", #"{"v":2,"id":"x","op":"status"}"#, .unsupportedVersion),
        BadInput(
            "invalid UTF-8", Array(#"{"id":""#.utf8) + [0xC3, 0x28] + [0x22, 0x7D], .badRequest),
        BadInput("deep nesting", String(repeating: "[", count: 60_000), .badRequest),
    ])
    func `a bad line is answered, and the next is read`(input: BadInput) async throws {
        try await withServer { path in
            let client = try RawClient(path)
            try await client.send(input.bytes + [UInt8(ascii: "\n")])
            let answer = try await client.line()
            #expect(answer?.contains("\"code\":\"\(input.code.rawValue)\"") == true)
            #expect(id(try await client.ask(Ask.quote("next"))) == "next")
        }
    }

    @Test(arguments: [true, false])
    func `a line over 64 KiB is answered and ends the connection`(hasEnd: Bool) async throws {
        try await withServer { path in
            let client = try RawClient(path)
            let other = try RawClient(path)
            let long = String(repeating: " ", count: 65_536)
            try await client.send(Ask.quote("before") + "\n" + long + (hasEnd ? "\n" : ""))
            #expect(id(try await client.line()) == "before")
            #expect(try await client.line()?.contains(#""id":null,"ok":false"#) == true)
            #expect(try await client.line() == nil)
            #expect(id(try await other.ask(Ask.quote("other"))) == "other")
        }
    }

    @Test(arguments: [(65_536, false, true), (65_537, false, false), (65_537, true, true)])
    func `a line is as long as the client may make it`(
        bytes: Int, trusted: Bool, isTaken: Bool
    ) async throws {
        try await withServer(TestHandler(trusted: trusted)) { path in
            let quote = Ask.quote("x")
            let padding = String(repeating: " ", count: bytes - 1 - quote.utf8.count)
            let answer = try await RawClient(path).ask(quote + padding)
            #expect(answer?.contains(#""ok":true"#) == isTaken)
        }
    }

    @Test func `who says nothing is told so and cut off`() async throws {
        var limits = Limits()
        limits.firstLine = .milliseconds(100)
        try await withServer(TestHandler(), limits) { path in
            let client = try RawClient(path)
            try await client.send("{\"half\":")
            #expect(try await client.line()?.contains("in time") == true)
            #expect(try await client.line() == nil)
        }
    }

    @Test func `who is idle is cut off, but not who waits for an answer`() async throws {
        var limits = Limits()
        limits.idle = .milliseconds(100)
        try await withServer(TestHandler(), limits) { path in
            let client = try RawClient(path)
            let answer = try await client.ask(Ask.nudge("x", milliseconds: 400))
            #expect(id(answer) == "x")
            #expect(try await client.line() == nil)
        }
    }

    @Test func `who never reads is cut off, and nobody else notices`() async throws {
        var limits = Limits()
        limits.unread = .milliseconds(200)
        limits.unreadBytes = 10_000
        let handler = TestHandler()
        try await withServer(handler, limits) { path in
            let deaf = try RawClient(path)
            try await deaf.send(Ask.rows("x", 10_000_000) + "\n" + Ask.rows("y", 10) + "\n")
            let other = try RawClient(path)
            for index in 0..<100 {
                #expect(id(try await other.ask(Ask.quote("o\(index)"))) == "o\(index)")
            }
            #expect(try await eventually { handler.clientsGone == 2 })
        }
    }

    @Test func `who is slow to read is not cut off`() async throws {
        var limits = Limits()
        limits.unread = .milliseconds(800)
        limits.unreadBytes = 10_000
        try await withServer(TestHandler(), limits) { path in
            let client = try RawClient(path)
            try await client.send(Ask.rows("x", 12_000) + "\n")
            // The kernel says that there is room again only when most has been read.
            #expect(try await client.rows(pausingAfterEach: 250) == 12_000)
        }
    }

    @Test(arguments: [(false, 2), (true, 5)])
    func `there are only so many places`(trusted: Bool, places: Int) async throws {
        var limits = Limits()
        limits.connections = 5
        limits.connectionsForTrusted = 1
        limits.connectionsPerUID = 2
        try await withServer(TestHandler(trusted: trusted), limits) { path in
            var clients = try (0..<places).map { _ in try RawClient(path) }
            for client in clients { #expect(id(try await client.ask(Ask.quote("in"))) == "in") }
            let late = try RawClient(path)
            #expect(try await late.line()?.contains(#""code":"busy""#) == true)
            #expect(try await late.line() == nil)
            clients.removeLast()
            // The place is free as soon as the daemon has seen the client go.
            var isIn = false
            for _ in 0..<100 where !isIn {
                isIn = try await RawClient(path).ask(Ask.quote("new"))?.contains("true") == true
            }
            #expect(isIn)
        }
    }
}

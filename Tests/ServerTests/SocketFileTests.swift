import Foundation
import Server
import Testing

@testable import Client

@Suite(.timeLimit(.minutes(5))) struct SocketFileTests {
    private func server(at path: String, _ handler: TestHandler = TestHandler()) -> SocketServer {
        SocketServer(path: path, limits: Limits().patient, handler: handler, logger: quiet)
    }

    @Test func `anybody may connect, and the file goes with the server`() async throws {
        try await withFolder { folder in
            let path = folder + "/s"
            let server = server(at: path)
            try await server.start()
            var status = stat()
            #expect(lstat(path, &status) == 0 && status.st_mode & 0o777 == 0o666)
            await server.stop(within: .seconds(1))
            #expect(lstat(path, &status) != 0)
            #expect(throws: ClientError.notRunning(path: path)) { try RawClient(path) }
        }
    }

    @Test func `a second server is refused and leaves the first alone`() async throws {
        try await withServer { path in
            await #expect(throws: SocketFileError.inUse(path)) {
                try await server(at: path).start()
            }
            let answer = try await RawClient(path).ask(Ask.quote("x"))
            #expect(id(answer) == "x")
        }
    }

    @Test func `a newer server's socket is not taken away at the end`() async throws {
        try await withFolder { folder in
            let path = folder + "/s"
            let older = server(at: path)
            try await older.start()
            // As where somebody cleans /run up under a daemon.
            unlink(path)
            unlink(path + ".lock")
            let newer = server(at: path)
            try await newer.start()
            await older.stop(within: .seconds(1))
            #expect(id(try await RawClient(path).ask(Ask.quote("x"))) == "x")
            await newer.stop(within: .seconds(1))
            var status = stat()
            #expect(lstat(path, &status) != 0)
        }
    }

    @Test func `a socket that answers nobody is replaced`() async throws {
        try await withFolder { folder in
            let path = folder + "/s"
            try leaveSocket(at: path, listening: false)
            let server = server(at: path)
            try await server.start()
            #expect(id(try await RawClient(path).ask(Ask.quote("x"))) == "x")
            await server.stop(within: .seconds(1))
        }
    }

    @Test func `a socket that somebody listens on is left alone`() async throws {
        try await withFolder { folder in
            let path = folder + "/s"
            let descriptor = try leaveSocket(at: path, listening: true)
            await #expect(throws: SocketFileError.inUse(path)) {
                try await server(at: path).start()
            }
            close(descriptor)
        }
    }

    @Test func `a file that is no socket is left alone`() async throws {
        try await withFolder { folder in
            let path = folder + "/s"
            try Data("precious".utf8).write(to: URL(filePath: path))
            await #expect(throws: SocketFileError.notASocket(path)) {
                try await server(at: path).start()
            }
            #expect(try Data(contentsOf: URL(filePath: path)) == Data("precious".utf8))
        }
    }

    @Test func `what is under way is answered before the end, what is new is not`() async throws {
        try await withFolder { folder in
            let path = folder + "/s"
            let handler = TestHandler()
            let server = server(at: path, handler)
            try await server.start()
            let client = try RawClient(path)
            let idle = try RawClient(path)
            #expect(id(try await idle.ask(Ask.quote("i"))) == "i")
            try await client.send(Ask.plain("kept", "balance") + "\n" + Ask.quote("q") + "\n")
            try await handler.untilKept()
            async let stopped: Void = server.stop(within: .seconds(60))
            #expect(try await idle.line() == nil)
            try await client.send(Ask.quote("new") + "\n")
            try await Task.sleep(for: .milliseconds(50))
            handler.answerKept()
            #expect(try await client.line()?.contains(#""id":"kept","ok":true"#) == true)
            #expect(try await client.line()?.contains(#""id":"q","ok":true"#) == true)
            #expect(try await client.line()?.contains("atolld is stopping") == true)
            #expect(try await client.line() == nil)
            await stopped
        }
    }

    @Test func `who isn't answered by the deadline is cut off`() async throws {
        try await withFolder { folder in
            let path = folder + "/s"
            let handler = TestHandler()
            let server = server(at: path, handler)
            try await server.start()
            let client = try RawClient(path)
            try await client.send(Ask.plain("kept", "balance") + "\n")
            try await handler.untilKept()
            await server.stop(within: .milliseconds(100))
            #expect(try await client.line() == nil)
        }
    }

    /// A socket file as a killed daemon leaves it, or with somebody behind it.
    @discardableResult private func leaveSocket(
        at path: String, listening: Bool
    ) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(bound == 0)
        if listening { listen(descriptor, 1) } else { close(descriptor) }
        return descriptor
    }
}

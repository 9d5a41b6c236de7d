import Client
import Foundation
import Server
import Testing
import Wire

@Suite struct ClientTests {
    @Test func `where nobody listens, one is told where`() throws {
        let error = #expect(throws: ClientError.self) {
            try connect("/nowhere/atoll.sock")
        }
        #expect(
            error?.description
                == "atolld is not running at /nowhere/atoll.sock")
    }

    @Test func `a path may be too long for a socket`() {
        let path = "/" + String(repeating: "a", count: 107)
        #expect(throws: ClientError.pathTooLong(path: path)) { try connect(path) }
    }

    @Test func `who is refused a place reads why`() async throws {
        var limits = Limits()
        limits.connections = 0
        try await withServer(TestHandler(), limits) { path in
            let error = try await blocking {
                #expect(throws: ClientError.self) {
                    var client = try SocketClient(connecting: path, timeoutSeconds: 60)
                    _ = try client.ask(Request(id: .fresh(epochMilliseconds: 0), .status))
                }
            }
            #expect(error == .answered(WireError(.busy, "too many connections; ask again")))
        }
    }

    @Test func `a daemon that says nothing is given up`() async throws {
        try await withServer { path in
            let error = try await blocking {
                #expect(throws: ClientError.self) {
                    var client = try SocketClient(connecting: path, timeoutSeconds: 1)
                    let id = RequestID.fresh(epochMilliseconds: 0)
                    _ = try client.ask(Request(id: id, .balance(.init())))
                }
            }
            #expect(error == .timedOut(seconds: 1))
        }
    }

    @Test func `fresh ids are in the order of their time, and all different`() {
        let ids = (0..<100).map { RequestID.fresh(epochMilliseconds: 1_795_251_600_000 + $0 / 10) }
        #expect(Set(ids).count == 100)
        #expect(ids[0].description.prefix(10) == "01M7YNAYM0")
        #expect(
            ids.map { $0.description.prefix(10) } == ids.map { $0.description.prefix(10) }.sorted())
    }

    private func connect(_ path: String) throws {
        _ = try SocketClient(connecting: path, timeoutSeconds: 1)
    }
}

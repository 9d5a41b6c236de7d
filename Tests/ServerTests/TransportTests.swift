import Client
import Codec
import Estimate
import Server
import Synchronization
import Testing
import Units
import Wire

/// How a request comes to the handler: called, or over the socket.
enum Transport: String, CaseIterable {
    case direct, socket

    /// All lines of the answer.
    func ask(_ line: String) async throws -> [Answer] {
        let request = try Codec.decodeRequest(Array(line.utf8))
        switch self {
        case .direct:
            let answers = Mutex<[Answer]>([])
            let (ends, end) = AsyncStream<Never>.makeStream()
            let sink = AnswerSink(id: request.id) { answer in
                answers.withLock { $0.append(answer) }
                if case .row = answer.outcome { return }
                end.finish()
            }
            TestHandler().handle(request, from: Peer(pid: 1, uid: 0, gid: 0), answer: sink)
            for await _ in ends {}
            return answers.withLock { $0 }
        case .socket:
            return try await withServer { path in
                try await blocking {
                    var client = try SocketClient(connecting: path, timeoutSeconds: 60)
                    var answers: [Answer] = []
                    do throws(ClientError) {
                        let reply = try client.ask(request) { row in
                            answers.append(Answer(id: request.id, .row(row)))
                        }
                        return answers + [Answer(id: request.id, .done(reply))]
                    } catch .answered(let error) {
                        return answers + [Answer(id: request.id, .failed(error))]
                    }
                }
            }
        }
    }
}

@Suite(.timeLimit(.minutes(5))) struct TransportTests {
    @Test(arguments: Transport.allCases)
    func `a quote is answered`(transport: Transport) async throws {
        let answers = try await transport.ask(Ask.quote("x"))
        let reply = TestHandler.reply(to: .init(job: .init(userID: 1)))
        #expect(answers == [Answer(id: RequestID("x"), .done(.quote(reply)))])
    }

    @Test(arguments: Transport.allCases)
    func `an answer may come later`(transport: Transport) async throws {
        let answers = try await transport.ask(Ask.nudge("x", milliseconds: 20))
        #expect(answers == [Answer(id: RequestID("x"), .done(.nudge))])
    }

    @Test(arguments: Transport.allCases)
    func `rows come one by one, then the end`(transport: Transport) async throws {
        let answers = try await transport.ask(Ask.rows("x", 1_000))
        #expect(answers.count == 1_001)
        #expect(
            answers.last?.outcome
                == .done(.statement(.init(rows: 1_000, opening: .zero, closing: .zero))))
    }

    @Test(arguments: Transport.allCases)
    func `a refusal is told`(transport: Transport) async throws {
        let line = #"{"v":1,"id":"x","op":"void","cluster":"c","token":"t"}"#
        let answers = try await transport.ask(line)
        let refusal = WireError(.notFound, "no such token")
        #expect(answers == [Answer(id: RequestID("x"), .failed(refusal))])
    }
}

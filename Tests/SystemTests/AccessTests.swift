import Codec
import Estimate
import Foundation
import Registry
import Testing
import Units
import Wire

extension SystemTests {
    /// Who asks is what the kernel says of the connection: each sees and may what is theirs.
    @Suite struct Access {
        @Test func `strangers see nothing, members their own, and nobody but operators changes`()
            async throws
        {
            try await play(.accounting) { stage in
                let balance = Request.Operation.balance(.init(allocation: "astro-2026"))
                let grant = Request.Operation.grant(
                    .init(allocation: "astro-2026", amount: su("1000"), reason: "please"))
                let job = JobRequest(userID: 0)
                let id = try #require(RequestID("A1"))
                let edit = Request.Operation.edit(
                    .init(
                        Edit(.disable, .member(.init(allocation: "astro-2026", user: "atoll-ben"))),
                        dryRun: true))
                let stop = Request.Operation.edit(
                    .init(Edit(.disable, .allocation(.init(name: "astro-2026"))), dryRun: true))
                let history = Request.Operation.history(.init(allocation: "astro-2026"))
                let members = Request.Operation.list(.init(.member, allocation: "astro-2026"))
                let rows: [(user: String, asks: Request.Operation, answer: String)] = [
                    ("atoll-cleo", balance, #""code":"not_found""#),
                    ("atoll-cleo", .statement(.init(allocation: "astro-2026")), "not_found"),
                    ("atoll-cleo", .holds(.init(allocation: "astro-2026")), "not_found"),
                    ("atoll-cleo", grant, #""code":"forbidden""#),
                    ("atoll-ada", balance, #""user":"atoll-ben""#),
                    ("atoll-ben", balance, #""granted_usu":20000000"#),
                    ("atoll-ada", grant, "forbidden"),
                    ("atoll-ada", .admit(.init(cluster: "reef", job: job)), "forbidden"),
                    ("atoll-ada", .void(.init(cluster: "reef", token: id)), "forbidden"),
                    ("atoll-ada", .nudge(.init(cluster: "reef")), "forbidden"),
                    ("atoll-ada", .apply(.init(site: try Stage.site())), "forbidden"),
                    ("atoll-ada", .verify(.init()), "forbidden"),
                    ("root", edit, "INACTIVE"), ("root", stop, "INACTIVE"),
                    ("atoll-ada", edit, "INACTIVE"), ("atoll-ada", stop, "forbidden"),
                    ("atoll-ben", edit, "forbidden"), ("atoll-ben", stop, "forbidden"),
                    ("atoll-cleo", edit, "not_found"), ("atoll-cleo", stop, "not_found"),
                    ("atoll-ada", members, #""user":"atoll-ben""#),
                    ("atoll-ben", members, #""user":"atoll-ben""#),
                    ("atoll-cleo", members, "not_found"),
                    ("atoll-ada", history, #""what":"member""#),
                    ("atoll-ben", history, #""what":"allocation""#),
                    ("atoll-cleo", history, "not_found"),
                    ("slurm", .nudge(.init(cluster: "reef")), #""ok":true"#),
                    ("slurm", grant, "forbidden"),
                ]
                for row in rows {
                    let answer = try ask(row.asks, as: row.user, at: stage.bed.socket)
                    #expect(answer.contains(row.answer), "\(row.user), \(row.asks.name): \(answer)")
                }
                let ben = try ask(balance, as: "atoll-ben", at: stage.bed.socket)
                #expect(!ben.contains("atoll-ada"), "ben is no PI: \(ben)")
                #expect(try stage.books.balance().granted == su("20"))
                #expect(try stage.books.holds().isEmpty)
            }
        }

        @Test func `a member's statement adds up, and what others used stands in it as a sum`()
            async throws
        {
            try await play(.controllerOnly) { stage in
                for user in ["atoll-ada", "atoll-ada", "atoll-ben"] {
                    let job = try stage.bed.submit(user, "-A astro -n2 -t1", sleeping: 2).admitted()
                    try await stage.settled(job)
                }
                let request = Request.Operation.statement(.init(allocation: "astro-2026"))
                let answer = try ask(request, as: "atoll-ben", at: stage.bed.socket)
                #expect(!answer.contains("atoll-ada"), "\(answer)")
                var rows: [Row.Statement] = []
                var closing: ServiceUnits?
                for line in answer.split(separator: "\n") {
                    switch try Codec.decodeAnswer(Array(line.utf8), to: .statement).outcome {
                    case .row(.statement(let row)): rows.append(row)
                    case .done(.statement(let end)): closing = end.closing
                    default: break
                    }
                }
                #expect(rows.map(\.kind) == ["grant", "others", "charge"])
                let charged = try stage.books.balance().charged
                #expect(closing == su("20") - charged && rows.last?.balance == closing)
                #expect(rows.reduce(.zero) { $0 + $1.amount } == closing)
            }
        }

        /// Asks from a process of that user's; perl is in every Debian.
        private func ask(
            _ operation: Request.Operation, as user: String, at socket: String
        ) throws -> String {
            let script = """
                my $to = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die "$!\\n";
                print $to <STDIN>; $to->flush; shutdown $to, 1; print while <$to>;
                """
            let id = try #require(RequestID("A2"))
            let line = Codec.encode(Request(id: id, operation))
            let done = try attempt(
                ["perl", "-MIO::Socket::UNIX", "-e", script, socket], as: user,
                input: String(decoding: line, as: UTF8.self), limit: 20)
            return done.output + done.errors
        }
    }

    @Suite struct Signals {
        @Test func `SIGHUP reads the settings again; bad ones change nothing`() async throws {
            try await play(.controllerOnly) { stage in
                func said() throws -> String {
                    try stage.bed.submit("atoll-ada", "-A astro -n1 -t1 -H", sleeping: 1).said
                }
                #expect(try said().contains("0.60 SU held"))
                try stage.atolld.write(AtolldSettings(messageOnAdmit: false))
                stage.atolld.signal(SIGHUP)
                try await awaited("the settings are read again") {
                    stage.atolld.log.contains("settings read again")
                }
                #expect(try !said().contains("SU held"))
                try "nonsense = [".write(
                    toFile: stage.atolld.folder + "/atoll.toml", atomically: true, encoding: .utf8)
                stage.atolld.signal(SIGHUP)
                try await awaited("the fault is logged") {
                    stage.atolld.log.contains("settings not changed")
                }
                #expect(try !said().contains("SU held"))
                #expect(try stage.books.balance().held == su("1.8"))
            }
        }
    }
}

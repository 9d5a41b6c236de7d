import Foundation
import Testing
import Units
import Wire

extension SystemTests {
    /// The books in other people's programs: hledger and beancount read them and agree.
    @Suite struct Exports {
        @Test func `hledger and beancount read the export, and agree on every balance`()
            async throws
        {
            try await play(.accounting) { stage in
                try stage.books.grant("2.000001")
                let jobs = try [
                    stage.bed.submit("atoll-ada", "-A astro -n1 -t1 --array=0-2", sleeping: 1),
                    stage.bed.submit(
                        "atoll-ada", "-A astro -p gpu -n1 -t1 --gpus=h200:1", sleeping: 1),
                ].map { try $0.admitted() }
                try await stage.settled(jobs[0], runs: 3)
                try await stage.settled(jobs[1])
                // One that goes on: something has to be held.
                let held = try stage.bed.submit("atoll-ada", "-A astro -n3 -t2 -H", sleeping: 1)
                _ = try held.admitted()
                let folder = stage.atolld.folder
                func export(_ words: String...) throws -> String {
                    let file = folder + "/" + words.joined()
                    let text = try must(
                        [stage.bed.folder + "/bin/atoll", "export", "--socket", stage.bed.socket]
                            + words)
                    try text.write(toFile: file, atomically: true, encoding: .utf8)
                    return file
                }
                let hledger = try export("--hledger")
                try must(["hledger", "-f", hledger, "check", "--strict", "ordereddates"])
                try must(["bean-check", try export("--beancount")])
                for allocation in ["astro-2026", "bio-2026"] {
                    let balance = try stage.books.balance(allocation)
                    func sum(_ account: String) throws -> ServiceUnits {
                        let text = try must(
                            [
                                "hledger", "-f", hledger, "balance", "-O", "csv", "--flat", "-E",
                                account,
                            ])
                        let total = text.split(separator: "\n").last { $0.hasPrefix("\"total\"") }
                        let value = total?.split(separator: "\"").last?
                            .split(separator: " ").first.map(String.init)
                        return su(value ?? "no total in \(text)")
                    }
                    #expect(
                        try sum("assets:\(allocation):.*:available") == balance.available)
                    #expect(try sum("assets:\(allocation):.*:held") == balance.held)
                    #expect(try sum("expenses:\(allocation):.*:charged") == balance.charged)
                }
                #expect(try stage.books.balance().held > .zero)
                // What was tampered with does not pass.
                let text = try String(contentsOfFile: hledger, encoding: .utf8)
                try text.replacingOccurrences(of: " 2.000001 SU", with: " 2.000002 SU")
                    .write(toFile: hledger + ".bad", atomically: true, encoding: .utf8)
                #expect(try !attempt(["hledger", "-f", hledger + ".bad", "check"]).isGood)
                let anonymous = try String(
                    contentsOfFile: export("--hledger", "--no-names"), encoding: .utf8)
                #expect(!anonymous.contains("atoll-ada") && anonymous.contains("SU"))
            }
        }
    }
}

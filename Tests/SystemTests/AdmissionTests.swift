import Foundation
import Registry
import Testing
import Units
import Wire

extension SystemTests {
    /// The story: held, charged, refused with what would fit, capped, topped up.
    @Suite struct Admissions {
        @Test func `a job is held in full, and charged what it used`() async throws {
            try await onEachKind { kind in
                try await play(kind) { stage in
                    let sent = try stage.bed.submit("atoll-ada", "-A astro -n4 -t5", sleeping: 3)
                    let job = try sent.admitted()
                    #expect(
                        sent.said.contains("atoll: up to 12.00 SU held, 8.00 SU left in astro-"))
                    let held = Rate.core.hold(4, for: 300)
                    #expect(held == su("12"))
                    var balance = try stage.books.balance()
                    #expect(balance.held == held && balance.available == su("20") - held)

                    let hold = try await stage.running(job)
                    #expect(hold.held == held && hold.user == "atoll-ada" && hold.state == "bound")
                    balance = try await awaited("it is in flight") {
                        let balance = try stage.books.balance()
                        return balance.inFlight > .zero ? balance : nil
                    }
                    #expect(balance.held == held && balance.charged == .zero)
                    #expect(balance.inFlight.microSU % Rate.core.charge(4, for: 1).microSU == 0)

                    try await stage.settled(job)
                    let run = try await stage.bed.onlyRun(of: job)
                    balance = try stage.books.balance()
                    #expect(run.counts[.cpu] == 4 && run.seconds >= 3)
                    #expect(balance.charged == Rate.core.charge(4, for: run.seconds), "\(run)")
                    #expect(balance.available == su("20") - balance.charged)
                    #expect(try stage.books.used(by: "atoll-ada") == balance.charged)
                    #expect(try stage.books.charges().map(\.job) == ["\(job)"])
                }
            }
        }

        @Test func `GPUs are charged by type where one is rated, and cores beside them`()
            async throws
        {
            try await onEachKind { kind in
                var site = try Stage.site(astro: "1000")
                let window = site.resources[0].rates[0].window
                site.resources.append(
                    SiteResource(
                        name: "GPU H200", type: "GPU", tres: TRESName("gres/gpu:h200"),
                        scope: site.resources[0].scope,
                        rates: [SiteRate(suPerHour: try Rational(1_000, over: 7), window: window)]))
                try await play(kind, site: site) { stage in
                    var charged = ServiceUnits.zero
                    for asked in ["--gres=gpu:h200:1", "--gres=gpu:2", "--gpus=1"] {
                        let sent = try stage.bed.submit(
                            "atoll-ada", "-A astro -p gpu -n1 -t2 --mem=1000 \(asked)", sleeping: 1)
                        let job = try sent.admitted()
                        let held = try stage.books.balance().held
                        try await stage.settled(job)
                        let run = try await stage.bed.onlyRun(of: job)
                        let gpus: Int64 = asked == "--gres=gpu:2" ? 2 : 1
                        #expect(
                            held == Rate.core.hold(1, for: 120) + Rate.h200.hold(gpus, for: 120))
                        charged += Rate.core.charge(1, for: run.seconds)
                        charged += Rate.h200.charge(gpus, for: run.seconds)
                        let balance = try stage.books.balance()
                        #expect(balance.charged == charged, "\(asked): \(run)")
                        charged = balance.charged
                    }
                }
            }
        }

        @Test func `what would fit is said, and fits to the second; a minute more does not`()
            async throws
        {
            try await onEachKind { kind in
                try await play(kind, astro: "24") { stage in
                    let refused = try stage.bed.submit("atoll-ada", "-A astro -n8 -t9", sleeping: 1)
                    #expect(refused.job == nil)
                    #expect(
                        refused.said.contains(
                            "atoll: refused: this job may cost 43.20 SU, 24.00 SU are available in "
                                + "astro-2026 (granted 24.00, charged 0.00, held 0.00). "
                                + "At most 00:05:00 of -t would fit."), "\(refused.said)")
                    #expect(try stage.books.balance().available == su("24"))

                    let more = try stage.bed.submit("atoll-ada", "-A astro -n8 -t6", sleeping: 1)
                    #expect(
                        more.job == nil && more.said.contains("At most 00:05:00 of -t would fit."))

                    let fit = try #require(refused.said.firstMatch(of: /At most (\S+) of -t/)).1
                    let sent = try stage.bed.submit(
                        "atoll-ada", "-A astro -n8 -t \(fit) -H", sleeping: 1)
                    #expect(sent.said.contains("up to 24.00 SU held, 0.00 SU left in astro-2026."))
                    let balance = try stage.books.balance()
                    #expect(balance.held == su("24") && balance.available == .zero)
                }
            }
        }

        @Test func `a member is stopped by the own cap while the others go on`() async throws {
            try await onEachKind { kind in
                try await play(kind) { stage in
                    let refused = try stage.bed.submit(
                        "atoll-ben", "-A astro -n1 -t10 -H", sleeping: 1)
                    #expect(refused.job == nil)
                    #expect(
                        refused.said.contains(
                            "this job may cost 6.00 SU, 5.00 SU are left of your own cap in astro-2026 "
                                + "(cap 5.00, used 0.00). At most 00:08:00 of -t would fit."),
                        "\(refused.said)")
                    let sent = try stage.bed.submit("atoll-ben", "-A astro -n1 -t8 -H", sleeping: 1)
                    #expect(sent.said.contains("up to 4.80 SU held, 15.20 SU left in astro-2026."))
                    #expect(try stage.books.used(by: "atoll-ben") == su("4.8"))
                    let ada = try stage.bed.submit("atoll-ada", "-A astro -n4 -t5 -H", sleeping: 1)
                    #expect(ada.said.contains("up to 12.00 SU held, 3.20 SU left in astro-2026."))
                    #expect(try stage.books.balance().held == su("16.8"))
                }
            }
        }

        @Test func `a top-up lets the refused job in`() async throws {
            try await onEachKind { kind in
                try await play(kind) { stage in
                    let options = "-A astro -n8 -t5 -H"
                    #expect(try stage.bed.submit("atoll-ada", options, sleeping: 1).job == nil)
                    try stage.books.grant("10")
                    let sent = try stage.bed.submit("atoll-ada", options, sleeping: 1)
                    #expect(sent.said.contains("up to 24.00 SU held, 6.00 SU left in astro-2026."))
                    let balance = try stage.books.balance()
                    #expect(balance.granted == su("30") && balance.held == su("24"))
                }
            }
        }

        @Test func `what the allocation does not cover is refused by name`() async throws {
            try await play(.accounting) { stage in
                let gpu = try stage.bed.submit(
                    "atoll-cleo", "-A bio -p gpu --gres=gpu:1 -n1 -t1", sleeping: 1)
                #expect(gpu.job == nil && gpu.said.contains("bio-2026 does not cover GPU"))
                let other = try stage.bed.submit("atoll-cleo", "-A astro -n1 -t1", sleeping: 1)
                #expect(other.job == nil, "\(other)")
                #expect(try stage.books.balance().held == .zero)
                #expect(try stage.books.balance("bio-2026").held == .zero)
            }
        }
    }
}

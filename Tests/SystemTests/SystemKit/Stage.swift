/// One test's stage: a testbed with an empty queue, an atolld with new books, and the demo's site.

import Foundation
import Registry
import SiteFiles
import Testing
import Units
import Wire

struct Stage: Sendable {
    let bed: Testbed
    let atolld: AtolldProcess
    let books: Books

    var isAccounting: Bool { bed.hasAccounting }

    /// `config/demo-site.toml`: 20 SU for astro (ben at most 5), 10 for bio, 36 SU a core-hour.
    static func site(astro: String = "20") throws -> Site {
        var site = try readSite(path: Testbed.root + "/config/demo-site.toml")
        site.projects[0].allocations[0].initial = su(astro)
        return site
    }
}

/// Puts up a stage, plays, and strikes it: the books must be sound at the end, and atolld go in time.
///
/// - Parameter astro: what astro-2026 is granted first.
func play(
    _ kind: BedKind, astro: String = "20", settings: AtolldSettings = AtolldSettings(),
    _ body: (Stage) async throws -> Void
) async throws {
    try await play(kind, site: Stage.site(astro: astro), settings: settings, body)
}

func play(
    _ kind: BedKind, site: Site, settings: AtolldSettings = AtolldSettings(),
    _ body: (Stage) async throws -> Void
) async throws {
    try await play(on: Beds.all.bed(kind), site: site, settings: settings, body)
}

/// With and without slurmdbd at once: for what mostly waits.
func onEachKind(_ body: @escaping @Sendable (BedKind) async throws -> Void) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
        for kind in BedKind.allCases { group.addTask { try await body(kind) } }
        try await group.waitForAll()
    }
}

/// On a testbed of its own, with lines of its own in slurm.conf.
func play(
    _ kind: BedKind, named name: String, lines: String = "", astro: String = "10000",
    hook: SubmitHook = .plugin, _ body: (Stage) async throws -> Void
) async throws {
    try await withBed(kind, named: name, lines: lines, hook: hook) { bed in
        try await play(on: bed, site: Stage.site(astro: astro), body)
    }
}

/// A testbed of its own, for several plays.
func withBed(
    _ kind: BedKind, named name: String, lines: String = "", options: [String] = [],
    cluster: String = "reef", socket: String? = nil, hook: SubmitHook = .plugin,
    _ body: (Testbed) async throws -> Void
) async throws {
    let bed = try Testbed(
        bringingUp: kind, named: name, lines: lines, options: options, cluster: cluster,
        socket: socket, hook: hook)
    do {
        try await body(bed)
    } catch {
        try? bed.takeDown()
        throw error
    }
    try bed.takeDown()
}

func play(
    on bed: Testbed, site: Site, settings: AtolldSettings = AtolldSettings(),
    _ body: (Stage) async throws -> Void
) async throws {
    let folder = bed.folder + "/stage-\(UUID().uuidString.prefix(8))"
    let stage = Stage(
        bed: bed, atolld: try AtolldProcess(on: bed, in: folder), books: Books(socket: bed.socket))
    do {
        try await stage.atolld.start(settings)
        try stage.books.apply(site)
        try await body(stage)
        try await stage.strike()
    } catch {
        Attachment.record(stage.atolld.log, named: "atolld.log")
        await stage.atolld.endAnyhow()
        try? await bed.clear()
        throw error
    }
}

extension Stage {
    fileprivate func strike() async throws {
        try await bed.clear()
        try await awaited("nothing is held any more", seen: "\(try books.holds())") {
            try books.holds().isEmpty
        }
        for allocation in ["astro-2026", "bio-2026"] {
            let balance = try books.balance(allocation)
            #expect(balance.held == .zero && balance.inFlight == .zero, "\(balance)")
        }
        let found = try books.verify()
        #expect(found.isSound, "\(found.finding ?? "")")
        #expect(try books.status().quarantined == 0)
        let end = try await atolld.stop()
        #expect(end.code == 0 && end.seconds < 5, "SIGTERM: \(end)")
    }

    /// ada's job of astro, admitted; its id.
    func send(_ options: String, _ script: String) throws -> Int64 {
        try bed.submit("atoll-ada", "-A astro " + options, script: script).admitted()
    }

    /// Waits until atolld has seen the job in the queue.
    func bound(_ job: Int64) async throws {
        try await awaited("job \(job) is bound", seen: "\(try books.holds())") {
            try books.hold(of: job)?.state == "bound"
        }
    }

    /// Waits until so many of the job's runs are charged, and nothing is held for it.
    func settled(_ job: Int64, runs count: Int = 1) async throws {
        try await awaited(
            "job \(job) is settled", within: 30,
            seen: "\(try books.holds()) \(try books.charges())"
        ) {
            try books.hold(of: job) == nil && books.chargedRuns(of: job) >= count
        }
    }

    /// Waits until atolld knows that so many runs of the job go on.
    func running(_ job: Int64, _ count: Int64 = 1) async throws -> Row.Hold {
        try await awaited("job \(job) runs", within: 30, seen: "\(try books.holds())") {
            try books.hold(of: job).flatMap { $0.running == count ? $0 : nil }
        }
    }
}

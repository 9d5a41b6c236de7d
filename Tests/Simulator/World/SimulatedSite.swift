/// A site to simulate: two clusters, typed and narrowed resources, rates that change, allocations of
/// every policy.

import Rates
import Registry
import Units

extension Interval {
    /// From `start` on for so many days; both by the calendar of the simulation, which begins in June.
    static func days(_ text: String, _ end: String? = nil) throws -> Interval {
        Interval(start: try Instant(parsing: text), end: try end.map { try Instant(parsing: $0) })!
    }
}

extension Site {
    package static let users = ["ada", "ben", "cy", "dan", "uid:1007"]

    package static func simulated(_ random: inout Random) throws -> Site {
        var site = Site()
        site.clusters = [SiteCluster(name: "reef"), SiteCluster(name: "lagoon", combine: .max)]
        let scopes: [(name: String, tres: String, scope: ResourceScope)] = [
            ("CPU", "cpu", .everywhere), ("Memory", "mem", .everywhere),
            ("GPU", "gres/gpu", .everywhere), ("GPU H200", "gres/gpu:h200", .everywhere),
            ("CPU debug", "cpu", ResourceScope(partitions: ["debug"])),
            ("Licence", "license/x", ResourceScope(clusters: ["lagoon"])),
        ]
        site.resources = try scopes.map { name, tres, scope in
            let turn = try Instant(parsing: "2026-06-0\(random.number(1...9))T12:00:00Z")
                .advanced(bySeconds: random.number(0...90_000))
            let begin = try Instant(parsing: "2026-01-01")
            let end = random.isHit(oneIn: 4) ? turn.advanced(bySeconds: 400_000) : nil
            return SiteResource(
                name: name, type: "T", tres: TRESName(tres), scope: scope,
                rates: [
                    try .random(&random, Interval(start: begin, end: turn)!),
                    // Now and then the last rate ends, and what runs later has none.
                    try .random(&random, Interval(start: turn, end: end)!),
                ])
        }
        site.factors = [
            SiteFactor(
                subject: .qos("low"), cluster: nil, factor: try Rational(1, over: 3),
                window: try .days("2026-01-01")),
            SiteFactor(
                subject: .qos("high"), cluster: "reef", factor: try Rational(3, over: 2),
                window: try .days("2026-06-01T03:00:00Z", "2026-06-04")),
            SiteFactor(
                subject: .partition("debug"), cluster: nil, factor: try Rational(7, over: 9),
                window: try .days("2026-06-02")),
        ]
        site.projects = try [astro(&random), geo(&random)]
        for (index, project) in site.projects.enumerated() {
            site.projects[index].origination = "ACCESS"
            site.projects[index].originatedID = "grant-\(project.name)"
        }
        return site
    }

    private static func astro(_ random: inout Random) throws -> SiteProject {
        var reef = SiteAllocation(
            name: "astro-reef", clusters: ["reef"], initial: .random(&random),
            window: try .days("2026-05-01", "2026-06-20"),
            members: [
                SiteMember(user: "ben", cap: .random(&random)),
                SiteMember(user: "cy", window: try .days("2026-05-01", "2026-06-03")),
            ])
        reef.overdraftLimit = ServiceUnits(microSU: random.number(0...20_000_000))
        var lagoon = SiteAllocation(
            name: "astro-lagoon", clusters: ["lagoon"], initial: .random(&random),
            window: try .days("2026-05-01", "2027-01-01"))
        lagoon.holdPolicy = .throttle
        lagoon.windowPolicy = .start
        var next = SiteAllocation(
            name: "astro-next", clusters: ["reef"], initial: .random(&random),
            window: try .days("2026-06-20", "2026-08-01"))
        next.overdraftLimit = ServiceUnits(microSU: 5_000_000)
        return SiteProject(
            name: "astro", accounts: ["astro"], allocations: [reef, lagoon, next])
    }

    private static func geo(_ random: inout Random) throws -> SiteProject {
        var cpu = SiteAllocation(
            name: "geo-cpu", clusters: ["reef", "lagoon"], initial: .random(&random),
            window: try .days("2026-05-01", "2026-06-12"),
            members: users.dropLast().map { SiteMember(user: $0) })
        cpu.resources = ["CPU", "CPU debug", "Memory", "Licence"]
        cpu.membersPolicy = .listed
        var gpu = SiteAllocation(
            name: "geo-gpu", clusters: ["reef"], initial: .zero,
            window: try .days("2026-06-02", "2026-09-01"))
        gpu.resources = ["GPU", "GPU H200"]
        gpu.holdPolicy = .start
        return SiteProject(name: "geo", accounts: ["geo"], allocations: [cpu, gpu])
    }
}

extension SiteRate {
    /// Up to some 3 SU an hour, seldom a round figure.
    static func random(_ random: inout Random, _ window: Interval) throws -> SiteRate {
        let rate =
            random.isHit(oneIn: 12)
            ? Rational.zero
            : try Rational(Int128(random.number(1...199)), over: Int128(random.number(60...997)))
        return SiteRate(suPerHour: rate, window: window)
    }
}

extension ServiceUnits {
    static func random(_ random: inout Random) -> ServiceUnits {
        ServiceUnits(microSU: random.number(5_000_000...900_000_000))
    }
}

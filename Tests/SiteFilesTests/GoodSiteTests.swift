/// Site files that are good, as the values they declare.

import Foundation
import Rates
import Registry
import SiteFiles
import Testing
import Units

@Suite struct GoodSiteTests {
    @Test func `a whole site is read`() throws {
        let site = try readSite(text: wholeSite, file: "site.toml")
        #expect(
            site.clusters == [
                SiteCluster(name: "reef", title: "Reef", combine: .max),
                SiteCluster(name: "lagoon"),
            ])
        let cpu = SiteResource(
            name: "CPU", type: "CPU", tres: .cpu,
            scope: ResourceScope(clusters: ["reef"], partitions: ["cpu", "big"], qos: ["high"]),
            rates: [
                SiteRate(suPerHour: try ratio("1/100"), window: try window("2026", "2027")),
                SiteRate(suPerHour: try ratio("1/50"), window: try window("2027", nil)),
            ])
        #expect(site.resources == [cpu])
        #expect(
            site.factors == [
                SiteFactor(
                    subject: .partition("big"), cluster: "reef", factor: try ratio("1.5"),
                    window: try window("2026", nil))
            ])
        #expect(site.organisations == [SiteOrganisation(name: "Institute", originatedID: "i-7")])
        #expect(site.projects == [try expectedProject()])
    }

    @Test func `people, and how many there are of something, are told beside`() throws {
        let site = try readSite(
            text: """
                [[organisation]]
                name = "Institute"
                [[user]]
                name = "ada"
                full_name = "Ada L."
                mail = "ada@reef.org"
                organisation = "Institute"
                [[user]]
                name = "ben"
                [[resource]]
                name = "CPU"
                type = "CPU"
                tres = "cpu"
                units = 4096
                [[resource.rate]]
                su_per_hour = 1
                start = 2026-01-01T00:00:00Z
                """, file: "site.toml")
        #expect(
            site.users == [
                SiteUser(
                    name: "ada", fullName: "Ada L.", mail: "ada@reef.org",
                    organisation: "Institute"),
                SiteUser(name: "ben"),
            ])
        #expect(site.resources.map(\.units) == [4_096])
    }

    private func expectedProject() throws -> SiteProject {
        var allocation = SiteAllocation(
            name: "astro-2026", clusters: ["reef", "lagoon"],
            initial: ServiceUnits(microSU: 1_000_500_000), window: try window("2026", "2027"),
            members: [
                SiteMember(
                    user: "ben", cap: ServiceUnits(microSU: 50_000_000),
                    window: try window("2026-02", "2027"), status: .inactive),
                SiteMember(user: "cleo"),
            ])
        allocation.resources = ["CPU"]
        allocation.status = .inactive
        allocation.overdraftLimit = ServiceUnits(microSU: 500_000)
        allocation.holdPolicy = .throttle
        allocation.windowPolicy = .start
        allocation.membersPolicy = .listed
        var project = SiteProject(
            name: "astro", accounts: ["astro", "astro2"], allocations: [allocation])
        project.title = "Stars"
        project.organisation = "Institute"
        project.pi = "ada"
        project.origination = "ACCESS"
        project.originatedID = "TG-1"
        project.externalGroup = "astro-group"
        project.status = .active
        return project
    }

    @Test func `what an allocation leaves out has its default`() throws {
        let site = try readSite(text: sampleSite, file: "site.toml")
        let allocation = try #require(site.projects.first?.allocations.first)
        var expected = SiteAllocation(
            name: "astro-cpu", clusters: ["reef"], initial: ServiceUnits(microSU: 1_000_000_000),
            window: try window("2026", "2027"),
            members: [SiteMember(user: "ben", cap: ServiceUnits(microSU: 50_000_000))])
        expected.resources = ["CPU"]
        #expect(allocation == expected)
        #expect(allocation.holdPolicy == .submit)
        #expect(allocation.membersPolicy == .associations)
    }

    @Test func `a file of rates alone is a site`() throws {
        let text = """
            [[resource]]
            name = "CPU"
            type = "CPU"
            tres = "cpu"
            clusters = ["some"]
            rate = [ { su_per_hour = "1", start = 2026-01-01T00:00:00Z } ]
            """
        let site = try readSite(text: text, file: "rates.toml")
        #expect(site.resources.first?.rates.first?.suPerHour == .one)
    }

    @Test func `a project alone is checked against what it declares itself`() throws {
        let text = """
            [[project]]
            name = "astro"
            accounts = []
            [[project.allocation]]
            name = "a"
            clusters = ["reef"]
            resources = ["CPU"]
            su = 1
            start = 2026-01-01T00:00:00Z
            end = 9999-12-31T23:59:59Z
            """
        let site = try readSite(text: text, file: "site.toml")
        #expect(site.projects.first?.allocations.first?.window.isOpenEnded == true)
    }

    @Test func `a deleted project has let go of its accounts`() throws {
        let text = """
            [[project]]
            name = "old"
            accounts = ["astro"]
            status = "DELETED"
            [[project]]
            name = "new"
            accounts = ["astro"]
            """
        #expect(try readSite(text: text, file: "site.toml").projects.count == 2)
    }
}

/// `2026` is that year's first second, `2026-02` that month's.
func window(_ start: String, _ end: String?) throws -> Interval {
    func instant(_ text: String) throws -> Instant {
        try Instant(parsing: text.count == 4 ? "\(text)-01-01" : "\(text)-01")
    }
    return try #require(Interval(start: try instant(start), end: try end.map(instant)))
}

func ratio(_ text: String) throws -> Rational { try Rational(parsing: text) }

private let wholeSite = """
    [[cluster]]
    name = "reef"
    title = "Reef"
    combine = "max"
    [[cluster]]
    name = "lagoon"
    [[resource]]
    name = "CPU"
    type = "CPU"
    tres = "cpu"
    clusters = ["reef"]
    partitions = ["cpu", "big"]
    qos = ["high"]
    [[resource.rate]]
    su_per_hour = "0.01"
    start = 2026-01-01T00:00:00Z
    end = 2027-01-01T02:00:00+02:00
    [[resource.rate]]
    hours_per_su = "50"
    start = 2026-12-31T19:00:00-05:00
    [[factor]]
    partition = "big"
    cluster = "reef"
    factor = "1.5"
    start = 2026-01-01T00:00:00Z
    [[organisation]]
    name = "Institute"
    originated_id = "i-7"
    [[project]]
    name = "astro"
    title = "Stars"
    organisation = "Institute"
    pi = "ada"
    origination = "ACCESS"
    originated_id = "TG-1"
    external_group = "astro-group"
    status = "ACTIVE"
    accounts = ["astro", "astro2"]
    [[project.allocation]]
    name = "astro-2026"
    clusters = ["reef", "lagoon"]
    resources = ["CPU"]
    su = "1,000.5"
    start = 2026-01-01T00:00:00Z
    end = 2027-01-01T00:00:00Z
    status = "INACTIVE"
    overdraft_limit = "0.5"
    hold = "throttle"
    window = "start"
    members_policy = "listed"
    [[project.allocation.member]]
    user = "ben"
    cap = 50
    start = 2026-02-01T00:00:00Z
    status = "INACTIVE"
    [[project.allocation.member]]
    user = "cleo"
    """

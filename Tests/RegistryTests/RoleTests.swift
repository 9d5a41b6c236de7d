import Registry
import Testing
import Units

@Suite struct RoleTests {
    private struct Row: Sendable, CustomTestStringConvertible {
        let asker: Asker
        let number: Int64?
        let role: Role
        var testDescription: String { "\(asker.userName) is \(role)" }
    }

    private static let rows = [
        Row(asker: Asker(userName: "root", isOperator: true), number: nil, role: .operator),
        Row(
            asker: Asker(userName: "ada", isOperator: false), number: 1,
            role: .principalInvestigator),
        Row(asker: Asker(userName: "ben", isOperator: false), number: 2, role: .member),
        Row(
            asker: Asker(
                userName: "dora", isOperator: false, accountLineages: [["sub", "astro", "root"]]),
            number: nil, role: .member),
        Row(
            asker: Asker(
                userName: "eve", isOperator: false, accountLineages: [["own", "astro", "root"]]),
            number: 5, role: .stranger),
        Row(asker: Asker(userName: "cleo", isOperator: false), number: 3, role: .stranger),
    ]

    @Test(arguments: rows) private func `what somebody is to a project`(row: Row) throws {
        var registry = Registry()
        var astro = Project(id: ProjectID(1), name: "astro")
        astro.pi = UserID(1)
        let bio = Project(id: ProjectID(2), name: "bio")
        let window = try #require(
            Interval(start: Instant(epochSeconds: 0), end: Instant(epochSeconds: 100)))
        let allocation = Allocation(
            id: AllocationID(1), project: astro.id, name: "astro-2026", clusters: ["reef"],
            window: window)
        let key = Membership.Key(allocation.id, UserID(2))
        let changes: [RegistryChange] = [
            .project(astro), .project(bio), .account("astro", astro.id), .account("own", bio.id),
            .allocation(allocation),
            .membership(.init(key: key, cap: nil, window: nil, status: .active)),
        ]
        for change in changes { registry.fold(change, entry: 1) }
        #expect(
            registry.role(of: row.asker, user: row.number.map { UserID($0) }, in: astro) == row.role
        )
    }
}

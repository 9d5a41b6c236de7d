/// The eight kinds of standing things: how each is named, narrowed and detailed.

import ArgumentParser
import Registry
import Units
import Wire

struct NameKey: KeyArguments {
    @Argument(help: "The name.")
    var name: String

    static var example: String { "NAME" }
    func narrow(_ request: inout Request.List) { request.name = name }
}

struct MemberKey: KeyArguments {
    @Argument(help: "The allocation's name.")
    var allocation: String

    @Argument(help: "The user's name.")
    var user: String

    static var example: String { "astro-2026 ben" }
    func narrow(_ request: inout Request.List) {
        (request.allocation, request.name) = (allocation, user)
    }
}

struct NoFilter: FilterArguments {
    static var examples: [String] { [] }
    func narrow(_ request: inout Request.List) {}
}

struct DeletedFilter: FilterArguments {
    @Flag(help: "What is DELETED, too.")
    var all = false

    static var examples: [String] { ["--all"] }
    func narrow(_ request: inout Request.List) { request.all = all }
}

struct UserFilter: FilterArguments {
    @Option(help: "Who uses allocations of this project.")
    var project: String?

    @Option(help: "Who uses this allocation.")
    var allocation: String?

    static var examples: [String] { ["--allocation astro-2026"] }
    func narrow(_ request: inout Request.List) {
        (request.project, request.allocation) = (project, allocation)
    }
}

struct AllocationFilter: FilterArguments {
    @Option(help: "Of this project.")
    var project: String?

    @Flag(help: "What is DELETED, too.")
    var all = false

    static var examples: [String] { ["--project astro"] }
    func narrow(_ request: inout Request.List) {
        (request.project, request.all) = (project, all)
    }
}

struct MemberFilter: FilterArguments {
    @Option(help: "Of this project.")
    var project: String?

    @Option(help: "Of this allocation.")
    var allocation: String?

    @Option(name: [.customShort("u"), .long], help: "Of this user.")
    var user: String?

    @Flag(help: "What is DELETED, too.")
    var all = false

    static var examples: [String] { ["--allocation astro-2026", "-u ben"] }
    func narrow(_ request: inout Request.List) {
        (request.project, request.allocation) = (project, allocation)
        (request.user, request.all) = (user, all)
    }
}

struct RateFilter: FilterArguments {
    @Argument(help: "The resource's name. (default: all)")
    var resource: String?

    @Flag(help: "What is superseded, too; operators see by whom, when and why.")
    var all = false

    static var examples: [String] { ["CPU --all"] }
    func narrow(_ request: inout Request.List) {
        (request.name, request.all) = (resource, all)
    }
}

enum OrganisationNoun: Noun {
    typealias Key = NameKey
    typealias Filter = NoFilter
    static let (kind, word, plural) = (ThingKind.organisation, "org", "organisations")
    static func item(_ entity: Row.Entity) -> SiteOrganisation? {
        if case .organisation(let it) = entity { it } else { nil }
    }
}

enum UserNoun: Noun {
    typealias Key = NameKey
    typealias Filter = UserFilter
    static let (kind, word, plural) = (ThingKind.user, "user", "users")
    static func item(_ entity: Row.Entity) -> Row.User? {
        if case .user(let it) = entity { it } else { nil }
    }
    static func details(_ item: Row.User, _ ask: Asking) throws -> [Detail] {
        [Detail("members", item.uses, MemberNoun.columns)].compactMap(\.self)
    }
}

enum ProjectNoun: StatusNoun {
    typealias Key = NameKey
    typealias Filter = DeletedFilter
    static let (kind, word, plural) = (ThingKind.project, "project", "projects")
    static func item(_ entity: Row.Entity) -> SiteProject? {
        if case .project(let it) = entity { it } else { nil }
    }
    static func details(_ item: SiteProject, _ ask: Asking) throws -> [Detail] {
        let request = Request.List(.allocation, project: item.name, all: true)
        let found = try ask.list(AllocationNoun.self, request)
        return [Detail("allocations", found, AllocationNoun.columns)].compactMap(\.self)
    }
    static func thing(_ key: NameKey) -> Edit.Thing { .project(ProjectFields(name: key.name)) }
    static let effect = "A project that is not ACTIVE stops all its allocations."
}

enum ClusterNoun: Noun {
    typealias Key = NameKey
    typealias Filter = NoFilter
    static let (kind, word, plural) = (ThingKind.cluster, "cluster", "clusters")
    static func item(_ entity: Row.Entity) -> SiteCluster? {
        if case .cluster(let it) = entity { it } else { nil }
    }
}

enum ResourceNoun: Noun {
    typealias Key = NameKey
    typealias Filter = NoFilter
    static let (kind, word, plural) = (ThingKind.resource, "resource", "resources")
    static func item(_ entity: Row.Entity) -> SiteResource? {
        if case .resource(let it) = entity { it } else { nil }
    }
    static func details(_ item: SiteResource, _ ask: Asking) throws -> [Detail] {
        let found = try ask.list(RateNoun.self, Request.List(.rate, name: item.name))
        return [Detail("rates", found, RateNoun.columns)].compactMap(\.self)
    }
}

enum RateNoun: Noun {
    typealias Key = NameKey
    typealias Filter = RateFilter
    static let (kind, word, plural) = (ThingKind.rate, "rate", "rates")
    static func item(_ entity: Row.Entity) -> Row.Rate? {
        if case .rate(let it) = entity { it } else { nil }
    }
    /// The one in force now; else the next to come, else the last that was.
    static func chosen(of items: [Row.Rate], in surroundings: Surroundings) -> Row.Rate? {
        let now = surroundings.clock.now
        if let found = items.first(where: { $0.window.contains(now) }) { return found }
        let sorted = items.sorted { $0.window.start < $1.window.start }
        let found = sorted.first { $0.window.start > now } ?? sorted.last
        if let found {
            let which = found.window.start > now ? "the next" : "the last"
            surroundings.say("\(found.resource) has no rate in force now; this is \(which).")
        }
        return found
    }
    static func others(than item: Row.Rate, of items: [Row.Rate]) -> [Detail] {
        guard items.count > 1 else { return [] }
        let all = items.sorted { $0.window.start < $1.window.start }
        return [Detail("rates", all, columns)].compactMap(\.self)
    }
}

enum AllocationNoun: StatusNoun {
    typealias Key = NameKey
    typealias Filter = AllocationFilter
    static let (kind, word, plural) = (ThingKind.allocation, "allocation", "allocations")
    static func item(_ entity: Row.Entity) -> Row.Allocation? {
        if case .allocation(let it) = entity { it } else { nil }
    }
    static func details(_ item: Row.Allocation, _ ask: Asking) throws -> [Detail] {
        let request = Request.List(.member, allocation: item.declared.name, all: true)
        let found = try ask.list(MemberNoun.self, request)
        return [Detail("members", found, MemberNoun.columns)].compactMap(\.self)
    }
    static func thing(_ key: NameKey) -> Edit.Thing {
        .allocation(AllocationFields(name: key.name))
    }
    static let effect = "An allocation that is not ACTIVE stops by itself; its project goes on."
}

enum MemberNoun: StatusNoun {
    typealias Key = MemberKey
    typealias Filter = MemberFilter
    static let (kind, word, plural) = (ThingKind.member, "member", "members")
    static func item(_ entity: Row.Entity) -> Row.Use? {
        if case .member(let it) = entity { it } else { nil }
    }
    static func thing(_ key: MemberKey) -> Edit.Thing {
        .member(MemberFields(allocation: key.allocation, user: key.user))
    }
    static let effect = "A member who is not ACTIVE is stopped alone; the others go on."
}

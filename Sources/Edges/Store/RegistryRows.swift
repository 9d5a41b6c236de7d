/// Standing facts as rows, both ways.

import GRDB
import Rates
import Registry
import Units

extension RowImage {
    init(_ change: RegistryChange) {
        switch change {
        case .cluster(let it):
            self.init(.clusters, [it.name, it.title, it.combine.rawValue])
        case .organisation(let it):
            self.init(.organisations, [it.id.number, it.name, it.originatedID])
        case .project(let it):
            self.init(
                .projects,
                [
                    it.id.number, it.name, it.title, it.organisation?.number, it.pi?.number,
                    it.origination, it.originatedID, it.externalGroup, it.status.rawValue,
                ])
        case .account(let account, let project):
            self.init(.accounts, [account, project?.number])
        case .allocation(let it):
            self.init(
                .allocations,
                [
                    it.id.number, it.project.number, it.name, joined(it.clusters),
                    it.resources.map { joined(Set($0.map { String($0.number) })) },
                    it.initial.microSU, it.window.start.epochSeconds, it.window.storedEnd,
                    it.status.rawValue, it.overdraftLimit.microSU, it.holdPolicy.rawValue,
                    it.windowPolicy.rawValue, it.membersPolicy.rawValue,
                ])
        case .membership(let it):
            self.init(
                .memberships,
                [
                    it.key.allocation.number, it.key.user.number, it.cap?.microSU,
                    it.window?.start.epochSeconds, it.window?.storedEnd, it.status.rawValue,
                ])
        case .pullback(let it):
            self.init(
                .pullbacks,
                [
                    it.key.allocation.number, it.key.at.epochSeconds, it.keep.numerator,
                    it.keep.denominator, it.state.rawValue,
                ])
        case .mode(let rule): self.init(rule)
        case .resource(let it):
            self.init(
                .resources,
                [
                    it.id.number, it.name, it.type, it.tres.description,
                    it.scope.clusters.map(joined), it.scope.partitions.map(joined),
                    it.scope.qos.map(joined), it.units,
                ])
        case .rate(let it, let state):
            self.init(
                .rates,
                [
                    it.id.number, it.resource.number, it.window.start.epochSeconds,
                    it.window.storedEnd, it.suPerHour.numerator, it.suPerHour.denominator,
                    it.recordedAt.epochSeconds, state.rawValue,
                ])
        case .factor(let it, let state):
            let (subject, name) =
                switch it.subject {
                case .qos(let name): ("qos", name)
                case .partition(let name): ("partition", name)
                }
            self.init(
                .factors,
                [
                    it.id.number, subject, name, it.cluster, it.window.start.epochSeconds,
                    it.window.storedEnd, it.factor.numerator, it.factor.denominator,
                    it.recordedAt.epochSeconds, state.rawValue,
                ])
        }
    }
}

extension Registry {
    /// Reads all standing facts, in the order they depend on one another.
    static func load(_ db: Database) throws -> Registry {
        var registry = Registry()
        func fold(_ table: TableShape, _ change: (Row) throws -> RegistryChange) throws {
            // In the order they were made: where two fit alike the first is meant, also after a start.
            let key = table.columns.prefix(table.keyCount).joined(separator: ", ")
            let rows = try Row.fetchCursor(db, sql: "SELECT * FROM \(table.name) ORDER BY \(key)")
            while let row = try rows.next() {
                try registry.fold(change(row), entry: row["entry"])
            }
        }
        try fold(.clusters) { .cluster(try Cluster($0)) }
        try fold(.organisations) { .organisation(Organisation($0)) }
        try fold(.projects) { .project(try Project($0)) }
        try fold(.accounts) {
            .account($0["account"], ($0["project"] as Int64?).map(ProjectID.init))
        }
        try fold(.resources) { .resource(Resource($0)) }
        try fold(.rates) { .rate(try RateVersion($0), state: try word($0, "state")) }
        try fold(.factors) { .factor(try FactorVersion($0), state: try word($0, "state")) }
        try fold(.allocations) { .allocation(try Allocation($0)) }
        try fold(.memberships) { .membership(try Membership($0)) }
        try fold(.pullbacks) { .pullback(try Pullback($0)) }
        try fold(.modes) { .mode(try ModeRule($0)) }
        return registry
    }
}

extension Cluster {
    init(_ row: Row) throws {
        self.init(name: row["name"], title: row["title"], combine: try word(row, "combine"))
    }
}

extension Organisation {
    init(_ row: Row) {
        self.init(
            id: OrganisationID(row["id"]), name: row["name"], originatedID: row["originated_id"])
    }
}

extension Project {
    init(_ row: Row) throws {
        self.init(id: ProjectID(row["id"]), name: row["name"], status: try word(row, "status"))
        title = row["title"]
        organisation = (row["organisation"] as Int64?).map(OrganisationID.init)
        pi = (row["pi"] as Int64?).map(UserID.init)
        origination = row["origination"]
        originatedID = row["originated_id"]
        externalGroup = row["external_group"]
    }
}

extension Resource {
    init(_ row: Row) {
        self.init(
            id: ResourceID(row["id"]), name: row["name"], type: row["type"],
            tres: TRESName(row["tres"]),
            scope: ResourceScope(
                clusters: split(row["clusters"]), partitions: split(row["partitions"]),
                qos: split(row["qos"])), units: row["units"])
    }
}

extension RateVersion {
    init(_ row: Row) throws {
        self.init(
            id: RateID(row["id"]), resource: ResourceID(row["resource"]),
            window: try readWindow(row),
            suPerHour: try rational(row), recordedAt: Instant(epochSeconds: row["recorded_at"]))
    }
}

extension FactorVersion {
    init(_ row: Row) throws {
        let name: String = row["name"]
        self.init(
            id: FactorID(row["id"]),
            subject: row["subject"] == "qos" ? .qos(name) : .partition(name),
            cluster: row["cluster"], factor: try rational(row), window: try readWindow(row),
            recordedAt: Instant(epochSeconds: row["recorded_at"]))
    }
}

extension Allocation {
    init(_ row: Row) throws {
        self.init(
            id: AllocationID(row["id"]), project: ProjectID(row["project"]), name: row["name"],
            clusters: split(row["clusters"]) ?? [], window: try readWindow(row))
        resources = split(row["resources"]).map { ids in
            Set(ids.compactMap { Int64($0).map(ResourceID.init) })
        }
        initial = ServiceUnits(microSU: row["initial"])
        status = try word(row, "status")
        overdraftLimit = ServiceUnits(microSU: row["overdraft_limit"])
        holdPolicy = try word(row, "hold_policy")
        windowPolicy = try word(row, "window_policy")
        membersPolicy = try word(row, "members_policy")
    }
}

extension Pullback {
    init(_ row: Row) throws {
        self.init(
            key: Key(
                AllocationID(row["allocation"]), at: Instant(epochSeconds: row["at"])),
            keep: try rational(row), state: try word(row, "state"))
    }
}

extension Membership {
    init(_ row: Row) throws {
        self.init(
            key: Key(AllocationID(row["allocation"]), UserID(row["user"])),
            cap: (row["cap"] as Int64?).map(ServiceUnits.init(microSU:)),
            window: row["start"] == nil ? nil : try readWindow(row), status: try word(row, "status")
        )
    }
}

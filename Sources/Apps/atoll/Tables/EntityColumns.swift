/// Standing things as tables; their JSON has the same names.

import Rates
import Registry
import Reports
import Units
import Wire

extension OrganisationNoun {
    static let columns = Columns<SiteOrganisation>([
        Column("Name") { .text($0.name) },
        Column("OriginatedID") { Cell($0.originatedID) },
    ])
}

extension UserNoun {
    static let columns = Columns<Row.User>([
        Column("Name") { .text($0.known.name) },
        Column("FullName", .whereFilled) { Cell($0.known.fullName) },
        Column("Organisation", .whereFilled) { Cell($0.known.organisation) },
        Column("Mail", .whereFilled) { Cell($0.known.mail) },
        Column("Leads", .whereFilled) { .list($0.leads) },
        Column("Uses") { .list($0.uses.map(\.allocation)) },
    ])
}

extension ProjectNoun {
    static let columns = Columns<SiteProject>([
        Column("Name") { .text($0.name) },
        Column("Status") { .text($0.status.rawValue) },
        Column("PI") { Cell($0.pi) },
        Column("Accounts") { .list($0.accounts) },
        Column("Organisation", .whereFilled) { Cell($0.organisation) },
        Column("Title", .whereFilled) { Cell($0.title) },
        Column("Origination", .onRequest) { Cell($0.origination) },
        Column("OriginatedID", .onRequest) { Cell($0.originatedID) },
        Column("ExternalGroup", .onRequest) { Cell($0.externalGroup) },
    ])
}

extension ClusterNoun {
    static let columns = Columns<SiteCluster>([
        Column("Name") { .text($0.name) },
        Column("Combine") { .text($0.combine.rawValue) },
        Column("Title", .whereFilled) { Cell($0.title) },
    ])
}

extension ResourceNoun {
    static let columns = Columns<SiteResource>([
        Column("Name") { .text($0.name) },
        Column("Type") { .text($0.type) },
        Column("TRES") { .text($0.tres.description) },
        Column("Units", .whereFilled) { Cell($0.units) },
        Column("Clusters", .whereFilled) { all($0.scope.clusters) },
        Column("Partitions", .whereFilled) { all($0.scope.partitions) },
        Column("QOS", .whereFilled) { all($0.scope.qos) },
    ])
}

extension RateNoun {
    static let columns = Columns<Row.Rate>([
        Column("Resource") { .text($0.resource) },
        Column("SUPerHour") { .text($0.suPerHour.description) },
        Column("Starts") { .date($0.window.start) },
        Column("Ends") { $0.window.isOpenEnded ? .nothing : .date($0.window.end) },
        Column("State", .whereFilled) { $0.isSuperseded ? .text("superseded") : .nothing },
        Column("Recorded", .onRequest) { .time($0.recordedAt) },
        Column("ChangedBy", .whereFilled) { Cell($0.changedBy) },
        Column("Changed", .whereFilled) { Cell($0.changedAt) },
        Column("Reason", .whereFilled) { Cell($0.reason) },
    ])
}

extension AllocationNoun {
    static let columns = Columns<Row.Allocation>([
        Column("Project") { .text($0.project) },
        Column("Name") { .text($0.declared.name) },
        Column("Status") { .text($0.declared.status.rawValue) },
        // Where something above it says otherwise.
        Column("Effective", .whereAny { $0.effective != $0.declared.status }) {
            .text($0.effective.rawValue)
        },
        Column("SU") { .amount($0.declared.initial) },
        Column("Starts") { .date($0.declared.window.start) },
        Column("Ends") {
            $0.declared.window.isOpenEnded ? .nothing : .date($0.declared.window.end)
        },
        Column("Clusters") { .list($0.declared.clusters) },
        Column("Resources", .whereFilled) { all($0.declared.resources.map(Set.init)) },
        Column("OverdraftLimit", .whereFilled) { .amount($0.declared.overdraftLimit) },
        Column("Hold", .onRequest) { .text($0.declared.holdPolicy.rawValue) },
        Column("Window", .onRequest) { .text($0.declared.windowPolicy.rawValue) },
        Column("MembersPolicy", .onRequest) { .text($0.declared.membersPolicy.rawValue) },
        // As `--pullback` takes them.
        Column("Pullbacks", .whereFilled) {
            let rules = $0.declared.pullbacks
            return rules.isEmpty
                ? .nothing : .list(rules.map { "\($0.at)=\(Pullback.text(ofKept: $0.keep))" })
        },
    ])
}

extension MemberNoun {
    static let columns = Columns<Row.Use>([
        Column("Project", .onRequest) { .text($0.project) },
        Column("Allocation") { .text($0.allocation) },
        Column("User") { .text($0.user) },
        // Nothing where Slurm's associations alone make the member.
        Column("Status") { Cell($0.membership?.status.rawValue) },
        Column("Effective", .whereAny { $0.effective != $0.membership?.status ?? .active }) {
            .text($0.effective.rawValue)
        },
        Column("Used") { .amount($0.used) },
        Column("Cap") { Cell($0.membership?.cap) },
        Column("Left") { use in Cell(use.membership?.cap.map { $0 - use.used }) },
        Column("Starts", .whereFilled) { use in
            use.membership?.window.map { .date($0.start) } ?? .nothing
        },
        Column("Ends", .whereFilled) { use in
            use.membership?.window.map { $0.isOpenEnded ? .nothing : .date($0.end) } ?? .nothing
        },
    ])
}

/// nil means all; that needs no words.
private func all(_ names: Set<String>?) -> Cell { names.map { .list($0.sorted()) } ?? .nothing }

extension Columns {
    /// One thing, a line a column that says something.
    func card(of item: Item, clock: LocalClock) -> TextTable {
        let lines = all.map { ($0.name, $0.cell(item)) }
            .filter { $0.1 != .nothing && $0.1 != .list([]) }
        return Columns<(String, Cell)>([
            Column("Field") { .text($0.0) },
            Column("Value") { line in
                if case .amount(let amount) = line.1 { .text(amount.description) } else { line.1 }
            },
        ]).table(of: lines, .aligned, clock: clock)
    }
}

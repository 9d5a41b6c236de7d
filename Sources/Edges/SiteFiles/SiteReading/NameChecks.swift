/// Names: each declared once, and each that is used declared.

import Registry

extension SiteDraft {
    /// Allocations are named across projects, since commands name them alone.
    func checkNames() {
        root.checkEachOnce(clusterTables, key: "name", kind: "cluster")
        root.checkEachOnce(resourceTables, key: "name", kind: "resource")
        root.checkEachOnce(organisationTables, key: "name", kind: "organisation")
        root.checkEachOnce(userTables, key: "name", kind: "user")
        root.checkEachOnce(projects.map(\.table), key: "name", kind: "project")
        let allocations = projects.flatMap(\.allocationTables)
        root.checkEachOnce(allocations, key: "name", kind: "allocation")
    }

    func checkReferences() {
        let clusters = Declared(kind: "cluster", in: clusterTables)
        let resources = Declared(kind: "resource", in: resourceTables)
        for table in resourceTables { clusters.check(listAt: "clusters", of: table) }
        for table in factorTables { clusters.check(textAt: "cluster", of: table) }
        let organisations = Declared(kind: "organisation", in: organisationTables)
        for table in userTables { organisations.check(textAt: "organisation", of: table) }
        for project in projects {
            organisations.check(textAt: "organisation", of: project.table)
            for table in project.allocationTables {
                clusters.check(listAt: "clusters", of: table)
                resources.check(listAt: "resources", of: table)
            }
        }
    }
}

/// The names of one kind that a file declares, good or not otherwise.
private struct Declared {
    let kind: String
    let names: [String]

    init(kind: String, in tables: [TableReader]) {
        self.kind = kind
        names = tables.compactMap { $0.text(at: "name") }
    }

    func check(textAt key: String, of table: TableReader) {
        if let node = table.fields[key] { check(node, table.problems) }
    }

    func check(listAt key: String, of table: TableReader) {
        guard case .array(let nodes)? = table.fields[key]?.value else { return }
        for node in nodes { check(node, table.problems) }
    }

    private func check(_ node: Node, _ problems: Problems) {
        guard !names.isEmpty, case .string(let name) = node.value, !names.contains(name) else {
            return
        }
        problems.add(
            .unknownName(
                kind: kind, name: name, suggestion: suggestion(for: name, among: names),
                known: names),
            at: node)
    }
}

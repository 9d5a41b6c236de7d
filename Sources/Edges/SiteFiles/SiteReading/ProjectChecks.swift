/// Projects against each other, and a project's allocations: every job has one place to be charged.

import Rates
import Registry
import Units

extension SiteDraft {
    func checkProjects() {
        checkAccounts()
        for project in projects { checkAllocations(of: project) }
    }

    /// A Slurm account belongs to one project; a DELETED one has let go of its accounts.
    private func checkAccounts() {
        var owners: [String: (project: String, line: Int)] = [:]
        for project in projects where project.table.text(at: "status") != Status.deleted.rawValue {
            guard case .array(let nodes)? = project.table.fields["accounts"]?.value else {
                continue
            }
            let name = project.table.text(at: "name") ?? ""
            for node in nodes {
                guard case .string(let account) = node.value else { continue }
                if let owner = owners[account], owner.project != name {
                    root.problems.add(
                        .accountOfTwo(account: account, project: owner.project, line: owner.line),
                        at: node)
                } else {
                    owners[account] = (name, node.place.line)
                }
            }
        }
    }

    private func checkAllocations(of project: ProjectDraft) {
        for (index, row) in project.allocations.enumerated() {
            for earlier in project.allocations[..<index] {
                let mine = coverage(of: row.value)
                guard let overlap = mine.overlap(with: coverage(of: earlier.value)) else {
                    continue
                }
                let what = overlap.tres.map(\.description).joined(separator: " and ")
                row.table.problem(
                    .allocationOverlap(
                        other: earlier.value.name, line: earlier.table.line,
                        what: what.isEmpty ? "every resource" : what, cluster: overlap.cluster,
                        overlap.window))
            }
        }
    }

    /// A resource that the file doesn't declare stands for itself, under its own name.
    private func coverage(of allocation: SiteAllocation) -> Coverage {
        let items = allocation.resources?.map { name in
            let resource = resources.first { $0.value.name == name }?.value
            return Coverage.Item(
                tres: resource?.tres ?? TRESName(name), clusters: resource?.scope.clusters)
        }
        return Coverage(
            clusters: Set(allocation.clusters), items: items, window: allocation.window,
            status: allocation.status)
    }
}

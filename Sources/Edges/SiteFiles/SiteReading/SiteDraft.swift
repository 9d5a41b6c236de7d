/// A site file as far as it could be read, every part with the table it came from.

import Registry
import Units

struct SiteDraft {
    let root: TableReader
    let clusterTables: [TableReader]
    let resourceTables: [TableReader]
    let factorTables: [TableReader]
    let organisationTables: [TableReader]
    let userTables: [TableReader]
    let clusters: [Placed<SiteCluster>]
    let resources: [Placed<SiteResource>]
    let factors: [Placed<SiteFactor>]
    let organisations: [Placed<SiteOrganisation>]
    let users: [Placed<SiteUser>]
    let projects: [ProjectDraft]

    init(_ root: TableReader) {
        self.root = root
        root.expect(["cluster", "resource", "factor", "organisation", "user", "project"])
        clusterTables = root.tables("cluster")
        resourceTables = root.tables("resource")
        factorTables = root.tables("factor")
        organisationTables = root.tables("organisation")
        userTables = root.tables("user")
        clusters = clusterTables.compactMap { $0.cluster() }
        resources = resourceTables.compactMap { $0.resource() }
        factors = factorTables.compactMap { $0.factor() }
        organisations = organisationTables.compactMap { $0.organisation() }
        users = userTables.compactMap { $0.user() }
        projects = root.tables("project").map(ProjectDraft.init)
    }

    /// Whole only where no problem was noted.
    var site: Site {
        var site = Site()
        site.clusters = clusters.map(\.value)
        site.resources = resources.map(\.value)
        site.factors = factors.map(\.value)
        site.organisations = organisations.map(\.value)
        site.users = users.map(\.value)
        site.projects = projects.compactMap(\.project)
        return site
    }
}

/// A project, and its allocations even where the project itself lacks something.
struct ProjectDraft {
    let table: TableReader
    let project: SiteProject?
    let allocationTables: [TableReader]
    let allocations: [Placed<SiteAllocation>]

    init(_ table: TableReader) {
        self.table = table
        allocationTables = table.tables("allocation")
        allocations = allocationTables.compactMap { $0.allocation() }
        project = table.project(allocations: allocations.map(\.value))
    }
}

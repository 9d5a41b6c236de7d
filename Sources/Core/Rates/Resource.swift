/// What is rated: a TRES on a cluster, narrowed by partition and QOS where needed.

import Units

/// The key of a resource; 1, 2, 3 … as the books number them.
package struct ResourceID: Hashable, Comparable, Sendable {
    package let number: Int64
    package init(_ number: Int64) { self.number = number }
    package static func < (a: Self, b: Self) -> Bool { a.number < b.number }
}

/// One rated TRES. Memory is priced by the GiB and counted in MiB; everything else by the piece.
package struct Resource: Hashable, Sendable {
    package let id: ResourceID
    /// What statements show: "CPU", "GPU H200".
    package var name: String
    /// What reports group by: "CPU", "GPU".
    package var type: String
    package var tres: TRESName
    package var scope: ResourceScope
    /// How many units of it there are, where the site says so: for reports, not for prices.
    package var units: Int64?

    package init(
        id: ResourceID, name: String, type: String, tres: TRESName, scope: ResourceScope,
        units: Int64? = nil
    ) {
        (self.id, self.name, self.type, self.tres, self.scope) = (id, name, type, tres, scope)
        self.units = units
    }
}

/// How the costs of several resources make one price.
package enum Combination: String, Hashable, Sendable, CaseIterable {
    /// Every resource is charged.
    case sum
    /// Only the dearest of each segment is charged, ties by name.
    case max
}

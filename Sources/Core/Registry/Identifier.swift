/// Opaque numbers for the things the books speak of: journal payloads hold these, never names of people.

package struct Identifier<Subject>: Hashable, Comparable, Sendable {
    package let number: Int64
    package init(_ number: Int64) { self.number = number }
    package static func < (a: Self, b: Self) -> Bool { a.number < b.number }
}

extension Identifier: CustomStringConvertible {
    package var description: String { String(number) }
}

package typealias UserID = Identifier<User>
package typealias OrganisationID = Identifier<Organisation>
package typealias ProjectID = Identifier<Project>
package typealias AllocationID = Identifier<Allocation>

/// A person, known to the books by number alone; the name stands in a table that can be erased.
package enum User {}

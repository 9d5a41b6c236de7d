/// Reservations that nobody owns: in the books without an allocation, or in slurmdbd alone.

import Ledger
import Units

/// One span of a reservation in slurmdbd's record.
package struct RecordedReservation: Hashable, Sendable {
    package let name: String
    package let start: Instant
    package let end: Instant?
    package let isMaintenance: Bool

    package init(name: String, start: Instant, end: Instant?, isMaintenance: Bool) {
        (self.name, self.start, self.end) = (name, start, end)
        self.isMaintenance = isMaintenance
    }
}

/// One finding a name.
///
/// - Parameter settled: what somebody has said of those that are nobody's.
package func withoutOwner(
    _ records: [RecordedReservation], _ versions: [ReservationVersion],
    settled: [ReservationRule] = []
) -> [Finding] {
    var found: [String: Finding] = [:]
    let rules = Dictionary(settled.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    func note(_ name: String, at: Instant, end: Instant?, isOver: Bool, _ what: String) {
        guard found[name] == nil, rules[name]?.settles(oneEndedAt: end ?? at) != true else {
            return
        }
        var finding = Finding(.unownedReservation, job: name, what)
        finding.at = at
        let none = "atoll reservation assign \(name) --charge none --reason WHY"
        finding.remedy =
            isOver
            ? "\(none); it is over: nobody can be charged for it any more"
            : "atoll reservation assign \(name) --allocation ALLOCATION --reason WHY; or \(none), "
                + "where it is nobody's"
        found[name] = finding
    }
    for version in versions
    where version.allocation == nil && version.freeBecause?.hasPrefix("no owner") == true {
        note(
            version.name, at: version.start, end: version.end, isOver: version.state == .ended,
            "reserved from \(version.start) to \(version.end), \(version.freeBecause ?? "")")
    }
    let known = Set(versions.map(\.name))
    for record in records
    where !record.isMaintenance && !known.contains(record.name)
        && record.end.map({ $0 > record.start }) ?? true
    {
        note(
            record.name, at: record.start, end: record.end, isOver: true,
            "reserved from \(record.start) to \(record.end.map { "\($0)" } ?? "?") in slurmdbd, "
                + "never seen while it was in force: charged to nobody")
    }
    return found.values.sorted { $0.job < $1.job }
}

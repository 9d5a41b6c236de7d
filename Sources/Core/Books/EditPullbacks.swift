/// Pull-backs that an edit sets or takes back; what one means is the site file's (docs/decisions/0011).

import Registry
import Units

extension Applier {
    mutating func carryOutPullbacks(
        _ fields: AllocationFields, of allocation: Allocation
    ) throws(Refusal) {
        guard !fields.pullbacks.isEmpty || !fields.droppedPullbacks.isEmpty else { return }
        guard allocation.status != .deleted else {
            throw .conflict("allocation \(allocation.name) is DELETED; that is final.")
        }
        for at in fields.droppedPullbacks { try dropPullback(at, of: allocation) }
        for declared in fields.pullbacks {
            // A file may name what is past, so that it can make new books; a command is of today.
            guard declared.at > now else {
                throw .invalid("a pull-back is for a date to come; \(declared.at) is past.")
            }
            try apply(declared, of: allocation)
        }
    }

    private mutating func dropPullback(
        _ at: Instant, of allocation: Allocation
    ) throws(Refusal) {
        let rules = registry.pullbacks[allocation.id] ?? [:]
        guard var rule = rules[at], rule.state != .dropped else {
            let toCome = rules.values.filter { $0.state == .pending }.map(\.key.at).sorted()
            let there = toCome.map(\.description).joined(separator: ", ")
            throw .notFound(
                "\(allocation.name) has no pull-back at \(at)"
                    + (there.isEmpty ? "." : "; there is one at \(there)."))
        }
        guard rule.state == .pending else {
            throw .conflict(
                "the pull-back of \(allocation.name) at \(at) is done; what it took comes back with: "
                    + "atoll grant \(allocation.name) …")
        }
        rule.state = .dropped
        record(
            .pullback(rule),
            as: .init(.change, "pullback", allocation.name, "\(at), taken back"))
    }
}

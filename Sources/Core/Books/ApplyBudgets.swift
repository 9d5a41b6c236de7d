/// What a declared site means for budgets: one pool a resource, the end of an allocation, pull-backs.

import Ledger
import Rates
import Registry
import Units

extension Applier {
    // MARK: One pool

    /// Allocations of a project do not overlap for the same TRES (money.md 2.6): compared when all of
    /// the project is as the site has it, so that two may change places at once.
    func refuseOverlaps(
        of declared: [SiteAllocation], in project: Project
    ) throws(Refusal) {
        for one in declared {
            guard let allocation = registry.allocation(named: one.name),
                allocation != facts.registry.allocation(named: one.name)
            else { continue }
            try refuseOverlap(allocation, in: project)
        }
    }

    func refuseOverlap(_ allocation: Allocation, in project: Project) throws(Refusal) {
        let mine = coverage(of: allocation)
        for other in registry.allocations(of: project.id) where other.id != allocation.id {
            guard let overlap = mine.overlap(with: coverage(of: other)) else { continue }
            let tres = overlap.tres.map(\.description).joined(separator: " and ")
            throw .conflict(
                "allocation \(allocation.name) overlaps \(other.name) on \(overlap.cluster) for "
                    + "\(tres.isEmpty ? "every resource" : tres), \(overlap.window).")
        }
    }

    private func coverage(of allocation: Allocation) -> Coverage {
        Coverage(
            clusters: allocation.clusters,
            items: allocation.resources?.compactMap { id in
                registry.rateBook.resources[id].map {
                    .init(tres: $0.tres, clusters: $0.scope.clusters)
                }
            },
            window: allocation.window, status: allocation.status)
    }

    // MARK: Deletion

    /// DELETED is final: nothing may be held, and what is left is withdrawn in the same entry.
    func withdrawRest(
        of allocation: Allocation, _ before: Allocation?
    ) throws(Refusal) -> (postings: [Posting], text: String) {
        guard let before, before.status != .deleted, allocation.status == .deleted else {
            return ([], "")
        }
        guard let closing = facts.closing[allocation.id] else {
            preconditionFailure("the books of allocation \(allocation.name) were not loaded")
        }
        var pool = closing.pool
        let held = pool.totals.held
        guard closing.openClaims == 0, held == .zero else {
            throw .conflict(
                "allocation \(allocation.name) has \(closing.openClaims == 1 ? "1 open hold" : "\(closing.openClaims) open holds") with \(held) "
                    + "SU in all; see atoll holds --allocation \(allocation.name). Make it "
                    + "INACTIVE and delete it when they are gone.")
        }
        let rest = pool.withdrawable(from: .unended)
        _ = pool.withdraw(
            rest, from: .unended, for: Dimensions(allocation: allocation.id.number))
        return (pool.postings, rest == .zero ? "" : ", \(rest) SU withdrawn")
    }

    // MARK: Pull-backs

    /// A rule that the site leaves out stays; `keep = "100%"` takes nothing.
    mutating func apply(
        _ declared: SitePullback, of allocation: Allocation
    ) throws(Refusal) {
        guard allocation.status != .deleted else { return }
        let before = registry.pullbacks[allocation.id]?[declared.at]
        guard before?.keep != declared.keep || before?.state == .dropped else { return }
        guard before?.state != .done else {
            throw .conflict(
                "the pull-back of \(allocation.name) at \(declared.at) is past; leave its keep at "
                    + "\(Pullback.text(ofKept: before?.keep ?? .one)).")
        }
        guard allocation.window.contains(declared.at), declared.keep <= .one else {
            throw .invalid(
                "a pull-back of \(allocation.name) lies within \(allocation.window) and keeps at "
                    + "most 100%.")
        }
        // A date that is past already takes nothing: the same file may make new books.
        let isPast = declared.at < now
        let rule = Pullback(
            key: .init(allocation.id, at: declared.at), keep: declared.keep,
            state: isPast ? .done : .pending)
        record(
            .pullback(rule),
            as: .init(
                before == nil ? .add : .change, "pullback", allocation.name,
                "\(declared.at), keep \(Pullback.text(ofKept: declared.keep))"
                    + (isPast ? ": is past, nothing is taken" : "")))
    }
}

extension Rational {
    fileprivate static func <= (a: Rational, b: Rational) -> Bool {
        Int128(a.numerator) * Int128(b.denominator) <= Int128(b.numerator) * Int128(a.denominator)
    }
}

/// Declared resources, rates and factors: what is in force is superseded, never edited.

import Rates
import Registry
import Units

extension Applier {
    mutating func apply(_ declared: SiteResource) throws(Refusal) {
        let id = registry.rateBook.resource(named: declared.name)?.id
        let resource = Resource(
            id: id ?? ResourceID(facts.next.take(\.resource)), name: declared.name,
            type: declared.type, tres: declared.tres, scope: declared.scope,
            units: declared.units)
        try put(resource)
        try putRates(declared.rates, of: resource)
    }

    mutating func put(_ resource: Resource) throws(Refusal) {
        let before = registry.rateBook.resources[resource.id]
        if let before, before.tres != resource.tres || before.scope != resource.scope {
            throw .conflict(
                "resource \(resource.name) counts \(before.tres) in another scope already; what a "
                    + "resource is does not change. Give the new one a name of its own.")
        }
        guard resource.units.map({ $0 > 0 }) ?? true else {
            throw .invalid("resource \(resource.name): units are more than 0.")
        }
        put(
            .resource(resource), before: before.map { .resource($0) }, "resource", resource.name,
            added: "\(resource.tres), type \(resource.type)")
    }

    /// Makes `declared` the rates in force; what differs from them is superseded.
    mutating func putRates(
        _ declared: [SiteRate], of resource: Resource
    ) throws(Refusal) {
        let before = registry.rateBook.rates(of: resource.id)
        let old = before.map { Priced(value: $0.suPerHour, window: $0.window) }
        let new = declared.map { Priced(value: $0.suPerHour, window: $0.window) }
        try refuseBackdating(from: old, to: new, of: "resource \(resource.name)")
        for rate in before where !new.contains(.init(value: rate.suPerHour, window: rate.window)) {
            record(
                .rate(rate, state: .superseded),
                as: .init(
                    .change, "rate", resource.name,
                    "\(rate.suPerHour) SU/h, \(rate.window): superseded"))
        }
        for rate in new where !old.contains(rate) {
            let version = RateVersion(
                id: RateID(facts.next.take(\.rate)), resource: resource.id, window: rate.window,
                suPerHour: rate.value, recordedAt: now)
            record(
                .rate(version, state: .inForce),
                as: .init(.add, "rate", resource.name, "\(rate.value) SU/h, \(rate.window)"))
        }
    }

    /// Factors are declared as a whole: one that a file with factors leaves out is superseded.
    mutating func applyFactors(_ declared: [SiteFactor]) throws(Refusal) {
        guard !declared.isEmpty else { return }
        let before = registry.rateBook.factorsInForce
        let subjects = Set(declared.map { Subject($0.subject, $0.cluster) })
            .union(before.map { Subject($0.subject, $0.cluster) })
        for subject in subjects.sorted(by: { "\($0)" < "\($1)" }) {
            let old = before.filter { Subject($0.subject, $0.cluster) == subject }
            let new = declared.filter { Subject($0.subject, $0.cluster) == subject }
                .map { Priced(value: $0.factor, window: $0.window) }
            let oldPrices = old.map { Priced(value: $0.factor, window: $0.window) }
            try refuseBackdating(from: oldPrices, to: new, of: "\(subject)")
            for factor in old
            where !new.contains(.init(value: factor.factor, window: factor.window)) {
                record(
                    .factor(factor, state: .superseded),
                    as: .init(.change, "factor", "\(subject)", "\(factor.factor): superseded"))
            }
            for factor in new where !oldPrices.contains(factor) {
                let version = FactorVersion(
                    id: FactorID(facts.next.take(\.factor)), subject: subject.subject,
                    cluster: subject.cluster, factor: factor.value, window: factor.window,
                    recordedAt: now)
                record(
                    .factor(version, state: .inForce),
                    as: .init(.add, "factor", "\(subject)", "\(factor.value), \(factor.window)"))
            }
        }
    }

    /// Prices of the past stand, unless the operator says otherwise (money.md 1.3).
    ///
    /// A first definition may reach back; so may a new window where nothing was in force before.
    private func refuseBackdating(
        from old: [Priced], to new: [Priced], of what: String
    ) throws(Refusal) {
        guard !backdate, !old.isEmpty else { return }
        let past = Interval(start: Instant(epochSeconds: 0), end: now)
        let clipped = { (prices: [Priced]) in
            Set(
                prices.compactMap { price in
                    past.flatMap(price.window.intersection).map {
                        Priced(value: price.value, window: $0)
                    }
                })
        }
        let (was, would) = (clipped(old), clipped(new))
        guard was != would else { return }
        // From where on they differ, and how.
        func value(_ prices: Set<Priced>, at moment: Instant) -> String {
            prices.first { $0.window.contains(moment) }.map { "\($0.value)" } ?? "none"
        }
        let moments = was.union(would).flatMap { [$0.window.start, $0.window.end] }
        let first = moments.filter { value(was, at: $0) != value(would, at: $0) }.min()
        guard let first else { return }
        throw .conflict(
            "\(what): from \(first) on the books have \(value(was, at: first)), here it is "
                + "\(value(would, at: first)); this changes what it cost before \(now). Write here "
                + "what the books have until now (atoll rate list --all) and let the new one begin "
                + "later, or say --backdate.")
    }
}

/// A value and when it holds: what two versions are compared by.
private struct Priced: Hashable {
    let value: Rational
    let window: Interval
}

/// What a factor is for.
private struct Subject: Hashable, CustomStringConvertible {
    let subject: FactorSubject
    let cluster: String?
    init(_ subject: FactorSubject, _ cluster: String?) {
        (self.subject, self.cluster) = (subject, cluster)
    }
    var description: String {
        let name =
            switch subject {
            case .qos(let qos): "QOS \(qos)"
            case .partition(let partition): "partition \(partition)"
            }
        return cluster.map { "\(name) on \($0)" } ?? name
    }
}

/// Edits of resources and rates: a rate that is added supersedes what is in force in its window.

import Rates
import Registry
import Units

extension Applier {
    mutating func carryOut(_ verb: Edit.Verb, _ fields: ResourceFields) throws(Refusal) {
        let before = registry.rateBook.resource(named: fields.name)
        try refuse(verb, of: .resource, fields.name, isThere: before != nil)
        guard let tres = fields.tres ?? before?.tres else {
            throw .invalid("resource \(fields.name): say which TRES it counts, such as cpu.")
        }
        guard tres.isRateable else {
            throw .invalid(
                "resource \(fields.name): \(tres) can't be rated; write \(TRESName.forms).")
        }
        for name in (fields.scope?.clusters ?? []).sorted() where registry.clusters[name] == nil {
            throw .notFound(
                "resource \(fields.name): there is no cluster \(name); use: atoll cluster add "
                    + "\(name) …")
        }
        try put(
            Resource(
                id: before?.id ?? ResourceID(facts.next.take(\.resource)), name: fields.name,
                type: fields.type ?? before?.type ?? fields.name, tres: tres,
                scope: fields.scope ?? before?.scope ?? .everywhere,
                units: fields.units.applied(to: before?.units)))
        if let span = fields.rate { try supersede(by: span, resource: fields.name) }
        // Without any its jobs would be refused from this moment.
        guard verb != .add || fields.rate != nil else {
            throw .invalid("resource \(fields.name): say what it costs; it may be 0.")
        }
    }

    mutating func carryOut(_ fields: RateFields) throws(Refusal) {
        try supersede(by: fields.span, resource: fields.resource)
    }

    /// What is in force keeps its price outside of `span`.
    private mutating func supersede(by span: RateSpan, resource name: String) throws(Refusal) {
        guard let resource = registry.rateBook.resource(named: name) else {
            throw .notFound("there is no resource \(name); use: atoll resource add \(name) …")
        }
        let window = Interval(start: span.start ?? now, end: span.end)
        guard let window, !window.isEmpty else {
            throw .invalid("the rate of \(name) would end before it begins.")
        }
        let kept = registry.rateBook.rates(of: resource.id).flatMap { rate in
            rate.window.outside(window).map { SiteRate(suPerHour: rate.suPerHour, window: $0) }
        }
        try putRates(kept + [SiteRate(suPerHour: span.suPerHour, window: window)], of: resource)
    }

    func refuseContradiction() throws(Refusal) {
        do { _ = try registry.rateBook.card() } catch {
            throw .invalid("the rates contradict one another: \(error).")
        }
    }
}

extension Interval {
    /// What of it lies before and after `other`.
    fileprivate func outside(_ other: Interval) -> [Interval] {
        guard overlaps(other) else { return [self] }
        let before = start < other.start ? Interval(start: start, end: other.start) : nil
        let after = other.end < end ? Interval(start: other.end, end: end) : nil
        return [before, after].compactMap(\.self)
    }
}

/// What a card is refused for.

import Units

func checkResources(_ resources: [Resource]) throws(RateCardError) {
    for (index, resource) in resources.enumerated() {
        for other in resources[..<index] {
            if other.id == resource.id || other.name == resource.name {
                throw .repeatedResource(resource.name)
            }
            // A typed and an untyped gres part the units between them, so they are no rivals.
            if other.tres == resource.tres, other.scope.overlaps(resource.scope),
                other.scope.namedDimensions == resource.scope.namedDimensions
            {
                throw .resourceOverlap(other.name, resource.name, resource.tres)
            }
        }
    }
}

/// `rates` are sorted by resource and start.
func checkRates(_ rates: [RateVersion], of resources: [Resource]) throws(RateCardError) {
    let names = Dictionary(uniqueKeysWithValues: resources.map { ($0.id, $0.name) })
    for (index, rate) in rates.enumerated() {
        guard let name = names[rate.resource] else { throw .unknownResource(rate.id) }
        if rate.window.isEmpty { throw .emptyWindow(of: quoted(name), at: rate.window.start) }
        guard index > 0, rates[index - 1].resource == rate.resource else { continue }
        if let overlap = rates[index - 1].window.intersection(rate.window) {
            throw .windowOverlap(of: quoted(name), overlap)
        }
    }
}

func checkFactors(_ factors: [FactorVersion]) throws(RateCardError) {
    for (index, factor) in factors.enumerated() {
        if factor.window.isEmpty {
            throw .emptyWindow(of: factor.subject.description, at: factor.window.start)
        }
        for other in factors[..<index] where other.subject == factor.subject {
            guard other.cluster == nil || factor.cluster == nil || other.cluster == factor.cluster,
                let overlap = other.window.intersection(factor.window)
            else { continue }
            throw .windowOverlap(of: factor.subject.description, overlap)
        }
    }
}

/// Every rate with every factor, and every pair of factors, that could meet in some job.
func checkProducts(
    _ resources: [Resource], _ rates: [RateVersion], _ factors: [FactorVersion]
) throws(RateCardError) {
    let byID = Dictionary(uniqueKeysWithValues: resources.map { ($0.id, $0) })
    for rate in rates {
        guard let resource = byID[rate.resource] else { throw .unknownResource(rate.id) }
        let meeting = factors.filter { factor in
            factor.window.overlaps(rate.window) && resource.scope.overlaps(scope(of: factor))
        }
        for (index, factor) in meeting.enumerated() {
            try checkProduct(resource, rate, factor, nil)
            for other in meeting[..<index] where canMeet(factor, other, in: rate.window) {
                try checkProduct(resource, rate, other, factor)
            }
        }
    }
}

private func checkProduct(
    _ resource: Resource, _ rate: RateVersion, _ factor: FactorVersion, _ other: FactorVersion?
) throws(RateCardError) {
    do {
        _ = try effectiveRate(rate.suPerHour, factor.factor, other?.factor ?? .one)
    } catch {
        throw .effectiveRateTooLarge(
            resource: resource.name,
            factors: [factor.subject, other?.subject].compactMap { $0?.description })
    }
}

private func scope(of factor: FactorVersion) -> ResourceScope {
    let clusters = factor.cluster.map { Set([$0]) }
    return switch factor.subject {
    case .qos(let name): ResourceScope(clusters: clusters, qos: [name])
    case .partition(let name): ResourceScope(clusters: clusters, partitions: [name])
    }
}

/// Whether one job can have both: a QOS and a partition, on one cluster, at one time.
private func canMeet(_ a: FactorVersion, _ b: FactorVersion, in window: Interval) -> Bool {
    let areOfTwoKinds =
        switch (a.subject, b.subject) {
        case (.qos, .partition), (.partition, .qos): true
        default: false
        }
    guard areOfTwoKinds, let both = a.window.intersection(b.window) else { return false }
    return both.overlaps(window) && scope(of: a).overlaps(scope(of: b))
}

private func quoted(_ name: String) -> String { "\"\(name)\"" }

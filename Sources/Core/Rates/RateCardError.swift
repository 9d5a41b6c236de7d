/// What makes a rate card no card: contradictions that would leave a price to chance.

import Units

package enum RateCardError: Error, Hashable, Sendable {
    case emptyWindow(resource: String, Interval)
    case overlappingWindows(resource: String, Interval, Interval)
    /// Two resources of one TRES, neither narrower than the other, can fit one job.
    case equallyNarrow(String, String)
    case overlappingFactors(FactorSubject, Interval, Interval)
    /// Rate × factors has a numerator or denominator beyond 10¹².
    case tooLarge(resource: String)
    case unknownResource
}

extension RateCardError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .emptyWindow(let name, let window): "a rate of \(name) holds at no time (\(window))"
        case .overlappingWindows(let name, let a, let b):
            "two rates of \(name) overlap: \(a) and \(b)"
        case .equallyNarrow(let a, let b):
            "\(a) and \(b) rate the same TRES and neither is narrower"
        case .overlappingFactors(let subject, let a, let b):
            "two factors of \(subject) overlap: \(a) and \(b)"
        case .tooLarge(let name): "a rate of \(name) times its factors is beyond 10¹²"
        case .unknownResource: "a rate is for no resource"
        }
    }
}

func checkCard(
    resources: [Resource], rates: [RateVersion], factors: [FactorVersion]
) throws(RateCardError) {
    let byID = Dictionary(uniqueKeysWithValues: resources.map { ($0.id, $0) })
    for (index, a) in resources.enumerated() {
        for b in resources[(index + 1)...] where a.tres == b.tres {
            if a.scope.isAsNarrow(as: b.scope) { throw .equallyNarrow(a.name, b.name) }
        }
    }
    for (resource, versions) in Dictionary(grouping: rates, by: \.resource) {
        guard let name = byID[resource]?.name else { throw .unknownResource }
        if let clash = firstOverlap(versions.map(\.window)) {
            throw .overlappingWindows(resource: name, clash.0, clash.1)
        }
        for version in versions {
            if version.window.isEmpty { throw .emptyWindow(resource: name, version.window) }
            try checkBounds(of: version, named: name, factors)
        }
    }
    for (key, versions) in Dictionary(grouping: factors, by: { [$0.subject.key, $0.cluster ?? ""] })
    {
        if let clash = firstOverlap(versions.map(\.window)), !key.isEmpty {
            throw .overlappingFactors(versions[0].subject, clash.0, clash.1)
        }
    }
}

/// Whatever QOS and partition a job has, its effective rate stays within bounds (money.md 1.2).
private func checkBounds(
    of rate: RateVersion, named name: String, _ factors: [FactorVersion]
) throws(RateCardError) {
    let qos = factors.filter { if case .qos = $0.subject { true } else { false } }
    let partitions = factors.filter { if case .partition = $0.subject { true } else { false } }
    for first in qos.map(\.factor) + [.one] {
        for second in partitions.map(\.factor) + [.one] {
            do {
                _ = try rate.suPerHour.multiplied(by: first).multiplied(by: second)
            } catch { throw .tooLarge(resource: name) }
        }
    }
}

private func firstOverlap(_ windows: [Interval]) -> (Interval, Interval)? {
    let sorted = windows.sorted { $0.start < $1.start }
    return zip(sorted, sorted.dropFirst()).first { $0.overlaps($1) }
}

extension FactorSubject {
    fileprivate var key: String {
        switch self {
        case .qos(let name): "qos \(name)"
        case .partition(let name): "partition \(name)"
        }
    }
}

/// Why a rate card can't be made; each names what to change.

import Units

package enum RateCardError: Error, Equatable, Sendable {
    /// Two resources with one id or one name.
    case repeatedResource(String)
    /// A rate for a resource that the card doesn't have.
    case unknownResource(RateID)
    /// `of` is the resource's name, or `QOS high`, `partition gpu`.
    case emptyWindow(of: String, at: Instant)
    /// Two rates or factors in force at once.
    case windowOverlap(of: String, Interval)
    /// Two equally narrow resources would both rate the same TRES of some job.
    case resourceOverlap(String, String, TRESName)
    /// Rate × QOS factor × partition factor passes 10¹² in numerator or denominator.
    case effectiveRateTooLarge(resource: String, factors: [String])
}

extension RateCardError: CustomStringConvertible {
    /// One line for an operator.
    package var description: String {
        switch self {
        case .repeatedResource(let name):
            "the resource \"\(name)\" is there twice; name each once"
        case .unknownResource(let id):
            "rate \(id.number) is for a resource that is not there"
        case .emptyWindow(let what, let at):
            "the window of \(what) at \(at) is empty; let it end later"
        case .windowOverlap(let what, let overlap):
            "two windows of \(what) overlap in \(overlap); end one where the other starts"
        case .resourceOverlap(let one, let other, let tres):
            "\"\(one)\" and \"\(other)\" rate \(tres) of the same jobs, and neither is narrower; "
                + "name a cluster, partition or QOS in one of them"
        case .effectiveRateTooLarge(let resource, let factors):
            "the rate of \"\(resource)\" times \(factors.joined(separator: " and ")) is too large "
                + "or too fine; in lowest terms neither part may pass 1,000,000,000,000"
        }
    }
}

extension FactorSubject: CustomStringConvertible {
    /// `QOS high` or `partition gpu`.
    package var description: String {
        switch self {
        case .qos(let name): "QOS \(name)"
        case .partition(let name): "partition \(name)"
        }
    }
}

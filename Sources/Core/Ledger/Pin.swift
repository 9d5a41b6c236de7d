/// Which lots a hold or a share has set aside, and how much of each.

import Units

package struct Pins: Hashable, Sendable {
    package private(set) var amounts: [LotID: ServiceUnits]

    package init(_ amounts: [LotID: ServiceUnits] = [:]) {
        precondition(amounts.values.allSatisfy { $0 >= .zero }, "a pin is not negative")
        self.amounts = amounts.filter { $0.value > .zero }
    }

    package static let none = Pins()

    package var total: ServiceUnits { amounts.values.reduce(.zero, +) }
    package var isEmpty: Bool { amounts.isEmpty }
    package var sorted: [(lot: LotID, amount: ServiceUnits)] {
        amounts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    package mutating func add(_ amount: ServiceUnits, of lot: LotID) {
        guard amount > .zero else { return }
        amounts[lot, default: .zero] += amount
    }

    /// Takes `amount` of `lot` out; there must be so much.
    package mutating func take(_ amount: ServiceUnits, of lot: LotID) {
        let left = (amounts[lot] ?? .zero) - amount
        precondition(left >= .zero, "pins of lot \(lot) would be negative")
        amounts[lot] = left == .zero ? nil : left
    }

    package static func + (a: Pins, b: Pins) -> Pins {
        Pins(a.amounts.merging(b.amounts) { $0 + $1 })
    }
}

/// Charges for usage that becomes known late: a lot pays for what was used while it was valid, even
/// where what it had left has expired since.

import Rates
import Units

extension Pool {
    /// As `settle` with nothing pinned, but before the overdraft comes what expired in lots that were
    /// valid at `instant`: had the usage been known then, it would not have expired.
    package mutating func settlePast(
        _ lines: [Line], at instant: Instant, for dimensions: Dimensions
    ) {
        let ended = lots.values
            .filter {
                $0.kind == .grant && $0.state == .ended && $0.window.contains(instant)
                    && $0.balances.expired > .zero
            }
            .sorted { ($0.window.end, $0.id) < ($1.window.end, $1.id) }
        guard !ended.isEmpty else {
            return settle(lines, from: .none, at: instant, for: dimensions)
        }
        // First it comes back, so that a statement shows both.
        var due = lines.reduce(.zero) { $0 + $1.amount }
        var recalled: [(lot: LotID, amount: ServiceUnits)] = []
        for lot in ended where due > .zero {
            let amount = min(lot.balances.expired, due)
            move(amount, in: lot.id, from: .expired, to: .available, for: dimensions)
            recalled.append((lot.id, amount))
            due -= amount
        }
        var left: [Line] = []
        for line in lines {
            var part = dimensions.of(line)
            var rest = line.amount
            for place in recalled.indices where rest > .zero {
                let amount = min(recalled[place].amount, rest)
                guard amount > .zero else { continue }
                move(amount, in: recalled[place].lot, from: .available, to: .charged, for: part)
                part.unitSeconds = nil
                recalled[place].amount -= amount
                rest -= amount
            }
            if rest == line.amount {
                left.append(line)
            } else if rest > .zero {
                left.append(line.rest(rest))
            }
        }
        settle(left, from: .none, at: instant, for: dimensions)
    }
}

extension Dimensions {
    /// With what a line is about.
    func of(_ line: Line) -> Dimensions {
        var it = self
        (it.resource, it.rate, it.usage) = (line.resource, line.rate, line.interval)
        it.unitSeconds = Int64(exactly: line.raw)
        return it
    }
}

extension Line {
    /// The same line for what is left of its amount; its seconds are counted already.
    package func rest(_ amount: ServiceUnits) -> Line {
        Line(
            resource: resource, rate: rate, qosFactor: qosFactor,
            partitionFactor: partitionFactor, interval: interval, count: 0, seconds: 0,
            amount: amount)
    }
}

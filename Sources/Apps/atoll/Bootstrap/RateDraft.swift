/// Billing weights → rates: one SU is what Slurm bills as 1 for an hour.

import Units

/// One resource of the draft.
struct RateDraft: Equatable, Sendable {
    var tres: TRESName
    /// SU per hour of a unit; of memory a GiB.
    var perHour: Rational
    /// Nil: in all of them the same.
    var partitions: [String]?

    var name: String {
        let plain: String =
            switch tres.description {
            case "cpu": "CPU"
            case "mem": "Memory"
            case "node": "Node"
            case "billing": "Billing"
            case let gres where gres.hasPrefix("gres/"):
                gres.dropFirst(5).split(separator: ":", maxSplits: 1)
                    .enumerated().map {
                        $0.offset == 0 ? $0.element.uppercased() : String($0.element)
                    }
                    .joined(separator: " ")
            default: tres.description
            }
        return partitions.map { plain + " in " + $0.joined(separator: ", ") } ?? plain
    }

    /// What reports group by.
    var type: String {
        switch tres.description {
        case "cpu", "billing": "CPU"
        case "mem": "Memory"
        case "node": "Node"
        case let other where other.hasPrefix("gres/gpu"): "GPU"
        default: "Other"
        }
    }
}

struct RateDrafts: Equatable, Sendable {
    var rates: [RateDraft] = []
    /// Weights that no rate can stand for, each with its partition.
    var unread: [String] = []

    init(_ partitions: [SlurmSite.Partition]) {
        var weights: [TRESName: [(partition: String, weight: Rational)]] = [:]
        for partition in partitions {
            for (tres, weight) in read(partition) where weight != .zero {
                weights[tres, default: []].append((partition.name, weight))
            }
        }
        for (tres, found) in weights.sorted(by: { Self.rank($0.key) < Self.rank($1.key) }) {
            let amounts = found.reduce(into: [Rational]()) { amounts, it in
                if !amounts.contains(it.weight) { amounts.append(it.weight) }
            }
            let isEverywhere = amounts.count == 1 && found.count == partitions.count
            for amount in amounts {
                let names = found.filter { $0.weight == amount }.map(\.partition)
                rates.append(
                    RateDraft(
                        tres: tres, perHour: amount, partitions: isEverywhere ? nil : names))
            }
        }
    }

    /// What a limit's minutes are worth: at the default partition's rate, else at the dearest.
    func rate(of tres: TRESName, defaultPartition: String?) -> Rational? {
        if tres == .billing { return .one }
        let its = rates.filter { $0.tres == tres }
        let usual = its.first { rate in
            rate.partitions == nil
                || defaultPartition.map { rate.partitions!.contains($0) } ?? false
        }
        return usual?.perHour ?? its.map(\.perHour).max(by: isLess)
    }

    private mutating func read(
        _ partition: SlurmSite.Partition
    ) -> [(tres: TRESName, weight: Rational)] {
        guard let text = partition.weights, text != "(null)", !text.isEmpty else {
            return [(.cpu, .one)]
        }
        var found: [(tres: TRESName, weight: Rational)] = []
        for item in text.split(separator: ",") {
            let sides = item.split(separator: "=", maxSplits: 1)
            let kind = sides[0].split(separator: "/", maxSplits: 1)
            let name = kind[0].lowercased() + (kind.count == 2 ? "/" + kind[1] : "")
            let tres = TRESName(name)
            guard sides.count == 2, tres.isRateable, tres.description == name, tres != .billing,
                let weight = Self.weight(sides[1], isMemory: tres == .memory)
            else {
                unread.append("\(item) of partition \(partition.name)")
                continue
            }
            found.append((tres, weight))
        }
        return found
    }

    /// A suffix names the unit that the weight is for; memory without one is a MiB
    /// (slurm.conf(5), TRESBillingWeights).
    private static func weight(_ text: Substring, isMemory: Bool) -> Rational? {
        let suffixes = ["k", "m", "g", "t", "p"]
        let suffix = text.last.flatMap { suffixes.firstIndex(of: $0.lowercased()) }
        let number = suffix == nil ? text : text.dropLast()
        guard var weight = try? Rational(parsing: String(number)) else { return nil }
        // Powers of 1024 from the unit that a rate is for to the one that the weight is for.
        let power = isMemory ? (suffix ?? 1) - 2 : suffix.map { $0 + 1 } ?? 0
        for _ in 0..<abs(power) {
            let step = try? power > 0 ? Rational(1, over: 1_024) : Rational(1_024, over: 1)
            guard let step, let next = try? weight.multiplied(by: step) else { return nil }
            weight = next
        }
        return weight
    }

    /// Slurm's own order.
    private static func rank(_ tres: TRESName) -> String {
        let first: [TRESName] = [.cpu, .memory, .node]
        return first.firstIndex(of: tres).map { "\($0)" } ?? "3" + tres.description
    }
}

private func isLess(_ a: Rational, _ b: Rational) -> Bool {
    Int128(a.numerator) * Int128(b.denominator) < Int128(b.numerator) * Int128(a.denominator)
}

/// What usage costs, worked out here once more, so that the tests don't ask the code they test.

import Rates
import Registry
import Units

/// SU an hour as a fraction.
struct HourlyRate {
    let over: Int128
    let under: Int128

    init(_ over: Int128, per under: Int128 = 1) { (self.over, self.under) = (over, under) }

    /// What is charged for `units` over `seconds`: rounded half to even.
    func charge(_ units: Int64, for seconds: Int64) -> ServiceUnits {
        let (micro, rest, whole) = divided(units, seconds)
        let isUp = rest * 2 > whole || (rest * 2 == whole && micro % 2 == 1)
        return ServiceUnits(microSU: Int64(micro) + (isUp ? 1 : 0))
    }

    /// What is held for them: rounded up.
    func hold(_ units: Int64, for seconds: Int64) -> ServiceUnits {
        let (micro, rest, _) = divided(units, seconds)
        return ServiceUnits(microSU: Int64(micro) + (rest > 0 ? 1 : 0))
    }

    private func divided(
        _ units: Int64, _ seconds: Int64
    ) -> (micro: Int128, rest: Int128, whole: Int128) {
        let raw = Int128(units) * Int128(seconds) * over * 1_000_000
        let whole = under * 3_600
        return (raw / whole, raw % whole, whole)
    }
}

/// The rates of the site under test (`Stage.site`).
enum Rate {
    static let core = HourlyRate(36)
    static let gpu = HourlyRate(360)
    /// A rate that no micro-SU divides: what is not exact would show.
    static let h200 = HourlyRate(1_000, per: 7)
}

extension Site {
    /// One resource more, at so many SU an hour of what Slurm counts; of memory an hour of 1024 MiB.
    mutating func rate(_ tres: String, _ perHour: String) throws {
        let window = resources[0].rates[0].window
        resources.append(
            SiteResource(
                name: tres, type: tres, tres: TRESName(tres), scope: .everywhere,
                rates: [SiteRate(suPerHour: try Rational(parsing: perHour), window: window)]))
    }

    /// The allocation by that name.
    subscript(name: String) -> SiteAllocation {
        get {
            let all = projects.flatMap(\.allocations)
            guard let found = all.first(where: { $0.name == name }) else {
                preconditionFailure("no allocation \(name)")
            }
            return found
        }
        set {
            for project in projects.indices {
                for place in projects[project].allocations.indices
                where projects[project].allocations[place].name == name {
                    projects[project].allocations[place] = newValue
                }
            }
        }
    }
}

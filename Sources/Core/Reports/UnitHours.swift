/// Raw use in the unit that a rate is stated in: CPU-hours, GPU-hours, GiB-hours.

import Rates
import Units

/// Millionths of unit-hours of base unit-seconds, half-even.
///
/// Sums are kept as base unit-seconds, exactly, and come here once.
package func microUnitHours(raw: Int128, of tres: TRESName) -> Int128 {
    let (whole, rest) = flooredDivision(raw, by: 3_600 * Int128(tres.baseUnitsPerRatedUnit))
    let million = Int128(ServiceUnits.microPerUnit)
    return whole * million
        + dividedHalfEven(rest * million, by: 3_600 * Int128(tres.baseUnitsPerRatedUnit))
}

extension Resource {
    /// The head of a column of its use: `CPU h`, `Memory GiB h`.
    package var unitHoursTitle: String { tres == .memory ? "\(name) GiB h" : "\(name) h" }
}

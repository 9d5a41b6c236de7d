/// A card looked up once for the jobs of one cluster, partition and QOS: which resource rates what.
///
/// Of several resources for one TRES the narrowest that fits is here and no other, whether or not a
/// rate of it is in force.

import Units

final class PricePlan: Sendable {
    let combination: Combination
    /// By resource name.
    let tracks: [Track]
    private let plain: [(tres: TRESName, track: Int)]
    private let families: [GresFamily]

    /// One gres: typed resources take their units, the untyped one the remainder.
    private struct GresFamily {
        let gres: TRESName
        var untyped: Int?
        var typed: [(tres: TRESName, track: Int)] = []
    }

    /// How many base units a track rates; more than 0.
    struct Load {
        let track: Int
        let count: Int64
    }

    init(combination: Combination, tracks: [Track]) {
        self.combination = combination
        self.tracks = tracks
        var plain: [(tres: TRESName, track: Int)] = []
        var families: [GresFamily] = []
        for (index, track) in tracks.enumerated() {
            let tres = track.resource.tres
            guard tres.description.hasPrefix("gres/") else {
                plain.append((tres, index))
                continue
            }
            let gres = tres.untyped ?? tres
            let place = families.firstIndex { $0.gres == gres } ?? families.count
            if place == families.count { families.append(GresFamily(gres: gres)) }
            if tres == gres {
                families[place].untyped = index
            } else {
                families[place].typed.append((tres, index))
            }
        }
        (self.plain, self.families) = (plain, families)
    }

    /// What each track rates of `counts`, by resource name.
    func loads(of counts: TRESCounts) -> [Load] {
        var loads: [Load] = []
        loads.reserveCapacity(tracks.count)
        for (tres, track) in plain {
            let count = counts[tres]
            if count > 0 { loads.append(Load(track: track, count: count)) }
        }
        for family in families {
            var rated: Int128 = 0
            for (tres, track) in family.typed {
                let count = counts[tres]
                guard count > 0 else { continue }
                rated += Int128(count)
                loads.append(Load(track: track, count: count))
            }
            guard let untyped = family.untyped else { continue }
            // Slurm counts typed units in the untyped total too, where it has a total at all.
            let total = max(Int128(counts[family.gres]), counts.typedTotal(of: family.gres))
            if total > rated {
                loads.append(Load(track: untyped, count: Int64(clamping: total - rated)))
            }
        }
        if !families.isEmpty, loads.count > 1 { loads.sort { $0.track < $1.track } }
        return loads
    }
}

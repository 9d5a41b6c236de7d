internal import Units

/// Licences where the TRES strings lack them: without slurmdbd only `Licenses` tells them.
enum Licences {
    /// Adds what `matlab:3,abaqus` tells to `tres`, for names that it does not count yet; a licence
    /// without a count is one. What can't be read is left out.
    static func fill(_ tres: inout TRESCounts, from text: String) {
        for item in text.split(whereSeparator: { ",;".contains($0) }) {
            let parts = item.split(maxSplits: 1, whereSeparator: { ":=*".contains($0) })
            guard let name = parts.first,
                let count = parts.count == 1 ? 1 : Int64(parts[1]),
                (1...1_000_000_000).contains(count)
            else { continue }
            let licence = TRESName("license/" + name)
            if tres[licence] == 0 { tres[licence] = count }
        }
    }
}

/// `--licenses`: "matlab:2,abaqus@server" as licence TRES.

import Units

/// Counts by `license/…`; a licence without a count is one. Source: sbatch(1) `--licenses`.
func readLicences(_ text: String?) throws(EstimateRefusal) -> [(name: TRESName, count: Int64)] {
    guard let text, !text.isEmpty else { return [] }
    var licences: [(name: TRESName, count: Int64)] = []
    for item in text.split(omittingEmptySubsequences: false, whereSeparator: { ",;".contains($0) })
    {
        let parts = item.split(
            maxSplits: 1, omittingEmptySubsequences: false,
            whereSeparator: { $0 == ":" || $0 == "=" || $0 == "*" })
        guard let name = parts.first, !name.isEmpty, !name.contains("|"),
            let count = parts.count == 1 ? 1 : gresCount(parts[1])
        else { throw .malformed(field: "licenses", text: text) }
        licences.append((TRESName("license/" + name), count))
    }
    return licences
}

/// The values of sbatch's options, read as sbatch reads them.

import Units

extension SbatchLine.Given {
    var shownName: String { "--\(name)" }

    func bad(_ wanted: String) -> SbatchError {
        .badValue(option: shownName, value: value ?? "", wanted: wanted)
    }

    /// A whole number, above 0 unless said otherwise.
    func count(atLeast least: Int64 = 1) throws(SbatchError) -> Int64 {
        guard let value, let number = Int64(value), number >= least, number < 1 << 31 else {
            throw bad(least > 0 ? "a number above 0" : "a number")
        }
        return number
    }

    /// MiB; K is rounded up, no letter means M.
    func mebibytes() throws(SbatchError) -> Int64 {
        var digits = Substring(value ?? "").uppercased()[...]
        if digits.hasSuffix("B"), digits.count > 2 { digits.removeLast() }
        let unit = digits.last.flatMap { "KMGT".contains($0) ? $0 : nil }
        if unit != nil { digits.removeLast() }
        guard let number = Int64(digits), number >= 0, number < 1 << 40 else {
            throw bad("MiB, or a number with K, M, G or T")
        }
        switch unit {
        case "K": return (number + 1_023) / 1_024
        case "G": return number << 10
        case "T": return number << 20
        default: return number
        }
    }

    /// Whole minutes, rounded up; 0 means without limit.
    func minutes(zeroIsUnlimited: Bool) throws(SbatchError) -> Int64 {
        let wanted = "minutes, H:M:S, D-H:M:S or UNLIMITED"
        if value == "-1" { return JobRequest.unlimitedMinutes }
        let seconds: Int64?
        do { seconds = try parseSlurmDuration(value ?? "") } catch { throw bad(wanted) }
        guard let seconds else { return JobRequest.unlimitedMinutes }
        let minutes = (seconds + 59) / 60
        return minutes == 0 && zeroIsUnlimited ? JobRequest.unlimitedMinutes : minutes
    }

    /// `4`, `2-4`, `-4` (at most), with `k` for 1,024 and `m` for 1,048,576; no most where it is 0.
    func nodes() throws(SbatchError) -> (least: Int64, most: Int64) {
        let wanted = "a number or a range such as 2-4"
        let ends = (value ?? "").split(
            separator: "-", maxSplits: 1, omittingEmptySubsequences: false
        ).map(Self.nodeCount)
        guard let first = ends.first, let last = ends.last, let last else { throw bad(wanted) }
        guard let first = first ?? (value?.hasPrefix("-") == true ? 1 : nil) else {
            throw bad(wanted)
        }
        guard last == 0 || first <= last else { throw bad(wanted) }
        return (first, last)
    }

    private static func nodeCount(_ text: Substring) -> Int64? {
        var digits = text.lowercased()[...]
        let scale: Int64 = digits.hasSuffix("k") ? 1_024 : digits.hasSuffix("m") ? 1_048_576 : 1
        if scale > 1 { digits.removeLast() }
        guard let number = Int64(digits), (0..<1 << 24).contains(number) else { return nil }
        return number * scale
    }

    /// `2`, `h200:2`, `h200:2,a100:1` with `gres:gpu:` before each.
    func gpus() throws(SbatchError) -> String {
        let items = (value ?? "").split(separator: ",")
        guard !items.isEmpty else { throw bad("a number or type:number") }
        return items.map { "gres:gpu:\($0)" }.joined(separator: ",")
    }

    /// `gpu:2,tmp:4` with `gres:` before each; nil for `none`.
    func gres() throws(SbatchError) -> String? {
        guard let value, !value.isEmpty else { throw bad("name:number, such as gpu:2") }
        if value.lowercased() == "none" { return nil }
        return value.split(separator: ",")
            .map { $0.hasPrefix("gres:") ? String($0) : "gres:\($0)" }.joined(separator: ",")
    }

    func hosts() throws(SbatchError) -> String {
        guard let value, !value.isEmpty else { throw bad("nodes, such as n[1-4]") }
        guard !value.contains("/") else { throw .nodeFile(option: shownName) }
        return value
    }
}

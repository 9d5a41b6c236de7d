/// Slurm's way to write a span of time, as sbatch(1) `--time` and sacct's Elapsed have it.

package enum DurationError: Error, Equatable, Sendable { case malformed(String) }

/// Seconds of `M`, `M:S`, `H:M:S`, `D-H`, `D-H:M` or `D-H:M:S`; nil for `UNLIMITED`.
///
/// Nothing is rounded here; Slurm itself rounds a time limit up to whole minutes.
package func parseSlurmDuration(_ text: String) throws(DurationError) -> Int64? {
    if ["UNLIMITED", "INFINITE"].contains(text.uppercased()) { return nil }
    let dayParts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    let fields = dayParts[dayParts.count - 1]
        .split(separator: ":", omittingEmptySubsequences: false)
        .map(plainNumber)
    guard !fields.contains(nil) else { throw .malformed(text) }
    let numbers = fields.compactMap { $0 }
    if dayParts.count == 2 {
        guard let days = plainNumber(dayParts[0]), (1...3).contains(numbers.count) else {
            throw .malformed(text)
        }
        let clock = numbers + Array(repeating: 0, count: 3 - numbers.count)
        return days * 86_400 + clock[0] * 3_600 + clock[1] * 60 + clock[2]
    }
    switch numbers.count {
    case 1: return numbers[0] * 60
    case 2: return numbers[0] * 60 + numbers[1]
    case 3: return numbers[0] * 3_600 + numbers[1] * 60 + numbers[2]
    default: throw .malformed(text)
    }
}

/// One to nine digits and nothing else.
private func plainNumber(_ text: Substring) -> Int64? {
    guard (1...9).contains(text.utf8.count), text.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }) else {
        return nil
    }
    return Int64(text)
}

/// `[D-]HH:MM:SS` as sacct prints a span, or `UNLIMITED` for nil.
package func slurmDuration(seconds: Int64?) -> String {
    guard let seconds else { return "UNLIMITED" }
    let two = { (value: Int64) in value < 10 ? "0\(value)" : String(value) }
    let clock =
        two(seconds / 3_600 % 24) + ":" + two(seconds / 60 % 60) + ":" + two(seconds % 60)
    return seconds >= 86_400 ? "\(seconds / 86_400)-\(clock)" : clock
}

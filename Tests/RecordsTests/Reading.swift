import Records
import Testing
import Units

/// What a whole text came to.
struct Reading {
    var jobs: [JobRecord] = []
    var problems: [RowProblem] = []
    var passedOver = 0

    /// Reads `text` in chunks of `chunkBytes`, however that cuts its lines.
    init(_ text: String, _ settings: ReadSettings = .test, chunkBytes: Int = 1 << 20) throws {
        let bytes = Array(text.utf8)
        var reader = JobReader(settings)
        var place = 0
        while place < bytes.count {
            let end = min(place + chunkBytes, bytes.count)
            jobs += try reader.read(Array(bytes[place..<end]))
            place = end
        }
        try reader.finish()
        problems = reader.problems
        passedOver = reader.passedOverCount
    }
}

extension ReadSettings {
    static let test = ReadSettings(defaultCluster: "reef")
}

/// A dump of one row with the needed columns, in which `column` has `value`.
func dumpOf(
    _ column: String, _ value: String, over usual: [String: String] = [:], without: String? = nil
) -> String {
    var values = [
        "JobIDRaw": "123", "User": "ada", "Account": "astro", "Partition": "cpu",
        "Submit": "2026-11-21T09:00:00", "Start": "2026-11-21T09:01:00",
        "End": "2026-11-21T09:02:00", "State": "COMPLETED", "AllocTRES": "cpu=4,mem=4000M,node=1",
    ]
    values.merge(usual) { $1 }
    values[column] = value
    if let without { values[without] = nil }
    let names = values.keys.sorted()
    return names.joined(separator: "|") + "\n"
        + names.map { values[$0] ?? "" }.joined(separator: "|") + "\n"
}

/// The record of a dump in which `column` has `value`.
func record(_ column: String, _ value: String, over usual: [String: String] = [:]) throws
    -> JobRecord
{
    let read = try Reading(dumpOf(column, value, over: usual))
    return try #require(read.jobs.first, "\(read.problems)")
}

/// What is said of a row in which `column` has `value`.
func complaint(_ column: String, _ value: String) throws -> String? {
    try Reading(dumpOf(column, value)).problems.first?.description
}

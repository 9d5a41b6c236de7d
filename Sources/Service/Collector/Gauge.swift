/// The gauge's answers as records: one method a subcommand.

import Records

/// What one run of the gauge brought.
struct Reading<Record: Sendable>: Sendable {
    var records: [Record] = []
    /// Rows that could not be read, the first few in full.
    var problems: [RowProblem] = []
    var problemCount = 0
}

extension GaugeCommand {
    /// - Parameter keep: which records are wanted; the others take no memory.
    func read<Decoder: RowDecoder>(
        _ decoder: Decoder.Type, _ arguments: [String],
        keep: (Decoder.Record) -> Bool = { _ in true }
    ) throws -> Reading<Decoder.Record> {
        var reader = RecordReader<Decoder>(ReadSettings(maxProblemsKept: 20))
        var reading = Reading<Decoder.Record>()
        do {
            try run(arguments) { chunk in
                try reader.read(chunk) { if keep($0) { reading.records.append($0) } }
            }
            try reader.finish()
        } catch let error as RecordError {
            throw GaugeFailure(.nonsense, "atoll-gauge \(arguments[0]): \(error)")
        }
        reading.problems = reader.problems
        reading.problemCount = reader.problemCount
        return reading
    }
}

import Books
import Testing
import Units

/// What is done about one limit in slurmdbd.
@Suite struct BackstopStepTests {
    private static let written = Instant(epochSeconds: 1_000)
    private static let due = Instant(epochSeconds: 4_600)

    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        /// needed and wanted; nil: no limit.
        let figure: (needed: Int64, wanted: Int64)?
        let standing: Int64?
        /// What Atoll wrote; nil: it wrote none.
        let ours: Int64?
        var intended: BackstopRecord.Intention?
        var hasRecord = true
        var at: Int64 = 2_000
        let step: BackstopStep
        var testDescription: String { name }
    }

    static let rows: [Row] = [
        Row(
            name: "none there: written", figure: (90, 100), standing: nil, ours: nil,
            hasRecord: false, step: .write(100)),
        Row(
            name: "somebody's there: left", figure: (90, 100), standing: 7, ours: nil,
            hasRecord: false, step: .keep(.notOurs(7))),
        Row(
            name: "somebody's, and the very figure: left all the same", figure: (90, 100),
            standing: 100, ours: nil, hasRecord: false, step: .keep(.notOurs(100))),
        Row(
            name: "ours and right", figure: (90, 100), standing: 100, ours: 100,
            step: .keep(.right)),
        Row(
            name: "ours, credit came: raised at once", figure: (150, 165), standing: 100,
            ours: 100, step: .write(165)),
        Row(
            name: "ours, within the margin: raised when it is due", figure: (98, 108),
            standing: 100, ours: 100, step: .keep(.until(due))),
        Row(
            name: "ours, credit went: lowered when it is due", figure: (40, 44), standing: 100,
            ours: 100, step: .keep(.until(due))),
        Row(
            name: "and then it is", figure: (40, 44), standing: 100, ours: 100, at: 4_600,
            step: .write(44)),
        Row(
            name: "changed by somebody: left", figure: (90, 100), standing: 500, ours: 80,
            step: .keep(.notOurs(500))),
        Row(
            name: "taken away by somebody: stays away", figure: (90, 100), standing: nil,
            ours: 80, step: .keep(.takenAway)),
        Row(
            name: "not wanted any more: cleared", figure: nil, standing: 0, ours: 0, step: .clear),
        Row(
            name: "not wanted, and somebody's by now: left", figure: nil, standing: 5, ours: 0,
            step: .keep(.notOurs(5))),
        Row(
            name: "not wanted and gone: forgotten", figure: nil, standing: nil, ours: 0,
            step: .forget),
        Row(
            name: "neither wanted nor there", figure: nil, standing: nil, ours: nil,
            hasRecord: false, step: .keep(.right)),
        Row(
            name: "died after writing: it is ours", figure: (90, 100), standing: 100, ours: nil,
            intended: .write(100), step: .settle),
        Row(
            name: "died before writing: written", figure: (90, 100), standing: nil, ours: nil,
            intended: .write(100), step: .write(100)),
        Row(
            name: "died before raising: raised", figure: (90, 100), standing: 60, ours: 60,
            intended: .write(100), step: .write(100)),
        Row(
            name: "died, and somebody wrote since: left", figure: (90, 100), standing: 61,
            ours: 60, intended: .write(100), step: .keep(.notOurs(61))),
        Row(
            name: "died after clearing: forgotten", figure: nil, standing: nil, ours: 0,
            intended: .clear, step: .forget),
        Row(
            name: "died before clearing: cleared", figure: nil, standing: 0, ours: 0,
            intended: .clear, step: .clear),
    ]

    @Test(arguments: rows)
    func `what stands, what is wanted and what was written say what is done`(row: Row) {
        let record =
            row.hasRecord
            ? BackstopRecord(
                account: "astro", limit: .submitJobs, value: row.ours, intended: row.intended,
                at: Self.written)
            : nil
        let figure = row.figure.map { BackstopFigure(needed: $0.needed, wanted: $0.wanted) }
        let step = BackstopStep(
            figure, standing: row.standing, record: record,
            at: Instant(epochSeconds: row.at), everySeconds: 3_600)
        #expect(step == row.step)
    }

    /// used | running | waiting | left | margin | needed | wanted
    static let figures: [(Int64, Int64, Int64, Int128, String, Int64, Int64)] = [
        (0, 0, 0, 0, "0.1", 0, 0),
        (500, 0, 0, 0, "0.1", 500, 500),
        (500, 0, 0, 1_000, "0", 1_500, 1_500),
        (500, 20, 30, 1_000, "0.1", 1_550, 1_655),
        (0, 0, 0, 1, "0.1", 1, 2),
        (
            Int64.max, Int64.max, 0, Int128.max / 4, "1", 1_000_000_000_000_000,
            1_000_000_000_000_000
        ),
    ]

    @Test(arguments: figures)
    func `a limit is what was used, what is on its way, what is left, and a margin of these`(
        used: Int64, running: Int64, waiting: Int64, left: Int128, margin: String, needed: Int64,
        wanted: Int64
    ) throws {
        let figure = BackstopFigure(
            used: used, running: running, waiting: waiting, left: left,
            margin: try Rational(parsing: margin))
        #expect(figure == BackstopFigure(needed: needed, wanted: wanted))
    }

    @Test(arguments: ["GrpSubmitJobs", "GrpTRESMins=cpu", "GrpTRESMins=gres/gpu:h200"])
    func `a limit reads back as it is recorded`(name: String) throws {
        #expect(BackstopLimit(name)?.description == name)
    }

    @Test(arguments: ["", "GrpTRESMins=", "GrpJobs", "cpu"])
    func `what is no limit is none`(name: String) { #expect(BackstopLimit(name) == nil) }
}

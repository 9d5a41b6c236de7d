import Books
import Ledger
import Testing
import Units
import Wire

@testable import atolld

/// What is said of an assigned reservation: who pays, or nobody; and whether it was only tried.
@Suite struct ReservationWordsTests {
    private func words(
        _ allocation: String?, isToCome: Bool = false, isForNext: Bool = false,
        isDryRun: Bool
    ) throws -> String {
        var it = Reserved(
            name: "course", allocation: allocation,
            charge: allocation == nil ? ReservationCharge.none : .idle,
            held: try ServiceUnits(parsing: "10"), available: try ServiceUnits(parsing: "90"))
        it.isToCome = isToCome
        it.isForNext = isForNext
        return Reply.Reservation(it, isDryRun: isDryRun).message
    }

    @Test func `what was done and what would be done are told apart`() throws {
        #expect(
            try words("bio-2026", isDryRun: false)
                == "10.00 SU are held in bio-2026 for reservation course (charge idle), 90.00 SU "
                + "are available.")
        #expect(
            try words("bio-2026", isDryRun: true)
                == "10.00 SU would be held in bio-2026 for reservation course (charge idle), "
                + "90.00 SU would be available (dry run).")
        #expect(try words(nil, isDryRun: false) == "reservation course costs nobody.")
        #expect(try words(nil, isDryRun: true) == "reservation course would cost nobody (dry run).")
        #expect(
            try words(nil, isToCome: true, isForNext: true, isDryRun: false)
                == "the books know no reservation course, now or before: the next of that name "
                + "costs nobody.")
        #expect(
            try words(nil, isToCome: true, isForNext: true, isDryRun: true)
                == "the books know no reservation course, now or before: the next of that name "
                + "would cost nobody (dry run).")
        #expect(
            try words(nil, isToCome: true, isDryRun: false)
                == "the books know no reservation course, now or before. With --next it counts for "
                + "the next one of that name.")
    }
}

/// Carries what was committed from the WAL into the journal's file, on a thread and a connection of
/// its own, so that no answer waits for it (money.md 6).

import Dispatch
import GRDB
import Synchronization

final class Checkpointer: Sendable {
    /// How many entries may be in the WAL before they are carried over: some 11 MiB of admissions.
    static let everyEntries: Int64 = 256
    /// A WAL of more pages begins anew, though a transaction may have to wait for that: 64 MiB.
    static let mostPages = 16_384

    private let connection: DatabaseQueue
    private let queue = DispatchQueue(label: "checkpoint")
    private let doneUpTo: Atomic<Int64>
    private let isUnderWay = Atomic<Bool>(false)
    private let mustClear = Atomic<Bool>(false)
    private let awaitsWriter = Atomic<Bool>(false)

    init(path: String, seq: Int64) throws {
        connection = try DatabaseQueue(path: path)
        doneUpTo = Atomic(seq)
    }

    /// To be told after each COMMIT where the journal ends; waits for nothing.
    func note(seq: Int64) {
        let isTime = seq - doneUpTo.load(ordering: .relaxed) >= Self.everyEntries
        guard isTime || mustClear.load(ordering: .relaxed),
            !isUnderWay.exchange(true, ordering: .acquiring)
        else { return }
        doneUpTo.store(seq, ordering: .relaxed)
        queue.async { [self] in
            // What fails or is held up by a reader is done after the next entries, or at the next
            // start: nothing is lost by it.
            try? connection.inDatabase { db in
                if mustClear.load(ordering: .relaxed) {
                    try db.checkpoint(.truncate)
                    mustClear.store(false, ordering: .relaxed)
                }
                let (pages, done) = try db.checkpoint(.passive)
                // While a reader holds it up, the writer could not end it either.
                if pages > Self.mostPages, done == pages {
                    awaitsWriter.store(true, ordering: .relaxed)
                }
            }
            isUnderWay.store(false, ordering: .releasing)
        }
    }

    /// To be called on the writer's connection between two transactions: where one follows the other, some
    /// of a long WAL is never carried over, and only the writer can end that. It begins anew then.
    func finish(on db: Database) {
        guard awaitsWriter.exchange(false, ordering: .relaxed) else { return }
        _ = try? db.checkpoint(.passive)
    }

    /// Empties the WAL, so that no page as it was stays in it; where a reader is in the way, after the
    /// next entries.
    func clear() {
        mustClear.store(true, ordering: .relaxed)
        note(seq: doneUpTo.load(ordering: .relaxed))
    }

    /// Waits for what is under way.
    func close() throws { try queue.sync { try connection.close() } }
}

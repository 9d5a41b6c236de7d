/// slurmdbd's answer about a window, read on a thread of its own: while it works on the next window, this
/// one is compared.

import Dispatch
import Records
import Synchronization
import Threads
import Units

final class WindowAhead: Sendable {
    /// What the thread shares with who waits; it outlives neither.
    private final class Reading: Sendable {
        let answer = Mutex<Result<[UInt8], any Error>?>(nil)
        let isThere = DispatchSemaphore(value: 0)
        let isUnwanted = Atomic<Bool>(false)
    }

    let window: Interval
    private let reading = Reading()

    /// Begins at once.
    ///
    /// - Parameters:
    ///   - rowLimit: more rows are a window to be cut.
    ///   - expected: about how many rows there will be; nil: not known.
    ///   - way: who has the right of way.
    init(
        _ window: Interval, _ gauge: GaugeCommand, rowLimit: Int, expected: Int?,
        givingWayTo way: RightOfWay
    ) {
        self.window = window
        var gauge = gauge
        gauge.hasStopped = { [reading, hasStopped = gauge.hasStopped] in
            hasStopped() || reading.isUnwanted.load(ordering: .relaxed)
        }
        DispatchQueue.global().async { [reading, gauge] in
            let read = Result {
                try Self.read(
                    window, gauge, byteLimit: rowLimit * 512, expected: expected,
                    givingWayTo: way)
            }
            reading.answer.withLock { $0 = read }
            reading.isThere.signal()
        }
    }

    deinit { reading.isUnwanted.store(true, ordering: .relaxed) }

    /// Waits for it; to be called once.
    func answer() throws -> WindowAnswer {
        reading.isThere.wait()
        guard let read = reading.answer.withLock({ $0 }) else {
            preconditionFailure("the answer is there before the signal")
        }
        return WindowAnswer(bytes: try read.get())
    }

    private static func read(
        _ window: Interval, _ gauge: GaugeCommand, byteLimit: Int, expected: Int?,
        givingWayTo way: RightOfWay
    ) throws -> [UInt8] {
        var words = [
            "history", "--start", String(window.start.epochSeconds), "--end",
            String(window.end.epochSeconds), "--ended", "--columns",
            JobColumn.compared.map(\.name).joined(separator: ","),
        ]
        if let expected, expected > 0 { words += ["--expect", String(expected)] }
        // A row has some 150 bytes.
        var bytes: [UInt8] = []
        var courtesy = Courtesy(to: way)
        try gauge.run(words) { chunk in
            // As long as nobody reads the gauge waits, and slurmdbd for it.
            courtesy.rest()
            bytes.append(contentsOf: chunk)
            if bytes.count > byteLimit, WindowPace().mayCut(window) { throw WindowTooHeavy() }
        }
        return bytes
    }
}

/// What the gauge printed about a window.
struct WindowAnswer {
    let bytes: [UInt8]
    /// Before it is taken apart: the lines but for the first two and the last.
    let rowCount: Int

    init(bytes: [UInt8]) {
        self.bytes = bytes
        var lines = 0
        for byte in bytes where byte == UInt8(ascii: "\n") { lines += 1 }
        rowCount = max(0, lines - 3)
    }
}

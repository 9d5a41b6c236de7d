import Glibc
import Units

/// Tells on stderr how far a long reading has come: only on a terminal, only after two seconds.
struct Progress {
    private let isShown: Bool
    private let began = ContinuousClock.now
    private var told = ContinuousClock.now
    private var recordCountBefore = 0
    private var isOnScreen = false

    init() { isShown = isatty(STDERR_FILENO) == 1 }

    /// - Parameter recordCount: of this file so far.
    mutating func tell(_ name: String, recordCount: Int) {
        guard isShown else { return }
        let now = ContinuousClock.now
        guard now - began > .seconds(2), now - told > .milliseconds(500) else { return }
        told = now
        isOnScreen = true
        let count = recordCountBefore + recordCount
        let rate = Double(count) / ((now - began) / .seconds(1))
        put("\r\u{1B}[K\(name): \(grouped(count)) records, \(grouped(Int(rate))) a second")
    }

    /// A file is done; `recordCount` were in it.
    mutating func ended(recordCount: Int) { recordCountBefore += recordCount }

    /// Takes the line away again.
    mutating func clear() {
        if isOnScreen { put("\r\u{1B}[K") }
        isOnScreen = false
    }

    private func grouped(_ number: Int) -> String { groupingThousands(String(number)) }

    private func put(_ text: String) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}

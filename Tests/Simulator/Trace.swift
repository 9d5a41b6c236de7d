/// The last steps, for whoever has to find out why.

import Bank
import Books
import Units

struct Trace {
    private struct Step {
        var title: @Sendable () -> String
        var lines: [@Sendable () -> String] = []
    }

    private static let limit = 3_000
    private var steps: [Step] = []

    mutating func begin(step: Int, _ action: String, at now: Instant) {
        steps.append(Step(title: { "\(now) step \(step): \(action)" }))
        if steps.count > 2 * Self.limit { steps.removeFirst(Self.limit) }
    }

    /// Put in words only where somebody reads them.
    mutating func add(_ ask: Ask, _ answer: BankResult) {
        let command = ask.order.command
        steps[steps.count - 1].lines.append { "    \(command) → \(answer)" }
    }

    mutating func add(_ text: String) { steps[steps.count - 1].lines.append { "    \(text)" } }

    /// The finding, the earlier steps that name what it is about, and the last ones.
    func report(_ finding: Finding, seed: UInt64) -> String {
        let last = steps.suffix(4).flatMap { step in [step.title()] + step.lines.map { $0() } }
        var meant: [String] = []
        for step in steps.dropLast(4) where !finding.words.isEmpty {
            let lines = step.lines.map { $0() }.filter { line in
                line.hasSuffix("a crash") || finding.words.contains(where: line.contains)
            }
            if lines.contains(where: { !$0.hasSuffix("a crash") }) {
                meant += [step.title()] + lines
            }
        }
        return (["\(finding)", "seed \(seed), the steps:"] + (meant + last).suffix(80))
            .map { String($0.prefix(1_500)) }.joined(separator: "\n  ")
    }
}

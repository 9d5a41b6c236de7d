/// Modes switched, and what was let pass because of them.

import Books
import Registry
import Store
import Units

extension TestBank {
    @discardableResult
    package func set(
        _ mode: Mode?, cluster: String? = "reef", account: String? = nil, id: String? = nil
    ) async throws -> Outcome {
        let scope = ModeScope(cluster: account == nil ? cluster : nil, account: account)
        return try await perform(.setMode(ModeRule(scope: scope, mode: mode)), id: id)
    }

    /// A line each: job, user, account, stage, cause, cost, short; `-` for what is not known.
    package func tolerated() throws -> [String] {
        var lines: [String] = []
        let always = Interval(start: Instant(epochSeconds: 0), end: nil)!
        try store.tolerated(over: always, on: nil) { row in
            func text(_ name: String) -> String {
                switch row.notice.figures.first(where: { $0.name == name })?.value {
                case .text(let text): text
                case .amount(let amount): "\(amount)"
                case .number(let number): "\(number)"
                case nil: "-"
                }
            }
            let figures = ["account", "stage", "cause", "cost", "short"].map(text)
            lines.append(
                ([row.job.map(String.init) ?? "-", row.notice.user ?? "-"] + figures)
                    .joined(separator: " "))
        }
        return lines
    }
}

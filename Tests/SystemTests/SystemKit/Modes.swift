/// Modes switched, and what was let pass, asked of atolld as root.

import Registry
import Testing
import Wire

extension Books {
    func set(_ mode: Mode?, account: String? = nil) throws {
        try ask(.setMode(.init(account: account, mode: mode, reason: "a test")))
    }

    func wouldRefuse() throws -> [Row.WouldRefuse] {
        var rows: [Row.WouldRefuse] = []
        try ask(.wouldRefuse(.init())) { if case .wouldRefuse(let row) = $0 { rows.append(row) } }
        return rows
    }

    func wouldRefuse(_ job: Int64) throws -> [Row.WouldRefuse] {
        try wouldRefuse().filter { $0.job == "\(job)" }
    }
}

extension Stage {
    /// Waits until the job is on record as one that would have been refused.
    func judged(_ job: Int64) async throws -> Row.WouldRefuse {
        try await awaited("job \(job) is judged", seen: "\(try books.wouldRefuse())") {
            try books.wouldRefuse(job).first
        }
    }
}

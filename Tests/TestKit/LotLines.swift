/// Lots as lines that a test can compare, and refusals as people read them.

import Bank
import Books
import Ledger
import Registry
import Store
import Units

extension TestBank {
    /// `2 open: available 40.00 withdrawn 60.00`: the lots of an allocation with what is not zero in
    /// them; an overdraft lot only where it has anything.
    package func lotLines(_ name: String = "astro-2026") throws -> [String] {
        try store.lots(of: allocation(name).id).compactMap { lot in
            let parts = Bucket.allCases.compactMap { bucket -> String? in
                let amount = lot.balances[bucket]
                return amount == .zero ? nil : " \(bucket) \(amount)"
            }
            if lot.kind == .overdraft {
                return parts.isEmpty ? nil : "overdraft:" + parts.joined()
            }
            return "\(lot.id) \(lot.state):" + parts.joined()
        }
    }

    /// What a command is refused with, or its outcome where it isn't.
    package func answer(to command: Command, id: String? = nil) async throws -> String {
        do {
            return "\(try await perform(command, id: id))"
        } catch BankError.refused(let refusal) {
            return "refused: \(refusal.text)"
        }
    }

    /// The kind and amount of each line of a statement.
    package func statementLines(_ name: String = "astro-2026") throws -> [String] {
        var lines: [String] = []
        let always = Interval(start: Instant(epochSeconds: 0), end: nil)!
        _ = try store.statement(of: allocation(name).id, over: always) { row in
            lines.append("\(row.kind) \(row.amount)" + (row.reason.map { ", \($0)" } ?? ""))
        }
        return lines
    }

    package func su(_ text: String) throws -> ServiceUnits { try ServiceUnits(parsing: text) }

    /// A lot of its own beside the year's, from and for so many seconds from now.
    package func grant(
        _ amount: String, from: Int64 = 0, seconds: Int64, to name: String = "astro-2026"
    ) async throws {
        let start = clock.now.advanced(bySeconds: from)
        _ = try await perform(
            .grant(
                GrantRequest(
                    allocation: name, amount: su(amount), start: start,
                    end: start.advanced(bySeconds: seconds))))
    }

    /// A job that ran and ended now: `cpus` for `seconds` at 0.01 SU a second each.
    package func charge(
        job: Int64, cpus: Int64, seconds: Int64 = 60, user: String = "ada", submit: Int64 = 0,
        name: String? = nil, raw: Int64? = nil
    ) async throws {
        let start = clock.now
        var seen = JobObservation.small(job: job, token: nil, user: user, at: start).run(
            raw: raw, submit: start.advanced(bySeconds: submit), start: start,
            end: start.advanced(bySeconds: seconds), cpus: cpus, seconds: seconds)
        if let name { seen.runs[0] = seen.runs[0].named(name) }
        _ = try await perform(.observe(seen))
    }
}

extension RunFacts {
    fileprivate func named(_ name: String) -> RunFacts {
        var copy = self
        copy.jobName = name
        return copy
    }
}

extension Site {
    /// `small`, with a second project beside it: bio with an allocation bio-2026 of 50 SU.
    package static func pair(start: String = "2026-01-01") throws -> Site {
        var site = try Site.small()
        var allocation = site.projects[0].allocations[0]
        allocation.name = "bio-2026"
        allocation.initial = try ServiceUnits(parsing: "50")
        allocation.members = []
        allocation.window = Interval(
            start: try Instant(parsing: start), end: allocation.window.end)!
        site.projects.append(
            SiteProject(name: "bio", accounts: ["bio"], allocations: [allocation]))
        return site
    }
}

/// Starts of jobs, as PrologSlurmctld asks about them.

import Books
import Ledger
import Store
import Units

extension StartRequest {
    /// Of `Admission.small`'s jobs.
    package static func small(
        job: Int64, raw: Int64? = nil, token: String?, user: String = "ada",
        account: String = "astro",
        cpus: Int64 = 1, seconds: Int64 = 60, submit: Instant, at: Instant,
        from source: HeldBack.Source = .hook, admitsShort: Bool = false,
        in reservation: String? = nil
    ) -> StartRequest {
        var seen = JobObservation.small(job: job, token: token, user: user, at: at)
        seen.accountLineage = [account]
        var run = seen.run(
            raw: raw, submit: submit, start: at, cpus: cpus, seconds: seconds
        ).runs[0]
        run.reservation = reservation
        return StartRequest(of: seen, run: run, from: source, admitsShort: admitsShort)
    }
}

extension TestBank {
    /// "yes HELD", or the refusal's text.
    package func start(_ request: StartRequest) async throws -> String {
        switch try await perform(.start(.ask(request))) {
        case .start(let answer): answer.words
        default: "no answer"
        }
    }

    package func review(
        _ request: StartRequest, promised: ServiceUnits = .zero
    ) async throws -> String {
        switch try await perform(.start(.review(request, promised: promised))) {
        case .start(let answer): answer.words
        default: "no answer"
        }
    }

    /// "STATE CAUSE: ENDING" of what is recorded of a job held back; nil: nothing.
    package func heldBack(_ job: Int64) throws -> String? {
        try store.heldBack(cluster: "reef", jobID: job).map { row in
            "\(row.state.rawValue) \(row.cause.rawValue)" + (row.ending.map { ": \($0)" } ?? "")
        }
    }
}

extension StartAnswer {
    fileprivate var words: String {
        switch self {
        case .may(let allocation, let held, _, _): "yes \(held) of \(allocation)"
        case .mayNot(let refusal): refusal.text
        case .unaccounted: "unaccounted"
        case .tolerated(let refusal, let mode): "\(mode): \(refusal.text)"
        }
    }
}

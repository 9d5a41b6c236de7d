/// What is asked and told about the start of jobs.

import Ledger
import Registry
import Units

package enum StartOrder: Hashable, Sendable {
    /// A job is about to start, or just did: may it? Its share is made, or it is held back.
    case ask(StartRequest)
    /// Whether a job that is held back may start now. Nothing is set aside: its start will ask.
    ///
    /// `promised`: credit of the same allocation that others, let go before, have yet to take.
    case review(StartRequest, promised: ServiceUnits)
    /// What became of a job that was to be held back.
    case settle(cluster: String, jobID: Int64, HeldBackStep)

    /// The job it is about, by cluster and raw job id.
    package var job: (cluster: String, id: Int64) {
        switch self {
        case .ask(let request), .review(let request, _):
            (request.run.key.cluster, request.run.key.jobID)
        case .settle(let cluster, let id, _): (cluster, id)
        }
    }
}

package enum HeldBackStep: Hashable, Sendable {
    /// Slurm holds it.
    case held
    case over(because: String)
}

package struct StartRequest: Hashable, Sendable {
    /// The job as it starts: with one run that has no end, and nothing said of what waits.
    package let observation: JobObservation
    package let source: HeldBack.Source
    /// It starts even where credit is missing (`when_insufficient = "warn"`).
    package let admitsShort: Bool

    package init(
        of job: JobObservation, run: RunFacts, from source: HeldBack.Source, admitsShort: Bool
    ) {
        var job = job
        (job.runs, job.pending, job.showsPending) = ([run], nil, false)
        observation = job
        (self.source, self.admitsShort) = (source, admitsShort)
    }

    package var run: RunFacts { observation.runs[0] }

    /// What its windows must hold: start … start + limit.
    package var span: Interval { run.span }
}

extension RunFacts {
    /// start … start + limit.
    package var span: Interval {
        let seconds = max(timeLimitSeconds, 1)
        guard let span = Interval(start: start, end: start.advanced(bySeconds: seconds)) else {
            preconditionFailure("a limit of a second or more makes a span")
        }
        return span
    }
}

/// How a start was answered.
package enum StartAnswer: Hashable, Sendable {
    /// It may start. `more` than was set aside for it before is taken; below zero: less.
    case may(allocation: String, held: ServiceUnits, more: ServiceUnits, left: ServiceUnits)
    case mayNot(Refusal)
    /// In a mode that refuses nothing: it starts, and what stood against it.
    case tolerated(Refusal, Mode)
    /// Nobody's credit is asked for: the account has no project.
    case unaccounted
}

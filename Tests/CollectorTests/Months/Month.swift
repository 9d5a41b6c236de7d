/// A cluster's month: every other day all the lives of a played story, and what Slurm's record has of
/// them when it is over.

import Records
import Units

@testable import Collector

/// One run of the month as slurmdbd has it, and whose it is.
struct MonthRun: Sendable {
    let place: Int
    let job: PlayedJob
    let run: PlayedJob.Run
    let row: JobRecord

    /// 0.01 SU a core and second, worked out here.
    var dueMicroSU: Int64 { run.coreSeconds * 10_000 }

    /// The job has this run and no other.
    var isAlone: Bool { job.tasks.count == 1 && job.tasks[0].runs.count == 1 }
}

struct Month: Sendable {
    let start: Instant
    /// A day after the last story, long settled.
    let end: Instant
    private(set) var stories: [PlayedStory] = []
    /// By their ends.
    let runs: [MonthRun]

    init(seed: UInt64, stories count: Int, from start: Instant) throws {
        self.start = start
        end = start.advanced(bySeconds: 31 * 86_400)
        var dice = Dice(seed)
        for place in 0..<count {
            let day = Int64(place * 30 / count)
            stories.append(
                try PlayedStory(
                    seed: UInt64(dice.below(1 << 30)),
                    from: start.advanced(bySeconds: day * 86_400),
                    number: 1_000 * Int64(place + 1), reservation: "course-\(place)"))
        }
        var found: [(PlayedJob, PlayedJob.Run, JobRecord)] = []
        for job in stories.flatMap(\.jobs) {
            for task in job.tasks {
                for run in task.runs {
                    var alone = job
                    alone.tasks = [PlayedJob.Task(raw: task.raw, number: task.number, runs: [run])]
                    let row = alone.recorded(at: end, since: start)[0]
                    found.append((job, run, row))
                }
            }
        }
        found.sort { ($0.1.end, $0.2.rawJobID) < ($1.1.end, $1.2.rawJobID) }
        runs = found.enumerated().map {
            MonthRun(place: $0, job: $1.0, run: $1.1, row: $1.2)
        }
    }

    /// What the cores of a reservation cost, jobs inside of it left in.
    func reservedMicroSU(of story: PlayedStory) -> Int64 {
        let it = story.reservation
        return 640_000
            * (it.grown.seconds(since: it.made) + 2 * it.deleted.seconds(since: it.grown))
    }

    /// A job that was cancelled while it waited has a row of no length and of no size.
    var neverRan: [JobRecord] {
        stories.flatMap(\.jobs).filter { $0.tasks.count == 1 && $0.tasks[0].cancelledAt != nil }
            .flatMap { $0.shown(at: $0.tasks[0].cancelledAt!, rememberedSeconds: 300) }
    }
}

/// Tasks of arrays that slurmctld keeps as jobs of their own: by what id people may name them, too.

import Records

package struct ArrayTask: Hashable, Sendable {
    /// The array's job id.
    package let job: Int64
    /// The task's number in the array.
    package let number: Int64

    package init(job: Int64, number: Int64) { (self.job, self.number) = (job, number) }

    /// Those that wait or run, by their own job ids.
    ///
    /// The last task that waits has the array's id: by it Slurm means all of them.
    static func byJobID(in records: [JobRecord]) -> [Int64: ArrayTask] {
        var tasks: [Int64: ArrayTask] = [:]
        for record in records where !record.state.isFinished {
            guard let job = record.arrayJobID, let number = record.arrayTaskID,
                record.rawJobID != job
            else { continue }
            tasks[record.rawJobID] = ArrayTask(job: job, number: number)
        }
        return tasks
    }
}

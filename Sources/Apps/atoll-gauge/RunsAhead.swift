/// slurmdbd's next page of runs, asked for while the last one is written out: so neither waits for the
/// other.

import Dispatch
import Slurm

/// `@unchecked Sendable`: only `queue` uses the connection, and one page after the other.
final class RunsAhead: @unchecked Sendable {
    private let accounting: SlurmAccounting
    private let read: (borrowing SlurmAccounting, Pages.Page) throws -> SlurmJobs
    private let queue = DispatchQueue(label: "slurmdbd")
    private let answered = DispatchSemaphore(value: 0)
    /// Written before `answered` is raised, and taken after it.
    private var runs: Result<SlurmJobs, any Error>?

    init(
        _ accounting: consuming SlurmAccounting,
        _ read: @escaping (borrowing SlurmAccounting, Pages.Page) throws -> SlurmJobs
    ) {
        self.accounting = accounting
        self.read = read
    }

    /// Begins at once; the page before has to be taken first.
    func ask(_ page: Pages.Page) {
        queue.async { [self] in
            do {
                runs = .success(try read(accounting, page))
            } catch {
                runs = .failure(error)
            }
            answered.signal()
        }
    }

    /// The page that was asked for; waits for it.
    func answer() throws -> SlurmJobs {
        answered.wait()
        guard let result = runs.take() else {
            preconditionFailure("the page is there before the signal")
        }
        return try result.get()
    }
}

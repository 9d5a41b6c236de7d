import Records
import Testing

@Suite struct JobStateTests {
    @Test(arguments: JobState.allCases)
    func `every state reads as what it shows`(state: JobState) throws {
        #expect(JobStatus(parsing: state.rawValue)?.state == state)
    }

    @Test(
        arguments: [
            ("CANCELLED by 423120", JobState.cancelled, JobFlags(), 423_120),
            ("CANCELLED", .cancelled, [], nil), ("CONFIGURING", .running, .configuring, nil),
            ("REQUEUED", .requeued, .requeue, nil), ("RESIZING", .resizing, .resizing, nil),
            ("REVOKED", .revoked, .revoked, nil), ("SPECIAL_EXIT", .requeued, .specialExit, nil),
            ("STOPPED", .running, .stopped, nil), ("COMPLETING", .completing, .completing, nil),
            ("RESV_DEL_HOLD", .pending, .reservationDeletedHold, nil),
        ] as [(String, JobState, JobFlags, Int64?)])
    func `a state is taken apart`(
        text: String, state: JobState, flags: JobFlags, canceller: Int64?
    ) throws {
        let status = JobStatus(state, flags: flags, cancelledByUID: canceller)
        #expect(JobStatus(parsing: text) == status)
    }

    @Test(arguments: ["", "DONE", "completed", "STATE_12"])
    func `an unknown state is refused with its row`(text: String) throws {
        #expect(JobStatus(parsing: text) == nil)
        let said = try complaint("State", text)
        #expect(said?.hasPrefix("line 2, State: ") == true)
    }

    @Test(arguments: [
        (JobState.pending, false, false), (.running, true, false), (.suspended, true, false),
        (.completed, false, true), (.requeued, false, true), (.resizing, false, true),
        (.nodeFail, false, true), (.revoked, false, true),
    ])
    func `a state says whether the run has nodes and whether it is over`(
        state: JobState, started: Bool, finished: Bool
    ) {
        #expect(state.isStarted == started && state.isFinished == finished)
    }
}

@Suite struct ArrayTasksTests {
    @Test(
        arguments: [
            ("7", 1, nil), ("1,3,5-9:2%3", 5, 3), ("0-99:3%2", 34, 2), ("1-200%1", 200, 1),
            ("[1-9%2]", 9, 2), ("0-4000000", 4_000_001, nil), ("5-5", 1, nil), ("1-10:20", 1, nil),
        ] as [(String, Int64, Int64?)])
    func `pending tasks are counted`(text: String, count: Int64, limit: Int64?) throws {
        let tasks = try #require(ArrayTasks(parsing: text))
        #expect(tasks.count == count && tasks.limit == limit)
    }

    @Test(arguments: ["", "1,", "9-1", "1-9:0", "1,3,...", "1-", "a", "%2", "1%", "1-2-3", "-1"])
    func `what is cut short or no list of tasks has no count`(text: String) {
        #expect(ArrayTasks(parsing: text) == nil)
    }
}

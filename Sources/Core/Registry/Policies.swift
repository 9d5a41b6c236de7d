/// The closed choices a project, allocation or membership is made with.

/// One of the three levels' own status; what counts is the AND of all three (money.md 2.7).
package enum Status: String, Hashable, Sendable, CaseIterable {
    case active = "ACTIVE"
    case inactive = "INACTIVE"
    /// Final: the name is not used again; late charges still post.
    case deleted = "DELETED"
}

/// When an allocation sets credit aside (money.md 3.2).
package enum HoldPolicy: String, Hashable, Sendable, CaseIterable {
    /// At submission, for all tasks of an array.
    case submit
    /// At submission, for the tasks that may run at once (`%N`).
    case throttle
    /// Only at the start of each run.
    case start
}

/// What of a job must lie within the windows of allocation and membership.
package enum WindowPolicy: String, Hashable, Sendable, CaseIterable {
    /// now … now + time limit.
    case whole
    /// Only the moment of submission or start.
    case start
}

/// Who is a member.
package enum MembersPolicy: String, Hashable, Sendable, CaseIterable {
    /// Slurm's associations are the membership; rows of ours add caps and windows.
    case associations
    /// Only rows of ours.
    case listed
}

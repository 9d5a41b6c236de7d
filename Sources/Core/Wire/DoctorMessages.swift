/// What only the daemon can say of an installation; `atoll doctor` asks.

import Units

extension Reply {
    /// For operators.
    package struct Doctor: Hashable, Sendable {
        package var version: String
        /// Whom it runs as.
        package var userID: Int64
        package var user: String
        package var processID: Int64
        /// The file of the settings that it runs by, absolute; nil: an older daemon, or standard input.
        package var settings: String?
        /// The journal's path.
        package var journal: String
        /// Submissions that it was asked about since its start.
        package var admissions: Int64 = 0
        /// Of those, the ones that took longer than `lateAfterMilliseconds` to answer.
        package var lateAdmissions: Int64 = 0
        package var lateAfterMilliseconds: Int64
        package var slowestMilliseconds: Int64?
        package var lastLateAt: Instant?
        /// Entries at the journal's head whose hashes were computed anew.
        package var checkedEntries: Int64 = 0
        /// The first of them that does not fit; nil: all do.
        package var finding: String?
        /// What its settings name and this host does not know.
        package var warnings: [String] = []
        /// `real-time`, `refused` or, where the settings leave it out, `none`; nil: an older daemon.
        package var precedence: String?
        /// Why the system refuses it.
        package var precedenceRefusal: String?
        /// Members whom Slurm doesn't know in their project's accounts: `USER of ALLOCATION`, the first of
        /// them; and how many there are.
        package var unknownMembers: [String] = []
        package var unknownMemberCount: Int64 = 0

        package init(
            version: String, userID: Int64, user: String, processID: Int64, journal: String,
            lateAfterMilliseconds: Int64
        ) {
            (self.version, self.userID, self.user) = (version, userID, user)
            (self.processID, self.journal) = (processID, journal)
            self.lateAfterMilliseconds = lateAfterMilliseconds
        }
    }
}

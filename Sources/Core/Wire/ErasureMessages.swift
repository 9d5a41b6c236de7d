/// Somebody is to be forgotten.

extension Request {
    package struct Erase: Hashable, Sendable {
        package var user: String
        package var reason: String
        package var dryRun: Bool

        package init(user: String, reason: String, dryRun: Bool = false) {
            (self.user, self.reason, self.dryRun) = (user, reason, dryRun)
        }
    }
}

extension Reply {
    package struct Erase: Hashable, Sendable {
        /// What stays: entries and reports show `user 12`.
        package var user: Int64
        /// That were ended with it.
        package var memberships: Int64
        package var message: String

        package init(user: Int64, memberships: Int64, message: String) {
            (self.user, self.memberships, self.message) = (user, memberships, message)
        }
    }
}

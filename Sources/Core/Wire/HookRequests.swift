/// What Slurm's hooks ask: admit, void, modify, nudge; and quote, the same question without a hold.

import Estimate

extension Request {
    /// May this job be submitted? Credit is held for it; the request's id is the hold's token.
    package struct Admit: Hashable, Sendable {
        /// Slurm's ClusterName.
        package var cluster: String
        package var job: JobRequest
        /// Names of the job's fields that the plugin had to cut; such a job can't be priced.
        package var cut: [String]

        package init(cluster: String, job: JobRequest, cut: [String] = []) {
            (self.cluster, self.job, self.cut) = (cluster, job, cut)
        }
    }

    /// Gives back a hold whose job never came to be.
    package struct Release: Hashable, Sendable {
        package var cluster: String
        /// The id of the `admit` that made the hold.
        package var token: RequestID

        package init(cluster: String, token: RequestID) {
            (self.cluster, self.token) = (cluster, token)
        }
    }

    /// May this job be changed so? Asked before Slurm's own permission check.
    package struct Modify: Hashable, Sendable {
        package var cluster: String
        package var jobID: Int64
        /// As Slurm names what is changed: an array task `71_4`, a het component `71+1`; nil for a
        /// call through Slurm's API.
        package var jobName: String?
        /// Who wants the change, as slurmctld says.
        package var callerUID: UInt32
        /// Only what changes. Its user id is the caller's where the message has none.
        package var change: JobRequest
        package var cut: [String]

        package init(
            cluster: String, jobID: Int64, jobName: String? = nil, callerUID: UInt32,
            change: JobRequest, cut: [String] = []
        ) {
            (self.cluster, self.jobID, self.jobName) = (cluster, jobID, jobName)
            self.callerUID = callerUID
            (self.change, self.cut) = (change, cut)
        }
    }

    /// Something happened on the cluster: look now instead of at the next poll.
    package struct Nudge: Hashable, Sendable {
        package var cluster: String

        package init(cluster: String) { self.cluster = cluster }
    }

    /// What may this job cost, and does it fit? Changes nothing.
    package struct Quote: Hashable, Sendable {
        /// Nil: the only cluster there is.
        package var cluster: String?
        package var job: JobRequest
        package var cut: [String]

        package init(cluster: String? = nil, job: JobRequest, cut: [String] = []) {
            (self.cluster, self.job, self.cut) = (cluster, job, cut)
        }
    }
}

/// What Slurm's own commands say of the limits of accounts: `sacctmgr show assoc` of what stands in
/// slurmdbd, `scontrol show assoc_mgr` of what was used.

package import Units

/// GrpSubmitJobs and GrpTRESMins of accounts, as they stand in slurmdbd.
package struct AssociationLimits: Hashable, Sendable {
    package var submitJobs: Int64?
    package var tresMinutes: [TRESName: Int64]

    package init(submitJobs: Int64? = nil, tresMinutes: [TRESName: Int64] = [:]) {
        (self.submitJobs, self.tresMinutes) = (submitJobs, tresMinutes)
    }

    /// What `sacctmgr` is asked for, so that `read` can read it.
    package static func arguments(cluster: String) -> [String] {
        [
            "-n", "-P", "show", "assoc", "where", "cluster=\(cluster)",
            "format=Account,User,Partition,GrpSubmitJobs,GrpTRESMins", "WOPLimits",
        ]
    }

    /// By account; associations of users are passed over.
    ///
    /// - Throws: the line that is no association.
    package static func read(_ text: String) throws(LimitsUnreadable) -> [String: Self] {
        var limits: [String: Self] = [:]
        for line in text.split(separator: "\n") where !line.allSatisfy(\.isWhitespace) {
            let fields = line.split(separator: "|", omittingEmptySubsequences: false)
            guard fields.count == 5 else { throw LimitsUnreadable(line: String(line)) }
            guard fields[1].isEmpty, fields[2].isEmpty else { continue }
            var one = Self()
            if !fields[3].isEmpty {
                guard let jobs = Int64(fields[3]) else {
                    throw LimitsUnreadable(line: String(line))
                }
                one.submitJobs = jobs
            }
            for item in fields[4].split(separator: ",") {
                // A name may have an equals sign in it, a number has none.
                guard let equals = item.lastIndex(of: "="),
                    let minutes = Int64(item[item.index(after: equals)...])
                else { throw LimitsUnreadable(line: String(line)) }
                one.tresMinutes[TRESName(String(item[..<equals]))] = minutes
            }
            limits[String(fields[0])] = one
        }
        return limits
    }
}

package struct LimitsUnreadable: Error, CustomStringConvertible {
    package let line: String
    package var description: String { "this can't be read: \(line.prefix(200))" }
}

/// What an account used, in whole minutes of one unit: the sums that slurmctld compares with
/// GrpTRESMins.
package struct AssociationUse: Hashable, Sendable {
    /// To date, decayed as PriorityDecayHalfLife has it.
    package var used: [TRESName: Int64] = [:]
    /// What running jobs may still use until their time limits.
    package var running: [TRESName: Int64] = [:]

    package init() {}

    /// What `scontrol` is asked for, so that `read` can read it.
    package static func arguments(accounts: [String]) -> [String] {
        [
            "-o", "show", "assoc_mgr", "flags=assoc",
            "accounts=\(accounts.joined(separator: ","))",
        ]
    }

    /// By account, of one cluster; associations of users are passed over.
    package static func read(_ text: String, cluster: String) -> [String: Self] {
        var uses: [String: Self] = [:]
        for line in text.split(separator: "\n") where line.hasPrefix("ClusterName=") {
            var words: [Substring: Substring] = [:]
            for word in line.split(separator: " ") {
                guard let equals = word.firstIndex(of: "=") else { continue }
                let key = word[..<equals]
                if words[key] == nil { words[key] = word[word.index(after: equals)...] }
            }
            guard words["ClusterName"].map(String.init) == cluster,
                words["UserName"]?.isEmpty == true, let account = words["Account"]
            else { continue }
            var use = Self()
            use.used = figures(words["GrpTRESMins"] ?? "")
            use.running = figures(words["GrpTRESRunMins"] ?? "")
            uses[String(account)] = use
        }
        return uses
    }

    /// `cpu=100(12),gres/gpu:h200=N(0)`: what is in the brackets.
    private static func figures(_ text: Substring) -> [TRESName: Int64] {
        var figures: [TRESName: Int64] = [:]
        for item in text.split(separator: ",") {
            guard let equals = item.lastIndex(of: "="), let open = item.lastIndex(of: "("),
                open > equals, item.last == ")"
            else { continue }
            let number = item[item.index(after: open)...].dropLast()
            // Some releases print fractions.
            let whole = number.prefix { $0 != "." }
            if let minutes = Int64(whole) {
                figures[TRESName(String(item[..<equals]))] = minutes
            }
        }
        return figures
    }
}

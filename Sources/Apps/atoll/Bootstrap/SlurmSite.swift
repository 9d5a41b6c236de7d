/// What a Slurm has that a site file is drafted from, with where each came from.

import Records
import Units

struct SlurmSite: Sendable {
    struct Account: Sendable, Equatable {
        var name: String
        /// Nil: beneath none but root.
        var parent: String?
        var coordinators: [String] = []
        /// Who has an association with it, sorted.
        var users: [String] = []
        /// `sacctmgr show account`.
        var description: String?
        var organisation: String?
        /// GrpTRESMins, in the order of Slurm: minutes of one unit (of memory a MiB).
        var minutes: [Limit] = []
        /// GrpTRESMins of single users.
        var userMinutes: [String: [Limit]] = [:]
    }

    struct Limit: Sendable, Equatable {
        var tres: TRESName
        var minutes: Int64
    }

    struct Partition: Sendable, Equatable {
        var name: String
        var isDefault: Bool
        /// TRESBillingWeights; nil: none, so that Slurm bills CPUs.
        var weights: String?
    }

    var cluster: String
    /// PriorityFlags=MAX_TRES: of a job only the dearest TRES is billed.
    var billsDearest = false
    var hasAccounting = true
    /// AccountingStorageTRES.
    var tracked: [TRESName] = []
    var partitions: [Partition] = []
    /// By name; without root.
    var accounts: [Account] = []
    /// UsageFactor of each QOS where it isn't 1.
    var factors: [(qos: String, factor: Rational)] = []

    init(cluster: String) { self.cluster = cluster }

    /// - Parameter records: of `atoll-gauge associations`.
    mutating func take(_ records: [AssociationRecord]) {
        var found: [String: Account] = [:]
        for record in records where record.account != "root" {
            var account = found[record.account] ?? Account(name: record.account)
            if let user = record.user {
                if !account.users.contains(user) { account.users.append(user) }
            } else {
                account.parent = record.parentAccount.flatMap { $0 == "root" ? nil : $0 }
                account.coordinators = record.coordinators
            }
            found[record.account] = account
        }
        accounts = found.values.sorted { $0.name < $1.name }
        for index in accounts.indices { accounts[index].users.sort() }
    }

    /// - Parameter output: of `sacctmgr -nP show assoc format=Account,User,GrpTRESMins WOPLimits`.
    mutating func takeLimits(_ output: String) {
        for line in output.split(separator: "\n") {
            let fields = line.split(separator: "|", omittingEmptySubsequences: false)
            guard fields.count == 3, let at = index(of: fields[0]) else { continue }
            let limits = fields[2].split(separator: ",").compactMap { item -> Limit? in
                guard let equals = item.lastIndex(of: "="),
                    let minutes = Int64(item[item.index(after: equals)...]), minutes >= 0
                else { return nil }
                return Limit(tres: TRESName(String(item[..<equals])), minutes: minutes)
            }
            guard !limits.isEmpty else { continue }
            if fields[1].isEmpty {
                accounts[at].minutes = limits
            } else {
                accounts[at].userMinutes[String(fields[1])] = limits
            }
        }
    }

    /// - Parameter output: of `sacctmgr -nP show account format=Account,Descr,Org`. What is the
    ///   account's own name there says nothing.
    mutating func takeDescriptions(_ output: String) {
        for line in output.split(separator: "\n") {
            let fields = line.split(separator: "|", omittingEmptySubsequences: false)
            guard fields.count >= 3, let at = index(of: fields[0]) else { continue }
            // sacctmgr writes the sign that parts its fields as it stands; a description may have it.
            let (described, owner) = (fields[1..<(fields.count - 1)], fields[fields.count - 1])
            let name = accounts[at].name.lowercased()
            func telling(_ text: some StringProtocol) -> String? {
                text.isEmpty || text.lowercased() == name ? nil : String(text)
            }
            accounts[at].description = telling(described.joined(separator: "|"))
            // An account that was added beneath another has that one's name here.
            accounts[at].organisation =
                index(of: owner) == nil && owner != "root" ? telling(owner) : nil
        }
    }

    /// - Parameter output: of `sacctmgr -nP show qos format=Name,UsageFactor`.
    mutating func takeFactors(_ output: String) {
        for line in output.split(separator: "\n") {
            let fields = line.split(separator: "|", omittingEmptySubsequences: false)
            guard fields.count == 2, let factor = try? Rational(parsing: String(fields[1])),
                factor != .one
            else { continue }
            factors.append((String(fields[0]), factor))
        }
        factors.sort { $0.qos < $1.qos }
    }

    private func index(of name: Substring) -> Int? {
        accounts.firstIndex { $0.name == name }
    }
}

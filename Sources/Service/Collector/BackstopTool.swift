/// Slurm's own commands for the limits of accounts: read from slurmdbd and slurmctld, written to slurmdbd.

import Books
import Records
import Units

struct BackstopTool: Sendable {
    let cluster: String
    let sacctmgr: GaugeCommand
    let scontrol: GaugeCommand

    /// What stands in slurmdbd, by account.
    func standing() throws -> [String: AssociationLimits] {
        try AssociationLimits.read(
            sacctmgr.text(AssociationLimits.arguments(cluster: cluster)))
    }

    /// What slurmctld has counted, by account.
    func use(of accounts: [String]) throws -> [String: AssociationUse] {
        var uses: [String: AssociationUse] = [:]
        // A command line has room for so many names.
        for start in stride(from: 0, to: accounts.count, by: 500) {
            let some = Array(accounts[start..<min(start + 500, accounts.count)])
            let text = try scontrol.text(AssociationUse.arguments(accounts: some))
            uses.merge(AssociationUse.read(text, cluster: cluster)) { first, _ in first }
        }
        return uses
    }

    /// nil takes a limit away. Others of the account stay as they are.
    func set(_ limits: [BackstopLimit: Int64?], of account: String) throws {
        var words = ["-i", "modify", "account", "where", "name=\(account)"]
        words += ["cluster=\(cluster)", "set"]
        var minutes: [String] = []
        for (limit, value) in limits.sorted(by: { $0.key < $1.key }) {
            switch limit {
            case .submitJobs: words.append("GrpSubmitJobs=\(value ?? -1)")
            case .tresMinutes(let tres): minutes.append("\(tres)=\(value ?? -1)")
            }
        }
        if !minutes.isEmpty { words.append("GrpTRESMins=" + minutes.joined(separator: ",")) }
        do {
            try sacctmgr.run(words) { _ in }
        } catch let failure as GaugeFailure {
            throw BackstopProblem(failure)
        }
    }
}

/// Why a limit is not kept, in words.
struct BackstopProblem: Error, CustomStringConvertible {
    let description: String
    /// Whether trying another account makes no sense.
    let isForAll: Bool

    init(_ description: String, isForAll: Bool = true) {
        (self.description, self.isForAll) = (description, isForAll)
    }

    fileprivate init(_ failure: GaugeFailure) {
        // sacctmgr has words for it and no code.
        let words = ["privilege", "ermission denied"]
        guard words.contains(where: failure.description.contains) else {
            self.init(failure.description, isForAll: failure.kind != .failed)
            return
        }
        self.init(
            "atolld's user may not change limits in slurmdbd; make it an operator: sacctmgr add user "
                + "atoll Account=root AdminLevel=Operator (where it is there: sacctmgr modify user "
                + "atoll set AdminLevel=Operator), or let sudo run it (sacctmgr, "
                + "sacctmgr_arguments of the [[cluster]]).")
    }
}

extension AssociationLimits {
    subscript(limit: BackstopLimit) -> Int64? {
        switch limit {
        case .submitJobs: submitJobs
        case .tresMinutes(let tres): tresMinutes[tres]
        }
    }
}

extension GaugeCommand {
    /// All it prints.
    fileprivate func text(_ more: [String]) throws -> String {
        var bytes: [UInt8] = []
        try run(more) { bytes += $0 }
        return String(decoding: bytes, as: UTF8.self)
    }
}

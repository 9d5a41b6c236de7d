/// What the settings mean for answers, with names resolved; SIGHUP puts another in its place.

import Estimate
import Foundation
import Glibc
import Server
import SiteFiles
import Synchronization

struct Policy: Sendable {
    /// Uids that may act as Slurm's hooks.
    let hooks: Set<UInt32>
    /// Named as hooks, but this host has no such user: whoever they are elsewhere, they get no answer.
    let unknownHooks: [String]
    let operators: Set<UInt32>
    let operatorGroups: Set<UInt32>
    let approvesOwnRequests: Bool
    let admission: Settings.Admission
    let exemptUsers: Set<String>
    let exemptAccounts: Set<String>
    let exemptPartitions: Set<String>
    let estimate: EstimateOptions
    let killsAtStart: Bool

    /// Asks the name service; never on an event loop.
    ///
    /// - Throws: where a named user or group does not exist.
    init(_ settings: Settings) throws {
        // SlurmUser need not exist on a host that only observes.
        hooks = Set(settings.access.hooks.compactMap(uid(of:)))
        unknownHooks = settings.access.hooks.filter { uid(of: $0) == nil }
        var operators = Set<UInt32>()
        for name in settings.access.operators {
            guard let uid = uid(of: name) else {
                throw DaemonError("[access] operators names \(name), but there is no such user")
            }
            operators.insert(uid)
        }
        var groups = Set<UInt32>()
        for name in settings.access.operatorGroups {
            guard let group = getgrnam(name) else {
                throw DaemonError(
                    "[access] operator_groups names \(name), but there is no such group")
            }
            groups.insert(group.pointee.gr_gid)
            var member = group.pointee.gr_mem
            while let pointer = member?.pointee {
                if let uid = uid(of: String(cString: pointer)) { operators.insert(uid) }
                member = member?.advanced(by: 1)
            }
        }
        self.operators = operators
        operatorGroups = groups
        approvesOwnRequests = settings.access.approvesOwnRequests
        admission = settings.admission
        exemptUsers = Set(settings.exempt.users)
        exemptAccounts = Set(settings.exempt.accounts)
        exemptPartitions = Set(settings.exempt.partitions)
        killsAtStart = settings.start.kill
        estimate = EstimateOptions(bound: settings.estimate.nodes == .strict ? .strict : .least)
    }

    /// What the operator should know, though it stops nothing.
    var warnings: [String] {
        unknownHooks.map {
            "[access] hooks names \($0), but there is no such user here: slurmctld gets no answer "
                + "where it runs as \($0)"
        }
    }

    func isHook(_ peer: Peer) -> Bool { hooks.contains(peer.uid) }
    func isOperator(_ peer: Peer) -> Bool {
        operators.contains(peer.uid) || operatorGroups.contains(peer.gid)
    }
}

final class LivePolicy: Sendable {
    private let policy: Mutex<Policy>
    init(_ policy: Policy) { self.policy = Mutex(policy) }
    var now: Policy { policy.withLock { $0 } }
    func replace(_ policy: Policy) { self.policy.withLock { $0 = policy } }
}

func uid(of name: String) -> UInt32? { getpwnam(name)?.pointee.pw_uid }

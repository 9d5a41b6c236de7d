/// The steps about slurmdbd, and the nightly comparison with its record.

import Reports
import SiteFiles
import Units
import Wire

extension ClusterExamination {
    private var hasAccounting: Bool {
        (conf.value?.hasAccounting ?? false) && cluster.dbd != .off
    }

    var slurmdbdCheck: Check {
        if accounting.value != nil { return .ok(.slurmdbd, "answers") }
        guard hasAccounting else {
            return .skipped(.slurmdbd, accounting.why ?? "the cluster has none")
        }
        guard controllerProblem == nil else {
            return .skipped(.slurmdbd, "not asked while slurmctld does not answer")
        }
        return .failed(
            .slurmdbd, accounting.why ?? "no answer",
            remedy: "systemctl status slurmdbd mariadb\nsacctmgr show cluster")
    }

    var queueCheck: Check {
        guard let seen = accounting.value else {
            return .skipped(.dbdQueue, accounting.why ?? "there is no slurmdbd")
        }
        let size = seen["DBDAgentQueueSize"].flatMap(Int64.init) ?? 0
        let found = "\(size.grouped) messages wait in slurmctld for slurmdbd"
        let remedy = "sdiag | grep 'DBD Agent'     # does it fall?\nsystemctl status slurmdbd"
        // slurm.conf(5) MaxDBDMsgs: 10000 at least; then it drops what came first.
        if size >= 9_000 { return .failed(.dbdQueue, found, remedy: remedy) }
        if size >= 1_000 { return .warn(.dbdQueue, found, remedy: remedy) }
        return .ok(.dbdQueue, found)
    }

    var reconcileCheck: Check {
        guard hasAccounting else { return .skipped(.reconcile, "there is no slurmdbd") }
        let enabling = "systemctl enable --now atoll-reconcile.timer"
        let isBooted = whole.isBooted
        let timer =
            isBooted
            ? try? surroundings.run(
                ["/usr/bin/systemctl", "is-enabled", "atoll-reconcile.timer"], 10) : nil
        let last = whole.lastPasses.last { $0.cluster == cluster.name }
        let told = last.map { "last \(surroundings.clock.text($0.endedAt ?? $0.begunAt))" }
        if let timer, !timer.isGood {
            return .warn(
                .reconcile,
                "the nightly timer is not enabled" + (told.map { "; \($0)" } ?? ", and never ran"),
                remedy: enabling)
        }
        if let last, surroundings.clock.now.seconds(since: last.endedAt ?? last.begunAt) > 259_200 {
            return .warn(.reconcile, told ?? "", remedy: enabling + "\natoll reconcile")
        }
        guard let last else {
            return .skipped(
                .reconcile,
                isBooted
                    ? "enabled, no night so far" : "no systemd here, and no comparison so far")
        }
        let takes = last.person == 1 ? "takes" : "take"
        let person = last.person > 0 ? ", \(last.person) \(takes) a person" : ""
        return .ok(.reconcile, (told ?? "") + person)
    }
}

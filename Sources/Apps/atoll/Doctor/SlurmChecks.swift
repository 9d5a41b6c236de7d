/// The steps about Slurm as atolld needs it: readable, and telling all that is rated.

import Rates
import Records
import Registry
import Reports
import SiteFiles
import Units
import Wire

extension ClusterExamination {
    var gaugeCheck: Check {
        guard let built = gaugeRelease.value else {
            let why = gaugeRelease.why ?? ""
            return .failed(
                .gauge, why.hasPrefix(cluster.gauge) ? why : "\(cluster.gauge): \(why)",
                remedy: "install -m 755 .build/release/atoll-gauge \(cluster.gauge)\n"
                    + "gauge = \"PATH\"     # [[cluster]] of \(whole.options.config)")
        }
        guard let runs = conf.value?.version, !isSameLine(built, runs) else {
            return .ok(.gauge, "\(cluster.gauge), built for Slurm \(built)")
        }
        return .failed(
            .gauge, "built for Slurm \(built), slurmctld is \(runs): libslurm's layouts differ",
            remedy: "swift build -c release --static-swift-stdlib --product atoll-gauge     # with "
                + "the headers of \(runs)\ninstall -m 755 .build/release/atoll-gauge "
                + cluster.gauge)
    }

    /// `22.05.8` and `22.05.2` share a libslurm.
    private func isSameLine(_ a: String, _ b: String) -> Bool {
        a.split(separator: ".").prefix(2) == b.split(separator: ".").prefix(2)
    }

    var slurmctldCheck: Check {
        guard let problem = controllerProblem else {
            return .ok(.slurmctld, "Slurm \(conf.value?.version ?? "") answers")
        }
        guard gaugeRelease.value != nil else { return .skipped(.slurmctld, problem) }
        let seen = conf.value == nil ? "" : "; \(slurmConf) is read instead"
        return .failed(
            .slurmctld, problem + seen,
            remedy: "scontrol ping\nsystemctl status slurmctld munge\n"
                + "gauge_environment = { SLURM_CONF = \"/…/slurm.conf\" }     # [[cluster]] of "
                + "\(whole.options.config), where slurm.conf is elsewhere")
    }

    var clusterNameCheck: Check {
        guard let name = conf.value?["ClusterName"] else {
            return .skipped(.clusterName, "slurm.conf names no cluster")
        }
        guard !cluster.name.isEmpty, cluster.name != name else { return .ok(.clusterName, name) }
        return .failed(
            .clusterName, "this Slurm is \(name), the settings say \(cluster.name)",
            remedy: "name = \"\(name)\"     # [[cluster]] of \(whole.options.config)\n"
                + "systemctl restart atolld")
    }

    var pollingCheck: Check {
        guard let status = try? whole.status.get() else {
            return .skipped(.polling, "atolld can't be asked")
        }
        guard !cluster.name.isEmpty else {
            return .skipped(.polling, "no settings name a cluster to watch")
        }
        guard let seen = status.clusters.first(where: { $0.name == cluster.name }) else {
            return .failed(
                .polling, "atolld does not watch \(cluster.name)",
                remedy: "systemctl restart atolld     # a reload adds no cluster")
        }
        if let problem = seen.problem {
            let isElsewhere = controllerProblem != nil || slurmdbdCheck.state == .failed
            if isElsewhere { return .skipped(.polling, "atolld says the same: \(problem)") }
            return .failed(
                .polling, problem, remedy: "runuser -u \(daemonUser) -- \(cluster.gauge) jobs")
        }
        guard let polled = seen.polledAt else {
            return .warn(
                .polling, "atolld has not read the queue yet",
                remedy: "atoll status     # in a moment; journalctl -u atolld -n 50")
        }
        let now = surroundings.clock.now
        if let late = seen.lateness(at: now) {
            var remedy = "journalctl -u atolld -n 50"
            if let read = seen.readMilliseconds, read >= 1_000 {
                remedy =
                    "share = \"5%\"     # [[cluster]] of \(whole.options.config): of slurmctld's time\n"
                    + "systemctl restart atolld\n" + remedy
            }
            return .warn(.polling, late, remedy: remedy)
        }
        var found = "the queue was read \(max(now.seconds(since: polled), 0)) s ago, "
        found += (seen.jobs ?? 0).grouped + " jobs"
        if let next = seen.nextPollAt?.seconds(since: now), next > 0 {
            found += "; again within \(next) s"
        }
        return .ok(.polling, found)
    }

    /// PrivateData of slurm.conf hides jobs in slurmctld, that of slurmdbd.conf the past ones.
    func visibilityCheck(_ conf: SlurmSettings) -> Check {
        let hiding: Set = ["jobs", "all", "usage", "accounts", "users", "reservations"]
        let inDbd = (accounting.value?["PrivateData"] ?? "").lowercased()
        let hidden = Set(conf.list("PrivateData").map { $0.lowercased() })
            .union(inDbd.split(separator: ",").map(String.init)).intersection(hiding).sorted()
        let isSlurms =
            daemonUser == "root" || conf["SlurmUser"]?.prefix { $0 != "(" } == daemonUser[...]
        let level = adminLevel.value?.lowercased()
        let isOperator = isSlurms || ["operator", "administrator"].contains(level)
        let remedy =
            adminLevel.value == nil
            ? "PrivateData=     # slurm.conf: without jobs; or run atolld as SlurmUser"
            : "sacctmgr -i add user \(daemonUser) Account=root AdminLevel=Operator\nsacctmgr -i "
                + "modify user \(daemonUser) set AdminLevel=Operator     # where it is there"
        let names = hidden.joined(separator: ",")
        if hidden.isEmpty {
            let needs = needsOperator(conf)
            guard !isOperator, adminLevel.value != nil, !needs.isEmpty else {
                return .ok(.jobsVisible, "PrivateData hides nothing from \(daemonUser)")
            }
            return .warn(
                .jobsVisible,
                "nothing is hidden, but \(daemonUser) is no operator of Slurm: \(needs) needs that",
                remedy: remedy)
        }
        if isOperator {
            let why = isSlurms ? "SlurmUser's own" : "\(daemonUser) is \(adminLevel.value ?? "")"
            return .ok(.jobsVisible, "PrivateData=\(names), but \(why)")
        }
        guard adminLevel.value != nil || !conf.hasAccounting else {
            return .skipped(
                .jobsVisible,
                "PrivateData=\(names), and \(daemonUser)'s rights are not known: "
                    + (adminLevel.why ?? ""))
        }
        return .failed(
            .jobsVisible,
            "PrivateData=\(names) hides other users' from \(daemonUser), who is no "
                + "operator of Slurm", remedy: remedy)
    }

    /// What of the settings has atolld change things in Slurm by scontrol or sacctmgr itself.
    private func needsOperator(_ conf: SlurmSettings) -> String {
        var needs: [String] = []
        if !cluster.scontrol.hasSuffix("sudo") {
            if settings.start.late == .hold { needs.append("[start] late = \"hold\"") }
            if conf["PrologSlurmctld"] != nil { needs.append("letting held jobs go") }
        }
        if settings.backstop.limit != .off, !cluster.sacctmgr.hasSuffix("sudo") {
            needs.append("[backstop]")
        }
        return needs.joined(separator: ", ")
    }

    func trackedCheck(_ conf: SlurmSettings) -> Check {
        guard let resources = whole.resources.value else {
            return .skipped(
                .trackedTRES, "what is rated is not known: \(whole.resources.why ?? "")")
        }
        // Without settings it is the cluster that this host's Slurm is.
        let name = cluster.name.isEmpty ? conf["ClusterName"] : cluster.name
        guard let name else {
            return .skipped(.trackedTRES, "neither settings nor slurm.conf name the cluster")
        }
        let rated = resources.filter { $0.scope.clusters?.contains(name) ?? true }
            .map(\.tres.description)
        guard !rated.isEmpty else {
            return .warn(
                .trackedTRES, "nothing is rated on \(name): every job is free",
                remedy: "atoll bootstrap -o site.toml     # a first draft of rates and projects\n"
                    + "atoll apply site.toml --dry-run")
        }
        guard conf.hasAccounting else {
            return .skipped(.trackedTRES, "without slurmdbd the gauge reads them from each job")
        }
        return Self.judge(
            rated: rated, tracked: conf.list("AccountingStorageTRES"), path: conf.path)
    }

    /// cpu, mem, node and billing are always tracked; the others by their very name.
    static func judge(rated: [String], tracked: [String], path: String) -> Check {
        let plain: Set = ["cpu", "mem", "node", "billing", "energy", "vmem", "pages", "fs/disk"]
        let known = Set(tracked.map { TRESName($0).description }).union(plain)
        let missing = Set(rated).subtracting(known).sorted()
        guard !missing.isEmpty else {
            return .ok(.trackedTRES, Set(rated).sorted().joined(separator: ", "))
        }
        let line = tracked.filter { !plain.contains($0.lowercased()) } + missing
        let names = missing.joined(separator: ", ")
        return .failed(
            .trackedTRES, "\(names): rated, but not in slurmdbd's record: its use is never seen",
            remedy: "AccountingStorageTRES=\(line.joined(separator: ","))     # \(path)\n"
                + "systemctl restart slurmctld")
    }

    func enforcementCheck(_ conf: SlurmSettings) -> Check {
        guard conf.hasAccounting else { return .skipped(.enforcement, "there is no slurmdbd") }
        let enforced = conf.list("AccountingStorageEnforce").map { $0.lowercased() }
        let implying: Set = ["associations", "limits", "qos", "safe", "wckeys", "all"]
        guard implying.isDisjoint(with: enforced) else {
            return .ok(.enforcement, enforced.joined(separator: ","))
        }
        return .warn(
            .enforcement, "Slurm lets a user name any account, also one of another project",
            remedy: "AccountingStorageEnforce=associations,limits     # \(conf.path)\n"
                + "systemctl restart slurmctld")
    }

    func forgettingCheck(_ conf: SlurmSettings) -> Check {
        guard let text = conf["MinJobAge"], let seconds = Int64(text.prefix { $0.isNumber }) else {
            return .skipped(.forgetting, "MinJobAge is not told; 300 by default")
        }
        let needed = max(60, 3 * Int64(cluster.pollSeconds))
        let found = "MinJobAge=\(seconds), polled every \(cluster.pollSeconds) s"
        guard seconds > 0, seconds < needed else { return .ok(.forgetting, found) }
        let remedy = "MinJobAge=300     # \(conf.path)\nscontrol reconfigure"
        return conf.hasAccounting
            ? .warn(.forgetting, found + ": ended jobs may be gone unseen", remedy: remedy)
            : .failed(
                .forgetting, found + ": ended jobs may be gone unseen, and no slurmdbd has them",
                remedy: remedy)
    }

    var clockCheck: Check {
        guard let at = sdiag.value?.at else {
            return .skipped(.clock, sdiag.why ?? "sdiag tells no time")
        }
        return Self.judge(slurmctld: at, here: surroundings.clock.now)
    }

    /// - Parameters:
    ///   - at: what slurmctld's clock showed some seconds ago.
    ///   - now: what this machine's shows.
    static func judge(slurmctld at: Instant, here now: Instant) -> Check {
        let off = abs(now.seconds(since: at))
        let found = "slurmctld's and this machine's are \(off) s apart"
        let remedy = "timedatectl set-ntp true     # on both, and on slurmdbd's host"
        if off > 120 { return .failed(.clock, found, remedy: remedy) }
        if off > 30 { return .warn(.clock, found, remedy: remedy) }
        return .ok(.clock, "\(found); slurmdbd tells no time of its own, jobs have slurmctld's")
    }

    var timeCheck: Check {
        guard let sdiag = sdiag.value else { return .skipped(.slurmctldTime, self.sdiag.why ?? "") }
        return Self.judge(
            sdiag, user: daemonUser,
            share: Double(cluster.share.numerator) / Double(cluster.share.denominator),
            settingsFile: whole.options.config)
    }

    /// - Parameter share: of all time, what atolld may have slurmctld spend on its questions.
    static func judge(_ sdiag: Sdiag, user: String, share: Double, settingsFile: String) -> Check {
        let sent = sdiag.submissions
        let each = Double(sent.averageMicroseconds) / 1e6
        var found = "\(sent.count.grouped) submissions"
        if sent.count > 0 { found += ", \(milliseconds(each)) each" }
        var asked = 0.0
        if let at = sdiag.at, let since = sdiag.since, at > since, let calls = sdiag.byUser[user] {
            asked = Double(calls.totalMicroseconds) / 1e6 / Double(at.seconds(since: since))
            let tenths = Int64((asked * 1_000).rounded(.up))
            found += "; \(user)'s questions take \(tenths / 10).\(tenths % 10) % of its time"
        }
        if sent.count > 0, each > 0.1 {
            return .warn(
                .slurmctldTime, found,
                remedy: "atoll doctor     # plugin_answers, disk_sync\n"
                    + "deadline_ms = 50     # job_submit_atoll.conf, to bound what a submission waits"
            )
        }
        if asked > share {
            return .warn(
                .slurmctldTime, found,
                remedy: "poll_seconds = 30     # [[cluster]] of \(settingsFile)\n"
                    + "systemctl restart atolld")
        }
        return .ok(.slurmctldTime, found)
    }
}

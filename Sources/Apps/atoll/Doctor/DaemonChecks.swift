/// The steps about atolld itself: reached, by whom, and whether it keeps up.

import Client
import Reports
import SiteFiles
import Units
import Wire

extension Examination {
    var daemonCheck: Check {
        switch status {
        case .failure(.notRunning(let path)):
            return .failed(
                .daemon, "nobody listens at \(path)",
                remedy: "systemctl start atolld\njournalctl -u atolld -n 50     # where it won't")
        case .failure(.notPermitted(let path)):
            return .skipped(.daemon, "you may not connect to \(path)")
        case .failure(let error):
            return .failed(
                .daemon, error.description, remedy: "journalctl -u atolld -n 50")
        case .success(let status):
            let up = slurmDuration(seconds: status.uptimeSeconds)
            guard status.version == Atoll.release else {
                return .warn(
                    .daemon, "atolld is \(status.version), this atoll \(Atoll.release)",
                    remedy: "install both from one build\nsystemctl restart atolld")
            }
            if let journal = daemon.value?.journal, settingsCheck.state == .ok,
                journal != settings.server.state + "/journal.db"
            {
                return .warn(
                    .daemon, "its journal is \(journal), \(options.config) says otherwise",
                    remedy: "systemctl restart atolld     # it runs by older or other settings\n"
                        + "atoll doctor --config PATH     # the file that it reads")
            }
            if let file = daemon.value?.settings, !isSame(file, options.config) {
                return .warn(
                    .daemon, "it runs by \(file), looked at here was \(options.config)",
                    remedy: "atoll doctor --config \(file)     # the file that it reads\n"
                        + "systemctl restart atolld     # where it should run by the other one")
            }
            let who = daemon.value.map { ", as \($0.user)" } ?? ""
            return .ok(.daemon, "atolld \(status.version), up \(up)\(who)")
        }
    }

    /// Whether two paths are names of one file.
    private func isSame(_ a: String, _ b: String) -> Bool {
        guard a != b else { return true }
        guard let one = machine.look(a)?.identity, let other = machine.look(b)?.identity else {
            return false
        }
        return one == other
    }

    var socketCheck: Check {
        guard let sight = machine.look(socket) else {
            return isReached
                ? .skipped(.socket, "\(socket) can't be looked at")
                : .skipped(.socket, "there is none at \(socket) while atolld is down")
        }
        let remade = "systemctl restart atolld     # it makes its socket anew"
        guard sight.kind == .socket else {
            return .failed(
                .socket, "\(socket) is no socket", remedy: "rm \(socket)\n" + remade)
        }
        let mode = String(sight.mode, radix: 8)
        let owner = machine.userName(sight.ownerID) ?? "\(sight.ownerID)"
        if let daemon = daemon.value, Int64(sight.ownerID) != daemon.userID {
            return .failed(
                .socket, "\(socket) belongs to \(owner), atolld runs as \(daemon.user)",
                remedy: remade)
        }
        guard sight.mode & 0o666 == 0o666 else {
            return .failed(
                .socket,
                "\(socket) has mode \(mode), not 666: slurmctld and users can't ask",
                remedy: "chmod 666 \(socket)\n" + remade)
        }
        let askers = settings.access.hooks.compactMap(surroundings.lookUpUser) + [65_534]
        if let closed = askers.first(where: { !machine.mayConnect(socket, $0) }) {
            let who = machine.userName(closed) ?? "uid \(closed)"
            let folder = socket.split(separator: "/").dropLast().joined(separator: "/")
            return .failed(
                .socket, "a folder above \(socket) is closed to \(who)",
                remedy: "chmod o+x /\(folder)     # and the folders above it")
        }
        return .ok(.socket, "\(socket), \(owner)'s, mode \(mode)")
    }

    /// The names in [access].
    var accessCheck: Check {
        guard let daemon = daemon.value else { return .skipped(.access, self.daemon.why ?? "") }
        guard let warning = daemon.warnings.first else {
            return .ok(.access, "hooks " + settings.access.hooks.joined(separator: ", "))
        }
        return .failed(
            .access, warning,
            remedy: "hooks = [\"root\", \"slurm\"]     # [access] of \(options.config): SlurmUser\n"
                + "systemctl reload atolld")
    }

    /// Who is a member here and nobody in Slurm.
    var membersCheck: Check {
        guard let daemon = daemon.value else { return .skipped(.members, self.daemon.why ?? "") }
        let count = daemon.unknownMemberCount
        guard count > 0 else {
            return .ok(.members, "each has an association in Slurm, as far as that is known")
        }
        let named = daemon.unknownMembers.joined(separator: ", ")
        let more = count - Int64(daemon.unknownMembers.count)
        return .warn(
            .members,
            "\(count.grouped) without an association in Slurm with their project's accounts: \(named)"
                + (more > 0 ? " and \(more.grouped) more" : ""),
            remedy: "sacctmgr add user NAME account=ACCOUNT     # or, where the name is mistyped:\n"
                + "atoll member delete ALLOCATION NAME")
    }

    var journalCheck: Check {
        guard let daemon = daemon.value else { return .skipped(.journal, self.daemon.why ?? "") }
        if let finding = daemon.finding {
            return .failed(
                .journal, finding,
                remedy: "atoll verify     # keep \(daemon.journal) as it is, and go back to the "
                    + "last backup that verifies")
        }
        if let status = try? status.get(), let set = status.quarantined, set > 0 {
            return .warn(
                .journal, "\(set) commands broke an invariant and were set aside",
                remedy: "journalctl -u atolld -p crit")
        }
        return .ok(
            .journal, "\(daemon.journal): the last \(daemon.checkedEntries.grouped) entries fit")
    }

    /// Whether hooks go before what shares the CPU (decision 26).
    var precedenceCheck: Check {
        guard let daemon = daemon.value else { return .skipped(.precedence, self.daemon.why ?? "") }
        switch daemon.precedence {
        case "real-time": return .ok(.precedence, "real-time: hooks go before what shares the CPU")
        case "none": return .ok(.precedence, "left out: precedence = \"none\" in [server]")
        case "refused":
            return .warn(
                .precedence,
                "the system refuses it (\(daemon.precedenceRefusal ?? "no cause told")): on a busy "
                    + "host hooks wait for the CPU",
                remedy: "LimitRTPRIO=1     # [Service] of atolld.service; then systemctl "
                    + "daemon-reload\nsystemctl restart atolld\nprecedence = \"none\"     # or, where "
                    + "the kernel's CONFIG_RT_GROUP_SCHED forbids it: [server] of \(options.config)"
            )
        default: return .skipped(.precedence, "this atolld does not tell")
        }
    }

    var admissionsCheck: Check {
        guard let it = daemon.value else { return .skipped(.admissions, daemon.why ?? "") }
        guard it.lateAdmissions > 0 else {
            let slowest = it.slowestMilliseconds.map { ", at most \($0) ms each" } ?? ""
            return .ok(
                .admissions, "\(it.admissions.grouped) answered since it started\(slowest)")
        }
        let last = it.lastLateAt.map { ", last at \(surroundings.clock.text($0))" } ?? ""
        return .warn(
            .admissions,
            "\(it.lateAdmissions.grouped) of \(it.admissions.grouped) took longer than "
                + "\(it.lateAfterMilliseconds) ms\(last); the slowest "
                + "\(it.slowestMilliseconds ?? 0) ms",
            remedy: "durability = \"rebuild\"     # [admission] of \(options.config), where the "
                + "disk is slow (disk_sync)\nsystemctl reload atolld")
    }
}

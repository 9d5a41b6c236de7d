/// The steps about the disk of the books: room, durable writes, a copy elsewhere.

import Reports
import SiteFiles
import Units

extension Examination {
    var diskSpaceCheck: Check {
        guard machine.look(stateFolder)?.kind != .file else {
            return .failed(
                .diskSpace, "\(stateFolder) is a file; state names the folder of the books",
                remedy: "state = \"/var/lib/atoll\"     # [server] of \(options.config)")
        }
        guard let space = machine.space(stateFolder) else {
            return .skipped(.diskSpace, unseenFolder)
        }
        let journal = machine.look(stateFolder + "/journal.db")?.bytes ?? 0
        return Self.judge(space, journalBytes: journal, folder: stateFolder)
    }

    /// A `verify` needs room for a copy; a journal that can't grow admits nobody.
    static func judge(_ space: DiskSpace, journalBytes: Int64, folder: String) -> Check {
        let free = "\((space.freeBytes >> 20).grouped) MiB free under \(folder)"
        let remedy = "df -h \(folder)     # make room, or move it: state = of [server]"
        if space.freeBytes < 100 << 20 { return .failed(.diskSpace, free, remedy: remedy) }
        if space.freeBytes < max(1 << 30, journalBytes) {
            return .warn(
                .diskSpace, "\(free), the journal has \((journalBytes >> 20).grouped) MiB",
                remedy: remedy)
        }
        return .ok(.diskSpace, free)
    }

    private var unseenFolder: String { "\(stateFolder) is not there, or not yours to look into" }

    var diskSyncCheck: Check {
        guard machine.space(stateFolder) != nil, machine.look(stateFolder)?.kind != .file else {
            return .skipped(.diskSync, unseenFolder)
        }
        do {
            let seconds = try machine.syncSeconds(stateFolder)
            return Self.judge(
                syncSeconds: seconds, isRebuilt: settings.admission.durability == .rebuild,
                settingsFile: options.config)
        } catch {
            let why = (error as? Failure)?.message ?? "\(error)"
            if why.contains("No space left") || why.contains("Read-only") {
                return .failed(.diskSync, why, remedy: "df -h \(stateFolder)")
            }
            return .skipped(.diskSync, "\(why); run it as root")
        }
    }

    /// A submission waits for one of these; slurmctld waits 100 ms at most.
    static func judge(syncSeconds: [Double], isRebuilt: Bool, settingsFile: String) -> Check {
        let sorted = syncSeconds.sorted()
        guard let slowest = sorted.last else { return .skipped(.diskSync, "nothing was measured") }
        let median = sorted[sorted.count / 2]
        let found =
            "a durable write takes \(milliseconds(median)), at most \(milliseconds(slowest))"
        let remedy =
            "durability = \"rebuild\"     # [admission] of \(settingsFile)\nsystemctl reload atolld"
        switch (median, isRebuilt) {
        case (0.050..., false):
            return .failed(.diskSync, found + ": too slow for submissions", remedy: remedy)
        case (0.020..., false): return .warn(.diskSync, found, remedy: remedy)
        case (0.200..., true):
            return .warn(
                .diskSync, found, remedy: "a faster or local disk for state = of [server]")
        default: return .ok(.diskSync, found)
        }
    }

    var backupCheck: Check {
        let how = "sqlite3 \(stateFolder)/journal.db \".backup FILE\"     # each night"
        guard let path = options.backup else {
            return .skipped(
                .backup, "where a backup lies is not known",
                remedy: how + "\natoll doctor --backup FILE     # looks at it")
        }
        guard let sight = machine.look(path), sight.kind == .file else {
            return .failed(.backup, "there is no file \(path)", remedy: how)
        }
        let hours = surroundings.clock.now.seconds(since: sight.modifiedAt) / 3_600
        let found = "\(path), \(hours) h old, \((sight.bytes >> 20).grouped) MiB"
        // The first page says what it is.
        guard let first = try? machine.head(path, 16), first == Array("SQLite format 3\0".utf8)
        else { return .failed(.backup, "\(path) is no copy of a journal", remedy: how) }
        guard hours < 48 else { return .failed(.backup, found, remedy: how) }
        return .ok(.backup, found)
    }
}

func milliseconds(_ seconds: Double) -> String {
    let tenths = Int64((seconds * 10_000).rounded())
    return "\(tenths / 10).\(tenths % 10) ms"
}

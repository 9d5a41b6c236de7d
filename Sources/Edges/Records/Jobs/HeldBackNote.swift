/// The note that Atoll leaves with a job it keeps from starting, in front of what AdminComment says:
/// `[held by atoll: allocation astro-2026 is INACTIVE.] atoll=01JD…`. `scontrol show job` shows it.

package enum HeldBackNote {
    private static let opening = "[held by atoll: "
    private static let closing = "] "
    /// slurmctld takes longer ones, but who reads them?
    private static let longestReason = 400

    /// `comment` with the note in front, instead of an older one.
    package static func put(_ reason: String, before comment: String?) -> String {
        var line = ""
        for character in reason {
            guard line.utf8.count < longestReason else { break }
            line.append(character == "]" || character.isNewline ? " " : character)
        }
        let rest = removed(from: comment)
        return opening + line + closing.prefix(rest.isEmpty ? 1 : 2) + rest
    }

    /// `comment` as it was without the note.
    package static func removed(from comment: String?) -> String {
        guard let comment else { return "" }
        guard comment.hasPrefix(opening), let end = comment.firstIndex(of: "]") else {
            return comment
        }
        return String(comment[comment.index(after: end)...].drop { $0 == " " })
    }
}

/// How Slurm's commands name a job.
///
/// The last task of an array has the array's own id, which names *all* tasks: tasks are named
/// `123_4`. A het job is held and released by its leader alone.
package enum SlurmJobName {
    /// For `scontrol requeuehold` and `release`.
    package static func toHold(_ shown: String) -> String {
        shown.firstIndex(of: "+").map { String(shown[..<$0]) } ?? shown
    }

    /// For `scontrol update`.
    package static func toUpdate(_ shown: String, rawID: Int64) -> String {
        shown.contains("_") ? shown : String(rawID)
    }
}

/// What `sreport -nP cluster AccountUtilizationByUser tree` printed, in unit-seconds.

import Units

struct SreportUse {
    struct Key: Hashable, Comparable {
        let account: String
        /// Empty: what stands at the account itself.
        let user: String
        let tres: String

        static func < (a: Self, b: Self) -> Bool {
            (a.account, a.user, a.tres) < (b.account, b.user, b.tres)
        }
    }

    /// Without what belongs to users and accounts below, which sreport adds to an account's line.
    private(set) var own: [Key: Int64] = [:]

    init() {}

    /// Lines of `Account|Login|TRES|Used`, each account before what is below it, and indented by a
    /// space a level.
    init(parsing text: String) throws {
        /// The accounts above, the root first.
        var path: [String] = []
        for line in text.split(separator: "\n") {
            let values = line.split(separator: "|", omittingEmptySubsequences: false)
            guard values.count == 4, let used = Int64(values[3]) else {
                throw Failure("sreport printed what can't be read: \(line)")
            }
            let account = String(values[0].drop { $0 == " " })
            let (user, tres) = (String(values[1]), String(values[2]))
            if user.isEmpty, path.last != account {
                path = path.prefix(values[0].count - account.count) + [account]
            }
            own[Key(account: account, user: user, tres: tres), default: 0] += used
            guard let above = user.isEmpty ? path.dropLast().last : account else { continue }
            own[Key(account: above, user: "", tres: tres), default: 0] -= used
        }
    }
}

import ArgumentParser

/// Raw job ids on the command line: `4711,4712`.
struct JobIDs: ExpressibleByArgument {
    /// More are several calls' work.
    static let limit = 1_000

    let ids: [UInt32]

    init?(argument: String) {
        let words = argument.split(separator: ",", omittingEmptySubsequences: false)
        ids = words.compactMap { UInt32($0) }
        guard ids.count == words.count, ids.count <= Self.limit, !ids.contains(0) else {
            return nil
        }
    }
}

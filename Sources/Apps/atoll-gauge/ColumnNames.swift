import ArgumentParser
import Records

/// Columns of jobs on the command line: `JobIDRaw,User,Start`.
struct ColumnNames: ExpressibleByArgument {
    let all: [JobColumn]

    init?(argument: String) {
        let names = argument.split(separator: ",", omittingEmptySubsequences: false)
        all = names.compactMap { name in JobColumn.recorded.first { $0.name == name } }
        guard all.count == names.count, Set(all).count == all.count else { return nil }
    }
}

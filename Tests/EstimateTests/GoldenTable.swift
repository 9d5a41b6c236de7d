/// A golden table: the cluster it was made on, and for each sbatch line request and AllocTRES.

import Foundation

@testable import Estimate

struct GoldenRow: Sendable {
    enum Outcome { case allocated, doesNotFit, refused }

    /// The options of sbatch.
    var form: String
    var request: String
    var partition: String
    var account: String
    var timeLimit: String
    var allocated: String
    /// Our footprint where it differs.
    var estimated: String?

    var outcome: Outcome {
        if allocated.contains("node configuration") || allocated.hasPrefix("pending") {
            return .doesNotFit
        }
        return allocated.hasPrefix("refused") ? .refused : .allocated
    }
}

struct GoldenTable: Sendable {
    var name: String
    var view: ClusterView
    var rows: [GoldenRow]

    static let names = [
        "one-thread", "cores", "cpus", "cores-only", "one-task-a-core", "sockets", "linear",
    ]
    static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Golden/estimate")

    init(_ name: String) throws {
        self.name = name
        let lines = try Self.lines(name + ".tsv")
        let settings = lines[0].dropFirst(2).split(separator: " ").map(String.init)
        let nodes = try Self.lines(words(lines[0])["nodes"] ?? "")
        view = try EstimateTests.view(of: settings + nodes)
        rows = lines.dropFirst(2).map { line in
            let cells = line.split(separator: "\t", omittingEmptySubsequences: false)
                .map(String.init)
            return GoldenRow(
                form: cells[0], request: cells[1], partition: cells[2], account: cells[3],
                timeLimit: cells[4], allocated: cells[5],
                estimated: cells.count > 6 ? cells[6] : nil)
        }
    }

    /// Our footprint of a row, in the partition that Slurm took.
    func footprint(
        _ row: GoldenRow, options: EstimateOptions = EstimateOptions()
    ) throws -> Footprint {
        let all = try estimate(
            request(row.request), userName: "root", view: view, options: options)
        return all.first { $0.partition == row.partition } ?? all[0]
    }

    private static func lines(_ file: String) throws -> [String] {
        try String(contentsOf: folder.appending(path: file), encoding: .utf8)
            .split(separator: "\n").map(String.init)
    }
}

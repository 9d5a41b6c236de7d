/// `atoll price` of a dump comes to the micro-SU to what plain arithmetic makes of the file.
///
/// With ATOLL_DUMP=FILE also of a file of one's own (`sacct -aDP`, times in UTC).

import ArgumentParser
import TestKit
import Testing

@testable import atoll

@Suite struct DumpPriceTests {
    private static let rates = """
        [[cluster]]
        name = "pozidriv"

        [[resource]]
        name = "billing"
        type = "billing"
        tres = "billing"
        [[resource.rate]]
        su_per_hour = "1"
        start = 2016-01-01T00:00:00Z

        [[resource]]
        name = "cpu"
        type = "cpu"
        tres = "cpu"
        [[resource.rate]]
        su_per_hour = "0.37"
        start = 2016-01-01T00:00:00Z
        end = 2016-12-31T12:00:00Z
        [[resource.rate]]
        su_per_hour = "0.51"
        start = 2016-12-31T12:00:00Z

        [[resource]]
        name = "mem"
        type = "mem"
        tres = "mem"
        [[resource.rate]]
        su_per_hour = "0.013"
        start = 2016-01-01T00:00:00Z
        """

    @Test(arguments: PlainDump.all())
    func `each account's sum is the file's`(dump: PlainDump) throws {
        let due = try dump.dueByAccount().filter { $0.value > 0 }
        let shown = try Folder.using { folder in
            let rates = try folder.file("rates.toml", Self.rates)
            let price = try #require(
                try Atoll.parseAsRoot([
                    "price", "--rates", rates, "--time-zone", "UTC", "-P", "-n", dump.path,
                ]) as? Price)
            return try price.answer().stdout
        }
        var sums: [String: Int64] = [:]
        for line in shown.split(separator: "\n") {
            let sides = line.split(separator: "|")
            sums[String(sides[0])] = Self.microSU(sides[sides.count - 1])
        }
        #expect(sums.filter { $0.value > 0 } == due)
    }

    /// `12.5` is 12,500,000.
    private static func microSU(_ text: Substring) -> Int64? {
        let sides = text.split(separator: ".")
        let rest = sides.count > 1 ? String(sides[1]) : ""
        return Int64(String(sides[0]) + rest + String(repeating: "0", count: 6 - rest.count))
    }
}

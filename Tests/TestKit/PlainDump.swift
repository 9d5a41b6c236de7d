/// A dump of `sacct -P` priced by plain integer arithmetic: it shares nothing with Units, Rates and
/// Records, so that what they come to can be held against it.

import Foundation
import Glibc

package struct PlainDump: Sendable, CustomStringConvertible {
    package struct Run: Sendable {
        package let account: String
        /// Seconds since 1970.
        package let start: Int64
        package let end: Int64
        /// `billing`, `cpu`, `node` in ones, `mem` in MiB.
        package let counts: [String: Int64]
    }

    /// A resource's price: thousandths of a SU an hour and unit, from a second on.
    package struct Price: Sendable {
        package let tres: String
        /// MiB in a GiB, else 1.
        package let base: Int64
        package let steps: [(from: Int64, milliSU: Int64)]
    }

    package let path: String
    package let description: String

    /// Of every test that is given one: a file of one's own, named by ATOLL_DUMP, and one that is made.
    package static func all() -> [PlainDump] {
        let own = ProcessInfo.processInfo.environment["ATOLL_DUMP"].map {
            PlainDump(path: $0, description: "ATOLL_DUMP")
        }
        return [made(rows: 600)] + (own.map { [$0] } ?? [])
    }

    package static let change: Int64 = 1_483_185_600  // 2016-12-31T12:00:00Z
    /// 1 SU a billing-hour, 0.37 SU a core-hour and from `change` on 0.51, 0.013 SU a GiB-hour.
    package static let prices = [
        Price(tres: "billing", base: 1, steps: [(0, 1_000)]),
        Price(tres: "cpu", base: 1, steps: [(0, 370), (change, 510)]),
        Price(tres: "mem", base: 1_024, steps: [(0, 13)]),
    ]

    // MARK: Reading

    package func lines() throws -> [Substring] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    }

    /// Runs that have a length.
    package func runs() throws -> [Run] {
        let lines = try lines()
        let names = lines[0].split(separator: "|", omittingEmptySubsequences: false)
        func place(_ name: String) -> Int { names.firstIndex { $0 == name }! }
        let (account, start, end) = (place("Account"), place("Start"), place("End"))
        let (tres, elapsed) = (place("AllocTRES"), place("Elapsed"))
        return lines.dropFirst().compactMap { line in
            let values = line.split(separator: "|", omittingEmptySubsequences: false)
            guard let from = Self.seconds(of: values[start]),
                let until = Self.seconds(of: values[end]), until > from
            else { return nil }
            // What sacct says of the length is what its times say.
            precondition(Self.length(of: values[elapsed]) == until - from, "\(line)")
            return Run(
                account: String(values[account]), start: from, end: until,
                counts: Self.counts(of: values[tres]))
        }
    }

    /// `2016-12-21T21:43:34`, in UTC.
    private static func seconds(of text: Substring) -> Int64? {
        let numbers = text.split { "-T:".contains($0) }.compactMap { Int32($0) }
        guard numbers.count == 6 else { return nil }
        var parts = tm()
        (parts.tm_year, parts.tm_mon, parts.tm_mday) = (
            numbers[0] - 1_900, numbers[1] - 1, numbers[2]
        )
        (parts.tm_hour, parts.tm_min, parts.tm_sec) = (numbers[3], numbers[4], numbers[5])
        return Int64(timegm(&parts))
    }

    /// `7-20:39:39`
    private static func length(of text: Substring) -> Int64 {
        let days = text.split(separator: "-")
        let clock = days.last!.split(separator: ":").map { Int64($0)! }
        return (days.count > 1 ? Int64(days[0])! * 86_400 : 0) + clock[0] * 3_600 + clock[1] * 60
            + clock[2]
    }

    private static func counts(of text: Substring) -> [String: Int64] {
        var counts: [String: Int64] = [:]
        for word in text.split(separator: ",") {
            let sides = word.split(separator: "=")
            // `62.50G` is 64,000 MiB.
            let parts = sides[1].prefix { $0.isNumber || $0 == "." }.split(separator: ".")
            let (whole, part) = (Int64(parts[0])!, parts.count > 1 ? parts[1] : "0")
            let tenfold = part.reduce(Int64(1)) { power, _ in power * 10 }
            let factor: Int64 = sides[1].hasSuffix("G") ? 1_024 : 1
            counts[String(sides[0])] = (whole * tenfold + Int64(part)!) * factor / tenfold
        }
        return counts
    }

    // MARK: Pricing

    /// Micro-SU by account, each line of a run rounded half to even by itself.
    package func dueByAccount() throws -> [String: Int64] {
        var due: [String: Int64] = [:]
        for run in try runs() {
            due[run.account, default: 0] += Self.prices.reduce(0) { $0 + Self.due(run, $1) }
        }
        return due
    }

    private static func due(_ run: Run, _ price: Price) -> Int64 {
        guard let count = run.counts[price.tres] else { return 0 }
        var sum: Int64 = 0
        for (place, step) in price.steps.enumerated() {
            let next = place + 1 < price.steps.count ? price.steps[place + 1].from : Int64.max
            let seconds = min(run.end, next) - max(run.start, step.from)
            guard seconds > 0 else { continue }
            // A thousandth of a SU is 1,000 micro-SU.
            let (over, under) = (count * seconds * step.milliSU * 1_000, price.base * 3_600)
            let (whole, rest) = over.quotientAndRemainder(dividingBy: under)
            let isUp = rest * 2 > under || rest * 2 == under && whole % 2 == 1
            sum += whole + (isUp ? 1 : 0)
        }
        return sum
    }

    // MARK: Making

    /// Rows such as a public dump of December 2016 has them, some of them over New Year.
    private static func made(rows: Int) -> PlainDump {
        var state: UInt64 = 11
        func below(_ limit: Int64) -> Int64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int64((state >> 33) % UInt64(limit))
        }
        func text(_ seconds: Int64) -> String {
            var (time, parts) = (time_t(seconds), tm())
            gmtime_r(&time, &parts)
            var buffer = [CChar](repeating: 0, count: 32)
            strftime(&buffer, 32, "%Y-%m-%dT%H:%M:%S", &parts)
            return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
        }
        func clock(_ seconds: Int64) -> String {
            func two(_ it: Int64) -> String { it < 10 ? "0\(it)" : "\(it)" }
            let days = seconds >= 86_400 ? "\(seconds / 86_400)-" : ""
            return days + two(seconds / 3_600 % 24) + ":" + two(seconds / 60 % 60) + ":"
                + two(seconds % 60)
        }
        var lines = [
            "JobID|JobIDRaw|Cluster|Partition|QOS|Account|User|Submit|Start|End|Elapsed|State|"
                + "AllocTRES|JobName"
        ]
        for row in 0..<Int64(rows) {
            let submit = change - 86_400 + below(86_400)
            let start = submit + below(3_600)
            let ran = below(9) == 0 ? 0 : below(3 * 86_400)
            let (cpus, account) = (1 + below(24), ["calla", "taifl", "caste"][Int(below(3))])
            let state = ran == 0 ? "CANCELLED by 7" : ["COMPLETED", "FAILED"][Int(below(2))]
            lines.append(
                "\(row + 1)|\(row + 1)|pozidriv|croutons|apple|\(account)|turdo|\(text(submit))|"
                    + "\(text(start))|\(text(start + ran))|\(clock(ran))|\(state)|"
                    + "billing=\(cpus),cpu=\(cpus),mem=\(below(70_000))M,node=1|x")
        }
        let path = madePath
        atexit { unlink(PlainDump.madePath) }
        try? (lines.joined(separator: "\n") + "\n").write(
            toFile: path, atomically: true, encoding: .utf8)
        return PlainDump(path: path, description: "made")
    }

    /// Made once a process, and gone with it.
    private static var madePath: String {
        NSTemporaryDirectory() + "atoll-dump-\(getpid()).psv"
    }
}

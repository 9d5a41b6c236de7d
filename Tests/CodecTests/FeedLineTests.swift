/// A feed's file as gateways write it, line by line.

import Codec
import Requests
import Testing
import Units

@Suite struct FeedLineTests {
    struct Good: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let change: FeedChange
        init(_ line: String, _ change: FeedChange) {
            (testDescription, self.change) = (line, change)
        }
    }

    private static func at(_ text: String) -> Instant {
        guard let instant = try? Instant(parsing: text) else { preconditionFailure(text) }
        return instant
    }
    private static func micro(_ amount: Int64) -> ServiceUnits { ServiceUnits(microSU: amount) }

    @Test(arguments: [
        Good(
            #""type":"supplement","su":5000"#,
            .supplement(micro(5_000_000_000), start: nil, end: nil)),
        Good(
            #""type":"supplement","su":"12.5","start":"2026-10-01","last_day":"2027-09-30""#,
            .supplement(micro(12_500_000), start: at("2026-10-01"), end: at("2027-10-01"))),
        Good(
            #""type":"supplement","su":0.000001,"end":"2027-10-01T02:00:00+02:00""#,
            .supplement(micro(1), start: nil, end: at("2027-10-01"))),
        Good(#""type":"extension","end":"2027-10-01""#, .extension(end: at("2027-10-01"))),
        Good(#""type":"extension","last_day":"2028-02-28""#, .extension(end: at("2028-02-29"))),
        Good(
            #""type":"transfer","su":5,"to_project":"BIO1","to_allocation":"bio""#,
            .transfer(micro(5_000_000), .to, project: "BIO1", allocation: "bio")),
        Good(
            #""type":"transfer","su":5,"from_project":"BIO1""#,
            .transfer(micro(5_000_000), .from, project: "BIO1", allocation: nil)),
        Good(#""type":"adjustment","su":-300.25"#, .adjustment(micro(-300_250_000))),
        Good(#""type":"inactivation""#, .inactivation(.allocation)),
        Good(#""type":"reactivation","level":"project""#, .reactivation(.project)),
    ])
    func `a line is read`(good: Good) throws {
        let line =
            #"{"source":"ACCESS","record":"48217","project":"AST1",\#(good.testDescription)}"#
        let read = try FeedLine(reading: Array(line.utf8), source: nil)
        #expect(
            read.record
                == FeedRecord(source: "ACCESS", id: "48217", project: "AST1", good.change))
        #expect(read.comment == nil)
    }

    @Test func `a line may leave its source to the command, and its id may be a number`() throws {
        let line =
            #"{"record":48217,"project":"A","type":"inactivation","comment":"late","#
            + #""origination":"NAIRR","allocation":"astro"}"#
        let read = try FeedLine(reading: Array(line.utf8), source: "amie")
        #expect(
            read.record
                == FeedRecord(
                    source: "amie", id: "48217", project: "A", origination: "NAIRR",
                    allocation: "astro", .inactivation(.allocation)))
        #expect(read.comment == "late")
    }

    @Test(
        arguments: [
            ("{", "not JSON at byte 1"), ("[]", "expected an object"), ("{}", "record: missing"),
            (#"{"record":"1"}"#, "type: missing"),
            (#"{"record":1.5,"type":"extension"}"#, "record: expected a string or an integer"),
            (
                #"{"record":"1","type":"renewal"}"#,
                "type: expected one of supplement, extension, transfer, adjustment"
            ),
            (
                #"{"record":"1","type":"inactivation","project":"A"}"#,
                "source: missing; name it in the record or with --source"
            ),
            (
                #"{"record":"1","type":"supplement","source":"S","project":"A","su":5,"ends":"x"}"#,
                "ends: a record of type supplement has no such field; it has allocation, comment, end"
            ),
            (
                #"{"record":"1","type":"extension","source":"S","project":"A","su":5}"#,
                "su: a record of type extension has no such field"
            ),
            (#"{"record":"1","type":"extension","source":"S","project":"A"}"#, "end: missing"),
            (
                #"{"record":"1","type":"extension","source":"S","project":"A","end":"10/01/2027"}"#,
                "end: expected a date such as 2027-10-01"
            ),
            (
                #"{"record":"1","type":"extension","source":"S","project":"A","end":"2027-02-29"}"#,
                "end: expected a date"
            ),
            (
                #"{"record":"1","type":"extension","source":"S","project":"A","end":"2027-10-01","#
                    + #""last_day":"2027-09-30"}"#,
                "last_day: end is named, too"
            ),
            (
                #"{"record":"1","type":"extension","source":"S","project":"A","#
                    + #""last_day":"2027-09-30T00:00:00Z"}"#,
                "last_day: expected a day such as"
            ),
            (
                #"{"record":"1","type":"adjustment","source":"S","project":"A","su":1e3}"#,
                "su: expected SU in at most six decimals"
            ),
            (
                #"{"record":"1","type":"adjustment","source":"S","project":"A","su":1.2345678}"#,
                "su: expected SU in at most six decimals"
            ),
            (
                #"{"record":"1","type":"adjustment","source":"S","project":"A","su":99999999999999}"#,
                "su: expected SU in at most six decimals"
            ),
            (
                #"{"record":"1","type":"transfer","source":"S","project":"A","su":5}"#,
                "to_project: a transfer has to_project or from_project, one of them"
            ),
            (
                #"{"record":"1","type":"transfer","source":"S","project":"A","su":5,"#
                    + #""to_project":"B","from_project":"C"}"#,
                "to_project: a transfer has to_project or from_project, one of them"
            ),
            (
                #"{"record":"1","type":"adjustment","source":"S","project":"A","su":1,"su":2}"#,
                "not JSON at byte"
            ),
        ] as [(String, String)])
    func `a line that is wrong says where`(line: String, problem: String) {
        do {
            let read = try FeedLine(reading: Array(line.utf8), source: nil)
            Issue.record("read as \(read)")
        } catch {
            #expect(error.problem.hasPrefix(problem), "\(error.problem)")
        }
    }
}

import Codec
import Estimate
import Testing
import Wire

/// A line that can't be taken, and what is said to it.
struct BadLineCase: CustomTestStringConvertible {
    var line: String
    var id: String?
    var code: ErrorCode
    var message: String

    init(_ line: String, id: String? = "x", code: ErrorCode = .badRequest, _ message: String) {
        (self.line, self.id, self.code, self.message) = (line, id, code, message)
    }

    var testDescription: String { "\(line.prefix(60)) | \(message)" }

    static func job(_ job: String, _ message: String) -> BadLineCase {
        BadLineCase(
            #"{"v":1,"id":"x","op":"admit","cluster":"reef","job":\#(job)}"#, message)
    }
}

@Suite struct BadLineTests {
    @Test(arguments: [
        BadLineCase("", id: nil, "not JSON at byte 0: the text ends too early"),
        BadLineCase("hello", id: nil, "not JSON at byte 0: expected a value"),
        BadLineCase("{}{}", id: nil, "not JSON at byte 2: more than one value"),
        BadLineCase(#"{"id" 1}"#, id: nil, "not JSON at byte 6: expected ':'"),
        BadLineCase(#"{"id":"x",}"#, id: nil, "not JSON at byte 10: expected a key"),
        BadLineCase(#"["x"]"#, id: nil, "the line: expected an object"),
        BadLineCase(#"{"v":1}"#, id: nil, "id: missing"),
        BadLineCase(#"{"v":1,"id":7}"#, id: nil, "id: expected a string"),
        BadLineCase(
            #"{"v":1,"id":"a b"}"#, id: nil, "id: expected 1 to 64 of A-Z a-z 0-9 . _ : -"),
        BadLineCase(#"{"id":"x"}"#, code: .unsupportedVersion, "v: this daemon speaks version 1"),
        BadLineCase(
            #"{"id":"x","v":2}"#, code: .unsupportedVersion, "v: this daemon speaks version 1"),
        BadLineCase(#"{"id":"x","v":"1"}"#, "v: expected an integer"),
        BadLineCase(#"{"id":"x","v":1}"#, "op: missing"),
        BadLineCase(#"{"id":"x","v":1,"op":"dance"}"#, code: .unknownOp, "op: no such operation"),
        BadLineCase(#"{"id":"x","v":1,"op":"nudge"}"#, "cluster: missing"),
        BadLineCase(#"{"id":"x","v":1,"op":"nudge","cluster":null}"#, "cluster: missing"),
        .job("7", "job: expected an object"),
        .job("{}", "job.user_id: missing"),
        .job(#"{"user_id":-1}"#, "job.user_id: expected 0 to 4294967295"),
        .job(
            #"{"user_id":1,"time_limit_minutes":"5"}"#,
            "job.time_limit_minutes: expected an integer"),
        .job(#"{"user_id":1,"min_nodes":1.0}"#, "job.min_nodes: expected an integer"),
        .job(#"{"user_id":1,"min_nodes":1e3}"#, "job.min_nodes: expected an integer"),
        .job(
            #"{"user_id":1,"min_nodes":9223372036854775808}"#,
            "job.min_nodes: expected an integer of 64 bits"),
        .job(#"{"user_id":1,"account":["a"]}"#, "job.account: expected a string"),
        BadLineCase(
            #"{"id":"x","v":1,"op":"apply","site":{"project":[{"name":"p"},{"name":7}]}}"#,
            "site.project[1].name: expected a string"),
        BadLineCase(
            #"{"id":"x","v":1,"op":"apply","site":{"project":[{"name":"p","status":"on"}]}}"#,
            "site.project[0].status: expected one of ACTIVE, INACTIVE, DELETED"),
    ])
    func `a bad line is told what is wrong and where`(row: BadLineCase) throws {
        let bad = try #require(throws: BadLine.self) {
            try Codec.decodeRequest(Array(row.line.utf8))
        }
        #expect(bad.id?.description == row.id)
        #expect(bad.error == WireError(row.code, row.message))
    }

    @Test func `unknown fields are passed over, whatever they hold`() throws {
        let line =
            #" { "later" : {"a":[1.5e-3,true,{}]} , "v":1, "id":"x", "op":"nudge","cluster":"reef"} "#
        let request = try Codec.decodeRequest(Array(line.utf8))
        #expect(request.operation == .nudge(.init(cluster: "reef")))
    }

    @Test func `a change without a user is the caller's`() throws {
        let line =
            #"{"v":1,"id":"x","op":"modify","cluster":"reef","job_id":1,"caller_uid":7,"job":{}}"#
        guard case .modify(let modify) = try Codec.decodeRequest(Array(line.utf8)).operation else {
            Issue.record("not a modify")
            return
        }
        #expect(modify.change.userID == 7)
    }
}

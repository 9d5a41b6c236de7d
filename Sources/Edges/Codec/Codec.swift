/// Wire values ↔ lines of JSON, both ways for every message. The contract is `docs/protocol.md`.
///
/// Equal values give equal bytes: fields are written in one order, and what is nil is left out.

import Wire

package enum Codec {
    /// Reads a request from one line, with or without its newline.
    ///
    /// - Throws: what to answer: `bad_request`, `unsupported_version` or `unknown_op`, with the
    ///   request's id where it has a usable one.
    package static func decodeRequest(_ line: [UInt8]) throws(BadLine) -> Request {
        var fields = try topFields(line)
        let id: RequestID
        do { id = try fields.required("id") } catch { throw BadLine(id: nil, error) }
        do {
            let version: Int64? = try fields.optional("v")
            guard version == Request.version else {
                throw BadLine(id: id, .unsupportedVersion, "v: this daemon speaks version 1")
            }
            let op: String = try fields.required("op")
            guard let name = OperationName(rawValue: op) else {
                throw BadLine(id: id, .unknownOp, "op: no such operation")
            }
            return Request(id: id, try Request.Operation(name, from: &fields))
        } catch let error as FieldError {
            throw BadLine(id: id, error)
        } catch let error as BadLine {
            throw error
        } catch {
            preconditionFailure("both kinds of error are caught above")
        }
    }

    /// Reads one line of the answer to such a request, with or without its newline.
    ///
    /// - Throws: `bad_request` when the line isn't an answer as this version knows it.
    package static func decodeAnswer(
        _ line: [UInt8], to name: OperationName
    ) throws(BadLine) -> Answer {
        var fields = try topFields(line)
        do {
            let id: RequestID? = try fields.optional("id")
            let outcome = try Answer.Outcome(to: name, from: &fields)
            return Answer(id: id, outcome)
        } catch {
            throw BadLine(id: nil, error)
        }
    }

    /// Writes a request as one line with its newline at the end of `bytes`.
    package static func encode(_ request: Request, into bytes: inout [UInt8]) {
        append(to: &bytes) { writer in
            writer.field("v", Request.version)
            writer.field("id", request.id)
            writer.field("op", request.operation.name.rawValue)
            request.operation.writeFields(to: &writer)
        }
    }

    /// Writes one line of an answer with its newline at the end of `bytes`.
    package static func encode(_ answer: Answer, into bytes: inout [UInt8]) {
        append(to: &bytes) { writer in
            writer.key("id")
            if let id = answer.id { id.write(to: &writer) } else { writer.raw("null") }
            writer.separate()
            answer.outcome.writeFields(to: &writer)
        }
    }

    package static func encode(_ request: Request) -> [UInt8] {
        var bytes: [UInt8] = []
        encode(request, into: &bytes)
        return bytes
    }

    package static func encode(_ answer: Answer) -> [UInt8] {
        var bytes: [UInt8] = []
        encode(answer, into: &bytes)
        return bytes
    }

    private static func append(
        to bytes: inout [UInt8], _ fields: (inout JSONWriter) -> Void
    ) {
        // The buffer changes hands, so that it isn't copied.
        var writer = JSONWriter(appendingTo: bytes)
        bytes = []
        writer.object(fields)
        writer.newline()
        bytes = writer.bytes
    }

    private static func topFields(_ line: [UInt8]) throws(BadLine) -> Fields {
        let document: JSONDocument
        do {
            document = try JSONScanner.scan(line)
        } catch {
            throw BadLine(
                id: nil, .badRequest, "not JSON at byte \(error.offset): \(error.problem)")
        }
        do {
            return try Fields(Place(document: document, node: 0, parent: "", step: .top))
        } catch {
            throw BadLine(id: nil, error)
        }
    }
}

/// A line that is no request, or no answer: what is wrong with it, and whose it was.
package struct BadLine: Error, Hashable, Sendable {
    /// Nil when the line has no usable id.
    package var id: RequestID?
    package var error: WireError

    /// What a server says to it.
    package var answer: Answer { Answer(id: id, .failed(error)) }

    init(id: RequestID?, _ code: ErrorCode, _ message: String) {
        self.id = id
        error = WireError(code, message)
    }

    init(id: RequestID?, _ error: FieldError) {
        let place = error.place.isEmpty ? "the line" : error.place
        self.init(id: id, .badRequest, "\(place): \(error.problem)")
    }
}

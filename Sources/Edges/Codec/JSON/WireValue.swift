/// What can stand as a value on the wire, each with its one form.

import Rates
import Registry
import Units
import Wire

protocol WireValue {
    init(at place: Place) throws(FieldError)
    func write(to writer: inout JSONWriter)
}

/// A value of several fields.
protocol WireObject: WireValue {
    init(from fields: inout Fields) throws(FieldError)
    func writeFields(to writer: inout JSONWriter)
}

extension WireObject {
    init(at place: Place) throws(FieldError) {
        var fields = try Fields(place)
        try self.init(from: &fields)
    }

    func write(to writer: inout JSONWriter) {
        writer.object { self.writeFields(to: &$0) }
    }
}

/// One of a closed list of words.
protocol WireChoice: WireValue, RawRepresentable<String>, CaseIterable {}

extension WireChoice {
    init(at place: Place) throws(FieldError) {
        guard place.kind == .string, let choice = Self(rawValue: try String(at: place)) else {
            let words = Self.allCases.map(\.rawValue).joined(separator: ", ")
            throw place.error("expected one of \(words)")
        }
        self = choice
    }

    func write(to writer: inout JSONWriter) { writer.string(rawValue) }
}

extension Status: WireChoice {}
extension HoldPolicy: WireChoice {}
extension WindowPolicy: WireChoice {}
extension MembersPolicy: WireChoice {}
extension Combination: WireChoice {}
extension StatusLevel: WireChoice {}
extension ErrorCode: WireChoice {}

extension String: WireValue {
    init(at place: Place) throws(FieldError) {
        guard place.kind == .string else { throw place.error("expected a string") }
        self = place.document.string(at: place.node)
    }

    func write(to writer: inout JSONWriter) { writer.string(self) }
}

extension Int64: WireValue {
    init(at place: Place) throws(FieldError) {
        guard place.kind == .integer else { throw place.error("expected an integer") }
        guard let value = place.document.integer(at: place.node) else {
            throw place.error("expected an integer of 64 bits")
        }
        self = value
    }

    func write(to writer: inout JSONWriter) { writer.integer(self) }
}

extension UInt32: WireValue {
    init(at place: Place) throws(FieldError) {
        guard let value = UInt32(exactly: try Int64(at: place)) else {
            throw place.error("expected 0 to 4294967295")
        }
        self = value
    }

    func write(to writer: inout JSONWriter) { writer.integer(Int64(self)) }
}

extension Bool: WireValue {
    init(at place: Place) throws(FieldError) {
        switch place.kind {
        case .true: self = true
        case .false: self = false
        default: throw place.error("expected true or false")
        }
    }

    func write(to writer: inout JSONWriter) { writer.raw(self ? "true" : "false") }
}

extension Array: WireValue where Element: WireValue {
    init(at place: Place) throws(FieldError) {
        guard place.kind == .array else { throw place.error("expected an array") }
        let path = place.path
        let count = Int(place.document.nodes[place.node].count)
        self = []
        reserveCapacity(count)
        var node = place.node + 1
        for index in 0..<count {
            let element = Place(
                document: place.document, node: node, parent: path, step: .index(index))
            append(try Element(at: element))
            node = Int(place.document.nodes[node].next)
        }
    }

    func write(to writer: inout JSONWriter) {
        writer.array { for element in self { $0.element(element) } }
    }
}

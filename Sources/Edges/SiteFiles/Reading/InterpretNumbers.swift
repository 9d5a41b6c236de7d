/// Exact numbers: strings or whole numbers, never floats.

import Units

extension Interpret {
    /// An amount of zero or more SU, exact to the micro-SU.
    static func amount(_ node: Node) throws(Complaint) -> ServiceUnits {
        let text = try exactNumber(node, wanted: "an amount in quotes such as \"1000\" or \"0.5\"")
        let amount: ServiceUnits
        do { amount = try ServiceUnits(parsing: text) } catch {
            switch error {
            case .notANumber: throw .notAnAmount(text)
            case .overPrecise: throw .overPrecise(text)
            case .tooLarge: throw .amountTooLarge(text)
            }
        }
        guard amount >= .zero else { throw .negative(text) }
        return amount
    }

    /// How many there are of something.
    static func count(_ node: Node) throws(Complaint) -> Int64 {
        guard case .integer(let value) = node.value else {
            throw .wrongType(found: node.typeInWords, wanted: "a whole number")
        }
        guard value > 0 else {
            throw .outOfRange(String(value), lowest: "1", highest: String(Int64.max))
        }
        return value
    }

    /// A rate or a factor, zero or more.
    static func ratio(_ node: Node) throws(Complaint) -> Rational {
        let text = try exactNumber(node, wanted: "a number in quotes such as \"0.01\" or \"1/3\"")
        do { return try Rational(parsing: text) } catch {
            switch error {
            case .malformed, .zeroDenominator: throw .notARatio(text)
            case .negative: throw .negative(text)
            case .tooLarge: throw .ratioOutOfBounds(text)
            }
        }
    }

    /// Hours that buy one SU, turned into SU an hour.
    static func hoursPerSU(_ node: Node) throws(Complaint) -> Rational {
        let hours = try ratio(node)
        guard hours != .zero else { throw .zeroHours }
        // Parts within bounds stay so when they change places.
        do { return try hours.inverted() } catch { throw .ratioOutOfBounds(node.token) }
    }

    /// `"2%"` as 1/50; more than nothing, at most everything.
    static func percentage(_ node: Node) throws(Complaint) -> Rational {
        let share = try share(node, lowest: "more than \"0%\"")
        guard share.numerator > 0 else {
            throw .outOfRange(
                quoted(try string(node)), lowest: "more than \"0%\"", highest: "\"100%\"")
        }
        return share
    }

    /// `"50%"` as 1/2; from nothing to everything.
    static func share(_ node: Node) throws(Complaint) -> Rational {
        try share(node, lowest: "\"0%\"")
    }

    private static func share(_ node: Node, lowest: String) throws(Complaint) -> Rational {
        let text = try string(node)
        guard text.last == "%", let percent = try? Rational(parsing: String(text.dropLast())),
            let hundredth = try? Rational(1, over: 100),
            let share = try? percent.multiplied(by: hundredth)
        else { throw .notAPercentage(text) }
        guard share.numerator <= share.denominator else {
            throw .outOfRange(quoted(text), lowest: lowest, highest: "\"100%\"")
        }
        return share
    }

    private static func exactNumber(_ node: Node, wanted: String) throws(Complaint) -> String {
        switch node.value {
        case .string(let text): return text
        case .integer(let value): return String(value)
        case .float:
            let decimal = node.token.replacing("_", with: "")
            let isPlain = (try? Rational(parsing: decimal)) != nil
            throw .floatAmount(written: node.token, exact: isPlain ? decimal : nil)
        default: throw .wrongType(found: node.typeInWords, wanted: wanted)
        }
    }
}

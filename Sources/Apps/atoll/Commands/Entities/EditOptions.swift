/// What all commands that edit a standing thing share, and how their words become fields.

import ArgumentParser
import Registry
import Units
import Wire

struct EditOptions: ParsableArguments {
    @Option(help: "Why; it stands in the journal.")
    var reason: String?

    @OptionGroup var making: ChangeOptions
    @OptionGroup var connection: ConnectionOptions
}

extension Surroundings {
    /// Asks for the edit and says what it changed.
    func carryOut(_ edit: Edit, _ options: EditOptions) throws {
        let request = Request.Change(
            edit, reason: options.reason, dryRun: options.making.isDryRun)
        let (reply, rows) = try change(
            .edit(request), id: options.making.id, options.connection)
        try report(changes: rows, warnings: reply.changeWarnings, options.making)
    }

    /// A bound of a window; `none` takes it away.
    func bound(_ text: String?, of option: String) throws -> FieldEdit<Instant> {
        guard text?.lowercased() != "none" else { return .clear }
        return try time(text, of: option, .future).map { .set($0) } ?? .keep
    }
}

/// An option's text as a field: what is empty takes the field away.
func field(_ text: String?) -> FieldEdit<String> {
    guard let text else { return .keep }
    return text.isEmpty ? .clear : .set(text)
}

/// `a,b` and repeated options alike.
func names(_ values: [String]) -> [String] {
    values.flatMap { $0.split(separator: ",").map(String.init) }
}

/// Words of a closed list on the command line.
struct ChoiceArgument<Choice>: ExpressibleByArgument
where Choice: RawRepresentable<String> & CaseIterable {
    let value: Choice

    init?(argument: String) {
        guard let value = Choice(rawValue: argument) else { return nil }
        self.value = value
    }

    static var allValueStrings: [String] { Choice.allCases.map(\.rawValue) }
}

extension ChoiceArgument: Sendable where Choice: Sendable {}

/// A price: a plain number, or a fraction such as `1/3`.
struct RateArgument: ExpressibleByArgument {
    let value: Rational

    init?(argument: String) {
        guard let value = try? Rational(parsing: argument) else { return nil }
        self.value = value
    }
}

/// An amount that can be taken away with `none`.
struct CapArgument: ExpressibleByArgument {
    let edit: FieldEdit<ServiceUnits>

    init?(argument: String) {
        if argument.lowercased() == "none" {
            edit = .clear
        } else if let amount = try? ServiceUnits(parsing: argument), amount >= .zero {
            edit = .set(amount)
        } else {
            return nil
        }
    }
}

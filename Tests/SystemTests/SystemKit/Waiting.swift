/// Waiting for what a real system does in its own time: by looking again, up to a deadline.

struct NeverCame: Error, CustomStringConvertible {
    let description: String
}

/// Looks until there is a value, and returns it.
///
/// - Throws: `NeverCame`, with what `seen` says, after `seconds`; and whatever `look` throws.
func awaited<Value>(
    _ what: String, within seconds: Double = 20, seen: @autoclosure () throws -> String = "",
    _ look: () throws -> Value?
) async throws -> Value {
    let deadline = ContinuousClock.now.advanced(by: .seconds(seconds))
    while true {
        if let value = try look() { return value }
        guard ContinuousClock.now < deadline else {
            throw NeverCame(description: "after \(seconds) s not so: \(what). \(try seen())")
        }
        try await Task.sleep(for: .milliseconds(50))
    }
}

/// Looks until it is so.
func awaited(
    _ what: String, within seconds: Double = 20, seen: @autoclosure () throws -> String = "",
    isSo: () throws -> Bool
) async throws {
    _ = try await awaited(what, within: seconds, seen: try seen()) { try isSo() ? true : nil }
}

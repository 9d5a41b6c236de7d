/// Switching a mode: one entry, in force for whatever is decided after it.

import Registry
import Units

/// A mode that is set already makes no entry.
func decideMode(_ rule: ModeRule, _ facts: Facts, at now: Instant) -> Decision {
    let before = facts.registry.modes.rules[rule.scope]
    guard before != rule.mode else { return Decision(entries: [], outcome: .applied([])) }
    let words = { (mode: Mode?) in
        mode?.rawValue ?? (rule.scope.account == nil ? "enforce, the default" : "none of its own")
    }
    let change = AppliedChange(
        .change, "mode", rule.scope.description, "\(words(before)) → \(words(rule.mode))")
    let entry = EntryDraft(
        kind: .registered, effectiveAt: now, changes: [.registry(.mode(rule))])
    return Decision(entries: [entry], outcome: .applied([change]))
}

/// What a thing may be called: by rules that keep names typeable, showable and storable.

/// Why `name` can't name anything; nil where it can.
///
/// The comma parts names in lists, `|` the columns of `-P`.
package func nameProblem(_ name: String) -> String? {
    if name.isEmpty { return "a name is empty" }
    if name.utf8.count > 250 { return "a name is longer than 250 bytes" }
    let isPlain = name.unicodeScalars.allSatisfy {
        $0.value >= 32 && $0.value != 127 && $0 != "|" && $0 != ","
    }
    if !isPlain { return "the name \(name) has a control character, a comma or a |" }
    if name.first == " " || name.last == " " {
        return "the name \"\(name)\" begins or ends with a space"
    }
    return nil
}

/// Text that others have written, made safe to show.

import Units

extension String {
    /// Control characters replaced by `?`: a name must not steer the terminal it is shown on.
    package var printable: String {
        guard unicodeScalars.contains(where: \.isControl) else { return self }
        return String(String.UnicodeScalarView(unicodeScalars.map { $0.isControl ? "?" : $0 }))
    }
}

extension Unicode.Scalar {
    /// C0, C1, and what turns the direction of writing.
    fileprivate var isControl: Bool {
        value < 0x20 || (0x7f..<0xa0).contains(value) || (0x202a...0x202e).contains(value)
            || (0x2066...0x2069).contains(value)
    }
}

extension Int64 {
    /// `1,234,567`
    package var grouped: String {
        (self < 0 ? "-" : "") + groupingThousands(String(magnitude))
    }
}

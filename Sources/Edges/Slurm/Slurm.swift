internal import CSlurm

/// libslurm, begun. Everything else here needs it.
///
/// The library may block for a minute and may end the process, so this room is for a program of
/// its own, never for a daemon.
package enum Slurm {
    /// Reads slurm.conf. Where that can't be done libslurm ends the process with exit code 1;
    /// `lastWords` then stands on stderr.
    package static func begin(lastWords: StaticString) {
        sayWhenEnded(lastWords)
        csl_init()
    }

    /// What stands on stderr should libslurm end the process; nil takes it back.
    package static func sayWhenEnded(_ lastWords: StaticString?) {
        csl_say_when_ended(lastWords.map(pointer))
    }

    /// Ends the process with `exitCode` and `lastWords` on stderr, unless it is called again within
    /// `seconds`: what libslurm waits for may never come. 0: no deadline.
    package static func setDeadline(
        seconds: UInt32, lastWords: StaticString, exitCode: Int32
    ) {
        csl_deadline(seconds, pointer(lastWords), exitCode)
    }

    /// What was waited for has come.
    package static func clearDeadline() { csl_deadline(0, nil, 0) }

    /// A static string never moves, so C may keep where it is.
    private static func pointer(_ text: StaticString) -> UnsafePointer<CChar> {
        UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
    }

    /// The Slurm release this was built against: `22.05.8`.
    package static var builtFor: String { String(cString: csl_built_for()) }
}

/// A borrowed C text as a String; nil for NULL and for the empty text.
func text(_ pointer: UnsafePointer<CChar>?) -> String? {
    guard let pointer, pointer.pointee != 0 else { return nil }
    return String(cString: pointer)
}

/// A number of CSlurm's; nil where Slurm says NO_VAL or INFINITE.
func number(_ value: Int64) -> Int64? {
    value == CSL_NONE || value == CSL_INFINITE ? nil : value
}

/// Epoch seconds; nil where Slurm says 0.
func epoch(_ value: Int64) -> Int64? { value == 0 ? nil : value }

/// The names of the bits in `value`, comma-separated; nil for none.
func bitNames(_ kind: csl_bits, _ value: Int64) -> String? {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 1_024) { buffer in
        csl_bit_names(kind, value, buffer.baseAddress, buffer.count)
        return text(buffer.baseAddress)
    }
}

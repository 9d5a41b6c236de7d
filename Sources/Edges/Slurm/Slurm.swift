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
        guard let lastWords else { return csl_say_when_ended(nil) }
        lastWords.utf8Start.withMemoryRebound(
            to: CChar.self, capacity: lastWords.utf8CodeUnitCount + 1
        ) { csl_say_when_ended($0) }
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
func epoch(_ value: Int64) -> Int64? { value <= 0 || value == CSL_INFINITE ? nil : value }

/// The names of the bits in `value`, comma-separated; nil for none.
func bitNames(_ kind: csl_bits, _ value: Int64) -> String? {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 1_024) { buffer in
        csl_bit_names(kind, value, buffer.baseAddress, buffer.count)
        return text(buffer.baseAddress)
    }
}

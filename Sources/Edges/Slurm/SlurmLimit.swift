internal import CSlurm

/// A number that Slurm may leave open.
package enum SlurmLimit: Equatable, Sendable {
    /// NO_VAL.
    case notSet
    /// INFINITE.
    case unlimited
    case value(Int64)

    init(_ value: Int64) {
        switch value {
        case CSL_NONE: self = .notSet
        case CSL_INFINITE: self = .unlimited
        default: self = .value(value)
        }
    }
}

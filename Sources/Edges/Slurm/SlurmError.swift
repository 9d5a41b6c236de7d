internal import CSlurm

/// Why Slurm could not be asked.
package struct SlurmError: Error, Equatable, Sendable {
    package enum Kind: Equatable, Sendable {
        /// slurmctld did not answer, or nobody is at its port.
        case controllerUnreachable
        /// slurmdbd did not answer, or this site has none.
        case accountingUnreachable
        /// Something else; the same question will get the same answer.
        case refused
    }

    package let kind: Kind
    /// What was asked for: `jobs of slurmctld`.
    package let operation: String
    /// errno's or Slurm's number; −1 where none was told.
    package let code: Int
    package let text: String

    package init(kind: Kind, operation: String, code: Int, text: String) {
        self.kind = kind
        self.operation = operation
        self.code = code
        self.text = text
    }

    /// Slurm's communication errors (slurm_errno.h): 1000–1099 general, 1800–1899 slurmctld,
    /// 5000–5099 sockets. 1007 is munge.
    static func controller(_ operation: String, code: Int32) -> SlurmError {
        let unreachable: Bool
        switch code {
        case 1_000...1_099, 1_800...1_899, 5_000...5_099: unreachable = true
        default: unreachable = code < 1_000
        }
        return SlurmError(
            kind: unreachable ? .controllerUnreachable : .refused, operation: operation,
            code: Int(code), text: String(cString: csl_error_text(code)))
    }

    /// 2002 is "access denied", 7000 and more slurmdbd's own errors.
    static func accounting(_ operation: String, code: Int32) -> SlurmError {
        SlurmError(
            kind: code == 2_002 ? .refused : .accountingUnreachable, operation: operation,
            code: Int(code), text: String(cString: csl_error_text(code)))
    }

    /// What helps, in one sentence.
    package var remedy: String {
        if code == 1_007 || (6_000...6_099).contains(code) {
            return "is munged running here with the cluster's key?"
        }
        switch kind {
        case .controllerUnreachable:
            return "is slurmctld up, and does SLURM_CONF name its slurm.conf? Try: scontrol ping"
        case .accountingUnreachable:
            return "is slurmdbd up, and AccountingStorageType set? Try: sacctmgr show cluster"
        case .refused:
            return "run it as root or SlurmUser, or give its user the admin level Operator"
        }
    }
}

extension SlurmError: CustomStringConvertible {
    /// One line: what was asked, what came, what helps.
    package var description: String {
        "\(operation): \(text)\(code > 0 ? " (\(code))" : ""); \(remedy)"
    }
}

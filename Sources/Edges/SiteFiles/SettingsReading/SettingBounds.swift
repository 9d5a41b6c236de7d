/// How far each numeric setting may go.

enum SettingBounds {
    static let connections = 1...10_000
    static let requestsPerConnection = 1...10_000
    /// Shorter would cut off people's own commands, longer would let sleepers hold connections.
    static let firstLineSeconds = 1...60
    static let idleSeconds = 1...86_400
    static let stalledReaderSeconds = 1...60
    /// A whole line of 64 KiB has to fit.
    static let waitingKiB = 64...65_536

    static let pollSeconds = 1...3_600
    static let deadlineSeconds = 1...3_600

    /// Under 10 s a hold could go before slurmctld has told of its job.
    static let unclaimedAfterSeconds = 10...86_400
    /// Less than minutes only where slurmdbd is never behind: in tests.
    static let settleSeconds = 0...2_592_000
    static let shortRunsSeconds = 0...86_400

    /// slurmdbd tells slurmctld of each change, and keeps it for good.
    static let backstopEverySeconds = 3_600...604_800
    static let backstopLookSeconds = 1...3_600

    /// sun_path of unix(7) holds 108 bytes with the closing NUL.
    static let socketPathBytes = 107
}

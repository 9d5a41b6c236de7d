/// `[backstop]` of the settings: limits in slurmdbd that stand in for atolld while it is gone.

import Units

/// Which limit of slurmdbd is kept for each account.
package enum BackstopPolicy: String, Hashable, Sendable, CaseIterable {
    /// None is written; what was written stays until `atoll backstop clear`.
    case off
    /// What was used, what is left and a margin, in minutes of each rated TRES.
    case tresMinutes = "GrpTRESMins"
    /// 0 where nothing is left.
    case submitJobs = "GrpSubmitJobs"
}

/// The same for one cluster.
package enum ClusterBackstopPolicy: String, Hashable, Sendable, CaseIterable {
    /// As `[backstop]` says.
    case `default`
    case off
    case tresMinutes = "GrpTRESMins"
    case submitJobs = "GrpSubmitJobs"
}

extension Settings {
    package struct Backstop: Hashable, Sendable {
        package var limit = BackstopPolicy.off
        /// A limit that need not be raised is written again no sooner.
        package var everySeconds = 3_600
        /// How often it is looked whether one has to be raised, cleared or set to 0.
        package var lookSeconds = 60
        /// Of what an account may still use.
        package var margin = Settings.defaultMargin
        /// Divide what is left among the rated TRES.
        package var strict = false
    }

    /// 10%.
    package static let defaultMargin: Rational = {
        guard let margin = try? Rational(1, over: 10) else { preconditionFailure("1/10") }
        return margin
    }()
}

extension TableReader {
    func read(into backstop: inout Settings.Backstop) {
        expect(["limit", "every_seconds", "look_seconds", "margin", "strict"])
        set(&backstop.limit, "limit", Interpret.word(BackstopPolicy.self))
        set(
            &backstop.everySeconds, "every_seconds",
            Interpret.count(in: SettingBounds.backstopEverySeconds))
        set(
            &backstop.lookSeconds, "look_seconds",
            Interpret.count(in: SettingBounds.backstopLookSeconds))
        set(&backstop.margin, "margin", Interpret.share)
        set(&backstop.strict, "strict", Interpret.boolean)
    }
}

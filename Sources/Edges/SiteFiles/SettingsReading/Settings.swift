/// The daemon's settings, `/etc/atoll/atoll.toml`, with the defaults that an empty file has.
///
/// `config/atoll.toml` explains every key; the ranges are in `SettingBounds.swift`.

import Units

package struct Settings: Hashable, Sendable {
    package var server = Server()
    package var log = Log()
    package var access = Access()
    /// The clusters that are read and charged; none: the daemon only answers.
    package var clusters: [Cluster] = []
    package var admission = Admission()
    package var exempt = Exempt()
    package var estimate = Estimate()
    package var charging = Charging()
    package var start = Start()
    package var reservations = Reservations()
    package var backstop = Backstop()
    package var reconcile = Reconcile()

    package init() {}
}

extension Settings {
    /// Where the daemon listens and keeps its books, and what it lets a client take.
    package struct Server: Hashable, Sendable {
        /// Absolute; at most 107 bytes, as unix(7) has it.
        package var socket = "/run/atoll/atoll.sock"
        /// Absolute; the directory of the journal.
        package var state = "/var/lib/atoll"
        package var connections = 512
        /// Of `connections`, at most so many for one uid that is neither hook nor operator.
        package var connectionsPerUser = 64
        /// Under way at once on one connection.
        package var requestsPerConnection = 128
        package var firstLineSeconds = 10
        package var idleSeconds = 60
        /// `idleSeconds` for hooks and operators.
        package var idleHookSeconds = 600
        /// How long a client may take nothing of its answers.
        package var stalledReaderSeconds = 5
        /// How much may wait for a client that reads slowly.
        package var waitingKiB = 1_024
        package var precedence = HookPrecedence.realTime
    }

    package struct Log: Hashable, Sendable {
        package var level = LogLevel.info
        package var format = LogFormat.text
    }

    /// Who may do what, by the names of the daemon's host.
    package struct Access: Hashable, Sendable {
        /// Users who may ask as Slurm's hooks: root and SlurmUser.
        package var hooks = ["root", "slurm"]
        package var operators = ["root"]
        package var operatorGroups: [String] = []
        /// Whether operators may approve change requests that they made themselves.
        package var approvesOwnRequests = false
    }

    /// One Slurm cluster and the gauge that reads it.
    package struct Cluster: Hashable, Sendable {
        /// Slurm's ClusterName.
        package var name: String
        /// The gauge's program; absolute.
        package var gauge = "/usr/bin/atoll-gauge"
        /// Put before the gauge's own arguments.
        package var gaugeArguments: [String] = []
        /// Added to the daemon's environment, such as SLURM_CONF.
        package var gaugeEnvironment: [String: String] = [:]
        package var pollSeconds = 10
        /// Of all time, at most so much with the gauge running; longer polls come more seldom.
        package var share = Settings.defaultShare
        /// After so long a gauge is stopped and the poll counts as failed.
        package var deadlineSeconds = 30
        package var dbd = Accounting.auto
        package var reservations = ClusterReservationPolicy.default
        /// What lets jobs go that were held back, makes and deletes reservations; absolute, and what is put before its arguments.
        package var scontrol = "/usr/bin/scontrol"
        package var scontrolArguments: [String] = []
        /// Usage is charged from then on; nil: from when the books began.
        package var cutover: Instant?
        package var backstop = ClusterBackstopPolicy.default
        /// What writes limits to slurmdbd; absolute, and what is put before its arguments.
        package var sacctmgr = "/usr/bin/sacctmgr"
        package var sacctmgrArguments: [String] = []

        package init(name: String) { self.name = name }
    }

    package struct Admission: Hashable, Sendable {
        /// A hold whose job doesn't appear within so many seconds of good polls is released.
        package var unclaimedAfterSeconds = 60
        package var whenInsufficient = InsufficientPolicy.refuse
        package var unknownAccount = UnknownAccountPolicy.admit
        /// Whether an admitted user is told what is held and what is left.
        package var messageOnAdmit = true
        package var durability = Durability.full
    }

    /// Who is neither refused nor charged.
    package struct Exempt: Hashable, Sendable {
        package var users: [String] = []
        package var accounts: [String] = []
        package var partitions: [String] = []
    }

    package struct Estimate: Hashable, Sendable {
        package var nodes = NodesPolicy.fewest
    }

    package struct Charging: Hashable, Sendable {
        package var freeStates: [FreeState] = [.nodeFail, .bootFail]
        package var preempted = PreemptedPolicy.charge
        /// Runs shorter than this are free; 0: none is.
        package var shortRunsSeconds = 0
    }

    package struct Reservations: Hashable, Sendable {
        package var charge = ReservationPolicy.idle
    }

    /// How the books are set beside slurmdbd's record.
    package struct Reconcile: Hashable, Sendable {
        /// What ended so long ago is settled there.
        package var settleSeconds = 21_600
    }

    /// 2%.
    package static let defaultShare: Rational = {
        guard let share = try? Rational(2, over: 100) else { preconditionFailure("2/100") }
        return share
    }()
}

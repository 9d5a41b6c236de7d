import ArgumentParser
import Glibc
import Records
import Slurm
import Units

/// `atoll-gauge reservations`
struct Reservations: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "slurmctld's reservations: those that go on and those to come.")

    @OptionGroup var common: CommonOptions

    func run() throws {
        let config = try common.controllerConfig()
        warnOfPrivateData(config, "reservations")
        var reservations = try common.controller { try SlurmReservations() }
        var output = Output<ReservationColumn>(
            .reservations, cluster: config.clusterName, slurmVersion: config.version)
        while let reservation = reservations.next() {
            try output.write { reservation.value($0, tres: reservation.tres) }
        }
        try output.finish()
    }
}

/// `atoll-gauge reservation-history`
struct ReservationHistory: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reservation-history",
        abstract: "slurmdbd's reservations that overlap a span of time.",
        discussion: """
            A reservation that was changed is several records, one for each span without a change.

            EXAMPLE
              atoll-gauge reservation-history --start 2026-11-01
            """)

    @Option(help: "From here on: YYYY-MM-DD[THH:MM[:SS]][Z|±HH:MM], or epoch seconds. UTC.")
    var start: TimeArgument

    @Option(help: "Up to here. (default: now)")
    var end: TimeArgument?

    @Option(help: "A cluster of this slurmdbd's. (default: slurm.conf's; slurmctld is asked)")
    var cluster: String?

    @OptionGroup var common: CommonOptions

    func run() throws {
        let cluster = try common.accountedCluster(cluster, privateData: "reservations")
        let accounting = try common.accounting { try SlurmAccounting() }
        let end = end?.epochSeconds ?? Int64(time(nil))
        guard end > start.epochSeconds else {
            throw ValidationError("--end has to be later than --start.")
        }
        var reservations = try common.accounting {
            try accounting.reservations(cluster: cluster, from: start.epochSeconds, to: end)
        }
        var tres = NumberedTRES(names: accounting.tresNames)
        var output = Output<ReservationColumn>(
            .reservationHistory, cluster: cluster,
            attributes: ["start": String(start.epochSeconds), "end": String(end)])
        while let reservation = reservations.next() {
            let named = tres.named(reservation.tres)
            try output.write { reservation.value($0, tres: named) }
        }
        try output.finish()
    }
}

extension SlurmReservation {
    func value(_ column: ReservationColumn, tres: String?) -> FieldValue {
        switch column {
        case .reservationName: .text(name)
        case .reservationID: FieldValue(reservationID)
        case .cluster: FieldValue(cluster)
        case .start: FieldValue(start.map { Instant(epochSeconds: $0) })
        case .end: FieldValue(end.map { Instant(epochSeconds: $0) })
        case .startPrevious: FieldValue(startPrevious.map { Instant(epochSeconds: $0) })
        case .nodes: FieldValue(nodes)
        case .nodeCount: FieldValue(nodeCount)
        case .coreCount: FieldValue(coreCount)
        case .tres: FieldValue(tres)
        case .accounts: FieldValue(accounts)
        case .users: FieldValue(users)
        case .groups: FieldValue(groups)
        case .associations: FieldValue(associations)
        case .partition: FieldValue(partition)
        case .licenses: FieldValue(licenses)
        case .features: FieldValue(features)
        case .flags: FieldValue(flags)
        case .unusedSeconds: FieldValue(unusedSeconds)
        }
    }
}

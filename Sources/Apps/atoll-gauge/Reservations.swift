import ArgumentParser
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

    @OptionGroup var span: SpanOptions

    @OptionGroup var common: CommonOptions

    func run() throws {
        let bounds = try span.bounds()
        let cluster = try common.accountedCluster(span.cluster, privateData: "reservations")
        let accounting = try common.accounting { try SlurmAccounting() }
        var reservations = try common.accounting {
            try accounting.reservations(cluster: cluster, from: bounds.start, to: bounds.end)
        }
        var tres = NumberedTRES(names: accounting.tresNames)
        var output = Output<ReservationColumn>(
            .reservationHistory, cluster: cluster,
            attributes: SpanOptions.attributes(of: bounds))
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

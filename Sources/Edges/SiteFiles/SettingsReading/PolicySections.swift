/// `[admission]`, `[exempt]`, `[estimate]`, `[charging]`, `[reservations]` and `[reconcile]` of the settings.

extension TableReader {
    func read(into admission: inout Settings.Admission) {
        expect([
            "unclaimed_after_seconds", "when_insufficient", "unknown_account", "message_on_admit",
            "durability",
        ])
        set(
            &admission.unclaimedAfterSeconds, "unclaimed_after_seconds",
            Interpret.count(in: SettingBounds.unclaimedAfterSeconds))
        set(
            &admission.whenInsufficient, "when_insufficient",
            Interpret.word(InsufficientPolicy.self))
        set(
            &admission.unknownAccount, "unknown_account",
            Interpret.word(UnknownAccountPolicy.self))
        set(&admission.messageOnAdmit, "message_on_admit", Interpret.boolean)
        set(&admission.durability, "durability", Interpret.word(Durability.self))
    }

    func read(into exempt: inout Settings.Exempt) {
        expect(["users", "accounts", "partitions"])
        set(&exempt.users, "users")
        set(&exempt.accounts, "accounts")
        set(&exempt.partitions, "partitions")
    }

    func read(into estimate: inout Settings.Estimate) {
        expect(["nodes"])
        set(&estimate.nodes, "nodes", Interpret.word(NodesPolicy.self))
    }

    func read(into reservations: inout Settings.Reservations) {
        expect(["charge"])
        set(&reservations.charge, "charge", Interpret.word(ReservationPolicy.self))
    }

    func read(into reconcile: inout Settings.Reconcile) {
        expect(["settle_seconds"])
        set(
            &reconcile.settleSeconds, "settle_seconds",
            Interpret.count(in: SettingBounds.settleSeconds))
    }

    func read(into charging: inout Settings.Charging) {
        expect(["free_states", "preempted", "short_runs_seconds"])
        if let states = list("free_states", Interpret.word(FreeState.self)) {
            charging.freeStates = states
        }
        set(&charging.preempted, "preempted", Interpret.word(PreemptedPolicy.self))
        set(
            &charging.shortRunsSeconds, "short_runs_seconds",
            Interpret.count(in: SettingBounds.shortRunsSeconds))
    }
}

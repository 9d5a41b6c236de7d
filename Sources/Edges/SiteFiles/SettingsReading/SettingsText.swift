/// The effective settings as a file that would give them: what was written and all the defaults.

import Units

extension Settings {
    /// TOML; reading it gives these settings again.
    package var text: String {
        let sections =
            [serverText, logText, accessText] + clusters.map(\.text) + policyTexts
        return sections.joined(separator: "\n")
    }

    private var serverText: String {
        section(
            "[server]",
            [
                ("socket", quoted(server.socket)), ("state", quoted(server.state)),
                ("connections", "\(server.connections)"),
                ("connections_per_user", "\(server.connectionsPerUser)"),
                ("requests_per_connection", "\(server.requestsPerConnection)"),
                ("first_line_seconds", "\(server.firstLineSeconds)"),
                ("idle_seconds", "\(server.idleSeconds)"),
                ("idle_hook_seconds", "\(server.idleHookSeconds)"),
                ("stalled_reader_seconds", "\(server.stalledReaderSeconds)"),
                ("waiting_kib", "\(server.waitingKiB)"),
                ("precedence", quoted(server.precedence.rawValue)),
            ])
    }

    private var logText: String {
        section(
            "[log]",
            [("level", quoted(log.level.rawValue)), ("format", quoted(log.format.rawValue))])
    }

    private var accessText: String {
        section(
            "[access]",
            [
                ("hooks", list(access.hooks)), ("operators", list(access.operators)),
                ("operator_groups", list(access.operatorGroups)),
                ("approve_own_requests", "\(access.approvesOwnRequests)"),
            ])
    }

    private var policyTexts: [String] {
        [
            section(
                "[admission]",
                [
                    ("unclaimed_after_seconds", "\(admission.unclaimedAfterSeconds)"),
                    ("when_insufficient", quoted(admission.whenInsufficient.rawValue)),
                    ("unknown_account", quoted(admission.unknownAccount.rawValue)),
                    ("message_on_admit", "\(admission.messageOnAdmit)"),
                    ("durability", quoted(admission.durability.rawValue)),
                ]),
            section(
                "[exempt]",
                [
                    ("users", list(exempt.users)), ("accounts", list(exempt.accounts)),
                    ("partitions", list(exempt.partitions)),
                ]),
            section("[estimate]", [("nodes", quoted(estimate.nodes.rawValue))]),
            section(
                "[charging]",
                [
                    ("free_states", list(charging.freeStates.map(\.rawValue))),
                    ("preempted", quoted(charging.preempted.rawValue)),
                    ("short_runs_seconds", "\(charging.shortRunsSeconds)"),
                ]),
            section(
                "[start]", [("late", quoted(start.late.rawValue)), ("kill", "\(start.kill)")]),
            section(
                "[reservations]", [("charge", quoted(reservations.charge.rawValue))]),
            section(
                "[backstop]",
                [
                    ("limit", quoted(backstop.limit.rawValue)),
                    ("every_seconds", "\(backstop.everySeconds)"),
                    ("look_seconds", "\(backstop.lookSeconds)"),
                    ("margin", quoted(percentage(backstop.margin))),
                    ("strict", "\(backstop.strict)"),
                ]),
            section("[reconcile]", [("settle_seconds", "\(reconcile.settleSeconds)")]),
        ]
    }
}

extension Settings.Cluster {
    fileprivate var text: String {
        let variables = gaugeEnvironment.sorted { $0.key < $1.key }
            .map { "\(keyPath("", $0.key)) = \(quoted($0.value))" }.joined(separator: ", ")
        return section(
            "[[cluster]]",
            [
                ("name", quoted(name)), ("gauge", quoted(gauge)),
                ("gauge_arguments", list(gaugeArguments)),
                ("gauge_environment", variables.isEmpty ? "{}" : "{ \(variables) }"),
                ("poll_seconds", "\(pollSeconds)"), ("share", quoted(percentage(share))),
                ("deadline_seconds", "\(deadlineSeconds)"),
                ("dbd", dbd == .auto ? quoted(dbd.rawValue) : dbd.rawValue),
                ("reservations", quoted(reservations.rawValue)),
                ("scontrol", quoted(scontrol)),
                ("scontrol_arguments", list(scontrolArguments)),
                ("backstop", quoted(backstop.rawValue)),
                ("sacctmgr", quoted(sacctmgr)),
                ("sacctmgr_arguments", list(sacctmgrArguments)),
            ] + (cutover.map { [("cutover", $0.description)] } ?? []))
    }
}

private func percentage(_ share: Rational) -> String {
    guard let hundred = try? Rational(100, over: 1),
        let percent = try? share.multiplied(by: hundred)
    else { preconditionFailure("a share is at most 1") }
    return "\(percent)%"
}

private func section(_ header: String, _ rows: [(key: String, value: String)]) -> String {
    ([header] + rows.map { "\($0.key) = \($0.value)" }).joined(separator: "\n") + "\n"
}

private func list(_ words: [String]) -> String {
    "[" + words.map(quoted).joined(separator: ", ") + "]"
}

/// `[server]`, `[log]`, `[access]` and `[[cluster]]` of the settings.

extension TableReader {
    func read(into server: inout Settings.Server) {
        expect([
            "socket", "state", "connections", "connections_per_user", "requests_per_connection",
            "first_line_seconds", "idle_seconds", "idle_hook_seconds", "stalled_reader_seconds",
            "waiting_kib", "precedence",
        ])
        let bounds = SettingBounds.self
        set(&server.socket, "socket", Interpret.socketPath)
        set(&server.state, "state", Interpret.absolutePath)
        set(&server.connections, "connections", Interpret.count(in: bounds.connections))
        // The default gives way to a lower total; a number that was written does not.
        server.connectionsPerUser = min(server.connectionsPerUser, server.connections)
        set(
            &server.connectionsPerUser, "connections_per_user",
            Interpret.count(in: 1...server.connections))
        set(
            &server.requestsPerConnection, "requests_per_connection",
            Interpret.count(in: bounds.requestsPerConnection))
        set(
            &server.firstLineSeconds, "first_line_seconds",
            Interpret.count(in: bounds.firstLineSeconds))
        set(&server.idleSeconds, "idle_seconds", Interpret.count(in: bounds.idleSeconds))
        set(&server.idleHookSeconds, "idle_hook_seconds", Interpret.count(in: bounds.idleSeconds))
        set(
            &server.stalledReaderSeconds, "stalled_reader_seconds",
            Interpret.count(in: bounds.stalledReaderSeconds))
        set(&server.waitingKiB, "waiting_kib", Interpret.count(in: bounds.waitingKiB))
        set(&server.precedence, "precedence", Interpret.word(HookPrecedence.self))
    }

    func read(into log: inout Settings.Log) {
        expect(["level", "format"])
        set(&log.level, "level", Interpret.word(LogLevel.self))
        set(&log.format, "format", Interpret.word(LogFormat.self))
    }

    func read(into access: inout Settings.Access) {
        expect(["hooks", "operators", "operator_groups", "approve_own_requests"])
        set(&access.hooks, "hooks")
        set(&access.operators, "operators")
        set(&access.operatorGroups, "operator_groups")
        set(&access.approvesOwnRequests, "approve_own_requests", Interpret.boolean)
    }

    func clusterSettings() -> Settings.Cluster? {
        expect([
            "name", "gauge", "gauge_arguments", "gauge_environment", "poll_seconds", "share",
            "deadline_seconds", "dbd", "reservations", "scontrol", "scontrol_arguments",
            "cutover", "backstop", "sacctmgr", "sacctmgr_arguments",
        ])
        let bounds = SettingBounds.self
        let name = required("name", example: #"name = "reef""#, Interpret.name)
        var cluster = Settings.Cluster(name: name ?? "")
        set(&cluster.gauge, "gauge", Interpret.absolutePath)
        if let arguments = argumentList("gauge_arguments") { cluster.gaugeArguments = arguments }
        cluster.gaugeEnvironment = environment("gauge_environment")
        set(&cluster.pollSeconds, "poll_seconds", Interpret.count(in: bounds.pollSeconds))
        set(&cluster.share, "share", Interpret.percentage)
        set(
            &cluster.deadlineSeconds, "deadline_seconds",
            Interpret.count(in: bounds.deadlineSeconds))
        set(&cluster.dbd, "dbd", Interpret.accounting)
        set(
            &cluster.reservations, "reservations",
            Interpret.word(ClusterReservationPolicy.self))
        set(&cluster.scontrol, "scontrol", Interpret.absolutePath)
        if let arguments = argumentList("scontrol_arguments") {
            cluster.scontrolArguments = arguments
        }
        cluster.cutover = optional("cutover", Interpret.instant)
        set(&cluster.backstop, "backstop", Interpret.word(ClusterBackstopPolicy.self))
        set(&cluster.sacctmgr, "sacctmgr", Interpret.absolutePath)
        if let arguments = argumentList("sacctmgr_arguments") {
            cluster.sacctmgrArguments = arguments
        }
        return name == nil ? nil : cluster
    }

    /// Arguments may repeat, unlike the names of a list.
    private func argumentList(_ key: String) -> [String]? {
        optional(key) { (node) throws(Complaint) in
            guard case .array(let nodes) = node.value else {
                throw .wrongType(found: node.typeInWords, wanted: "a list in brackets")
            }
            var arguments: [String] = []
            for node in nodes { arguments.append(try Interpret.string(node)) }
            return arguments
        }
    }

    private func environment(_ key: String) -> [String: String] {
        let table = section(key)
        var environment: [String: String] = [:]
        for variable in table.fields.keys {
            environment[variable] = table.optional(variable) { (node) throws(Complaint) in
                guard !variable.isEmpty, !variable.contains("=") else {
                    throw .badName(variable, why: "can't name a variable; write SLURM_CONF = \"…\"")
                }
                return try Interpret.string(node)
            }
        }
        return environment
    }
}

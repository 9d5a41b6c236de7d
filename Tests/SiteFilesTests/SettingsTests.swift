/// The daemon's settings: defaults, values, and what is said about bad ones.

import SiteFiles
import Testing
import Units

@Suite struct SettingsTests {
    @Test(arguments: [
        (
            "[server]\nsocket = \"atoll.sock\"",
            #"""
            atoll.toml:2:1: server.socket: "atoll.sock" is relative; write a path that \#
            begins with /
            """#
        ),
        (
            "[server]\nsocket = \"/\(String(repeating: "x", count: 107))\"",
            """
            atoll.toml:2:1: server.socket: is 108 bytes long; a socket's path may have \
            107
            """
        ),
        (
            "[server]\nconnections = 0",
            """
            atoll.toml:2:1: server.connections: 0 is out of range; write 1 to 10000
            """
        ),
        (
            "[server]\nconnections = 10\nconnections_per_user = 11",
            """
            atoll.toml:3:1: server.connections_per_user: 11 is out of range; write 1 to \
            10
            """
        ),
        (
            "[server]\nidle_seconds = \"60\"",
            """
            atoll.toml:2:1: server.idle_seconds: is a string; write a whole number, \
            without quotes
            """
        ),
        (
            "[sever]\nidle_seconds = 60",
            "atoll.toml:1:1: sever: unknown key; did you mean \"server\"?"
        ),
        (
            "[log]\nlevel = \"warn\"",
            #"""
            atoll.toml:2:1: log.level: "warn" is not one of trace, debug, info, notice, \#
            warning, error, critical; did you mean "warning"?
            """#
        ),
        (
            "[access]\nhooks = \"root\"",
            """
            atoll.toml:2:1: access.hooks: is a string; write a list in brackets
            """
        ),
        (
            "[[access]]\nhooks = [\"root\"]",
            """
            atoll.toml:1:1: access: is a list; write a header in brackets, [access]
            """
        ),
        (
            "[cluster]\nname = \"reef\"",
            """
            atoll.toml:1:1: cluster: is a table; write a header in double brackets, \
            [[cluster]]
            """
        ),
        (
            "[[cluster]]\npoll_seconds = 5",
            #"""
            atoll.toml:1:1: cluster[0].name: missing; write name = "reef"
            """#
        ),
        (
            "[[cluster]]\nname = \"a\"\n[[cluster]]\nname = \"a\"",
            #"""
            atoll.toml:4:1: cluster[1].name: the cluster "a" is on line 2 already; name \#
            each once
            """#
        ),
        (
            "[[cluster]]\nname = \"a\"\nshare = \"2\"",
            #"""
            atoll.toml:3:1: cluster[0].share: "2" is not a percentage; write one such as \#
            "2%"
            """#
        ),
        (
            "[[cluster]]\nname = \"a\"\nshare = \"0%\"",
            #"""
            atoll.toml:3:1: cluster[0].share: "0%" is out of range; write more than "0%" \#
            to "100%"
            """#
        ),
        (
            "[[cluster]]\nname = \"a\"\ndbd = \"yes\"",
            #"""
            atoll.toml:3:1: cluster[0].dbd: is "yes"; write true, false or "auto"
            """#
        ),
        (
            "[[cluster]]\nname = \"a\"\ngauge_arguments = [\"-v\", 1]",
            """
            atoll.toml:3:1: cluster[0].gauge_arguments: is a whole number; write a \
            string in quotes
            """
        ),
        (
            "[[cluster]]\nname = \"a\"\ngauge_environment = { SLURM_CONF = 1, \"A=B\" = \"\" }",
            #"""
            atoll.toml:3:23: cluster[0].gauge_environment.SLURM_CONF: is a whole number; \#
            write a string in quotes
            atoll.toml:3:39: cluster[0].gauge_environment."A=B": "A=B" can't name a \#
            variable; write SLURM_CONF = "…"
            """#
        ),
        (
            "[admission]\nunclaimed_after_seconds = 5",
            """
            atoll.toml:2:1: admission.unclaimed_after_seconds: 5 is out of range; write \
            10 to 86400
            """
        ),
        (
            "[admission]\nwhen_insufficient = \"ignore\"",
            #"""
            atoll.toml:2:1: admission.when_insufficient: "ignore" is not one of refuse, \#
            warn
            """#
        ),
        (
            "[admission]\nmessage_on_admit = \"yes\"",
            """
            atoll.toml:2:1: admission.message_on_admit: is a string; write true or false
            """
        ),
        (
            "[admission]\ndurability = \"none\"",
            #"""
            atoll.toml:2:1: admission.durability: "none" is not one of full, rebuild
            """#
        ),
        (
            "[estimate]\nnodes = \"few\"",
            #"""
            atoll.toml:2:1: estimate.nodes: "few" is not one of fewest, strict; did you \#
            mean "fewest"?
            """#
        ),
        (
            "[charging]\nfree_states = [\"NODE_FAIL\", \"COMPLETED\", \"NODE_FAIL\"]",
            #"""
            atoll.toml:2:29: charging.free_states[1]: "COMPLETED" is not one of \#
            BOOT_FAIL, CANCELLED, DEADLINE, FAILED, NODE_FAIL, OUT_OF_MEMORY, TIMEOUT
            atoll.toml:2:42: charging.free_states[2]: "NODE_FAIL" is listed twice; keep \#
            it once
            """#
        ),
        (
            "[reservations]\ncharge = \"everything\"",
            #"""
            atoll.toml:2:1: reservations.charge: "everything" is not one of idle, all, none
            """#
        ),
        (
            "[backstop]\nevery_seconds = 60",
            "atoll.toml:2:1: backstop.every_seconds: 60 is out of range; write 3600 to 604800"
        ),
    ])
    func `a setting out of bounds is told with what is allowed`(text: String, says: String) {
        #expect(complaints(aboutSettings: text) == says)
    }

    @Test func `settings are read`() throws {
        var expected = Settings()
        expected.server.socket = "/tmp/a.sock"
        expected.server.connections = 10
        expected.server.connectionsPerUser = 10
        expected.log.level = .debug
        expected.log.format = .json
        expected.access.hooks = []
        expected.access.operatorGroups = ["wheel"]
        var reef = Settings.Cluster(name: "reef")
        reef.gauge = "/opt/bin/gauge"
        reef.gaugeArguments = ["-v", "-v"]
        reef.gaugeEnvironment = ["SLURM_CONF": "/etc/r.conf", "Ä": "\"\t"]
        reef.share = try ratio("1/200")
        reef.dbd = .off
        reef.scontrol = "/usr/bin/sudo"
        reef.scontrolArguments = ["-n", "/usr/bin/scontrol"]
        reef.cutover = Instant(epochSeconds: 1_796_083_200)
        expected.clusters = [reef, Settings.Cluster(name: "lagoon")]
        expected.admission.whenInsufficient = .warn
        expected.admission.messageOnAdmit = false
        expected.exempt.users = ["root"]
        expected.estimate.nodes = .strict
        expected.charging.freeStates = [.timeout]
        expected.charging.preempted = .free
        expected.start.late = .hold
        expected.start.kill = true
        expected.reservations.charge = .all
        expected.backstop.limit = .tresMinutes
        expected.backstop.everySeconds = 7_200
        expected.backstop.margin = .zero
        expected.backstop.strict = true
        expected.clusters[0].backstop = .submitJobs
        expected.clusters[0].sacctmgrArguments = ["-Q"]
        expected.reconcile.settleSeconds = 60
        expected.clusters[0].reservations = .none
        #expect(try readSettings(text: sampleSettings, file: "atoll.toml") == expected)
    }

    @Test(arguments: ["", sampleSettings])
    func `the effective settings read back as themselves`(text: String) throws {
        let settings = try readSettings(text: text, file: "atoll.toml")
        #expect(try readSettings(text: settings.text, file: "effective") == settings)
    }

    @Test func `the effective settings are shown as a file`() {
        var settings = Settings()
        settings.clusters = [Settings.Cluster(name: "reef")]
        #expect(
            settings.text == """
                [server]
                socket = "/run/atoll/atoll.sock"
                state = "/var/lib/atoll"
                connections = 512
                connections_per_user = 64
                requests_per_connection = 128
                first_line_seconds = 10
                idle_seconds = 60
                idle_hook_seconds = 600
                stalled_reader_seconds = 5
                waiting_kib = 1024
                precedence = "real-time"

                [log]
                level = "info"
                format = "text"

                [access]
                hooks = ["root", "slurm"]
                operators = ["root"]
                operator_groups = []
                approve_own_requests = false

                [[cluster]]
                name = "reef"
                gauge = "/usr/bin/atoll-gauge"
                gauge_arguments = []
                gauge_environment = {}
                poll_seconds = 10
                share = "2%"
                deadline_seconds = 30
                dbd = "auto"
                reservations = "default"
                scontrol = "/usr/bin/scontrol"
                scontrol_arguments = []
                backstop = "default"
                sacctmgr = "/usr/bin/sacctmgr"
                sacctmgr_arguments = []

                [admission]
                unclaimed_after_seconds = 60
                when_insufficient = "refuse"
                unknown_account = "admit"
                message_on_admit = true
                durability = "full"

                [exempt]
                users = []
                accounts = []
                partitions = []

                [estimate]
                nodes = "fewest"

                [charging]
                free_states = ["NODE_FAIL", "BOOT_FAIL"]
                preempted = "charge"
                short_runs_seconds = 0

                [start]
                late = "charge"
                kill = false

                [reservations]
                charge = "idle"

                [backstop]
                limit = "off"
                every_seconds = 3600
                look_seconds = 60
                margin = "10%"
                strict = false

                [reconcile]
                settle_seconds = 21600

                """)
    }
}

private let sampleSettings = """
    [server]
    socket = "/tmp/a.sock"
    connections = 10
    [log]
    level = "debug"
    format = "json"
    [access]
    hooks = []
    operator_groups = ["wheel"]
    [[cluster]]
    name = "reef"
    gauge = "/opt/bin/gauge"
    gauge_arguments = ["-v", "-v"]
    dbd = false
    reservations = "none"
    scontrol = "/usr/bin/sudo"
    scontrol_arguments = ["-n", "/usr/bin/scontrol"]
    cutover = 2026-12-01T00:00:00Z
    backstop = "GrpSubmitJobs"
    sacctmgr_arguments = ["-Q"]
    share = "0.5%"
    [cluster.gauge_environment]
    SLURM_CONF = "/etc/r.conf"
    "Ä" = "\\"\\t"
    [[cluster]]
    name = "lagoon"
    [admission]
    when_insufficient = "warn"
    message_on_admit = false
    [exempt]
    users = ["root"]
    [estimate]
    nodes = "strict"
    [charging]
    free_states = ["TIMEOUT"]
    preempted = "free"
    [start]
    late = "hold"
    kill = true
    [reservations]
    charge = "all"
    [backstop]
    limit = "GrpTRESMins"
    every_seconds = 7200
    margin = "0%"
    strict = true
    [reconcile]
    settle_seconds = 60
    """

/// Where keys stand, for what is found out about them later.
@Suite struct SettingPlacesTests {
    @Test(arguments: [
        ("cluster[1].gauge", "a.toml:6:1: "), ("cluster[0].gauge", "a.toml:2:1: "),
        ("cluster[1].gauge_environment.SLURM_CONF", "a.toml:7:23: "),
        ("cluster[0].gauge_environment.SLURM_CONF", "a.toml:2:1: "),
        ("server.socket", "a.toml: "),
    ])
    func `a key that is left out has its table's place, or the file's`(
        row: (path: String, prefix: String)
    ) {
        let places = SettingPlaces(
            file: "a.toml",
            text: """

                [[cluster]]
                name = "reef"
                [[cluster]]
                name = "lagoon"
                gauge = "/g"
                gauge_environment = { SLURM_CONF = "/s" }
                """)
        #expect(places.prefix(of: row.path) == row.prefix)
    }
}

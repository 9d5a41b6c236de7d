import Foundation
import SiteFiles
import Testing

@testable import atolld

/// What `--check` finds wrong with a cluster: Slurm's commands, slurm.conf, the cluster's name.
@Suite struct ClusterFindingsTests {
    /// Programs and files of a cluster, each in its place until a test takes it away.
    private struct Place {
        let root = FileManager.default.temporaryDirectory.path + "/cluster-\(UUID().uuidString)"
        var settings = Settings()

        init() throws {
            try FileManager.default.createDirectory(
                atPath: root, withIntermediateDirectories: true)
            settings.clusters = [Settings.Cluster(name: "reef")]
            for name in ["gauge", "scontrol", "sacctmgr"] { try program(name, "exit 1") }
            // Read, not run: another test's child may have it open for writing still.
            settings.clusters[0].gauge = "/bin/sh"
            settings.clusters[0].gaugeArguments = [root + "/gauge"]
            settings.clusters[0].scontrol = root + "/scontrol"
            settings.clusters[0].sacctmgr = root + "/sacctmgr"
            try write("slurm.conf", "ClusterName=Reef # ours\nSlurmctldHost=a\n")
            settings.clusters[0].gaugeEnvironment["SLURM_CONF"] = root + "/slurm.conf"
        }

        func write(_ name: String, _ text: String) throws {
            try text.write(toFile: root + "/" + name, atomically: false, encoding: .utf8)
        }

        func program(_ name: String, _ script: String) throws {
            try write(name, "#!/bin/sh\n\(script)\n")
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755], ofItemAtPath: root + "/" + name)
        }

        /// A gauge that a slurmctld answered.
        func answering(_ name: String) throws {
            try program(
                "gauge",
                """
                echo '#atoll-records 1 kind=config cluster=\(name) at=1784116800'
                printf 'Key|Value\\nClusterName|\(name)\\n#end rows=1\\n'
                """)
        }

        var findings: [StartFinding] { clusterFindings(settings, at: 0) + slurmFindings(settings) }
        /// Kind and key, where it is told.
        var kinds: [String] {
            findings.map {
                "\($0.kind) \($0.path.dropFirst("cluster[0].".count))"
            }
        }
        func remove() { try? FileManager.default.removeItem(atPath: root) }
    }

    @Test func `where all is there nothing is found`() throws {
        let place = try Place()
        defer { place.remove() }
        try place.answering("reef")
        #expect(place.findings == [])
    }

    @Test func `a command that the settings name or need is an error, another one a warning`()
        throws
    {
        var place = try Place()
        defer { place.remove() }
        try place.answering("reef")
        place.settings.clusters[0].scontrol = place.root + "/nowhere"
        #expect(place.kinds == ["gauge scontrol"])
        #expect(
            place.findings.first?.text
                == "\(place.root)/nowhere can't be run: No such file or directory; no job that was "
                + "held is let go, and no reservation made. Install Slurm's commands, or say under "
                + "[[cluster]] where it is: scontrol = \"PATH\"")
        place.settings.start.late = .hold
        #expect(place.findings.first?.text.contains("which [start] late needs") == true)
        // By sudo.
        place.settings.clusters[0].scontrol = place.root + "/sacctmgr"
        #expect(place.kinds == [])
        place.settings.clusters[0].scontrolArguments = ["-n", place.root + "/gone/scontrol"]
        #expect(place.kinds == ["gauge scontrol"])
    }

    @Test func `a backstop needs sacctmgr, without one it may be missing`() throws {
        var place = try Place()
        defer { place.remove() }
        try place.answering("reef")
        place.settings.clusters[0].sacctmgr = place.root
        #expect(place.kinds == ["gauge sacctmgr"])
        place.settings.backstop.limit = .tresMinutes
        #expect(place.findings.first?.text.contains("which [backstop] needs: it is no pr") == true)
        place.settings.clusters[0].backstop = .off
        #expect(place.findings.first?.text.contains("[backstop] needs") == false)
    }

    @Test func `a slurm.conf that is named and can't be read is told, and Slurm isn't asked`()
        throws
    {
        var place = try Place()
        defer { place.remove() }
        place.settings.clusters[0].gaugeEnvironment["SLURM_CONF"] = place.root + "/none.conf"
        #expect(place.kinds == ["gauge gauge_environment.SLURM_CONF"])
        #expect(
            place.findings.first?.text.hasPrefix(
                "SLURM_CONF of gauge_environment names \(place.root)/none.conf, which can't be "
                    + "read, so nothing is read of reef: No such file or directory. ") == true)
        place.settings.clusters[0].gaugeEnvironment["SLURM_CONF"] = place.root
        #expect(place.findings.first?.text.contains("it is a folder") == true)
    }

    @Test func `a cluster of another name is told, as slurmctld or its file has it`() throws {
        let place = try Place()
        defer { place.remove() }
        try place.answering("lagoon")
        #expect(place.kinds == ["gauge name"])
        #expect(
            place.findings.first?.text.hasPrefix(
                "the cluster of this Slurm is lagoon, as slurmctld says: nothing is read of reef. "
                    + "Say under [[cluster]] name = \"lagoon\", or") == true)
        // slurmctld is down.
        try place.program("gauge", "exit 3")
        try place.write("slurm.conf", "# ClusterName=reef\nclustername = \"Lagoon\"\n")
        #expect(place.kinds == ["gauge name"])
        #expect(place.findings.first?.text.contains("is lagoon, in \(place.root)/slurm") == true)
    }

    @Test func `a Slurm that is down is no error, and what was not looked at is told`() throws {
        let place = try Place()
        defer { place.remove() }
        try place.program("gauge", "echo 'atoll-gauge: nobody answers' >&2; exit 3")
        #expect(place.kinds == ["notice name"])
        #expect(
            place.findings.first?.text
                == "reef's queue can't be read now: slurmctld can't be reached: atoll-gauge: nobody "
                + "answers. Its name was looked up in \(place.root)/slurm.conf; atolld goes on "
                + "asking, `atoll status` tells when it is read")
        try place.write("slurm.conf", "Include cluster.conf\n")
        #expect(place.kinds == ["notice name"])
        #expect(
            place.findings.first?.text.hasPrefix("whether this Slurm is reef was not checked: ")
                == true)
        #expect(place.findings.map { $0.isWarning(withSystemd: false) } == [true])
    }
}

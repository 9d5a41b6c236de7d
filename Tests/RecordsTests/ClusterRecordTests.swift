import Records
import Testing
import Units

@Suite struct ClusterRecordTests {
    private func read<Decoder: RowDecoder>(
        _: RecordReader<Decoder>.Type, _ kind: String, _ lines: [String]
    ) throws -> [Decoder.Record] {
        let all =
            ["#atoll-records 1 kind=\(kind) cluster=reef at=1"] + lines
            + ["#end rows=\(lines.count - 1)"]
        var reader = RecordReader<Decoder>()
        let records = try reader.read(Array((all.joined(separator: "\n") + "\n").utf8))
        try reader.finish()
        #expect(reader.problems == [])
        return records
    }

    @Test func `a partition is read`() throws {
        let partition = try #require(
            read(
                PartitionReader.self, "partitions",
                [
                    "PartitionName|State|Flags|TotalCPUs|DefaultTimeMinutes|MaxTimeMinutes|"
                        + "DefMemPerCPU|OverSubscribe|BillingWeights|AllowAccounts",
                    "gpu|UP|DEFAULT,LLN|256|60|UNLIMITED|1000|EXCLUSIVE|CPU=1.0|astro,bio",
                ]
            ).first)
        #expect(partition.name == "gpu" && partition.cluster == "reef" && partition.isDefault)
        #expect(partition.defaultTime == .seconds(3_600) && partition.maxTime == .unlimited)
        #expect(partition.defMemoryPerCPUMiB == 1_000 && partition.defMemoryPerNodeMiB == nil)
        #expect(partition.isExclusive && partition.billingWeights == "CPU=1.0")
        #expect(partition.allowAccounts == ["astro", "bio"] && partition.denyAccounts == [])
    }

    @Test func `a node is read`() throws {
        let node = try #require(
            read(
                NodeReader.self, "nodes",
                [
                    "NodeName|State|StateFlags|CPUs|EffectiveCPUs|RealMemory|MemSpecLimit|Gres|Partitions",
                    "n1|MIXED|DRAIN|64|62|256000|8000|gpu:h200:4|cpu,gpu",
                ]
            ).first)
        #expect(node.cpus == 64 && node.effectiveCPUs == 62 && node.realMemoryMiB == 256_000)
        #expect(node.memorySpecLimitMiB == 8_000 && node.gres == "gpu:h200:4")
        #expect(node.partitions == ["cpu", "gpu"] && node.stateFlags == ["DRAIN"])
    }

    @Test func `an association is read`() throws {
        let lines = [
            "AssociationID|Cluster|Account|User|Partition|ParentAccount|IsDefault|QOS|DefaultQOS"
                + "|Coordinators|Operators",
            "3|reef|astro|||root|0|normal||eve,ben|", "5|reef|astro|ada|||1|normal,high|high||",
            "1|reef|root||||0|normal|||eve,root",
        ]
        let read = try read(AssociationReader.self, "associations", lines)
        #expect(read.map(\.user) == [nil, "ada", nil])
        #expect(read.map(\.isDefault) == [false, true, false])
        #expect(read[0].parentAccount == "root" && read[1].qos == ["normal", "high"])
        #expect(read[0].coordinators == ["eve", "ben"] && read[1].coordinators.isEmpty)
        #expect(read.map(\.operators) == [[], [], ["eve", "root"]])
    }

    /// A gauge of an earlier release tells no operators.
    @Test func `an association without the later columns is read`() throws {
        let lines = ["Account|User|IsDefault", "root||0"]
        let read = try #require(try read(AssociationReader.self, "associations", lines).first)
        #expect(read.operators.isEmpty && read.coordinators.isEmpty)
    }

    @Test func `a setting is read`() throws {
        let settings = try read(
            ConfigReader.self, "config", ["Key|Value", "MinJobAge|300 sec", "Prolog|"])
        #expect(settings.map(\.key) == ["MinJobAge", "Prolog"])
        #expect(settings.map(\.value) == ["300 sec", ""])
    }

    @Test func `a reservation is read`() throws {
        let reservation = try #require(
            read(
                ReservationReader.self, "reservation-history",
                [
                    "ReservationName|ReservationID|Start|End|TRES|Flags|UnusedSeconds",
                    "maint|7|1795251600|1795255200|cpu=128|MAINT,SPEC_NODES|1200",
                ]
            ).first)
        #expect(reservation.reservationID == 7 && reservation.unusedSeconds == 1_200)
        #expect(reservation.tres == TRESCounts([.cpu: 128]))
        #expect(reservation.flags == ["MAINT", "SPEC_NODES"])
    }

    @Test func `a node that was down, and one that still is, are read`() throws {
        let events = try read(
            RecordReader<PlainDecoder<NodeEventRecord>>.self, "node-events",
            [
                "NodeName|Start|End|TRES|IsMaintenance",
                "n4|1795251600|1795255200|cpu=64,mem=256000M|0", "n5|1795251600||cpu=64|1",
            ])
        #expect(events.map(\.end?.epochSeconds) == [1_795_255_200, nil])
        #expect(events.map(\.isMaintenance) == [false, true])
        #expect(events.first?.tres == TRESCounts([.cpu: 64, .memory: 256_000]))
    }

    @Test func `every column has a name of its own`() {
        #expect(PartitionColumn.nodes.name == "Nodes" && NodeColumn.cpus.name == "CPUs")
        #expect(Set(JobColumn.allCases.map(\.name)).count == JobColumn.allCases.count)
        #expect(Set(PartitionColumn.allCases.map(\.name)).count == PartitionColumn.allCases.count)
    }
}

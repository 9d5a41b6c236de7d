import Testing
import Units

@Suite struct TRESTests {
    @Test(
        arguments: [
            ("", ""), ("cpu=12", "cpu=12"), ("node=1,cpu=12,", "cpu=12,node=1"),
            ("billing=12,cpu=12,mem=48000M,node=1", "billing=12,cpu=12,mem=48000M,node=1"),
            ("mem=250G", "mem=256000M"), ("mem=3.50G", "mem=3584M"), ("mem=1024K", "mem=1M"),
            ("mem=1025K", "mem=2M"), ("mem=100", "mem=100M"), ("mem=1T", "mem=1048576M"),
            ("gres/gpu=4,gres/gpu:a100=2", "gres/gpu=4,gres/gpu:a100=2"), ("cpu=2K", "cpu=2048"),
            ("license/matlab@db=3", "license/matlab@db=3"),
            (
                "CPU=1,GRES/gpu:A100=1",
                "cpu=1,gres/gpu:A100=1"
            ),
            ("cpu=1,energy=18446744073709551614,bb/x=18446744073709551615", "cpu=1"),
            ("cpu=0", "cpu=0"), ("cpu=1,cpu=2", "cpu=2"),
        ] as [(String, String)])
    func `a TRES string is read and written as Slurm writes it`(text: String, shown: String) throws
    {
        #expect(try TRESCounts(parsing: text).description == shown)
    }

    @Test(arguments: [
        "cpu", "=1", "cpu=", "cpu=-1", "cpu=x", "mem=1X", "cpu=99999999999999999999", "cpu=1 ",
        "mem=9999999999999P",
    ])
    func `what is no TRES string is refused`(text: String) {
        #expect(throws: TRESCounts.ParseError.malformed(text)) { try TRESCounts(parsing: text) }
    }

    @Test func `a name that is absent counts zero`() throws {
        var counts = try TRESCounts(parsing: "cpu=2")
        #expect(counts[.memory] == 0)
        counts[.memory] = 5
        #expect(counts.names == [.cpu, .memory])
        #expect(counts.sorted.map(\.count) == [2, 5])
    }

    @Test(
        arguments: [
            ("gres/gpu:a100", "gres/gpu"), ("gres/gpu", nil), ("cpu", nil), ("license/a:b", nil),
        ] as [(String, String?)])
    func `only a gres has a type`(name: String, untyped: String?) {
        #expect(TRESName(name).untyped?.description == untyped)
    }

    @Test func `typed and untyped of one gres count the same thing`() {
        let (gpu, a100, h200) = (
            TRESName("gres/gpu"), TRESName("gres/gpu:a100"), TRESName("gres/gpu:h200")
        )
        #expect(gpu.overlaps(a100) && a100.overlaps(gpu) && gpu.overlaps(gpu))
        #expect(!a100.overlaps(h200) && !gpu.overlaps(.cpu))
    }

    @Test func `memory is rated by the GiB, everything else by the piece`() {
        #expect(TRESName.memory.baseUnitsPerRatedUnit == 1_024)
        #expect(TRESName.cpu.baseUnitsPerRatedUnit == 1)
    }
}

/// Lines that sbatch itself refuses, scripts, and what goes before what.

import Estimate
import Testing
import Units

private let clock = LocalClock(now: Instant(epochSeconds: 1_767_225_600))

private func request(
    _ line: String, script: String? = nil, environment: [String: String] = [:]
) throws(SbatchError) -> SbatchRequest {
    try SbatchRequest(
        userID: 1001,
        script: script.map { text throws(SbatchError) in try SbatchLine(script: text) },
        environment: environment, command: SbatchLine(line.split(separator: " ").map(String.init)),
        clock: clock)
}

private let script = """
    #!/bin/bash
    # A job.
    #SBATCH --job-name="a b" -n 6   # six
    #SBATCH --mem-per-cpu=2G
    #SBATCH -t 1:30:00 --gres=gpu:2

    #SBATCH --partition gpu
    echo hi
    #SBATCH -N 4
    """

@Suite struct SbatchRefusalTests {
    @Test(arguments: [
        ("--bogus", "--bogus: sbatch has no such option"),
        ("-%", "-%: sbatch has no such option"),
        ("--gr=gpu:1", "--gr may be --gres, --gres-flags"),
        ("-n", "-n needs a value"),
        ("--hold=1", "--hold takes no value"),
        ("-n0", "--ntasks 0: write a number above 0"),
        ("-n x", "--ntasks x: write a number above 0"),
        ("-N4-2", "--nodes 4-2: write a number or a range such as 2-4"),
        ("--mem=1.5G", "--mem 1.5G: write MiB, or a number with K, M, G or T"),
        ("-t foo", "--time foo: write minutes, H:M:S, D-H:M:S or UNLIMITED"),
        ("-b foo", "--begin foo: write now+2hours, tomorrow, 2026-01-01T08:00 or 16:00"),
        ("--exclusive=x", "--exclusive x: write nothing, user or mcs"),
        ("-F hosts", "--nodefile: a file of nodes is not read; name the nodes"),
        ("-w ./hosts", "--nodelist: a file of nodes is not read; name the nodes"),
        ("-w n[1-3] -N2", "n[1-3] are more nodes than -N allows, 2"),
        (
            "--mem=4G --mem-per-cpu=1G",
            "--mem, --mem-per-cpu: only one of them, sbatch takes no two together"
        ),
        ("--mem-per-gpu=8G", "--mem-per-gpu needs a GPU, such as --gpus=1"),
        ("--gpus-per-task=1", "--gpus-per-task needs --gpus or -n"),
        ("--gpus-per-socket=1", "--gpus-per-socket needs --sockets-per-node"),
        (
            "--ntasks-per-gpu=2",
            "--ntasks-per-gpu needs GPUs, such as --gpus=1, or tasks, such as -n4"
        ),
        ("--gpus=5 --gpus-per-node=2", "5 gpu a job are no multiple of 2 a node"),
        ("--gpus=2 -N4", "2 gpu are too few for 4 nodes"),
        ("-n1 : -n2", "a heterogeneous job: ask for each of its components alone"),
    ])
    func `what sbatch refuses is refused with the remedy`(line: String, message: String) {
        #expect { try request(line) } throws: { "\($0)" == message }
    }

    @Test func `a script's directives count up to its first command`() throws {
        let job = try request("", script: script).job
        #expect(job.numTasks == 6 && job.minCPUs == 6 && job.minNodes == nil)
        #expect(job.memoryPerCPUMiB == 2_048 && job.timeLimitMinutes == 90)
        #expect(job.tresPerNode == "gres:gpu:2" && job.partition == "gpu")
    }

    @Test func `the environment goes before the script, the command line before both`() throws {
        let environment = ["SBATCH_PARTITION": "cpu", "SBATCH_TIMELIMIT": "10"]
        let job = try request("-t 5", script: script, environment: environment).job
        #expect(job.partition == "cpu" && job.timeLimitMinutes == 5 && job.numTasks == 6)
    }

    @Test func `memory that was written down goes before the environment's`() throws {
        let environment = ["SBATCH_MEM_PER_NODE": "5G"]
        #expect(try request("", environment: environment).job.memoryPerNodeMiB == 5_120)
        let written = try request("--mem-per-cpu=1G", environment: environment).job
        #expect(written.memoryPerNodeMiB == nil && written.memoryPerCPUMiB == 1_024)
        #expect(throws: SbatchError.exclusive(["--mem", "--mem-per-cpu"])) {
            try request("", environment: ["SBATCH_MEM_PER_NODE": "5G", "SBATCH_MEM_PER_CPU": "1"])
        }
    }

    @Test(arguments: [
        ("#SBATCH -n4 stray", SbatchError.strayWord("stray", line: 1)),
        ("#!/bin/sh\n#SBATCH --comment=\"open", .openQuote(line: 2)),
        ("#SBATCH hetjob", .hetJob),
    ])
    func `a directive that can't be read names its line`(text: String, error: SbatchError) {
        #expect(throws: error) { try SbatchLine(script: text) }
    }

    @Test func `options end at the script, and its arguments are its own`() throws {
        let line = try SbatchLine(["-n4", "--exclusive", "job.sh", "-N9", "x"])
        #expect(line.options.map(\.name) == ["ntasks", "exclusive"])
        #expect(line.operands == ["job.sh", "-N9", "x"])
        #expect(try SbatchLine(["-n", "4", "--", "-x"]).operands == ["-x"])
    }

    @Test func `an option of the reading program's own is told apart`() throws {
        let line = try SbatchLine(
            ["--json", "-Pn4"],
            others: [SbatchOption("json", nil, .none), SbatchOption("parsable2", "P", .none)])
        #expect(line.has("json") && line.has("parsable2") && line.value(of: "ntasks") == "4")
    }

    @Test func `clusters are told beside the job`() throws {
        #expect(try request("-M reef").clusters == "reef")
        #expect(try request("", environment: ["SLURM_CLUSTERS": "lagoon"]).clusters == "lagoon")
    }
}

import Records
import Testing

@Suite struct HeldBackNoteTests {
    @Test(arguments: [
        (nil, "[held by atoll: why]"), ("", "[held by atoll: why]"),
        ("atoll=T", "[held by atoll: why] atoll=T"),
        ("theirs atoll=T", "[held by atoll: why] theirs atoll=T"),
        ("[held by atoll: older] atoll=T", "[held by atoll: why] atoll=T"),
    ])
    func `the note goes in front, instead of an older one`(before: String?, after: String) {
        #expect(HeldBackNote.put("why", before: before) == after)
        #expect(
            HeldBackNote.removed(from: after)
                == HeldBackNote.removed(from: before))
    }

    @Test func `what is not ours stays, and a reason ends nothing early`() {
        #expect(HeldBackNote.removed(from: "[held by me] atoll=T") == "[held by me] atoll=T")
        #expect(HeldBackNote.put("a]b\nc", before: "x") == "[held by atoll: a b c] x")
        let long = HeldBackNote.put(String(repeating: "ä", count: 1_000), before: "atoll=T")
        #expect(long.utf8.count < 450 && long.hasSuffix("ä] atoll=T"))
    }

    @Test(arguments: [("7", 7, "7", "7"), ("4_1", 4, "4_1", "4_1"), ("7+1", 8, "7", "8")])
    func `how Slurm's commands name a job`(
        shown: String, raw: Int64, hold: String, update: String
    ) {
        #expect(SlurmJobName.toHold(shown) == hold)
        #expect(SlurmJobName.toUpdate(shown, rawID: raw) == update)
    }
}

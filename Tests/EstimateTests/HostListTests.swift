/// Host lists as slurm.conf and scontrol write them.

import Testing

@testable import Estimate

@Suite struct HostListTests {
    @Test(arguments: [
        ("", []),
        ("n1", ["n1"]),
        ("n1,n2", ["n1", "n2"]),
        ("n[1-3]", ["n1", "n2", "n3"]),
        ("n[01-03,07]", ["n01", "n02", "n03", "n07"]),
        ("n[8-11]", ["n8", "n9", "n10", "n11"]),
        ("n[098-101]", ["n098", "n099", "n100", "n101"]),
        ("r[1-2]n[1-2]", ["r1n1", "r1n2", "r2n1", "r2n2"]),
        ("gpu[1-2]-ib,login", ["gpu1-ib", "gpu2-ib", "login"]),
        ("a[1,3],b[2-2]", ["a1", "a3", "b2"]),
    ])
    func `a host list names its hosts in order`(text: String, hosts: [String]) throws {
        #expect(try expandHostList(text) == hosts)
    }

    @Test(arguments: [
        "n[1-3", "n1-3]", "n[3-1]", "n[]", "n[a-b]", "n[1-]", "n[-1]", "n[[1]]", "n1,,n2", ",",
        "n[1234567890]",
    ])
    func `a host list that can't be read is refused`(text: String) {
        #expect(throws: HostListError.malformed(text)) { try expandHostList(text) }
    }

    @Test(arguments: ["n[1-65537]", "a[1-1000]b[1-1000]", "n[1-40000],m[1-40000]"])
    func `a host list beyond the limit is refused`(text: String) {
        #expect(throws: HostListError.tooMany(limit: 65_536)) { try expandHostList(text) }
    }
}

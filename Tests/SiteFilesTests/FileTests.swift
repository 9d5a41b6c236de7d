/// Files as such: not there, not text, not TOML; and where things in them stand.

import Foundation
import Registry
import SiteFiles
import Testing

@Suite struct FileTests {
    @Test(arguments: [
        (
            "[[cluster]\nname = \"a\"",
            #"""
            site.toml:1:11: not TOML: Error while parsing table header: expected ']', \#
            saw '\n'
            """#
        ),
        (
            "[[cluster]]\nname = \"a\"\nname = \"b\"",
            """
            site.toml:3:8: not TOML: Error while parsing key-value pair: cannot redefine \
            existing string 'name'
            """
        ),
        (
            "[[cluster]]\nname = \"a",
            """
            site.toml:2:10: not TOML: Error while parsing string: encountered \
            end-of-file
            """
        ),
        ("a = 1\u{0}", "site.toml: has a NUL byte; is it the right file?"),
    ])
    func `what is not TOML is told with its line`(text: String, says: String) {
        #expect(complaints(aboutSite: text) == says)
    }

    /// TOMLKit 0.6.0 aborts the process at each of these when it is given them whole.
    @Test(arguments: [
        ("[}cluster]]", "1:2: not TOML: Error while parsing table header: expected a key"),
        ("[[[cluster]]", "1:3: not TOML: Error while parsing table header: expected a key"),
        ("x = [1, }", "1:9: not TOML: Error while parsing value: expected a value"),
        ("x = [\u{2028}1]", "1:6: not TOML: Error while parsing value: expected a value"),
        ("x = 2026-01-01T[", "1:16: not TOML: Error while parsing time: expected 2-digit hour"),
        ("x = 2026-01-01 1 ", "1:17: not TOML: Error while parsing time: expected 2-digit hour"),
        (
            "x = \"\n[}",
            "1:6: not TOML: Error while parsing string: unescaped control characters other than "
                + "TAB (U+0009) are explicitly prohibited"
        ),
    ])
    func `what the parser can't stand is told all the same`(text: String, says: String) {
        #expect(complaints(aboutSite: text) == "site.toml:\(says)")
    }

    @Test(arguments: [
        (
            "\u{FEFF}x = 1",
            """
            site.toml:1:1: x: unknown key; known here: cluster, resource, factor, \
            organisation, user, project
            """
        ),
        (
            "# c\r\n\r\n  x = 1\r\n",
            """
            site.toml:3:3: x: unknown key; known here: cluster, resource, factor, \
            organisation, user, project
            """
        ),
        (
            "cluster = [ { name = 'a', x = 1 },\n {\"x\" = 1, name = 'b'} ]",
            """
            site.toml:1:27: cluster[0].x: unknown key; known here: name, title, combine
            site.toml:2:3: cluster[1].x: unknown key; known here: name, title, combine
            """
        ),
        (
            "[[cluster]]\nname = \"ä\" # é\n\"sp ace\\u0041\".x = 'é' \n'x' = 1",
            #"""
            site.toml:3:1: cluster[0]."sp aceA": unknown key; known here: name, title, \#
            combine
            site.toml:4:1: cluster[0].x: unknown key; known here: name, title, combine
            """#
        ),
        (
            "[[cluster]]\nname = 'a'\ntitle = \"\"\"\nx = 1\n\\\"\\\" \"\"\"\"\"\nx = 1",
            """
            site.toml:6:1: cluster[0].x: unknown key; known here: name, title, combine
            """
        ),
        (
            "[[cluster]]\nname = 'a'\ntitle = '''\n''x = 1'''''\nx = [[1, 2], ['#]']]\ny = 1",
            """
            site.toml:5:1: cluster[0].x: unknown key; known here: name, title, combine
            site.toml:6:1: cluster[0].y: unknown key; known here: name, title, combine
            """
        ),
        (
            "[ x . y ]\n[[ x.z ]]\n[[x.z]]\n[x.z.w]",
            """
            site.toml:1:1: x: unknown key; known here: cluster, resource, factor, \
            organisation, user, project
            """
        ),
        (
            "# [}\n'x' = '''\n[}\n2026-01-01T[''' # é",
            """
            site.toml:2:1: x: unknown key; known here: cluster, resource, factor, \
            organisation, user, project
            """
        ),
    ])
    func `a key is found wherever it stands`(text: String, says: String) {
        #expect(complaints(aboutSite: text) == says)
    }

    @Test func `a file that can't be read is told with the reason`() {
        #expect(
            complaints(atPath: "/no/such/site.toml") == """
                /no/such/site.toml: can't be read: No such file or directory
                """)
        #expect(complaints(atPath: "/") == "/: can't be read: Is a directory")
    }

    @Test func `a file that isn't text is refused`() throws {
        let folder = FileManager.default.temporaryDirectory
        let file = folder.appendingPathComponent("atoll-\(UUID().uuidString).toml")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data([0x61, 0xFF, 0x0A]).write(to: file)
        #expect(complaints(atPath: file.path) == "\(file.path): is not UTF-8; save it as UTF-8")
        try Data(count: (16 << 20) + 1).write(to: file)
        #expect(
            complaints(atPath: file.path)
                == "\(file.path): is larger than 16 MiB; is it the right file?")
    }

    @Test func `an empty file declares nothing`() throws {
        #expect(try readSite(text: "", file: "site.toml").projects.isEmpty)
        #expect(try readSettings(text: "# nothing\n", file: "atoll.toml") == Settings())
    }
}

import Reports
import Testing

@Suite struct TextTableTests {
    private var table: TextTable {
        var table = TextTable([.init("Name"), .init("Runs", .right), .init("SU", .right)])
        table.add([.text("balsh"), .integer(1_234), .decimal(micro: 12_500_000)])
        table.add([.text("a|b\\c\nd"), .integer(-5), .decimal(micro: -1)])
        table.add([.text("größe"), .nothing, .decimal(micro: 1_234_567_890_000_000)])
        return table
    }

    @Test func `people see aligned columns, grouped, with as many decimals as the column needs`() {
        var table = TextTable([.init("Name"), .init("Runs", .right), .init("SU", .right)])
        table.add([.text("balsh"), .integer(1_234), .decimal(micro: 12_500_000)])
        table.add([.text("größe"), .nothing, .decimal(micro: 1_234_567_890_000_123)])
        table.addTotal([.text("total"), .integer(1_234), .decimal(micro: 0)])
        #expect(
            table.text(.aligned) == """
                Name    Runs                    SU
                -----  -----  --------------------
                balsh  1,234             12.500000
                größe         1,234,567,890.000123
                -----  -----  --------------------
                total  1,234              0.000000

                """)
    }

    @Test func `programs see plain values and no totals`() {
        var table = table
        table.addTotal([.text("total"), .nothing, .decimal(micro: 0)])
        #expect(
            table.text(.parsable) == """
                Name|Runs|SU
                balsh|1234|12.5
                a\\|b\\\\c\\nd|-5|-0.000001
                größe||1234567890

                """)
    }

    @Test func `the header can be left out`() {
        #expect(table.text(.parsable, header: false).hasPrefix("balsh|"))
        var short = TextTable([.init("A long title"), .init("SU", .right)])
        short.add([.text("x"), .decimal(micro: 1_000_000)])
        #expect(short.text(.aligned, header: false) == "x  1.00\n")
    }

    @Test func `a table without rows is its header`() {
        let empty = TextTable([.init("Name"), .init("SU", .right)])
        #expect(empty.isEmpty)
        #expect(empty.text(.aligned) == "Name  SU\n----  --\n")
        #expect(empty.text(.parsable) == "Name|SU\n")
    }

    @Test func `no cell is left out by mistake`() async {
        await #expect(processExitsWith: .failure) {
            var table = TextTable([.init("Name"), .init("SU")])
            table.add([.text("x")])
        }
    }
}

@Suite struct JSONTextTests {
    @Test func `values are written in order, exactly and indented`() {
        let json = JSONText.object([
            .init("su", .decimal(micro: 6_016_887_779)), .init("runs", .integer(-3)),
            .init("name", .string("a\"b\\c\n\t\r\u{01}é")), .init("none", .string(nil)),
            .init("on", .bool(true)), .init("off", .bool(false)), .init("empty", .array([])),
            .init("list", .array([.integer(1), .object([])])),
        ])
        #expect(
            json.indented == #"""
                {
                  "su": 6016.887779,
                  "runs": -3,
                  "name": "a\"b\\c\n\t\r\u0001é",
                  "none": null,
                  "on": true,
                  "off": false,
                  "empty": [],
                  "list": [
                    1,
                    {}
                  ]
                }

                """#)
    }
}

@Suite struct ColumnTests {
    private struct Item: Sendable { let names: [String] }

    @Test func `a column's name in JSON is in small letters with a line between its words`() {
        let columns = Columns<Item>([
            Column("Name") { .list($0.names) }, Column("OriginatedID") { _ in .nothing },
            Column("SUPerHour") { _ in .count(1) }, Column("QOS") { _ in .text("x") },
        ])
        #expect(
            columns.json(of: Item(names: ["a", "b"])).indented == """
                {
                  "name": [
                    "a",
                    "b"
                  ],
                  "originated_id": null,
                  "su_per_hour": 1,
                  "qos": "x"
                }

                """)
    }
}

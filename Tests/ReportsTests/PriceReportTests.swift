import Rates
import Reports
import Testing
import Units

@Suite struct PriceReportTests {
    private static let cpu = ResourceID(1)
    private static let memory = ResourceID(2)

    private func card() throws -> RateCard {
        func resource(_ id: ResourceID, _ name: String, _ tres: TRESName) -> Resource {
            Resource(id: id, name: name, type: name, tres: tres, scope: .everywhere)
        }
        func rate(_ id: Int64, _ resource: ResourceID, _ start: Int64, _ end: Int64?, _ su: String)
            throws -> RateVersion
        {
            RateVersion(
                id: RateID(id), resource: resource, window: try span(start, end),
                suPerHour: try Rational(parsing: su), recordedAt: Instant(epochSeconds: 0))
        }
        return try RateCard(
            version: 1,
            resources: [
                resource(Self.cpu, "CPU", .cpu), resource(Self.memory, "Memory", .memory),
            ],
            rates: [
                rate(1, Self.cpu, 0, 2_678_400, "1"), rate(2, Self.cpu, 2_678_400, nil, "2"),
                rate(3, Self.memory, 0, 5_000_000, "0.5"),
            ],
            factors: [], combine: [:])
    }

    private func span(_ start: Int64, _ end: Int64?) throws -> Interval {
        try #require(
            Interval(
                start: Instant(epochSeconds: start), end: end.map { Instant(epochSeconds: $0) }))
    }

    /// January 1970 ends at 2,678,400.
    private static let runs: [(String, String, String, Int64, Int64, String)] = [
        ("reef", "ann", "cpu", 0, 3_600, "cpu=4,mem=2G"),
        ("reef", "bob", "big", 2_676_600, 2_680_200, "cpu=2"),
        ("atoll", "ann", "cpu", 2_674_800, 2_678_400, "cpu=1"),
        ("atoll", "ann", "cpu", 6_000_000, 6_000_001, "cpu=1,mem=1G"),
        ("atoll", "cid", "cpu", 100, 100, "cpu=9"),
    ]

    private func report(by dimensions: [PriceReport.Dimension]) throws -> PriceReport {
        let card = try card()
        var report = PriceReport(card: card, by: dimensions)
        for (account, user, partition, start, end, tres) in Self.runs {
            let usage = Usage(
                cluster: "reef", partition: partition, qos: nil,
                counts: try TRESCounts(parsing: tres), interval: try span(start, end))
            report.add(
                .init(
                    account: account, user: user, partition: partition, interval: usage.interval,
                    pricing: card.price(usage)))
        }
        return report
    }

    @Test func `by account`() throws {
        #expect(
            try report(by: [.account]).table.text(.aligned) == """
                Account  Runs     CPU h  Memory GiB h        SU
                -------  ----  --------  ------------  --------
                atoll       3  1.000278          0.00  1.000556
                reef        2  6.000000          2.00  8.000000
                -------  ----  --------  ------------  --------
                total       5  7.000278          2.00  9.000556

                """)
    }

    @Test func `by user and partition, for programs`() throws {
        #expect(
            try report(by: [.user, .partition]).table.text(.parsable) == """
                User|Partition|Runs|CPU h|Memory GiB h|SU
                ann|cpu|3|5.000278|2|6.000556
                bob|big|1|2|0|3
                cid|cpu|1|0|0|0

                """)
    }

    @Test func `by month: a run belongs to the month of its last second`() throws {
        #expect(
            try report(by: [.month]).table.text(.parsable) == """
                Month|Runs|CPU h|Memory GiB h|SU
                1970-01|3|5|2|6
                1970-02|1|2|0|3
                1970-03|1|0.000278|0|0.000556

                """)
    }

    @Test func `by resource, hours of two are not added`() throws {
        #expect(
            try report(by: [.resource]).table.text(.aligned) == """
                Resource  Runs  Unit-hours        SU
                --------  ----  ----------  --------
                CPU          4    7.000278  8.000556
                Memory       1    2.000000  1.000000
                --------  ----  ----------  --------
                total        5              9.000556

                """)
        #expect(
            try report(by: [.resource, .account]).table.text(.parsable) == """
                Resource|Account|Runs|Unit-hours|SU
                CPU|atoll|2|1.000278|1.000556
                CPU|reef|2|6|7
                Memory|reef|1|2|1

                """)
    }

    @Test func `in all`() throws {
        #expect(
            try report(by: []).table.text(.parsable) == """
                Runs|CPU h|Memory GiB h|SU
                5|7.000278|2|9.000556

                """)
    }

    @Test func `what was split and what has no rate is told`() throws {
        #expect(
            try report(by: []).notes == [
                "unrated: 0.000278 Memory GiB h of 1 run: no rate in force",
                "1 run split where a rate or factor changes",
            ])
    }

    @Test func `JSON has every figure`() throws {
        let json = JSONText.object(try report(by: [.account]).json).indented
        #expect(
            json == """
                {
                  "by": [
                    "account"
                  ],
                  "rows": [
                    {
                      "account": "atoll",
                      "runs": 3,
                      "su": 1.000556,
                      "resources": [
                        {
                          "resource": "CPU",
                          "runs": 2,
                          "unit_hours": 1.000278,
                          "su": 1.000556
                        }
                      ]
                    },
                    {
                      "account": "reef",
                      "runs": 2,
                      "su": 8,
                      "resources": [
                        {
                          "resource": "CPU",
                          "runs": 2,
                          "unit_hours": 6,
                          "su": 7
                        },
                        {
                          "resource": "Memory",
                          "runs": 1,
                          "unit_hours": 2,
                          "su": 1
                        }
                      ]
                    }
                  ],
                  "total": {
                    "runs": 5,
                    "su": 9.000556,
                    "resources": [
                      {
                        "resource": "CPU",
                        "runs": 4,
                        "unit_hours": 7.000278,
                        "su": 8.000556
                      },
                      {
                        "resource": "Memory",
                        "runs": 1,
                        "unit_hours": 2,
                        "su": 1
                      }
                    ]
                  },
                  "split_runs": 1,
                  "spread_runs": 0,
                  "unrated": [
                    {
                      "resource": "Memory",
                      "reason": "no_rate",
                      "runs": 1,
                      "unit_hours": 0.000278
                    }
                  ]
                }

                """)
    }

    @Test(
        arguments: [
            (0, "cpu", 0), (3_600, "cpu", 1_000_000), (1, "cpu", 278), (9, "mem", 2), (2, "mem", 1),
            (5_400, "cpu", 1_500_000), (1_843_200, "mem", 500_000),
            (
                4_611_686_018_427_387_904,
                "cpu", 1_281_023_894_007_607_751_111
            ),
        ] as [(Int128, String, Int128)])
    func `hours are exact to the sixth decimal`(raw: Int128, tres: String, micro: Int128) {
        #expect(microUnitHours(raw: raw, of: TRESName(tres)) == micro)
    }
}

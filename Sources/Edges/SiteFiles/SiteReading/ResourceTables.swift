/// `[[cluster]]`, `[[resource]]`, `[[factor]]`, `[[organisation]]` and `[[user]]`.

import Rates
import Registry
import Units

extension TableReader {
    func cluster() -> Placed<SiteCluster>? {
        expect(["name", "title", "combine"])
        let title = optional("title", Interpret.string)
        let combine = optional("combine", Interpret.word(Combination.self)) ?? .sum
        guard let name = required("name", example: #"name = "reef""#, Interpret.name) else {
            return nil
        }
        return Placed(
            value: SiteCluster(name: name, title: title, combine: combine), table: self)
    }

    func resource() -> Placed<SiteResource>? {
        expect(["name", "type", "tres", "clusters", "partitions", "qos", "units", "rate"])
        let name = required("name", example: #"name = "CPU""#, Interpret.name)
        let type = required("type", example: #"type = "CPU""#, Interpret.name)
        let tres = required("tres", example: #"tres = "cpu""#, Interpret.tres)
        let scope = ResourceScope(
            clusters: names("clusters").map(Set.init),
            partitions: names("partitions").map(Set.init), qos: names("qos").map(Set.init))
        let units = optional("units", Interpret.count)
        let tables = tables("rate")
        let rates = tables.compactMap { $0.rate() }
        if fields["rate"] == nil {
            let example = #"[[resource.rate]] with su_per_hour = "0.01" below it"#
            return missing("rate", example: example)
        }
        checkNoOverlap(rates, kind: "rate", window: \.window)
        guard let name, let type, let tres else { return nil }
        let value = SiteResource(
            name: name, type: type, tres: tres, scope: scope, units: units,
            rates: rates.map(\.value))
        return Placed(value: value, table: self)
    }

    private func rate() -> Placed<SiteRate>? {
        expect(["su_per_hour", "hours_per_su", "start", "end"])
        let window = window(endRequired: false)
        guard exactlyOne(of: ["su_per_hour", "hours_per_su"], example: #"su_per_hour = "0.01""#)
        else { return nil }
        let perHour =
            optional("su_per_hour", Interpret.ratio)
            ?? optional("hours_per_su", Interpret.hoursPerSU)
        guard let perHour, let window else { return nil }
        return Placed(value: SiteRate(suPerHour: perHour, window: window), table: self)
    }

    func factor() -> Placed<SiteFactor>? {
        expect(["qos", "partition", "cluster", "factor", "start", "end"])
        let window = window(endRequired: false)
        let cluster = optional("cluster", Interpret.name)
        let factor = required("factor", example: #"factor = "2""#, Interpret.ratio)
        guard exactlyOne(of: ["qos", "partition"], example: #"qos = "high""#) else { return nil }
        let subject =
            optional("qos", Interpret.name).map(FactorSubject.qos)
            ?? optional("partition", Interpret.name).map(FactorSubject.partition)
        guard let subject, let factor, let window else { return nil }
        let value = SiteFactor(subject: subject, cluster: cluster, factor: factor, window: window)
        return Placed(value: value, table: self)
    }

    func organisation() -> Placed<SiteOrganisation>? {
        expect(["name", "originated_id"])
        let originatedID = optional("originated_id", Interpret.string)
        guard let name = required("name", example: #"name = "Reef Institute""#, Interpret.name)
        else { return nil }
        return Placed(
            value: SiteOrganisation(name: name, originatedID: originatedID), table: self)
    }

    func user() -> Placed<SiteUser>? {
        expect(["name", "full_name", "mail", "organisation"])
        let fullName = optional("full_name", Interpret.string)
        let mail = optional("mail", Interpret.string)
        let organisation = optional("organisation", Interpret.name)
        guard let name = required("name", example: #"name = "ada""#, Interpret.name) else {
            return nil
        }
        return Placed(
            value: SiteUser(
                name: name, fullName: fullName, mail: mail, organisation: organisation),
            table: self)
    }

    /// Whether one of `keys` is there and no other; notes it where not.
    private func exactlyOne(of keys: [String], example: String) -> Bool {
        let given = keys.filter { fields[$0] != nil }
        if given.isEmpty { problem(.missingOneOf(keys, example: example)) }
        if given.count > 1 { problem(.givenTogether(given), at: given[1]) }
        return given.count == 1
    }
}

/// Notes each window that overlaps one of an earlier line, among those that are rivals.
func checkNoOverlap<Value>(
    _ rows: [Placed<Value>], kind: String, window: (Value) -> Interval,
    rivals: (Value, Value) -> Bool = { _, _ in true }
) {
    for (index, row) in rows.enumerated() {
        for earlier in rows[..<index] where rivals(earlier.value, row.value) {
            guard let overlap = window(row.value).intersection(window(earlier.value)) else {
                continue
            }
            row.table.problem(
                .windowOverlap(kind: kind, line: earlier.table.line, overlap), at: "start")
        }
    }
}

/// What to do instead where no systemd runs the machine.

extension Check {
    /// - Parameters:
    ///   - processID: atolld's, where it is known.
    ///   - settings: the file that atolld is to run by.
    func withoutSystemd(processID: Int64?, settings: String) -> Check {
        var copy = self
        copy.remedy = remedy.map { remedy in
            remedy.split(separator: "\n", omittingEmptySubsequences: false).map {
                Self.withoutSystemd(String($0), processID: processID, settings: settings)
            }.joined(separator: "\n")
        }
        return copy
    }

    private static func withoutSystemd(
        _ line: String, processID: Int64?, settings: String
    ) -> String {
        let pid = processID.map(String.init) ?? "$(pidof atolld)"
        let start = "runuser -u atoll -- atolld --config \(settings)"
        let instead: [(beginning: String, line: String)] = [
            ("systemctl start atolld", "\(start)     # as it is started here"),
            ("systemctl restart atolld", "kill \(pid)     # then, as it is started here: \(start)"),
            ("systemctl reload atolld", "kill -HUP \(pid)"),
            ("journalctl -u atolld", "# look into its log: atolld's standard error"),
            ("systemctl restart slurmctld", "# restart slurmctld, as it is started here"),
            ("systemctl status slurmctld munge", "ps -C slurmctld,munged -o pid,args"),
            ("systemctl status slurmdbd", "ps -C slurmdbd,mariadbd,mysqld -o pid,args"),
            (
                "systemctl enable --now atoll-rec",
                "30 3 * * * root atoll reconcile     # /etc/crontab"
            ),
            (
                "LimitRTPRIO=1",
                "prlimit --rtprio=1 \(start)     # as root, where root may raise that limit"
            ),
        ]
        return instead.first { line.hasPrefix($0.beginning) }?.line ?? line
    }
}

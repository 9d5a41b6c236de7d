/// The whole of Atoll on a private, real Slurm: sbatch, the plugin, atolld, the gauge, sacct.
///
///     ATOLL_SYSTEM_TESTS=1 swift test --filter SystemTests       (as root; some minutes)
///
/// Amounts are compared with what Slurm's own commands say was used, to the micro-SU. Each balance
/// that is read must add up (`Books.balance`), and each test ends with sound books (`play`).

import Testing

@Suite(
    .serialized, .tags(.system), .enabled(if: isAskedForSystemTests), .timeLimit(.minutes(4)),
    .bedsAreTakenDown)
struct SystemTests {}

/// Bugs that the tests plant to see that the simulator's auditor finds them (docs/architecture.md).
///
/// There is nothing of this in a build without `-D ATOLL_PLANTED_BUGS`; `scripts/simulate --planted`
/// makes one.

#if ATOLL_PLANTED_BUGS
    package enum PlantedBug: String, CaseIterable, Sendable {
        /// What a release gives back it gives back twice, where others hold enough.
        case doubleRelease
        /// The task of a requeued run waits without a hold.
        case lostRequeue
        /// A run that ended is charged again when its record comes again, at the rates of then.
        case endedRunChargedAgain
        /// The end of a run does not give back what its share held beyond the charge.
        case shareKeptAtEnd
        /// A charge is rounded up instead of half-even.
        case chargeRoundedUp
        /// Suspended seconds are charged.
        case suspensionCharged
        /// A cap is compared with what was charged alone.
        case capIgnoresHolds
        /// A lot that ends takes held credit with it.
        case pinnedCreditExpires
        /// A start keeps the price of what was asked for, whatever was allocated.
        case startNotRepriced
        /// The same command id does its work again.
        case repeatedCommandDoneAgain
        /// An older observation overrides a newer one.
        case olderObservationWins
        /// The token of a job that is bound can still be voided.
        case boundHoldVoided
        /// An array is held for one of its tasks.
        case arrayHeldOnce
        /// A hold may be of a lot that has not opened yet.
        case unopenedLotHeld
        /// A refund forgets what was refunded before.
        case refundLeak
        /// A transfer leaves in the source what it brings to the target.
        case transferLeak
        /// What was set aside for a change stays aside when the change is shown.
        case raiseKeptWhenShown
        /// Dearer rates take more for what waits than there is.
        case dearerRatesForced
        /// A stranger's change is priced and held like the owner's.
        case strangerRaises
        /// A start that credit is missing for is let go.
        case startBeyondCredit
        /// A look whether a job may start sets credit aside for it.
        case reviewTakesShare
        /// A refund into another lot is issued there and not withdrawn where it was charged.
        case reissueLeak
        /// An allocation that is deleted keeps its credit.
        case deletedKeepsCredit
        /// A pull-back takes its part again and again.
        case pullbackDoneAgain
        /// A request is approved, and what it asked for is not done.
        case approvalWithoutEffect
        /// A feed's record is noted, and what it says is not done.
        case feedWithoutEffect
        /// A run of the past is not paid from what expired in a lot that was valid then.
        case importRecallsNothing
        /// A run without an allocation stays so when its account has come to have one.
        case importLeavesUnplaced
        /// Answers do not wait for the disk.
        case answeredBeforeDurable

        /// The one that is planted; set before a Bank is started, and not while one runs.
        nonisolated(unsafe) package static var active: PlantedBug?
        package var isPlanted: Bool { Self.active == self }
    }
#endif

//! What may be done in a book now, and why that changed.

/// The phase of an instrument.
///
/// The day of an instrument runs `closed → call → no-cancel → continuous → … → closed`; its life ends in `expired`.
/// Every entry into the continuous phase uncrosses what the book has collected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Phase {
    /// Orders trade as they arrive.
    Continuous = 1,
    /// Trading is interrupted: orders rest, cancels and reductions are taken, everything else is refused.
    Halted = 2,
    /// The end: entering it cancels every order, and nothing follows.
    Expired = 3,
    /// Orders are collected for an auction and do not trade; they may be cancelled.
    Call = 4,
    /// The last part of a call: only new orders, better prices and larger quantities are taken.
    NoCancel = 5,
    /// A call in place of a trade outside the volatility bands.
    VolatilityCall = 6,
    /// Orders rest; only cancels are taken.
    CancelOnly = 7,
    /// Between trading days: orders rest, cancels and reductions are taken.
    Closed = 8,
}

impl Phase {
    /// Every phase, by number.
    pub const ALL: &'static [Phase] = &[
        Phase::Continuous,
        Phase::Halted,
        Phase::Expired,
        Phase::Call,
        Phase::NoCancel,
        Phase::VolatilityCall,
        Phase::CancelOnly,
        Phase::Closed,
    ];

    /// Whether orders are collected for an uncross: the book may be crossed.
    #[must_use]
    pub fn collects(self) -> bool {
        matches!(self, Phase::Call | Phase::NoCancel | Phase::VolatilityCall)
    }

    /// The stable name for machines, `no_cancel`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Phase::Continuous => "continuous",
            Phase::Halted => "halted",
            Phase::Expired => "expired",
            Phase::Call => "call",
            Phase::NoCancel => "no_cancel",
            Phase::VolatilityCall => "volatility_call",
            Phase::CancelOnly => "cancel_only",
            Phase::Closed => "closed",
        }
    }

    /// The phase of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Phase> {
        Phase::ALL.iter().copied().find(|phase| phase.name() == name)
    }
}

/// Why an instrument is in another phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum PhaseReason {
    /// The operator said so.
    Operator = 1,
    /// The instrument's trading day says so.
    Schedule = 2,
    /// A trade outside the volatility bands was about to print.
    Volatility = 3,
    /// A call came to its end.
    CallEnded = 4,
    /// A volatility call would have ended outside the bands: it goes on once more.
    Extended = 5,
    /// An extended volatility call would have ended outside the bands again: the operator decides.
    Unresolved = 6,
    /// The last trade's instant has come.
    LastTrade = 7,
    /// The programme's policy forbids that it is traded.
    Policy = 60,
}

impl PhaseReason {
    /// The stable name for machines, `last_trade`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            PhaseReason::Operator => "operator",
            PhaseReason::Schedule => "schedule",
            PhaseReason::Volatility => "volatility",
            PhaseReason::CallEnded => "call_ended",
            PhaseReason::Extended => "extended",
            PhaseReason::Unresolved => "unresolved",
            PhaseReason::LastTrade => "last_trade",
            PhaseReason::Policy => "policy",
        }
    }
}

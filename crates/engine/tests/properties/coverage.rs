//! The random flows reach everything, so that a change to them cannot silently stop exercising a feature.

use crate::flow::chance::Chance;
use crate::flow::draw_flow;
use crate::flow::pair::Pair;
use std::collections::BTreeMap;
use unspent_model::{
    Across, AmendOrder, CancelReason, Command, Event, KillScope, OrderKind, OrderStatus, Phase, PhaseReason, PostOnly,
    Reject, Reply, SelfTrade, Side, TimeInForce,
};

/// What must have happened at least so often in the flows below.
const TIMES: u32 = 5;

/// What must have happened, besides every refusal and every change of phase.
const REACHED: &[&str] = &[
    // Events, one by one.
    "listed",
    "opened account",
    "rules set",
    "schedule set",
    "reference set",
    "limits set",
    "kill switch engaged",
    "kill switch released",
    "kill switch Venue",
    "kill switch Programme",
    "kill switch Account",
    "call opened",
    "auction committed",
    "call ending",
    "auction revealed",
    "indicative",
    "indicative nothing",
    "indicative surplus Buy",
    "indicative surplus Sell",
    "indicative no surplus",
    "call ended with a price",
    "call ended without",
    "opened",
    "opened waiting",
    "opened waiting market",
    "opened iceberg",
    "opened iceberg with a stop",
    "opened for an auction",
    "opened with a minimum",
    "opened slid",
    "fill",
    "fill of an uncross",
    "fill of hidden lots",
    "fill with fees for both",
    "fill for a fee of the whole proceeds",
    "reduced maker",
    "reduced taker",
    "amended kept",
    "amended lost",
    "amended waiting",
    "amended iceberg kept",
    "rested",
    "rested iceberg",
    "refilled",
    "triggered limit",
    "triggered market",
    "quote refused",
    "group set",
    "group tripped",
    "group reset",
    "dead man set",
    "dead man gone",
    "session opened",
    "session closed",
    "recalled fill",
    "cash",
    "deposit",
    "withdrawal",
    "bust",
    "adjustment",
    "account open",
    "account suspended",
    "account closed",
    "funding rules set",
    "withdrawal asked",
    "withdrawal approved",
    "withdrawal declined",
    "trade adjusted",
    "trade busted",
    "funded again",
    "holding",
    // Ends of orders.
    "canceled User",
    "canceled User waiting",
    "canceled TimeInForce",
    "canceled SelfTrade maker",
    "canceled SelfTrade taker",
    "canceled Operator",
    "canceled Operator waiting",
    "canceled Expired",
    "canceled Expired waiting",
    "canceled DeadMan",
    "canceled Disconnect",
    "canceled Group",
    "canceled Kill",
    "canceled Kill waiting",
    "canceled LastTrade",
    "canceled Volatility",
    "canceled NoOppositePrice",
    "canceled AuctionOver",
    "canceled Requoted",
    "canceled Linked",
    "leg",
    "leg reduced",
    "leg bought",
    "leg bought in an uncross",
    "leg bought in a sweep",
    "leg bought across months",
    "leg bought as taker",
    "leg lost to an own order",
    // Replies.
    "again",
    "again after its deadline",
    "canceled all",
    "canceled all of a group",
    "canceled all of a programme",
    "quoted placed",
    "quoted unchanged",
    "quoted pulled",
    "quoted refused",
    "connected",
    "timer set",
    "timer disarmed",
    "status Open",
    "status PartiallyFilled",
    "status Filled",
    "status Canceled",
    "amended, traded",
    "amended, canceled SelfTrade",
    "amended, canceled User",
    "amended stop",
    "stp CancelNewest",
    "stp CancelOldest",
    "stp CancelBoth",
    "stp Decrement",
    "fok filled",
    "minimum met",
    "market Buy filled",
    "market Sell filled",
    "max_total filled",
    "max_total binds",
    "fok max_total filled",
    // What takes several things to come about.
    "cascade of three stops",
    "stop triggered by the end of a call",
    "stop triggered, breached",
    "triggered market buy, traded",
    "iceberg refilled twice in one sweep",
    "iceberg refilled by a decrement",
    "iceberg refilled in an uncross",
    "breach, rested",
    "breach in the middle of a sweep",
    "group tripped by its taker",
    "group tripped in an uncross",
    "two groups tripped by one execution",
    "group tripped within its own mass quote",
    "random end at its latest",
    "several timers at once",
    "call ended by a timer, with fills",
    "last trade with an uncross",
    "order expired in the no-cancel phase",
    "quote bettered in the no-cancel phase",
    "decay overdue",
    "decay goes on",
    "decay over",
    "decay traded at a step",
    "decay traded across months at a step",
    "decay stepped out of its bands",
    "decay stepped in a call",
    "fill across months, bought",
    "fill across months, sold",
    "fill of a sweep",
    "iceberg refilled in another month",
    "iceberg refilled in a sweep",
    "self trade in a sweep",
    "breach of another month",
    "stop of another month",
    "amended in the no-cancel phase",
    "amended while halted",
];

/// The changes of phase that the rules allow, `from -> to reason`.
fn changes() -> Vec<String> {
    let all = Phase::ALL.iter().copied();
    let pairs = all.clone().flat_map(|from| all.clone().map(move |to| (from, to)));
    let mut changes = Vec::new();
    for (from, to) in pairs {
        let mut allow = |reason: PhaseReason| changes.push(change(from, to, reason));
        if from == Phase::Expired {
            continue;
        }
        if from != to && to != Phase::VolatilityCall {
            allow(PhaseReason::Operator);
        }
        let of_a_day = [Phase::Continuous, Phase::Call, Phase::NoCancel, Phase::CancelOnly, Phase::Closed];
        let kept = from == Phase::VolatilityCall && to == Phase::Continuous;
        if from != to && from != Phase::Halted && of_a_day.contains(&to) && !kept {
            allow(PhaseReason::Schedule);
        }
        if to == Phase::Expired {
            allow(PhaseReason::LastTrade);
        }
    }
    changes.push(change(Phase::Continuous, Phase::VolatilityCall, PhaseReason::Volatility));
    changes.push(change(Phase::VolatilityCall, Phase::Continuous, PhaseReason::CallEnded));
    changes.push(change(Phase::VolatilityCall, Phase::VolatilityCall, PhaseReason::Extended));
    changes.push(change(Phase::VolatilityCall, Phase::Halted, PhaseReason::Unresolved));
    changes.push(change(Phase::Continuous, Phase::Halted, PhaseReason::Unresolved));
    changes
}

fn change(from: Phase, to: Phase, reason: PhaseReason) -> String {
    format!("{} -> {} {}", from.name(), to.name(), reason.name())
}

/// The refusals that the core gives and no flow here comes to, for the venue would have to be full: the stories have
/// them, and `the_bounds_of_an_account_agree`.
const FULL: &[Reject] = &[
    Reject::TooManyClOrdIds,
    Reject::TooManyStops,
    Reject::TooManyDecays,
    Reject::TooManyGroups,
    Reject::TooManySessions,
    Reject::VenueFull,
    // These are of flows of their own.
    Reject::PolicyForbids,
    // Of trades that settle later, which have flows of their own.
    Reject::TooManySettlements,
    Reject::UnknownSettlement,
    Reject::WrongParty,
    Reject::WrongState,
    Reject::InvalidLevel,
    Reject::InvalidTerms,
    Reject::InvalidRuling,
    Reject::TooManyWithdrawals,
    Reject::UnknownProgramme,
    Reject::InvalidProgramme,
    Reject::UnknownPermit,
    Reject::PermitOver,
    Reject::NoExpiry,
    Reject::UnknownHolding,
    Reject::InvalidHolding,
    Reject::HoldingOver,
    Reject::CreditRegistered,
    Reject::TooManyHoldings,
    Reject::LevelTooLow,
    Reject::OtherProgramme,
    Reject::MonthTooLate,
    Reject::LotTooSmall,
    Reject::TooFewPieces,
    Reject::TooLittleLeft,
    Reject::NotListed,
    Reject::HoldingInCustody,
    Reject::HoldingListed,
];

/// The refusals that the core gives, from the first of its checks on.
fn refusals() -> impl Iterator<Item = String> {
    let core = Reject::ALL.iter().skip_while(|reject| **reject != Reject::UnknownAccount);
    core.filter(|reject| !FULL.contains(reject)).map(|reject| reject.code().to_string())
}

#[derive(Default)]
struct Count(BTreeMap<String, u32>);

impl Count {
    fn one(&mut self, what: impl Into<String>) {
        *self.0.entry(what.into()).or_insert(0) += 1;
    }

    fn event(&mut self, event: &Event) {
        match event {
            Event::InstrumentListed { .. } => self.one("listed"),
            Event::AccountOpened { .. } => self.one("opened account"),
            Event::PhaseChanged { from, phase, reason, .. } => self.one(change(*from, *phase, *reason)),
            Event::RulesSet { .. } => self.one("rules set"),
            Event::ScheduleSet { .. } => self.one("schedule set"),
            Event::ReferenceSet { .. } => self.one("reference set"),
            Event::LimitsSet { .. } => self.one("limits set"),
            Event::KillSwitch { scope, engaged } => {
                self.one(if *engaged { "kill switch engaged" } else { "kill switch released" });
                self.one(match scope {
                    KillScope::Venue => "kill switch Venue",
                    KillScope::Programme(_) => "kill switch Programme",
                    KillScope::Account(_) => "kill switch Account",
                });
            }
            Event::CallOpened { .. } => self.one("call opened"),
            Event::AuctionCommitted { .. } => self.one("auction committed"),
            Event::CallEnding { .. } => self.one("call ending"),
            Event::AuctionRevealed { .. } => self.one("auction revealed"),
            Event::Indicative(it) => {
                self.one("indicative");
                self.one(match (it.price, it.surplus) {
                    (None, _) => "indicative nothing",
                    (_, Some((Side::Buy, _))) => "indicative surplus Buy",
                    (_, Some((Side::Sell, _))) => "indicative surplus Sell",
                    (_, None) => "indicative no surplus",
                });
            }
            Event::CallEnded(it) => {
                self.one(if it.price.is_some() { "call ended with a price" } else { "call ended without" });
            }
            Event::Opened(it) => {
                self.one("opened");
                let market = matches!(it.terms.kind, OrderKind::Market { .. });
                if it.terms.stop.is_some() {
                    self.one(if market { "opened waiting market" } else { "opened waiting" });
                }
                if it.terms.display.is_some() {
                    self.one(if it.terms.stop.is_some() { "opened iceberg with a stop" } else { "opened iceberg" });
                }
                if it.terms.time_in_force == TimeInForce::Auction {
                    self.one("opened for an auction");
                }
                if it.terms.min_lots.is_some() {
                    self.one("opened with a minimum");
                }
                if it.terms.post_only == PostOnly::Slide && OrderKind::Limit(it.price) != it.terms.kind {
                    self.one("opened slid");
                }
            }
            Event::Fill(it) => {
                self.one(if it.auction { "fill of an uncross" } else { "fill" });
                match it.across {
                    Some(Across { swept: true, .. }) => self.one("fill of a sweep"),
                    Some(_) if it.taker_side == Side::Buy => self.one("fill across months, bought"),
                    Some(_) => self.one("fill across months, sold"),
                    None => (),
                }
                if it.maker.hidden.0 + it.taker.hidden.0 > 0 {
                    self.one("fill of hidden lots");
                }
                if it.maker.fee.0 > 0 && it.taker.fee.0 > 0 {
                    self.one("fill with fees for both");
                }
                if it.maker.fee.0 > 1_000_000 {
                    self.one("fill for a fee of the whole proceeds");
                }
            }
            Event::Linked(_) => self.one("leg"),
            Event::Reduced(it) if it.reason == CancelReason::Linked => self.one("leg reduced"),
            Event::Reduced(it) => self.one(if it.resting { "reduced maker" } else { "reduced taker" }),
            Event::Amended(it) => {
                self.one(match (it.stop, it.kept_priority) {
                    (Some(_), _) => "amended waiting",
                    (None, true) => "amended kept",
                    (None, false) => "amended lost",
                });
                if it.kept_priority && it.shown < it.leaves && it.stop.is_none() {
                    self.one("amended iceberg kept");
                }
            }
            Event::Rested(it) => self.one(if it.shown < it.leaves { "rested iceberg" } else { "rested" }),
            // Their shown lots say who waited and who was taking.
            Event::Canceled(it) => match (it.reason, it.shown.0) {
                (CancelReason::SelfTrade, 1..) => self.one("canceled SelfTrade maker"),
                (CancelReason::SelfTrade, 0) => self.one("canceled SelfTrade taker"),
                (CancelReason::User | CancelReason::Operator | CancelReason::Expired | CancelReason::Kill, 0) => {
                    self.one(format!("canceled {:?} waiting", it.reason))
                }
                (reason, _) => self.one(format!("canceled {reason:?}")),
            },
            Event::Decaying(it) => self.one(match (it.overdue, it.next) {
                (Some(_), _) => "decay overdue",
                (None, Some(_)) => "decay goes on",
                (None, None) => "decay over",
            }),
            Event::Refilled(_) => self.one("refilled"),
            Event::Triggered { .. } => (),
            Event::QuoteRefused { rejection, .. } => {
                self.one("quote refused");
                self.one(rejection.reject.code().to_string());
            }
            Event::AccountSet { state, .. } => self.one(format!("account {}", state.name())),
            Event::FundingRulesSet(_) => self.one("funding rules set"),
            Event::WithdrawalAsked(_) => self.one("withdrawal asked"),
            Event::WithdrawalDecided { approved, .. } => {
                self.one(if *approved { "withdrawal approved" } else { "withdrawal declined" });
            }
            Event::TradeCorrected(it) => {
                self.one(if it.to.is_some() { "trade adjusted" } else { "trade busted" });
            }
            Event::GroupSet { .. } => self.one("group set"),
            Event::GroupTripped { .. } => self.one("group tripped"),
            Event::GroupReset { .. } => self.one("group reset"),
            Event::DeadMan { due, .. } => {
                self.one(if due.is_some() { "dead man set" } else { "dead man gone" });
            }
            Event::SessionOpened { .. } => self.one("session opened"),
            Event::SessionClosed { .. } => self.one("session closed"),
            Event::Recalled(_) => self.one("recalled fill"),
            Event::Moved(it) => self.one(it.kind.name()),
            // These have flows of their own.
            Event::ProgrammeSet(_)
            | Event::Permitted(_)
            | Event::PermitEnded { .. }
            | Event::ExpiryWatched { .. }
            | Event::ExpiryAlert { .. }
            | Event::NextMonth { .. }
            | Event::Registry(_) => (),
            Event::Cash(_) => self.one("cash"),
            Event::Holding(_) => self.one("holding"),
            // The flows here have no promised lots; those that have are held to their own tables.
            Event::Escrow(_)
            | Event::Promised(_)
            | Event::Fund(_)
            | Event::Claim(_)
            | Event::Settlement(_)
            | Event::TermsSet(_) => self.one("settles later"),
        }
    }

    fn answer(&mut self, command: &Command, reply: &Reply, at: u64) {
        match (command, reply) {
            (_, Reply::Rejected(rejection)) => self.one(rejection.reject.code().to_string()),
            (Command::AddOrder(add), Reply::Added(answer)) => {
                if answer.duplicate {
                    self.one("again");
                    if add.deadline.is_some_and(|deadline| deadline.0 < at) {
                        self.one("again after its deadline");
                    }
                    return;
                }
                self.one(format!("status {:?}", answer.status));
                if answer.canceled == Some(CancelReason::SelfTrade) || add.self_trade == SelfTrade::CancelOldest {
                    self.one(format!("stp {:?}", add.self_trade));
                }
                let filled = answer.status == OrderStatus::Filled;
                let fok = add.time_in_force == TimeInForce::Fok;
                if filled && fok {
                    self.one("fok filled");
                }
                if add.min_lots.is_some_and(|least| least <= answer.cum) {
                    self.one("minimum met");
                }
                match add.kind {
                    OrderKind::Market { max_total: Some(_) } if filled && fok => self.one("fok max_total filled"),
                    OrderKind::Market { max_total: Some(_) } if filled => self.one("max_total filled"),
                    OrderKind::Market { max_total: Some(_) } if !answer.cum.is_zero() => self.one("max_total binds"),
                    OrderKind::Market { max_total: None } if filled => {
                        self.one(format!("market {:?} filled", add.side))
                    }
                    _ => (),
                }
            }
            (Command::AmendOrder(amend), Reply::Amended { answer, .. }) => {
                if let Some(reason) = answer.canceled {
                    self.one(format!("amended, canceled {reason:?}"));
                }
                if matches!(amend, AmendOrder { stop: Some(_), .. }) {
                    self.one("amended stop");
                }
            }
            (Command::CancelAll { filter, .. }, Reply::CanceledAll { count: 1.. }) => {
                self.one("canceled all");
                if filter.group.is_some() {
                    self.one("canceled all of a group");
                }
                if filter.programme.is_some() {
                    self.one("canceled all of a programme");
                }
            }
            (_, Reply::Quoted { placed, unchanged, pulled, refused, .. }) => {
                let sides = [("placed", placed), ("unchanged", unchanged), ("pulled", pulled), ("refused", refused)];
                for (what, count) in sides {
                    if *count > 0 {
                        self.one(format!("quoted {what}"));
                    }
                }
            }
            (_, Reply::Funded { duplicate: true, .. }) => self.one("funded again"),
            (_, Reply::Connected { .. }) => self.one("connected"),
            (_, Reply::Timer { due }) => self.one(if due.is_some() { "timer set" } else { "timer disarmed" }),
            _ => (),
        }
    }

    /// What a command's events say together.
    fn whole(&mut self, command: &Command, events: &[Event], phase_before: &dyn Fn(u32) -> Option<Phase>) {
        let count = |which: &dyn Fn(&Event) -> bool| events.iter().filter(|event| which(event)).count();
        let any = |which: &dyn Fn(&Event) -> bool| count(which) > 0;
        let after = |first: &dyn Fn(&Event) -> bool, then: &dyn Fn(&Event) -> bool| {
            let at = events.iter().position(first);
            at.is_some_and(|at| events[at..].iter().any(then))
        };
        let triggered = |event: &Event| matches!(event, Event::Triggered { .. });
        let filled = |event: &Event| matches!(event, Event::Fill(_));
        let crossed = |event: &Event| matches!(event, Event::Fill(fill) if fill.auction);
        let ended = |event: &Event| matches!(event, Event::CallEnded(_));
        let tripped = |event: &Event| matches!(event, Event::GroupTripped { .. });
        let breached = |event: &Event| matches!(event, Event::PhaseChanged { reason: PhaseReason::Volatility, .. });
        let changed =
            |phase| move |event: &Event| matches!(event, Event::PhaseChanged { phase: to, .. } if *to == phase);
        let opens = matches!(
            command,
            Command::AddOrder(_) | Command::AmendOrder(_) | Command::MassQuote(_) | Command::SetPhase { .. }
        );
        let mut say = |happened: bool, what: &str| {
            if happened {
                self.one(what);
            }
        };
        say(count(&triggered) >= 3, "cascade of three stops");
        say(after(&ended, &triggered), "stop triggered by the end of a call");
        say(after(&triggered, &breached), "stop triggered, breached");
        say(breached_while_resting(events), "breach, rested");
        say(after(&filled, &breached), "breach in the middle of a sweep");
        say(refilled_twice(events), "iceberg refilled twice in one sweep");
        let pairs = || events.iter().zip(events.iter().skip(1));
        let by_decrement =
            |(first, then): (&Event, &Event)| matches!((first, then), (Event::Reduced(_), Event::Refilled(_)));
        say(pairs().any(by_decrement), "iceberg refilled by a decrement");
        let by_uncross = |(first, then): (&Event, &Event)| crossed(first) && matches!(then, Event::Refilled(_));
        say(pairs().any(by_uncross), "iceberg refilled in an uncross");
        say(pairs().any(|(first, then)| crossed(first) && tripped(then)), "group tripped in an uncross");
        let across = |event: &Event, swept: bool| matches!(event, Event::Fill(fill) if fill.across.is_some_and(|across| across.swept == swept));
        let leg_lost = |event: &Event| {
            matches!(event, Event::Reduced(it) if it.reason == CancelReason::Linked)
                || matches!(event, Event::Canceled(it) if it.reason == CancelReason::Linked)
        };
        for (first, then) in pairs() {
            match first {
                Event::Fill(fill) if leg_lost(then) => say(
                    true,
                    match (fill.auction, fill.across, fill.taker_side) {
                        (true, _, _) => "leg bought in an uncross",
                        (_, Some(Across { swept: true, .. }), _) => "leg bought in a sweep",
                        (_, Some(_), _) => "leg bought across months",
                        (_, None, Side::Buy) => "leg bought as taker",
                        (_, None, Side::Sell) => "leg bought",
                    },
                ),
                Event::Reduced(it) if it.reason == CancelReason::SelfTrade => {
                    say(leg_lost(then), "leg lost to an own order");
                }
                _ => (),
            }
        }
        let refilled = |event: &Event| matches!(event, Event::Refilled(_));
        say(pairs().any(|(first, then)| across(first, false) && refilled(then)), "iceberg refilled in another month");
        say(pairs().any(|(first, then)| across(first, true) && refilled(then)), "iceberg refilled in a sweep");
        let own = |event: &Event| matches!(event, Event::Canceled(it) if it.reason == CancelReason::SelfTrade);
        say(matches!(command, Command::SetPhase { .. }) && any(&own) && !any(&triggered), "self trade in a sweep");
        for (at, event) in events.iter().enumerate() {
            let (Event::Decaying(it), Some(Event::Amended(_))) = (event, events.get(at + 1)) else { continue };
            if matches!(command, Command::AmendOrder(_)) {
                continue;
            }
            say(phase_before(it.instrument.0).is_some_and(Phase::collects), "decay stepped in a call");
            match events.get(at + 2) {
                Some(Event::Fill(fill)) if fill.across.is_some() => say(true, "decay traded across months at a step"),
                Some(Event::Fill(_)) => say(true, "decay traded at a step"),
                Some(Event::PhaseChanged { .. }) => say(true, "decay stepped out of its bands"),
                _ => (),
            }
        }
        if let Command::AddOrder(add) = command {
            let elsewhere = |event: &Event| matches!(event, Event::PhaseChanged { instrument, reason: PhaseReason::Volatility, .. } if *instrument != add.instrument);
            let woken =
                |event: &Event| matches!(event, Event::Triggered { instrument, .. } if *instrument != add.instrument);
            say(any(&elsewhere), "breach of another month");
            say(any(&woken), "stop of another month");
        }
        say(matches!(command, Command::MassQuote(_)) && any(&tripped), "group tripped within its own mass quote");
        say(matches!(command, Command::MassQuote(_)) && after(&filled, &tripped), "group tripped by its taker");
        say(count(&tripped) >= 2, "two groups tripped by one execution");
        say(!opens && any(&ended) && any(&crossed), "call ended by a timer, with fills");
        say(after(&crossed, &changed(Phase::Expired)), "last trade with an uncross");
        let random = matches!(command, Command::RevealAuction { .. });
        say(!random && any(&ended) && !opens && self_ended(events), "random end at its latest");
        let by_timer = |event: &Event| match event {
            Event::Canceled(it) => matches!(it.reason, CancelReason::Expired | CancelReason::DeadMan),
            Event::PhaseChanged { reason, .. } => *reason == PhaseReason::Schedule,
            _ => false,
        };
        say(count(&by_timer) >= 3, "several timers at once");
        for event in events {
            let Event::Triggered { order, .. } = event else { continue };
            let opened = self.0.contains_key(&format!("market {order}"));
            self.one(if opened { "triggered market" } else { "triggered limit" });
            let bought = |event: &Event| matches!(event, Event::Fill(fill) if fill.taker.order == *order && fill.taker_side == Side::Buy);
            if opened && any(&bought) {
                self.one("triggered market buy, traded");
            }
        }
        for event in events {
            match event {
                Event::Canceled(it)
                    if it.reason == CancelReason::Expired && phase_before(it.instrument.0) == Some(Phase::NoCancel) =>
                {
                    self.one("order expired in the no-cancel phase");
                }
                Event::Canceled(it)
                    if it.reason == CancelReason::Requoted
                        && phase_before(it.instrument.0) == Some(Phase::NoCancel) =>
                {
                    self.one("quote bettered in the no-cancel phase");
                }
                Event::Amended(it) => match phase_before(it.instrument.0) {
                    Some(Phase::NoCancel) => self.one("amended in the no-cancel phase"),
                    Some(Phase::Halted) => self.one("amended while halted"),
                    _ => (),
                },
                // Remembered by id for the triggers to come.
                Event::Opened(it) if it.terms.stop.is_some() && matches!(it.terms.kind, OrderKind::Market { .. }) => {
                    self.one(format!("market {}", it.order));
                }
                _ => (),
            }
        }
    }
}

fn breached_while_resting(events: &[Event]) -> bool {
    let mut breached = false;
    events.iter().any(|event| {
        breached |= matches!(event, Event::PhaseChanged { reason: PhaseReason::Volatility, .. });
        breached && matches!(event, Event::Rested(_))
    })
}

fn refilled_twice(events: &[Event]) -> bool {
    let mut orders: Vec<_> =
        events.iter().filter_map(|event| if let Event::Refilled(it) = event { Some(it.order) } else { None }).collect();
    orders.sort();
    orders.windows(2).any(|pair| pair[0] == pair[1])
}

/// Whether the call that ended had told of its random end in an earlier command: no entry of a day ended it.
fn self_ended(events: &[Event]) -> bool {
    !events.iter().any(|event| matches!(event, Event::CallEnding { .. }))
        && events.iter().any(|event| {
            matches!(event, Event::PhaseChanged { reason: PhaseReason::CallEnded | PhaseReason::Schedule, .. })
        })
}

#[test]
fn the_flows_reach_everything() {
    let mut count = Count::default();
    for seed in 0..9_000 {
        let mut pair = Pair::new().unwrap();
        for step in draw_flow(&mut Chance::Seed(seed), 200) {
            let (_, instruments) = pair.reference.counts();
            let phases: Vec<Phase> =
                (0..instruments).map(|at| pair.reference.phase(unspent_model::InstrumentId(at))).collect();
            if pair.step(&step).is_err() {
                // Another test's story.
                break;
            }
            let (command, at) = (&pair.told.command, pair.told.at.0);
            pair.events.iter().for_each(|event| count.event(event));
            count.answer(command, &pair.reply, at);
            count.whole(command, &pair.events, &|instrument| phases.get(instrument as usize).copied());
            if matches!(command, Command::AmendOrder(_))
                && matches!(pair.events[..], [Event::Amended(_), Event::Fill(_), ..])
            {
                count.one("amended, traded");
            }
        }
        count.0.retain(|what, _| !what.starts_with("market ") || what.ends_with("filled"));
    }
    let wanted: Vec<String> = REACHED.iter().map(|&what| what.to_owned()).chain(changes()).chain(refusals()).collect();
    let seldom: Vec<_> = wanted.iter().filter(|what| count.0.get(*what).is_none_or(|&times| times < TIMES)).collect();
    assert!(seldom.is_empty(), "hardly ever: {seldom:?}\nin all: {:#?}", count.0);
    let unheard: Vec<_> = count.0.keys().filter(|what| !wanted.contains(what)).collect();
    assert!(unheard.is_empty(), "reached, and not asked for: {unheard:?}");
}

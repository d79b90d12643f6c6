//! Events and replies to text.

use super::World;
use super::parse::usual_terms;
use super::time::{say_moment, say_span};
use unspent_model::{
    AccountId, Across, Amended, Asset, CancelReason, Event, FeeRate, Funding, FundingRules, FundingSide, GroupName,
    InstrumentId, KillScope, Lots, Movement, MovementKind, OrderAnswer, OrderId, OrderStatus, Phase, PhaseReason,
    Price, ProgrammeTerms, Reject, Rejection, Reply, Schedule, SessionId, Side, TradingRules, WithdrawalId,
};

impl World {
    /// Every event of a command and its reply.
    pub fn answer(&self, events: &[Event], reply: &Reply) -> String {
        let told: Vec<String> = events.iter().filter_map(|event| self.event(event)).collect();
        let mut text = told.join(", ");
        let reply = self.reply(reply);
        if !reply.is_empty() {
            text += &format!(" => {reply}");
        }
        if text.is_empty() { "ok".to_owned() } else { text }
    }

    pub fn event(&self, event: &Event) -> Option<String> {
        let text = match event {
            Event::InstrumentListed { spec, .. } => format!("list {}", spec.symbol),
            Event::AccountOpened { name, group, .. } => format!("open {name} of group {group}"),
            Event::PhaseChanged { instrument, phase, reason, .. } => {
                let why = match reason {
                    PhaseReason::Operator => String::new(),
                    reason => format!(" ({})", reason.name().replace('_', "-")),
                };
                format!("{} {}{why}", self.symbol(*instrument), phase_word(*phase))
            }
            Event::RulesSet { instrument, rules } => self.rules(*instrument, rules),
            Event::ScheduleSet { instrument, schedule } => self.schedule(*instrument, schedule),
            Event::ReferenceSet { instrument, price } => format!("{} reference {price}", self.symbol(*instrument)),
            Event::LimitsSet { account, limits } => {
                let mut text = format!("limits {} orders {}", self.who(*account), limits.open_orders);
                if let Some(notional) = limits.open_notional {
                    text += &format!(" notional {}", notional.0);
                }
                if (limits.orders_per_second, limits.burst) != (0, 0) {
                    text += &format!(" rate {} burst {}", limits.orders_per_second, limits.burst);
                }
                text
            }
            Event::KillSwitch { scope, engaged } => {
                format!("{} {}", if *engaged { "kill" } else { "release" }, self.scope(*scope))
            }
            Event::CallOpened { instrument, auction } => format!("{} call {auction}", self.symbol(*instrument)),
            Event::AuctionCommitted { instrument, auction, commitment } => {
                let seed = self.seeds.get(commitment).map_or("?", String::as_str);
                format!("{} call {auction} committed {seed}", self.symbol(*instrument))
            }
            Event::CallEnding { instrument, auction, scheduled, latest } => {
                let (from, to) = (say_moment(*scheduled), say_moment(*latest));
                format!("{} call {auction} ending {from} to {to}", self.symbol(*instrument))
            }
            Event::AuctionRevealed { instrument, auction, seed } => {
                let (drawn, _) = seed.split_first_chunk().expect("a seed has more than eight bytes");
                let drawn = say_span(u64::from_le_bytes(*drawn));
                format!("{} call {auction} revealed {drawn}", self.symbol(*instrument))
            }
            Event::Indicative(it) => {
                let clears = clears(it.price, it.lots, it.surplus);
                format!("{} call {} indicates {clears}", self.symbol(it.instrument), it.auction)
            }
            Event::CallEnded(it) => {
                let clears = clears(it.price, it.lots, it.surplus);
                format!("{} call {} ended {clears}", self.symbol(it.instrument), it.auction)
            }
            Event::Opened(it) => {
                let (side, lots) = (side_word(it.terms.side), it.terms.lots);
                let stop = it.terms.stop.map_or(String::new(), |stop| format!(" stop {stop}"));
                let at = self.place(it.terms.instrument);
                format!("open {} {side} {lots}@{}{stop}{at}", self.name(it.order), it.price)
            }
            Event::Linked(it) => format!("leg of {}", self.name(it.link)),
            Event::Fill(it) => {
                let fee = match (it.taker.fee.0, it.maker.fee.0) {
                    (0, 0) => String::new(),
                    (taker, maker) => format!(" fee {taker}/{maker}"),
                };
                let word = if it.auction { "cross" } else { "fill" };
                let (taker, maker) = (self.name(it.taker.order), self.name(it.maker.order));
                let left = format!("left {}/{}", it.taker.leaves, it.maker.leaves);
                let hidden = match (it.taker.hidden.0, it.maker.hidden.0) {
                    (0, 0) => String::new(),
                    (taker, maker) => format!(" hidden {taker}/{maker}"),
                };
                let (word, across) = match it.across {
                    Some(Across { bid, swept }) => {
                        let months = format!(" {} for {}", self.symbol(it.instrument), self.symbol(bid));
                        (if swept { "sweep" } else { word }, months)
                    }
                    None => (word, String::new()),
                };
                format!("{word} {taker}/{maker} {}@{} {left}{hidden}{fee}{across}", it.lots, it.price)
            }
            Event::Reduced(it) => {
                let rests = if it.resting { " resting" } else { "" };
                format!("reduce {} by {} to {}@{}{rests}", self.name(it.order), it.lots, it.leaves, it.price)
            }
            Event::Amended(it) => self.amended(it),
            Event::Rested(it) => format!("rest {} {}@{}", self.name(it.order), open(it.leaves, it.shown), it.price),
            Event::Canceled(it) => {
                // What the book did not show was on its way in, or waited for its stop.
                let (word, lots) = if it.shown.is_zero() {
                    ("cancel", it.lots.to_string())
                } else {
                    ("pull", open(it.lots, it.shown))
                };
                format!("{word} {} {lots}@{} {}", self.name(it.order), it.price, reason_word(it.reason))
            }
            Event::Refilled(it) => {
                format!("refill {} {}@{}", self.name(it.order), open(it.leaves, it.shown), it.price)
            }
            Event::Decaying(it) => {
                let overdue = it.overdue.map_or(String::new(), |price| format!(" overdue @{price}"));
                let next = it.next.map_or(" no more".to_owned(), |next| {
                    format!(" to {} at {}, {} to come", next.price, say_moment(next.at), it.left)
                });
                format!("{} falls{overdue}{next}", self.name(it.order))
            }
            Event::Triggered { order, price, .. } => format!("trigger {} @{price}", self.name(*order)),
            Event::QuoteRefused { instrument, side, rejection } => {
                format!("refuse {}{} {}", side_word(*side), self.place(*instrument), refused(rejection))
            }
            Event::GroupSet { account, group, rule } => {
                format!("{} {} in {}s", self.group(*account, *group), rule.lots, rule.window_seconds)
            }
            Event::GroupTripped { account, group, lots } => {
                format!("{} tripped by {lots}", self.group(*account, *group))
            }
            Event::GroupReset { account, group } => format!("{} reset", self.group(*account, *group)),
            Event::AccountSet { account, state } => format!("{} is {}", self.who(*account), state.name()),
            Event::FundingRulesSet(rules) => self.funding_rules(rules),
            Event::WithdrawalAsked(it) => format!("{} {} waits", self.withdrawal(it.id), self.funding(&it.funding)),
            Event::WithdrawalDecided { withdrawal, approved, .. } => {
                format!("{} {}", self.withdrawal(*withdrawal), if *approved { "approved" } else { "declined" })
            }
            Event::TradeCorrected(it) => {
                let to = it.to.map_or("undone".to_owned(), |to| format!("to {to}"));
                format!("trade {} {}@{} {to}", it.trade, it.lots, it.from)
            }
            Event::DeadMan { account, due } => {
                let due = due.map_or("off".to_owned(), say_moment);
                format!("{} dead-man {due}", self.who(*account))
            }
            Event::SessionOpened { session, account } => {
                format!("{} of {} opened", self.session(*session), self.who(*account))
            }
            Event::SessionClosed { session, account } => {
                format!("{} of {} closed", self.session(*session), self.who(*account))
            }
            Event::Recalled(it) => {
                let fee = if it.fee.0 == 0 { String::new() } else { format!(" fee {}", it.fee.0) };
                format!("recall trade {} {}@{}{fee}", it.trade, it.lots, it.price)
            }
            Event::ProgrammeSet(terms) => self.terms(terms),
            Event::Permitted(it) => {
                let until = it.until.map_or(String::new(), |until| format!(" until {until}"));
                format!("permit {} {} {}{until}", self.who(it.account), it.programme, it.kind.name())
            }
            Event::PermitEnded { account, programme, kind, expired } => {
                let why = if *expired { "is over" } else { "is revoked" };
                format!("permit {} {programme} {} {why}", self.who(*account), kind.name())
            }
            Event::ExpiryWatched { instrument, ends } => {
                format!("{} ends {}", self.symbol(*instrument), say_moment(*ends))
            }
            Event::ExpiryAlert { instrument, days, next } => {
                format!("{} ends in {days} days{}", self.symbol(*instrument), self.then(*next))
            }
            Event::NextMonth { instrument, next } => {
                format!("{} is over{}", self.symbol(*instrument), self.then(*next))
            }
            Event::Moved(it) if it.kind == MovementKind::Deposit => return None,
            Event::Moved(it) => self.moved(it),
            Event::Cash(it) => {
                format!("{} ${}+{}", self.who(it.account), it.available.0, it.reserved.0)
            }
            Event::Holding(it) => {
                let symbol = self.symbol(it.instrument);
                format!("{} {symbol} {}+{}", self.who(it.account), it.available, it.reserved)
            }
            Event::Escrow(it) => self.escrow(it),
            Event::Promised(it) => self.promised(it),
            Event::Fund(cash) => format!("fund {}", cash.0),
            Event::Claim(it) => self.claim(it),
            Event::Settlement(it) => self.settlement(it),
            Event::Registry(it) => self.registry(it),
            Event::TermsSet(_) => "terms set".to_owned(),
        };
        let balance = matches!(
            event,
            Event::Cash(_)
                | Event::Holding(_)
                | Event::Escrow(_)
                | Event::Promised(_)
                | Event::Fund(_)
                | Event::Claim(_)
        );
        (self.tell_balances || !balance).then_some(text)
    }

    /// `w1`: the first withdrawal that waited.
    pub(super) fn withdrawal(&self, id: WithdrawalId) -> String {
        let at = self.withdrawals.iter().position(|&other| other == id);
        at.map_or("w0".to_owned(), |at| format!("w{}", at + 1))
    }

    /// `m1 $ -500 ref a`.
    pub(super) fn funding(&self, it: &Funding) -> String {
        let sign = if it.side == FundingSide::Deposit { '+' } else { '-' };
        let (what, amount) = match it.asset {
            Asset::Cash(cash) => ("$".to_owned(), cash.0),
            Asset::Credits { instrument, lots } => (self.symbol(instrument), lots),
        };
        format!("{} {what} {sign}{amount} ref {}", self.who(it.account), it.reference)
    }

    pub(super) fn funding_rules(&self, rules: &FundingRules) -> String {
        let usual = FundingRules::default();
        let mut text = "funding".to_owned();
        let mut say = |word: &str, value: Option<u64>, unless: Option<u64>| {
            if let Some(value) = value.filter(|_| value != unless) {
                text += &format!(" {word} {value}");
            }
        };
        say("cash", Some(rules.approval_cash.0), Some(usual.approval_cash.0));
        say("face", Some(rules.approval_face), Some(usual.approval_face));
        say("daily", rules.daily_cash.map(|cash| cash.0), usual.daily_cash.map(|cash| cash.0));
        say("dailyface", rules.daily_face, usual.daily_face);
        text
    }

    /// Terms, and of the rest what is not as usual.
    pub(super) fn terms(&self, terms: &ProgrammeTerms) -> String {
        let usual = usual_terms(terms.programme, terms.class);
        let mut text = format!("programme {} {}", terms.programme, terms.class.name());
        if terms.split.most_pieces != usual.split.most_pieces {
            text += &format!(" pieces {}", terms.split.most_pieces);
        }
        if terms.split.smallest_piece != usual.split.smallest_piece {
            text += &format!(" piece {}", terms.split.smallest_piece.0);
        }
        if terms.dated != usual.dated {
            text += &format!(" dated {}", terms.dated);
        }
        if terms.source != usual.source {
            text += &format!(" source {}", terms.source);
        }
        text
    }

    /// Where to trade afterwards.
    fn then(&self, next: Option<InstrumentId>) -> String {
        next.map_or(String::new(), |next| format!(", then {}", self.symbol(next)))
    }

    /// `m1 $+5 withdrawal`, `m1 A -3 write_off`, with the trade that it belongs to.
    fn moved(&self, it: &Movement) -> String {
        let mut text = self.who(it.account);
        if it.cash != 0 {
            text += &format!(" ${:+}", it.cash);
        }
        if let (Some(instrument), true) = (it.instrument, it.lots != 0) {
            text += &format!(" {} {:+}", self.symbol(instrument), it.lots);
        }
        text += &format!(" {}", it.kind.name());
        it.trade.map_or(text.clone(), |trade| format!("{text} of trade {trade}"))
    }

    fn amended(&self, it: &Amended) -> String {
        // A waiting order shows nothing before and after.
        let (old, new) = match it.stop {
            Some(_) => (it.old_leaves.to_string(), it.leaves.to_string()),
            None if it.kept_priority => (open(it.old_leaves, it.old_shown), open(it.leaves, it.shown)),
            None => (open(it.old_leaves, it.old_shown), it.leaves.to_string()),
        };
        let place = if it.kept_priority { "kept" } else { "lost" };
        let stop = it.stop.map_or(String::new(), |stop| format!(" stop {stop}"));
        let (old_price, price, lots) = (it.old_price, it.price, it.lots);
        format!("amend {} {old}@{old_price} to {new}@{price} of {lots} {place}{stop}", self.name(it.order))
    }

    fn rules(&self, instrument: InstrumentId, rules: &TradingRules) -> String {
        let maker = self.specs.get(instrument.0 as usize).map_or(FeeRate(0), |spec| spec.fees.maker);
        let usual = TradingRules::new(maker);
        let mut text = format!("{} rules", self.symbol(instrument));
        let mut say = |word: &str, value: u32, unless: u32| {
            if value != unless {
                text += &format!(" {word} {value}");
            }
        };
        say("tick", rules.auction_tick, usual.auction_tick);
        say("fee", rules.auction_fee.0.into(), usual.auction_fee.0.into());
        for (word, range) in
            [("dynamic", rules.dynamic_range), ("static", rules.static_range), ("entry", rules.entry_range)]
        {
            if let Some(range) = range {
                // Said even when it is zero, which no instrument has.
                say(word, range, range.wrapping_add(1));
            }
        }
        say("volatility", rules.volatility_seconds, usual.volatility_seconds);
        say("end", rules.random_end_seconds, usual.random_end_seconds);
        if rules.dominance {
            text += " dominance";
        }
        text
    }

    pub(super) fn schedule(&self, instrument: InstrumentId, schedule: &Schedule) -> String {
        let entry = |second: u32| {
            let (hours, minutes, seconds) = (second / 3_600, second / 60 % 60, second % 60);
            if seconds == 0 {
                format!("{hours:02}:{minutes:02}")
            } else {
                format!("{hours:02}:{minutes:02}:{seconds:02}")
            }
        };
        let mut entries: Vec<String> =
            schedule.entries.iter().map(|it| format!("{} {}", entry(it.second_of_day), phase_word(it.phase))).collect();
        entries.extend(schedule.last_trade.map(|last| format!("last {}", say_moment(last))));
        format!("{} schedule {}", self.symbol(instrument), entries.join(", ")).trim_end().to_owned()
    }

    pub(super) fn scope(&self, scope: KillScope) -> String {
        match scope {
            KillScope::Venue => "venue".to_owned(),
            KillScope::Programme(programme) => format!("programme {programme}"),
            KillScope::Account(account) => format!("account {}", self.who(account)),
        }
    }

    fn reply(&self, reply: &Reply) -> String {
        match reply {
            Reply::Done => String::new(),
            Reply::Added(answer) => self.order_answer(answer),
            Reply::Amended { answer, .. } => self.order_answer(answer),
            Reply::Canceled { order, cl_ord_id } => match cl_ord_id {
                Some(id) => format!("canceled {} id={id}", self.name(*order)),
                None => format!("canceled {}", self.name(*order)),
            },
            Reply::CanceledAll { count } => format!("canceled {count}"),
            Reply::Quoted { quote_id, placed, unchanged, pulled, refused } => {
                let mut text = "quoted".to_owned();
                if *quote_id != 1 {
                    text += &format!(" id={quote_id}");
                }
                let counts = [(placed, "placed"), (unchanged, "unchanged"), (pulled, "pulled"), (refused, "refused")];
                for (count, word) in counts.into_iter().filter(|(count, _)| **count > 0) {
                    text += &format!(" {count} {word}");
                }
                text
            }
            Reply::Timer { due } => due.map_or("timer off".to_owned(), |due| format!("timer {}", say_moment(due))),
            Reply::Funded { waits, duplicate } => {
                let again = if *duplicate { "again " } else { "" };
                match waits {
                    Some(id) => format!("{again}{} waits", self.withdrawal(*id)),
                    None => format!("{again}done"),
                }
            }
            Reply::Registered { holding } => format!("h{holding}"),
            Reply::Connected { session } => format!("connected {}", self.session(*session)),
            Reply::Rejected(rejection) => refused(rejection),
        }
    }

    fn order_answer(&self, answer: &OrderAnswer) -> String {
        let again = if answer.duplicate { format!("again {} ", self.name(answer.order)) } else { String::new() };
        let status = match answer.status {
            OrderStatus::Open => "open",
            OrderStatus::PartiallyFilled => "part",
            OrderStatus::Filled => "filled",
            OrderStatus::Canceled => "canceled",
        };
        let reason = answer.canceled.map_or(String::new(), |reason| format!(" {}", reason_word(reason)));
        format!("{again}{status} {}+{}{reason}", answer.cum, answer.leaves)
    }

    /// `m1#2`: m1's second order.
    fn name(&self, order: OrderId) -> String {
        for (account, orders) in self.accounts.iter().zip(&self.orders) {
            if let Some(at) = orders.iter().position(|&id| id == order) {
                return format!("{account}#{}", at + 1);
            }
        }
        format!("!{order}")
    }

    /// `m1~2`: m1's second session.
    pub(super) fn session(&self, session: SessionId) -> String {
        for (account, sessions) in self.accounts.iter().zip(&self.sessions) {
            if let Some(at) = sessions.iter().position(|&id| id == session) {
                return format!("{account}~{}", at + 1);
            }
        }
        format!("~!{session}")
    }

    fn group(&self, account: AccountId, group: GroupName) -> String {
        format!("{}/{group}", self.who(account))
    }

    pub(super) fn who(&self, account: AccountId) -> String {
        self.accounts.get(account.0 as usize).cloned().unwrap_or_else(|| "nobody".to_owned())
    }

    pub(super) fn symbol(&self, instrument: InstrumentId) -> String {
        self.symbols.get(instrument.0 as usize).cloned().unwrap_or_else(|| "NONE".to_owned())
    }

    pub(super) fn place(&self, instrument: InstrumentId) -> String {
        if instrument == InstrumentId(0) { String::new() } else { format!(" on {}", self.symbol(instrument)) }
    }

    /// Depth, best first: bids / asks.
    pub(super) fn depth(&self, instrument: InstrumentId) -> String {
        let side = |side| {
            let levels: Vec<String> =
                self.engine.levels(instrument, side).map(|(price, lots)| format!("{lots}@{price}")).collect();
            if levels.is_empty() { "-".to_owned() } else { levels.join(" ") }
        };
        format!("bids {} / asks {}", side(Side::Buy), side(Side::Sell))
    }
}

/// A refusal with its number.
pub fn refused(rejection: &Rejection) -> String {
    let Rejection { reject, available } = rejection;
    let has = available.map_or(String::new(), |available| format!(" has {available}"));
    format!("{} {}{has}", Reject::code(*reject), reject.name())
}

/// `5`, and of an iceberg `5(2)`: open lots and those of them that are shown.
fn open(leaves: Lots, shown: Lots) -> String {
    if leaves == shown { leaves.to_string() } else { format!("{leaves}({shown})") }
}

/// `110@68 buy 10 over`, `nothing`.
fn clears(price: Option<Price>, lots: u64, surplus: Option<(Side, u64)>) -> String {
    let mut text = match price {
        Some(price) => format!("{lots}@{price}"),
        None if lots == 0 => "nothing".to_owned(),
        None => format!("{lots}@-"),
    };
    if let Some((side, lots)) = surplus {
        text += &format!(" {} {lots} over", side_word(side));
    }
    text
}

pub(super) fn side_word(side: Side) -> &'static str {
    match side {
        Side::Buy => "buy",
        Side::Sell => "sell",
    }
}

pub(super) fn phase_word(phase: Phase) -> String {
    phase.name().replace('_', "-")
}

fn reason_word(reason: CancelReason) -> &'static str {
    match reason {
        CancelReason::User => "user",
        CancelReason::TimeInForce => "tif",
        CancelReason::SelfTrade => "self",
        CancelReason::Operator => "operator",
        CancelReason::Expired => "expired",
        CancelReason::DeadMan => "dead-man",
        CancelReason::Disconnect => "disconnect",
        CancelReason::Group => "group",
        CancelReason::Kill => "kill",
        CancelReason::LastTrade => "last-trade",
        CancelReason::Volatility => "volatility",
        CancelReason::NoOppositePrice => "no-opposite",
        CancelReason::AuctionOver => "auction-over",
        CancelReason::Requoted => "requoted",
        CancelReason::Linked => "linked",
        CancelReason::Policy => "policy",
    }
}

//! Commands, events and replies as a trader would say them.

use super::make::Maker;
use super::pair::Pair;
use super::step::Step;
use crate::reference::Reference;
use std::fmt::Write;
use unspent_model::{
    AccountId, AddOrder, Asset, Command, CommandSeq, Event, InstrumentId, KillScope, LinkedLeg, OrderAnswer, OrderKind,
    OrderRef, PostOnly, Price, Quote, Reply, SelfTrade, Sequenced, Side, TimeInForce, Timestamp,
};

/// A flow as the commands that it comes to on the naive venue, one a line.
pub fn story(steps: &[Step]) -> String {
    let mut reference = Reference::default();
    let mut told = Sequenced { seq: CommandSeq(0), at: Timestamp(1_800_000_000_000_000_000), command: Command::Clock };
    let mut adds: Vec<AddOrder> = Vec::new();
    let mut tell = |reference: &mut Reference, after: u64, command: Command| {
        told = Sequenced { seq: CommandSeq(told.seq.0 + 1), at: Timestamp(told.at.0 + after), command };
        let said = Names::new(reference).command(&told.command, told.at);
        let reply = reference.apply(&told);
        let refused = match reply {
            Reply::Rejected(rejection) => format!("    (refused: {})", rejection.reject.name()),
            _ => String::new(),
        };
        (format!("{said}{refused}"), told.at)
    };
    let mut now = Timestamp(1_800_000_000_000_000_000);
    for command in Pair::setup() {
        tell(&mut reference, 0, command);
    }
    let mut text = String::from("After the setup:\n");
    for step in steps {
        let at = Timestamp(now.0 + step.after);
        let command = Maker { reference: &reference, now: at, adds: &adds }.command(&step.what);
        if let Command::AddOrder(add) = command {
            adds.push(add);
        }
        let (said, at) = tell(&mut reference, step.after, command);
        let after = if step.after == 0 { String::new() } else { format!("+{}  ", seconds(step.after)) };
        now = at;
        writeln!(text, "  {after}{said}").unwrap();
    }
    text
}

fn seconds(nanoseconds: u64) -> String {
    let (whole, rest) = (nanoseconds / 1_000_000_000, nanoseconds % 1_000_000_000);
    if rest == 0 { format!("{whole}s") } else { format!("{whole}.{rest:09}s") }
}

/// Who and what the numbers of a venue name.
pub struct Names {
    accounts: Vec<String>,
    symbols: Vec<String>,
}

impl Names {
    pub fn new(reference: &Reference) -> Names {
        let (accounts, symbols) = reference.names();
        Names { accounts, symbols }
    }

    fn who(&self, account: AccountId) -> &str {
        self.accounts.get(account.0 as usize).map_or("nobody", String::as_str)
    }

    fn symbol(&self, instrument: InstrumentId) -> &str {
        self.symbols.get(instrument.0 as usize).map_or("nothing", String::as_str)
    }

    fn on(&self, instrument: InstrumentId) -> String {
        if instrument == InstrumentId(0) { String::new() } else { format!(" on {}", self.symbol(instrument)) }
    }

    /// A command; moments count from `now`.
    pub fn command(&self, command: &Command, now: Timestamp) -> String {
        match command {
            Command::SetAccount { account, state } => format!("{} is {}", self.who(*account), state.name()),
            Command::Fund(it) => {
                let what = match it.asset {
                    Asset::Cash(cash) => format!("$ {}", cash.0),
                    Asset::Credits { instrument, lots } => format!("{lots} {}", self.symbol(instrument)),
                };
                format!("{} {} {what} ref {}", it.side.name(), self.who(it.account), it.reference)
            }
            Command::DecideWithdrawal { withdrawal, approve } => format!("withdrawal {withdrawal} approved {approve}"),
            Command::SetFundingRules(rules) => format!("{rules:?}"),
            Command::BustTrade { instrument, trade } => format!("bust {trade} of {}", self.symbol(*instrument)),
            Command::AdjustTrade { instrument, trade, price } => {
                format!("adjust {trade} of {} @ {price}", self.symbol(*instrument))
            }
            Command::ListInstrument(spec) => format!("list {}", spec.symbol),
            Command::OpenAccount { name, group } => format!("open {name} of group {group}"),
            Command::DepositCash { account, amount } => format!("deposit {} $ {}", self.who(*account), amount.0),
            Command::DepositCredits { account, instrument, lots } => {
                format!("deposit {} {lots} {}", self.who(*account), self.symbol(*instrument))
            }
            Command::SetPhase { instrument, phase } => format!("phase {} {}", self.symbol(*instrument), phase.name()),
            Command::Clock => "clock".to_owned(),
            Command::AddOrder(add) => self.order(add, now),
            Command::AddDecay(add) => format!("{} falls by {:?}", self.order(&add.order, now), add.decay),
            Command::AddLinked(bid) => {
                let leg = |leg: &LinkedLeg| format!("{} on {}", leg.price, self.symbol(leg.instrument));
                let others: Vec<String> = bid.others.iter().map(leg).collect();
                format!("{} any {}", self.order(&bid.order, now), others.join(", "))
            }
            Command::AmendOrder(amend) => {
                let mut text = format!("{} amend {}", self.who(amend.account), named(amend.order));
                let mut say = |word: &str, value: Option<String>| {
                    if let Some(value) = value {
                        text += &format!(" {word} {value}");
                    }
                };
                say("total", amend.lots.map(|lots| lots.to_string()));
                say("@", amend.price.map(|price| price.to_string()));
                say("stop", amend.stop.map(|price| price.to_string()));
                say("iceberg", amend.display.map(|lots| lots.to_string()));
                say("post", amend.post_only.map(|post| post.to_string()));
                say("deadline", amend.deadline.map(|deadline| moment(deadline, now)));
                text
            }
            Command::CancelOrder { account, order } => format!("{} cancel {}", self.who(*account), named(*order)),
            Command::CancelAll { account, filter } => {
                let mut text = format!("{} cancel-all", self.who(*account));
                text += &filter.instrument.map_or(String::new(), |it| format!(" on {}", self.symbol(it)));
                text += &filter.side.map_or(String::new(), |side| format!(" {}", side_word(side)));
                text += &filter.programme.map_or(String::new(), |programme| format!(" of {programme}"));
                text += &filter.group.map_or(String::new(), |group| format!(" in {group}"));
                text
            }
            Command::MassQuote(mass) => {
                let mut text = format!("{} quote in session {}", self.who(mass.account), mass.session);
                text += &mass.group.map_or(String::new(), |group| format!(" group {group}"));
                text += post_word(mass.post_only);
                text += &mass.deadline.map_or(String::new(), |at| format!(" deadline {}", moment(at, now)));
                for Quote { instrument, bid, ask } in &mass.quotes {
                    let side = |side: &Option<unspent_model::QuoteSide>| {
                        side.map_or("-".to_owned(), |side| format!("{}@{}", side.lots, side.price))
                    };
                    text += &format!(" | {} {} / {}", self.symbol(*instrument), side(bid), side(ask));
                }
                text
            }
            Command::SetGroup { account, group, rule } => {
                format!("{} group {group} trips at {} in {}s", self.who(*account), rule.lots, rule.window_seconds)
            }
            Command::ResetGroup { account, group } => format!("{} resets group {group}", self.who(*account)),
            Command::CancelAllAfter { account, seconds } => {
                format!("{} cancel-all-after {seconds}s", self.who(*account))
            }
            Command::Connect { account } => format!("{} connects", self.who(*account)),
            Command::Disconnect { session } => format!("session {session} disconnects"),
            Command::SetRules { instrument, rules } => {
                let range = |range: Option<u32>| range.map_or("-".to_owned(), |range| range.to_string());
                format!(
                    "rules {} tick {} fee {} dynamic {} static {} entry {} volatility {}s random end {}s",
                    self.symbol(*instrument),
                    rules.auction_tick,
                    rules.auction_fee.0,
                    range(rules.dynamic_range),
                    range(rules.static_range),
                    range(rules.entry_range),
                    rules.volatility_seconds,
                    rules.random_end_seconds
                )
            }
            Command::SetSchedule { instrument, schedule } => {
                let mut text = format!("schedule {}", self.symbol(*instrument));
                let today = now.0 / 1_000_000_000 % 86_400;
                for entry in &schedule.entries {
                    let after = (u64::from(entry.second_of_day) + 86_400 - today) % 86_400;
                    text += &format!(" +{after}s {}", entry.phase.name());
                }
                text + &schedule.last_trade.map_or(String::new(), |last| format!(" last {}", moment(last, now)))
            }
            Command::SetReference { instrument, price } => {
                format!("reference {} {price}", self.symbol(*instrument))
            }
            Command::SetLimits { account, limits } => {
                let notional = limits.open_notional.map_or("-".to_owned(), |cash| cash.0.to_string());
                format!(
                    "limits {} open {} notional {notional} rate {} burst {}",
                    self.who(*account),
                    limits.open_orders,
                    limits.orders_per_second,
                    limits.burst
                )
            }
            Command::Kill { scope, engaged } => {
                let scope = match scope {
                    KillScope::Venue => "everything".to_owned(),
                    KillScope::Programme(programme) => programme.to_string(),
                    KillScope::Account(account) => self.who(*account).to_owned(),
                };
                format!("{} {scope}", if *engaged { "kill" } else { "unkill" })
            }
            Command::CommitAuction { auction, instrument, commitment } => {
                format!("commit {} auction {auction} to {:02x}..", self.symbol(*instrument), commitment[0])
            }
            Command::RevealAuction { auction, instrument, seed } => {
                format!("reveal {} auction {auction} seed {:02x}..", self.symbol(*instrument), seed[0])
            }
            Command::SetProgramme(_)
            | Command::Permit(_)
            | Command::RevokePermit { .. }
            | Command::WatchExpiry { .. } => format!("{command:?}"),
            Command::RegisterLots { .. }
            | Command::WithdrawLots { .. }
            | Command::Holding(_)
            | Command::Settlement(_) => {
                format!("{command:?}")
            }
            Command::ByOperator(by) => format!("{} by {}", self.command(by.command(), now), by.actor()),
        }
    }

    fn order(&self, add: &AddOrder, now: Timestamp) -> String {
        let mut text = format!("{} {} {}", self.who(add.account), side_word(add.side), add.lots);
        text += &self.on(add.instrument);
        match add.kind {
            OrderKind::Limit(price) => text += &format!(" @ {price}"),
            OrderKind::Market { max_total: None } => text += " mkt",
            OrderKind::Market { max_total: Some(cash) } => text += &format!(" mkt max {}", cash.0),
        }
        text += &add.stop.map_or(String::new(), |stop| format!(" stop {stop}"));
        text += &add.display.map_or(String::new(), |lots| format!(" iceberg {lots}"));
        text += &add.min_lots.map_or(String::new(), |lots| format!(" min {lots}"));
        match add.time_in_force {
            TimeInForce::Gtc => (),
            TimeInForce::Ioc => text += " ioc",
            TimeInForce::Fok => text += " fok",
            TimeInForce::Day => text += " day",
            TimeInForce::Gtd(until) => text += &format!(" till {}", moment(until, now)),
            TimeInForce::Auction => text += " auction",
        }
        text += post_word(add.post_only);
        text += match add.self_trade {
            SelfTrade::CancelNewest => "",
            SelfTrade::CancelOldest => " stp=oldest",
            SelfTrade::CancelBoth => " stp=both",
            SelfTrade::Decrement => " stp=decrement",
        };
        text += &add.cl_ord_id.map_or(String::new(), |id| format!(" id={id}"));
        text += &add.session.map_or(String::new(), |session| format!(" session={session}"));
        text + &add.deadline.map_or(String::new(), |deadline| format!(" deadline {}", moment(deadline, now)))
    }

    pub fn event(&self, event: &Event) -> String {
        match event {
            Event::InstrumentListed { spec, .. } => format!("list {}", spec.symbol),
            Event::AccountOpened { name, .. } => format!("open {name}"),
            Event::PhaseChanged { instrument, from, phase, reason } => {
                format!("{} {} -> {} {}", self.symbol(*instrument), from.name(), phase.name(), reason.name())
            }
            Event::CallOpened { instrument, auction } => format!("call {auction}{}", self.on(*instrument)),
            Event::CallEnding { auction, scheduled, latest, .. } => {
                format!("call {auction} ends within {}", seconds(latest.0 - scheduled.0))
            }
            Event::AuctionCommitted { auction, .. } => format!("call {auction} committed"),
            Event::AuctionRevealed { auction, .. } => format!("call {auction} revealed"),
            Event::Indicative(it) => {
                format!("indicate{} {}@{}{}", self.on(it.instrument), it.lots, price(it.price), surplus(it.surplus))
            }
            Event::CallEnded(it) => {
                format!("uncross{} {}@{}{}", self.on(it.instrument), it.lots, price(it.price), surplus(it.surplus))
            }
            Event::Opened(it) => {
                let (side, lots) = (side_word(it.terms.side), it.terms.lots);
                format!("open #{} {side} {lots}@{}", it.order, it.price)
            }
            Event::Fill(it) => {
                let word = if it.auction { "match" } else { "fill" };
                let fees = format!("fee {}/{}", it.taker.fee.0, it.maker.fee.0);
                let left = format!("left {}/{}", it.taker.leaves, it.maker.leaves);
                format!("{word} #{}/#{} {}@{} {left} {fees}", it.taker.order, it.maker.order, it.lots, it.price)
            }
            Event::Reduced(it) => {
                let word = if it.resting { " resting" } else { "" };
                format!("reduce #{} by {} to {}{word}", it.order, it.lots, it.leaves)
            }
            Event::Amended(it) => {
                let place = if it.kept_priority { "kept" } else { "lost" };
                let (old, new) = (format!("{}@{}", it.old_leaves, it.old_price), format!("{}@{}", it.leaves, it.price));
                format!("amend #{} {old} to {new} showing {}, {place}", it.order, it.shown)
            }
            Event::Rested(it) => format!("rest #{} {}@{} showing {}", it.order, it.leaves, it.price, it.shown),
            Event::Canceled(it) => {
                format!("cancel #{} {}@{} showing {} {:?}", it.order, it.lots, it.price, it.shown, it.reason)
            }
            Event::Refilled(it) => format!("refill #{} {} of {}", it.order, it.shown, it.leaves),
            Event::Triggered { order, price, .. } => format!("trigger #{order} @ {price}"),
            Event::QuoteRefused { instrument, side, rejection } => {
                format!("refuse {}{} {}", side_word(*side), self.on(*instrument), rejection.reject.name())
            }
            Event::GroupTripped { account, group, lots } => format!("trip {}'s {group} at {lots}", self.who(*account)),
            Event::DeadMan { account, due } => match due {
                Some(due) => format!("{}'s dead man at {}", self.who(*account), due.0),
                None => format!("{}'s dead man gone", self.who(*account)),
            },
            Event::Recalled(it) => format!("recall trade {} {}@{} fee {}", it.trade, it.lots, it.price, it.fee.0),
            Event::Cash(it) => format!("{} ${}+{}", self.who(it.account), it.available.0, it.reserved.0),
            Event::Holding(it) => {
                format!("{} {} {}+{}", self.who(it.account), self.symbol(it.instrument), it.available, it.reserved)
            }
            other => format!("{other:?}"),
        }
    }

    pub fn reply(&self, reply: &Reply) -> String {
        match reply {
            Reply::Added(answer) => answer_word(answer),
            Reply::Amended { answer, kept_priority } => {
                format!("{}{}", answer_word(answer), if *kept_priority { " in its place" } else { "" })
            }
            Reply::Rejected(it) => match it.available {
                Some(available) => format!("{} {} has {available}", it.reject.code(), it.reject.name()),
                None => format!("{} {}", it.reject.code(), it.reject.name()),
            },
            other => format!("{other:?}"),
        }
    }
}

fn answer_word(answer: &OrderAnswer) -> String {
    let reason = answer.canceled.map_or(String::new(), |reason| format!(" {reason:?}"));
    let again = if answer.duplicate { "again " } else { "" };
    format!("{again}#{} {:?} {}+{}{reason}", answer.order, answer.status, answer.cum, answer.leaves)
}

fn price(price: Option<Price>) -> String {
    price.map_or("none".to_owned(), |price| price.to_string())
}

fn surplus(surplus: Option<(Side, u64)>) -> String {
    surplus.map_or(String::new(), |(side, lots)| format!(" {lots} to {}", side_word(side)))
}

fn moment(at: Timestamp, now: Timestamp) -> String {
    if at >= now { format!("+{}", seconds(at.0 - now.0)) } else { format!("-{}", seconds(now.0 - at.0)) }
}

fn named(order: OrderRef) -> String {
    match order {
        OrderRef::Id(id) => format!("#{id}"),
        OrderRef::ClOrdId(id) => format!(":{id}"),
    }
}

fn side_word(side: Side) -> &'static str {
    match side {
        Side::Buy => "buy",
        Side::Sell => "sell",
    }
}

fn post_word(post_only: PostOnly) -> &'static str {
    match post_only {
        PostOnly::No => "",
        PostOnly::Reject => " post",
        PostOnly::Slide => " slide",
    }
}

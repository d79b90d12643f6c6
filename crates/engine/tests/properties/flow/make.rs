//! From a step to the command that it comes to at a venue in its present state.

use super::draw::SECOND;
use super::step::{At, By, DecayDraft, Draft, Kind, RulesDraft, Scope, Stay, Target, What};
use crate::reference::{Open, Reference};
use sha2::{Digest, Sha256};
use unspent_model::{
    AccountId, AccountName, Actor, AddDecay, AddLinked, AddOrder, AmendOrder, Asset, AuctionId, ByOperator,
    CancelFilter, Cash, ClOrdId, Command, Decay, DecayStep, FeeRate, FeeSchedule, Funding, FundingRef, FundingRules,
    FundingSide, GroupName, GroupRule, Instrument, InstrumentId, KillScope, LinkedLeg, Lots, MassQuote, OrderId,
    OrderKind, OrderRef, OwnerGroup, Phase, Price, Programme, Quote, QuoteSide, Reason, Schedule, ScheduleEntry,
    SessionId, Side, Symbol, TimeInForce, Timestamp, TradeId, TradingRules, WithdrawalId,
};

/// An instrument with prices 1..=10,000, where one lot at a price of one costs a cent, without fees.
pub fn plain(symbol: &str) -> Instrument {
    Instrument {
        symbol: Symbol::parse(symbol).unwrap(),
        face_dollars: 1,
        price_decimals: 2,
        price_unit: 1,
        tick: 1,
        price_max: Price(10_000),
        collar: 10,
        fees: FeeSchedule::default(),
    }
}

fn fees(maker: u16, taker: u16) -> FeeSchedule {
    FeeSchedule { maker: FeeRate(maker), taker: FeeRate(taker) }
}

/// The instruments of a flow: fees that round, a coarse tick and a dear lot, and the widest domain there is.
pub fn instruments() -> [Instrument; 7] {
    let fine = Instrument { fees: fees(10, 25), collar: 3, ..plain("P-X") };
    let coarse = Instrument {
        face_dollars: 7,
        tick: 10,
        price_max: Price(1_000),
        collar: 15,
        fees: fees(90, 0),
        ..plain("P-Y")
    };
    let wide = Instrument { tick: 5, price_max: Price(u32::MAX), collar: 200, fees: fees(10_000, 1), ..plain("Z") };
    // Months are listed in another order than they end in, and each has a tick and fees of its own.
    let month = |symbol: &str, tick: u32, fees: FeeSchedule| Instrument {
        face_dollars: 100,
        price_decimals: 4,
        tick,
        collar: 3,
        fees,
        ..plain(symbol)
    };
    let march = month("W-A-100-202703", 1, fees(10, 25));
    let december = month("W-A-100-202612", 1, fees(0, 300));
    let never = month("W-A-100-PERP", 2, fees(90, 0));
    let june = month("W-A-100-202706", 1, FeeSchedule::default());
    [fine, coarse, wide, march, december, never, june]
}

/// The first instrument of a family.
pub const MONTHS: u32 = 3;

/// The middle price of an instrument, and its tick.
fn middle(instrument: InstrumentId) -> (i64, i64) {
    match instrument.0 {
        1 => (500, 10),
        2 => (i64::from(u32::MAX) - 25, 5),
        _ => (100, 1),
    }
}

fn price(instrument: InstrumentId, at: At) -> Price {
    let (middle, tick) = middle(instrument);
    let price = match at {
        At::Tick(step) => middle + step * tick,
        At::Off(step, off) => middle + step * tick + off,
        At::Zero => 0,
        At::TooHigh => {
            if instrument.0 == 1 {
                1_010
            } else {
                10_001
            }
        }
    };
    Price(u32::try_from(price.clamp(0, i64::from(u32::MAX))).unwrap())
}

fn cl_ord_id(number: u8) -> ClOrdId {
    ClOrdId::parse(&format!("id{number}")).unwrap()
}

pub fn group_name(number: u8) -> GroupName {
    GroupName::parse(&format!("g{number}")).unwrap()
}

/// Seeds of random ends.
pub const SEEDS: u8 = 8;

/// A seed whose end is anywhere.
fn seed(number: u8) -> [u8; 32] {
    Sha256::digest([number]).into()
}

/// What a command is made from besides its step.
pub struct Maker<'a> {
    pub reference: &'a Reference,
    pub now: Timestamp,
    /// The new orders before, oldest first.
    pub adds: &'a [AddOrder],
}

impl Maker<'_> {
    pub fn command(&self, what: &What) -> Command {
        match what {
            // An end that is near does not wait for a step of its own.
            What::Clock | What::Resend { .. } | What::Cash(..) if self.near().is_some() => {
                self.command(&What::Reveal { place: 0, seed: 0, wrong: false })
            }
            What::Add(draft) => self.add(draft),
            What::Decay(draft, decay) => self.decay(draft, decay),
            What::Linked(draft, others) => {
                let Command::AddOrder(order) = self.add(draft) else { unreachable!("a new order is one") };
                let leg = |&(place, at): &(u32, At)| {
                    let instrument = InstrumentId(place);
                    LinkedLeg { instrument, price: price(instrument, at) }
                };
                Command::AddLinked(Box::new(AddLinked { order, others: others.iter().map(leg).collect() }))
            }
            What::Resend { pick, other, deadline } => {
                let named = self.adds.iter().rev().filter(|add| add.cl_ord_id.is_some());
                let Some(add) = named.clone().nth(usize::from(*pick)).or(named.clone().next()).copied() else {
                    return Command::Clock;
                };
                let lots = if *other { Lots(add.lots.0.saturating_add(1)) } else { add.lots };
                let deadline = deadline.map_or(add.deadline, |by| self.moment(Some(by)));
                Command::AddOrder(AddOrder { lots, deadline, ..add })
            }
            What::Amend { by, lots, price: at, stop, display, post_only, deadline } => {
                let (account, order) = self.pick(*by);
                let target = self.target(account, order);
                let (filled, total, place) = target.unwrap_or((0, 5, InstrumentId(0)));
                let lots = lots.map(|target| match target {
                    Target::By(by) => Lots(u32::try_from((i64::from(total) + by).max(0)).unwrap_or(u32::MAX)),
                    Target::Filled(by) => Lots(u32::try_from((i64::from(filled) + by).max(0)).unwrap_or(u32::MAX)),
                    Target::Huge => Lots(u32::MAX),
                });
                Command::AmendOrder(AmendOrder {
                    account,
                    order,
                    lots,
                    price: at.map(|at| price(place, at)),
                    post_only: *post_only,
                    stop: stop.map(|at| price(place, at)),
                    display: display.map(Lots),
                    deadline: self.moment(*deadline),
                })
            }
            What::Cancel(by) => {
                let (account, order) = self.pick(*by);
                Command::CancelOrder { account, order }
            }
            What::CancelAll { account, place, side, programme, group } => {
                let filter = CancelFilter {
                    instrument: place.map(|place| self.place(place)),
                    side: *side,
                    programme: programme.then(|| Programme::parse("P").unwrap()),
                    group: group.map(group_name),
                };
                Command::CancelAll { account: AccountId(*account), filter }
            }
            What::Cash(account, cents) => Command::DepositCash { account: AccountId(*account), amount: Cash(*cents) },
            What::Credits(account, place, lots) => {
                let instrument = self.place(*place);
                Command::DepositCredits { account: AccountId(*account), instrument, lots: *lots }
            }
            What::Phase(place, phase) => {
                // What an operator does about a volatility call is rare enough.
                let volatile = self.volatile().filter(|_| *phase != Phase::Continuous);
                Command::SetPhase { instrument: volatile.unwrap_or(self.place(*place)), phase: *phase }
            }
            What::Clock => Command::Clock,
            What::List(number) => Command::ListInstrument(match number {
                0 => plain("P-X"),
                1 => Instrument { tick: 0, ..plain("V") },
                2 => Instrument { price_max: Price(0), ..plain("P-X") },
                3 => Instrument { fees: fees(0, 50), ..plain("P-W") },
                4 => plain("V"),
                _ => plain("Q-U"),
            }),
            What::Open(number) => {
                let name = ["b", "d", "e", "f"][usize::from(*number)];
                Command::OpenAccount { name: AccountName::parse(name).unwrap(), group: OwnerGroup(3) }
            }
            What::Quote { account, session, group, post_only, quotes, deadline } => {
                let account = AccountId(*account);
                let Some(session) = self.session(account, *session) else { return Command::Connect { account } };
                let group = group.map(|number| (number, group_name(number)));
                if let Some((number, group)) = group
                    && number != 2
                    && !self.reference.group_names().iter().any(|&(whose, name, _)| (whose, name) == (account, group))
                {
                    let rule = GroupRule { lots: Lots(8), window_seconds: 20 };
                    return Command::SetGroup { account, group, rule };
                }
                let quotes = quotes.iter().map(|quote| {
                    let instrument = self.place(quote.place);
                    let side = |side: Option<(At, u32)>| {
                        side.map(|(at, lots)| QuoteSide { price: price(instrument, at), lots: Lots(lots) })
                    };
                    Quote { instrument, bid: side(quote.bid), ask: side(quote.ask) }
                });
                Command::MassQuote(MassQuote {
                    account,
                    session,
                    group: group.map(|(_, name)| name),
                    quote_id: 7,
                    post_only: *post_only,
                    quotes: quotes.collect(),
                    deadline: self.moment(*deadline),
                })
            }
            What::SetGroup { account, group, lots, seconds } => Command::SetGroup {
                account: AccountId(*account),
                group: group_name(*group),
                rule: GroupRule { lots: Lots(*lots), window_seconds: *seconds },
            },
            What::ResetGroup { account, group } => {
                Command::ResetGroup { account: AccountId(*account), group: group_name(*group) }
            }
            What::CancelAllAfter { account, seconds } => {
                Command::CancelAllAfter { account: AccountId(*account), seconds: *seconds }
            }
            What::Connect(account) => Command::Connect { account: AccountId(*account) },
            What::Disconnect(pick) => {
                let live = self.reference.sessions();
                let session = live.get(usize::from(*pick) % live.len().max(1)).map_or(SessionId(1), |&(id, _)| id);
                Command::Disconnect { session }
            }
            What::Rules(place, rules) => {
                let instrument = self.place(*place);
                Command::SetRules { instrument, rules: trading_rules(instrument, *rules) }
            }
            What::Schedule { place, entries, shuffled, last_trade } => {
                let second_of_day = |after: u32| ((self.now.0 / SECOND + u64::from(after)) % 86_400) as u32;
                let mut entries: Vec<ScheduleEntry> = entries
                    .iter()
                    .map(|&(after, phase)| ScheduleEntry { second_of_day: second_of_day(after), phase })
                    .collect();
                if !shuffled {
                    entries.sort_by_key(|entry| entry.second_of_day);
                    entries.dedup_by_key(|entry| entry.second_of_day);
                }
                let schedule = Schedule { entries, last_trade: self.moment(*last_trade) };
                let volatile = self.volatile();
                Command::SetSchedule { instrument: volatile.unwrap_or(self.place(*place)), schedule }
            }
            What::Reference(place, at) => {
                let instrument = self.place(*place);
                Command::SetReference { instrument, price: price(instrument, *at) }
            }
            What::Limits(account, limits) => {
                by_operator(Command::SetLimits { account: AccountId(*account), limits: *limits })
            }
            What::Kill(scope, engaged) => {
                let scope = match scope {
                    Scope::Venue => KillScope::Venue,
                    Scope::Programme => KillScope::Programme(Programme::parse("P").unwrap()),
                    Scope::Account(account) => KillScope::Account(AccountId(*account)),
                };
                // What is released is mostly what was engaged.
                let on = self.reference.kills();
                let scope = if *engaged || on.contains(&scope) { scope } else { on.first().copied().unwrap_or(scope) };
                let command = Command::Kill { scope, engaged: *engaged };
                if *engaged { by_operator(command) } else { command }
            }
            What::Commit { place, seed: number, wrong } => {
                let instrument = self.place(*place);
                let auction = self.auction(instrument, *wrong);
                Command::CommitAuction { auction, instrument, commitment: Sha256::digest(seed(*number)).into() }
            }
            What::Reveal { place, seed: number, wrong } => {
                let instrument = self.near().unwrap_or(self.place(*place));
                let committed = self.reference.call(instrument).and_then(|call| call.committed);
                let right = (0..SEEDS).map(seed).find(|seed| committed == Some(Sha256::digest(seed).into()));
                let seed = right.filter(|_| !wrong).unwrap_or(seed(*number));
                Command::RevealAuction { auction: self.auction(instrument, *wrong), instrument, seed }
            }
            What::Account(account, state) => Command::SetAccount { account: AccountId(*account), state: *state },
            What::Fund { account, place, out, amount, reference, by } => {
                let asset = match place {
                    None => Asset::Cash(Cash(*amount)),
                    Some(place) => Asset::Credits { instrument: self.place(*place), lots: *amount },
                };
                let side = if *out { FundingSide::Withdrawal } else { FundingSide::Deposit };
                let reference = FundingRef::parse(&format!("r{reference}")).unwrap();
                given_by(*by, Command::Fund(Funding { account: AccountId(*account), side, asset, reference }))
            }
            What::Decide { pick, approve, by } => {
                let waiting = &self.reference.fundings.waiting;
                let picked = waiting.get(usize::from(*pick) % waiting.len().max(1)).filter(|_| *pick != u16::MAX);
                let withdrawal = picked.map_or(WithdrawalId(0), |pending| pending.id);
                given_by(*by, Command::DecideWithdrawal { withdrawal, approve: *approve })
            }
            What::FundingRules { approval, daily } => Command::SetFundingRules(FundingRules {
                approval_cash: Cash(*approval),
                approval_face: *approval / 10,
                daily_cash: daily.map(Cash),
                daily_face: daily.map(|daily| daily / 10),
            }),
            What::Correct { back, to } => {
                let trade = TradeId(self.reference.newest_trade().0.wrapping_sub(*back));
                let of = self.reference.instrument_of(trade).unwrap_or(InstrumentId(0));
                match to {
                    None => Command::BustTrade { instrument: of, trade },
                    Some(at) => Command::AdjustTrade { instrument: of, trade, price: price(of, *at) },
                }
            }
        }
    }

    fn add(&self, draft: &Draft) -> Command {
        let account = AccountId(draft.account);
        let instrument = self.place(draft.place);
        let kind = match draft.kind {
            Kind::Limit(at) => OrderKind::Limit(price(instrument, at)),
            Kind::Market(hundredths) => {
                let lot = match instrument.0 {
                    1 => 7 * 500,
                    2 => u64::from(u32::MAX),
                    _ => 100,
                };
                OrderKind::Market { max_total: hundredths.map(|hundredths| Cash(lot * hundredths / 100)) }
            }
        };
        let time_in_force = match draft.stay {
            Stay::Gtc => TimeInForce::Gtc,
            Stay::Ioc => TimeInForce::Ioc,
            Stay::Fok => TimeInForce::Fok,
            Stay::Day => TimeInForce::Day,
            Stay::Gtd(seconds) => TimeInForce::Gtd(self.moment(Some(seconds)).unwrap()),
            Stay::Auction => TimeInForce::Auction,
        };
        // A stop mostly where it waits: beyond the best price of the other side.
        let stop = draft.stop.map(|at| price(instrument, at)).map(|stop| {
            let (middle, tick) = middle(instrument);
            let mirrored = 2 * middle - i64::from(stop.0);
            let away = (draft.side == Side::Buy) == (i64::from(stop.0) >= middle);
            let rare = i64::from(stop.0) % (3 * tick) == 0;
            if away || rare || mirrored < 0 { stop } else { Price(mirrored.min(i64::from(u32::MAX)) as u32) }
        });
        Command::AddOrder(AddOrder {
            account,
            instrument,
            side: draft.side,
            kind,
            stop,
            lots: Lots(draft.lots),
            display: draft.display.map(Lots),
            min_lots: draft.least.map(Lots),
            time_in_force,
            post_only: draft.post_only,
            self_trade: draft.self_trade,
            cl_ord_id: draft.name.map(cl_ord_id),
            session: draft.session.map(|pick| self.session(account, pick).unwrap_or(SessionId(2))),
            deadline: self.moment(draft.deadline),
        })
    }

    fn decay(&self, draft: &Draft, decay: &DecayDraft) -> Command {
        let Command::AddOrder(order) = self.add(draft) else { unreachable!("a new order is one") };
        let (_, tick) = middle(order.instrument);
        let start = if let OrderKind::Limit(price) = order.kind { price.0 } else { 0 };
        let below = |ticks: i64| {
            let price = i64::from(start) - ticks * tick;
            Price(u32::try_from(price.clamp(0, i64::from(u32::MAX))).unwrap())
        };
        let at = |seconds: i64| self.moment(Some(seconds)).unwrap();
        let decay = match decay {
            DecayDraft::Linear { fall, from, seconds, steps } => {
                Decay::Linear { floor: below(*fall), from: at(*from), until: at(from + seconds), steps: *steps }
            }
            DecayDraft::Table(steps) => Decay::Table(
                steps.iter().map(|&(seconds, ticks)| DecayStep { at: at(seconds), price: below(ticks) }).collect(),
            ),
        };
        Command::AddDecay(Box::new(AddDecay { order, decay }))
    }

    /// So many seconds from now.
    fn moment(&self, seconds: Option<i64>) -> Option<Timestamp> {
        let now = i64::try_from(self.now.0).unwrap();
        seconds.map(|by| Timestamp(u64::try_from(now + by * SECOND as i64).unwrap()))
    }

    fn volatile(&self) -> Option<InstrumentId> {
        let (_, listed) = self.reference.counts();
        (0..listed).map(InstrumentId).find(|&it| self.reference.phase(it) == Phase::VolatilityCall)
    }

    /// An instrument whose call's random end is near.
    fn near(&self) -> Option<InstrumentId> {
        (0..4).map(InstrumentId).find(|&it| self.reference.call(it).is_some_and(|call| call.ending.is_some()))
    }

    /// An instrument that is there, unless it is one that never is.
    fn place(&self, place: u32) -> InstrumentId {
        let (_, listed) = self.reference.counts();
        if place == 99 {
            return InstrumentId(place);
        }
        let place = place % listed;
        // Nothing happens any more where it expired: mostly elsewhere, if there is an elsewhere.
        let alive = |place: &u32| self.reference.phase(InstrumentId(*place)) != Phase::Expired;
        let other =
            (place..listed).chain(0..place).find(alive).filter(|_| !self.reference.open.len().is_multiple_of(8));
        InstrumentId(other.unwrap_or(place))
    }

    fn session(&self, account: AccountId, pick: u8) -> Option<SessionId> {
        let live = self.reference.sessions();
        let mine: Vec<SessionId> =
            live.iter().filter(|&&(_, whose)| whose == account).map(|&(session, _)| session).collect();
        match pick {
            // A session of anybody, or one that is not live.
            15 => Some(live.first().map_or(SessionId(3), |&(session, _)| session)),
            _ => mine.get(usize::from(pick) % mine.len().max(1)).copied(),
        }
    }

    fn auction(&self, instrument: InstrumentId, wrong: bool) -> AuctionId {
        let auction = self.reference.call(instrument).map_or(AuctionId(1), |call| call.auction);
        AuctionId(auction.0 + u64::from(wrong))
    }

    fn pick(&self, by: By) -> (AccountId, OrderRef) {
        let open = &self.reference.open;
        let among = |pick: u16, which: &dyn Fn(&&Open) -> bool| {
            let some: Vec<&Open> = open.iter().filter(which).collect();
            let all: Vec<&Open> = open.iter().collect();
            let from = if some.is_empty() { all } else { some };
            from.get(usize::from(pick) % from.len().max(1)).map(|order| (*order).clone())
        };
        let named = |order: Option<Open>, by_name: bool| match order {
            None => (AccountId(0), OrderRef::Id(OrderId(0))),
            Some(order) => {
                let name = order.terms.cl_ord_id.filter(|_| by_name).map(OrderRef::ClOrdId);
                (order.terms.account, name.unwrap_or(OrderRef::Id(order.id)))
            }
        };
        match by {
            By::Open { pick, by_name } => named(among(pick, &|_| true), by_name),
            By::Waiting { pick } => named(among(pick, &|order| order.waiting()), false),
            By::Partly { pick } => named(among(pick, &|order| order.filled > 0), false),
            By::Foreign { pick, account } => (AccountId(account), named(among(pick, &|_| true), false).1),
            By::Raw { account, id } => (AccountId(account), OrderRef::Id(OrderId(id))),
            By::Name { account, name } => (AccountId(account), OrderRef::ClOrdId(cl_ord_id(name))),
        }
    }

    /// What is filled of an order, its total quantity, and where it is.
    fn target(&self, account: AccountId, order: OrderRef) -> Option<(u32, u32, InstrumentId)> {
        let named = |open: &&Open| {
            open.terms.account == account
                && match order {
                    OrderRef::Id(wanted) => open.id == wanted,
                    OrderRef::ClOrdId(wanted) => open.terms.cl_ord_id == Some(wanted),
                }
        };
        let found = self.reference.open.iter().find(named)?;
        Some((found.filled, found.total, found.terms.instrument))
    }
}

fn trading_rules(instrument: InstrumentId, draft: RulesDraft) -> TradingRules {
    let (_, tick) = middle(instrument);
    let ticks = |range: Option<u32>| range.map(|ticks| ticks * tick as u32);
    TradingRules {
        auction_tick: draft.auction_tick,
        auction_fee: FeeRate(draft.auction_fee),
        dynamic_range: ticks(draft.dynamic_range),
        static_range: ticks(draft.static_range),
        entry_range: ticks(draft.entry_range),
        volatility_seconds: draft.volatility_seconds,
        random_end_seconds: draft.random_end_seconds,
        dominance: draft.dominance,
    }
}

/// The same, given by an operator: it must come to the same.
/// Of two operators, or without one.
fn given_by(by: u8, command: Command) -> Command {
    let Some(name) = ["ann", "bob"].get(usize::from(by).wrapping_sub(1)) else { return command };
    let (actor, reason) = (Actor::parse(name).unwrap(), Reason::parse("to see").unwrap());
    Command::ByOperator(Box::new(ByOperator::new(actor, reason, command).unwrap()))
}

fn by_operator(command: Command) -> Command {
    let (actor, reason) = (Actor::parse("ops").unwrap(), Reason::parse("to see").unwrap());
    Command::ByOperator(Box::new(ByOperator::new(actor, reason, command).unwrap()))
}

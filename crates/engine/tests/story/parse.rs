//! Lines to commands.

use super::time::{moment, second_of_day, span};
use super::{World, fees, plain, seed};
use std::iter::Peekable;
use std::str::SplitWhitespace;
use unspent_model::{
    AccountId, AccountLimits, AccountState, Actor, AddDecay, AddLinked, AddOrder, AmendOrder, Asset, AuctionId,
    ByOperator, CancelFilter, Cash, ClOrdId, Command, Date, Decay, DecayStep, FeeRate, Funding, FundingRef,
    FundingRules, FundingSide, GroupName, GroupRule, InstrumentId, KillScope, LinkedLeg, Lots, MassQuote, Note,
    OrderId, OrderKind, OrderRef, Permit, PermitKind, Phase, PolicyClass, PostOnly, Price, Programme, ProgrammeTerms,
    Quote, QuoteSide, Reason, Schedule, ScheduleEntry, SelfTrade, SessionId, Side, SplitRule, TimeInForce, Timestamp,
    TradeId, TradingRules, WithdrawalId,
};

type Words<'a> = Peekable<SplitWhitespace<'a>>;

/// The account that must be open before this line.
pub fn account_of(line: &str) -> Option<&str> {
    let mut words = line.split_whitespace().peekable();
    if words.peek() == Some(&"at") {
        words.nth(1);
    }
    match words.next()? {
        "deposit" | "show" | "limits" | "suspend" | "reopen" | "shut" | "fund" | "permit" | "revoke" | "promise"
        | "withdraw" => words.next(),
        "kill" | "release" => (words.next() == Some("account")).then(|| words.next())?,
        "list" | "open" | "halt" | "resume" | "close" | "expire" | "phase" | "rules" | "schedule" | "reference"
        | "commit" | "reveal" | "disconnect" | "clock" | "book" | "fees" | "balances" | "approve" | "decline"
        | "funding" | "bust" | "adjust" | "programme" | "watch" | "rule" | "claw" | "contribute" | "terms"
        | "level" => None,
        "by" => {
            let line = line.strip_prefix("by ")?;
            account_of(line.split_once(' ')?.1)
        }
        name => Some(name),
    }
    .filter(|name| *name != "nobody")
}

pub fn command(world: &mut World, line: &str) -> Option<Command> {
    if let Some(rest) = line.strip_prefix("at ") {
        let (at, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        world.at = moment(world.at, at)?;
        return if rest.is_empty() { Some(Command::Clock) } else { command(world, rest.trim()) };
    }
    if let Some(rest) = line.strip_prefix("by ") {
        let (actor, rest) = rest.split_once(' ')?;
        let reason = Reason::parse("a story").expect("a reason");
        let by = ByOperator::new(Actor::parse(actor).ok()?, reason, command(world, rest)?)?;
        return Some(Command::ByOperator(Box::new(by)));
    }
    if let Some((order, falls)) = line.split_once(" falls ") {
        let Command::AddOrder(order) = command(world, order)? else { return None };
        return Some(Command::AddDecay(Box::new(AddDecay { order, decay: decay(world, falls)? })));
    }
    if let Some((order, others)) = line.split_once(" any ") {
        let Command::AddOrder(order) = command(world, order)? else { return None };
        return Some(Command::AddLinked(Box::new(AddLinked { order, others: legs(world, others)? })));
    }
    let mut words = line.split_whitespace().peekable();
    let first = words.next()?;
    let command = match first {
        "list" => list(&mut words)?,
        "open" => world.open(words.next()?),
        "deposit" => {
            let account = world.account(words.next()?);
            match words.next()? {
                "$" => Command::DepositCash { account, amount: Cash(number(words.next()?)) },
                lots => {
                    let instrument = world.instrument(words.next()?);
                    Command::DepositCredits { account, instrument, lots: number(lots) }
                }
            }
        }
        "promise" | "withdraw" | "rule" | "claw" | "contribute" | "terms" => {
            super::settle::parse(world, first, &mut words)?
        }
        "level" => super::hold::parse_level(&mut words)?,
        "halt" => phase(world, &mut words, Phase::Halted)?,
        "resume" => phase(world, &mut words, Phase::Continuous)?,
        "close" => phase(world, &mut words, Phase::Closed)?,
        "expire" => phase(world, &mut words, Phase::Expired)?,
        "phase" => {
            let instrument = world.instrument(words.next()?);
            Command::SetPhase { instrument, phase: phase_named(words.next()?)? }
        }
        "clock" => {
            world.at = moment(world.at, words.next()?)?;
            Command::Clock
        }
        "rules" => rules(world, &mut words)?,
        "schedule" => {
            let instrument = world.instrument(words.next()?);
            let rest: Vec<&str> = words.by_ref().collect();
            Command::SetSchedule { instrument, schedule: schedule(world.at, &rest.join(" "))? }
        }
        "reference" => {
            Command::SetReference { instrument: world.instrument(words.next()?), price: Price(number(words.next()?)) }
        }
        "limits" => {
            let account = world.account(words.next()?);
            Command::SetLimits { account, limits: limits(&mut words)? }
        }
        "kill" | "release" => Command::Kill { scope: scope(world, &mut words)?, engaged: first == "kill" },
        "programme" => terms(&mut words)?,
        "permit" | "revoke" => {
            let account = world.account(words.next()?);
            let programme = Programme::parse(words.next()?).ok()?;
            let kind = PermitKind::from_name(words.next()?)?;
            if first == "revoke" {
                Command::RevokePermit { account, programme, kind }
            } else {
                let until = words.next().map(|word| (word == "until").then(|| Date::parse(words.next()?).ok())?);
                let until = until.map_or(Some(None), |date| date.map(Some))?;
                let reference = Note::parse("a paper").expect("a note");
                Command::Permit(Box::new(Permit { account, programme, kind, reference, until }))
            }
        }
        "watch" => Command::WatchExpiry { instrument: world.instrument(words.next()?) },
        "commit" | "reveal" => {
            let instrument = world.instrument(words.next()?);
            let auction = AuctionId(number(words.next()?));
            let seed = seed(span(words.next()?)?);
            if first == "reveal" {
                Command::RevealAuction { auction, instrument, seed }
            } else {
                Command::CommitAuction { auction, instrument, commitment: super::sha256::of_seed(&seed) }
            }
        }
        "suspend" => account_state(world, &mut words, AccountState::Suspended)?,
        "reopen" => account_state(world, &mut words, AccountState::Open)?,
        "shut" => account_state(world, &mut words, AccountState::Closed)?,
        "fund" => fund(world, &mut words)?,
        "approve" | "decline" => {
            let number: usize = number(words.next()?.strip_prefix('w')?);
            // One that there never was has the number of no command.
            let withdrawal = world.withdrawals.get(number - 1).copied().unwrap_or(WithdrawalId(0));
            Command::DecideWithdrawal { withdrawal, approve: first == "approve" }
        }
        "funding" => Command::SetFundingRules(funding_rules(&mut words)?),
        "bust" => {
            let trade = TradeId(number(words.next()?));
            Command::BustTrade { instrument: place(world, &mut words)?, trade }
        }
        "adjust" => {
            let trade = TradeId(number(words.next()?));
            let instrument = place(world, &mut words)?;
            Command::AdjustTrade { instrument, trade, price: Price(number(words.by_ref().nth(1)?)) }
        }
        "disconnect" => Command::Disconnect { session: session(world, AccountId(0), words.next()?)? },
        name => {
            let account = world.account(name);
            match words.next()? {
                "buy" => Command::AddOrder(order(world, account, Side::Buy, &mut words)?),
                "sell" => Command::AddOrder(order(world, account, Side::Sell, &mut words)?),
                "amend" => Command::AmendOrder(amend(world, account, &mut words)?),
                "cancel" => Command::CancelOrder { account, order: reference(world, account, words.next()?)? },
                "cancel-all" => Command::CancelAll { account, filter: filter(world, &mut words)? },
                verb @ ("deliver" | "accept" | "dispute") => super::settle::parse_party(account, verb, &mut words)?,
                verb @ ("register" | "list" | "delist" | "drop") => {
                    super::hold::parse_party(world, account, verb, &mut words)?
                }
                "connect" => Command::Connect { account },
                "dead-man" => Command::CancelAllAfter { account, seconds: number(words.next()?) },
                "group" => {
                    let (group, lots) = (GroupName::parse(words.next()?).ok()?, Lots(number(words.next()?)));
                    let window = words.by_ref().nth(1)?.strip_suffix('s')?;
                    Command::SetGroup { account, group, rule: GroupRule { lots, window_seconds: number(window) } }
                }
                "reset" => Command::ResetGroup { account, group: GroupName::parse(words.next()?).ok()? },
                "quote" | "quote:" => {
                    // A colon within a word is one of a time.
                    let rest = format!("{} ", line.split_once("quote")?.1);
                    let (head, body) = rest.split_once(": ")?;
                    words.by_ref().for_each(drop);
                    Command::MassQuote(mass_quote(world, account, head, body)?)
                }
                _ => return None,
            }
        }
    };
    words.next().is_none().then_some(command)
}

fn number<T: std::str::FromStr>(text: &str) -> T {
    text.replace('_', "").parse().unwrap_or_else(|_| panic!("no number: {text:?}"))
}

fn account_state(world: &World, words: &mut Words<'_>, state: AccountState) -> Option<Command> {
    Some(Command::SetAccount { account: world.account(words.next()?), state })
}

/// `on Y`, or X.
fn place(world: &World, words: &mut Words<'_>) -> Option<InstrumentId> {
    if words.next_if_eq(&"on").is_none() {
        return Some(InstrumentId(0));
    }
    Some(world.instrument(words.next()?))
}

/// `m1 $ +500 ref a`, `m1 X -5 ref b`.
fn fund(world: &World, words: &mut Words<'_>) -> Option<Command> {
    let (account, what, amount) = (world.account(words.next()?), words.next()?, words.next()?);
    let side = if amount.starts_with('-') { FundingSide::Withdrawal } else { FundingSide::Deposit };
    let amount = number(amount.trim_start_matches(['+', '-']));
    let asset = match what {
        "$" => Asset::Cash(Cash(amount)),
        symbol => Asset::Credits { instrument: world.instrument(symbol), lots: amount },
    };
    let reference = FundingRef::parse(words.by_ref().nth(1)?).ok()?;
    Some(Command::Fund(Funding { account, side, asset, reference }))
}

fn funding_rules(words: &mut Words<'_>) -> Option<FundingRules> {
    let mut rules = FundingRules::default();
    while let Some(word) = words.next() {
        let value = number(words.next()?);
        match word {
            "cash" => rules.approval_cash = Cash(value),
            "face" => rules.approval_face = value,
            "daily" => rules.daily_cash = Some(Cash(value)),
            "dailyface" => rules.daily_face = Some(value),
            _ => return None,
        }
    }
    Some(rules)
}

fn list(words: &mut Words<'_>) -> Option<Command> {
    let mut spec = plain(words.next()?);
    while let Some(word) = words.next() {
        let value = words.next()?;
        match word {
            "fee" => {
                let (maker, taker) = value.split_once('/')?;
                spec.fees = fees(number(maker), number(taker));
            }
            "tick" => spec.tick = number(value),
            "max" => spec.price_max = Price(number(value)),
            "collar" => spec.collar = number(value),
            "unit" => spec.face_dollars = number(value),
            _ => return None,
        }
    }
    Some(Command::ListInstrument(spec))
}

/// `A-B prohibited pieces 9 piece 10000 dated 2026-11-21 source page`; what is not said is as here.
fn terms(words: &mut Words<'_>) -> Option<Command> {
    let programme = Programme::parse(words.next()?).ok()?;
    let class = PolicyClass::from_name(words.next()?)?;
    let mut terms = usual_terms(programme, class);
    while let Some(word) = words.next() {
        let value = words.next()?;
        match word {
            "pieces" => terms.split.most_pieces = number(value),
            "piece" => terms.split.smallest_piece = Cash(number(value)),
            "dated" => terms.dated = Date::parse(value).ok()?,
            "source" => terms.source = Note::parse(value).ok()?,
            _ => return None,
        }
    }
    Some(Command::SetProgramme(Box::new(terms)))
}

/// The terms of a programme of which a story says no more.
pub fn usual_terms(programme: Programme, class: PolicyClass) -> ProgrammeTerms {
    let (source, dated) = (Note::parse("page").expect("a note"), Date::parse("2026-11-21").expect("a day"));
    ProgrammeTerms {
        programme,
        class,
        source,
        dated,
        split: SplitRule { most_pieces: 9, smallest_piece: Cash(10_000) },
    }
}

fn phase(world: &World, words: &mut Words<'_>, phase: Phase) -> Option<Command> {
    Some(Command::SetPhase { instrument: world.instrument(words.next()?), phase })
}

/// `no-cancel` as [`Phase::NoCancel`].
fn phase_named(word: &str) -> Option<Phase> {
    Phase::from_name(&word.replace('-', "_"))
}

/// What is not said is as in an instrument for which no rules were set.
fn rules(world: &World, words: &mut Words<'_>) -> Option<Command> {
    let instrument = world.instrument(words.next()?);
    let maker = world.specs.get(instrument.0 as usize).map_or(FeeRate(0), |spec| spec.fees.maker);
    let mut rules = TradingRules::new(maker);
    while let Some(word) = words.next() {
        if word == "dominance" {
            rules.dominance = true;
            continue;
        }
        let value: u32 = number(words.next()?);
        match word {
            "tick" => rules.auction_tick = value,
            "fee" => rules.auction_fee = FeeRate(u16::try_from(value).ok()?),
            "dynamic" => rules.dynamic_range = Some(value),
            "static" => rules.static_range = Some(value),
            "entry" => rules.entry_range = Some(value),
            "volatility" => rules.volatility_seconds = value,
            "end" => rules.random_end_seconds = value,
            _ => return None,
        }
    }
    Some(Command::SetRules { instrument, rules })
}

/// `08:10 call, 08:20 continuous, last 20:00`, or nothing.
fn schedule(now: Timestamp, text: &str) -> Option<Schedule> {
    let mut schedule = Schedule::default();
    for entry in text.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
        match entry.split_once(' ')? {
            ("last", at) => schedule.last_trade = Some(moment(now, at)?),
            (time, phase) => schedule.entries.push(ScheduleEntry {
                second_of_day: u32::try_from(second_of_day(time)?).ok()?,
                phase: phase_named(phase)?,
            }),
        }
    }
    Some(schedule)
}

fn limits(words: &mut Words<'_>) -> Option<AccountLimits> {
    let mut limits = AccountLimits::default();
    while let Some(word) = words.next() {
        let value = words.next()?;
        match word {
            "orders" => limits.open_orders = number(value),
            "notional" => limits.open_notional = Some(Cash(number(value))),
            "rate" => limits.orders_per_second = number(value),
            "burst" => limits.burst = number(value),
            _ => return None,
        }
    }
    Some(limits)
}

fn scope(world: &World, words: &mut Words<'_>) -> Option<KillScope> {
    match words.next()? {
        "venue" => Some(KillScope::Venue),
        "account" => Some(KillScope::Account(world.account(words.next()?))),
        "programme" => Some(KillScope::Programme(Programme::parse(words.next()?).ok()?)),
        _ => None,
    }
}

fn deadline(world: &World, at: &str) -> Option<Timestamp> {
    moment(world.at, if at.is_empty() { "=" } else { at })
}

fn order(world: &World, account: AccountId, side: Side, words: &mut Words<'_>) -> Option<AddOrder> {
    let mut add = AddOrder::limit(account, InstrumentId(0), side, Price(0), Lots(number(words.next()?)));
    add.kind = OrderKind::Market { max_total: None };
    let mut time_in_force = None;
    while let Some(word) = words.next() {
        match word {
            "on" => add.instrument = world.instrument(words.next()?),
            "@" => add.kind = OrderKind::Limit(Price(number(words.next()?))),
            "mkt" => (),
            "max" => add.kind = OrderKind::Market { max_total: Some(Cash(number(words.next()?))) },
            "stop" => add.stop = Some(Price(number(words.next()?))),
            "show" => add.display = Some(Lots(number(words.next()?))),
            "min" => add.min_lots = Some(Lots(number(words.next()?))),
            "gtc" => time_in_force = Some(TimeInForce::Gtc),
            "ioc" => time_in_force = Some(TimeInForce::Ioc),
            "fok" => time_in_force = Some(TimeInForce::Fok),
            "day" => time_in_force = Some(TimeInForce::Day),
            "gtd" => time_in_force = Some(TimeInForce::Gtd(moment(world.at, words.next()?)?)),
            "auction" => time_in_force = Some(TimeInForce::Auction),
            "post" => add.post_only = PostOnly::Reject,
            "slide" => add.post_only = PostOnly::Slide,
            "via" => add.session = Some(session(world, account, words.next()?)?),
            other => match other.split_once('=')? {
                ("stp", mode) => add.self_trade = self_trade(mode)?,
                ("id", id) => add.cl_ord_id = Some(ClOrdId::parse(id).ok()?),
                ("deadline", at) => add.deadline = Some(deadline(world, at)?),
                _ => return None,
            },
        }
    }
    let at_once = matches!(add.kind, OrderKind::Market { .. }) && add.stop.is_none();
    add.time_in_force = time_in_force.unwrap_or(if at_once { TimeInForce::Ioc } else { TimeInForce::Gtc });
    Some(add)
}

/// `85 at 08:10, 80 at 08:20`, or `to 60 from 08:00 until 08:40 in 4`.
fn decay(world: &World, text: &str) -> Option<Decay> {
    let words: Vec<&str> = text.split_whitespace().collect();
    if let ["to", floor, "from", from, "until", until, "in", steps] = words[..] {
        let (from, until) = (moment(world.at, from)?, moment(world.at, until)?);
        return Some(Decay::Linear { floor: Price(number(floor)), from, until, steps: number(steps) });
    }
    let step = |text: &str| {
        let (price, at) = text.trim().split_once(" at ")?;
        Some(DecayStep { at: moment(world.at, at)?, price: Price(number(price)) })
    };
    text.split(',').map(step).collect::<Option<Vec<DecayStep>>>().map(Decay::Table)
}

/// `70 on Y, 64 on Z`; `-` is none.
fn legs(world: &World, text: &str) -> Option<Vec<LinkedLeg>> {
    let leg = |text: &str| {
        let (price, symbol) = text.trim().split_once(" on ")?;
        Some(LinkedLeg { instrument: world.instrument(symbol), price: Price(number(price)) })
    };
    if text == "-" { Some(Vec::new()) } else { text.split(',').map(leg).collect() }
}

fn self_trade(mode: &str) -> Option<SelfTrade> {
    match mode {
        "newest" => Some(SelfTrade::CancelNewest),
        "oldest" => Some(SelfTrade::CancelOldest),
        "both" => Some(SelfTrade::CancelBoth),
        "decrement" => Some(SelfTrade::Decrement),
        _ => None,
    }
}

/// `~1`, `m2~1`, `~!9`: by its number; one that was never opened is a session that does not exist.
fn session(world: &World, account: AccountId, text: &str) -> Option<SessionId> {
    let (name, nth) = text.split_once('~')?;
    if let Some(id) = nth.strip_prefix('!') {
        return Some(SessionId(number(id)));
    }
    let account = if name.is_empty() { account } else { world.account(name) };
    let known = world.sessions.get(account.0 as usize).and_then(|known| known.get(number::<usize>(nth) - 1));
    Some(known.copied().unwrap_or(SessionId(9_999_999)))
}

fn amend(world: &World, account: AccountId, words: &mut Words<'_>) -> Option<AmendOrder> {
    let mut amend = AmendOrder {
        account,
        order: reference(world, account, words.next()?)?,
        lots: None,
        price: None,
        post_only: None,
        stop: None,
        display: None,
        deadline: None,
    };
    while let Some(word) = words.next() {
        match word {
            "qty" => amend.lots = Some(Lots(number(words.next()?))),
            "@" => amend.price = Some(Price(number(words.next()?))),
            "stop" => amend.stop = Some(Price(number(words.next()?))),
            "show" => amend.display = Some(Lots(number(words.next()?))),
            "post" => amend.post_only = Some(true),
            "nopost" => amend.post_only = Some(false),
            other => match other.split_once('=')? {
                ("deadline", at) => amend.deadline = Some(deadline(world, at)?),
                _ => return None,
            },
        }
    }
    Some(amend)
}

/// `#1`, `m2#1`, `:abc`, `!7`.
fn reference(world: &World, account: AccountId, text: &str) -> Option<OrderRef> {
    if let Some(id) = text.strip_prefix(':') {
        return ClOrdId::parse(id).ok().map(OrderRef::ClOrdId);
    }
    if let Some(id) = text.strip_prefix('!') {
        return Some(OrderRef::Id(OrderId(number(id))));
    }
    let (name, nth) = text.split_once('#')?;
    let account = if name.is_empty() { account } else { world.account(name) };
    let nth: usize = number(nth);
    world.orders[account.0 as usize].get(nth - 1).copied().map(OrderRef::Id)
}

fn filter(world: &World, words: &mut Words<'_>) -> Option<CancelFilter> {
    let mut filter = CancelFilter::default();
    while let Some(word) = words.next() {
        match word {
            "on" => filter.instrument = Some(world.instrument(words.next()?)),
            "of" => filter.programme = Some(Programme::parse(words.next()?).ok()?),
            "in" => filter.group = Some(GroupName::parse(words.next()?).ok()?),
            "buy" => filter.side = Some(Side::Buy),
            "sell" => filter.side = Some(Side::Sell),
            _ => return None,
        }
    }
    Some(filter)
}

/// Before the colon the session (the account's first unless said), the group, `post`, `slide`, `id=7`, `deadline=`;
/// behind it `5@88 / 5@92, Y 0@10 / -`.
fn mass_quote(world: &World, account: AccountId, head: &str, body: &str) -> Option<MassQuote> {
    let mut quote = MassQuote {
        account,
        session: session(world, account, "~1")?,
        group: None,
        quote_id: 1,
        post_only: PostOnly::No,
        quotes: Vec::new(),
        deadline: None,
    };
    for word in head.split_whitespace() {
        match word {
            "post" => quote.post_only = PostOnly::Reject,
            "slide" => quote.post_only = PostOnly::Slide,
            word if word.contains('~') => quote.session = session(world, account, word)?,
            word => match word.split_once('=') {
                Some(("id", id)) => quote.quote_id = number(id),
                Some(("deadline", at)) => quote.deadline = Some(deadline(world, at)?),
                Some(_) => return None,
                None => quote.group = Some(GroupName::parse(word).ok()?),
            },
        }
    }
    for text in body.split(',').map(str::trim).filter(|text| !text.is_empty()) {
        let (bid, ask) = text.split_once('/')?;
        let (symbol, bid) = bid.trim().rsplit_once(' ').unwrap_or(("X", bid.trim()));
        quote.quotes.push(Quote {
            instrument: world.instrument(symbol.trim()),
            bid: quote_side(bid.trim())?,
            ask: quote_side(ask.trim())?,
        });
    }
    Some(quote)
}

#[allow(clippy::option_option, reason = "no side, or a side not understood")]
fn quote_side(text: &str) -> Option<Option<QuoteSide>> {
    if text == "-" {
        return Some(None);
    }
    let (lots, price) = text.split_once('@')?;
    Some(Some(QuoteSide { price: Price(number(price)), lots: Lots(number(lots)) }))
}

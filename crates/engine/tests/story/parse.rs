//! Lines to commands.

use super::{World, fees, plain};
use std::iter::Peekable;
use std::str::SplitWhitespace;
use unspent_model::{
    AccountId, AddOrder, AmendOrder, CancelFilter, Cash, ClOrdId, Command, InstrumentId, Lots, OrderId, OrderKind,
    OrderRef, Phase, Price, SelfTrade, Side, TimeInForce, Timestamp,
};

type Words<'a> = Peekable<SplitWhitespace<'a>>;

/// The account that must be open before this line.
pub fn account_of(line: &str) -> Option<&str> {
    let mut words = line.split_whitespace();
    match words.next()? {
        "deposit" | "show" => words.next(),
        "list" | "open" | "halt" | "resume" | "close" | "clock" | "book" | "fees" | "balances" => None,
        name => Some(name),
    }
    .filter(|name| *name != "nobody")
}

pub fn command(world: &mut World, line: &str) -> Option<Command> {
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
        "halt" => phase(world, &mut words, Phase::Halted)?,
        "resume" => phase(world, &mut words, Phase::Continuous)?,
        "close" => phase(world, &mut words, Phase::Closed)?,
        "clock" => {
            world.at = moment(world.at, words.next()?)?;
            Command::Clock
        }
        name => {
            let account = world.account(name);
            match words.next()? {
                "buy" => Command::AddOrder(order(world, account, Side::Buy, &mut words)?),
                "sell" => Command::AddOrder(order(world, account, Side::Sell, &mut words)?),
                "amend" => Command::AmendOrder(amend(world, account, &mut words)?),
                "cancel" => Command::CancelOrder { account, order: reference(world, account, words.next()?)? },
                "cancel-all" => Command::CancelAll { account, filter: filter(world, &mut words)? },
                _ => return None,
            }
        }
    };
    words.next().is_none().then_some(command)
}

fn number<T: std::str::FromStr>(text: &str) -> T {
    text.replace('_', "").parse().unwrap_or_else(|_| panic!("no number: {text:?}"))
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

fn phase(world: &World, words: &mut Words<'_>, phase: Phase) -> Option<Command> {
    Some(Command::SetPhase { instrument: world.instrument(words.next()?), phase })
}

/// `+5s`, `-1s`, `+24h`, `+3ns` from `now`; `=` is now.
fn moment(now: Timestamp, text: &str) -> Option<Timestamp> {
    if text == "=" {
        return Some(now);
    }
    let (sign, rest) = text.split_at(1);
    let digits = rest.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &rest[digits.len()..] {
        "ns" => 1,
        "s" => 1_000_000_000,
        "h" => 3_600_000_000_000,
        _ => return None,
    };
    let span = number::<u64>(digits) * unit;
    match sign {
        "+" => Some(Timestamp(now.0 + span)),
        "-" => Some(Timestamp(now.0 - span)),
        _ => None,
    }
}

fn order(world: &World, account: AccountId, side: Side, words: &mut Words<'_>) -> Option<AddOrder> {
    let mut add = AddOrder {
        account,
        instrument: InstrumentId(0),
        side,
        kind: OrderKind::Market { max_total: None },
        lots: Lots(number(words.next()?)),
        time_in_force: TimeInForce::Gtc,
        post_only: false,
        self_trade: SelfTrade::default(),
        cl_ord_id: None,
        deadline: None,
    };
    while let Some(word) = words.next() {
        match word {
            "on" => add.instrument = world.instrument(words.next()?),
            "@" => add.kind = OrderKind::Limit(Price(number(words.next()?))),
            "mkt" => add.time_in_force = TimeInForce::Ioc,
            "max" => add.kind = OrderKind::Market { max_total: Some(Cash(number(words.next()?))) },
            "gtc" => add.time_in_force = TimeInForce::Gtc,
            "ioc" => add.time_in_force = TimeInForce::Ioc,
            "fok" => add.time_in_force = TimeInForce::Fok,
            "post" => add.post_only = true,
            other => match other.split_once('=')? {
                ("stp", mode) => add.self_trade = self_trade(mode)?,
                ("id", id) => add.cl_ord_id = Some(ClOrdId::parse(id).ok()?),
                ("deadline", at) => add.deadline = Some(moment(world.at, if at.is_empty() { "=" } else { at })?),
                _ => return None,
            },
        }
    }
    Some(add)
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

fn amend(world: &World, account: AccountId, words: &mut Words<'_>) -> Option<AmendOrder> {
    let order = reference(world, account, words.next()?)?;
    let mut amend = AmendOrder { account, order, lots: None, price: None, post_only: None, deadline: None };
    while let Some(word) = words.next() {
        match word {
            "qty" => amend.lots = Some(Lots(number(words.next()?))),
            "@" => amend.price = Some(Price(number(words.next()?))),
            "post" => amend.post_only = Some(true),
            "nopost" => amend.post_only = Some(false),
            other => match other.split_once('=')? {
                ("deadline", at) => amend.deadline = Some(moment(world.at, if at.is_empty() { "=" } else { at })?),
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
            "buy" => filter.side = Some(Side::Buy),
            "sell" => filter.side = Some(Side::Sell),
            _ => return None,
        }
    }
    Some(filter)
}

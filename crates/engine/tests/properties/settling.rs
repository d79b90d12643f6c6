//! Random histories of trades that settle later: the engine against the naive venue after every command, what accounts own
//! against what they were told, and an engine restored from its facts in the place of the one that was.

use crate::commands;
use crate::flow::chance::Chance;
use crate::flow::pair::{Pair, START};
use crate::saved::restore;
use std::collections::BTreeMap;
use unspent_model::{
    AccountId, AccountName, AddOrder, AmendOrder, Cash, Command, Event, Evidence, FeeRate, FeeSchedule, Instrument,
    InstrumentId, Level, Lots, MassQuote, OrderId, OrderKind, OrderRef, OwnerGroup, Phase, PostOnly, Price, Quote,
    QuoteSide, Ruling, SelfTrade, SessionId, SettlementCommand, SettlementId, SettlementState, SettlementTerms, Side,
    Symbol, TimeInForce, Timestamp,
};
use unspent_records::{decode_engine_fact, encode_engine_fact};

const SECOND: u64 = 1_000_000_000;
const DAY: u64 = 86_400 * SECOND;
const ACCOUNTS: [(&str, u32); 5] = [("a.1", 0), ("a.2", 0), ("b", 1), ("c", 2), ("d", 3)];
const INSTRUMENTS: [&str; 4] = ["A-A-100-202702", "A-A-100-202703", "A-A-100-PERP", "A-B-100-202703"];

fn setup(chance: &mut Chance<'_>) -> Vec<Command> {
    let mut commands = Vec::new();
    for symbol in INSTRUMENTS {
        let spec = Instrument::credit(Symbol::parse(symbol).unwrap()).unwrap();
        let fees = FeeSchedule { maker: FeeRate(13), taker: FeeRate(37) };
        commands.push(Command::ListInstrument(Instrument { fees, tick: 10, ..spec }));
    }
    for (name, group) in ACCOUNTS {
        commands.push(Command::OpenAccount { name: AccountName::parse(name).unwrap(), group: OwnerGroup(group) });
    }
    for account in accounts() {
        let amount = Cash(chance.one_of(&[30_000, 200_000, 3_000_000]));
        commands.push(Command::DepositCash { account, amount });
        for instrument in (0..3).map(InstrumentId) {
            let lots = chance.below(80) + 1;
            let level = chance.one_of(&[Level::Documented, Level::Attested]);
            commands.push(Command::RegisterLots { account, instrument, level, lots });
            if chance.once_in(3) {
                commands.push(Command::DepositCredits { account, instrument, lots: 30 });
            }
        }
        commands.push(Command::Connect { account });
    }
    commands.push(of(SettlementCommand::SetTerms(terms(chance))));
    if chance.once_in(2) {
        commands.push(of(SettlementCommand::Contribute { amount: Cash(chance.below(40_000) + 1) }));
    }
    commands
}

fn accounts() -> impl Iterator<Item = AccountId> {
    (0..ACCOUNTS.len() as u32).map(AccountId)
}

fn of(command: SettlementCommand) -> Command {
    Command::Settlement(Box::new(command))
}

fn terms(chance: &mut Chance<'_>) -> SettlementTerms {
    SettlementTerms {
        bond_bp: chance.one_of(&[0, 100, 1_000, 10_000]),
        bond_min: Cash(chance.one_of(&[0, 7, 2_500])),
        documented_days: 2,
        attested_days: chance.one_of(&[0, 1]),
        grace_seconds: chance.one_of(&[0, 4 * 3_600]),
        hold_back_bp: chance.one_of(&[0, 1_000]),
        new_hold_back_bp: chance.one_of(&[0, 2_000, 10_000]),
        trusted_after: chance.one_of(&[0, 1, 5]),
        hold_back_days: chance.one_of(&[1, 14]),
        penalty_bp: chance.one_of(&[0, 1_000, 10_000]),
        penalty_min: Cash(chance.one_of(&[0, 2_500])),
        penalty_buyer_bp: chance.one_of(&[0, 3_333, 5_000, 10_000]),
        cap_bp: chance.one_of(&[0, 400, 4_000]),
        retry_seconds: chance.one_of(&[60, 3_600, 86_400]),
        tries: chance.one_of(&[1, 3, 50]),
        cutoff_days: chance.one_of(&[0, 3, 60]),
        fund_fee_bp: chance.one_of(&[0, 2_000, 10_000]),
        ..SettlementTerms::default()
    }
}

fn price(chance: &mut Chance<'_>) -> Price {
    Price((6_000 + 10 * chance.between(-30, 30)) as u32)
}

fn account(chance: &mut Chance<'_>) -> AccountId {
    AccountId(chance.below(ACCOUNTS.len() as u64) as u32)
}

fn instrument(chance: &mut Chance<'_>) -> InstrumentId {
    InstrumentId(chance.weighed(&[(6, 0), (6, 1), (4, 2), (1, 3)]))
}

fn order(chance: &mut Chance<'_>) -> Command {
    let side = chance.one_of(&[Side::Buy, Side::Sell]);
    let lots = Lots(chance.between(1, 14) as u32);
    let mut add = AddOrder::limit(account(chance), instrument(chance), side, price(chance), lots);
    add.self_trade =
        chance.one_of(&[SelfTrade::CancelNewest, SelfTrade::CancelOldest, SelfTrade::CancelBoth, SelfTrade::Decrement]);
    match chance.below(16) {
        0 => add.time_in_force = TimeInForce::Ioc,
        1 => add.time_in_force = TimeInForce::Fok,
        2 => add.display = Some(Lots(chance.between(1, i64::from(lots.0)) as u32)),
        3 => add.stop = Some(price(chance)),
        4 => {
            add.kind = OrderKind::Market { max_total: None };
            add.time_in_force = TimeInForce::Ioc;
        }
        5 => {
            add.side = Side::Sell;
            add.kind = OrderKind::Market { max_total: None };
            add.stop = Some(price(chance));
        }
        6 => add.time_in_force = TimeInForce::Day,
        7 => add.post_only = PostOnly::Slide,
        _ => {}
    }
    Command::AddOrder(add)
}

/// A live settlement, mostly one in this state; else one that never was.
fn pick(chance: &mut Chance<'_>, pair: &Pair, states: &[SettlementState]) -> (SettlementId, AccountId, AccountId) {
    let rows: Vec<_> = pair.reference.settling.live.iter().collect();
    let fitting: Vec<_> = rows.iter().filter(|row| states.contains(&row.state)).collect();
    let from: Vec<_> = if fitting.is_empty() || chance.once_in(12) { rows.iter().collect() } else { fitting };
    if from.is_empty() {
        return (SettlementId(chance.below(4)), account(chance), account(chance));
    }
    let row = from[chance.below(from.len() as u64) as usize];
    (row.settlement, row.buyer, row.seller)
}

fn next(chance: &mut Chance<'_>, pair: &Pair) -> Command {
    use SettlementState::{Delivering, Disputed, HeldBack, Late, Verifying};
    let evidence = Evidence::parse("ref 17").unwrap();
    match chance.below(100) {
        0..=47 => order(chance),
        48..=51 => {
            let open = &pair.reference.open;
            let Some(order) = open.get(chance.below(open.len().max(1) as u64) as usize) else { return Command::Clock };
            let lots = chance.once_in(2).then(|| Lots((i64::from(order.total) + chance.between(-6, 6)).max(0) as u32));
            let price = chance.once_in(2).then(|| price(chance));
            Command::AmendOrder(AmendOrder {
                account: order.terms.account,
                order: OrderRef::Id(order.id),
                lots,
                price,
                post_only: None,
                stop: None,
                display: None,
                deadline: None,
            })
        }
        52..=54 => {
            let open = &pair.reference.open;
            let order = open.get(chance.below(open.len().max(1) as u64) as usize);
            let (account, id) = order.map_or((AccountId(0), OrderId(1)), |order| (order.terms.account, order.id));
            Command::CancelOrder { account, order: OrderRef::Id(id) }
        }
        55..=58 => {
            let account = account(chance);
            let mut side =
                || chance.once_in(2).then(|| QuoteSide { price: price(chance), lots: Lots(chance.below(9) as u32) });
            let (bid, ask) = (side(), side());
            let session = pair.reference.sessions().iter().find(|(_, whose)| *whose == account).map(|(id, _)| *id);
            Command::MassQuote(MassQuote {
                account,
                session: session.unwrap_or(SessionId(1)),
                group: None,
                quote_id: 0,
                post_only: PostOnly::No,
                quotes: vec![Quote { instrument: InstrumentId(chance.below(3) as u32), bid, ask }],
                deadline: None,
            })
        }
        59..=61 => {
            let (account, instrument) = (account(chance), instrument(chance));
            let level = chance.weighed(&[(4, Level::Documented), (4, Level::Attested), (1, Level::Custody)]);
            let lots = chance.below(30);
            if chance.once_in(3) {
                Command::WithdrawLots { account, instrument, level, lots }
            } else {
                Command::RegisterLots { account, instrument, level, lots }
            }
        }
        62 => Command::DepositCash { account: account(chance), amount: Cash(chance.below(60_000)) },
        63 => {
            Command::DepositCredits { account: account(chance), instrument: instrument(chance), lots: chance.below(20) }
        }
        64..=73 => {
            let (settlement, buyer, seller) = pick(chance, pair, &[Delivering, Late]);
            let account = if chance.once_in(12) { buyer } else { seller };
            of(SettlementCommand::Deliver { account, settlement, evidence })
        }
        74..=79 => {
            let (settlement, buyer, seller) = pick(chance, pair, &[Verifying]);
            of(SettlementCommand::Accept { account: if chance.once_in(12) { seller } else { buyer }, settlement })
        }
        80..=83 => {
            let (settlement, buyer, _) = pick(chance, pair, &[Verifying]);
            let account = if chance.once_in(12) { account(chance) } else { buyer };
            of(SettlementCommand::Dispute { account, settlement, evidence })
        }
        84..=87 => {
            let (settlement, ..) = pick(chance, pair, &[Disputed]);
            let lots = Lots(chance.below(8) as u32);
            let ruling = chance.one_of(&[Ruling::Delivered, Ruling::Refund, Ruling::Partial(lots)]);
            of(SettlementCommand::Rule { settlement, ruling })
        }
        88..=90 => {
            let (settlement, ..) = pick(chance, pair, &[HeldBack]);
            let row = pair.reference.settling.live.iter().find(|row| row.settlement == settlement);
            let all = row.map_or(Lots(1), |row| row.delivered);
            let lots = if chance.once_in(2) { all } else { Lots(chance.below(10) as u32) };
            of(SettlementCommand::ClawBack { settlement, lots })
        }
        91 => of(SettlementCommand::Contribute { amount: Cash(chance.below(20_000)) }),
        92 if chance.once_in(3) => of(SettlementCommand::SetTerms(terms(chance))),
        93..=95 => {
            let phase = chance.weighed(&[(6, Phase::Continuous), (3, Phase::Call), (1, Phase::Halted)]);
            Command::SetPhase { instrument: instrument(chance), phase }
        }
        _ => Command::Clock,
    }
}

/// What accounts own by what was told: fills as if all were plain, and movements.
#[derive(Default)]
struct Books {
    cash: BTreeMap<AccountId, i128>,
    lots: BTreeMap<(AccountId, InstrumentId), i128>,
    seen: BTreeMap<String, u32>,
}

impl Books {
    fn follow(&mut self, pair: &Pair) {
        for event in &pair.events {
            match event {
                Event::Fill(fill) => {
                    let unit =
                        i128::from(pair.engine.instruments().nth(fill.instrument.0 as usize).unwrap().unit_value().0);
                    let notional = i128::from(fill.price.0) * i128::from(fill.lots.0) * unit;
                    let (buy, sell) = match fill.taker_side {
                        Side::Buy => (fill.taker, fill.maker),
                        Side::Sell => (fill.maker, fill.taker),
                    };
                    let lots = i128::from(fill.lots.0);
                    *self.cash.entry(buy.account).or_default() -= notional + i128::from(buy.fee.0);
                    *self.cash.entry(sell.account).or_default() += notional - i128::from(sell.fee.0);
                    *self.lots.entry((buy.account, fill.instrument)).or_default() += lots;
                    *self.lots.entry((sell.account, fill.instrument)).or_default() -= lots;
                }
                Event::Moved(it) => {
                    *self.cash.entry(it.account).or_default() += i128::from(it.cash);
                    if let Some(instrument) = it.instrument {
                        *self.lots.entry((it.account, instrument)).or_default() += i128::from(it.lots);
                    }
                    *self.seen.entry(format!("moved {}", it.kind.name())).or_default() += 1;
                }
                Event::Settlement(told) => {
                    *self.seen.entry(told.step.name().to_owned()).or_default() += 1;
                    *self.seen.entry(told.settlement.state.name().to_owned()).or_default() += 1;
                }
                Event::Claim(claim) => {
                    let who = if claim.creditor.is_some() { "buyer waits" } else { "fund waits" };
                    *self.seen.entry(who.to_owned()).or_default() += 1;
                }
                _ => {}
            }
        }
    }

    fn compare(&self, pair: &Pair) {
        let (opened, listed) = pair.reference.counts();
        for account in (0..opened).map(AccountId) {
            let (available, reserved) = pair.engine.cash(account);
            let owned = available.0 + reserved.0 + pair.engine.escrow(account).0;
            assert_eq!(self.cash.get(&account).copied().unwrap_or(0), i128::from(owned), "cash of {account}");
            for instrument in (0..listed).map(InstrumentId) {
                let (available, reserved) = pair.engine.lots(account, instrument);
                let promised = pair.engine.promises(account).filter(|it| it.instrument == instrument);
                let promised: u64 = promised.map(|it| it.available + it.reserved + it.escrow).sum();
                let told = self.lots.get(&(account, instrument)).copied().unwrap_or(0);
                assert_eq!(told, i128::from(available + reserved + promised), "lots {instrument:?} of {account}");
            }
        }
    }
}

/// Goes on with an engine that was made of the facts of the one that was.
fn restart(pair: &mut Pair) {
    let facts: Vec<_> = pair.engine.facts().collect();
    let read = facts.iter().map(|fact| {
        let mut bytes = Vec::new();
        encode_engine_fact(fact, &mut bytes);
        decode_engine_fact(&bytes).unwrap()
    });
    let copy = restore(read, pair.told.seq.0).unwrap_or_else(|error| panic!("{error}\n{facts:#?}"));
    assert_eq!(copy.state_hash(), pair.engine.state_hash(), "a restored engine has another hash");
    assert!(copy.facts().eq(facts), "saved again it says something else");
    pair.engine = copy;
}

/// A history: its commands, or what went wrong with them.
fn carry_out(history: &[(Timestamp, Command)], seen: &mut BTreeMap<String, u32>, restores: bool) -> Result<(), String> {
    let mut pair = Pair::empty();
    let mut books = Books::default();
    for (at, command) in history {
        pair.command(*at, command.clone())?;
        books.follow(&pair);
        books.compare(&pair);
        pair.reference.check_conservation();
        if restores && pair.told.seq.0.is_multiple_of(17) {
            restart(&mut pair);
        }
    }
    for (what, times) in books.seen {
        *seen.entry(what).or_default() += times;
    }
    Ok(())
}

fn fails(history: &[(Timestamp, Command)]) -> Option<String> {
    let outcome = std::panic::catch_unwind(|| carry_out(history, &mut BTreeMap::new(), true));
    match outcome {
        Ok(outcome) => outcome.err(),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().cloned();
            Some(format!(
                "panicked: {}",
                text.or(panic.downcast_ref::<&str>().map(|it| it.to_string())).unwrap_or_default()
            ))
        }
    }
}

/// Takes away what is not needed for the failure.
fn shrunk(mut history: Vec<(Timestamp, Command)>, setup: usize) -> String {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| ()));
    let mut size = history.len() / 2;
    while size > 0 {
        // Without what sets the venue up it would fail in another way.
        let mut at = setup;
        while at < history.len() {
            let mut fewer = history.clone();
            fewer.drain(at..(at + size).min(fewer.len()));
            if fails(&fewer).is_some() { history = fewer } else { at += size }
        }
        size /= 2;
    }
    let what = fails(&history);
    std::panic::set_hook(hook);
    let lines: Vec<String> =
        history[setup - 1..].iter().map(|(at, command)| format!("{} {command:?}", (at.0 - START.0) / SECOND)).collect();
    format!("{}\n{}", lines.join("\n"), what.unwrap_or_default())
}

#[test]
fn trades_that_settle_later_settle_as_the_rules_say() {
    let (mut seeds, mut done, mut seen) = (Chance::Seed(11), 0, BTreeMap::new());
    while done < commands(60_000) {
        let mut chance = Chance::Seed(seeds.number());
        let mut pair = Pair::empty();
        let mut history: Vec<(Timestamp, Command)> = Vec::new();
        for command in setup(&mut chance) {
            history.push((START, command.clone()));
            pair.command(START, command).unwrap();
        }
        let setup = history.len();
        let (mut at, slow) = (START.0, chance.once_in(2));
        let mut failed = false;
        for _ in 0..400 {
            at += match chance.below(12) {
                0..=6 => 0,
                7 | 8 => SECOND,
                9 => 3_600 * SECOND,
                10 => 43_200 * SECOND,
                _ if slow => DAY * chance.weighed(&[(6, 1), (3, 3), (1, 14)]),
                _ => 60 * SECOND,
            };
            let command = next(&mut chance, &pair);
            history.push((Timestamp(at), command.clone()));
            let step = std::panic::AssertUnwindSafe(|| pair.command(Timestamp(at), command));
            if !matches!(std::panic::catch_unwind(step), Ok(Ok(()))) {
                failed = true;
                break;
            }
        }
        if failed || fails(&history).is_some() {
            panic!("{}", shrunk(history, setup));
        }
        carry_out(&history, &mut seen, false).unwrap();
        done += history.len();
    }
    let wanted = [
        "matched",
        "delivered",
        "accepted",
        "unanswered",
        "disputed",
        "ruled",
        "late",
        "buy_in",
        "covered",
        "uncovered",
        "closed",
        "compensated",
        "released",
        "clawed_back",
        "drawn",
        "delivering",
        "verifying",
        "held_back",
        "final",
        "refunded",
        "lost",
        "buyer waits",
        "fund waits",
        "moved deferred",
        "moved settled",
        "moved bought_in",
        "moved penalty",
        "moved written_off",
        "moved clawed_back",
        "moved debt_paid",
    ];
    let missing: Vec<_> = wanted.iter().filter(|what| seen.get(**what).copied().unwrap_or(0) < 5).collect();
    assert!(missing.is_empty(), "seldom or never: {missing:?} in {seen:?}");
}

#[test]
fn a_restored_engine_with_settlements_says_the_same_again() {
    let mut pair = Pair::empty();
    for command in setup(&mut Chance::Seed(5)) {
        pair.command(START, command).unwrap();
    }
    let copy = restore(pair.engine.facts(), 3).unwrap();
    assert_eq!(copy.state_hash(), pair.engine.state_hash());
    assert!(copy.facts().eq(pair.engine.facts()));
}

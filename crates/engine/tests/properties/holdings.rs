//! The registry of holdings against the naive venue: random commands of their own, with trades and settlements that take lots
//! out of holdings, months that end, and an engine restored from its facts in the place of the one that was.

use crate::commands;
use crate::flow::chance::Chance;
use crate::flow::pair::{Pair, START};
use crate::saved::restore;
use std::collections::BTreeMap;
use unspent_model::{
    AccountId, AccountName, AccountState, AddOrder, Asset, Cash, Command, CreditId, Date, Event, Evidence, Funding,
    FundingRef, FundingSide, HoldingCommand, HoldingId, HoldingStep, Instrument, InstrumentId, Level, Lots,
    MovementKind, NewHolding, Note, OrderRef, OwnerGroup, Phase, PolicyClass, Price, Programme, ProgrammeTerms, Reject,
    Reply, Ruling, SettlementCommand, SettlementState, Side, SplitRule, Symbol, TimeInForce, Timestamp, TradeId,
};
use unspent_records::{decode_engine_fact, encode_engine_fact};

const SECOND: u64 = 1_000_000_000;
const DAY: u64 = 86_400 * SECOND;

const SYMBOLS: [&str; 7] =
    ["A-B-100-202701", "A-B-100-202702", "A-B-200-202702", "A-B-100-PERP", "A-C-100-202702", "A-C-500-202703", "PLAIN"];
/// The last one has no money, and may be closed.
const ACCOUNTS: [(&str, u32); 4] = [("a", 0), ("b", 1), ("c", 2), ("d", 3)];

fn of(command: HoldingCommand) -> Command {
    Command::Holding(Box::new(command))
}

fn later(command: SettlementCommand) -> Command {
    Command::Settlement(Box::new(command))
}

fn set_up() -> Pair {
    let mut pair = Pair::empty();
    let mut give = |command| pair.command(START, command).unwrap();
    for symbol in SYMBOLS {
        let symbol = Symbol::parse(symbol).unwrap();
        let spec = Instrument::credit(symbol).unwrap_or_else(|_| crate::flow::make::plain("PLAIN"));
        give(Command::ListInstrument(Instrument { tick: 1, ..spec }));
    }
    for (name, group) in ACCOUNTS {
        give(Command::OpenAccount { name: AccountName::parse(name).unwrap(), group: OwnerGroup(group) });
    }
    for account in (0..3).map(AccountId) {
        give(Command::DepositCash { account, amount: Cash(5_000_000) });
    }
    pair
}

/// A holding of the registry, mostly, and whose it is.
fn holding(chance: &mut Chance<'_>, pair: &Pair) -> (HoldingId, AccountId) {
    let all: Vec<(HoldingId, AccountId)> = pair.engine.holdings().map(|it| (it.holding, it.terms.account)).collect();
    if all.is_empty() || chance.once_in(20) {
        return (HoldingId(chance.below(9)), account(chance));
    }
    let (id, whose) = all[chance.below(all.len() as u64) as usize];
    (id, if chance.once_in(20) { account(chance) } else { whose })
}

fn account(chance: &mut Chance<'_>) -> AccountId {
    AccountId(chance.weighed(&[(20, 0), (20, 1), (20, 2), (2, 3), (1, 99)]))
}

fn instrument(chance: &mut Chance<'_>) -> InstrumentId {
    InstrumentId(chance.weighed(&[(30, 0), (30, 1), (20, 2), (12, 3), (12, 4), (10, 5), (2, 6), (1, 99)]))
}

fn register(chance: &mut Chance<'_>, now: Timestamp) -> NewHolding {
    let days = chance.between(-3, 90);
    let ends = Timestamp((now.0 as i64 + days * DAY as i64 + chance.between(0, 3) * SECOND as i64) as u64);
    let month_end = Date::parse(chance.one_of(&["2027-01-31", "2027-02-28", "2027-03-31"])).unwrap();
    let ends = chance.weighed(&[
        (3, None),
        (6, Some(ends)),
        (3, Some(month_end.start().plus_seconds(86_399))),
        (1, Some(month_end.start().plus_seconds(86_398))),
    ]);
    let dated = if chance.once_in(15) { Date::of(Timestamp(now.0 + 2 * DAY)) } else { Date::of(now) };
    NewHolding {
        account: account(chance),
        programme: Programme::parse(chance.weighed(&[(30, "A-B"), (20, "A-C"), (4, "B-B"), (1, "A")])).unwrap(),
        credit: CreditId::parse(&format!("c{}", chance.below(12))).unwrap(),
        provenance: Note::parse("paper").unwrap(),
        dated,
        ends,
        amount: Cash(chance.weighed(&[(1, 0), (10, 100_000), (10, 123_456), (6, 400_000), (3, 20_000)])),
        pieces: chance.weighed(&[(1, 0), (6, 5), (10, 10), (10, 30), (2, 100)]),
    }
}

fn draw(chance: &mut Chance<'_>, pair: &Pair) -> Command {
    let now = pair.told.at;
    let (id, whose) = holding(chance, pair);
    let lots = chance.weighed(&[(1, 0), (10, 1), (8, 2), (5, 4), (3, 8), (1, 40)]);
    match chance.below(100) {
        0..=9 => of(HoldingCommand::Register(register(chance, now))),
        10..=19 => {
            let level = chance.weighed(&[
                (1, Level::Declared),
                (3, Level::Documented),
                (4, Level::Attested),
                (3, Level::Custody),
            ]);
            of(HoldingCommand::SetLevel { holding: id, level })
        }
        20..=43 => of(HoldingCommand::List { account: whose, holding: id, instrument: instrument(chance), lots }),
        44..=50 => of(HoldingCommand::Delist { account: whose, holding: id, instrument: instrument(chance), lots }),
        51..=52 => of(HoldingCommand::Withdraw { account: whose, holding: id }),
        53..=78 => order(chance, pair),
        79..=81 => match pair.reference.open.first() {
            Some(order) => Command::CancelOrder { account: order.terms.account, order: OrderRef::Id(order.id) },
            None => Command::Clock,
        },
        82..=88 => settle(chance, pair),
        89..=90 => Command::WatchExpiry { instrument: instrument(chance) },
        91 => {
            let phase = chance.weighed(&[(9, Phase::Continuous), (3, Phase::Call), (1, Phase::Expired)]);
            Command::SetPhase { instrument: instrument(chance), phase }
        }
        92 => {
            let class =
                chance.weighed(&[(1, PolicyClass::Prohibited), (1, PolicyClass::WithConsent), (5, PolicyClass::Free)]);
            Command::SetProgramme(Box::new(ProgrammeTerms {
                programme: Programme::parse(chance.one_of(&["A-B", "A-C"])).unwrap(),
                class,
                source: Note::parse("page").unwrap(),
                dated: Date::of(START),
                split: SplitRule {
                    most_pieces: chance.one_of(&[10, 50]),
                    smallest_piece: Cash(chance.one_of(&[100, 20_000])),
                },
            }))
        }
        93 => Command::SetAccount {
            account: if chance.once_in(2) { AccountId(3) } else { account(chance) },
            state: chance.weighed(&[(6, AccountState::Open), (1, AccountState::Suspended), (3, AccountState::Closed)]),
        },
        94..=95 => {
            let asset = Asset::Credits { instrument: instrument(chance), lots };
            let reference = FundingRef::parse(&format!("r{}", pair.told.seq.0)).unwrap();
            Command::Fund(Funding { account: account(chance), side: FundingSide::Withdrawal, asset, reference })
        }
        96 => {
            let level = chance.one_of(&[Level::Documented, Level::Attested]);
            Command::WithdrawLots { account: account(chance), instrument: instrument(chance), level, lots }
        }
        97 => Command::BustTrade { instrument: instrument(chance), trade: TradeId(chance.below(40)) },
        98 => Command::DepositCredits { account: account(chance), instrument: instrument(chance), lots },
        _ => Command::Clock,
    }
}

fn order(chance: &mut Chance<'_>, pair: &Pair) -> Command {
    let side = chance.one_of(&[Side::Buy, Side::Sell]);
    let price = Price(chance.between(85, 95) as u32);
    // A seller that has something, mostly.
    let listed: Vec<(AccountId, InstrumentId)> = pair
        .engine
        .holdings()
        .flat_map(|it| pair.engine.listed_out_of(it.holding).map(|lots| (it.terms.account, lots.instrument)))
        .collect();
    let (mut whose, mut what) = (account(chance), instrument(chance));
    if !listed.is_empty() {
        let (seller, symbol) = listed[chance.below(listed.len() as u64) as usize];
        what = symbol;
        if side == Side::Sell && !chance.once_in(8) {
            whose = seller;
        }
    }
    let add = AddOrder::limit(whose, what, side, price, Lots(chance.between(1, 5) as u32));
    Command::AddOrder(if chance.once_in(6) { AddOrder { time_in_force: TimeInForce::Ioc, ..add } } else { add })
}

fn settle(chance: &mut Chance<'_>, pair: &Pair) -> Command {
    let rows = &pair.reference.settling.live;
    let Some(row) = rows.get(chance.below(rows.len().max(1) as u64) as usize) else { return Command::Clock };
    let (settlement, evidence) = (row.settlement, Evidence::parse("ref").unwrap());
    later(match row.state {
        SettlementState::Delivering | SettlementState::Late => {
            SettlementCommand::Deliver { account: row.seller, settlement, evidence }
        }
        SettlementState::Verifying if chance.once_in(3) => {
            SettlementCommand::Dispute { account: row.buyer, settlement, evidence }
        }
        SettlementState::Verifying => SettlementCommand::Accept { account: row.buyer, settlement },
        SettlementState::Disputed => {
            let ruling = chance.one_of(&[Ruling::Delivered, Ruling::Refund, Ruling::Partial(Lots(1))]);
            SettlementCommand::Rule { settlement, ruling }
        }
        _ => SettlementCommand::ClawBack { settlement, lots: Lots(1) },
    })
}

fn after(chance: &mut Chance<'_>) -> u64 {
    chance.weighed(&[(70, 0), (20, SECOND), (4, 3_600 * SECOND), (3, DAY / 2), (1, 2 * DAY), (1, 9 * DAY)])
}

fn save_and_restore(pair: &mut Pair, seed: u64) {
    let facts = pair.engine.facts().map(|fact| {
        let mut bytes = Vec::new();
        encode_engine_fact(&fact, &mut bytes);
        decode_engine_fact(&bytes).unwrap()
    });
    let copy = restore(facts, seed).unwrap();
    assert_eq!(copy.state_hash(), pair.engine.state_hash());
    assert!(copy.facts().eq(pair.engine.facts()), "saved again it says something else");
    pair.engine = copy;
}

fn count(pair: &Pair, counts: &mut BTreeMap<String, u32>) {
    let mut one = |what: String| *counts.entry(what).or_insert(0) += 1;
    if let Reply::Rejected(rejection) = &pair.reply
        && (matches!(pair.told.command, Command::Holding(_)) || rejection.reject == Reject::AccountNotEmpty)
    {
        one(rejection.reject.name().to_owned());
    }
    for event in &pair.events {
        match event {
            Event::Registry(told) => {
                let level = told.lots.map_or("", |lots| lots.level.name());
                one(format!("{} {level}", told.step.name()).trim().to_owned());
                if told.step == HoldingStep::WrittenOff && told.holding.left > Cash::ZERO {
                    one("something unused".to_owned());
                }
                if told.step == HoldingStep::Delisted && !matches!(pair.told.command, Command::Holding(_)) {
                    one("back at a month's end".to_owned());
                }
            }
            Event::Moved(it) if it.kind == MovementKind::ExpiredUnused => one("lots unused".to_owned()),
            _ => {}
        }
    }
    let left = |event: &&Event| matches!(event, Event::Registry(told) if told.step == HoldingStep::Left);
    if pair.events.iter().filter(left).count() > 1 {
        one("left more than one".to_owned());
    }
}

#[test]
fn holdings_are_as_the_rules_say() {
    let (mut seeds, mut done, mut counts) = (Chance::Seed(16), 0, BTreeMap::new());
    while done < commands(200_000) {
        let seed = seeds.number();
        let mut chance = Chance::Seed(seed);
        let mut pair = set_up();
        for _ in 0..250 {
            let command = draw(&mut chance, &pair);
            let at = Timestamp(pair.told.at.0 + after(&mut chance));
            if let Err(difference) = pair.command(at, command) {
                panic!("seed {seed}: {:?}\n{difference}", pair.told);
            }
            count(&pair, &mut counts);
            if chance.once_in(40) {
                save_and_restore(&mut pair, seed);
            }
            done += 1;
        }
    }
    let wanted = "registered, level_set, listed documented, listed attested, listed custody, delisted documented, delisted attested, \
        delisted custody, left documented, left attested, left custody, left more than one, withdrawn, written_off, something unused, \
        lots unused, back at a month's end, unknown_account, unknown_symbol, account_suspended, account_closed, policy_forbids, wrong_phase, invalid_quantity, \
        unknown_holding, invalid_holding, holding_over, credit_registered, level_too_low, other_programme, month_too_late, \
        lot_too_small, too_few_pieces, too_little_left, not_listed, holding_in_custody, holding_listed, account_not_empty";
    let missing: Vec<&str> =
        wanted.split(", ").filter(|what| counts.get(*what).is_none_or(|&times| times < 5)).collect();
    assert!(missing.is_empty(), "hardly ever: {missing:?}, of {counts:?}");
}

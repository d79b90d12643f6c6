//! What trades that settle later add to journals and snapshots: golden bytes of every kind, and the same promises as for
//! the others.

use crate::frames::{Specimens, THEN};
use unspent_model::{
    AccountId, Actor, ByOperator, Cash, Claim, Command, EngineFact, Evidence, InstrumentId, Level, Lots, OrderId,
    Price, PromisedBalance, Reason, Ruling, Settlement, SettlementCommand, SettlementId, SettlementState,
    SettlementTerms, TradeId,
};

const ACCOUNT: AccountId = AccountId(7);
const HERE: InstrumentId = InstrumentId(3);

fn evidence() -> Evidence {
    Evidence::parse("transfer 17, dry run and real").unwrap()
}

fn terms() -> SettlementTerms {
    SettlementTerms { bond_min: Cash(1), cap_bp: 3_999, ..SettlementTerms::default() }
}

fn commands() -> Vec<Command> {
    let of = |command| Command::Settlement(Box::new(command));
    let settlement = SettlementId(41);
    let rule = |ruling| of(SettlementCommand::Rule { settlement, ruling });
    let plain = vec![
        Command::RegisterLots { account: ACCOUNT, instrument: HERE, level: Level::Attested, lots: 1 << 33 },
        Command::WithdrawLots { account: ACCOUNT, instrument: HERE, level: Level::Documented, lots: 5 },
        of(SettlementCommand::Deliver { account: ACCOUNT, settlement, evidence: evidence() }),
        of(SettlementCommand::Accept { account: ACCOUNT, settlement }),
        of(SettlementCommand::Dispute { account: ACCOUNT, settlement, evidence: evidence() }),
        rule(Ruling::Delivered),
        rule(Ruling::Partial(Lots(9))),
        rule(Ruling::Refund),
        of(SettlementCommand::ClawBack { settlement, lots: Lots(9) }),
        of(SettlementCommand::Contribute { amount: Cash(1 << 40) }),
        of(SettlementCommand::SetTerms(terms())),
    ];
    let (actor, reason) = (Actor::parse("uk_1").unwrap(), Reason::parse("see ticket 17").unwrap());
    let by = |command: &Command| ByOperator::new(actor, reason, command.clone());
    let given: Vec<Command> = plain.iter().filter_map(by).map(|by| Command::ByOperator(Box::new(by))).collect();
    plain.into_iter().chain(given).collect()
}

fn facts() -> Vec<EngineFact> {
    let settlement = Settlement {
        settlement: SettlementId(41),
        trade: TradeId(551),
        buyer: AccountId(8),
        seller: ACCOUNT,
        instrument: HERE,
        level: Level::Attested,
        price: Price(6_600),
        lots: Lots(40),
        delivered: Lots(1),
        covered: Lots(2),
        refunded: Lots(3),
        escrow: Cash(224_400),
        buyer_fee: Cash(11),
        seller_fee: Cash(12),
        bond: Cash(26_400),
        held_back: Cash(13),
        state: SettlementState::Disputed,
        due: None,
        tries: 4,
        evidence: Some(evidence()),
        dispute: Some(Evidence::parse("half of it").unwrap()),
    };
    let fresh = Settlement { due: Some(THEN), evidence: None, dispute: None, ..settlement };
    let (debtor, amount) = (ACCOUNT, Cash(9_500));
    vec![
        EngineFact::Terms { terms: Box::new(terms()), last_settlement: SettlementId(41) },
        EngineFact::Registered { instrument: HERE, registered: 1 << 33, gone: 5 },
        EngineFact::Promised(PromisedBalance {
            account: ACCOUNT,
            instrument: HERE,
            level: Level::Documented,
            available: 1 << 33,
            reserved: 2,
            escrow: 3,
        }),
        EngineFact::Escrow { account: ACCOUNT, escrow: Cash(26_413) },
        EngineFact::Fund(Cash(500)),
        EngineFact::Claim(Claim { debtor, settlement: Some(SettlementId(2)), creditor: Some(AccountId(8)), amount }),
        EngineFact::Claim(Claim { debtor, settlement: None, creditor: None, amount }),
        EngineFact::GoodDeliveries { account: ACCOUNT, count: 5 },
        EngineFact::Settlement(Box::new(settlement)),
        EngineFact::Settlement(Box::new(fresh)),
        EngineFact::PromisedOrder { order: OrderId(99), level: Level::Attested },
    ]
}

fn specimens() -> Specimens {
    Specimens { commands: commands(), engine_facts: facts(), view_facts: Vec::new() }
}

/// As with the others: the file is never made anew.
#[test]
fn the_bytes_of_settlements_stay_as_they_are() {
    specimens().stay_as_they_are(include_str!("../golden/settlements-v1.hex"));
}

#[test]
fn one_cut_short_or_with_more_is_none() {
    specimens().are_whole();
}

#[test]
fn every_byte_changed_is_read_as_it_is_written_or_not_at_all() {
    specimens().have_one_spelling();
}

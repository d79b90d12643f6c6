//! What the operator does to accounts, funds and trades, and what is kept of it. The golden file was written once and is never
//! made anew.

use unspent_model::{
    AccountId, AccountState, Actor, Asset, Cash, Command, EngineFact, Funding, FundingRef, FundingRules, FundingSide,
    InstrumentId, Lots, PendingWithdrawal, Price, TradeFact, TradeId, ViewFact, WithdrawalId,
};
use unspent_records::{Record, decode_engine_fact, decode_view_fact, encode_engine_fact, encode_view_fact};

const ACCOUNT: AccountId = AccountId(7);
const HERE: InstrumentId = InstrumentId(3);

fn fundings() -> [Funding; 2] {
    let reference = FundingRef::parse("wire/2026-11#4711").unwrap();
    let cash = Funding { account: ACCOUNT, side: FundingSide::Deposit, asset: Asset::Cash(Cash(123_456)), reference };
    let asset = Asset::Credits { instrument: HERE, lots: 1 << 40 };
    [cash, Funding { side: FundingSide::Withdrawal, asset, ..cash }]
}

fn rules() -> FundingRules {
    FundingRules { approval_cash: Cash(1), approval_face: 2, daily_cash: None, daily_face: Some(u64::MAX) }
}

fn commands() -> Vec<Command> {
    let trade = TradeId(551);
    vec![
        Command::SetAccount { account: ACCOUNT, state: AccountState::Suspended },
        Command::Fund(fundings()[0]),
        Command::Fund(fundings()[1]),
        Command::DecideWithdrawal { withdrawal: WithdrawalId(99), approve: true },
        Command::SetFundingRules(rules()),
        Command::SetFundingRules(FundingRules::default()),
        Command::BustTrade { instrument: HERE, trade },
        Command::AdjustTrade { instrument: HERE, trade, price: Price(6_601) },
    ]
}

fn pending() -> [PendingWithdrawal; 2] {
    let nobody = PendingWithdrawal { id: WithdrawalId(99), funding: fundings()[1], asked_by: None };
    [nobody, PendingWithdrawal { asked_by: Some(Actor::parse("uk_1").unwrap()), ..nobody }]
}

fn engine_facts() -> Vec<EngineFact> {
    let trade = TradeFact {
        trade: TradeId(551),
        instrument: HERE,
        buyer: ACCOUNT,
        seller: AccountId(8),
        price: Price(6_600),
        lots: Lots(2),
        buyer_fee: Cash(11),
        seller_fee: Cash(3),
        adjusted: true,
        busted: false,
    };
    vec![
        EngineFact::AccountState { account: ACCOUNT, state: AccountState::Closed },
        EngineFact::FundingRules(rules()),
        EngineFact::Withdrawal(pending()[0]),
        EngineFact::Withdrawal(pending()[1]),
        EngineFact::Asked { account: ACCOUNT, day: 20_778, cents: 5, face: 6 },
        EngineFact::Funded { funding: fundings()[0], withdrawal: None },
        EngineFact::Funded { funding: fundings()[1], withdrawal: Some(WithdrawalId(99)) },
        EngineFact::TradesSince(551),
        EngineFact::Trade(trade),
    ]
}

fn view_facts() -> Vec<ViewFact> {
    vec![
        ViewFact::Fundings { states: 1, withdrawals: 1 },
        ViewFact::AccountState { account: ACCOUNT, state: AccountState::Suspended },
        ViewFact::Withdrawal(pending()[1]),
    ]
}

#[test]
fn the_bytes_of_accounts_funds_and_corrections_stay_as_they_are() {
    let mut written = Vec::new();
    for command in commands() {
        let bytes = super::of(command.clone());
        let Record::Command(read) = Record::decode(&bytes).unwrap() else { panic!("{command:?} is a command") };
        assert_eq!(read.command, command);
        written.push(bytes);
    }
    for fact in engine_facts() {
        let mut bytes = Vec::new();
        encode_engine_fact(&fact, &mut bytes);
        assert_eq!(decode_engine_fact(&bytes).unwrap(), fact);
        written.push(bytes);
    }
    for fact in view_facts() {
        let mut bytes = Vec::new();
        encode_view_fact(&fact, &mut bytes);
        assert_eq!(decode_view_fact(&bytes).unwrap(), fact);
        written.push(bytes);
    }
    let written: Vec<String> = written.iter().map(|bytes| super::hex(bytes)).collect();
    let golden: Vec<&str> = include_str!("../golden/funding-v1.hex").lines().collect();
    assert_eq!(written, golden);
}

/// A byte that no field allows is an error that names the field.
#[test]
fn a_value_outside_its_set_is_named() {
    let wrong = |command: Command, at: usize, value: u8| {
        let mut bytes = super::of(command);
        bytes[at] = value;
        Record::decode(&bytes).unwrap_err().to_string()
    };
    let state = Command::SetAccount { account: ACCOUNT, state: AccountState::Open };
    assert!(wrong(state, 24, 4).contains("state"));
    // After kind, version and stamps, 20 bytes: account, side, no instrument, amount, reference.
    let fund = Command::Fund(fundings()[0]);
    assert!(wrong(fund.clone(), 24, 3).contains("side"));
    assert!(wrong(fund.clone(), 34, b' ').contains("reference"));
    assert!(wrong(fund, 25, 2).contains("malformed"));
}

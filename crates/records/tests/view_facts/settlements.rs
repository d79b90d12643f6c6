//! One fact of every kind about trades that settle later, and of legs of linked bids. Golden files hold them.

use super::specimens::{history, second};
use unspent_model::{
    AccountId, Cash, Claim, EscrowBalance, Evidence, InstrumentId, Level, Lots, OrderId, Price, PromisedBalance,
    Settlement, SettlementId, SettlementState, SettlementTerms, Timestamp, TradeId, ViewClosed, ViewFact, ViewOrder,
    ViewSettlement, ViewSettling,
};

const ACCOUNT: AccountId = AccountId(7);
const HERE: InstrumentId = InstrumentId(3);
const AT: Timestamp = Timestamp(1_800_000_000_000_000_000);

/// Kinds 440 to 444.
pub fn settlements() -> Vec<ViewFact> {
    let evidence = |text| Some(Evidence::parse(text).unwrap());
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
        evidence: evidence("transfer 17, dry run and real"),
        dispute: evidence("half of it"),
    };
    let fresh = Settlement { due: Some(AT), evidence: None, dispute: None, ..settlement };
    let promised = |level, available| {
        ViewFact::Promised(PromisedBalance {
            account: ACCOUNT,
            instrument: HERE,
            level,
            available,
            reserved: 2,
            escrow: 3,
        })
    };
    let (debtor, amount) = (ACCOUNT, Cash(9_500));
    let row = |settlement| ViewFact::Settlement(Box::new(ViewSettlement { settlement, at: AT }));
    let terms = SettlementTerms { bond_min: Cash(1), cap_bp: 3_999, ..SettlementTerms::default() };
    vec![
        ViewFact::Settling(Box::new(ViewSettling {
            fund: Cash(500),
            terms,
            promised: 1,
            escrow: 2,
            rows: 3,
            claims: 1 << 33,
        })),
        promised(Level::Documented, 1 << 33),
        promised(Level::Attested, 0),
        ViewFact::Escrow(EscrowBalance { account: ACCOUNT, escrow: Cash(26_413), debt: Cash::ZERO }),
        ViewFact::Escrow(EscrowBalance { account: ACCOUNT, escrow: Cash::ZERO, debt: Cash(1 << 40) }),
        row(settlement),
        row(fresh),
        ViewFact::Claim(Claim { debtor, settlement: None, creditor: None, amount }),
        ViewFact::Claim(Claim { debtor, settlement: Some(SettlementId(2)), creditor: Some(AccountId(8)), amount }),
    ]
}

/// Kind 408 in version 3 and kind 421 in version 2.
pub fn legs() -> Vec<ViewFact> {
    let link = Some(OrderId(97));
    let open = second().into_iter().find_map(|fact| match fact {
        ViewFact::Order(order) => Some(ViewFact::Order(ViewOrder { link, ..order })),
        _ => None,
    });
    let closed = history().into_iter().find_map(|fact| match fact {
        ViewFact::Closed(closed) => {
            let order = ViewOrder { link, ..closed.order };
            Some(ViewFact::Closed(ViewClosed { order, ..closed }))
        }
        _ => None,
    });
    [open, closed].into_iter().map(|fact| fact.expect("there is one")).collect()
}

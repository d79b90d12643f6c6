//! What linked bids add to journals and snapshots: golden bytes, and the same promises as for the others.

use crate::frames::{Specimens, THEN, said};
use crate::{bytes_of, hex};
use unspent_model::{
    AccountId, AddLinked, AddOrder, Cash, ClOrdId, Command, EngineFact, InstrumentId, LinkFact, LinkedLeg, Lots,
    OrderId, Price, SessionId, Side, TimeInForce,
};

fn commands() -> Vec<Command> {
    let plain = AddOrder::limit(AccountId(7), InstrumentId(3), Side::Buy, Price(6_600), Lots(60));
    let full = AddOrder {
        time_in_force: TimeInForce::Gtd(THEN),
        cl_ord_id: Some(ClOrdId::parse("acme-0001").unwrap()),
        session: Some(SessionId(5)),
        deadline: Some(THEN),
        ..plain
    };
    let leg = |instrument, price| LinkedLeg { instrument: InstrumentId(instrument), price: Price(price) };
    let of = |order, others| Command::AddLinked(Box::new(AddLinked { order, others }));
    // A refused one may have none, or too many.
    vec![
        of(plain, vec![leg(4, 7_000)]),
        of(full, vec![leg(4, 7_000), leg(5, 6_400)]),
        of(plain, Vec::new()),
        of(plain, vec![leg(1, 1); 8]),
    ]
}

fn facts() -> Vec<EngineFact> {
    let link = OrderId(99);
    vec![
        EngineFact::Link(LinkFact { link, purse: Cash(420_001), legs: vec![OrderId(99), OrderId(100)] }),
        EngineFact::Link(LinkFact { link, purse: Cash(1 << 40), legs: (101..=108).map(OrderId).collect() }),
    ]
}

fn specimens() -> Specimens {
    Specimens { commands: commands(), engine_facts: facts(), view_facts: Vec::new() }
}

/// As with the others: the file is never made anew.
#[test]
fn the_bytes_of_linked_bids_stay_as_they_are() {
    specimens().stay_as_they_are(include_str!("../golden/linked-v1.hex"));
}

#[test]
fn what_is_cut_short_or_longer_is_no_linked_bid() {
    specimens().are_whole();
    for fact in facts() {
        let mut bytes = bytes_of(&fact);
        // A count of legs beyond the bound costs no memory.
        let count = bytes.len() - 8 * usize::from(bytes[20]) - 8;
        bytes[count..count + 8].copy_from_slice(&u64::MAX.to_le_bytes());
        assert!(said(&bytes).is_err(), "{}", hex(&bytes));
    }
}

#[test]
fn a_changed_byte_of_a_linked_bid_is_read_as_it_is_written_or_not_at_all() {
    specimens().have_one_spelling();
}

//! The committed twin is what the generator makes, and a rebuild that knows nothing of the generator agrees with it.

use std::path::Path;
use unspent_flow::lobster::{Kind, Message, Top, twin};
use unspent_model::{OrderId, Side};

/// Visible orders as (id, side, price, size), in the order of their arrival.
type Orders = Vec<(OrderId, Side, i64, u32)>;

fn best(orders: &Orders, side: Side) -> Option<(i64, u64)> {
    let prices = orders.iter().filter(|order| order.1 == side).map(|order| order.2);
    let price = if side == Side::Buy { prices.max()? } else { prices.min()? };
    let there = orders.iter().filter(|order| (order.1, order.2) == (side, price));
    Some((price, there.map(|order| u64::from(order.3)).sum()))
}

/// Applies one message; says what is wrong with it.
fn apply(orders: &mut Orders, message: &Message) -> Result<(), &'static str> {
    let Message { kind, order, size, price, side, .. } = *message;
    if kind == Kind::Add {
        orders.push((order, side, price, size));
        return Ok(());
    }
    if kind == Kind::ExecuteHidden {
        return Ok(());
    }
    let place = orders.iter().position(|known| known.0 == order).ok_or("names no order")?;
    let known = &mut orders[place];
    if (known.1, known.2) != (side, price) {
        return Err("has another side or price than its order");
    }
    known.3 = known.3.checked_sub(size).ok_or("takes more than there is")?;
    let empty = known.3 == 0;
    match kind {
        Kind::Delete if !empty => return Err("deletes only a part"),
        Kind::Reduce if empty => return Err("reduces to nothing"),
        Kind::Execute => {
            let first = orders.iter().position(|other| (other.1, other.2) == (side, price));
            let best = orders.iter().filter(|other| other.1 == side).map(|other| other.2);
            let best = if side == Side::Buy { best.max() } else { best.min() };
            if first != Some(place) || best != Some(price) {
                return Err("executes out of priority");
            }
        }
        _ => {}
    }
    if empty {
        orders.remove(place);
    }
    Ok(())
}

#[test]
fn a_rebuild_from_the_messages_has_the_best_prices_of_the_other_file() {
    for seed in 0..8 {
        let twin = twin(seed, 4_000);
        assert_eq!((twin.message.lines().count(), twin.orderbook.lines().count()), (4_000, 4_000));
        let mut orders = Orders::new();
        let (mut time, mut counts) = (0, [0; 8]);
        for (row, (message, top)) in twin.message.lines().zip(twin.orderbook.lines()).enumerate() {
            let (parsed, top_parsed) = (Message::parse(message).unwrap(), Top::parse(top).unwrap());
            assert_eq!((parsed.to_string(), top_parsed.to_string()), (message.to_owned(), top.to_owned()));
            assert!(parsed.time_ns >= time, "row {row}: time goes back");
            time = parsed.time_ns;
            counts[parsed.kind as usize] += 1;
            if let Err(wrong) = apply(&mut orders, &parsed) {
                panic!("seed {seed}, row {row}: {message} {wrong}");
            }
            let rebuilt = Top { ask: best(&orders, Side::Sell), bid: best(&orders, Side::Buy) };
            assert_eq!(rebuilt, top_parsed, "seed {seed}, row {row}: {message}");
            if let (Some(ask), Some(bid)) = (rebuilt.ask, rebuilt.bid) {
                assert!(bid.0 < ask.0, "seed {seed}, row {row}: crossed");
            }
        }
        assert!(counts[1] > 1_700 && counts[3] > 1_500, "{counts:?}");
        assert!(counts[2] > 5 && counts[4] > 80 && counts[5] > 40, "{counts:?}");
    }
}

#[test]
fn an_empty_side_is_written_as_the_real_files_write_it() {
    let first = twin(7, 1);
    assert_eq!(Top::parse("9999999999,0,5853300,18"), Some(Top { ask: None, bid: Some((5_853_300, 18)) }));
    assert!(first.orderbook.contains("9999999999,0"), "{}", first.orderbook);
}

#[test]
fn the_committed_twin_is_made_again_byte_by_byte() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/lobster-twin");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect(name);
    let twin = twin(7, 4_000);
    assert!(twin.message == read("message.csv"), "message.csv differs: has the generator changed?");
    assert!(twin.orderbook == read("orderbook_L1cols.csv"), "orderbook_L1cols.csv differs: has the generator changed?");
}

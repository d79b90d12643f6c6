//! The maker in the living market: what is shipped for it fits it, and the same seed gives the same quotes and fills, byte for byte.

use unspent_maker::{Config, File, Hold, Living, LivingSettings};
use unspent_model::{AccountId, InstrumentId, Symbol};

/// The maker's account: the first.
const MAKER: AccountId = AccountId(0);

fn shipped() -> Config {
    File::parse(include_str!("../../../fixtures/maker/living.toml")).unwrap().config
}

fn lived(seed: u64, days: u32) -> (Living, Vec<String>) {
    let mut living = Living::new(shipped(), LivingSettings { days, ..LivingSettings::new(seed) }).unwrap();
    let mut lines = Vec::new();
    while living.day() {
        lines.append(&mut living.take_lines());
    }
    lines.append(&mut living.take_lines());
    (living, lines)
}

#[test]
fn the_same_seed_gives_the_same_quotes_and_fills_and_another_one_does_not() {
    let (once, again) = (lived(3, 12), lived(3, 12));
    assert!(once.1.iter().any(|line| line.contains("\"filled\"")), "somebody trades with it");
    assert!(once.1.iter().any(|line| line.contains("\"quote\"")));
    assert!(once.1 == again.1 && once.0.status() == again.0.status() && once.0.seen().points == again.0.seen().points);
    assert_eq!(once.0.world().engine().state_hash(), again.0.world().engine().state_hash());
    assert!(lived(4, 12).1 != once.1);
}

#[test]
fn what_it_says_it_has_is_what_the_engine_says() {
    let (living, _) = lived(1, 100);
    let (status, engine) = (living.status(), living.world().engine());
    engine.check_invariants();
    let (available, reserved) = engine.cash(MAKER);
    assert_eq!(status.cash.0, available.0 + reserved.0);
    for (row, reference) in status.instruments.iter().zip(living.references()) {
        let listed = living.world().market().books().get(reference.instrument.0 as usize);
        let Some(book) = listed else { continue };
        assert_eq!(book.symbol, row.symbol, "the calendar says which instrument it is");
        let (available, reserved) = engine.lots(MAKER, reference.instrument);
        assert_eq!(row.held, available + reserved, "{}", row.symbol);
        let orders = engine.levels(reference.instrument, unspent_model::Side::Buy).count();
        assert!(row.bid.is_none() || orders > 0, "{}", row.symbol);
    }
    // 100 days from December: months were listed on the way, and are quoted.
    let later = status.instruments.iter().find(|row| row.symbol.as_str() == "AWS-ACT-1K-202708").unwrap();
    assert!(later.standing.samples > 0 && later.bid.is_some(), "{later:?}");
    assert!(!status.holds.iter().any(|hold| matches!(hold, Hold::Stale | Hold::Unconfirmed | Hold::Foreign)));
    let made = status.made;
    let parts = made.spread + made.inventory + made.decay + made.waste + made.fees;
    assert!((made.total - parts).abs() <= 5, "{made:?}");
}

#[test]
fn an_instrument_that_the_market_never_lists_is_refused_by_name() {
    let symbol = Symbol::parse("AWS-ACT-1K-203512").unwrap();
    let wrong = Living::new(Config::simple(&[symbol]), LivingSettings::new(1)).err().unwrap();
    assert_eq!(wrong.field, "instrument AWS-ACT-1K-203512");
    let first = shipped().instruments[0].symbol;
    let living = Living::new(Config::simple(&[first]), LivingSettings::new(1)).unwrap();
    assert_eq!(living.references()[0].instrument, InstrumentId(0));
}

//! The demo's market: a dozen instruments, who trades them, and the venue file that says so.

use crate::venue_file::VenueFile;
use std::fmt::Write;
use unspent_model::{Date, Expiry, Programme, Symbol, Timestamp, calendar};

/// A programme of the demo: dollars of face of one lot, and which of the months that the calendar lists today, the next month-end
/// counted as 0; `None` for what never expires.
const SHOWN: &[(&str, u32, Option<&[usize]>)] = &[
    ("AWS-ACT", 1_000, Some(&[1, 2, 4, 6, 8])),
    ("GCP-STP", 1_000, Some(&[2, 6])),
    ("AZR-FND", 1_000, Some(&[3])),
    ("OAI-API", 100, Some(&[1, 6])),
    ("ANT-API", 100, Some(&[4])),
    ("CRW-GPU", 1_000, None),
];

/// What an account of the demo does. Several people of the living market may share one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Sells for start-ups what they will not use.
    StartUps,
    /// Buys for teams what they do use.
    Teams,
    /// Waits for bargains.
    Hunter,
    /// Knows what credits will be worth.
    Informed,
    /// Quotes both sides of every book.
    Maker,
}

/// The accounts of the demo. Their key is `uk_demo_` and the name.
pub const PARTICIPANTS: &[(&str, Role)] = &[
    ("acme-robotics", Role::StartUps),
    ("brightpath-bio", Role::StartUps),
    ("clayworks", Role::StartUps),
    ("driftlab", Role::StartUps),
    ("eastwind-ai", Role::Teams),
    ("fernhill", Role::Teams),
    ("glasswing", Role::Teams),
    ("harborline", Role::Teams),
    ("inkwell-capital", Role::Hunter),
    ("jetstream", Role::Informed),
    ("quotewell", Role::Maker),
    ("rivermark", Role::Maker),
];

/// The key that the demo prints for a person to try with.
pub const VISITOR: &str = "visitor";

/// The API key of an account of the demo.
pub fn key_of(account: &str) -> String {
    format!("uk_demo_{account}")
}

/// The file of the demo's catalogue, beside its venue file. Its policies are the demo's own.
pub const CATALOGUE: &str = "catalogue.toml";

/// The demo's catalogue.
pub const CATALOGUE_TOML: &str = include_str!("../../../../fixtures/catalogue/demo.toml");

/// The instruments of a demo that begins on a day.
fn listings(today: Date) -> Vec<(Symbol, u32)> {
    let months = calendar::listed_months(today, false);
    let mut listings = Vec::new();
    for &(programme, face, shown) in SHOWN {
        let programme = Programme::parse(programme).expect("the demo's programmes are right");
        let mut list = |month| {
            let symbol = Symbol::of_credit(&programme, face, month).expect("the demo's symbols are right");
            listings.push((symbol, face));
        };
        match shown {
            Some(shown) => shown.iter().filter_map(|&at| months.get(at)).for_each(|&month| list(month)),
            None => list(Expiry::Perpetual),
        }
    }
    listings
}

/// What a venue file's demo shows: its instruments that still trade.
pub fn shown(file: &VenueFile, now: Timestamp) -> Vec<Symbol> {
    let symbols = file.instruments.iter().map(|listing| listing.spec.symbol);
    let trades = |symbol: &Symbol| {
        let last = symbol.credit().and_then(|credit| credit.expiry.last_trade());
        last.is_none_or(|last| last > now)
    };
    symbols.filter(trades).collect()
}

/// The demo's venue file, for one that begins on a day.
pub fn venue_toml(today: Date) -> String {
    let listings = listings(today);
    let mut text =
        String::from("# Written by `unspent demo`. Everybody knows these keys: never serve real accounts with them.\n");
    writeln!(text, "catalogue = \"{CATALOGUE}\"").expect("a String takes it");
    for (symbol, _) in &listings {
        writeln!(
            text,
            "\n[[instrument]]\nsymbol = \"{symbol}\"\nmaker_fee_bp = 25\ntaker_fee_bp = 100\ndominance = true"
        )
        .expect("a String takes it");
    }
    let visitor = (VISITOR, Role::Maker);
    for &(name, role) in PARTICIPANTS.iter().chain([&visitor]) {
        let (cash, lots) = match role {
            Role::StartUps => (0, 1_000_000),
            Role::Teams | Role::Hunter | Role::Informed => (500_000_000_000_u64, 0),
            Role::Maker => (250_000_000, 100_000),
        };
        writeln!(text, "\n[[account]]\nname = \"{name}\"\ncash = {cash}").expect("a String takes it");
        if lots > 0 {
            let credits: Vec<String> =
                listings.iter().map(|(symbol, face)| format!("\"{symbol}\" = {}", lots * u64::from(*face))).collect();
            writeln!(text, "credits = {{ {} }}", credits.join(", ")).expect("a String takes it");
        }
        writeln!(text, "\n[[key]]\napi_key = \"{}\"\naccount = \"{name}\"", key_of(name)).expect("a String takes it");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;
    use unspent_living::Parameters;

    #[test]
    fn the_demo_writes_a_venue_file_that_is_right() {
        for day in ["2026-11-21", "2027-02-19", "2031-06-30"] {
            let today = Date::parse(day).unwrap();
            let file = VenueFile::parse(&venue_toml(today)).unwrap();
            assert_eq!(file.instruments.len(), 12);
            assert_eq!(shown(&file, today.start()).len(), 12, "what begins to trade is not over");
            assert_eq!(file.accounts.len(), PARTICIPANTS.len() + 1);
            assert_eq!(file.keys.len(), file.accounts.len());
            for spec in &file.instruments {
                assert!(spec.rules.is_some_and(|rules| rules.dominance), "months of the demo trade with one another");
            }
        }
    }

    #[test]
    fn what_is_over_is_not_shown() {
        let file = VenueFile::parse(&venue_toml(Date::parse("2026-11-21").unwrap())).unwrap();
        let later = Date::parse("2027-05-01").unwrap().start();
        let names: Vec<String> = shown(&file, later).iter().map(Symbol::to_string).collect();
        assert!(names.iter().any(|name| name.starts_with("CRW-GPU")), "{names:?}");
        assert!(!names.iter().any(|name| name.contains("202703")) && names.len() < 12, "{names:?}");
    }

    /// The living market's programmes are the catalogue's, with its faces.
    #[test]
    fn who_lives_here_knows_the_catalogue() {
        let catalogue = Catalogue::parse(CATALOGUE_TOML).unwrap();
        for shape in &Parameters::default().programmes {
            let programme = Programme::parse(shape.id).unwrap();
            let entry = catalogue.find(&programme).expect("it is in the catalogue");
            assert!(entry.faces.contains(&shape.face) && entry.months == shape.months, "{}", shape.id);
            assert!(SHOWN.iter().any(|&(id, face, _)| (id, face) == (shape.id, shape.face)));
        }
    }
}

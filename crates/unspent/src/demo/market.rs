//! The demo's market: a dozen instruments, who trades them, and the venue file that says so.

use std::fmt::Write;

/// An instrument of the demo and what a dollar of its face is worth there, in basis points.
#[derive(Debug, Clone, Copy)]
pub struct Listing {
    /// Its symbol without a currency.
    pub symbol: &'static str,
    /// Dollars of face of one lot.
    pub face: u64,
    /// Around where it trades.
    pub fair_bp: u64,
}

const fn listing(symbol: &'static str, face: u64, fair_bp: u64) -> Listing {
    Listing { symbol, face, fair_bp }
}

/// Several providers, programmes, face values and months: a later month is worth more, and none is worth its face.
pub const LISTINGS: &[Listing] = &[
    listing("AWS-ACT-1K-202612", 1_000, 5_400),
    listing("AWS-ACT-1K-202703", 1_000, 6_200),
    listing("AWS-ACT-1K-202706", 1_000, 6_700),
    listing("AWS-ACT-10K-202712", 10_000, 7_100),
    listing("GCP-STP-1K-202703", 1_000, 5_900),
    listing("GCP-STP-1K-202709", 1_000, 6_800),
    listing("AZR-FND-1K-202701", 1_000, 5_600),
    listing("AZR-FND-10K-202706", 10_000, 6_400),
    listing("OAI-API-100-202612", 100, 6_900),
    listing("OAI-API-100-202706", 100, 7_700),
    listing("ANT-API-100-202703", 100, 7_900),
    listing("CRW-GPU-1K-PERP", 1_000, 7_400),
];

/// What an account of the demo does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A start-up that sells credits it will not use.
    Seller,
    /// A team that buys what it does use.
    Buyer,
    /// Quotes both sides of every book.
    Maker,
}

/// The accounts of the demo. Their key is `uk_demo_` and the name.
pub const PARTICIPANTS: &[(&str, Role)] = &[
    ("acme-robotics", Role::Seller),
    ("brightpath-bio", Role::Seller),
    ("clayworks", Role::Seller),
    ("driftlab", Role::Seller),
    ("eastwind-ai", Role::Buyer),
    ("fernhill", Role::Buyer),
    ("glasswing", Role::Buyer),
    ("harborline", Role::Buyer),
    ("quotewell", Role::Maker),
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

/// The demo's venue file.
pub fn venue_toml() -> String {
    let mut text =
        String::from("# Written by `unspent demo`. Everybody knows these keys: never serve real accounts with them.\n");
    writeln!(text, "catalogue = \"{CATALOGUE}\"").expect("a String takes it");
    for listing in LISTINGS {
        let symbol = listing.symbol;
        writeln!(
            text,
            "\n[[instrument]]\nsymbol = \"{symbol}\"\nmaker_fee_bp = 25\ntaker_fee_bp = 100\ndominance = true"
        )
        .expect("a String takes it");
    }
    let visitor = (VISITOR, Role::Maker);
    for &(name, role) in PARTICIPANTS.iter().chain([&visitor]) {
        let (cash, lots) = match role {
            Role::Seller => (0, 200_000),
            Role::Buyer => (500_000_000, 0),
            Role::Maker => (250_000_000, 100_000),
        };
        writeln!(text, "\n[[account]]\nname = \"{name}\"\ncash = {cash}").expect("a String takes it");
        if lots > 0 {
            let credits: Vec<String> =
                LISTINGS.iter().map(|listing| format!("\"{}\" = {}", listing.symbol, lots * listing.face)).collect();
            writeln!(text, "credits = {{ {} }}", credits.join(", ")).expect("a String takes it");
        }
        writeln!(text, "\n[[key]]\napi_key = \"{}\"\naccount = \"{name}\"", key_of(name)).expect("a String takes it");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::venue_file::VenueFile;

    #[test]
    fn the_demo_writes_a_venue_file_that_is_right() {
        let file = VenueFile::parse(&venue_toml()).unwrap();
        assert_eq!(file.instruments.len(), LISTINGS.len());
        assert_eq!(file.accounts.len(), PARTICIPANTS.len() + 1);
        assert_eq!(file.keys.len(), file.accounts.len());
        for (listing, spec) in LISTINGS.iter().zip(&file.instruments) {
            assert_eq!(u64::from(spec.spec.face_dollars), listing.face);
            assert!(spec.rules.is_some_and(|rules| rules.dominance), "months of the demo trade with one another");
        }
    }
}

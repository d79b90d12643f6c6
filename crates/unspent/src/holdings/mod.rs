//! What a holder has at providers, and what of it can be listed here: read from a provider's own listing or a table, judged by
//! a catalogue.
//!
//! Nothing here is sent anywhere. Money is counted in cents, dates in UTC; an amount's fraction of a cent is dropped, for
//! nobody can sell it.

pub mod aws;
pub mod csv;
pub mod split;

use crate::catalogue::{Catalogue, Entry};
use split::Split;
use unspent_model::{Cash, Date, Expiry, PolicyClass, Programme, Side, Timestamp};

/// The largest listing that is read, in bytes, and the most credits of one.
pub const MAX_BYTES: u64 = 16 << 20;
pub const MAX_CREDITS: usize = 100_000;

/// Where the venue's own rules are written down.
const VENUE: &str = "the venue's rule, docs/holdings.md";

/// A credit as its provider, or its holder, says it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credit {
    /// The provider's name for it.
    pub id: String,
    /// Whose it is at the provider, when that is said.
    pub owner: Option<String>,
    /// What its holder calls it.
    pub about: String,
    /// What the provider calls its kind.
    pub kind: Option<String>,
    /// Of which programme, when that is said.
    pub programme: Option<Programme>,
    /// What is left of it, and is not reserved for a bill that is open.
    pub amount: Cash,
    /// In which currency.
    pub currency: String,
    /// When it begins.
    pub starts: Option<Timestamp>,
    /// When it really ends; `None` when it never does.
    pub ends: Option<Timestamp>,
    /// Whether the provider applies it to bills.
    pub enabled: bool,
    /// Into how many pieces it may still be split, when that is less than the programme's rule.
    pub pieces: Option<u32>,
    /// The products that it is for, when it is not for all.
    pub products: Vec<String>,
}

/// What comes of a credit here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It can be listed.
    Listed(Box<Listing>),
    /// It cannot, for this reason, by this rule.
    Refused {
        /// Why.
        why: String,
        /// Whose rule it is.
        source: String,
    },
}

/// How a credit can be listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// Of which programme.
    pub programme: Programme,
    /// In which month: the last that is listed and that it outlives.
    pub month: Expiry,
    /// Into how many pieces it may be split.
    pub pieces: u32,
    /// The ways to split it, the one that sells most first.
    pub splits: Vec<Split>,
    /// What the seller needs besides, when it needs something.
    pub needs: Option<String>,
    /// Whose rule the policy is, and since when.
    pub source: String,
}

/// Judges a credit by a catalogue at `now`.
#[must_use]
pub fn judge(credit: &Credit, catalogue: &Catalogue, now: Timestamp) -> Verdict {
    let by_venue = |why: String| Verdict::Refused { why, source: VENUE.to_owned() };
    if credit.currency != "USD" {
        return by_venue(format!("it is counted in {}, and the venue trades for dollars", credit.currency));
    }
    if credit.amount == Cash::ZERO {
        return by_venue("nothing is left of it".to_owned());
    }
    if !credit.enabled {
        return by_venue("the provider has disabled it".to_owned());
    }
    if let Some(starts) = credit.starts.filter(|&starts| starts > now) {
        return by_venue(format!("it begins on {} only", Date::of(starts)));
    }
    if let Some(ends) = credit.ends.filter(|&ends| ends <= now) {
        return by_venue(format!("it expired on {}", Date::of(ends)));
    }
    let entry = match find(credit, catalogue) {
        Ok(entry) => entry,
        Err(why) => return by_venue(why),
    };
    let terms = &entry.terms;
    let source = format!("{}, of {}", terms.source, terms.dated);
    if terms.class == PolicyClass::Prohibited {
        let why = if entry.known {
            format!("{} is prohibited: nobody may trade it", terms.programme)
        } else {
            format!("whether {} may be traded is unknown, and counts as prohibited", terms.programme)
        };
        return Verdict::Refused { why, source };
    }
    let month = match month(credit.ends, entry, now) {
        Ok(month) => month,
        Err(why) => return by_venue(why),
    };
    let pieces = credit.pieces.unwrap_or(terms.split.most_pieces).min(terms.split.most_pieces);
    let splits = split::ways(credit.amount, pieces, terms.split.smallest_piece, entry, month);
    if splits.is_empty() {
        let why = format!(
            "its {} are less than one lot, or than one piece of {}, of any face value that is listed",
            credit.amount, terms.split.smallest_piece
        );
        return by_venue(why);
    }
    let needs = terms.class.permit(Side::Sell).map(|kind| format!("a permit of the kind {} on file", kind.name()));
    let programme = terms.programme;
    Verdict::Listed(Box::new(Listing { programme, month, pieces, splits, needs, source }))
}

/// The programme of a credit, by its name or by what its provider calls it.
fn find<'a>(credit: &Credit, catalogue: &'a Catalogue) -> Result<&'a Entry, String> {
    if let Some(programme) = &credit.programme {
        return catalogue.find(programme).ok_or_else(|| format!("{programme} is in no [[programme]] of the catalogue"));
    }
    let kind = credit.kind.as_deref().unwrap_or("");
    let named = |entry: &&Entry| entry.credit_types.iter().any(|known| known == kind);
    catalogue.programmes.iter().find(named).ok_or_else(|| {
        format!("credits of the type {kind:?} are of no programme of the catalogue; say --programme if you know better")
    })
}

/// The last month that is listed, and that a credit with this end outlives.
fn month(ends: Option<Timestamp>, entry: &Entry, now: Timestamp) -> Result<Expiry, String> {
    let listed = entry.months_on(Date::of(now));
    let Some(ends) = ends else {
        let perpetual = listed.into_iter().find(|month| *month == Expiry::Perpetual);
        return perpetual.ok_or_else(|| format!("it never expires, and {} has no PERP", entry.terms.programme));
    };
    let outlives = Expiry::outlived_by(ends).ok_or_else(|| "it outlives no month".to_owned())?;
    let mut dated = listed.iter().filter(|month| **month != Expiry::Perpetual);
    dated.rfind(|month| **month <= outlives).copied().ok_or_else(|| {
        let first = listed.first().map_or_else(|| "none".to_owned(), |month| month.text());
        format!(
            "it ends on {}, so the last month that it outlives is {}, and the first that is listed is {first}",
            Date::of(ends),
            outlives.text()
        )
    })
}

/// Dollars as text to whole cents, what is less than a cent cut off. `None` when it is no such number, or below zero.
#[must_use]
pub fn cents(text: &str) -> Option<Cash> {
    use rust_decimal::Decimal;
    use rust_decimal::prelude::ToPrimitive;
    let dollars: Decimal = text.trim().parse().ok()?;
    let cents = dollars.checked_mul(Decimal::ONE_HUNDRED)?.trunc();
    (!dollars.is_sign_negative()).then(|| cents.to_u64()).flatten().map(Cash)
}

#[cfg(test)]
mod tests;

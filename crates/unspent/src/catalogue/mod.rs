//! The reference data of a market as a dated file: providers, programmes with their terms and sources, face values, how
//! they are quoted and protected.
//!
//! The file is no second source of truth: what it says becomes operator's commands ([`plan`]), and what a venue has is
//! what was journalled. What is unknown stays `unknown`, and counts as prohibited until somebody finds out.

mod file;
pub mod plan;

use anyhow::{Context, Result, bail, ensure};
use file::{BandsText, FeesText, ProgrammeText, SourcedText, Text};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use unspent_model::{
    Cash, Date, Expiry, FeeRate, FeeSchedule, Instrument, Note, PolicyClass, Programme, ProgrammeTerms, ScheduleEntry,
    SplitRule, Symbol, TradingRules, calendar, limits,
};

/// How a family of instruments is charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Fees {
    schedule: FeeSchedule,
    auction: FeeRate,
}

/// A statement with who says so, and when that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// What is said.
    pub text: String,
    /// Who says so.
    pub source: String,
    /// When that was read.
    pub dated: Date,
}

/// A provider's programme and how it is quoted here.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its terms, as the venue shall have them.
    pub terms: ProgrammeTerms,
    /// Whether the class of its policy was found out.
    pub known: bool,
    /// What people call it.
    pub name: String,
    /// What it is for.
    pub scope: String,
    /// By which way of the provider's a piece is handed over, when that is known.
    pub rail: Option<Statement>,
    /// What a provider may do to its credits: use clauses, clawbacks.
    pub clauses: Vec<Statement>,
    /// What the provider's own listing calls credits of it.
    pub credit_types: Vec<String>,
    /// Face values of a lot, in dollars, ascending.
    pub faces: Vec<u32>,
    /// Whether its credits end in a month.
    pub months: bool,
    /// Whether it has credits that never expire.
    pub perpetual: bool,
    tick: u32,
    collar: u32,
    fees: Fees,
    rules: TradingRules,
    day: Vec<ScheduleEntry>,
}

/// The file, checked.
#[derive(Debug, Clone)]
pub struct Catalogue {
    /// What the file is called, when it was read from one.
    pub name: String,
    /// Grows with every change.
    pub version: u32,
    /// When it was made.
    pub dated: Date,
    /// What it is.
    pub about: String,
    /// Providers by id: what people call them.
    pub providers: BTreeMap<String, String>,
    /// In the order of the file.
    pub programmes: Vec<Entry>,
}

impl Catalogue {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// What is wrong, with file, table and field, and what would be right.
    pub fn read(path: &Path) -> Result<Catalogue> {
        let text =
            std::fs::read_to_string(path).with_context(|| format!("reading the catalogue {}", path.display()))?;
        let mut read = Catalogue::parse(&text).with_context(|| format!("the catalogue {}", path.display()))?;
        read.name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        Ok(read)
    }

    /// Checks a file's text.
    ///
    /// # Errors
    /// What is wrong, with table and field, and what would be right.
    pub fn parse(text: &str) -> Result<Catalogue> {
        let text: Text = toml::from_str(text)?;
        ensure!(text.version > 0, "version: must be above zero, and grow with every change");
        let dated = day(&text.dated).context("dated")?;
        let mut providers = BTreeMap::new();
        for (i, provider) in text.provider.iter().enumerate() {
            let at = || format!("[[provider]] {} ({})", i + 1, provider.id);
            check_provider(&provider.id).with_context(at)?;
            let before = providers.insert(provider.id.clone(), provider.name.clone());
            ensure!(before.is_none(), "{}: id: is there twice", at());
        }
        let mut read = Catalogue {
            name: String::new(),
            version: text.version,
            dated,
            about: text.about.clone(),
            providers,
            programmes: Vec::new(),
        };
        let mut ids = BTreeSet::new();
        for (i, programme) in text.programme.iter().enumerate() {
            let at = || format!("[[programme]] {} ({})", i + 1, programme.id);
            let entry = read.entry(programme, &text).with_context(at)?;
            ensure!(entry.terms.dated <= dated, "{}: policy.dated: is after the catalogue itself", at());
            ensure!(ids.insert(entry.terms.programme), "{}: id: is there twice", at());
            read.programmes.push(entry);
        }
        ensure!(read.programmes.len() <= limits::PROGRAMMES, "[[programme]]: at most {}", limits::PROGRAMMES);
        Ok(read)
    }

    /// The programme of this name.
    #[must_use]
    pub fn find(&self, programme: &Programme) -> Option<&Entry> {
        self.programmes.iter().find(|entry| entry.terms.programme == *programme)
    }

    fn entry(&self, text: &ProgrammeText, file: &Text) -> Result<Entry> {
        let programme = Programme::parse(&text.id).context("id")?;
        ensure!(programme.is_of_two_parts(), "id: must be PROVIDER-PROGRAMME, such as AWS-ACT");
        let (provider, _) = text.id.split_once('-').expect("two parts");
        ensure!(provider == text.provider, "provider: must be {provider}, the first part of the id");
        ensure!(self.providers.contains_key(provider), "provider: {provider} has no [[provider]]");
        let (class, known) = match text.policy.class.as_str() {
            "unknown" => (PolicyClass::Prohibited, false),
            word => (PolicyClass::from_name(word).with_context(|| format!("policy.class: {word} is none of prohibited, use_through, one_family, with_consent, free, unknown"))?, true),
        };
        let source = match known {
            true => text.policy.source.clone(),
            false => format!("unknown, so prohibited until found out; {}", text.policy.source),
        };
        let terms = ProgrammeTerms {
            programme,
            class,
            source: Note::parse(&source).context("policy.source")?,
            dated: day(&text.policy.dated).context("policy.dated")?,
            split: split(text).context("split")?,
        };
        ensure!(terms.fit(), "split: most_pieces must be from 1 to {}", limits::SPLIT_PIECES);
        ensure!(!text.faces.is_empty(), "faces: must name at least one face value");
        ensure!(text.faces.is_sorted_by(|a, b| a < b), "faces: must ascend");
        ensure!(text.months || text.perpetual, "months, perpetual: one of them must be true");
        let fees = file.fees.get(&text.fees).with_context(|| format!("fees: there is no [fees.{}]", text.fees))?;
        let bands =
            file.bands.get(&text.bands).with_context(|| format!("bands: there is no [bands.{}]", text.bands))?;
        let day = match &text.day {
            None => Vec::new(),
            Some(name) => {
                let entries = file.days.get(name).with_context(|| format!("day: there is no {name} in [days]"))?;
                crate::venue_file::entries(entries)?
            }
        };
        let fees = fees_of(fees);
        let entry = Entry {
            rules: rules(bands, text.auction_tick_bp.unwrap_or(1), fees.auction),
            terms,
            known,
            name: text.name.clone(),
            scope: text.scope.clone(),
            rail: text.rail.as_ref().map(|rail| statement(rail).context("rail")).transpose()?,
            clauses: text
                .clauses
                .iter()
                .enumerate()
                .map(|(i, clause)| statement(clause).with_context(|| format!("clauses {}", i + 1)))
                .collect::<Result<_>>()?,
            credit_types: text.credit_types.clone(),
            faces: text.faces.clone(),
            months: text.months,
            perpetual: text.perpetual,
            tick: text.tick_bp.unwrap_or(10),
            collar: text.collar_bp.unwrap_or(300),
            fees,
            day,
        };
        for &face in &entry.faces {
            let spec =
                entry.spec(face, Expiry::Month { year: 2_027, month: 6 }).with_context(|| format!("faces: {face}"))?;
            ensure!(
                entry.rules.fit(spec.price_max),
                "fees, bands, auction_tick_bp: a fee is at most 10000, a range, a tick and a volatility call are above zero, and \
                 both times at most a day"
            );
        }
        Ok(entry)
    }
}

impl Entry {
    /// The instrument of a face value and a month.
    ///
    /// # Errors
    /// When the face is no whole number of hundreds of dollars, or tick, collar and fees do not fit together.
    pub fn spec(&self, face: u32, month: Expiry) -> Result<Instrument> {
        let programme = &self.terms.programme;
        let symbol = Symbol::of_credit(programme, face, month)?;
        let spec =
            Instrument::credit(symbol).map_err(|_| anyhow::anyhow!("must be a whole number of hundreds of dollars"))?;
        ensure!(spec.face_dollars == face, "must be a whole number of hundreds of dollars");
        let spec = Instrument { tick: self.tick, collar: self.collar, fees: self.fees.schedule, ..spec };
        spec.checked().context("tick_bp, collar_bp, fees")
    }

    /// The months that are listed of it on a day, ascending.
    #[must_use]
    pub fn months_on(&self, today: Date) -> Vec<Expiry> {
        let all = calendar::listed_months(today, self.perpetual);
        all.into_iter().filter(|month| self.months || *month == Expiry::Perpetual).collect()
    }
}

fn check_provider(id: &str) -> Result<()> {
    let good = !id.is_empty() && id.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    ensure!(good, "id: must be capital letters and digits, such as AWS");
    Ok(())
}

fn day(text: &str) -> Result<Date> {
    Date::parse(text).map_err(|_| anyhow::anyhow!("must be a day such as \"2026-11-21\""))
}

fn statement(text: &SourcedText) -> Result<Statement> {
    ensure!(!text.source.is_empty(), "source: must say who says so");
    Ok(Statement { text: text.text.clone(), source: text.source.clone(), dated: day(&text.dated).context("dated")? })
}

/// What is not known of splitting: a credit is one piece.
fn split(text: &ProgrammeText) -> Result<SplitRule> {
    let Some(split) = &text.split else { return Ok(SplitRule { most_pieces: 1, smallest_piece: Cash(10_000) }) };
    ensure!(!split.source.is_empty(), "source: must say who says so");
    day(&split.dated).context("dated")?;
    let cents = split.smallest_piece.parse::<Decimal>().ok().and_then(|dollars| {
        let cents = dollars.checked_mul(Decimal::ONE_HUNDRED)?;
        cents.fract().is_zero().then(|| cents.to_u64()).flatten()
    });
    let Some(cents) = cents.filter(|&cents| cents > 0) else {
        bail!("smallest_piece: must be dollars above zero with at most two decimals, such as \"100.00\"");
    };
    Ok(SplitRule { most_pieces: split.most_pieces, smallest_piece: Cash(cents) })
}

fn fees_of(text: &FeesText) -> Fees {
    let schedule = FeeSchedule { maker: FeeRate(text.maker_bp), taker: FeeRate(text.taker_bp) };
    Fees { schedule, auction: FeeRate(text.auction_bp.unwrap_or(text.maker_bp)) }
}

fn rules(text: &BandsText, auction_tick: u32, auction_fee: FeeRate) -> TradingRules {
    let usual = TradingRules::new(auction_fee);
    TradingRules {
        auction_tick,
        dynamic_range: text.dynamic_bp,
        static_range: text.static_bp,
        entry_range: text.entry_bp,
        volatility_seconds: text.volatility_seconds.unwrap_or(usual.volatility_seconds),
        random_end_seconds: text.random_end_seconds.unwrap_or(usual.random_end_seconds),
        dominance: text.dominance,
        ..usual
    }
}

#[cfg(test)]
mod tests;

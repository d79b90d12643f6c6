//! `unspent maker`: configurations checked and explained, and the strategy run in a market.

mod backtest;
mod explain;
mod living;
mod page;
mod people;
mod replay;
mod report;
mod run;
mod sim;
mod stage;
mod venue;
mod view;

use crate::cli::{MakerAccountArgs, MakerArgs, MakerCommand, MakerFileArgs, MakerMode};
use crate::failure::Failure;
use crate::output::say;
use anyhow::{Context, anyhow};
use serde_json::json;
use std::path::Path;
use unspent_maker::{Config, File, Reference, VERSION, migrate};
use unspent_model::{Cash, FeeRate, FeeSchedule, Instrument, InstrumentId, Symbol};

/// Carries out what was said.
pub fn run(args: &MakerArgs, json: bool) -> Result<(), Failure> {
    match &args.command {
        MakerCommand::Check(file) => check(file, json),
        MakerCommand::Explain(args) => explain::run(args, json),
        MakerCommand::Migrate { file, write } => bring_up(&file.file, *write),
        MakerCommand::Backtest(args) => backtest::run(args, json),
        MakerCommand::Run(args) => match args.mode {
            MakerMode::Live | MakerMode::Paper => run::run(args, json),
            MakerMode::Sim if args.living => living::run(args, json),
            MakerMode::Sim => sim::run(args, json),
            MakerMode::Replay => replay::run(args, json),
        },
    }
}

fn text(path: &Path) -> Result<String, Failure> {
    Ok(std::fs::read_to_string(path).with_context(|| format!("the configuration {}", path.display()))?)
}

/// A configuration that holds together, or what is wrong with it.
fn load(path: &Path) -> Result<File, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    File::parse(&text).map_err(|error| format!("{}: {error}", path.display()))
}

/// The same, for a command to end with.
fn read(path: &Path) -> Result<File, Failure> {
    load(path).map_err(Failure::Usage)
}

fn check(args: &MakerFileArgs, json: bool) -> Result<(), Failure> {
    let config = read(&args.file)?.config;
    let (instruments, families) = (config.instruments.len(), config.families.len());
    if json {
        say!("{}", json!({ "version": VERSION, "instruments": instruments, "families": families }));
    } else {
        say!("{} is right: {instruments} instruments of {families} families", args.file.display());
    }
    Ok(())
}

fn bring_up(path: &Path, write: bool) -> Result<(), Failure> {
    let old = text(path)?;
    let wrong = |error| Failure::Usage(format!("{}: {error}", path.display()));
    let Some(new) = migrate(&old).map_err(wrong)? else {
        eprintln!("unspent: {} is of version {VERSION} already", path.display());
        return Ok(());
    };
    if !write {
        say!("{}", new.trim_end());
        return Ok(());
    }
    let mut aside = path.as_os_str().to_owned();
    aside.push(".old");
    std::fs::write(&aside, &old).with_context(|| format!("writing {}", Path::new(&aside).display()))?;
    std::fs::write(path, new).with_context(|| format!("writing {}", path.display()))?;
    eprintln!(
        "unspent: {} is of version {VERSION} now; what it was is in {}",
        path.display(),
        Path::new(&aside).display()
    );
    Ok(())
}

/// What is known of the instruments of a configuration without a venue: credits as they are usually listed, with these fees.
fn references(config: &Config, account: &MakerAccountArgs) -> Result<Vec<Reference>, Failure> {
    let rate = |bp: u16| Some(FeeRate(bp)).filter(|rate| *rate <= FeeRate::MAX);
    let (Some(maker), Some(taker)) = (rate(account.maker_bp), rate(account.taker_bp)) else {
        return Err(Failure::Usage("--maker-bp, --taker-bp: must be at most 10000".to_owned()));
    };
    let one = |(at, symbol): (u32, Symbol)| {
        let spec = Instrument::credit(symbol).map_err(|error| anyhow!("{symbol}: {error}"))?;
        let spec = Instrument { fees: FeeSchedule { maker, taker }, ..spec };
        Reference::of(InstrumentId(at), &spec).ok_or_else(|| anyhow!("{symbol}: must be a credit").into())
    };
    (0..).zip(config.instruments.iter().map(|quoted| quoted.symbol)).map(one).collect()
}

/// What an account that is not at a venue has: money, and lots of each instrument.
fn account(references: &[Reference], account: &MakerAccountArgs) -> Result<(Cash, Vec<(InstrumentId, u64)>), Failure> {
    let cash = account.cash.checked_mul(100).map(Cash);
    let cash = cash.ok_or_else(|| Failure::Usage("--cash: must be less".to_owned()))?;
    let mut held: Vec<(InstrumentId, u64)> = references.iter().map(|reference| (reference.instrument, 0)).collect();
    for text in &account.held {
        let wrong = |why: String| Failure::Usage(format!("--held {text}: {why}"));
        let (symbol, face) = text.split_once('=').ok_or_else(|| wrong("must be SYMBOL=FACE".to_owned()))?;
        let at = references.iter().position(|reference| reference.symbol.as_str() == symbol);
        let at = at.ok_or_else(|| wrong("must be an instrument of the configuration".to_owned()))?;
        let lot = u64::from(references[at].face_dollars);
        let lots = face.parse::<u64>().ok().filter(|face| face.is_multiple_of(lot)).map(|face| face / lot);
        held[at].1 = lots.ok_or_else(|| wrong(format!("must be whole lots of {lot} dollars of face")))?;
    }
    Ok((cash, held))
}

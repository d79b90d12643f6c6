//! `unspent catalogue` and `unspent programmes`: reference data, in a file and at a venue.

use crate::catalogue::Catalogue;
use crate::cli::{CatalogueArgs, CatalogueCommand, ProgrammesArgs};
use crate::commands::public::look;
use crate::commands::serve::runtime;
use crate::failure::Failure;
use crate::money;
use crate::output::say;
use serde::Deserialize;
use serde_json::json;
use unspent_gateway::now;
use unspent_model::Date;
use unspent_protocol::ProgrammeRow;

/// Checks a catalogue and says what it would list today.
pub fn run(args: &CatalogueArgs, json: bool) -> Result<(), Failure> {
    let CatalogueCommand::Check { file } = &args.command;
    let catalogue = Catalogue::read(file)?;
    let today = Date::of(now());
    let rows: Vec<_> =
        catalogue.programmes.iter().map(|entry| (entry, entry.months_on(today).len() * entry.faces.len())).collect();
    let instruments: usize = rows.iter().map(|(_, count)| count).sum();
    if json {
        let programmes: Vec<_> = rows
            .iter()
            .map(|(entry, count)| {
                let terms = &entry.terms;
                json!({
                    "programme": terms.programme.as_str(), "name": entry.name, "scope": entry.scope,
                    "class": terms.class.name(), "known": entry.known, "source": terms.source.as_str(),
                    "dated": terms.dated.to_string(), "most_pieces": terms.split.most_pieces,
                    "smallest_piece": terms.split.smallest_piece.to_string(),
                    "rail": entry.rail.as_ref().map(|rail| &rail.text),
                    "clauses": entry.clauses.iter().map(|clause| &clause.text).collect::<Vec<_>>(),
                    "instruments_today": count,
                })
            })
            .collect();
        let dated = catalogue.dated.to_string();
        say!(
            "{}",
            json!({ "version": catalogue.version, "dated": dated, "about": catalogue.about, "programmes": programmes })
        );
        return Ok(());
    }
    say!("{} of {}, version {}: {}", catalogue.name, catalogue.dated, catalogue.version, catalogue.about);
    let width = rows.iter().map(|(entry, _)| entry.terms.programme.as_str().len()).max().unwrap_or(0);
    for (entry, count) in &rows {
        let terms = &entry.terms;
        let class = if entry.known { terms.class.name() } else { "unknown" };
        say!(
            "{:width$}  {class:12}  {:>3} pieces  {count:>3} instruments  {} ({}; {})",
            terms.programme,
            terms.split.most_pieces,
            entry.name,
            terms.source,
            terms.dated
        );
        for statement in entry.rail.iter().chain(&entry.clauses) {
            say!("{:width$}  {} ({}; {})", "", statement.text, statement.source, statement.dated);
        }
    }
    say!("{} programmes of {} providers, {instruments} instruments on {today}", rows.len(), catalogue.providers.len());
    Ok(())
}

#[derive(Deserialize)]
struct Page {
    data: Vec<ProgrammeRow>,
    next_cursor: Option<String>,
}

/// Shows a venue's programmes.
pub fn programmes(args: &ProgrammesArgs, json: bool) -> Result<(), Failure> {
    let (mut rows, mut cursor) = (Vec::new(), String::new());
    let runtime = runtime()?;
    loop {
        let page: Page = runtime.block_on(look(&args.url, &format!("/v1/programmes?limit=1000{cursor}")))?;
        rows.extend(page.data);
        match page.next_cursor {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    if json {
        say!("{}", serde_json::to_string(&rows).expect("rows serialise into memory"));
        return Ok(());
    }
    let width = rows.iter().map(|row| row.programme.as_str().len()).max().unwrap_or(0);
    for row in &rows {
        say!(
            "{:width$}  {:12}  {:>3} pieces  {:>12} expired unused  {} ({})",
            row.programme,
            row.class.name(),
            row.most_pieces,
            money::face(row.expired_unused),
            row.source,
            row.dated
        );
    }
    if rows.is_empty() {
        say!("no programme has terms: everybody may trade all of them");
    }
    Ok(())
}

//! `unspent makers`: every maker's score and presence, from the journal, by a seed that nobody knew before.

use super::journal::common::{Progress, journal_of};
use crate::cli::MakersArgs;
use crate::failure::Failure;
use crate::money;
use crate::output::say;
use serde_json::{Value, json};
use unspent_engine::Engine;
use unspent_journal::Reader;
use unspent_marketdata::{Obligation, Sampler, Scores, View};
use unspent_model::Timestamp;
use unspent_recovery::{Replay, Until};

/// Replays the journal into a view, and looks at it once a second of its time.
pub fn run(args: &MakersArgs, json: bool) -> Result<(), Failure> {
    let dir = journal_of(&args.data.data, "--data")?;
    let mut reader = Reader::open(&dir)?;
    let mut replay = Replay::new(Engine::new(0));
    let mut progress = Progress::new(json);
    let obligation = Obligation { spread_max: args.spread_bp, face_min: args.face };
    let sampler = Sampler::new(args.seed);
    let mut view = View::new();
    // Before the first command there is nothing to look at.
    let mut scores: Option<Scores> = None;
    replay.run(
        &mut reader,
        args.until.map_or(Until::End, Until::Time),
        |command, events| {
            let from = args.from.unwrap_or(command.at);
            if command.at >= from {
                scores.get_or_insert_with(|| Scores::new(obligation, sampler, from)).pass(&view, command.at);
            }
            for event in events {
                view.apply(command.at, command.seq, event);
            }
        },
        |seq| progress.command("replaying", seq),
    )?;
    let (engine, _) = replay.finish();
    // What stood when the period ended stood until its end.
    let end: Timestamp = args.until.unwrap_or(engine.now());
    if let Some(scores) = &mut scores {
        scores.pass(&view, end);
    }
    let rows: Vec<_> = scores.iter().flat_map(Scores::standings).collect();
    let all: u128 = rows.iter().map(|(_, _, standing)| standing.score).sum();
    if json {
        let row = |(instrument, account, standing): &(_, unspent_model::AccountId, unspent_marketdata::Standing)| {
            let symbol = view.market(*instrument).map(|market| market.spec.symbol.to_string());
            let name = view.balances().account(*account).map(|account| account.name.to_string());
            json!({
                "symbol": symbol, "account": name, "samples": standing.samples, "present": standing.present,
                "score": standing.score.to_string(),
            })
        };
        say!("{}", json!({ "seed": args.seed, "makers": rows.iter().map(row).collect::<Vec<Value>>() }));
        return Ok(());
    }
    say!("{:<24} {:<20} {:>12} {:>10} {:>10}", "instrument", "account", "score", "present", "share");
    for (instrument, account, standing) in &rows {
        let symbol = view.market(*instrument).map_or_else(String::new, |market| market.spec.symbol.to_string());
        let name = view.balances().account(*account).map_or_else(String::new, |account| account.name.to_string());
        let share = u64::try_from(standing.score * 10_000 / all.max(1)).unwrap_or(0);
        let percent = |bp: u64| money::percent(rust_decimal::Decimal::new(i64::try_from(bp).unwrap_or(0), 4));
        say!(
            "{symbol:<24} {name:<20} {:>12} {:>10} {:>10}",
            money::count(standing.average()),
            percent(standing.presence_bp()),
            percent(share)
        );
    }
    Ok(())
}

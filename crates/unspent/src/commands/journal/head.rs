//! `unspent journal head`: what an auditor publishes.

use super::common::{behind, checked, journal_of, seq_at};
use crate::cli::HeadArgs;
use crate::failure::Failure;
use crate::output::say;

/// Prints a head.
pub fn run(args: &HeadArgs, json: bool) -> Result<(), Failure> {
    let dir = journal_of(&args.data.data, "--data")?;
    let report = checked(&dir, "checking", json)?;
    let asked = match args.time {
        Some(time) => seq_at(&dir, &report, time)?,
        None => args.at.unwrap_or(report.end.last_seq),
    };
    let place = behind(&dir, &report, asked)?.pop();
    let (seq, head) = place.map_or_else(|| (0, report.head.unwrap_or_default()), |place| (place.seq, place.head));
    if json {
        let object = serde_json::json!({
            "head": head.to_string(), "seq": seq, "first_seq": report.first_seq, "asked_seq": asked,
        });
        say!("{object}");
        return Ok(());
    }
    say!("head {head} behind command {seq}");
    if seq < asked {
        say!(
            "the batch of command {asked} has later ones too, or it is not written yet; heads are behind whole batches"
        );
    }
    if report.first_seq > 1 {
        say!("the journal begins at command {}: compare this with heads of the same beginning only", report.first_seq);
    }
    Ok(())
}

//! `unspent journal stat`.

use super::common::{Progress, decode, journal_of};
use super::kind;
use crate::cli::DataArgs;
use crate::failure::Failure;
use crate::money;
use crate::output::say;
use std::collections::BTreeMap;
use unspent_journal::Reader;
use unspent_protocol::print_time;
use unspent_records::Record;

/// Counts records.
pub fn run(args: &DataArgs, json: bool) -> Result<(), Failure> {
    let dir = journal_of(&args.data, "--data")?;
    let files = unspent_journal::stat(&dir)?;
    let mut progress = Progress::new(json);
    let mut reader = Reader::open(&dir)?;
    let mut counts: BTreeMap<&'static str, u64> = BTreeMap::new();
    let (mut first, mut last, mut batches, mut bytes, mut commands) = (None, None, 0_u64, 0_u64, 0_u64);
    while let Some(batch) = reader.next_batch()? {
        batches += 1;
        bytes += batch.len_bytes() as u64;
        progress.bytes("counting", bytes, files.file_bytes);
        for frame in batch.frames() {
            let record = decode(frame, &batch)?;
            if let Record::Command(command) = &record {
                commands += 1;
                first.get_or_insert(command.at);
                last = Some(command.at);
            }
            *counts.entry(kind(&record)).or_default() += 1;
        }
    }
    let time = |at: Option<unspent_model::Timestamp>| at.map(print_time);
    if json {
        let object = serde_json::json!({
            "segments": files.segments, "file_bytes": files.file_bytes, "first_seq": files.first_seq,
            "commands": commands, "batches": batches, "bytes": bytes, "first_time": time(first),
            "last_time": time(last), "records": counts,
        });
        say!("{object}");
        return Ok(());
    }
    say!("segments      {:>14}   {} on disk", files.segments, money::bytes(files.file_bytes));
    say!("commands      {:>14}", money::count(commands));
    say!(
        "batches       {:>14}   {} commands a batch",
        money::count(batches),
        commands.checked_div(batches).unwrap_or(0)
    );
    say!("bytes         {:>14}", money::bytes(bytes));
    say!("from          {:>14}", time(first).unwrap_or_else(|| "-".to_owned()));
    say!("to            {:>14}", time(last).unwrap_or_else(|| "-".to_owned()));
    for (name, count) in counts {
        say!("{name:<16}{:>12}", money::count(count));
    }
    Ok(())
}

//! `unspent journal restore`: a data directory from a backup, as it was behind any command.

use super::common::{Behind, Progress, behind, checked, decode, file_name, journal_of, last_of, seq_at};
use super::files::{copy, copy_beside, make_new, sync};
use crate::cli::RestoreArgs;
use crate::failure::Failure;
use crate::money;
use crate::output::say;
use anyhow::Context;
use std::path::Path;
use unspent_engine::Engine;
use unspent_journal::{Batch, Dir, Journal, Options, Reader, Report};
use unspent_protocol::print_time;
use unspent_records::Record;
use unspent_recovery::{Replay, Until};

/// Restores a journal.
pub fn run(args: &RestoreArgs, json: bool) -> Result<(), Failure> {
    let from = journal_of(&args.from, "--from")?;
    let source = checked(&from, "checking", json)?;
    if source.first_seq != 1 {
        return Err(Failure::Usage(format!(
            "the journal in {} begins at command {}, and a restore needs all from the first: copy the older segments there",
            from.display(),
            source.first_seq
        )));
    }
    let last = source.end.last_seq;
    let until = match args.until_time {
        Some(time) => seq_at(&from, &source, time)?,
        None => args.until.unwrap_or(last),
    };
    if until > last {
        return Err(Failure::Usage(format!("the backup ends at command {last}, there is no command {until} in it")));
    }
    if until == 0 {
        return Err(Failure::Usage(format!("there is no command so early in {}", from.display())));
    }
    make_new(&args.data, "--data")?;
    let to = args.data.join("journal");
    Dir::make(&to).with_context(|| format!("making {}", to.display()))?;
    let whole = behind(&from, &source, until)?.pop().expect("there is a segment");
    copy_whole(&from, &to, &source, &whole, json)?;
    if whole.seq < until {
        part_of_a_batch(&from, &to, &whole, until)?;
    }
    let beside = copy_beside(&args.from, &args.data)?;

    let report = checked(&to, "checking the copy", json)?;
    let mut replay = Replay::new(Engine::new(0));
    let mut progress = Progress::new(json);
    let mut reader = Reader::open(&to)?;
    replay.run(&mut reader, Until::End, |_, _| (), |seq| progress.command("replaying", seq))?;
    let (engine, outcome) = replay.finish();
    if (report.end.last_seq, outcome.summary.last_seq) != (until, until) {
        return Err(Failure::Damaged(format!(
            "the restored journal ends at command {} and its replay at {}, not at {until}: do not use {}",
            report.end.last_seq,
            outcome.summary.last_seq,
            args.data.display()
        )));
    }
    let head = report.head.unwrap_or_default();
    let hash = engine.state_hash();
    if json {
        let object = serde_json::json!({
            "last_seq": until, "last_time": print_time(engine.now()), "commands": report.commands,
            "head": head.to_string(), "state_hash": format!("{hash:016x}"), "open_orders": engine.open_orders(),
            "fills_replayed": outcome.summary.fills, "left_out": last - until,
            "beside": beside.iter().map(|(name, _)| *name).collect::<Vec<_>>(),
        });
        say!("{object}");
        return Ok(());
    }
    say!("restored commands 1 to {until} to {}; the last is of {}", args.data.display(), print_time(engine.now()));
    if until < last {
        say!("left out {} later commands of the backup", money::count(last - until));
    }
    say!("head {head} behind command {until}");
    say!(
        "replayed: {} fills made again, {} state hashes matched, {} orders are open, state {hash:016x}",
        money::count(outcome.summary.fills),
        outcome.summary.marks,
        money::count(engine.open_orders() as u64)
    );
    for (name, note) in beside {
        say!("with {name}: {note}");
    }
    if whole.seq < until {
        say!("command {until} stands inside a batch of the backup: its head here is another than the venue's ever was");
    }
    Ok(())
}

/// Copies every segment up to the last whole batch.
fn copy_whole(from: &Path, to: &Path, source: &Report, whole: &Behind, json: bool) -> Result<(), Failure> {
    let mut progress = Progress::new(json);
    let mut done = 0;
    for span in source.spans.iter().filter(|span| span.first_seq <= whole.segment) {
        let name = file_name(span.first_seq);
        let bytes = if span.first_seq == whole.segment { whole.offset } else { span.end };
        copy(&from.join(&name), &to.join(&name), bytes, |bytes| {
            done += bytes;
            progress.bytes("copying", done, source.bytes);
        })?;
    }
    sync(to)
}

/// Writes the first commands of the batch behind `whole`, through `until`, with everything that follows them.
fn part_of_a_batch(from: &Path, to: &Path, whole: &Behind, until: u64) -> Result<(), Failure> {
    let mut reader = Reader::on(Dir::at(from), whole.segment)?;
    let mut part = Batch::new();
    let mut first_seq = whole.seq + 1;
    while let Some(batch) = reader.next_batch()? {
        if batch.offset() < whole.offset || last_of(batch.first_seq(), batch.count()) <= until {
            continue;
        }
        first_seq = batch.first_seq();
        for frame in batch.frames() {
            if matches!(decode(frame, &batch)?, Record::Command(command) if command.seq.0 > until) {
                break;
            }
            part.push(frame).expect("a part of a batch fits in a batch");
        }
        break;
    }
    // Made when they are needed: nobody waits here, and a thread would write two segments ahead.
    let (mut journal, _) = Journal::open(to, Options { ahead: false, ..Options::default() })?;
    let count = u32::try_from(until + 1 - first_seq).expect("a part of a batch's count");
    journal.append(first_seq, count, &mut part)?;
    Ok(())
}

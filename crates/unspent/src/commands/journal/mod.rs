//! `unspent journal`: what is on disk, without a venue.

use crate::cli::{JournalArgs, JournalCommand};
use crate::failure::Failure;
use crate::money;
use crate::output::say;
use anyhow::Context;
use std::collections::BTreeMap;
use std::io::{BufWriter, Write};
use std::path::Path;
use unspent_engine::Engine;
use unspent_journal::{Reader, verify};
use unspent_model::{Command, Sequenced};
use unspent_protocol::{print_order_id, print_time};
use unspent_records::Record;
use unspent_recovery::{Outcome, Replay, Until};

/// Runs one of the journal's commands.
pub fn run(args: &JournalArgs, json: bool) -> Result<(), Failure> {
    match &args.command {
        JournalCommand::Verify { data, replay } => check(&data.join("journal"), *replay, json),
        JournalCommand::Dump { data, from, to } => dump(&data.join("journal"), *from, *to, json),
        JournalCommand::Stat { data } => stat(&data.join("journal"), json),
    }
}

fn check(dir: &Path, replays: bool, json: bool) -> Result<(), Failure> {
    let report = verify(dir, |segment, of| {
        if !json && of > 1 {
            eprintln!("reading segment {} of {of}", segment + 1);
        }
    })
    .context("verifying the journal")?;
    let replayed = replays.then(|| replay(dir)).transpose()?;
    if json {
        let object = serde_json::json!({
            "ok": true, "segments": report.segments, "batches": report.batches, "commands": report.commands,
            "bytes": report.bytes, "last_seq": report.end.last_seq, "head_crc32c": format!("{:08x}", report.end.crc),
            "torn_bytes": report.end.torn.as_ref().map(|torn| torn.bytes),
            "state_hash": replayed.as_ref().map(|outcome| format!("{:016x}", outcome.summary.state_hash)),
            "fills_replayed": replayed.as_ref().map(|outcome| outcome.summary.fills),
        });
        say!("{object}");
        return Ok(());
    }
    say!(
        "ok: {} commands in {} batches and {} segments, {}; the last is command {}, head {:08x}",
        money::count(report.commands),
        money::count(report.batches),
        report.segments,
        money::bytes(report.bytes),
        report.end.last_seq,
        report.end.crc
    );
    if let Some(torn) = &report.end.torn {
        say!(
            "a torn tail of {} bytes at byte {} of {}: a crash left an unfinished batch, of which nobody was told; the next \
             start cuts it",
            torn.bytes,
            torn.offset,
            torn.file.display()
        );
    }
    if let Some(outcome) = replayed {
        let summary = outcome.summary;
        say!(
            "replayed: {} fills made again, {} state hashes matched, state {:016x}",
            money::count(summary.fills),
            summary.marks,
            summary.state_hash
        );
    }
    Ok(())
}

fn replay(dir: &Path) -> Result<Outcome, Failure> {
    let mut replay = Replay::new(Engine::new(0));
    let progress = |seq| eprintln!("replaying … command {}", money::count(seq));
    let mut reader = Reader::open(dir).context("opening the journal")?;
    replay.run(&mut reader, Until::End, |_, _| (), progress).context("replaying the journal")?;
    Ok(replay.finish().1)
}

fn dump(dir: &Path, from: u64, to: u64, json: bool) -> Result<(), Failure> {
    let mut output = BufWriter::new(std::io::stdout().lock());
    let mut reader = Reader::open(dir).context("opening the journal")?;
    // Fills and hashes belong to the command before them.
    let mut seq = 0;
    while let Some(batch) = reader.next_batch().context("reading the journal")? {
        for frame in batch.frames() {
            let record = Record::decode(frame)
                .with_context(|| format!("{} at byte {}", batch.file().display(), batch.offset()))?;
            if let Record::Command(command) = &record {
                seq = command.seq.0;
            }
            if seq > to {
                return Ok(output.flush()?);
            }
            if seq >= from
                && let Err(error) = writeln!(output, "{}", line(&record, seq, json))
            {
                // Who reads our output has had enough.
                return if error.kind() == std::io::ErrorKind::BrokenPipe { Ok(()) } else { Err(error.into()) };
            }
        }
    }
    Ok(output.flush()?)
}

fn line(record: &Record, seq: u64, json: bool) -> String {
    let (kind, at, text) = match record {
        Record::Command(command) => (kind(command), print_time(command.at), format!("{:?}", command.command)),
        Record::Fill(fill) => (
            "fill",
            String::new(),
            format!(
                "trade {} of {} lots at {} in instrument {}: maker {} of account {}, taker {} of account {}",
                fill.trade,
                fill.lots,
                fill.price,
                fill.instrument,
                print_order_id(fill.maker.order),
                fill.maker.account,
                print_order_id(fill.taker.order),
                fill.taker.account
            ),
        ),
        Record::FormerStateMark(mark) => ("former_state_hash", String::new(), format!("{:016x}", mark.hash)),
        Record::StateMark(mark) => ("state_hash", String::new(), format!("{:016x}", mark.hash)),
    };
    if json {
        return serde_json::json!({ "seq": seq, "kind": kind, "time": at, "text": text }).to_string();
    }
    format!("{seq:>10}  {at:<27}  {kind:<16} {text}")
}

fn kind(command: &Sequenced) -> &'static str {
    match command.command {
        Command::ListInstrument(_) => "list_instrument",
        Command::OpenAccount { .. } => "open_account",
        Command::DepositCash { .. } => "deposit_cash",
        Command::DepositCredits { .. } => "deposit_credits",
        Command::SetPhase { .. } => "set_phase",
        Command::Clock => "clock",
        Command::AddOrder(_) => "add_order",
        Command::AmendOrder(_) => "amend_order",
        Command::CancelOrder { .. } => "cancel_order",
        Command::CancelAll { .. } => "cancel_all",
        Command::MassQuote(_) => "mass_quote",
        Command::SetGroup { .. } => "set_group",
        Command::ResetGroup { .. } => "reset_group",
        Command::CancelAllAfter { .. } => "cancel_all_after",
        Command::Connect { .. } => "connect",
        Command::Disconnect { .. } => "disconnect",
        Command::SetRules { .. } => "set_rules",
        Command::SetSchedule { .. } => "set_schedule",
        Command::SetReference { .. } => "set_reference",
        Command::SetLimits { .. } => "set_limits",
        Command::Kill { .. } => "kill",
        Command::CommitAuction { .. } => "commit_auction",
        Command::RevealAuction { .. } => "reveal_auction",
    }
}

fn stat(dir: &Path, json: bool) -> Result<(), Failure> {
    let mut reader = Reader::open(dir).context("opening the journal")?;
    let mut counts: BTreeMap<&'static str, u64> = BTreeMap::new();
    let (mut first, mut last, mut batches, mut bytes, mut commands) = (None, None, 0_u64, 0_u64, 0_u64);
    while let Some(batch) = reader.next_batch().context("reading the journal")? {
        batches += 1;
        bytes += batch.len_bytes() as u64;
        for frame in batch.frames() {
            let record = Record::decode(frame)
                .with_context(|| format!("{} at byte {}", batch.file().display(), batch.offset()))?;
            let name = match &record {
                Record::Command(command) => {
                    commands += 1;
                    first.get_or_insert(command.at);
                    last = Some(command.at);
                    kind(command)
                }
                Record::Fill(_) => "fill",
                Record::FormerStateMark(_) => "former_state_hash",
                Record::StateMark(_) => "state_hash",
            };
            *counts.entry(name).or_default() += 1;
        }
    }
    let files = unspent_journal::stat(dir).context("looking at the journal")?;
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

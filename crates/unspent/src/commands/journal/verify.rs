//! `unspent journal verify`.

use super::common::{Progress, behind, journal_of};
use crate::cli::VerifyArgs;
use crate::failure::Failure;
use crate::money;
use crate::output::say;
use std::path::Path;
use unspent_engine::Engine;
use unspent_journal::{Checking, Dir, Head, Reader, Report, check};
use unspent_recovery::{Outcome, Replay, Until};

/// Checks a journal.
pub fn run(args: &VerifyArgs, json: bool) -> Result<(), Failure> {
    let dir = journal_of(&args.data.data, "--data")?;
    let mut progress = Progress::new(json);
    let how = Checking { heads: !args.no_head, ..Checking::default() };
    let report = check(&Dir::at(&dir), how, |done, total| progress.bytes("checking", done, total))?;
    if let Some(expected) = args.expect {
        expect(&dir, &report, expected, args.at)?;
    }
    let replayed = args.replay.then(|| replay(&dir, json)).transpose()?;
    if json {
        say!("{}", object(&report, replayed.as_ref(), args.expect));
        return Ok(());
    }
    say!(
        "ok: {} commands in {} batches and {} segments, {}; the last is command {}, checksum {:08x}",
        money::count(report.commands),
        money::count(report.batches),
        report.segments,
        money::bytes(report.bytes),
        report.end.last_seq,
        report.end.crc
    );
    if let Some(head) = report.head {
        say!("head {head} behind command {}", report.end.last_seq);
    }
    if report.first_seq > 1 {
        say!("the journal begins at command {}: older segments were taken away", report.first_seq);
    }
    if let Some(expected) = args.expect {
        say!("as expected: {expected} is the head behind command {}", args.at.unwrap_or(report.end.last_seq));
    }
    if let Some(torn) = &report.end.torn {
        say!(
            "a torn tail of {} bytes at byte {} of {}: a crash left an unfinished batch, of which nobody was told; the next \
             start cuts it. While a venue runs there, it is a batch being written",
            torn.bytes,
            torn.offset,
            torn.file.display()
        );
    }
    if let Some((outcome, hash)) = replayed {
        let summary = outcome.summary;
        say!(
            "replayed: {} fills made again, {} state hashes matched, state {:016x}",
            money::count(summary.fills),
            summary.marks,
            hash
        );
    }
    Ok(())
}

fn object(report: &Report, replayed: Option<&(Outcome, u64)>, expected: Option<Head>) -> serde_json::Value {
    serde_json::json!({
        "ok": true, "segments": report.segments, "batches": report.batches, "commands": report.commands,
        "bytes": report.bytes, "first_seq": report.first_seq, "last_seq": report.end.last_seq,
        "head_crc32c": format!("{:08x}", report.end.crc), "head": report.head.map(|head| head.to_string()),
        "as_expected": expected.map(|_| true),
        "torn_bytes": report.end.torn.as_ref().map(|torn| torn.bytes),
        "state_hash": replayed.map(|(_, hash)| format!("{hash:016x}")),
        "fills_replayed": replayed.map(|(outcome, _)| outcome.summary.fills),
    })
}

/// Whether the head behind command `at`, or behind everything, is the one that was published.
fn expect(dir: &Path, report: &Report, expected: Head, at: Option<u64>) -> Result<(), Failure> {
    let seq = at.unwrap_or(report.end.last_seq);
    let places = behind(dir, report, seq)?;
    let reached = places.last().map_or(0, |place| place.seq);
    if reached != seq {
        let why = if seq > report.end.last_seq { "the journal ends before it" } else { "no batch ends with it" };
        return Err(Failure::Damaged(format!(
            "there is no head behind command {seq}: {why}; the last one before is behind command {reached}. A head is \
             published with the command that `unspent journal head` says: name that with --at"
        )));
    }
    // What follows a command may have come after its head was published: the rest of its fills, a state hash.
    if places.iter().any(|place| place.head == expected) || (at.is_none() && report.head == Some(expected)) {
        return Ok(());
    }
    let found = places.last().map_or_else(Head::default, |place| place.head);
    let hint = match at {
        Some(_) => "Something before it was changed since; every checksum holds, so by somebody who could compute them",
        None => "If the venue went on since the head was published, name its command with --at SEQ",
    };
    Err(Failure::Damaged(format!(
        "this is not the journal that was expected: behind command {seq} its head is {found}, not {expected}. {hint}"
    )))
}

fn replay(dir: &Path, json: bool) -> Result<(Outcome, u64), Failure> {
    let mut replay = Replay::new(Engine::new(0));
    let mut progress = Progress::new(json);
    let mut reader = Reader::open(dir)?;
    replay.run_ahead(&mut reader, Until::End, |_, _| (), |seq| progress.command("replaying", seq))?;
    let (engine, outcome) = replay.finish();
    Ok((outcome, engine.state_hash()))
}

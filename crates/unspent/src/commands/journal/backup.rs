//! `unspent journal backup`: a copy of whole batches, taken beside a running venue or not.

use super::common::{checked, file_name, journal_of};
use super::files::{copy, copy_beside, sync};
use crate::cli::BackupArgs;
use crate::failure::Failure;
use crate::money;
use crate::output::say;
use anyhow::Context;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use unspent_journal::{Checking, Dir, Disk, Report, Span, check, segments};

/// What was copied.
#[derive(Debug, Default)]
struct Copied {
    segments: usize,
    bytes: u64,
    kept: usize,
}

/// Saves a journal.
pub fn run(args: &BackupArgs, json: bool) -> Result<(), Failure> {
    let from = journal_of(&args.data, "--data")?;
    let to = args.to.join("journal");
    let disk = Dir::make(&to).with_context(|| format!("making {}", to.display()))?;
    let lock = disk.lock().with_context(|| format!("locking {}", to.display()))?;
    let Some(_lock) = lock else {
        return Err(Failure::Usage(format!(
            "{} is in use: another backup is being written there, or a venue runs on it; name another directory with --to",
            args.to.display()
        )));
    };
    // Everything that is copied is what was checked now, however much is written meanwhile.
    let source = checked(&from, "checking", json)?;
    same_journal(&from, &to, &source)?;
    let there = check(&disk, Checking::default(), |_, _| ()).ok();
    if let Some(there) = &there
        && there.end.last_seq > source.end.last_seq
    {
        return Err(Failure::Usage(format!(
            "the backup in {} goes on to command {}, the journal in {} only to {}; name another directory with --to",
            args.to.display(),
            there.end.last_seq,
            args.data.display(),
            source.end.last_seq
        )));
    }
    let copied = segments_to(&from, &to, &source, there.as_ref(), json)?;
    let beside = copy_beside(&args.data, &args.to)?;
    let saved = checked(&to, "checking the copy", json)?;
    compare(&source, &saved)?;
    if json {
        say!("{}", object(&saved, &copied, &beside));
        return Ok(());
    }
    say!(
        "saved commands {} to {} in {} segments, {}: {} copied, {}; {} were there already",
        saved.first_seq,
        saved.end.last_seq,
        saved.segments,
        money::bytes(saved.bytes),
        copied.segments,
        money::bytes(copied.bytes),
        copied.kept
    );
    say!("checked after copying; head {} behind command {}", saved.head.unwrap_or_default(), saved.end.last_seq);
    for (name, note) in &beside {
        say!("with {name}: {note}");
    }
    if !beside.is_empty() {
        say!("keep {} as secret as the venue's own directory", args.to.display());
    }
    if !args.data.join("venue.toml").exists() {
        say!(
            "the venue file is not in {}: save the one that `unspent serve --venue` is given too",
            args.data.display()
        );
    }
    Ok(())
}

fn object(saved: &Report, copied: &Copied, beside: &[(&str, &str)]) -> serde_json::Value {
    serde_json::json!({
        "first_seq": saved.first_seq, "last_seq": saved.end.last_seq, "segments": saved.segments, "bytes": saved.bytes,
        "head": saved.head.map(|head| head.to_string()), "copied_segments": copied.segments,
        "copied_bytes": copied.bytes, "kept_segments": copied.kept,
        "beside": beside.iter().map(|(name, _)| *name).collect::<Vec<_>>(),
    })
}

/// Whether what is in the backup was made of this journal: a segment's header has a random number.
fn same_journal(from: &Path, to: &Path, source: &Report) -> Result<(), Failure> {
    for segment in segments(&Dir::at(to))?.into_iter().filter(|&segment| segment >= source.first_seq) {
        let name = file_name(segment);
        let ours = header(&from.join(&name)).with_context(|| format!("reading {}", from.join(&name).display()))?;
        let theirs = header(&to.join(&name)).with_context(|| format!("reading {}", to.join(&name).display()))?;
        if ours.is_none() || theirs != ours {
            return Err(Failure::Usage(format!(
                "{} is of another journal than {}, or of a later time; name another directory with --to",
                to.join(&name).display(),
                from.display()
            )));
        }
    }
    Ok(())
}

/// A segment's first 64 bytes; `None` when there is no such file.
fn header(path: &Path) -> io::Result<Option<[u8; 64]>> {
    let mut bytes = [0; 64];
    match File::open(path) {
        Ok(mut file) => file.read_exact(&mut bytes).map(|()| Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Copies the segments that are not there yet, or not as far.
fn segments_to(from: &Path, to: &Path, source: &Report, there: Option<&Report>, json: bool) -> Result<Copied, Failure> {
    let is_there = |span: &Span| {
        let same = |old: &Span| (old.first_seq, old.end, old.digest) == (span.first_seq, span.end, span.digest);
        there.is_some_and(|there| there.spans.iter().any(same))
    };
    let wanted: Vec<&Span> = source.spans.iter().filter(|span| !is_there(span)).collect();
    let total = wanted.iter().map(|span| span.end).sum();
    let mut copied = Copied { kept: source.spans.len() - wanted.len(), ..Copied::default() };
    let mut progress = super::common::Progress::new(json);
    for span in wanted {
        let name = file_name(span.first_seq);
        copy(&from.join(&name), &to.join(&name), span.end, |bytes| {
            copied.bytes += bytes;
            progress.bytes("copying", copied.bytes, total);
        })?;
        // One after the other, so that what is there is always the beginning of the journal.
        sync(to)?;
        copied.segments += 1;
    }
    Ok(copied)
}

/// Whether the copy is what was checked before.
fn compare(source: &Report, saved: &Report) -> Result<(), Failure> {
    // A backup may have kept older segments than the journal has: then their heads begin elsewhere.
    let comparable = source.first_seq == saved.first_seq;
    let same = source.end.last_seq == saved.end.last_seq
        && source.end.crc == saved.end.crc
        && (!comparable || source.head == saved.head);
    if same {
        return Ok(());
    }
    Err(Failure::Damaged(format!(
        "the copy ends at command {} and not as the journal did at command {}: the disk does not keep what is written; look \
         at it, then save to another",
        saved.end.last_seq, source.end.last_seq
    )))
}

//! `unspent journal repair`: what is whole goes to a new directory, and what is not is said.

use super::common::{Progress, checked, file_name, journal_of, last_of};
use super::files::{copy, copy_beside, make_new, sync};
use crate::cli::RepairArgs;
use crate::failure::Failure;
use crate::money;
use crate::output::say;
use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};
use unspent_journal::{Checking, Dir, JournalError, Report, check, salvage, segments};
use unspent_model::Timestamp;
use unspent_protocol::print_time;
use unspent_records::Record;

/// Where a journal is damaged.
struct Damage {
    file: PathBuf,
    /// The segment by its first command; `None` when there is no segment left.
    segment: Option<u64>,
    offset: u64,
    seq: u64,
    why: &'static str,
}

impl Damage {
    fn of(error: JournalError) -> Result<Damage, Failure> {
        match error {
            JournalError::Damaged { file, offset, seq, why } => {
                let name = file.file_stem().and_then(|name| name.to_str());
                let segment = name.and_then(|name| name.parse().ok());
                Ok(Damage { file, segment, offset, seq, why })
            }
            other => Err(other.into()),
        }
    }
}

/// Whole batches behind the damage.
#[derive(Debug, Default)]
struct Behind {
    batches: u64,
    commands: u64,
    seqs: Option<(u64, u64)>,
    times: Option<(Timestamp, Timestamp)>,
}

/// Saves what is whole.
pub fn run(args: &RepairArgs, json: bool) -> Result<(), Failure> {
    let dir = journal_of(&args.data, "--data")?;
    make_new(&args.to, "--to")?;
    let mut progress = Progress::new(json);
    let found = check(&Dir::at(&dir), Checking::default(), |done, total| progress.bytes("checking", done, total));
    let damage = found.map_or_else(|error| Damage::of(error).map(Some), |_| Ok(None))?;
    let to = args.to.join("journal");
    Dir::make(&to)?;
    copy_good(&dir, &to, damage.as_ref(), json)?;
    let saved = cut(&to, json)?;
    let beside = copy_beside(&args.data, &args.to)?;
    let behind = damage.as_ref().map(|damage| behind(&dir, damage)).transpose()?;
    if json {
        say!("{}", object(&saved, damage.as_ref().zip(behind.as_ref())));
    } else {
        let head = saved.head.unwrap_or_default();
        match saved.commands {
            0 => say!("saved nothing: there is no whole batch before the damage"),
            _ => say!(
                "saved {} commands, {} to {}, to {}",
                money::count(saved.commands),
                saved.first_seq,
                saved.end.last_seq,
                args.to.display()
            ),
        }
        say!("head {head} behind command {}", saved.end.last_seq);
        for (name, note) in beside {
            say!("copied {name} too ({note})");
        }
        match damage.as_ref().zip(behind.as_ref()) {
            None => say!("no damage was found; nothing is lost"),
            Some((damage, behind)) => print(damage, behind, saved.end.last_seq + 1),
        }
        say!("{} was not changed", args.data.display());
    }
    match damage {
        None => Ok(()),
        Some(damage) => Err(Failure::Lost(format!(
            "everything from command {} on is lost: {} is damaged at byte {}. Look for it in a backup before you start a \
             venue on {}",
            saved.end.last_seq + 1,
            damage.file.display(),
            damage.offset,
            args.to.display()
        ))),
    }
}

fn print(damage: &Damage, behind: &Behind, lost: u64) {
    say!("damaged at byte {} of {}: {}", damage.offset, damage.file.display(), damage.why);
    say!("lost: command {lost} and all later ones");
    let Some((first, last)) = behind.seqs else {
        say!("no whole batch with a command was found behind the damage");
        return;
    };
    say!(
        "found behind the damage, whole but not saved, as something before them is missing: {} commands in {} batches, \
         {first} to {last}",
        money::count(behind.commands),
        money::count(behind.batches)
    );
    if let Some((first, last)) = behind.times {
        say!("they are of {} to {}", print_time(first), print_time(last));
    }
}

fn object(saved: &Report, lost: Option<(&Damage, &Behind)>) -> serde_json::Value {
    let lost = lost.map(|(damage, behind)| {
        serde_json::json!({
            "file": damage.file.display().to_string(), "offset": damage.offset, "why": damage.why,
            "first_lost_seq": saved.end.last_seq + 1, "found_batches": behind.batches,
            "found_commands": behind.commands, "found_first_seq": behind.seqs.map(|seqs| seqs.0),
            "found_last_seq": behind.seqs.map(|seqs| seqs.1),
            "found_first_time": behind.times.map(|times| print_time(times.0)),
            "found_last_time": behind.times.map(|times| print_time(times.1)),
        })
    });
    serde_json::json!({
        "damaged": lost.is_some(), "saved_commands": saved.commands, "first_seq": saved.first_seq,
        "last_seq": saved.end.last_seq, "head": saved.head.map(|head| head.to_string()), "lost": lost,
    })
}

/// Copies every segment before the damage, and of its own what stands before it.
fn copy_good(dir: &Path, to: &Path, damage: Option<&Damage>, json: bool) -> Result<(), Failure> {
    let mut progress = Progress::new(json);
    let sizes = segments(&Dir::at(dir))?.into_iter().map(|segment| -> Result<(u64, u64), Failure> {
        Ok((segment, fs::metadata(dir.join(file_name(segment)))?.len()))
    });
    let sizes = sizes.collect::<Result<Vec<_>, _>>()?;
    let (total, mut done) = (sizes.iter().map(|(_, size)| size).sum(), 0);
    for (segment, size) in sizes {
        let name = file_name(segment);
        let keep = match damage {
            None => size,
            Some(Damage { segment: Some(bad), .. }) if segment < *bad => size,
            Some(Damage { segment: Some(bad), offset, .. }) if segment == *bad && *offset > 0 => *offset,
            Some(_) => break,
        };
        copy(&dir.join(&name), &to.join(&name), keep.min(size), |bytes| {
            done += bytes;
            progress.bytes("copying", done, total);
        })?;
    }
    sync(to)
}

/// Cuts the copy behind its last good batch. A segment before the damage may still end in what is none, now that nothing
/// follows it.
fn cut(to: &Path, json: bool) -> Result<Report, Failure> {
    loop {
        match checked(to, "checking the copy", json) {
            Ok(report) => {
                if let (Some(file), Some(torn)) = (&report.end.file, &report.end.torn) {
                    // Half a segment that was being made has nothing in it.
                    if torn.file == *file {
                        shorten(file, report.end.offset)?
                    } else {
                        fs::remove_file(&torn.file)?
                    }
                    sync(to)?;
                    continue;
                }
                return Ok(report);
            }
            Err(Failure::Damaged(_)) => {}
            Err(other) => return Err(other),
        }
        let Err(error) = check(&Dir::at(to), Checking { heads: false, ..Checking::default() }, |_, _| ()) else {
            continue;
        };
        let damage = Damage::of(error)?;
        if damage.offset == 0 {
            fs::remove_file(&damage.file)?
        } else {
            shorten(&damage.file, damage.offset)?
        }
        for later in segments(&Dir::at(to))?.into_iter().filter(|&later| Some(later) > damage.segment) {
            fs::remove_file(to.join(file_name(later)))?;
        }
        sync(to)?;
    }
}

fn shorten(file: &Path, bytes: u64) -> Result<(), Failure> {
    let file = OpenOptions::new().write(true).open(file)?;
    file.set_len(bytes)?;
    Ok(file.sync_all()?)
}

/// Counts what is whole behind the damage.
fn behind(dir: &Path, damage: &Damage) -> Result<Behind, Failure> {
    let mut behind = Behind::default();
    let Some(segment) = damage.segment else { return Ok(behind) };
    salvage(&Dir::at(dir), segment, damage.offset, damage.seq, |batch| {
        behind.batches += 1;
        behind.commands += u64::from(batch.count());
        if batch.count() > 0 {
            let (first, last) = behind.seqs.unwrap_or((u64::MAX, 0));
            behind.seqs = Some((first.min(batch.first_seq()), last.max(last_of(batch.first_seq(), batch.count()))));
        }
        for frame in batch.frames() {
            // What cannot be read is counted all the same.
            if let Ok(Record::Command(command)) = Record::decode(frame) {
                let (first, last) = behind.times.unwrap_or((command.at, command.at));
                behind.times = Some((first.min(command.at), last.max(command.at)));
            }
        }
    })?;
    Ok(behind)
}

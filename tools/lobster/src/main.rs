//! `lobster-replay`: holds the engine to the book that a LOBSTER file tells.

use std::env;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;
use unspent_lobster::{Floor, Hour, Replay, Tape, repository};

const HELP: &str = "\
lobster-replay replays NASDAQ flow in LOBSTER format through the engine and compares the books.

usage: lobster-replay [--data DIR] [--depth N] [--json]
       lobster-replay --messages FILE --levels FILE [--full-levels FILE] [--depth N] [--json]

  --data DIR          the folder with lobster/AAPL_2012-06-21_…; else $UNSPENT_DATA, else ../shared/data
                      beside the repository
  --messages FILE     a message file, plain or .zst, instead of the AAPL hour
  --levels FILE       best ask, its size, best bid, its size after each message
  --full-levels FILE  more levels a side after each of the first messages
  --depth N           how many levels a side to compare there (40)
  --json              print one JSON object

Exit status: 0 when the books agree as far as they must: wholly for a file of your own; for the AAPL hour rows 0 to
54,605 and at least 91,907 of 91,997 in all, 40 levels a side on the first 672, and at least 4,031 of 4,067 executions
on the order that the file names. 1 when they agree less. 2 when something cannot be read, or when $CI is set and the
data is absent; else fixtures/lobster-twin stands in for absent data.
";

/// What was asked for.
#[derive(Debug)]
struct Args {
    data: Option<PathBuf>,
    messages: Option<PathBuf>,
    levels: Option<PathBuf>,
    full_levels: Option<PathBuf>,
    depth: usize,
    json: bool,
}

/// `None` asks for help.
fn parse(mut args: impl Iterator<Item = String>) -> Result<Option<Args>, String> {
    let mut parsed = Args { data: None, messages: None, levels: None, full_levels: None, depth: 40, json: false };
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or_else(|| format!("{arg} needs a value"));
        match arg.as_str() {
            "--data" => parsed.data = Some(value()?.into()),
            "--messages" => parsed.messages = Some(value()?.into()),
            "--levels" => parsed.levels = Some(value()?.into()),
            "--full-levels" => parsed.full_levels = Some(value()?.into()),
            "--depth" => {
                parsed.depth = value()?.parse().map_err(|_| "--depth needs a whole number".to_owned())?;
            }
            "--json" => parsed.json = true,
            "--help" | "-h" => return Ok(None),
            _ => return Err(format!("{arg:?} is not known; see --help")),
        }
    }
    if parsed.messages.is_some() != parsed.levels.is_some() {
        return Err("--messages and --levels go together".to_owned());
    }
    if parsed.full_levels.is_some() && parsed.messages.is_none() {
        return Err("--full-levels goes with --messages and --levels".to_owned());
    }
    if parsed.data.is_some() && parsed.messages.is_some() {
        return Err("--data and --messages exclude each other".to_owned());
    }
    Ok(Some(parsed))
}

fn main() -> ExitCode {
    let args = match parse(env::args().skip(1)) {
        Ok(Some(args)) => args,
        Ok(None) => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("lobster-replay: {error}");
            return ExitCode::from(2);
        }
    };
    match run(&args) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("lobster-replay: {error}");
            ExitCode::from(2)
        }
    }
}

type Failure = Box<dyn std::error::Error>;

/// Whether everything agreed as far as it must.
fn run(args: &Args) -> Result<bool, Failure> {
    if let (Some(messages), Some(levels)) = (&args.messages, &args.levels) {
        return replay(args, messages, levels, args.full_levels.as_deref(), Floor::Whole);
    }
    let here = env::current_dir()?;
    let data = args.data.clone().unwrap_or_else(|| Hour::folder(&here));
    let absent = match Hour::find(&data) {
        Ok(hour) => return replay(args, &hour.messages, &hour.tops, Some(&hour.full), Floor::AaplHour),
        Err(absent) => absent,
    };
    if env::var_os("CI").is_some_and(|ci| !ci.is_empty()) {
        return Err(format!("{absent}, and in CI it must be there").into());
    }
    eprintln!("lobster-replay: {absent}: THE AAPL HOUR WAS NOT REPLAYED");
    let twin = repository(&here).join("fixtures/lobster-twin");
    let (messages, levels) = (twin.join("message.csv"), twin.join("orderbook_L1cols.csv"));
    if !messages.exists() && !levels.exists() {
        eprintln!("lobster-replay: {} is absent too: NOTHING WAS REPLAYED", twin.display());
        return Ok(true);
    }
    eprintln!("lobster-replay: {} stands in", twin.display());
    replay(args, &messages, &levels, None, Floor::Whole)
}

fn replay(args: &Args, messages: &Path, levels: &Path, full: Option<&Path>, floor: Floor) -> Result<bool, Failure> {
    let tape = Tape::read(messages, levels, full)?;
    let start = Instant::now();
    let report = Replay::run(&tape, args.depth)?;
    let elapsed = start.elapsed();
    let missed = floor.missed(&report);
    if args.json {
        let mut json = report.json();
        json["messages"] = messages.display().to_string().into();
        json["missed"] = missed.clone().into();
        println!("{json:#}");
    } else {
        println!("{}", messages.display());
        print!("{report}");
        println!("replayed in {:.3} s", elapsed.as_secs_f64());
        println!("{}", if missed.is_empty() { "good" } else { "NOT GOOD" });
    }
    for what in &missed {
        eprintln!("lobster-replay: not so: {what}");
    }
    Ok(missed.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(args: &str) -> String {
        parse(args.split_whitespace().map(str::to_owned)).unwrap_err()
    }

    #[test]
    fn arguments_that_do_not_fit_are_refused() {
        assert_eq!(refused("--messages m"), "--messages and --levels go together");
        assert_eq!(refused("--full-levels f"), "--full-levels goes with --messages and --levels");
        assert_eq!(refused("--data d --messages m --levels l"), "--data and --messages exclude each other");
        assert_eq!(refused("--depth x"), "--depth needs a whole number");
        assert_eq!(refused("--data"), "--data needs a value");
        assert_eq!(refused("--jsno"), "\"--jsno\" is not known; see --help");
    }
}

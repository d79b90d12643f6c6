//! `cargo count`: instructions per command, by callgrind, beside the checked-in baseline.
//!
//! Counts do not depend on what else the machine does; they depend on the compiler and a little on the C library. This
//! program runs itself under callgrind, once for each flow and target, with collection switched on only inside of
//! [`measured_region`]: making commands, building the opening book and dropping anything are not counted.

use serde_json::{Map, Value, json};
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::{env, hint::black_box};
use unspent_benches::{Bare, Case, Cell, Matcher, Months, Prepared, Report, Table, Venue, case, recorded};

const HELP: &str = "\
cargo count: instructions per command of fixed flows, by callgrind, beside tools/count/baseline.json

  --only WORD      only flows whose name has it
  --check PERCENT  exit with status 1 when one has more instructions than the baseline by more than this
  --save           write the baseline anew
  --cache          also simulate the caches (slower): data misses of the first and of the last level per command
  --json           one JSON object instead of a table

Needs valgrind. Exit status: 0 done, 1 worse than asked for, 2 usage, or valgrind or a file is missing.
";

/// Where the baseline is.
const BASELINE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/baseline.json");

/// How many operations of a mix or of the recorded flow are counted.
const COUNTED_OPS: usize = 20_000;

/// The book alone, the engine around it, and the engine where eleven other months trade with the book's.
const TARGETS: [&str; 3] = ["book", "engine", "months"];

#[derive(Debug, Default)]
struct Args {
    only: Option<String>,
    check: Option<f64>,
    save: bool,
    cache: bool,
    json: bool,
}

type Failure = Box<dyn std::error::Error>;

/// What callgrind counted for a flow on one target.
#[derive(Clone, Copy, Debug)]
struct Counted {
    instructions: u64,
    /// Data misses of the first level and of the last, reads and writes.
    misses: Option<(u64, u64)>,
}

/// The flows: one kind of operation each, the mixes, and the recorded hour.
const FLOWS: [&str; 8] = ["add", "cancel", "match", "sweep", "mix_mixed", "mix_deep", "mix_sweeps", "hour"];

/// The flow of this name; the hour is the twin where it is absent.
fn flow(name: &str) -> Option<Case> {
    let case = if name == "hour" { recorded() } else { case(name, COUNTED_OPS)? };
    Some(if case.timed.len() > COUNTED_OPS { case.shortened(COUNTED_OPS) } else { case })
}

/// What is counted, and nothing else. Callgrind is told its name.
#[inline(never)]
fn measured_region<M: Matcher>(prepared: &Prepared<'_, M>, matcher: &mut M) -> u64 {
    prepared.run(matcher).fills()
}

fn run_once<M: Matcher>(case: &Case) {
    let prepared = Prepared::<M>::new(case);
    let mut matcher = prepared.build();
    black_box(measured_region(&prepared, &mut matcher));
}

/// The inner run, under callgrind.
fn inner(flow: &str, target: &str) -> Result<(), Failure> {
    let case = self::flow(flow).ok_or("no such flow")?;
    match target {
        "book" => run_once::<Bare>(&case),
        "engine" => run_once::<Venue>(&case),
        "months" => run_once::<Months>(&case),
        _ => return Err("no such target".into()),
    }
    Ok(())
}

fn callgrind(flow: &str, target: &str, cache: bool) -> Result<Counted, Failure> {
    let folder = tempfile::tempdir()?;
    let out = folder.path().join("callgrind.out");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--collect-atstart=no", "--toggle-collect=*measured_region*"])
        .arg(format!("--cache-sim={}", if cache { "yes" } else { "no" }))
        .arg(format!("--callgrind-out-file={}", out.display()))
        .arg(env::current_exe()?)
        .args(["--inner", flow, target])
        .output()?;
    if !output.status.success() {
        return Err(format!("callgrind on {flow}: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    let counted = parse(&fs::read_to_string(out)?).ok_or("callgrind wrote no totals")?;
    if counted.instructions == 0 {
        return Err(format!("{flow} on {target}: nothing was collected; was measured_region inlined?").into());
    }
    Ok(counted)
}

/// Reads the totals of a callgrind file. Source: valgrind manual, "Callgrind Format Specification".
fn parse(file: &str) -> Option<Counted> {
    let field = |name: &str| file.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    let events: Vec<&str> = field("events:")?.split_whitespace().collect();
    let totals: Vec<u64> =
        field("totals:").or(field("summary:"))?.split_whitespace().map(str::parse).collect::<Result<_, _>>().ok()?;
    // Trailing zeros are left out.
    let event = |name: &str| {
        let at = events.iter().position(|&event| event == name)?;
        Some(totals.get(at).copied().unwrap_or(0))
    };
    let misses = event("D1mr").zip(event("D1mw")).zip(event("DLmr").zip(event("DLmw")));
    Some(Counted {
        instructions: event("Ir")?,
        misses: misses.map(|((first_read, first_write), (last_read, last_write))| {
            (first_read + first_write, last_read + last_write)
        }),
    })
}

fn parse_args(mut given: impl Iterator<Item = String>) -> Result<Option<Args>, String> {
    let mut args = Args::default();
    while let Some(arg) = given.next() {
        match arg.as_str() {
            "--only" => args.only = Some(given.next().ok_or("--only needs a word")?),
            "--check" => {
                let percent = given.next().and_then(|percent| percent.parse().ok());
                args.check = Some(percent.ok_or("--check needs a number")?);
            }
            "--save" => args.save = true,
            "--cache" => args.cache = true,
            "--json" => args.json = true,
            "--help" | "-h" => return Ok(None),
            _ => return Err(format!("{arg:?} is not known; see --help")),
        }
    }
    if args.save && args.only.is_some() {
        return Err("--save writes every flow: it does not go with --only".to_owned());
    }
    Ok(Some(args))
}

fn main() -> ExitCode {
    let mut given = env::args().skip(1).peekable();
    if given.next_if(|arg| arg == "--inner").is_some() {
        let (flow, target) = (given.next().unwrap_or_default(), given.next().unwrap_or_default());
        return finish(inner(&flow, &target).map(|()| true));
    }
    match parse_args(given) {
        Ok(Some(args)) => finish(outer(&args)),
        Ok(None) => {
            print!("{HELP}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("count: {error}");
            ExitCode::from(2)
        }
    }
}

fn finish(result: Result<bool, Failure>) -> ExitCode {
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("count: {error}");
            ExitCode::from(2)
        }
    }
}

/// Counts everything, prints it, and says whether it is as good as asked for.
fn outer(args: &Args) -> Result<bool, Failure> {
    if Command::new("valgrind").arg("--version").output().is_err() {
        return Err("valgrind is not installed (the package is called valgrind), and nothing was counted".into());
    }
    let baseline: Value = match fs::read_to_string(BASELINE) {
        Ok(text) => serde_json::from_str(&text)?,
        Err(_) => Value::Null,
    };
    let mut columns = vec![("flow", ""), ("on", ""), ("commands", ""), ("instructions", "a command")];
    columns.extend([("baseline", "a command"), ("difference", "%")]);
    if args.cache {
        columns.extend([("L1 misses", "a command"), ("last-level misses", "a command")]);
    }
    let mut table = Table::new("Instructions per command, by callgrind (a sweep is a command of 200 fills)", &columns);
    let (mut saved, mut worse) = (Map::new(), Vec::new());
    for flow in FLOWS.into_iter().filter(|flow| args.only.as_ref().is_none_or(|only| flow.contains(only.as_str()))) {
        let case = self::flow(flow).expect("a flow of the list");
        for target in TARGETS {
            let counted = callgrind(flow, target, args.cache)?;
            let commands = case.timed.len() as f64;
            let each = counted.instructions as f64 / commands;
            let name = format!("{} {target}", case.name);
            let before = baseline["instructions"][&name].as_f64();
            let difference = before.map(|before| (each / before - 1.0) * 100.0);
            if let (Some(difference), Some(percent)) = (difference, args.check)
                && difference > percent
            {
                worse.push(format!("{name}: {difference:.2} % more instructions than the baseline"));
            }
            saved.insert(name, json!((each * 1_000.0).round() / 1_000.0));
            let number = |number: Option<f64>, decimals| number.map_or(Cell::Nothing, |n| Cell::Number(n, decimals));
            let mut row = vec![case.name.into(), target.into(), case.timed.len().into(), Cell::Number(each, 1)];
            row.extend([number(before, 1), number(difference, 2)]);
            if let Some((first, last)) = counted.misses {
                row.extend([Cell::Number(first as f64 / commands, 3), Cell::Number(last as f64 / commands, 3)]);
            }
            table.row(row);
        }
    }
    let compiler = rustc();
    let mut report = Report::new("count");
    report.table(table);
    report.note(format!("Compiler: {compiler}."));
    if let Some(before) = baseline["compiler"].as_str().filter(|&before| before != compiler) {
        report.note(format!("The baseline is another compiler's ({before}): differences are its too."));
    }
    report.print(&unspent_benches::Args { json: args.json, ..Default::default() });
    if args.save {
        let text = format!("{:#}\n", json!({ "compiler": compiler, "instructions": saved }));
        fs::write(Path::new(BASELINE), text)?;
        eprintln!("count: wrote {BASELINE}");
    }
    for worse in &worse {
        eprintln!("count: {worse}");
    }
    Ok(worse.is_empty())
}

fn rustc() -> String {
    let compiler = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    match Command::new(compiler).arg("--version").output() {
        Ok(output) => String::from_utf8_lossy(&output.stdout).trim().to_owned(),
        Err(_) => "unknown".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_are_read_with_and_without_caches() {
        let counted = parse("version: 1\nevents: Ir\nfn=(1) a\n1 5\ntotals: 1234\n").unwrap();
        assert_eq!((counted.instructions, counted.misses), (1_234, None));
        let events = "events: Ir Dr Dw I1mr D1mr D1mw ILmr DLmr DLmw";
        let counted = parse(&format!("{events}\ntotals: 9 8 7 6 5 4 3 2\n")).unwrap();
        assert_eq!((counted.instructions, counted.misses), (9, Some((9, 2))));
        assert!(parse("events: Ir\n").is_none());
    }

    #[test]
    fn every_flow_runs_on_both_targets() {
        for flow in FLOWS {
            for target in TARGETS {
                inner(flow, target).unwrap();
            }
        }
    }
}

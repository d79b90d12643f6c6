//! The program as its users run it: what it prints and how it exits.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// A market in twelve rows: two bids and an ask; a reduction; an execution of the first bid, of a part of it and of the
/// rest; a second order at one price executed before the first; hidden, halt; a deletion.
const MESSAGES: &str = "\
34200.000000001,1,11,100,1000000,1
34200.5,1,12,50,1000000,1
34201,1,13,30,1000500,-1
34201.25,2,11,40,1000000,1
34202,4,11,20,1000000,1
34203,4,11,40,1000000,1
34204,1,14,10,1000000,1
34205,4,14,10,1000000,1
34206,5,0,7,1000250,1
34207,7,0,0,-1,-1
34208,3,12,50,1000000,1
34209,1,15,5,900000,1
";

const LEVELS: &str = "\
9999999999,0,1000000,100
9999999999,0,1000000,150
1000500,30,1000000,150
1000500,30,1000000,110
1000500,30,1000000,90
1000500,30,1000000,50
1000500,30,1000000,60
1000500,30,1000000,50
1000500,30,1000000,50
1000500,30,1000000,50
1000500,30,-9999999999,0
1000500,30,900000,5
";

struct Market {
    folder: TempDir,
}

impl Market {
    fn new(messages: &str, levels: &str) -> Market {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("m.csv"), messages).unwrap();
        fs::write(folder.path().join("l.csv"), levels).unwrap();
        Market { folder }
    }

    fn file(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    fn replay(&self, more: &[&str]) -> Output {
        let (messages, levels) = (self.file("m.csv"), self.file("l.csv"));
        program(self.folder.path()).args(["--messages", &messages, "--levels", &levels]).args(more).output().unwrap()
    }
}

fn program(folder: &Path) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_lobster-replay"));
    program.current_dir(folder).env_remove("CI").env_remove("UNSPENT_DATA");
    program
}

fn json(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn a_small_tape_has_a_known_outcome() {
    let market = Market::new(MESSAGES, LEVELS);
    let output = market.replay(&["--json"]);
    let report = json(&output);
    assert_eq!((report["rows"].as_u64(), report["compared"].as_u64()), (Some(12), Some(12)));
    assert_eq!(report["differ"], 0);
    assert_eq!((report["executions"].as_u64(), report["on_named"].as_u64()), (Some(3), Some(2)));
    assert_eq!((report["price_low_cents"].as_u64(), report["price_high_cents"].as_u64()), (Some(9_000), Some(10_005)));
    let used: Vec<String> = report["rules"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(_, count)| **count != 0)
        .map(|(name, count)| format!("{name} {count}"))
        .collect();
    let expected = ["amend 1", "cancel 1", "execute 2", "execute_behind 1", "seed_less_submission 1", "skip_halt 1"];
    let expected: Vec<&str> = expected.into_iter().chain(["skip_hidden 1", "submit 5"]).collect();
    assert_eq!(used, expected);
    // The order behind the front was executed, so not every execution is on the order named: a file must be whole.
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(stderr(&output), "lobster-replay: not so: all executions are on the order that the file names\n");
}

#[test]
fn a_tape_in_price_time_priority_is_good() {
    // The execution of order 14 is said of 12 instead.
    let messages = MESSAGES.replace("34205,4,14,", "34205,4,12,").replace("34208,3,12,50,", "34208,3,12,40,");
    let levels = LEVELS.replace("1000500,30,-9999999999,0", "1000500,30,1000000,10");
    let levels = levels.replace("1000500,30,900000,5", "1000500,30,1000000,10");
    let output = Market::new(&messages, &levels).replay(&[]);
    assert_eq!(stderr(&output), "");
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8(output.stdout).unwrap().ends_with("\ngood\n"));
}

#[test]
fn every_tampered_number_of_the_levels_is_found() {
    let good_messages = MESSAGES.replace("34205,4,14,", "34205,4,12,").replace("34208,3,12,50,", "34208,3,12,40,");
    for (row, field, value) in [(2, 0, "1000600"), (2, 1, "31"), (9, 2, "999900"), (9, 3, "49")] {
        let levels = LEVELS.replace("1000500,30,-9999999999,0", "1000500,30,1000000,10");
        let levels = levels.replace("1000500,30,900000,5", "1000500,30,1000000,10");
        let mut rows: Vec<Vec<&str>> = levels.lines().map(|row| row.split(',').collect()).collect();
        rows[row][field] = value;
        let levels: String = rows.iter().map(|row| row.join(",") + "\n").collect();
        let output = Market::new(&good_messages, &levels).replay(&["--json"]);
        assert_eq!(output.status.code(), Some(1), "row {row}, field {field}");
        assert_eq!(stderr(&output), "lobster-replay: not so: all rows are equal\n");
        let report = json(&output);
        assert_eq!((report["differ"].as_u64(), report["first_differ"].as_u64()), (Some(1), Some(row as u64)));
    }
}

#[test]
fn a_seed_is_the_liquidity_from_before_and_crossing_submissions_do_not_trade() {
    // Row 0 joins 60 lots that were there; 70 and 80 lots wait on the levels behind and opposite.
    let messages = "\
1,1,11,40,1000000,1
2,1,12,5,1000500,1
3,3,7,20,1000000,1
4,4,8,15,1000000,1
5,4,9,10,990000,1
6,2,5,99,1000500,-1
7,3,5,1,1000600,-1
8,4,6,1,1000600,-1
9,1,11,5,1000000,1
";
    let levels = "\
1000500,80,1000000,100
1000500,80,1000000,100
1000500,80,1000000,80
1000500,80,1000000,65
1000500,80,1000000,65
9999999999,0,1000000,65
9999999999,0,1000000,65
9999999999,0,1000000,65
9999999999,0,1000000,65
";
    let full = "1000500,80,1000000,100,9999999999,0,990000,70\n";
    let market = Market::new(messages, levels);
    fs::write(market.folder.path().join("f.csv"), full).unwrap();
    let output = market.replay(&["--full-levels", &market.file("f.csv"), "--json"]);
    let report = json(&output);
    assert_eq!((report["differ"].as_u64(), report["full_differ"].as_u64()), (Some(0), Some(0)), "{report:#}");
    assert_eq!((report["full_rows"].as_u64(), report["depth"].as_u64()), (Some(1), Some(2)));
    assert_eq!((report["executions"].as_u64(), report["on_named"].as_u64()), (Some(3), Some(0)));
    for (rule, count) in [
        ("seed_level", 3),
        ("seed_less_submission", 1),
        ("submit", 1),
        ("skip_crossing", 1),
        ("cancel_from_seed", 2),
        ("skip_unknown_cancel", 1),
        ("execute_seed", 1),
        ("execute_seed_behind", 1),
        ("skip_unknown_execution", 1),
        ("skip_open_id", 1),
        ("beyond_open", 1),
    ] {
        assert_eq!(report["rules"][rule], count, "{rule}");
    }

    // One share more on the second level after the second message is found, though the best prices agree.
    for (lots, differ) in [(70, 0), (71, 1)] {
        let more = format!("{full}1000500,80,1000000,100,9999999999,0,990000,{lots}\n");
        fs::write(market.folder.path().join("f.csv"), more).unwrap();
        let output = market.replay(&["--full-levels", &market.file("f.csv"), "--json"]);
        assert_eq!((json(&output)["differ"].as_u64(), json(&output)["full_differ"].as_u64()), (Some(0), Some(differ)));
    }
}

#[test]
fn what_cannot_be_read_is_named() {
    let market = Market::new("1,1,11,40,1000000,1\n2,1,12,5,one,1\n", LEVELS);
    let output = market.replay(&[]);
    assert_eq!(output.status.code(), Some(2));
    let expected = format!("lobster-replay: {}:2: price: \"one\" is not a number that fits\n", market.file("m.csv"));
    assert_eq!(stderr(&output), expected);
}

#[test]
fn absent_data_is_said_aloud_and_fails_in_ci() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join(".git")).unwrap();
    let absent = |ci: Option<&str>| {
        let mut program = program(folder.path());
        if let Some(ci) = ci {
            program.env("CI", ci);
        }
        program.args(["--data", "nowhere"]).output().unwrap()
    };
    let output = absent(None);
    assert_eq!(output.status.code(), Some(0));
    assert!(stderr(&output).contains("THE AAPL HOUR WAS NOT REPLAYED"));
    assert!(stderr(&output).contains("NOTHING WAS REPLAYED"));
    let output = absent(Some("true"));
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("in CI it must be there"));

    // A twin stands in, and must be whole.
    let twin = folder.path().join("fixtures/lobster-twin");
    fs::create_dir_all(&twin).unwrap();
    fs::write(twin.join("message.csv"), "1,1,11,40,1000000,1\n").unwrap();
    fs::write(twin.join("orderbook_L1cols.csv"), "9999999999,0,1000000,40\n").unwrap();
    let output = absent(None);
    assert_eq!(output.status.code(), Some(0));
    assert!(stderr(&output).contains("fixtures/lobster-twin stands in"));
    fs::write(twin.join("orderbook_L1cols.csv"), "9999999999,0,1000000,39\n").unwrap();
    assert_eq!(absent(None).status.code(), Some(1));
    // Half a twin is an error, not an absent one.
    fs::remove_file(twin.join("message.csv")).unwrap();
    assert_eq!(absent(None).status.code(), Some(2));
}

/// The AAPL hour where it is, its twin where it is not: as the program decides, in the environment of the test.
#[test]
fn the_hour_reaches_its_floor() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let output = Command::new(env!("CARGO_BIN_EXE_lobster-replay")).current_dir(root).output().unwrap();
    eprint!("{}{}", String::from_utf8_lossy(&output.stdout), stderr(&output));
    assert_eq!(output.status.code(), Some(0));
}

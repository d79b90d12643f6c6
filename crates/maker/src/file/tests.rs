use super::*;
use expect_test::{Expect, expect};

const LEAST: &str = "version = 1
[[family]]
name = \"AWS-ACT-1K\"
[[instrument]]
symbol = \"AWS-ACT-1K-202706\"
";

fn refused(text: &str, what: Expect) {
    what.assert_eq(&File::parse(text).unwrap_err().to_string());
}

#[test]
fn the_least_that_is_needed_is_as_usual() {
    let file = File::parse(LEAST).unwrap();
    let symbol = Symbol::parse("AWS-ACT-1K-202706").unwrap();
    assert_eq!(file.config, Config::simple(&[symbol]));
    assert_eq!(file.pause_file, None);
}

#[test]
fn every_parameter_is_taken_and_is_by_default_what_the_table_says() {
    let usual = File::parse(LEAST).unwrap();
    for parameter in PARAMETERS.iter().filter(|parameter| !matches!(parameter.default, "needed" | "none")) {
        let Parameter { table, name, default, .. } = parameter;
        // A group's parameters need a group; with it they are compared with one.
        let group = if name.starts_with("group_") { "group = \"g\"\n" } else { "" };
        let line = format!("{name} = {default}\n");
        let with = |line: &str| match *table {
            "family" => LEAST.replace("\"AWS-ACT-1K\"\n", &format!("\"AWS-ACT-1K\"\n{line}")),
            _ => format!("{LEAST}[{table}]\n{group}{line}"),
        };
        let said = File::parse(&with(&line)).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(said, File::parse(&with("")).unwrap(), "{name}");
        if *table == "quoting" {
            let own = File::parse(&format!("{LEAST}{line}")).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(own, usual, "{name} of an instrument");
        }
    }
}

#[test]
fn no_field_is_missing_in_the_table() {
    // What the parser expects in a table is what the table of parameters has.
    for table in ["safety", "timing", "bounds", "quoting"] {
        let error = File::parse(&format!("version = 1\n[{table}]\nno_such_field = 1\n")).unwrap_err();
        let (_, expected) = error.what.split_once("expected").unwrap();
        let mut expected: Vec<&str> = expected.split('`').skip(1).step_by(2).collect();
        let mut known: Vec<&str> =
            PARAMETERS.iter().filter(|parameter| parameter.table == table).map(|parameter| parameter.name).collect();
        expected.sort_unstable();
        known.sort_unstable();
        assert_eq!(expected, known, "{table}");
    }
}

#[test]
fn what_is_wrong_is_told_with_its_line_and_what_would_be_right() {
    refused("", expect!["line 1: version: must be 1: `unspent maker migrate FILE` brings an older file up to it"]);
    refused("version = 2", expect!["line 1: version: must be 1, the newest that this program knows; it is 2"]);
    refused(
        "version = 1\n[safety]\nlos_limit = 1",
        expect![[r#"
        line 3: unknown field `los_limit`, expected one of `dead_man_seconds`, `confirm_ms`, `stale_ms`, `loss_limit`, `group`, `group_lots`, `group_window_seconds`, `group_rest_seconds`, `pause_file`"#]],
    );
    refused(
        &format!("{LEAST}quote_face = 1500\n"),
        expect!["line 6: instrument AWS-ACT-1K-202706: quote_face: must be whole lots of 1000 dollars of face"],
    );
    refused(&format!("{LEAST}layers = 9\n"), expect!["line 6: instrument AWS-ACT-1K-202706: layers: must be 1 to 8"]);
    refused(
        &format!("{LEAST}[quoting]\nlayers = 0\n"),
        expect!["line 7: instrument AWS-ACT-1K-202706: layers: must be 1 to 8"],
    );
    refused(
        &format!("{LEAST}[[instrument]]\nsymbol = \"AAPL\"\n"),
        expect!["line 6: instrument AAPL: must be a credit, such as AWS-ACT-1K-202706: only they have a month"],
    );
    refused(
        &format!("{LEAST}[[instrument]]\nsymbol = \"GCP-ACT-1K-202706\"\n"),
        expect![
            "line 6: instrument GCP-ACT-1K-202706: must be a credit whose family has a curve: its symbol without the month is a [[family]]'s name"
        ],
    );
    refused(
        &LEAST.replace("[[instrument]]", "knots = [[30, 6000], [10, 5000]]\n[[instrument]]"),
        expect![
            "line 4: family AWS-ACT-1K: knots: must ascend by days, and the price must never fall: a later expiry is never worse"
        ],
    );
    refused(
        &format!("{LEAST}[safety]\nconfirm_ms = 15000\n"),
        expect!["line 7: safety: confirm_ms: must be at least 500 and less than the dead-man timer"],
    );
    refused(
        &format!("{LEAST}[safety]\ngroup_lots = 5\n"),
        expect!["line 6: safety: group: must be there when group_lots or another field of it is"],
    );
}

#[test]
fn a_file_of_before_versions_gets_one_and_nothing_else() {
    let old = LEAST.strip_prefix("version = 1\n").unwrap();
    let new = migrate(old).unwrap().unwrap();
    assert_eq!(new, LEAST);
    assert_eq!(migrate(&new).unwrap(), None);
    assert!(migrate("version = 7").is_err());
}

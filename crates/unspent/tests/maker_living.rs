//! `unspent maker` in the living market: the same seeds, the same bytes; and what each seed made is told.

use serde_json::Value;
use std::path::PathBuf;
use std::process::{Command, Output};

fn fixture() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/maker/living.toml")
}

fn maker(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_unspent"));
    let output = command.arg("maker").arg(arguments[0]).arg(fixture()).args(&arguments[1..]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

#[test]
fn a_backtest_in_living_markets_tells_of_every_seed_and_is_the_same_again() {
    let place = tempfile::tempdir().unwrap();
    let page = place.path().join("page.html");
    let arguments = ["backtest", "--living", "--seeds", "2", "--days", "8", "--json"];
    let told = maker(&[&arguments[..], &["--html", page.to_str().unwrap()]].concat()).stdout;
    assert_eq!(told, maker(&arguments).stdout);
    let report: Value = serde_json::from_slice(&told).unwrap();
    let seeds = report["seeds"].as_array().unwrap();
    assert_eq!(seeds.iter().map(|seed| seed["seed"].as_u64().unwrap()).collect::<Vec<_>>(), [1, 2]);
    for seed in seeds {
        let cents = |part: &str| (seed["made"][part].as_str().unwrap().parse::<f64>().unwrap() * 100.0).round();
        let together: f64 = ["spread", "inventory", "decay", "waste", "fees"].map(cents).iter().sum();
        assert!((together - cents("total")).abs() <= 5.0, "{seed}");
    }
    let distribution = &report["distribution"];
    let lost = seeds.iter().filter(|seed| seed["total"].as_str().unwrap().starts_with('-')).count();
    assert_eq!((&distribution["seeds"], &distribution["lost"]), (&2.into(), &lost.into()));
    let text = String::from_utf8(maker(&arguments[..6]).stdout).unwrap();
    let loses = distribution["median"].as_str().unwrap().starts_with('-');
    assert!(text.starts_with(if loses { "It loses money" } else { "It made" }), "{text}");
    assert!(text.contains("of 2 lost money") && text.contains("  median "), "{text}");
    let html = std::fs::read_to_string(&page).unwrap();
    assert!(html.contains("Every seed") && html.contains("of 2 lost money"), "the page tells of every seed");
}

#[test]
fn a_run_in_the_living_market_writes_the_same_transcript_again() {
    let place = tempfile::tempdir().unwrap();
    let run = |name: &str| {
        let path = place.path().join(name);
        let arguments = ["run", "--mode", "sim", "--living", "--days", "4", "--transcript", path.to_str().unwrap()];
        let told = maker(&arguments).stdout;
        (told, std::fs::read_to_string(path).unwrap())
    };
    let once = run("a");
    assert!(once.1.contains("\"do\":\"quote\"") && once == run("b"));
}

//! A damaged journal: what is whole is saved, what is lost is said, and the evidence stays.

use crate::place::{Place, json_of, limit, runtime};
use std::process::{Command, Output};
use unspent_model::Side;

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A venue that took twenty orders, one batch each.
fn stopped() -> Place {
    let place = Place::new();
    let server = place.start();
    runtime().block_on(async {
        let (acme, _inbox) = server.login("uk_acme_test").await;
        for i in 0..20 {
            acme.add_order(limit(Side::Sell, 1_000, "0.9", &format!("s-{i}"))).await.unwrap();
        }
    });
    assert!(server.terminate().success());
    place
}

fn repair(place: &Place, to: &str) -> Output {
    let to = place.beside(to);
    place.journal(&["repair", "--json", "--to", to.to_str().unwrap()])
}

#[test]
fn what_stands_before_the_damage_is_saved_and_the_rest_is_said() {
    let place = stopped();
    let whole = place.journal_json(&["verify"]);
    let last = whole["last_seq"].as_u64().unwrap();
    let sound = json_of(&repair(&place, "sound"));
    assert_eq!((&sound["damaged"], &sound["last_seq"], &sound["head"]), (&false.into(), &last.into(), &whole["head"]));

    let segment = place.segments().remove(0);
    let mut bytes = std::fs::read(&segment).unwrap();
    let end = bytes.iter().rposition(|&byte| byte != 0).unwrap();
    bytes[end / 2] ^= 0x10;
    std::fs::write(&segment, &bytes).unwrap();
    let mended = repair(&place, "mended");
    assert_eq!(mended.status.code(), Some(8), "{}", text(&mended.stderr));
    let said: serde_json::Value = serde_json::from_slice(&mended.stdout).unwrap();
    let lost = &said["lost"];
    let (kept, first_found) = (said["last_seq"].as_u64().unwrap(), lost["found_first_seq"].as_u64().unwrap());
    assert_eq!(lost["first_lost_seq"], kept + 1);
    assert_eq!(first_found, kept + 2, "one batch of one command is damaged");
    assert_eq!(lost["found_last_seq"], last);
    assert_eq!(lost["found_commands"], last - first_found + 1);
    assert!(lost["found_last_time"].as_str().unwrap() >= lost["found_first_time"].as_str().unwrap());
    assert!(lost["file"].as_str().unwrap().ends_with(segment.file_name().unwrap().to_str().unwrap()));
    assert_eq!(std::fs::read(&segment).unwrap(), bytes, "damage is evidence: nothing is written");

    let check = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_unspent"));
        command.args(["journal"]).args(arguments).arg("--data").arg(place.beside("mended")).output().unwrap()
    };
    let verified = json_of(&check(&["verify", "--replay", "--json"]));
    assert_eq!((&verified["last_seq"], &verified["torn_bytes"]), (&kept.into(), &serde_json::Value::Null));
    assert!(!place.beside("mended/journal/durable").exists());
    let again = repair(&place, "mended");
    assert_eq!(again.status.code(), Some(2), "{}", text(&again.stderr));
}

#[test]
fn an_acknowledged_end_that_is_gone_is_a_loss_though_nothing_stands_behind_it() {
    let place = stopped();
    let whole = place.journal_json(&["verify"]);
    let segment = place.segments().remove(0);
    let mut bytes = std::fs::read(&segment).unwrap();
    let end = bytes.iter().rposition(|&byte| byte != 0).unwrap();
    bytes[end - 2] ^= 1;
    std::fs::write(&segment, &bytes).unwrap();
    let mended = repair(&place, "mended");
    assert_eq!(mended.status.code(), Some(8), "{}", text(&mended.stderr));
    let said: serde_json::Value = serde_json::from_slice(&mended.stdout).unwrap();
    assert_eq!(said["lost"]["found_batches"], 0);
    assert!(said["last_seq"].as_u64() <= whole["last_seq"].as_u64());
    let nothing = place.journal(&["repair", "--to", place.beside("x").to_str().unwrap()]);
    assert!(
        text(&nothing.stdout).contains("no whole batch with a command was found behind"),
        "{}",
        text(&nothing.stdout)
    );
    // With its first header gone there is nothing to save.
    bytes[20] ^= 1;
    std::fs::write(&segment, &bytes).unwrap();
    let nothing = place.journal(&["repair", "--to", place.beside("nothing").to_str().unwrap()]);
    assert_eq!(nothing.status.code(), Some(8), "{}", text(&nothing.stderr));
    assert!(text(&nothing.stdout).contains("saved nothing"), "{}", text(&nothing.stdout));
}

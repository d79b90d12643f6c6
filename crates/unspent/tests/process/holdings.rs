//! The registry of holdings on the real server: read from a table, registered, known better, listed, sold, and there again after
//! a restart.

use crate::place::{Place, Server, json_of};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::{Command, Output};

const VENUE: &str = r#"
[[instrument]]
symbol = "AWS-ACT-10K-202706"
[[instrument]]
symbol = "AWS-ACT-1K-202706"
[[account]]
name = "startup"
cash = 100000
[[account]]
name = "team"
cash = 1000000
[[key]]
api_key = "uk_startup_test"
account = "startup"
[[key]]
api_key = "uk_team_test"
account = "team"
"#;

/// $150,000 in at most 99 pieces, and what is in nobody's catalogue.
const CREDITS: &str =
    "id,programme,amount,ends,pieces\n90000001,AWS-ACT,150000.00,2027-07-20,99\nx,NO-SUCH,5,never,1\n";

fn operator(place: &Place) -> PathBuf {
    let made = ["keys", "create", "--account", "ops", "--scope", "admin", "--address", "127.0.0.1", "--json"];
    let made = json_of(&place.unspent(&made));
    let text = |name: &str| made[name].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
    let file = place.beside("ops.key");
    let body = format!("api_key = \"{}\"\nprivate_key = \"{}\"\n", text("id"), text("private_key"));
    std::fs::write(&file, body).unwrap();
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    file
}

fn admin(server: &Server, key: &PathBuf, arguments: &[&str]) -> Output {
    let line = server.said.lines().find_map(|line| line.strip_prefix("listening to the operator on ")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_unspent"));
    command.arg("admin").args(arguments).args(["--url", line, "--key-file"]).arg(key);
    command.args(["--reason", "a test"]).output().unwrap()
}

fn holdings(server: &Server, key: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_unspent"));
    let url = format!("http://{}", server.address());
    command.arg("holdings").args(arguments).args(["--url", &url, "--key", key]).output().unwrap()
}

fn trader(server: &Server, key: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_unspent"));
    command.args(arguments).args(["--yes", "--url", &format!("ws://{}/ws", server.address()), "--key", key]);
    command.output().unwrap()
}

fn said(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// What a command that the venue refuses says.
fn refused(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn a_credit_is_registered_known_listed_sold_and_still_there_after_a_restart() {
    let place = Place::with(VENUE);
    let ops = operator(&place);
    let server = place.start_with(&["--admin-listen", "127.0.0.1:0"]);
    let table = place.beside("credits.csv");
    std::fs::write(&table, CREDITS).unwrap();
    let catalogue = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/catalogue/demo.toml");
    let table = table.to_str().unwrap();
    let import = ["import", table, "--catalogue", catalogue, "--on", "2026-11-21", "--register"];
    let first = said(&holdings(&server, "uk_startup_test", &import));
    assert!(first.contains("90000001: holding 1, declared") && !first.contains("x: holding"), "{first}");
    let again = said(&holdings(&server, "uk_team_test", &import));
    assert!(again.contains("90000001: not registered: a credit of this provider with this id"), "{again}");

    let large = ["offer", "1", "AWS-ACT-10K-202706", "--qty", "100000"];
    assert!(refused(&holdings(&server, "uk_startup_test", &large)).contains("2195"));
    said(&admin(&server, &ops, &["holdings", "level", "1", "attested"]));
    let small = ["offer", "1", "AWS-ACT-1K-202706", "--qty", "51000"];
    assert!(refused(&holdings(&server, "uk_startup_test", &small)).contains("2198"));
    assert!(refused(&holdings(&server, "uk_team_test", &large)).contains("2190"), "it is another account's");
    said(&holdings(&server, "uk_startup_test", &large));
    let why = refused(&holdings(&server, "uk_startup_test", &small));
    assert!(why.contains("2201") && why.contains("available are 50000.00 dollars"), "{why}");
    said(&holdings(&server, "uk_startup_test", &["offer", "1", "AWS-ACT-1K-202706", "--qty", "50000"]));
    said(&holdings(&server, "uk_startup_test", &["delist", "1", "AWS-ACT-1K-202706", "--qty", "20000"]));
    assert!(refused(&holdings(&server, "uk_startup_test", &["withdraw", "1"])).contains("2202"));

    said(&trader(&server, "uk_startup_test", &["sell", "AWS-ACT-10K-202706", "--qty", "30000", "--price", "0.66"]));
    said(&trader(&server, "uk_team_test", &["buy", "AWS-ACT-10K-202706", "--qty", "30000", "--price", "0.66"]));
    let plain = |key: &str, arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_unspent"));
        let url = format!("ws://{}/ws", server.address());
        said(&command.args(arguments).args(["--url", &url, "--key", key]).output().unwrap())
    };
    plain("uk_startup_test", &["deliver", "1", "--evidence", "transfer 17"]);
    plain("uk_team_test", &["accept", "1"]);

    let row = |server: &Server| json_of(&holdings(server, "uk_startup_test", &["list", "--json"]))[0].clone();
    let listed = row(&server);
    let lots = json!([
        { "symbol": "AWS-ACT-10K-202706/USD", "level": "attested", "qty": 70_000 },
        { "symbol": "AWS-ACT-1K-202706/USD", "level": "attested", "qty": 30_000 },
    ]);
    assert_eq!((&listed["lots"], &listed["pieces_left"], &listed["month"]), (&lots, &json!(59), &json!("202706")));
    assert_eq!((listed["left"].as_f64(), listed["listed"].as_f64()), (Some(20_000.0), Some(100_000.0)), "{listed}");
    let shown = said(&admin(&server, &ops, &["holdings", "list"]));
    assert!(shown.contains("90000001") && shown.contains("startup"), "{shown}");

    // An operator registers for an account too, and takes a level back: what is listed above it comes back.
    let register = [
        "holdings",
        "register",
        "team",
        "--programme",
        "AWS-ACT",
        "--credit",
        "90000002",
        "--amount",
        "5000",
        "--pieces",
        "5",
        "--provenance",
        "letter 12",
        "--dated",
        "2026-11-21",
    ];
    assert!(said(&admin(&server, &ops, &register)).contains("holding 2 is in the registry"));
    said(&admin(&server, &ops, &["holdings", "withdraw", "team", "2"]));
    said(&admin(&server, &ops, &["holdings", "level", "1", "declared"]));
    let taken_back = row(&server);
    assert_eq!((&taken_back["lots"], &taken_back["level"]), (&json!([]), &json!("declared")), "{taken_back}");
    assert!(server.terminate().success());

    assert!(place.unspent(&["journal", "verify", "--replay"]).status.success());
    let dumped = place.journal(&["dump", "--kind", "register_holding,set_holding_level,list_holding"]);
    let dumped = String::from_utf8(dumped.stdout).unwrap();
    assert_eq!(dumped.lines().count(), 3 + 2 + 6, "{dumped}");
    let reconciled = place.unspent(&["reconcile"]);
    assert!(reconciled.status.success(), "{reconciled:?}");
    let server = place.start();
    assert_eq!(row(&server), taken_back);
    let again: Value = json_of(&holdings(&server, "uk_team_test", &["list", "--json"]));
    assert_eq!((&again[0]["holding_id"], &again[0]["state"]), (&json!(2), &json!("withdrawn")));
    assert!(server.terminate().success());
}

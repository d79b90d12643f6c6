//! The living market at the demo's venue, over real sockets: it trades, stops, and goes on.

use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// Everything that a run of the demo says, a line each.
fn lived(data: &Path, seconds: &str) -> Vec<Value> {
    let output = Command::new(env!("CARGO_BIN_EXE_unspent"))
        .args(["demo", "--json", "--listen", "127.0.0.1:0", "--seconds", seconds, "--data"])
        .arg(data)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn people_trade_from_the_beginning_and_again_after_a_start_and_the_journal_is_whole() {
    let data = tempfile::tempdir().unwrap();
    let mut before = 0;
    for _ in 0..2 {
        let lines = lived(data.path(), "6");
        let (stopped, told) = lines.split_last().unwrap();
        let last = told.last().expect("a line a second");
        let (orders, fills) = (last["orders"].as_u64().unwrap(), last["fills"].as_u64().unwrap());
        assert!(orders > 20 && fills > 5, "{last}");
        // Everybody is logged in, and nobody's orders are refused again and again.
        assert!(last["connections"].as_u64().unwrap() >= 12, "{last}");
        assert!(last["rejects"].as_u64().unwrap() < orders / 4 + 20, "{last}");
        let seq = stopped["last_seq"].as_u64().unwrap();
        assert!(stopped["stopped"] == true && seq > before, "{stopped}");
        before = seq;
    }
    let verified = Command::new(env!("CARGO_BIN_EXE_unspent"))
        .args(["journal", "verify", "--replay", "--data"])
        .arg(data.path())
        .output()
        .unwrap();
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
}

//! What people and auditors see of a journal.

use crate::place::{Place, SYMBOL, limit, runtime};
use serde_json::Value;
use unspent_model::{OrderRef, Side};

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A venue that acme, bull and calm traded on, stopped.
fn traded() -> Place {
    let place = Place::new();
    let server = place.start();
    runtime().block_on(async {
        let (acme, _a) = server.login("uk_acme_test").await;
        let (bull, _b) = server.login("uk_bull_test").await;
        let (calm, _c) = server.login("uk_calm_test").await;
        acme.add_order(limit(Side::Sell, 50_000, "0.66", "sell-1")).await.unwrap();
        let second = acme.add_order(limit(Side::Sell, 20_000, "0.67", "sell-2")).await.unwrap();
        bull.add_order(limit(Side::Buy, 55_000, "0.67", "buy-1")).await.unwrap();
        calm.add_order(limit(Side::Buy, 7_000, "0.6", "calm-1")).await.unwrap();
        // By the exchange's number, which stands in its fill.
        acme.cancel_order(OrderRef::Id(second.order_id)).await.unwrap();
    });
    assert!(server.terminate().success());
    place
}

fn dumped(place: &Place, arguments: &[&str]) -> Vec<Value> {
    let output = place.journal(&[&["dump", "--json"], arguments].concat());
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn kinds(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| row["kind"].as_str().unwrap()).collect()
}

#[test]
fn a_dump_shows_fields_with_their_names() {
    let place = traded();
    let orders = dumped(&place, &["--kind", "add_order"]);
    assert_eq!(orders.len(), 4);
    let first = &orders[0];
    assert_eq!((&first["account_name"], &first["cl_ord_id"]), (&"acme".into(), &"sell-1".into()));
    assert_eq!(first["symbol"], SYMBOL.strip_suffix("/USD").unwrap());
    assert_eq!((&first["qty"], &first["lots"]), (&50_000.into(), &50.into()));
    assert_eq!((&first["price"], &first["price_units"]), (&0.66.into(), &6_600.into()));
    let fills = dumped(&place, &["--kind", "fill"]);
    assert_eq!(fills.len(), 2);
    assert_eq!(fills[1]["maker"]["account_name"], "acme");
    assert_eq!(fills[1]["taker"]["leaves_qty"], 0);
    assert_eq!((&fills[1]["qty"], &fills[1]["price"]), (&5_000.into(), &0.67.into()));
    let line = text(&place.journal(&["dump", "--kind", "add_order,fill"]).stdout);
    assert!(line.contains("acme sells $50,000 of AWS-ACT-1K-202706 at 0.6600, gtc, \"sell-1\""), "{line}");
    assert!(line.contains("bull buys $5,000 of AWS-ACT-1K-202706 at 0.6700"), "{line}");
    let unknown = place.journal(&["dump", "--kind", "nonsense"]);
    assert_eq!(unknown.status.code(), Some(2));
}

#[test]
fn a_dump_of_an_account_has_its_commands_and_its_fills() {
    let place = traded();
    let calm = dumped(&place, &["--account", "calm"]);
    assert_eq!(kinds(&calm), ["open_account", "deposit_cash", "deposit_credits", "add_order"]);
    // A maker sees the order that it was filled by.
    let acme = dumped(&place, &["--account", "acme", "--kind", "add_order,fill,cancel_order"]);
    assert_eq!(kinds(&acme), ["add_order", "add_order", "add_order", "fill", "fill", "cancel_order"]);
    assert_eq!(acme[2]["account_name"], "bull");
    assert_eq!(dumped(&place, &["--account", "#0", "--kind", "add_order,fill,cancel_order"]), acme);
    let nobody = place.journal(&["dump", "--account", "nobody"]);
    assert_eq!(nobody.status.code(), Some(2));
    assert!(text(&nobody.stderr).contains("acme, bull, calm"), "{}", text(&nobody.stderr));
}

#[test]
fn a_dump_of_an_instrument_a_range_and_a_time() {
    let place = traded();
    let all = dumped(&place, &[]);
    let traded = dumped(&place, &["--instrument", SYMBOL, "--kind", "add_order,fill,cancel_order"]);
    let expected = ["add_order", "add_order", "add_order", "fill", "fill", "add_order", "cancel_order"];
    assert_eq!(kinds(&traded), expected);
    let other = dumped(&place, &["--instrument", "OAI-API-100-202706"]);
    assert_eq!(kinds(&other), ["list_instrument", "deposit_credits"]);
    assert_eq!(dumped(&place, &["--instrument", "#1", "--kind", "deposit_credits"]), other[1..]);
    let (from, to) = (traded[0]["seq"].to_string(), traded[5]["seq"].to_string());
    let range = dumped(&place, &["--from", &from, "--to", &to]);
    assert_eq!(kinds(&range), expected[..6]);
    let (since, until) = (traded[0]["time"].as_str().unwrap(), traded[2]["time"].as_str().unwrap());
    // Times are printed to the microsecond and compared to the nanosecond.
    let late = dumped(&place, &["--since", since]);
    assert_eq!(late, all[all.len() - late.len()..]);
    assert_eq!(late[0]["seq"], traded[0]["seq"]);
    let early = dumped(&place, &["--until", until]);
    assert_eq!(early.last().unwrap()["seq"], traded[1]["seq"]);
    assert_eq!(place.journal(&["dump", "--since", "yesterday"]).status.code(), Some(2));
}

#[test]
fn a_published_head_is_found_again_and_another_is_not() {
    let place = traded();
    let orders = dumped(&place, &["--kind", "add_order"]);
    let seq = orders[1]["seq"].to_string();
    let published = place.journal_json(&["head", "--at", &seq]);
    let head = published["head"].as_str().unwrap();
    assert_eq!(published["seq"].to_string(), seq);
    assert_eq!(place.journal_json(&["verify", "--expect", head, "--at", &seq])["as_expected"], true);
    let end = place.journal_json(&["head"]);
    assert!(place.journal(&["verify", "--expect", end["head"].as_str().unwrap()]).status.success());
    let by_time = place.journal_json(&["head", "--time", orders[2]["time"].as_str().unwrap()]);
    assert_eq!(by_time["head"], published["head"], "the third order is later than its microsecond");
    for (arguments, code) in [
        (&["verify", "--expect", head][..], 7),
        (&["verify", "--expect", &"0".repeat(64), "--at", &seq], 7),
        (&["verify", "--expect", head, "--at", "1000000"], 7),
        (&["verify", "--expect", "nonsense"], 2),
        (&["verify", "--at", "3"], 2),
    ] {
        let refused = place.journal(arguments);
        assert_eq!(refused.status.code(), Some(code), "{arguments:?}: {}", text(&refused.stderr));
    }
    let without = place.journal_json(&["verify", "--no-head"]);
    assert_eq!((&without["head"], &without["ok"]), (&Value::Null, &true.into()));
}

#[test]
fn a_replay_shows_the_books_as_they_were() {
    let place = traded();
    let seqs: Vec<String> = dumped(&place, &["--kind", "add_order"]).iter().map(|row| row["seq"].to_string()).collect();
    let then = place.journal_json(&["replay", "--at", &seqs[1], "--instrument", SYMBOL]);
    let book = &then["instruments"][0];
    assert_eq!(book["asks"], serde_json::json!([{ "price": 0.66, "qty": 50_000 }, { "price": 0.67, "qty": 20_000 }]));
    assert_eq!((&book["phase"], &book["bids"]), (&"continuous".into(), &serde_json::json!([])));
    assert_eq!(then["open_orders"], 2);
    let now = place.journal_json(&["replay"]);
    assert_eq!(now["state_hash"], place.journal_json(&["verify", "--replay"])["state_hash"]);
    assert_eq!(now["instruments"].as_array().unwrap().len(), 2);
    let shown = text(&place.journal(&["replay", "--at", &seqs[3]]).stdout);
    for part in
        ["$7,000   0.6000   0.6700            $15,000", "AWS-ACT-1K-202706   continuous, 2 open orders", "acme  "]
    {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert_eq!(place.journal(&["replay", "--at", "1000000"]).status.code(), Some(2));
    assert_eq!(place.journal(&["replay", "--instrument", "AAPL"]).status.code(), Some(2));
}

//! Stops, starts and damage: what the real process finds on its disk is what it left there.

use crate::place::{Place, Server, limit, runtime, snapshot};
use unspent_client::ClientError;
use unspent_model::{ClOrdId, OrderRef, OrderStatus, Reject, Side};
use unspent_protocol::{Channel, Data, Stream};

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Everything that an account and the public see, without the numbers that say when it was asked.
pub async fn picture(server: &Server, key: &str) -> Vec<Data> {
    let (client, mut inbox) = server.login(key).await;
    let mut seen = Vec::new();
    for channel in
        [Channel::Executions, Channel::Balances, Channel::Holdings, Channel::Book, Channel::Trade, Channel::Instrument]
    {
        let data = snapshot(&client, &mut inbox, channel).await;
        seen.push(match data {
            Data::Book(stream) => Data::Book(Stream { seq: None, ..stream }),
            Data::Trade(stream) => Data::Trade(Stream { seq: None, ..stream }),
            Data::Instrument(stream) => Data::Instrument(Stream { seq: None, ..stream }),
            other => other,
        });
    }
    seen
}

#[test]
fn a_stopped_venue_comes_back_as_it_was() {
    let place = Place::new();
    let server = place.start();
    let (first, second, before) = runtime().block_on(async {
        let (acme, _a) = server.login("uk_acme_test").await;
        let (bull, _b) = server.login("uk_bull_test").await;
        acme.add_order(limit(Side::Sell, 50_000, "0.66", "sell-1")).await.unwrap();
        acme.add_order(limit(Side::Sell, 20_000, "0.67", "sell-2")).await.unwrap();
        let gone = acme.add_order(limit(Side::Sell, 10_000, "0.68", "sell-3")).await.unwrap();
        acme.cancel_order(OrderRef::Id(gone.order_id)).await.unwrap();
        // Fills at two prices, and one that is filled in part.
        let first = bull.add_order(limit(Side::Buy, 60_000, "0.67", "buy-1")).await.unwrap();
        assert_eq!((first.status, first.fills.len()), (OrderStatus::Filled, 2));
        let second = bull.add_order(limit(Side::Buy, 30_000, "0.65", "buy-2")).await.unwrap();
        let before = (picture(&server, "uk_acme_test").await, picture(&server, "uk_bull_test").await);
        (first, second, before)
    });
    assert!(server.terminate().success());
    assert_eq!(place.verify().status.code(), Some(0));

    let server = place.start();
    assert!(server.said.contains("replayed"), "{}", server.said);
    runtime().block_on(async {
        let after = (picture(&server, "uk_acme_test").await, picture(&server, "uk_bull_test").await);
        assert_eq!(before, after);
        let (acme, _a) = server.login("uk_acme_test").await;
        let (bull, _b) = server.login("uk_bull_test").await;
        for (sent, told) in [("buy-1", &first), ("buy-2", &second)] {
            let (qty, price) = if sent == "buy-1" { (60_000, "0.67") } else { (30_000, "0.65") };
            let again = bull.add_order(limit(Side::Buy, qty, price, sent)).await.unwrap();
            assert!(again.duplicate, "{again:?}");
            assert_eq!(unspent_protocol::OrderResult { duplicate: false, ..again }, *told);
        }
        // Another body under a name that is taken, and an order that was cancelled before.
        for (result, reject) in [
            (bull.add_order(limit(Side::Buy, 1_000, "0.65", "buy-2")).await.err(), Reject::DuplicateClOrdId),
            (
                acme.cancel_order(OrderRef::ClOrdId(ClOrdId::parse("sell-3").unwrap())).await.err(),
                Reject::TooLateToCancel,
            ),
        ] {
            let Some(ClientError::Refused(body)) = result else { panic!("{result:?}") };
            // Which orders are gone is remembered for a while only; gone is gone.
            let code = body.detail.code;
            assert!(code == reject.code() || code == Reject::UnknownOrder.code(), "{body:?}");
        }
        // Time and numbers go on: nothing is given out twice.
        let next = bull.add_order(limit(Side::Buy, 1_000, "0.67", "buy-3")).await.unwrap();
        assert!(next.order_id > second.order_id && next.seq > second.seq);
        assert!(next.fills[0].trade_id > first.fills[1].trade_id);
    });
    assert!(server.terminate().success());
}

#[test]
fn a_stop_tells_every_connection_and_loses_no_answer() {
    let place = Place::new();
    let server = place.start();
    let url = server.url.clone();
    let runtime = runtime();
    let (sent, answers) = runtime.block_on(async {
        let (acme, mut inbox) = server.login("uk_acme_test").await;
        let mut waiting = Vec::new();
        for i in 0..200 {
            let acme = acme.clone();
            let order = limit(Side::Sell, 1_000, "0.9", &format!("s-{i}"));
            waiting.push(tokio::spawn(async move { acme.add_order(order).await }));
        }
        // Ask it to stop in the middle.
        tokio::time::sleep(std::time::Duration::from_millis(15)).await;
        let stopping = tokio::task::spawn_blocking(move || server.terminate());
        let mut answers = Vec::new();
        for waiting in waiting {
            answers.push(waiting.await.unwrap());
        }
        let mut told = false;
        while let Some(data) = inbox.next().await {
            if let Data::Status(stream) = data {
                told |= stream.data[0].system == unspent_protocol::SystemState::Maintenance;
            }
        }
        assert!(told, "status says that the venue stops");
        assert!(stopping.await.unwrap().success());
        assert!(unspent_client::Client::connect(&url).await.is_err(), "nobody listens any more");
        (200, answers)
    });
    let accepted: Vec<_> = answers.iter().flatten().map(|result| result.order_id).collect();
    assert!(!accepted.is_empty(), "nothing was accepted before the stop");
    let server = place.start();
    runtime.block_on(async {
        let (acme, mut inbox) = server.login("uk_acme_test").await;
        let Data::Executions(open) = snapshot(&acme, &mut inbox, Channel::Executions).await else { panic!() };
        let open: Vec<_> = open.data.iter().map(|row| row.order_id).collect();
        for order in &accepted {
            assert!(open.contains(order), "{order} was accepted and is not open");
        }
        assert!(open.len() <= sent);
    });
}

#[test]
fn a_directory_in_use_is_refused_and_left_alone() {
    let place = Place::new();
    let server = place.start();
    let refused = place.fail_to_start();
    assert_eq!(refused.status.code(), Some(1));
    let why = text(&refused.stderr);
    assert!(why.contains("in use by another process") && why.contains("journal"), "{why}");
    runtime().block_on(async {
        let (acme, _inbox) = server.login("uk_acme_test").await;
        acme.add_order(limit(Side::Sell, 1_000, "0.9", "still-here")).await.unwrap();
    });
    // What holds the directory goes with the process, however it ends.
    server.kill();
    assert!(place.start().terminate().success());
}

/// A venue that took twenty orders, one batch each, and was killed.
fn killed() -> Place {
    let place = Place::new();
    let server = place.start();
    runtime().block_on(async {
        let (acme, _inbox) = server.login("uk_acme_test").await;
        for i in 0..20 {
            acme.add_order(limit(Side::Sell, 1_000, "0.9", &format!("s-{i}"))).await.unwrap();
        }
    });
    server.kill();
    place
}

/// One past the last byte that was written.
fn end(bytes: &[u8]) -> usize {
    bytes.iter().rposition(|&byte| byte != 0).unwrap() + 1
}

#[test]
fn damage_stops_the_start_and_names_its_place() {
    let place = killed();
    let segment = place.segments().remove(0);
    let whole = std::fs::read(&segment).unwrap();
    // From the first batch to the middle, never the last: that one could be an unfinished write.
    for at in [100, end(&whole) / 4, end(&whole) / 2] {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        std::fs::write(&segment, &bytes).unwrap();
        let failed = place.fail_to_start();
        let why = text(&failed.stderr);
        assert_eq!(failed.status.code(), Some(1), "{why}");
        assert!(!text(&failed.stdout).contains("listening"), "byte {at}");
        let (_, place_of_it) = why.split_once(" at byte ").unwrap_or_else(|| panic!("byte {at}: {why}"));
        assert!(why.contains(segment.to_str().unwrap()), "{why}");
        let offset: usize = place_of_it.split(',').next().unwrap().parse().unwrap();
        assert!(offset <= at, "byte {at} was said to be at {offset}");
        let verified = place.verify();
        assert_eq!(verified.status.code(), Some(7));
        assert!(text(&verified.stderr).contains(&format!(" at byte {offset}")), "{}", text(&verified.stderr));
        assert_eq!(std::fs::read(&segment).unwrap(), bytes, "damage is evidence: nothing is written");
    }
    std::fs::write(&segment, &whole).unwrap();
    assert!(place.start().terminate().success());
}

#[test]
fn a_torn_tail_is_cut_and_said() {
    let place = killed();
    let segment = place.segments().remove(0);
    let mut bytes = std::fs::read(&segment).unwrap();
    let end = end(&bytes);
    bytes[end - 8..end].fill(0);
    std::fs::write(&segment, &bytes).unwrap();
    let verified = place.verify();
    assert_eq!(verified.status.code(), Some(0), "{}", text(&verified.stderr));
    assert!(text(&verified.stdout).contains("torn tail"), "{}", text(&verified.stdout));
    let server = place.start();
    assert!(server.said.contains("torn tail"), "{}", server.said);
    runtime().block_on(async {
        let (acme, mut inbox) = server.login("uk_acme_test").await;
        let Data::Executions(open) = snapshot(&acme, &mut inbox, Channel::Executions).await else { panic!() };
        assert_eq!(open.data.len(), 19, "the torn batch is gone, and only it");
        let again = acme.add_order(limit(Side::Sell, 1_000, "0.9", "s-18")).await.unwrap();
        assert!(again.duplicate);
        let anew = acme.add_order(limit(Side::Sell, 1_000, "0.9", "s-19")).await.unwrap();
        assert!(!anew.duplicate);
    });
    assert!(server.terminate().success());
    assert!(place.start().terminate().success());
}

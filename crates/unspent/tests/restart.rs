//! Stopped and started again: the same state, or a refusal that says where the trouble is.

mod common;

use common::{SYMBOL, Server, place};
use rust_decimal::Decimal;
use unspent_client::{Client, Inbox};
use unspent_model::{ClOrdId, Side, Symbol};
use unspent_protocol::{AddOrderParams, BookDepth, Channel, Data, OrderType, SubscribeParams};

fn order(side: Side, bp: i64, name: &str) -> AddOrderParams {
    AddOrderParams {
        symbol: Symbol::parse(SYMBOL).unwrap(),
        side,
        order_type: OrderType::Limit,
        order_qty: Decimal::from(5_000),
        limit_price: Some(Decimal::new(bp, 4)),
        max_total: None,
        time_in_force: None,
        post_only: false,
        stp_type: None,
        cl_ord_id: Some(ClOrdId::parse(name).unwrap()),
        deadline: None,
    }
}

/// Everything an account and the public are shown first, as text.
async fn pictures(client: &Client, inbox: &mut Inbox) -> Vec<String> {
    let symbol = Symbol::parse(SYMBOL).unwrap();
    let plain = [Channel::Executions, Channel::Balances, Channel::Holdings, Channel::Instrument];
    let named = [Channel::Book, Channel::Ticker, Channel::Trade];
    let all = plain
        .map(|channel| (channel, Vec::new(), None))
        .into_iter()
        .chain(named.map(|channel| (channel, vec![symbol], (channel == Channel::Book).then_some(BookDepth::D100))));
    let mut pictures = Vec::new();
    for (channel, symbols, depth) in all {
        let params = SubscribeParams { channel, symbols, depth, snapshot: None, from_seq: None, from_exec_seq: None };
        client.subscribe(params).await.unwrap();
        loop {
            let data = inbox.next().await.unwrap();
            if !matches!(data, Data::Status(_) | Data::Heartbeat) {
                assert_eq!(data.channel(), channel);
                let mut text = Vec::new();
                data.write(&mut text);
                pictures.push(String::from_utf8(text).unwrap());
                break;
            }
        }
    }
    pictures
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_shows_the_same_and_remembers_client_order_ids() {
    let (_dir, data) = place();
    let server = Server::start(&data);
    let (acme, mut acme_inbox) = Client::connect(&server.url).await.unwrap();
    let (bob, _bob_inbox) = Client::connect(&server.url).await.unwrap();
    acme.login("uk_acme_test").await.unwrap();
    bob.login("uk_bob_test").await.unwrap();
    acme.add_order(order(Side::Sell, 7_000, "a1")).await.unwrap();
    acme.add_order(order(Side::Sell, 6_800, "a2")).await.unwrap();
    let traded = bob.add_order(order(Side::Buy, 6_900, "b1")).await.unwrap();
    assert_eq!((traded.cum_qty, traded.fills.len()), (5_000, 1));
    bob.add_order(order(Side::Buy, 6_500, "b2")).await.unwrap();
    let before = pictures(&acme, &mut acme_inbox).await;

    let (other, _inbox) = Client::connect(&server.url).await.unwrap();
    drop(other);
    let (code, said) = Server::fails(&data);
    assert_eq!(code, Some(1));
    assert!(said.contains("in use by another process"), "{said}");

    let (status, said) = server.stop();
    assert!(status.success(), "{status}");
    assert!(said.contains("stopped after command"), "{said}");
    // The last thing that a connection hears is why it ends.
    let mut last = None;
    while let Some(data) = acme_inbox.next().await {
        last = Some(data);
    }
    assert!(matches!(last, Some(Data::Status(_))), "{last:?}");

    let server = Server::start(&data);
    assert!(
        server.said.iter().any(|line| line.starts_with("replayed ") && line.contains("1 fills")),
        "{:?}",
        server.said
    );
    let (acme, mut acme_inbox) = Client::connect(&server.url).await.unwrap();
    acme.login("uk_acme_test").await.unwrap();
    assert_eq!(pictures(&acme, &mut acme_inbox).await, before);
    let (bob, _bob_inbox) = Client::connect(&server.url).await.unwrap();
    bob.login("uk_bob_test").await.unwrap();
    let again = bob.add_order(order(Side::Buy, 6_900, "b1")).await.unwrap();
    assert!(again.duplicate);
    assert_eq!((again.order_id, again.fills), (traded.order_id, traded.fills));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn damage_stops_the_start_and_names_the_place() {
    let (_dir, data) = place();
    let server = Server::start(&data);
    let (acme, _inbox) = Client::connect(&server.url).await.unwrap();
    acme.login("uk_acme_test").await.unwrap();
    for i in 0..5 {
        acme.add_order(order(Side::Sell, 7_000 + 10 * i, &format!("a{i}"))).await.unwrap();
    }
    server.kill();
    let path = data.join("journal/00000000000000000001.journal");
    let good = std::fs::read(&path).unwrap();
    let mut bad = good.clone();
    bad[100] ^= 1;
    std::fs::write(&path, &bad).unwrap();
    let (code, said) = Server::fails(&data);
    assert_eq!(code, Some(1));
    assert!(said.contains("damaged") && said.contains("00000000000000000001.journal at byte 64"), "{said}");
    assert_eq!(std::fs::read(&path).unwrap(), bad, "a refused start changes nothing");

    // An unfinished last batch is no damage: it is cut, and said.
    let mut torn = good.clone();
    let end = torn.iter().rposition(|&byte| byte != 0).unwrap();
    torn[end] ^= 1;
    std::fs::write(&path, &torn).unwrap();
    let server = Server::start(&data);
    assert!(server.said.iter().any(|line| line.starts_with("cut a torn tail")), "{:?}", server.said);
}

//! Documented and hostile input over real sockets, beside a bystander whose streams must stay whole.

mod common;

use common::{SYMBOL, Server, place};
use futures_util::{SinkExt, StreamExt};
use rust_decimal::Decimal;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::{Bytes, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use unspent_client::Client;
use unspent_model::{OrderRef, Side, Symbol};
use unspent_protocol::{
    AddOrderParams, BookDepth, BookLevel, Channel, Data, Kind, OrderType, SubscribeParams, book_checksum,
};

type Raw = WebSocketStream<MaybeTlsStream<TcpStream>>;

async fn raw(url: &str) -> Raw {
    let (mut socket, _) = connect_async(url).await.unwrap();
    let first = text(&mut socket).await;
    assert!(first.contains(r#""channel":"status""#) && first.contains(r#""challenge":""#), "{first}");
    socket
}

/// The next text message that is no heartbeat.
async fn text(socket: &mut Raw) -> String {
    loop {
        match tokio::time::timeout(Duration::from_secs(10), socket.next()).await.expect("an answer") {
            Some(Ok(Message::Text(text))) if !text.contains(r#""channel":"heartbeat""#) => return text.to_string(),
            Some(Ok(Message::Close(_)) | Err(_)) | None => panic!("the connection was closed"),
            Some(Ok(_)) => {}
        }
    }
}

async fn ask(socket: &mut Raw, request: &str) -> String {
    socket.send(Message::text(request)).await.unwrap();
    text(socket).await
}

/// The code of the close frame that ends the connection.
async fn close_code(socket: &mut Raw) -> u16 {
    loop {
        match tokio::time::timeout(Duration::from_secs(10), socket.next()).await.expect("an end") {
            Some(Ok(Message::Close(Some(frame)))) => return frame.code.into(),
            Some(Ok(_)) => {}
            other => panic!("no close frame: {other:?}"),
        }
    }
}

fn subscription(channel: Channel, symbols: Vec<Symbol>, depth: Option<BookDepth>) -> SubscribeParams {
    SubscribeParams { channel, symbols, depth, snapshot: None, from_seq: None, from_exec_seq: None }
}

/// Trades and follows its streams until told to stop, and checks that nothing is missing or wrong in them.
struct Bystander {
    stop: Arc<AtomicBool>,
    round_trips: Arc<AtomicU64>,
    trading: JoinHandle<()>,
    following: JoinHandle<(u64, u64)>,
}

impl Bystander {
    async fn start(url: &str) -> Bystander {
        let symbol = Symbol::parse(SYMBOL).unwrap();
        let (client, mut inbox) = Client::connect(url).await.unwrap();
        client.login("uk_bob_test").await.unwrap();
        client.subscribe(subscription(Channel::Executions, Vec::new(), None)).await.unwrap();
        client.subscribe(subscription(Channel::Book, vec![symbol], Some(BookDepth::D10))).await.unwrap();
        let stop = Arc::new(AtomicBool::new(false));
        let round_trips = Arc::new(AtomicU64::new(0));
        let following = tokio::spawn(async move {
            let (mut bids, mut asks): (Vec<BookLevel>, Vec<BookLevel>) = (Vec::new(), Vec::new());
            let (mut exec_seq, mut book_seq) = (0, 0);
            let (mut executions, mut books) = (0, 0);
            while let Some(data) = inbox.next().await {
                match data {
                    Data::Executions(stream) => {
                        let now = stream.exec_seq.unwrap();
                        if stream.kind == Kind::Update {
                            executions += 1;
                            assert_eq!(now, exec_seq + stream.data.len() as u64, "an execution is missing");
                        }
                        exec_seq = now;
                    }
                    Data::Book(stream) => {
                        if stream.kind == Kind::Snapshot {
                            (bids, asks) = (Vec::new(), Vec::new());
                        } else {
                            books += 1;
                            assert_eq!(stream.prev_seq, Some(book_seq), "a book update is missing");
                        }
                        book_seq = stream.seq.unwrap();
                        let row = &stream.data[0];
                        change(&mut bids, &row.bids, Side::Buy);
                        change(&mut asks, &row.asks, Side::Sell);
                        let pairs = |levels: &[BookLevel]| levels.iter().map(|l| (l.price, l.qty)).collect::<Vec<_>>();
                        assert_eq!(row.checksum, Some(book_checksum(pairs(&asks), pairs(&bids))), "the book is wrong");
                    }
                    _ => {}
                }
            }
            (executions, books)
        });
        let trading = {
            let (stop, round_trips) = (Arc::clone(&stop), Arc::clone(&round_trips));
            tokio::spawn(async move {
                let mut n = 0;
                while !stop.load(Ordering::Relaxed) {
                    n += 1;
                    let side = if n % 2 == 0 { Side::Buy } else { Side::Sell };
                    let bp = if side == Side::Buy { 3_000 + n % 100 * 10 } else { 7_000 + n % 100 * 10 };
                    let order = AddOrderParams {
                        symbol,
                        side,
                        order_type: OrderType::Limit,
                        order_qty: Decimal::from(1_000 * (1 + n % 3)),
                        limit_price: Some(Decimal::new(bp, 4)),
                        max_total: None,
                        time_in_force: None,
                        post_only: true,
                        stp_type: None,
                        cl_ord_id: None,
                        deadline: None,
                    };
                    let result = client.add_order(order).await.expect("the bystander's order is taken");
                    if n % 5 != 0 {
                        client.cancel_order(OrderRef::Id(result.order_id)).await.expect("and its cancel");
                    }
                    round_trips.fetch_add(1, Ordering::Relaxed);
                }
            })
        };
        Bystander { stop, round_trips, trading, following }
    }

    /// Ends it; how many orders it traded meanwhile.
    async fn end(self) -> u64 {
        self.stop.store(true, Ordering::Relaxed);
        self.trading.await.unwrap();
        let (executions, books) = self.following.await.unwrap();
        assert!(executions > 0 && books > 0, "it followed nothing");
        self.round_trips.load(Ordering::Relaxed)
    }

    /// Waits until it has made so many more round trips.
    async fn goes_on(&self, more: u64) {
        let until = self.round_trips.load(Ordering::Relaxed) + more;
        let going = async {
            while self.round_trips.load(Ordering::Relaxed) < until {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), going).await.expect("the bystander is held up");
    }
}

fn change(levels: &mut Vec<BookLevel>, changed: &[BookLevel], side: Side) {
    for level in changed {
        levels.retain(|known| known.price != level.price);
        if level.qty > 0 {
            levels.push(*level);
        }
    }
    levels.sort_by_key(|level| if side == Side::Buy { -level.price } else { level.price });
    levels.truncate(10);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_requests_get_their_documented_answer_and_nobody_else_notices() {
    let (_dir, data) = place();
    let server = Server::start(&data);
    let bystander = Bystander::start(&server.url).await;
    let mut socket = raw(&server.url).await;
    let order = r#"{"method":"add_order","req_id":1,"params":{"symbol":"AWS-ACT-1K-202706/USD","side":"sell","order_type":"limit","order_qty":1000,"limit_price":0.9}}"#;
    let before_login = [
        ("garbage", 1001, ""),
        ("{}", 1003, "method"),
        ("[]", 1001, ""),
        (r#"{"method":"ping"} x"#, 1001, ""),
        (r#"{"method":"fly","req_id":9}"#, 1002, "method"),
        (r#"{"method":"ping","req_id":1,"extra":2}"#, 1003, "extra"),
        (r#"{"method":"ping","req_id":"one"}"#, 1003, "req_id"),
        (r#"{"method":"deposit_cash","req_id":1,"params":{"account":"acme","amount":1}}"#, 1002, "method"),
        (order, 1006, ""),
        (r#"{"method":"subscribe","req_id":2,"params":{"channel":"executions"}}"#, 1006, ""),
        (r#"{"method":"subscribe","req_id":2,"params":{"channel":"weather"}}"#, 3001, "channel"),
        (
            r#"{"method":"subscribe","req_id":2,"params":{"channel":"book","symbol":["NO-SUCH-1K-PERP/USD"]}}"#,
            2101,
            "symbol",
        ),
        (
            r#"{"method":"subscribe","req_id":2,"params":{"channel":"book","symbol":["AWS-ACT-1K-202706/USD"],"depth":7}}"#,
            3006,
            "depth",
        ),
        (
            r#"{"method":"subscribe","req_id":2,"params":{"channel":"trade","symbol":["AWS-ACT-1K-202706/USD"],"from_seq":7}}"#,
            3004,
            "from_seq",
        ),
        (
            r#"{"method":"unsubscribe","req_id":2,"params":{"channel":"trade","symbol":["AWS-ACT-1K-202706/USD"]}}"#,
            3003,
            "",
        ),
        (r#"{"method":"login","req_id":3,"params":{"api_key":"uk_wrong"}}"#, 1007, "api_key"),
        (
            r#"{"method":"login","req_id":3,"params":{"api_key":"uk_acme_test","cancel_on_disconnect":"connection"}}"#,
            1003,
            "cancel_on_disconnect",
        ),
    ];
    for (request, code, field) in before_login {
        expect_refusal(&ask(&mut socket, request).await, request, code, field);
    }
    let login = ask(&mut socket, r#"{"method":"login","req_id":4,"params":{"api_key":"uk_acme_test"}}"#).await;
    assert!(login.contains(r#""account":"acme","scopes":["read","trade"],"exec_seq":0"#), "{login}");
    let sell = |rest: &str| {
        format!(
            r#"{{"method":"add_order","req_id":5,"params":{{"symbol":"AWS-ACT-1K-202706/USD","side":"sell",{rest}}}}}"#
        )
    };
    let after_login = [
        (r#"{"method":"login","req_id":4,"params":{"api_key":"uk_acme_test"}}"#.to_owned(), 1009, ""),
        (sell(r#""order_type":"limit","order_qty":1000,"limit_price":0.6605"#), 2102, "limit_price"),
        (sell(r#""order_type":"limit","order_qty":1000,"limit_price":0.66001"#), 2102, "limit_price"),
        (sell(r#""order_type":"limit","order_qty":1000,"limit_price":6e-1"#), 2102, "limit_price"),
        (sell(r#""order_type":"limit","order_qty":1000,"limit_price":1.001"#), 2102, "limit_price"),
        (sell(r#""order_type":"limit","order_qty":1500,"limit_price":0.66"#), 2103, "order_qty"),
        (sell(r#""order_type":"limit","order_qty":-1000,"limit_price":0.66"#), 2103, "order_qty"),
        (sell(r#""order_type":"limit","order_qty":999999000,"limit_price":0.66"#), 2104, "order_qty"),
        (sell(r#""order_type":"iceberg","order_qty":1000,"limit_price":0.66"#), 1003, "order_type"),
        (
            sell(r#""order_type":"limit","order_qty":1000,"limit_price":0.66,"time_in_force":"ioc","post_only":true"#),
            2118,
            "time_in_force",
        ),
        (
            sell(r#""order_type":"limit","order_qty":1000,"limit_price":0.66,"deadline":"2020-01-01T00:00:00Z""#),
            2112,
            "deadline",
        ),
        (r#"{"method":"cancel_order","req_id":6,"params":{"order_id":"O-999999999"}}"#.to_owned(), 2113, "order_id"),
        (
            r#"{"method":"amend_order","req_id":7,"params":{"cl_ord_id":"never","order_qty":1000}}"#.to_owned(),
            2113,
            "cl_ord_id",
        ),
    ];
    for (request, code, field) in after_login {
        expect_refusal(&ask(&mut socket, &request).await, &request, code, field);
    }
    let done = ask(&mut socket, order).await;
    assert!(done.contains(r#""success":true"#), "the connection still works: {done}");

    let mut reader = raw(&server.url).await;
    let login = ask(&mut reader, r#"{"method":"login","params":{"api_key":"uk_acme_reads"}}"#).await;
    assert!(login.contains(r#""scopes":["read"]"#), "{login}");
    expect_refusal(&ask(&mut reader, order).await, "a key that may only read", 1008, "");
    bystander.goes_on(20).await;
    assert!(bystander.end().await > 20);
}

fn expect_refusal(reply: &str, request: &str, code: u16, field: &str) {
    assert!(reply.contains(&format!(r#""code":{code},"#)), "{request} was answered by {reply}, not by {code}");
    assert!(reply.contains(r#""success":false"#) && reply.contains(r#""message":""#), "{reply}");
    assert!(
        field.is_empty() || reply.contains(&format!(r#""field":"{field}""#)),
        "{request}: {reply} names another field"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_frames_close_their_own_connection_and_no_other() {
    let (_dir, data) = place();
    let server = Server::start(&data);
    let bystander = Bystander::start(&server.url).await;

    let mut socket = raw(&server.url).await;
    socket.send(Message::text(" ".repeat(65_537))).await.unwrap();
    expect_refusal(&text(&mut socket).await, "an oversized message", 1004, "");
    assert_eq!(close_code(&mut socket).await, 4000);

    let mut socket = raw(&server.url).await;
    socket.send(Message::Binary(Bytes::from_static(b"{}"))).await.unwrap();
    expect_refusal(&text(&mut socket).await, "a binary frame", 1005, "");
    assert_eq!(close_code(&mut socket).await, 4000);

    // Just within the bound is read and refused for what it says.
    let mut socket = raw(&server.url).await;
    let long = format!(r#"{{"method":"ping","req_id":1,"x":"{}"}}"#, "y".repeat(65_000));
    expect_refusal(&ask(&mut socket, &long).await, "a long message", 1003, "x");
    // Nesting costs no stack.
    let deep = format!(r#"{{"method":"ping","params":{}}}"#, "[".repeat(60_000));
    expect_refusal(&ask(&mut socket, &deep).await, "a deep message", 1001, "");

    // A masked text frame of one byte that is no UTF-8.
    let (mut socket, _) = connect_async(&server.url).await.unwrap();
    if let MaybeTlsStream::Plain(stream) = socket.get_mut() {
        stream.write_all(&[0x81, 0x81, 0, 0, 0, 0, 0xff]).await.unwrap();
    }
    let ended = async { while let Some(Ok(_)) = socket.next().await {} };
    tokio::time::timeout(Duration::from_secs(10), ended).await.expect("it is closed");

    // Connections that end without a word, in the handshake and after it.
    for _ in 0..50 {
        let address = server.url.trim_start_matches("ws://").trim_end_matches("/ws");
        let mut half = TcpStream::connect(address).await.unwrap();
        half.write_all(b"GET /ws HTTP/1.1\r\nHost: x\r\n").await.unwrap();
        drop(half);
        drop(raw(&server.url).await);
    }
    bystander.goes_on(20).await;
    assert!(bystander.end().await > 20);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_path_query_or_origin_is_told_over_http() {
    let (_dir, data) = place();
    let server = Server::start(&data);
    let address = server.url.trim_start_matches("ws://").trim_end_matches("/ws").to_owned();
    for (target, origin, status) in [
        ("/v3", "", "404"),
        ("/ws?v=2", "", "400"),
        ("/ws", "Origin: https://evil.example\r\n", "403"),
        ("/v2", "", "101"),
    ] {
        let mut stream = TcpStream::connect(&address).await.unwrap();
        let request = format!(
            "GET {target} HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n{origin}\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = vec![0; 512];
        let read = tokio::time::timeout(Duration::from_secs(10), stream.read(&mut answer)).await.unwrap().unwrap();
        let answer = String::from_utf8_lossy(&answer[..read]).into_owned();
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{target}: {answer}");
        assert!(status == "101" || answer.contains(r#"{"error":{"status":"#), "{target}: {answer}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_never_reads_and_who_sends_byte_by_byte_hold_up_nobody() {
    let (_dir, data) = place();
    let server = Server::start(&data);
    let bystander = Bystander::start(&server.url).await;
    let mut deaf = Vec::new();
    for _ in 0..20 {
        let mut socket = raw(&server.url).await;
        for channel in ["book", "trade", "ticker"] {
            let request = format!(
                r#"{{"method":"subscribe","params":{{"channel":"{channel}","symbol":["AWS-ACT-1K-202706/USD"]}}}}"#
            );
            socket.send(Message::text(request)).await.unwrap();
        }
        deaf.push(socket);
    }
    let address = server.url.trim_start_matches("ws://").trim_end_matches("/ws").to_owned();
    let slow = tokio::spawn(async move {
        let mut stream = TcpStream::connect(&address).await.unwrap();
        for byte in b"GET /ws HTTP/1.1\r\nHost: slow".iter().cycle().take(40) {
            if stream.write_all(&[*byte]).await.is_err() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    bystander.goes_on(200).await;
    slow.await.unwrap();
    assert!(bystander.end().await > 200);
    drop(deaf);
}

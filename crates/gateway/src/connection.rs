//! One connection: a task that reads requests and one that writes what waits.

use crate::clock::now;
use crate::control::Control;
use crate::keys::Scope;
use crate::outbox::{CloseCode, MAX_UNANSWERED, Next, Outbox};
use crate::road::{Ask, ConnectionId, Inbound, Origin};
use crate::server::{MAX_MESSAGE_BYTES, Shared};
use crossbeam_channel::TrySendError;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode as WireCode;
use tokio_tungstenite::tungstenite::{Bytes, Error, Message, Utf8Bytes};
use unspent_model::{AccountId, Command, Reject, SessionId, limits};
use unspent_protocol::{
    Call, Data, DisconnectScope, Kind, Limits, MAX_CANCELS, Method, Refusal, Reply, ReplyResult, Request, Status,
    Stream, SystemState, parse_request,
};

/// Subscriptions of one connection.
pub(crate) const MAX_SUBSCRIPTIONS: usize = 200;
/// The venue asks "are you there" this often.
const PING: Duration = Duration::from_secs(15);
/// A connection that says nothing for this long is gone.
const SILENCE: Duration = Duration::from_secs(45);
/// How long the last words of a connection may take.
const FAREWELL: Duration = Duration::from_secs(2);

type Socket = WebSocketStream<TcpStream>;

/// Serves a connection until either side ends it.
pub(crate) async fn run(socket: Socket, connection: ConnectionId, shared: Arc<Shared>, stop: watch::Receiver<bool>) {
    let (sink, stream) = socket.split();
    let outbox = Outbox::default();
    let status = first_message(connection);
    outbox.push(status);
    if shared.control.try_send(Control::Connect { connection, outbox: outbox.clone() }).is_err() {
        outbox.close(CloseCode::Restart);
    }
    let writer = tokio::spawn(write(sink, outbox.clone()));
    let mut reader =
        Reader { connection, outbox: outbox.clone(), account: None, scopes: Vec::new(), session: false, shared };
    reader.read(stream, stop.clone()).await;
    let control = reader.shared.control.clone();
    if reader.session {
        reader.end_session().await;
    }
    // The engine stops when no reader is left that could send to it.
    drop(reader);
    if *stop.borrow() {
        // The venue stops: the publisher closes the connection when everything is told.
        let _ = writer.await;
        return;
    }
    outbox.drop_all();
    writer.abort();
    // The publisher may be busy; it also notices by itself when it next writes.
    let _ = control.try_send(Control::Disconnect { connection });
}

fn first_message(connection: ConnectionId) -> Utf8Bytes {
    let status = Status {
        system: SystemState::Online,
        api_version: "v2".into(),
        version: env!("CARGO_PKG_VERSION").into(),
        connection_id: connection.0,
        challenge: Some(challenge().into()),
        server_time: now(),
        limits: Some(Limits {
            message_bytes: u32::try_from(MAX_MESSAGE_BYTES).expect("64 KiB"),
            subscriptions: u32::try_from(MAX_SUBSCRIPTIONS).expect("a few hundred"),
            cancels_per_request: u32::try_from(MAX_CANCELS).expect("a few dozen"),
            open_orders: limits::OPEN_ORDERS_PER_ACCOUNT,
        }),
    };
    let mut text = Vec::with_capacity(512);
    let kind = Kind::Update;
    let stream = Stream { kind, account: None, exec_seq: None, seq: None, prev_seq: None, data: vec![status] };
    Data::Status(stream).write(&mut text);
    Utf8Bytes::try_from(text).expect("JSON is text")
}

/// 128 bits that strangers cannot guess: two fresh keyed hashes, each keyed from the system's own randomness.
fn challenge() -> String {
    let word = || RandomState::new().hash_one(now().0);
    format!("{:016x}{:016x}", word(), word())
}

struct Reader {
    connection: ConnectionId,
    outbox: Outbox,
    account: Option<AccountId>,
    scopes: Vec<Scope>,
    /// Whether the engine's thread was told of a session.
    session: bool,
    shared: Arc<Shared>,
}

impl Reader {
    async fn read(&mut self, mut stream: SplitStream<Socket>, mut stop: watch::Receiver<bool>) {
        loop {
            let frame = tokio::select! {
                frame = tokio::time::timeout(SILENCE, stream.next()) => frame,
                _ = stop.wait_for(|&stop| stop) => return,
                () = gone(&self.outbox) => return,
            };
            match frame {
                Ok(Some(Ok(Message::Text(text)))) => self.request(&text),
                Ok(Some(Ok(Message::Binary(_)))) => {
                    let message = "binary frames are not understood; send JSON in text frames";
                    self.bad_frame(Reject::BinaryFrame, message).await;
                    return;
                }
                Ok(Some(Err(Error::Capacity(_)))) => {
                    let message = format!("a message may have at most {MAX_MESSAGE_BYTES} bytes");
                    self.bad_frame(Reject::MessageTooLarge, &message).await;
                    return;
                }
                Ok(Some(Err(Error::Utf8(_)))) => {
                    self.bad_frame(Reject::MalformedMessage, "a text frame must be UTF-8").await;
                    return;
                }
                Ok(Some(Err(Error::Protocol(error)))) if error != ProtocolError::ResetWithoutClosingHandshake => {
                    let message = format!("the frame breaks the websocket protocol: {error}");
                    self.bad_frame(Reject::MalformedMessage, &message).await;
                    return;
                }
                Ok(Some(Ok(Message::Close(_)) | Err(_)) | None) | Err(_) => return,
                // Pings are answered by the library.
                Ok(Some(Ok(_))) => {}
            }
        }
    }

    /// Tells the engine's thread that the session is over. It must be told: a full channel is waited for. When the
    /// channel is closed the venue stops, and its next start ends every session.
    async fn end_session(&self) {
        let mut inbound = Inbound { origin: None, ask: Ask::Disconnect { connection: self.connection } };
        while let Err(TrySendError::Full(again)) = self.shared.inbound.try_send(inbound) {
            inbound = again;
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    async fn bad_frame(&self, reject: Reject, message: &str) {
        self.push(&Reply {
            method: None,
            req_id: None,
            outcome: Err(Refusal::new(reject, message).into()),
            time_in: now(),
            time_out: now(),
        });
        self.outbox.close(CloseCode::BadFrame);
        // Let the writer say it before the connection goes.
        let _ = tokio::time::timeout(FAREWELL, gone(&self.outbox)).await;
    }

    fn request(&mut self, text: &str) {
        let time_in = now();
        let Request { call, req_id, .. } = match parse_request(text) {
            Ok(request) => request,
            Err(error) => {
                self.shared.stats.rejects.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                self.push(&Reply { time_out: now(), ..Reply::unreadable(error, time_in) });
                return;
            }
        };
        let origin = Origin { connection: self.connection, method: call.method(), req_id, time_in };
        if let Err(refusal) = self.handle(origin, call) {
            self.refuse(origin, refusal);
        }
    }

    fn refuse(&self, origin: Origin, refusal: Refusal) {
        self.shared.stats.rejects.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let reply = Reply::refused(origin.method, origin.req_id, refusal, origin.time_in);
        self.push(&Reply { time_out: now(), ..reply });
    }

    fn push(&self, reply: &Reply) {
        let mut text = Vec::with_capacity(256);
        reply.write(&mut text);
        self.outbox.push(Utf8Bytes::try_from(text).expect("JSON is text"));
    }

    fn handle(&mut self, origin: Origin, call: Call) -> Result<(), Refusal> {
        match call {
            Call::Ping => {
                let reply = Reply::done(Method::Ping, origin.req_id, ReplyResult::Pong, origin.time_in);
                self.push(&Reply { time_out: now(), ..reply });
                Ok(())
            }
            Call::Login(params) => {
                let session = params.cancel_on_disconnect == Some(DisconnectScope::Connection);
                self.login(origin, &params.api_key, session)
            }
            Call::Subscribe(params) => {
                if params.channel.is_private() {
                    self.may(Scope::Read)?;
                }
                self.control(Control::Subscribe { origin, params })
            }
            Call::Unsubscribe(params) => self.control(Control::Unsubscribe { origin, params }),
            Call::AddOrder(params) => {
                let account = self.may(Scope::Trade)?;
                let add = self.shared.directory.read().catalogue.add_order(account, &params)?;
                self.command(origin, Command::AddOrder(add))
            }
            Call::Validate(params) => {
                let account = self.may(Scope::Trade)?;
                let add = self.shared.directory.read().catalogue.add_order(account, &params)?;
                self.ask(origin, Ask::Check(add))
            }
            Call::BatchAdd(params) => {
                let account = self.may(Scope::Trade)?;
                let orders = self.shared.directory.read().catalogue.batch_add(account, &params)?;
                self.ask(origin, Ask::Batch(orders))
            }
            Call::QueryOrder(params) => {
                let account = self.may(Scope::Read)?;
                self.ask(origin, Ask::Query { account, order: params.order })
            }
            Call::AmendOrder(params) => {
                let account = self.may(Scope::Trade)?;
                self.ask(origin, Ask::Amend { account, params: Box::new(params) })
            }
            Call::CancelOrder(params) => {
                let account = self.may(Scope::Trade)?;
                for order in params.orders {
                    if let Err(refusal) = self.command(origin, Command::CancelOrder { account, order }) {
                        self.refuse(origin, refusal);
                    }
                }
                Ok(())
            }
            Call::CancelAll(params) => {
                let account = self.may(Scope::Trade)?;
                let command = self.shared.directory.read().catalogue.cancel_all(account, &params)?;
                self.command(origin, command)
            }
            Call::CancelAllOrdersAfter(params) => {
                let account = self.may(Scope::Trade)?;
                self.command(origin, Command::CancelAllAfter { account, seconds: params.timeout })
            }
            Call::MassQuote(params) => {
                let account = self.may(Scope::Trade)?;
                if !self.session {
                    let message = "mass_quote needs a login with cancel_on_disconnect \"connection\"";
                    return Err(Refusal::new(Reject::SessionClosed, message));
                }
                // The engine's thread knows which session the connection has.
                let command = self.shared.directory.read().catalogue.mass_quote(account, SessionId(0), &params)?;
                self.command(origin, command)
            }
            Call::SetGroup(params) => {
                let account = self.may(Scope::Trade)?;
                self.command(origin, params.command(account))
            }
            Call::ResetGroup(params) => {
                let account = self.may(Scope::Trade)?;
                self.command(origin, Command::ResetGroup { account, group: params.group })
            }
            Call::DepositCash(_)
            | Call::DepositCredits(_)
            | Call::SetPhase(_)
            | Call::SetRules(_)
            | Call::SetSchedule(_)
            | Call::SetReference(_)
            | Call::SetLimits(_)
            | Call::Kill(_)
            | Call::Connect
            | Call::Disconnect
            | Call::Clock => {
                Err(Refusal::new(Reject::UnknownMethod, "this method is the operator's and not offered here"))
            }
        }
    }

    /// The account, when the connection is logged in and its key allows it.
    fn may(&self, scope: Scope) -> Result<AccountId, Refusal> {
        let Some(account) = self.account else {
            return Err(Refusal::new(Reject::LoginRequired, "log in first, with method login"));
        };
        if !self.scopes.contains(&scope) {
            let message = format!("this key lacks the scope {}", scope.name());
            return Err(Refusal::new(Reject::NotPermitted, message));
        }
        Ok(account)
    }

    fn login(&mut self, origin: Origin, secret: &str, session: bool) -> Result<(), Refusal> {
        if self.account.is_some() {
            let message = "this connection is logged in already; open another for another account";
            return Err(Refusal::new(Reject::AlreadyLoggedIn, message));
        }
        let failed = || Refusal::new(Reject::LoginFailed, "api_key is not known here");
        let key = self.shared.keys.find(secret).ok_or_else(failed)?;
        let account = self.shared.directory.read().account(&key.account).ok_or_else(failed)?;
        let scopes: Vec<Scope> = key.scopes.clone();
        let names = scopes.iter().map(|scope| scope.name()).collect();
        if session {
            // Before the login's answer: no order of this connection can come before its session.
            let inbound = Inbound { origin: None, ask: Ask::Connect { account, connection: self.connection } };
            let sent = self.shared.inbound.try_send(inbound);
            sent.map_err(|error| unavailable(matches!(error, TrySendError::Full(_))))?;
            self.session = true;
        }
        self.control(Control::Login { origin, account, scopes: names })?;
        (self.account, self.scopes) = (Some(account), scopes);
        Ok(())
    }

    fn control(&self, control: Control) -> Result<(), Refusal> {
        self.shared
            .control
            .try_send(control)
            .map_err(|error| unavailable(matches!(error, crossbeam_channel::TrySendError::Full(_))))
    }

    fn command(&self, origin: Origin, command: Command) -> Result<(), Refusal> {
        self.ask(origin, Ask::Command(command))
    }

    fn ask(&self, origin: Origin, ask: Ask) -> Result<(), Refusal> {
        if ask.enters_orders() && self.shared.disk_short.load(std::sync::atomic::Ordering::Relaxed) {
            let message =
                "the venue's disk is nearly full: it takes cancels and no orders until there is room; try again later";
            return Err(Refusal::new(Reject::ShuttingDown, message));
        }
        if !self.outbox.begin() {
            let message =
                format!("{MAX_UNANSWERED} requests of this connection are unanswered; wait for some of the answers");
            return Err(Refusal::new(Reject::Busy, message));
        }
        let sent = self.shared.inbound.try_send(Inbound { origin: Some(origin), ask });
        if sent.is_err() {
            self.outbox.answered();
        }
        sent.map_err(|error| unavailable(matches!(error, TrySendError::Full(_))))
    }
}

fn unavailable(busy: bool) -> Refusal {
    if busy {
        Refusal::new(Reject::Busy, "the engine has as much to do as it may queue; nothing was done, try again")
    } else {
        Refusal::new(Reject::ShuttingDown, "the venue is stopping; nothing was done, connect again later")
    }
}

/// Ends when the connection is closed by the other task or the publisher.
async fn gone(outbox: &Outbox) {
    outbox.gone().await;
}

/// Writes what waits, all of it at once, and a ping now and then.
async fn write(mut sink: SplitSink<Socket, Message>, outbox: Outbox) {
    let mut ping = tokio::time::interval_at(Instant::now() + PING, PING);
    loop {
        let changed = outbox.changed();
        match outbox.take() {
            Next::Messages(messages) => {
                let mut bytes = 0;
                let all = async {
                    for message in messages {
                        bytes += message.len();
                        sink.feed(Message::Text(message)).await?;
                    }
                    sink.flush().await
                };
                let written = tokio::select! {
                    written = all => written,
                    // Stuck in a write to someone who does not read.
                    () = outbox.cut() => break,
                };
                if written.is_err() {
                    break;
                }
                outbox.written(bytes);
            }
            Next::Close(messages, code) => {
                let farewell = async {
                    for message in messages {
                        sink.feed(Message::Text(message)).await?;
                    }
                    let frame = CloseFrame { code: WireCode::from(code as u16), reason: code.text().into() };
                    sink.send(Message::Close(Some(frame))).await
                };
                // Whether the other side hears it no longer matters.
                let _ = tokio::time::timeout(FAREWELL, farewell).await;
                break;
            }
            Next::Wait => {
                tokio::select! {
                    () = changed => {}
                    _ = ping.tick() => {
                        if sink.send(Message::Ping(Bytes::new())).await.is_err() {
                            break;
                        }
                    }
                }
            }
        }
    }
    outbox.drop_all();
}

//! One connection: a task that reads requests and one that writes what waits.

use crate::asking::unavailable;
use crate::clock::now;
use crate::control::Control;
use crate::http::Transport;
use crate::keys::{Grant, Scope};
use crate::metrics::Metrics;
use crate::outbox::{CloseCode, MAX_UNANSWERED, Next, Outbox};
use crate::rates::{Address, Meter, clock, refusal};
use crate::road::{Ask, ConnectionId, Inbound, Origin};
use crate::seat::{Seat, fresh_challenge};
use crate::server::{MAX_MESSAGE_BYTES, Place, Shared};
use crate::stats::Stats;
use crate::status;
use crossbeam_channel::TrySendError;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode as WireCode;
use tokio_tungstenite::tungstenite::{Bytes, Error, Message, Utf8Bytes};
use unspent_model::{AccountId, Command, Reject, SessionId, limits};
use unspent_protocol::{
    Call, DisconnectScope, Limits, LoginParams, MAX_CANCELS, Method, Refusal, Reply, ReplyResult, Request,
    RequestError, Status, parse_request,
};

/// Subscriptions of one connection.
pub(crate) const MAX_SUBSCRIPTIONS: usize = 200;
/// The venue asks "are you there" this often.
const PING: Duration = Duration::from_secs(15);
/// A connection that says nothing for this long is gone.
const SILENCE: Duration = Duration::from_secs(45);
/// How long the last words of a connection may take.
const FAREWELL: Duration = Duration::from_secs(2);

/// So many connections are written to at once, whatever it is.
const UNPACED: u64 = 100;
/// Each one more lets what everyone is told wait so much longer after the last write: 10,000 writes a second of all of them.
const TURN: Duration = Duration::from_micros(100);
/// And no longer than this.
const LONGEST_PACE: Duration = Duration::from_millis(100);

type Socket = WebSocketStream<Transport>;

/// Serves a connection until either side ends it.
pub(crate) async fn run(
    socket: Socket,
    place: Place,
    address: IpAddr,
    shared: Arc<Shared>,
    stop: watch::Receiver<bool>,
) {
    let connection = place.connection;
    let (sink, stream) = socket.split();
    let outbox = Outbox::default();
    let seat = Seat::new(shared.keys.clone(), address);
    let disk_short = shared.disk_short.load(std::sync::atomic::Ordering::Relaxed);
    let status = first_message(connection, seat.challenge(), disk_short);
    outbox.push(status);
    if shared.control.try_send(Control::Connect { connection, outbox: outbox.clone() }).is_err() {
        outbox.close(CloseCode::Restart);
    }
    let writer = tokio::spawn(write(sink, outbox.clone(), Arc::clone(&shared.metrics), Arc::clone(&shared.stats)));
    let (meter, known) = (shared.rates.meter(), shared.rates.addresses.of(address, clock()));
    let mut reader = Reader { connection, outbox: outbox.clone(), seat, meter, address: known, session: false, shared };
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

/// Whether a kill switch stops the venue is known to the publisher, which says so next.
fn first_message(connection: ConnectionId, challenge: Option<&str>, disk_short: bool) -> Utf8Bytes {
    status::message(Status {
        challenge: challenge.map(|challenge| challenge.to_owned().into()),
        limits: Some(Limits {
            message_bytes: u32::try_from(MAX_MESSAGE_BYTES).expect("64 KiB"),
            subscriptions: u32::try_from(MAX_SUBSCRIPTIONS).expect("a few hundred"),
            cancels_per_request: u32::try_from(MAX_CANCELS).expect("a few dozen"),
            open_orders: limits::OPEN_ORDERS_PER_ACCOUNT,
        }),
        ..status::row(status::system(disk_short, false), connection.0)
    })
}

struct Reader {
    connection: ConnectionId,
    outbox: Outbox,
    seat: Seat,
    meter: Meter,
    address: Arc<Address>,
    /// Whether the engine's thread was told of a session.
    session: bool,
    shared: Arc<Shared>,
}

impl Reader {
    async fn read(&mut self, mut stream: SplitStream<Socket>, mut stop: watch::Receiver<bool>) {
        let mut key_changes = self.shared.keys.changes();
        loop {
            let frame = tokio::select! {
                frame = tokio::time::timeout(SILENCE, stream.next()) => frame,
                _ = stop.wait_for(|&stop| stop) => return,
                () = gone(&self.outbox) => return,
                // Whoever tells of changes lives as long as this does.
                _ = key_changes.changed() => {
                    if self.seat.still_holds() {
                        continue;
                    }
                    break;
                }
            };
            match frame {
                Ok(Some(Ok(Message::Text(text)))) => {
                    self.request(&text);
                    if self.meter.is_abused() {
                        self.farewell(CloseCode::RateAbuse, &mut stream).await;
                        return;
                    }
                    if self.seat.is_worn_out() {
                        self.farewell(CloseCode::LoginFailed, &mut stream).await;
                        return;
                    }
                }
                Ok(Some(Ok(Message::Binary(_)))) => {
                    let message = "binary frames are not understood; send JSON in text frames";
                    self.bad_frame(Reject::BinaryFrame, message, &mut stream).await;
                    return;
                }
                Ok(Some(Err(Error::Capacity(_)))) => {
                    let message = format!("a message may have at most {MAX_MESSAGE_BYTES} bytes");
                    self.bad_frame(Reject::MessageTooLarge, &message, &mut stream).await;
                    return;
                }
                Ok(Some(Err(Error::Utf8(_)))) => {
                    self.bad_frame(Reject::MalformedMessage, "a text frame must be UTF-8", &mut stream).await;
                    return;
                }
                Ok(Some(Err(Error::Protocol(error)))) if error != ProtocolError::ResetWithoutClosingHandshake => {
                    let message = format!("the frame breaks the websocket protocol: {error}");
                    self.bad_frame(Reject::MalformedMessage, &message, &mut stream).await;
                    return;
                }
                Ok(Some(Ok(Message::Close(_)) | Err(_)) | None) | Err(_) => return,
                // Pings are answered by the library.
                Ok(Some(Ok(_))) => {}
            }
        }
        if self.session {
            // Its orders do not wait for the other side to hear why.
            self.end_session().await;
            self.session = false;
        }
        self.farewell(CloseCode::KeyRevoked, &mut stream).await;
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

    async fn bad_frame(&self, reject: Reject, message: &str, stream: &mut SplitStream<Socket>) {
        self.push(&Reply {
            method: None,
            req_id: None,
            outcome: Err(Refusal::new(reject, message).into()),
            time_in: now(),
            time_out: now(),
        });
        self.farewell(CloseCode::BadFrame, stream).await;
    }

    /// Closes after what waits.
    async fn farewell(&self, code: CloseCode, stream: &mut SplitStream<Socket>) {
        self.outbox.close(code);
        let said_and_heard = async {
            // Let the writer say it before the connection goes.
            gone(&self.outbox).await;
            // A socket that is closed with something unread in it takes back what was said last.
            while let Some(Ok(_)) = stream.next().await {}
        };
        let _ = tokio::time::timeout(FAREWELL, said_and_heard).await;
    }

    fn request(&mut self, text: &str) {
        let time_in = now();
        let Request { call, req_id, token, .. } = match parse_request(text) {
            Ok(request) => request,
            Err(error) => {
                let counted = self.meter.count_unreadable();
                let error = match counted {
                    Ok(()) => error,
                    Err(refusal) => RequestError { refusal: Box::new(refusal), ..error },
                };
                self.count_refusal(error.reject());
                self.push(&Reply { time_out: now(), ..Reply::unreadable(error, time_in) });
                return;
            }
        };
        let origin = Origin { connection: self.connection, method: call.method(), req_id, time_in };
        if let Err(refusal) = self.meter.count(&call) {
            self.refuse(origin, refusal);
            return;
        }
        let seated = token.map_or(Ok(()), |token| self.token(&token));
        if let Err(refusal) = seated.and_then(|()| self.handle(origin, call)) {
            self.refuse(origin, refusal);
        }
    }

    fn count_refusal(&self, reject: Reject) {
        self.shared.stats.rejects.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        self.shared.metrics.refusal(reject);
    }

    fn refuse(&self, origin: Origin, refusal: Refusal) {
        self.count_refusal(refusal.reject);
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
                self.login(origin, &params, session)
            }
            Call::Logout => self.logout(origin),
            Call::Subscribe(params) => {
                if params.channel.is_private() {
                    self.may(Scope::Read)?;
                }
                self.control(Control::Subscribe { origin, params })
            }
            Call::Unsubscribe(params) => self.control(Control::Unsubscribe { origin, params }),
            Call::AddOrder(params) => {
                let account = self.may(Scope::Trade)?;
                let command = self.shared.directory.read().catalogue.enter(account, &params)?;
                self.command(origin, command)
            }
            Call::Validate(params) => {
                let account = self.may(Scope::Trade)?;
                let command = self.shared.directory.read().catalogue.enter(account, &params)?;
                self.ask(origin, Ask::Check(command))
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
            Call::Deliver(params) => {
                let account = self.may(Scope::Trade)?;
                self.command(origin, params.deliver(account))
            }
            Call::Accept(params) => {
                let account = self.may(Scope::Trade)?;
                self.command(origin, params.command(account))
            }
            Call::Dispute(params) => {
                let account = self.may(Scope::Trade)?;
                self.command(origin, params.dispute(account))
            }
            Call::DepositCash(_)
            | Call::RegisterLots(_)
            | Call::WithdrawLots(_)
            | Call::Rule(_)
            | Call::ClawBack(_)
            | Call::Contribute(_)
            | Call::SetTerms(_)
            | Call::DepositCredits(_)
            | Call::OpenAccount(_)
            | Call::SetAccount(_)
            | Call::WithdrawCash(_)
            | Call::WithdrawCredits(_)
            | Call::DecideWithdrawal(_)
            | Call::SetFundingRules(_)
            | Call::BustTrade(_)
            | Call::AdjustTrade(_)
            | Call::SetPhase(_)
            | Call::SetRules(_)
            | Call::SetSchedule(_)
            | Call::SetReference(_)
            | Call::SetLimits(_)
            | Call::Kill(_)
            | Call::ListInstrument(_)
            | Call::SetProgramme(_)
            | Call::Permit(_)
            | Call::RevokePermit(_)
            | Call::WatchExpiry(_)
            | Call::RegisterHolding(_)
            | Call::SetHoldingLevel(_)
            | Call::ListHolding(_)
            | Call::DelistHolding(_)
            | Call::WithdrawHolding(_)
            | Call::Connect
            | Call::Disconnect
            | Call::Clock => {
                Err(Refusal::new(Reject::UnknownMethod, "this method is the operator's and not offered here"))
            }
        }
    }

    /// The account, when the connection is logged in and its key allows it.
    fn may(&self, scope: Scope) -> Result<AccountId, Refusal> {
        self.seat.may(scope)
    }

    fn login(&mut self, origin: Origin, params: &LoginParams, session: bool) -> Result<(), Refusal> {
        self.may_log_in()?;
        let directory = &self.shared.directory;
        let judged = self.seat.login(params, |grant| directory.read().account(grant.account()));
        let (grant, account) = judged.inspect_err(|refusal| self.failed(refusal))?;
        if session {
            // Before the login's answer: no order of this connection can come before its session.
            self.inform(Ask::Connect { account, connection: self.connection })?;
            self.session = true;
        }
        let scopes = grant.scopes().iter().map(|scope| scope.name()).collect();
        self.control(Control::Login { origin, account, scopes })?;
        self.meter.set_key(Some(self.shared.rates.key(grant.id())));
        self.seat.take((grant, account), None);
        Ok(())
    }

    /// Whether the address may try a login, after those that failed.
    fn may_log_in(&self) -> Result<(), Refusal> {
        self.address.may_log_in(clock()).map_err(|wait| refusal("failed logins of this address", wait))
    }

    /// Counts a login that was refused.
    fn failed(&self, why: &Refusal) {
        if why.reject == Reject::LoginFailed {
            self.address.failed(clock());
        }
    }

    /// Logs in with a private request's token, unless that is done.
    fn token(&mut self, token: &str) -> Result<(), Refusal> {
        self.may_log_in()?;
        let directory = &self.shared.directory;
        let known = |grant: &Grant| directory.read().account(grant.account());
        let judged = self.seat.token(token, known);
        if let Some((grant, account)) = judged.inspect_err(|refusal| self.failed(refusal))? {
            self.meter.set_key(Some(self.shared.rates.key(grant.id())));
            self.control(Control::Bind { connection: self.connection, account })?;
            self.seat.take((grant, account), Some(token));
        }
        Ok(())
    }

    /// The connection is as it was before its login, and signs a new challenge with the next.
    fn logout(&mut self, origin: Origin) -> Result<(), Refusal> {
        if !self.seat.is_taken() {
            return Err(Refusal::from(Reject::LoginRequired));
        }
        if self.session {
            self.inform(Ask::Disconnect { connection: self.connection })?;
            self.session = false;
        }
        let challenge = fresh_challenge();
        self.control(Control::Logout { origin, challenge: challenge.clone() })?;
        self.seat.leave(challenge);
        self.meter.set_key(None);
        Ok(())
    }

    /// Tells the engine's thread what it answers to nobody.
    fn inform(&self, ask: Ask) -> Result<(), Refusal> {
        let sent = self.shared.inbound.try_send(Inbound { origin: None, ask });
        sent.map_err(|error| unavailable(&error))
    }

    fn control(&self, control: Control) -> Result<(), Refusal> {
        self.shared.control.try_send(control).map_err(|error| unavailable(&error))
    }

    fn command(&self, origin: Origin, command: Command) -> Result<(), Refusal> {
        self.ask(origin, Ask::Command(command))
    }

    fn ask(&self, origin: Origin, ask: Ask) -> Result<(), Refusal> {
        self.shared.admit(&ask)?;
        if !self.outbox.begin() {
            let message =
                format!("{MAX_UNANSWERED} requests of this connection are unanswered; wait for some of the answers");
            return Err(Refusal::new(Reject::Busy, message));
        }
        let sent = self.shared.inbound.try_send(Inbound { origin: Some(origin), ask });
        if sent.is_err() {
            self.outbox.answered();
        }
        sent.map_err(|error| unavailable(&error))
    }
}

/// Ends when the connection is closed by the other task or the publisher.
async fn gone(outbox: &Outbox) {
    outbox.gone().await;
}

/// How long a connection's turn is away, with so many of them.
fn pace(connections: u64) -> Duration {
    let many = u32::try_from(connections.saturating_sub(UNPACED)).unwrap_or(u32::MAX);
    TURN.saturating_mul(many).min(LONGEST_PACE)
}

/// Writes what waits, all of it at once, and a ping now and then.
///
/// With many connections, what everyone is told is written in the connection's turn: however many listen, the writes of all of them
/// leave the processor to those who trade.
async fn write(mut sink: SplitSink<Socket, Message>, outbox: Outbox, metrics: Arc<Metrics>, stats: Arc<Stats>) {
    let mut ping = tokio::time::interval_at(Instant::now() + PING, PING);
    let mut turn = Instant::now();
    loop {
        let changed = outbox.changed();
        let paced = Instant::now() < turn;
        match outbox.take(paced) {
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
                turn = Instant::now() + pace(stats.connections.load(std::sync::atomic::Ordering::Relaxed));
            }
            Next::Close(messages, code) => {
                metrics.closed(code);
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
                    () = tokio::time::sleep_until(turn), if paced => {}
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

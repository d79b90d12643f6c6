//! One connection: a task that owns the socket, and handles to talk to it.

use crate::{ClientError, Ending, Endpoint, SigningSeed};
use futures_util::future::try_join_all;
use futures_util::{SinkExt, StreamExt};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_tls_with_config};
use unspent_model::{OrderRef, Timestamp};
use unspent_protocol::{
    AddOrderParams, AmendOrderParams, BatchAddParams, BatchRow, Call, CancelAllParams, CancelAllResult,
    CancelOrderParams, CancelResult, Data, DisconnectScope, LoginParams, LoginResult, OrderResult, Outcome,
    QueryOrderParams, QueryResult, Reply, ReplyResult, Request, ServerMessage, SubscribeParams,
};

/// Requests waiting to be written; beyond, a call waits.
const WAITING_REQUESTS: usize = 256;
/// Data messages waiting to be read; beyond, the socket is not read.
const WAITING_DATA: usize = 4_096;
/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(10);
/// How long an answer may take before its outcome counts as unknown.
const ANSWER: Duration = Duration::from_secs(30);
/// Requests without an answer; beyond, no more are written until one is answered or given up. The venue refuses as many.
const UNANSWERED: usize = 4_096;
/// How long a venue that pings every 15 s may be silent before the connection counts as lost.
const SILENCE: Duration = Duration::from_secs(45);
/// How long what a venue sent before it closed may take to be read.
const LAST_WORDS: Duration = Duration::from_secs(2);

struct Outgoing {
    text: Utf8Bytes,
    req_id: i64,
    answer: oneshot::Sender<Reply>,
}

/// A handle to one connection. Clones share it; it closes when the last is dropped.
#[derive(Clone)]
pub struct Client {
    outgoing: mpsc::Sender<Outgoing>,
    next_req_id: Arc<AtomicI64>,
    /// What the venue says of itself and the connection, once it has.
    greeting: watch::Receiver<Greeting>,
    ended: watch::Receiver<Option<Ending>>,
}

/// What a venue says at first.
#[derive(Clone, Debug, Default)]
struct Greeting {
    /// What the connection's next login signs.
    challenge: Option<String>,
    /// The venue's time, and when it was told.
    time: Option<(Timestamp, Instant)>,
}

/// What acts for an account.
#[derive(Clone, Debug)]
pub enum Credential {
    /// A key that is its own secret; venues take such on loopback only.
    Static {
        /// The key.
        api_key: String,
    },
    /// A key that signs.
    Signed {
        /// The key's public name.
        api_key: String,
        /// Its secret half.
        seed: SigningSeed,
    },
}

/// The data of one connection, in order.
pub struct Inbox(mpsc::Receiver<Data>);

impl Inbox {
    /// The next data message; `None` when the connection is gone.
    pub async fn next(&mut self) -> Option<Data> {
        self.0.recv().await
    }

    /// A data message that is there already.
    pub fn try_next(&mut self) -> Option<Data> {
        self.0.try_recv().ok()
    }
}

impl Client {
    /// Connects to a venue, such as `ws://127.0.0.1:8080/ws`.
    ///
    /// # Errors
    /// [`ClientError::Unreachable`].
    pub async fn connect(url: &str) -> Result<(Client, Inbox), ClientError> {
        Client::connect_to(&Endpoint::new(url)?).await
    }

    /// The same, to a venue whose certificate may be from an authority of the caller's choice.
    ///
    /// # Errors
    /// [`ClientError::Unreachable`].
    pub async fn connect_to(endpoint: &Endpoint) -> Result<(Client, Inbox), ClientError> {
        let unreachable = |why: String| ClientError::Unreachable { url: endpoint.url().to_owned(), why };
        // A request is small and is waited for: it must not wait for another.
        let nodelay = true;
        let connecting = connect_async_tls_with_config(endpoint.url(), None, nodelay, endpoint.connector());
        let (socket, _) = timeout(CONNECT, connecting)
            .await
            .map_err(|_| unreachable("no answer".to_owned()))?
            .map_err(|error| unreachable(error.to_string()))?;
        let (outgoing, requests) = mpsc::channel(WAITING_REQUESTS);
        let (data_out, data_in) = mpsc::channel(WAITING_DATA);
        let (greetings, greeting) = watch::channel(Greeting::default());
        let (endings, ended) = watch::channel(None);
        tokio::spawn(async move {
            let ending = run(socket, requests, &data_out, &greetings).await;
            endings.send_replace(Some(ending));
            // Only now: who sees the inbox end sees why.
            drop(data_out);
        });
        Ok((Client { outgoing, next_req_id: Arc::new(AtomicI64::new(1)), greeting, ended }, Inbox(data_in)))
    }

    /// How the connection ended; `None` while it is open.
    #[must_use]
    pub fn ended(&self) -> Option<Ending> {
        self.ended.borrow().clone()
    }

    /// Whether both are handles to one connection.
    pub(crate) fn is(&self, other: &Client) -> bool {
        self.outgoing.same_channel(&other.outgoing)
    }

    /// The venue's time now: what it said at first, and what has passed since. `None` before it has.
    #[must_use]
    pub fn venue_time(&self) -> Option<Timestamp> {
        let (said, at) = self.greeting.borrow().time?;
        let passed = u64::try_from(at.elapsed().as_nanos()).unwrap_or(u64::MAX);
        Some(Timestamp(said.0.saturating_add(passed)))
    }

    /// Asks and waits for the answer.
    ///
    /// # Errors
    /// [`ClientError::Refused`], [`ClientError::OutcomeUnknown`] or [`ClientError::Closed`].
    pub async fn call(&self, call: Call) -> Result<ReplyResult, ClientError> {
        let reply = self.ask(call).await?;
        reply.outcome.map_err(|error| match error.detail.outcome {
            Outcome::Unknown => ClientError::OutcomeUnknown,
            Outcome::Rejected => ClientError::Refused(Box::new(error)),
        })
    }

    /// Asks and waits for the whole answer: of a request with several, for the first.
    ///
    /// # Errors
    /// [`ClientError::OutcomeUnknown`] or [`ClientError::Closed`].
    pub async fn ask(&self, call: Call) -> Result<Reply, ClientError> {
        let req_id = self.next_req_id.fetch_add(1, Ordering::Relaxed);
        let mut text = Vec::with_capacity(256);
        Request::new(call, Some(req_id)).write(&mut text);
        let text = Utf8Bytes::try_from(text).expect("a request is text");
        let (answer, answered) = oneshot::channel();
        self.outgoing.send(Outgoing { text, req_id, answer }).await.map_err(|_| ClientError::Closed)?;
        match timeout(ANSWER, answered).await {
            Ok(Ok(reply)) => Ok(reply),
            _ => Err(ClientError::OutcomeUnknown),
        }
    }

    /// Logs in with a key that is its own secret.
    ///
    /// # Errors
    /// As for [`Client::call`].
    pub async fn login(&self, api_key: &str) -> Result<LoginResult, ClientError> {
        self.log_in(&Credential::Static { api_key: api_key.to_owned() }, None).await
    }

    /// Logs in by a signature over the connection's challenge.
    ///
    /// # Errors
    /// As for [`Client::log_in`].
    pub async fn login_signed(&self, api_key: &str, seed: &SigningSeed) -> Result<LoginResult, ClientError> {
        self.log_in(&Credential::Signed { api_key: api_key.to_owned(), seed: seed.clone() }, None).await
    }

    /// Logs in, and says which orders go when the connection does.
    ///
    /// # Errors
    /// As for [`Client::call`]; [`ClientError::Protocol`] when the venue gives no challenge to sign.
    pub async fn log_in(
        &self,
        credential: &Credential,
        cancel_on_disconnect: Option<DisconnectScope>,
    ) -> Result<LoginResult, ClientError> {
        let (api_key, signature) = match credential {
            Credential::Static { api_key } => (api_key.clone(), None),
            Credential::Signed { api_key, seed } => {
                (api_key.clone(), Some(seed.sign_login(api_key, &self.challenge().await?)))
            }
        };
        match self.call(Call::Login(LoginParams { api_key, signature, cancel_on_disconnect })).await? {
            ReplyResult::Login(result) => Ok(result),
            other => Err(unexpected(&other)),
        }
    }

    async fn challenge(&self) -> Result<String, ClientError> {
        let mut greeting = self.greeting.clone();
        let said = timeout(ANSWER, greeting.wait_for(|greeting| greeting.challenge.is_some())).await;
        let said = said.map_err(|_| ClientError::Protocol("the venue gave no challenge to sign".to_owned()))?;
        let said = said.map_err(|_| ClientError::Closed)?;
        Ok(said.challenge.clone().expect("this was waited for"))
    }

    /// Ends the login: the connection is as it was before it.
    ///
    /// # Errors
    /// As for [`Client::call`].
    pub async fn logout(&self) -> Result<(), ClientError> {
        match self.call(Call::Logout).await? {
            ReplyResult::Logout(_) => Ok(()),
            other => Err(unexpected(&other)),
        }
    }

    /// Starts a stream of each symbol; the data comes through the inbox.
    ///
    /// # Errors
    /// As for [`Client::call`], of the first symbol that is refused; the others' streams have started.
    pub async fn subscribe(&self, params: SubscribeParams) -> Result<(), ClientError> {
        // A venue answers once for each symbol: one request for each keeps every answer with its question.
        let one = |symbol| SubscribeParams { symbols: vec![symbol], ..params.clone() };
        let each: Vec<SubscribeParams> = match params.symbols.len() {
            0 | 1 => vec![params],
            _ => params.symbols.iter().copied().map(one).collect(),
        };
        try_join_all(each.into_iter().map(|params| self.call(Call::Subscribe(params)))).await.map(|_| ())
    }

    /// Enters an order.
    ///
    /// # Errors
    /// As for [`Client::call`].
    pub async fn add_order(&self, params: AddOrderParams) -> Result<OrderResult, ClientError> {
        match self.call(Call::AddOrder(params)).await? {
            ReplyResult::AddOrder(result) => Ok(result),
            other => Err(unexpected(&other)),
        }
    }

    /// Checks everything about an order and does nothing.
    ///
    /// # Errors
    /// As for [`Client::call`]; [`ClientError::Refused`] with what the order would be told.
    pub async fn validate(&self, params: AddOrderParams) -> Result<(), ClientError> {
        match self.call(Call::Validate(params)).await? {
            ReplyResult::Valid(_) => Ok(()),
            other => Err(unexpected(&other)),
        }
    }

    /// Enters orders, one after the other; what each came to, in order.
    ///
    /// # Errors
    /// As for [`Client::call`]; then nothing was entered, unless the outcome is unknown.
    pub async fn batch_add(&self, orders: Vec<AddOrderParams>) -> Result<Vec<BatchRow>, ClientError> {
        match self.call(Call::BatchAdd(BatchAddParams { orders })).await? {
            ReplyResult::Batch(result) => Ok(result.orders),
            other => Err(unexpected(&other)),
        }
    }

    /// Says where an order stands, after everything that this client asked before.
    ///
    /// # Errors
    /// As for [`Client::call`].
    pub async fn query_order(&self, order: OrderRef) -> Result<QueryResult, ClientError> {
        match self.call(Call::QueryOrder(QueryOrderParams { order })).await? {
            ReplyResult::Order(result) => Ok(*result),
            other => Err(unexpected(&other)),
        }
    }

    /// Changes an open order.
    ///
    /// # Errors
    /// As for [`Client::call`].
    pub async fn amend_order(&self, params: AmendOrderParams) -> Result<OrderResult, ClientError> {
        match self.call(Call::AmendOrder(params)).await? {
            ReplyResult::AmendOrder(result) => Ok(result),
            other => Err(unexpected(&other)),
        }
    }

    /// Cancels one open order.
    ///
    /// # Errors
    /// As for [`Client::call`].
    pub async fn cancel_order(&self, order: OrderRef) -> Result<CancelResult, ClientError> {
        match self.call(Call::CancelOrder(CancelOrderParams { orders: vec![order] })).await? {
            ReplyResult::CancelOrder(result) => Ok(result),
            other => Err(unexpected(&other)),
        }
    }

    /// Cancels many open orders.
    ///
    /// # Errors
    /// As for [`Client::call`].
    pub async fn cancel_all(&self, params: CancelAllParams) -> Result<CancelAllResult, ClientError> {
        match self.call(Call::CancelAll(params)).await? {
            ReplyResult::CancelAll(result) => Ok(result),
            other => Err(unexpected(&other)),
        }
    }
}

pub(crate) fn unexpected(result: &ReplyResult) -> ClientError {
    ClientError::Protocol(format!("{result:?}"))
}

/// What of a `status` message belongs to the greeting.
fn greet(greetings: &watch::Sender<Greeting>, data: &Data) {
    let Data::Status(stream) = data else { return };
    for status in &stream.data {
        greetings.send_modify(|greeting| {
            greeting.time = Some((status.server_time, Instant::now()));
            if let Some(challenge) = &status.challenge {
                greeting.challenge = Some(challenge.to_string());
            }
        });
    }
}

/// Owns the socket until it closes or every handle is gone. Answers that never came are dropped with the senders that
/// wait for them, which their callers see as an unknown outcome.
async fn run(
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    mut requests: mpsc::Receiver<Outgoing>,
    data: &mpsc::Sender<Data>,
    greetings: &watch::Sender<Greeting>,
) -> Ending {
    let (mut sink, mut stream) = socket.split();
    let mut waiting: HashMap<i64, oneshot::Sender<Reply>> = HashMap::new();
    let mut listening = true;
    // What went wrong with writing: what the venue sent before is still read, with its reason to close if it has one.
    let mut deaf: Option<String> = None;
    let mut patience = Instant::now() + SILENCE;
    let ending = |code, why: String| Ending { code, why };
    loop {
        if waiting.len() >= UNANSWERED {
            waiting.retain(|_, answer| !answer.is_closed());
        }
        let frame = tokio::select! {
            request = requests.recv(), if deaf.is_none() && waiting.len() < UNANSWERED => {
                let Some(request) = request else {
                    let _ = timeout(LAST_WORDS, sink.close()).await;
                    return ending(None, "no handle is left".to_owned());
                };
                let mut next = Some(request);
                // What is there goes out together.
                let writing = async {
                    while let Some(Outgoing { text, req_id, answer }) = next.take() {
                        waiting.insert(req_id, answer);
                        sink.feed(Message::Text(text)).await?;
                        if waiting.len() < UNANSWERED {
                            next = requests.try_recv().ok();
                        }
                    }
                    sink.flush().await
                };
                let written = match timeout(SILENCE, writing).await {
                    Ok(written) => written.map_err(|error| error.to_string()),
                    Err(_) => Err("the venue does not read".to_owned()),
                };
                if let Err(why) = written {
                    (deaf, patience) = (Some(why), Instant::now() + LAST_WORDS);
                    requests.close();
                }
                continue;
            }
            frame = stream.next() => frame,
            () = sleep_until(patience) => {
                return ending(None, deaf.unwrap_or_else(|| "the venue was silent".to_owned()));
            }
        };
        if deaf.is_none() {
            patience = Instant::now() + SILENCE;
        }
        let text = match frame {
            Some(Ok(Message::Text(text))) => text,
            Some(Ok(Message::Close(said))) => {
                let code = said.as_ref().map(|said| u16::from(said.code));
                return ending(code, said.map_or_else(String::new, |said| said.reason.to_string()));
            }
            Some(Err(error)) => return ending(None, deaf.unwrap_or_else(|| error.to_string())),
            None => return ending(None, deaf.unwrap_or_else(|| "the connection was cut".to_owned())),
            Some(Ok(_)) => {
                // A ping was answered while it was read.
                if deaf.is_none()
                    && let Err(error) = sink.flush().await
                {
                    (deaf, patience) = (Some(error.to_string()), Instant::now() + LAST_WORDS);
                    requests.close();
                }
                continue;
            }
        };
        match ServerMessage::parse(&text) {
            Ok(ServerMessage::Reply(reply)) => {
                if let Ok(ReplyResult::Logout(result)) = &reply.outcome {
                    let challenge = Some(result.challenge.to_string());
                    greetings.send_modify(|greeting| greeting.challenge = challenge);
                }
                if let Some(answer) = reply.req_id.and_then(|req_id| waiting.remove(&req_id)) {
                    // Who no longer waits has been told that the outcome is unknown.
                    let _ = answer.send(reply);
                }
            }
            Ok(ServerMessage::Data(message)) => {
                greet(greetings, &message);
                // Who dropped the inbox wants answers only.
                listening = listening && data.send(message).await.is_ok();
                if deaf.is_none() {
                    // A reader that took its time is not the venue's silence.
                    patience = Instant::now() + SILENCE;
                }
            }
            // A newer venue may say more than this client knows.
            Ok(ServerMessage::Unknown) => {}
            Err(error) => return ending(None, format!("the venue's message was not understood: {error}")),
        }
    }
}

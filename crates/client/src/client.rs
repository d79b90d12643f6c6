//! One connection: a task that owns the socket, and handles to talk to it.

use crate::{ClientError, SigningSeed};
use futures_util::{SinkExt, StreamExt};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot, watch};
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use unspent_model::OrderRef;
use unspent_protocol::{
    AddOrderParams, AmendOrderParams, BatchAddParams, BatchRow, Call, CancelAllParams, CancelAllResult,
    CancelOrderParams, CancelResult, Data, LoginParams, LoginResult, OrderResult, QueryOrderParams, QueryResult, Reply,
    ReplyResult, Request, ServerMessage, SubscribeParams,
};

/// Requests waiting to be written; beyond, a call waits.
const WAITING_REQUESTS: usize = 256;
/// Data messages waiting to be read; beyond, the socket is not read.
const WAITING_DATA: usize = 4_096;
/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(10);
/// How long an answer may take before its outcome counts as unknown.
const ANSWER: Duration = Duration::from_secs(30);

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
    /// What the connection's next login signs, once the venue has said so.
    challenge: watch::Receiver<Option<String>>,
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
        let unreachable = |why: String| ClientError::Unreachable { url: url.to_owned(), why };
        let connected = tokio::time::timeout(CONNECT, connect_async(url)).await;
        let (socket, _) = connected
            .map_err(|_| unreachable("no answer".to_owned()))?
            .map_err(|error| unreachable(error.to_string()))?;
        if let MaybeTlsStream::Plain(stream) = socket.get_ref() {
            // A request is small and is waited for: it must not wait for another.
            let _ = stream.set_nodelay(true);
        }
        let (outgoing, requests) = mpsc::channel(WAITING_REQUESTS);
        let (data_out, data_in) = mpsc::channel(WAITING_DATA);
        let (challenges, challenge) = watch::channel(None);
        tokio::spawn(run(socket, requests, data_out, challenges));
        Ok((Client { outgoing, next_req_id: Arc::new(AtomicI64::new(1)), challenge }, Inbox(data_in)))
    }

    /// Asks and waits for the answer.
    ///
    /// # Errors
    /// [`ClientError::Refused`], [`ClientError::OutcomeUnknown`] or [`ClientError::Closed`].
    pub async fn call(&self, call: Call) -> Result<ReplyResult, ClientError> {
        let reply = self.ask(call).await?;
        reply.outcome.map_err(|error| ClientError::Refused(Box::new(error)))
    }

    /// Asks and waits for the whole answer.
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
        match tokio::time::timeout(ANSWER, answered).await {
            Ok(Ok(reply)) => Ok(reply),
            _ => Err(ClientError::OutcomeUnknown),
        }
    }

    /// Logs in.
    ///
    /// # Errors
    /// As for [`Client::call`].
    pub async fn login(&self, api_key: &str) -> Result<LoginResult, ClientError> {
        let params = LoginParams { api_key: api_key.to_owned(), signature: None, cancel_on_disconnect: None };
        match self.call(Call::Login(params)).await? {
            ReplyResult::Login(result) => Ok(result),
            other => Err(unexpected(&other)),
        }
    }

    /// Logs in by a signature over the connection's challenge.
    ///
    /// # Errors
    /// As for [`Client::call`]; [`ClientError::Protocol`] when the venue gives no challenge.
    pub async fn login_signed(&self, api_key: &str, seed: &SigningSeed) -> Result<LoginResult, ClientError> {
        let mut challenge = self.challenge.clone();
        let said = tokio::time::timeout(ANSWER, challenge.wait_for(Option::is_some)).await;
        let said = said.map_err(|_| ClientError::Protocol("the venue gave no challenge to sign".to_owned()))?;
        let challenge = said.map_err(|_| ClientError::Closed)?.clone().expect("this was waited for");
        let signature = Some(seed.sign_login(api_key, &challenge));
        let params = LoginParams { api_key: api_key.to_owned(), signature, cancel_on_disconnect: None };
        match self.call(Call::Login(params)).await? {
            ReplyResult::Login(result) => Ok(result),
            other => Err(unexpected(&other)),
        }
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

    /// Starts a stream; its data comes through the inbox.
    ///
    /// # Errors
    /// As for [`Client::call`].
    pub async fn subscribe(&self, params: SubscribeParams) -> Result<(), ClientError> {
        self.call(Call::Subscribe(params)).await.map(|_| ())
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

fn unexpected(result: &ReplyResult) -> ClientError {
    ClientError::Protocol(format!("{result:?}"))
}

/// What a `status` message gives to sign.
fn challenge_of(data: &Data) -> Option<String> {
    let Data::Status(stream) = data else { return None };
    stream.data.iter().find_map(|status| status.challenge.as_ref().map(ToString::to_string))
}

/// Owns the socket until it closes or every handle is gone. Answers that never came are dropped with the senders that
/// wait for them, which their callers see as an unknown outcome.
async fn run(
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    mut requests: mpsc::Receiver<Outgoing>,
    data: mpsc::Sender<Data>,
    challenges: watch::Sender<Option<String>>,
) {
    let (mut sink, mut stream) = socket.split();
    let mut waiting: HashMap<i64, oneshot::Sender<Reply>> = HashMap::new();
    let mut listening = true;
    loop {
        tokio::select! {
            request = requests.recv() => {
                let Some(request) = request else {
                    let _ = sink.close().await;
                    return;
                };
                let mut next = Some(request);
                // What is there goes out together.
                while let Some(Outgoing { text, req_id, answer }) = next {
                    waiting.insert(req_id, answer);
                    if sink.feed(Message::Text(text)).await.is_err() {
                        return;
                    }
                    next = requests.try_recv().ok();
                }
                if sink.flush().await.is_err() {
                    return;
                }
            }
            frame = stream.next() => {
                let text = match frame {
                    Some(Ok(Message::Text(text))) => text,
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                    Some(Ok(_)) => {
                        // A ping was answered while it was read.
                        if sink.flush().await.is_err() {
                            return;
                        }
                        continue;
                    }
                };
                match ServerMessage::parse(&text) {
                    Ok(ServerMessage::Reply(reply)) => {
                        if let Ok(ReplyResult::Logout(result)) = &reply.outcome {
                            challenges.send_replace(Some(result.challenge.to_string()));
                        }
                        if let Some(answer) = reply.req_id.and_then(|req_id| waiting.remove(&req_id)) {
                            // Who no longer waits has been told that the outcome is unknown.
                            let _ = answer.send(reply);
                        }
                    }
                    Ok(ServerMessage::Data(message)) => {
                        if let Some(challenge) = challenge_of(&message) {
                            challenges.send_replace(Some(challenge));
                        }
                        // Who dropped the inbox wants answers only.
                        listening = listening && data.send(message).await.is_ok();
                    }
                    // A newer venue may say more than this client knows.
                    Ok(ServerMessage::Unknown) => {}
                    Err(_) => return,
                }
            }
        }
    }
}

//! One connection in two halves, each with a thread of its own: nothing stands between the schedule and the socket.

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};
use tokio_tungstenite::tungstenite::client::{IntoClientRequest, client};
use tokio_tungstenite::tungstenite::protocol::Role;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes, WebSocket};
use unspent_model::OrderId;
use unspent_protocol::{Call, CancelAllParams, LoginParams, Request, parse_order_id};

/// How long connecting and logging in may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// The number of the login, outside the slots.
const LOGIN: i64 = -1;
/// The number of the farewell, outside the slots.
const FAREWELL: i64 = -2;

/// The side of a connection that is read. Once muted it never writes: the other half does, and two writers would
/// mix their frames. The pongs that are lost so are not missed, since a venue counts every frame as a sign of life.
#[derive(Debug)]
struct Half {
    stream: TcpStream,
    muted: bool,
}

impl Read for Half {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stream.read(buffer)
    }
}

impl Write for Half {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.muted { Ok(bytes.len()) } else { self.stream.write(bytes) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The half that sends.
#[derive(Debug)]
pub(crate) struct Sender(WebSocket<TcpStream>);

/// The half that receives.
#[derive(Debug)]
pub(crate) struct Receiver(WebSocket<Half>);

/// What came.
#[derive(Debug)]
pub(crate) enum Incoming {
    /// The answer to a slot.
    Slot(i64, Result<Option<OrderId>, u16>),
    /// The answer to the farewell: nothing follows.
    Farewell,
    /// Data, which nobody asked for.
    Other,
}

#[derive(Deserialize)]
struct Frame<'a> {
    #[serde(default)]
    req_id: Option<i64>,
    #[serde(default)]
    success: Option<bool>,
    #[serde(default, borrow)]
    method: Option<&'a str>,
    #[serde(default, borrow)]
    result: Option<Outcome<'a>>,
    #[serde(default)]
    error_detail: Option<Detail>,
}

#[derive(Deserialize)]
struct Outcome<'a> {
    #[serde(default)]
    order_id: Option<&'a str>,
}

#[derive(Deserialize)]
struct Detail {
    code: u16,
}

/// Connects and logs in.
pub(crate) fn connect(url: &str, key: &str) -> Result<(Sender, Receiver)> {
    let request = url.into_client_request().with_context(|| format!("{url} is no websocket's address"))?;
    let host = request.uri().host().with_context(|| format!("{url} names no host"))?;
    if request.uri().scheme_str() != Some("ws") {
        bail!("{url}: only ws:// is spoken here; put TLS aside when measuring");
    }
    let port = request.uri().port_u16().unwrap_or(80);
    let stream = TcpStream::connect((host, port)).with_context(|| format!("{url} cannot be reached"))?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let writer = stream.try_clone()?;
    let (mut reader, _) = client(request, Half { stream, muted: false })
        .map_err(|error| anyhow::anyhow!("{url} does not speak websocket: {error}"))?;
    let login = LoginParams { api_key: key.to_owned(), signature: None, cancel_on_disconnect: None };
    reader.send(text(&Request::new(Call::Login(login), Some(LOGIN)))).context("logging in")?;
    loop {
        let Message::Text(answer) = reader.read().with_context(|| format!("logging in at {url}"))? else { continue };
        let frame: Frame<'_> = serde_json::from_str(&answer).with_context(|| format!("the venue said {answer}"))?;
        if frame.req_id == Some(LOGIN) {
            if frame.success != Some(true) {
                bail!("the login was refused: {answer}");
            }
            break;
        }
    }
    writer.set_read_timeout(None)?;
    reader.get_mut().muted = true;
    Ok((Sender(WebSocket::from_raw_socket(writer, Role::Client, None)), Receiver(reader)))
}

fn text(request: &Request) -> Message {
    let mut text = Vec::with_capacity(256);
    request.write(&mut text);
    Message::Text(Utf8Bytes::try_from(text).expect("a request is text"))
}

impl Sender {
    /// Puts a message behind what waits.
    pub(crate) fn queue(&mut self, message: Vec<u8>) -> Result<()> {
        Ok(self.0.write(Message::Text(Utf8Bytes::try_from(message).expect("a request is text")))?)
    }

    /// Sends what waits, in as few writes as it takes.
    pub(crate) fn flush(&mut self) -> Result<()> {
        Ok(self.0.flush()?)
    }

    /// Takes every order out of the book and says that nothing follows.
    pub(crate) fn farewell(&mut self) -> Result<()> {
        Ok(self.0.send(text(&Request::new(Call::CancelAll(CancelAllParams::default()), Some(FAREWELL))))?)
    }

    /// Ends the connection, the receiver's wait included.
    pub(crate) fn cut(&self) {
        // It may be closed already.
        let _ = self.0.get_ref().shutdown(Shutdown::Both);
    }
}

impl Receiver {
    /// Waits for a message; says when it was there. An error when the connection is gone.
    pub(crate) fn next(&mut self) -> Result<(Instant, Incoming)> {
        let message = self.0.read()?;
        let at = Instant::now();
        let Message::Text(text) = message else {
            if let Message::Close(frame) = message {
                bail!("the venue closed the connection: {frame:?}");
            }
            return Ok((at, Incoming::Other));
        };
        let frame: Frame<'_> = serde_json::from_str(&text).with_context(|| format!("the venue said {text}"))?;
        let Some(success) = frame.success else { return Ok((at, Incoming::Other)) };
        let Some(req_id) = frame.req_id else { bail!("an answer without req_id: {text}") };
        if req_id == FAREWELL {
            return Ok((at, Incoming::Farewell));
        }
        if !success {
            let detail = frame.error_detail.with_context(|| format!("a refusal without a code: {text}"))?;
            return Ok((at, Incoming::Slot(req_id, Err(detail.code))));
        }
        let order = match (frame.method, frame.result) {
            (Some("add_order"), Some(Outcome { order_id: Some(order) })) => {
                Some(parse_order_id(order).map_err(anyhow::Error::msg)?)
            }
            _ => None,
        };
        Ok((at, Incoming::Slot(req_id, Ok(order))))
    }
}

//! A socket that sends whatever it is told to.

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::{Error, Message};
use unspent_model::Reject;

/// How long an answer may take before the test fails.
pub const SOON: Duration = Duration::from_secs(20);

/// How a connection ended.
#[derive(Debug, PartialEq, Eq)]
pub enum End {
    /// With a close frame.
    Close(u16),
    /// Without one.
    Cut,
}

pub struct Raw(WebSocketStream<TcpStream>);

impl Raw {
    pub async fn connect(address: &str) -> Raw {
        Raw::connect_with(address, None).await
    }

    /// With a receive buffer of so many bytes.
    pub async fn connect_with(address: &str, receive: Option<u32>) -> Raw {
        let socket = TcpSocket::new_v4().unwrap();
        if let Some(receive) = receive {
            socket.set_recv_buffer_size(receive).unwrap();
        }
        let stream = socket.connect(address.parse().unwrap()).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let (socket, _) = tokio_tungstenite::client_async(format!("ws://{address}/ws"), stream).await.unwrap();
        Raw(socket)
    }

    pub async fn login(address: &str, key: &str) -> Raw {
        let mut raw = Raw::connect(address).await;
        raw.log_in(key).await;
        raw
    }

    pub async fn log_in(&mut self, key: &str) {
        let reply = self.ask(&format!(r#"{{"method":"login","params":{{"api_key":"{key}"}}}}"#)).await;
        assert_eq!(reply["success"], true, "{reply}");
    }

    pub async fn send(&mut self, message: Message) {
        self.0.send(message).await.unwrap();
    }

    pub async fn send_text(&mut self, text: &str) {
        self.send(Message::text(text)).await;
    }

    /// Bytes as they are, past the websocket.
    pub async fn send_bytes(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.0.get_mut().write_all(bytes).await
    }

    /// The next message of any kind.
    pub async fn next(&mut self) -> Option<Result<Message, Error>> {
        tokio::time::timeout(SOON, self.0.next()).await.expect("something comes")
    }

    /// The next JSON message that is no heartbeat and no greeting.
    pub async fn next_json(&mut self) -> Value {
        loop {
            match self.next().await {
                Some(Ok(Message::Text(text))) => {
                    let value: Value = serde_json::from_str(&text).unwrap();
                    if value["channel"] != "heartbeat" && value["channel"] != "status" {
                        return value;
                    }
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => panic!("expected JSON, got {other:?}"),
            }
        }
    }

    /// The next reply; data is passed over.
    pub async fn next_reply(&mut self) -> Value {
        loop {
            let value = self.next_json().await;
            if value.get("channel").is_none() {
                return value;
            }
        }
    }

    pub async fn ask(&mut self, text: &str) -> Value {
        self.send_text(text).await;
        self.next_reply().await
    }

    /// Reads to the end: what was said, and how it ended.
    pub async fn rest(&mut self) -> (Vec<Value>, End) {
        let mut said = Vec::new();
        loop {
            match self.next().await {
                Some(Ok(Message::Text(text))) => said.push(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(Some(frame)))) => return (said, End::Close(frame.code.into())),
                Some(Ok(Message::Close(None)) | Err(_)) | None => return (said, End::Cut),
                Some(Ok(_)) => {}
            }
        }
    }
}

/// The refusal that a reply must be.
pub fn assert_refused(reply: &Value, reject: Reject, field: Option<&str>, what: &str) {
    assert_eq!(reply["success"], false, "{what}: {reply}");
    let detail = &reply["error_detail"];
    assert_eq!(detail["code"], reject.code(), "{what}: {reply}");
    assert_eq!(detail["reason"], reject.name(), "{what}: {reply}");
    assert_eq!(reply["error"], reject.text(), "{what}: {reply}");
    assert_eq!(detail["outcome"], "rejected", "{what}: {reply}");
    if let Some(field) = field {
        assert_eq!(detail["field"], field, "{what}: {reply}");
    }
    assert!(detail["message"].as_str().is_some_and(|message| !message.is_empty()), "{what}: {reply}");
    assert!(reply["time_in"].is_string() && reply["time_out"].is_string(), "{what}: {reply}");
}

/// A websocket frame from a client: first byte, mask and payload as told.
pub fn frame(first: u8, masked: bool, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    let bit = if masked { 0x80 } else { 0 };
    match payload.len() {
        length @ 0..=125 => bytes.push(bit | u8::try_from(length).unwrap()),
        length @ 126..=0xffff => {
            bytes.push(bit | 126);
            bytes.extend_from_slice(&u16::try_from(length).unwrap().to_be_bytes());
        }
        length => {
            bytes.push(bit | 127);
            bytes.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
    if masked {
        let mask = [0x11, 0x22, 0x33, 0x44];
        bytes.extend_from_slice(&mask);
        bytes.extend(payload.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    } else {
        bytes.extend_from_slice(payload);
    }
    bytes
}

/// Sends bytes to the port and gives everything that comes back until it closes or `wait` has passed.
pub async fn http(address: &str, request: &str, wait: Duration) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let _ = tokio::time::timeout(wait, stream.read_to_end(&mut answer)).await;
    String::from_utf8_lossy(&answer).into_owned()
}

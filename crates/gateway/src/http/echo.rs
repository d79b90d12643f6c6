//! A websocket that says what it is told: the handshake and the stack of every other one, and nothing behind them.
//!
//! Only with the feature `echo`, for conformance tests, which need one.

use super::upgrade::{check, socket, switching, upgrade_required};
use axum::extract::Request;
use axum::response::Response;
use futures_util::{SinkExt, StreamExt};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message};

/// Conformance tests send messages of 16 MiB.
const MAX_MESSAGE_BYTES: usize = 32 << 20;

/// `GET /echo`.
pub(super) async fn websocket(mut request: Request) -> Response {
    let key = match check(&[], &request) {
        Ok(key) => key,
        Err(problem) => return upgrade_required(problem),
    };
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        let Some(socket) = socket(upgrade, MAX_MESSAGE_BYTES).await else { return };
        let (mut sink, mut stream) = socket.split();
        while let Some(message) = stream.next().await {
            let answer = match message {
                Ok(message @ (Message::Text(_) | Message::Binary(_))) => message,
                Ok(_) => continue,
                Err(error) => {
                    let code = match error {
                        Error::Utf8(_) => CloseCode::Invalid,
                        Error::Protocol(_) => CloseCode::Protocol,
                        Error::Capacity(_) => CloseCode::Size,
                        _ => return,
                    };
                    let _ = sink.send(Message::Close(Some(CloseFrame { code, reason: "".into() }))).await;
                    return;
                }
            };
            if sink.send(answer).await.is_err() {
                return;
            }
        }
    });
    switching(&key)
}

//! A venue whose every message the test writes, over real sockets.

use futures_util::{SinkExt, StreamExt};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use unspent_client::{BackOff, Credential, Session, SessionConfig};

/// What no step of a test needs.
const LONG: Duration = Duration::from_secs(10);

pub struct Venue {
    listener: TcpListener,
}

/// One connection to it.
pub struct Line {
    socket: WebSocketStream<TcpStream>,
}

/// A request as it came: its text and its number.
pub struct Asked {
    pub text: String,
    pub req_id: i64,
}

impl Asked {
    pub fn is(&self, method: &str) -> bool {
        self.text.contains(&format!(r#""method":"{method}""#))
    }
}

impl Venue {
    pub async fn open() -> Venue {
        Venue { listener: TcpListener::bind("127.0.0.1:0").await.unwrap() }
    }

    pub fn url(&self) -> String {
        format!("ws://{}/ws", self.listener.local_addr().unwrap())
    }

    /// A session that waits little between connections.
    pub fn config(&self) -> SessionConfig {
        let back_off = BackOff { base: Duration::from_millis(5), cap: Duration::from_millis(20), seed: 1 };
        SessionConfig { back_off, ..SessionConfig::new(&self.url()).unwrap() }
    }

    pub fn start(&self) -> Session {
        Session::start(self.config())
    }

    /// The same with a login.
    pub fn start_as(&self, api_key: &str) -> Session {
        Session::start(SessionConfig {
            credential: Some(Credential::Static { api_key: api_key.to_owned() }),
            ..self.config()
        })
    }

    /// The next connection, greeted.
    pub async fn line(&self) -> Line {
        let (stream, _) = timeout(LONG, self.listener.accept()).await.expect("nobody connected").unwrap();
        let socket = tokio_tungstenite::accept_async(stream).await.unwrap();
        let mut line = Line { socket };
        line.say(r#"{"channel":"status","type":"update","data":[{"system":"online","api_version":"v2","version":"0","connection_id":1,"challenge":"c0ffee","server_time":"2026-01-01T00:00:00.000000Z"}]}"#).await;
        line
    }

    /// The next connection, logged in.
    pub async fn line_logged_in(&self) -> Line {
        let mut line = self.line().await;
        let asked = line.asked().await;
        assert!(asked.is("login"), "{}", asked.text);
        line.answer("login", &asked, r#"{"account":"acme","scopes":["read","trade"],"exec_seq":0}"#).await;
        line
    }
}

impl Line {
    pub async fn say(&mut self, text: &str) {
        self.socket.send(Message::text(text)).await.unwrap();
    }

    /// The next request.
    pub async fn asked(&mut self) -> Asked {
        loop {
            let frame = timeout(LONG, self.socket.next()).await.expect("nothing was asked").expect("closed").unwrap();
            if let Message::Text(text) = frame {
                let text = text.to_string();
                let number = text.split(r#""req_id":"#).nth(1).expect("a number");
                let number = number.split([',', '}']).next().unwrap();
                return Asked { req_id: number.parse().unwrap(), text };
            }
        }
    }

    pub async fn answer(&mut self, method: &str, asked: &Asked, result: &str) {
        let req_id = asked.req_id;
        self.say(&format!(
            r#"{{"method":"{method}","req_id":{req_id},"success":true,"result":{result},"time_in":"2026-01-01T00:00:00.000000Z","time_out":"2026-01-01T00:00:00.000000Z"}}"#
        ))
        .await;
    }

    pub async fn refuse(&mut self, method: &str, asked: &Asked, code: u16, outcome: &str) {
        let req_id = asked.req_id;
        self.say(&format!(
            r#"{{"method":"{method}","req_id":{req_id},"success":false,"error":"E","error_detail":{{"code":{code},"reason":"r","message":"because","retryable":false,"outcome":"{outcome}"}},"time_in":"2026-01-01T00:00:00.000000Z","time_out":"2026-01-01T00:00:00.000000Z"}}"#
        ))
        .await;
    }

    /// Answers the next request, which must be a subscription, and gives what it said.
    pub async fn subscribed(&mut self, channel: &str) -> String {
        let asked = self.asked().await;
        assert!(asked.is("subscribe") && asked.text.contains(channel), "{}", asked.text);
        self.answer("subscribe", &asked, &format!(r#"{{"channel":"{channel}"}}"#)).await;
        asked.text
    }

    pub async fn close(mut self, code: u16) {
        let frame = CloseFrame { code: code.into(), reason: "because".into() };
        self.socket.close(Some(frame)).await.unwrap();
        // Until the other side is gone.
        while let Some(Ok(_)) = self.socket.next().await {}
    }
}

impl Line {
    /// Waits until the other side is gone.
    pub async fn closed(mut self) {
        while let Some(Ok(_)) = self.socket.next().await {}
    }
}

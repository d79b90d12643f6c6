//! Connections as cheap as can be, so that thousands of them cost this program little of the processor it shares with the server.

use crate::venue::SYMBOL;
use anyhow::{Context, Result, ensure};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// How long an answer may take.
pub const SOON: Duration = Duration::from_secs(20);
/// Connections that are being made at a time: fewer than the server's queue of them.
const AT_ONCE: usize = 128;

/// A websocket's text frame. Its mask is zero, which is a mask as good as any to a server.
pub fn frame(text: &str) -> Vec<u8> {
    control(0x81, text.as_bytes())
}

/// A frame of any kind, of at most 65,535 bytes.
pub fn control(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    match u16::try_from(payload.len()).expect("a short message") {
        short @ 0..=125 => bytes.push(0x80 | u8::try_from(short).expect("at most 125")),
        long => {
            bytes.push(0x80 | 126);
            bytes.extend(long.to_be_bytes());
        }
    }
    bytes.extend([0; 4]);
    bytes.extend(payload);
    bytes
}

/// The head of a request for a websocket.
pub fn upgrade(address: &str) -> String {
    format!(
        "GET /ws HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
}

/// Reads until this was said; what came is lost.
pub async fn hear(stream: &mut TcpStream, what: &str) -> Result<()> {
    let heard = async {
        let (mut said, mut buffer) = (Vec::new(), [0; 4_096]);
        loop {
            let count = stream.read(&mut buffer).await?;
            ensure!(count > 0, "the server closed before it said {what}: {}", String::from_utf8_lossy(&said));
            said.extend_from_slice(&buffer[..count]);
            if said.windows(what.len()).any(|window| window == what.as_bytes()) {
                return Ok(());
            }
        }
    };
    timeout(SOON, heard).await.with_context(|| format!("the server did not say {what} in time"))?
}

/// A websocket that nobody has logged in on.
pub async fn enter(address: &str) -> Result<TcpStream> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    stream.write_all(upgrade(address).as_bytes()).await?;
    // The greeting follows the head.
    hear(&mut stream, "\"channel\":\"status\"").await?;
    Ok(stream)
}

/// A websocket that is logged in.
pub async fn log_in(address: &str, key: &str) -> Result<TcpStream> {
    let mut stream = enter(address).await?;
    let login = format!(r#"{{"method":"login","params":{{"api_key":"{key}"}}}}"#);
    stream.write_all(&frame(&login)).await?;
    hear(&mut stream, "\"method\":\"login\",\"success\":true").await?;
    Ok(stream)
}

/// A websocket that listens to the book.
async fn subscribe(address: String) -> Result<TcpStream> {
    let mut stream = enter(&address).await?;
    let ask = format!(r#"{{"method":"subscribe","params":{{"channel":"book","symbol":"{SYMBOL}/USD"}}}}"#);
    stream.write_all(&frame(&ask)).await?;
    hear(&mut stream, "\"checksum\":").await?;
    Ok(stream)
}

/// So many websockets that each listen to the book.
pub async fn subscribers(address: &str, count: usize) -> Result<Vec<TcpStream>> {
    let (mut making, mut made) = (JoinSet::new(), Vec::with_capacity(count));
    for _ in 0..count {
        if making.len() >= AT_ONCE {
            made.push(making.join_next().await.expect("there are some")??);
        }
        making.spawn(subscribe(address.to_owned()));
    }
    while let Some(one) = making.join_next().await {
        made.push(one??);
    }
    Ok(made)
}

/// The answer to a request without a body.
pub async fn get(address: &str, path: &str) -> Result<String> {
    let asked = async {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").as_bytes()).await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        anyhow::Ok(String::from_utf8_lossy(&answer).into_owned())
    };
    timeout(SOON, asked).await.with_context(|| format!("no answer at {path}"))?
}

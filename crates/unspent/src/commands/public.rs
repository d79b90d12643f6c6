//! One question to a venue's public port, over plain HTTP.

use crate::failure::Failure;
use anyhow::{Context, anyhow};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::body::Bytes;
use hyper::{Request, Uri};
use hyper_util::rt::TokioIo;
use serde::de::DeserializeOwned;
use std::time::Duration;
use tokio::net::TcpStream;

const ANSWER: Duration = Duration::from_secs(15);
const MAX_ANSWER: usize = 4 << 20;

/// What is at a path of `http://HOST:PORT`.
///
/// # Errors
/// When the address makes no sense, nobody answers there, or the answer is none that this version knows.
pub async fn look<T: DeserializeOwned>(url: &str, target: &str) -> Result<T, Failure> {
    let wrong = || Failure::Usage(format!("--url {url} must be http://HOST:PORT, such as http://127.0.0.1:8080"));
    let uri: Uri = url.parse().map_err(|_| wrong())?;
    let (Some("http"), Some(authority)) = (uri.scheme_str(), uri.authority()) else { return Err(wrong()) };
    let authority = authority.to_string();
    let unreachable = |why: String| Failure::Unavailable(format!("http://{authority} cannot be reached ({why})"));
    let asking = async {
        let stream = TcpStream::connect(&authority).await.map_err(|why| unreachable(why.to_string()))?;
        let shaken = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await;
        let (mut sender, connection) = shaken.map_err(|why| unreachable(why.to_string()))?;
        tokio::spawn(connection);
        let request = Request::builder().uri(target).header("host", &authority).body(Empty::<Bytes>::new());
        let request = request.context("the path must be plain text")?;
        let response = sender.send_request(request).await.map_err(|why| unreachable(why.to_string()))?;
        let status = response.status();
        let body = Limited::new(response.into_body(), MAX_ANSWER).collect().await;
        let body = body.map_err(|why| Failure::Error(anyhow!("reading the venue's answer: {why}")))?.to_bytes();
        if !status.is_success() {
            return Err(Failure::Error(anyhow!("the venue answered {target} with {status}")));
        }
        Ok(serde_json::from_slice(&body).context("the venue's answer is none that this version knows")?)
    };
    let late = |_| Err(unreachable("no answer came in time".to_owned()));
    tokio::time::timeout(ANSWER, asking).await.unwrap_or_else(late)
}

//! One signed request to the operator's listener.

use crate::credential::Credential;
use crate::failure::Failure;
use anyhow::{Context, anyhow};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::{Request, Response, Uri};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use std::borrow::Cow;
use std::path::Path;
use std::time::Duration;
use tokio::net::TcpStream;
use unspent_client::ClientError;
use unspent_gateway::{now, random, signed_message};
use unspent_model::Reject;
use unspent_protocol::{ErrorBody, Refusal};

/// How long an answer is waited for: longer than the venue waits for its engine.
const ANSWER: Duration = Duration::from_secs(15);
/// Bytes of an answer at most: a page of a thousand rows is far less.
const MAX_ANSWER: usize = 4 << 20;

/// Where the operator sits: the venue, and the key that signs.
pub struct Desk {
    /// Host and port.
    authority: String,
    proof: Proof,
}

/// How a request proves who sent it.
enum Proof {
    /// By a signature.
    Signed(Credential),
    /// By a key of the venue file that is said, from the venue's own machine.
    Said(String),
}

impl Desk {
    /// Reads the key. Plain HTTP goes to loopback only; from elsewhere a tunnel ends there.
    pub fn open(url: &str, key_file: Option<&Path>) -> Result<Desk, Failure> {
        let wrong = |why: &str| Failure::Usage(format!("--url {url} {why}"));
        let uri: Uri = url.parse().map_err(|_| wrong("is no address, such as http://127.0.0.1:8081"))?;
        let (Some("http"), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(wrong("must be http://HOST:PORT; from another machine use a tunnel, such as ssh -L"));
        };
        if authority.port_u16().is_none() || uri.path() != "/" {
            return Err(wrong("must be http://HOST:PORT and no more"));
        }
        let host = authority.host().trim_matches(['[', ']']);
        let loopback = host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
        if !loopback {
            return Err(wrong(
                "is not on this machine: use a tunnel, such as ssh -L, as commands are not sent in plain text",
            ));
        }
        let Some(key_file) = key_file else {
            return Err(Failure::Login(
                "--key-file is missing: the file of a key with the scope admin, from `unspent keys create --scope admin \
                 --address 127.0.0.1 --to FILE`"
                    .to_owned(),
            ));
        };
        Ok(Desk { authority: authority.to_string(), proof: Proof::Signed(Credential::read(key_file)?) })
    }

    /// The desk of a participant, at the venue's public port.
    pub fn of_holder(url: &str, key: Option<&str>, key_file: Option<&Path>) -> Result<Desk, Failure> {
        let wrong = || Failure::Usage(format!("--url {url} must be http://HOST:PORT, such as http://127.0.0.1:8080"));
        let uri: Uri = url.parse().map_err(|_| wrong())?;
        let (Some("http"), Some(authority)) = (uri.scheme_str(), uri.authority()) else { return Err(wrong()) };
        let proof = match (key_file, key) {
            (Some(file), _) => Proof::Signed(Credential::read(file)?),
            (None, Some(key)) => Proof::Said(key.to_owned()),
            (None, None) => {
                return Err(Failure::Login(
                    "a key is needed: --key-file FILE, or --key with one of the venue file".to_owned(),
                ));
            }
        };
        Ok(Desk { authority: authority.to_string(), proof })
    }

    /// Sends a request and gives the body of its answer.
    pub async fn ask(&self, method: &str, target: &str, body: String) -> Result<String, Failure> {
        let changes = method != "GET";
        let sending = async {
            let stream = TcpStream::connect(&self.authority).await.map_err(|why| self.unreachable(&why.to_string()))?;
            let shaken = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await;
            let (mut sender, connection) = shaken.map_err(|why| self.unreachable(&why.to_string()))?;
            tokio::spawn(connection);
            let lost = |why: hyper::Error| lost(changes, &why.to_string());
            let response = sender.send_request(self.signed(method, target, body)?).await.map_err(lost)?;
            answer(response).await
        };
        tokio::time::timeout(ANSWER, sending).await.unwrap_or_else(|_| Err(lost(changes, "no answer came in time")))
    }

    fn signed(&self, method: &str, target: &str, body: String) -> Result<Request<Full<Bytes>>, Failure> {
        let time = (now().0 / 1_000_000).to_string();
        let nonce: String = random::<12>().iter().map(|byte| format!("{byte:02x}")).collect();
        let Proof::Signed(credential) = &self.proof else { return self.said(method, target, body) };
        let key = &credential.api_key;
        let message = signed_message(key, &time, &nonce, method, target, body.as_bytes());
        let mut request = Request::builder()
            .method(method)
            .uri(target)
            .header("host", &self.authority)
            .header("x-unspent-key", key)
            .header("x-unspent-timestamp", time)
            .header("x-unspent-nonce", nonce)
            .header("x-unspent-signature", credential.seed.sign(message.as_bytes()));
        if !body.is_empty() {
            request = request.header("content-type", "application/json");
        }
        Ok(request.body(Full::from(body)).context("the key's name must be plain text")?)
    }

    fn said(&self, method: &str, target: &str, body: String) -> Result<Request<Full<Bytes>>, Failure> {
        let Proof::Said(key) = &self.proof else { unreachable!("a key that signs is never said") };
        let mut request = Request::builder()
            .method(method)
            .uri(target)
            .header("host", &self.authority)
            .header("authorization", format!("Bearer {key}"));
        if !body.is_empty() {
            request = request.header("content-type", "application/json");
        }
        Ok(request.body(Full::from(body)).context("the key must be plain text")?)
    }

    fn unreachable(&self, why: &str) -> Failure {
        let authority = &self.authority;
        Failure::Unavailable(format!(
            "http://{authority} cannot be reached ({why}); start the venue with --admin-listen, or name its address with --url"
        ))
    }
}

/// The connection went before the answer came.
fn lost(changes: bool, why: &str) -> Failure {
    if changes {
        return Failure::OutcomeUnknown(format!(
            "{why}; whether it was done is not known: look before it is given again"
        ));
    }
    Failure::Unavailable(why.to_owned())
}

/// What a refusal says.
#[derive(Deserialize)]
struct Problem {
    detail: String,
    code: Option<u16>,
    field: Option<String>,
}

async fn answer(response: Response<hyper::body::Incoming>) -> Result<String, Failure> {
    let status = response.status();
    let body = Limited::new(response.into_body(), MAX_ANSWER).collect().await;
    let body = body.map_err(|why| Failure::Error(anyhow!("reading the venue's answer: {why}")))?.to_bytes();
    let text = String::from_utf8(body.into()).context("the venue's answer is no text")?;
    if status.is_success() {
        return Ok(text);
    }
    let Ok(Problem { detail, code, field }) = serde_json::from_str(&text) else {
        return Err(Failure::Error(anyhow!("the venue answered with {status}")));
    };
    match code.and_then(Reject::from_code) {
        Some(reject) => {
            let mut refusal = Refusal::new(reject, detail);
            refusal.field = field.map(Cow::Owned);
            Err(ClientError::Refused(Box::new(ErrorBody::from(refusal))).into())
        }
        None if status.as_u16() == 503 => Err(Failure::Unavailable(detail)),
        None => Err(Failure::Error(anyhow!("{detail}"))),
    }
}

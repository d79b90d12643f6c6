//! The yardstick: the venue's socket stack and parser, and nothing behind them.

use anyhow::Result;
use futures_util::{SinkExt, StreamExt};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, sleep_until};
use tokio_tungstenite::accept_async;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};
use unspent_protocol::parse_request;

/// Width of `req_id` with the blanks behind it.
const REQ_ID_WIDTH: usize = 20;
/// Requests answered in one write.
const BATCH: usize = 64;

/// A time in which the server does not read, for tests.
#[derive(Clone, Copy, Debug)]
pub struct Stall {
    /// After how many requests of a connection.
    pub after: u64,
    /// How long.
    pub lasts: Duration,
}

/// Answers every connection until the listener fails.
///
/// # Errors
/// When the listener fails.
pub async fn serve(listener: TcpListener, stall: Option<Stall>) -> Result<()> {
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(async move {
            // A client that goes is no news.
            let _ = answer(stream, stall).await;
        });
    }
}

async fn answer(stream: TcpStream, stall: Option<Stall>) -> Result<()> {
    stream.set_nodelay(true)?;
    let (mut sink, stream) = accept_async(stream).await?.split();
    // What came together is answered together, as the venue does.
    let mut batches = stream.ready_chunks(BATCH);
    let mut requests = 0;
    while let Some(batch) = batches.next().await {
        for message in batch {
            let Message::Text(request) = message? else { continue };
            if let Some(stall) = stall
                && stall.after == requests
            {
                sleep_until(Instant::now() + stall.lasts).await;
            }
            requests += 1;
            sink.feed(Message::Text(reply(&request))).await?;
        }
        sink.flush().await?;
    }
    Ok(())
}

/// A reply as long as the venue's to an order, whatever is asked.
fn reply(request: &str) -> Utf8Bytes {
    let (method, req_id) = match parse_request(request) {
        Ok(request) => (request.call.method().name(), request.req_id),
        Err(error) => {
            let code = error.refusal.reject.code();
            let req_id = error.req_id.map_or("null".to_owned(), |req_id| req_id.to_string());
            return format!(r#"{{"req_id":{req_id},"success":false,"error_detail":{{"code":{code}}}}}"#).into();
        }
    };
    let req_id = req_id.unwrap_or_default();
    let blanks = "cancel_order".len().saturating_sub(method.len());
    format!(
        concat!(
            r#"{{"method":"{}",{:blanks$}"req_id":{:<width$},"success":true,"result":{{"order_id":"O-1000000","#,
            r#""status":"open","leaves_qty":1000,"cum_qty":0,"fills":[],"seq":1000000}},"#,
            r#""time_in":"2026-01-01T00:00:00.000000000Z","time_out":"2026-01-01T00:00:00.000000000Z"}}"#
        ),
        method,
        "",
        req_id,
        blanks = blanks,
        width = REQ_ID_WIDTH
    )
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use unspent_protocol::ServerMessage;

    #[test]
    fn the_reply_is_of_one_size_and_in_the_venues_shape() {
        let add = reply(
            r#"{"method":"add_order","req_id":7,"params":{"symbol":"A","side":"buy","order_type":"limit","order_qty":1,"limit_price":1}}"#,
        );
        let cancel = reply(r#"{"method":"cancel_order","req_id":123456,"params":{"order_id":["O-1"]}}"#);
        assert_eq!(add.len(), cancel.len());
        for text in [add, cancel] {
            assert!(matches!(ServerMessage::parse(&text), Ok(ServerMessage::Reply(_))), "{text}");
        }
        assert!(reply("{}").contains("\"success\":false"));
    }
}

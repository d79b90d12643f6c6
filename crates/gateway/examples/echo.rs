//! The port without a venue behind it, and a websocket that says what it is told: `cargo run -p unspent-gateway --features echo
//! --example echo`. For tests of the websocket itself; `cargo clients kosoku` runs it.

use tokio::net::TcpListener;
use unspent_gateway::{Port, PortOptions};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = Port::open(listener, PortOptions::default())?;
    println!("{}", port.address());
    std::future::pending().await
}

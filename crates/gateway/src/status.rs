//! What the venue says of itself: the rows of `status`.

use crate::clock::now;
use tokio_tungstenite::tungstenite::Utf8Bytes;
use unspent_protocol::{Data, Kind, Status, Stream, SystemState};

/// What a connection is told when the state changes; without what only its first message has.
pub(crate) fn row(system: SystemState, connection_id: u64) -> Status {
    Status {
        system,
        api_version: "v2".into(),
        version: env!("CARGO_PKG_VERSION").into(),
        connection_id,
        challenge: None,
        server_time: now(),
        limits: None,
    }
}

/// The message of a row.
pub(crate) fn message(row: Status) -> Utf8Bytes {
    let (kind, data) = (Kind::Update, vec![row]);
    let stream = Stream { kind, account: None, exec_seq: None, seq: None, prev_seq: None, data };
    let mut text = Vec::with_capacity(512);
    Data::Status(stream).write(&mut text);
    Utf8Bytes::try_from(text).expect("JSON is text")
}

/// The state of a venue that runs: it takes cancels and no orders while its disk is short of room, and while a kill
/// switch stops all of it.
pub(crate) fn system(disk_short: bool, stopped: bool) -> SystemState {
    if disk_short || stopped { SystemState::CancelOnly } else { SystemState::Online }
}

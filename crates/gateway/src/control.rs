//! What connections ask of the publisher: everything that needs the view, so that its answers stand in order with the
//! data around them.

use crate::announcer::Announcer;
use crate::outbox::Outbox;
use crate::road::{ConnectionId, Origin};
use std::fmt;
use tokio::sync::oneshot;
use tokio_tungstenite::tungstenite::Utf8Bytes;
use unspent_model::AccountId;
use unspent_protocol::{SubscribeParams, UnsubscribeParams};

/// A look at the announcer as it stands where the disk stands. It runs on the publisher's thread, so it must be short: what it
/// reads has a bound.
pub(crate) struct Look(pub Box<dyn FnOnce(&Announcer) + Send>);

impl fmt::Debug for Look {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Look")
    }
}

/// A message to the publisher.
#[derive(Debug)]
pub(crate) enum Control {
    /// A connection is there.
    Connect {
        /// Which.
        connection: ConnectionId,
        /// Where to write to it.
        outbox: Outbox,
    },
    /// A connection acts for an account from now on.
    Login {
        /// Whom to answer.
        origin: Origin,
        /// The account.
        account: AccountId,
        /// What its key may do.
        scopes: Vec<&'static str>,
    },
    /// The same by the token of a request, which is answered by itself.
    Bind {
        /// Which.
        connection: ConnectionId,
        /// The account.
        account: AccountId,
    },
    /// A connection acts for nobody from now on.
    Logout {
        /// Whom to answer.
        origin: Origin,
        /// What its next login signs.
        challenge: String,
    },
    /// A connection wants a stream.
    Subscribe {
        /// Whom to answer.
        origin: Origin,
        /// Which.
        params: SubscribeParams,
    },
    /// A connection no longer wants a stream.
    Unsubscribe {
        /// Whom to answer.
        origin: Origin,
        /// Which.
        params: UnsubscribeParams,
    },
    /// Someone wants to look at what is on disk.
    Look(Look),
    /// The answer to a request without a connection, sent as this one, goes here.
    Expect {
        /// As which it was sent.
        connection: ConnectionId,
        /// Where to.
        answer: oneshot::Sender<Utf8Bytes>,
    },
    /// A connection is gone.
    Disconnect {
        /// Which.
        connection: ConnectionId,
    },
}

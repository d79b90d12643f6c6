//! Requests without a connection: a look at what is on disk, and a command whose answer is waited for.

use crate::control::{Control, Look};
use crate::road::{Ask, Inbound, Origin};
use crate::server::Shared;
use crossbeam_channel::TrySendError;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio_tungstenite::tungstenite::Utf8Bytes;
use unspent_model::{AccountId, Command, Reject, Timestamp};
use unspent_protocol::{Call, Method, Refusal, Reply, ServerMessage};

use crate::announcer::Announcer;

/// How long an answer is waited for. A batch takes milliseconds; beyond this the venue is in trouble.
const ANSWER: Duration = Duration::from_secs(10);

impl Shared {
    /// What `look` finds in the announcer, which stands where the disk stands.
    ///
    /// # Errors
    /// When the publisher has too much to do, or the venue stops.
    pub async fn look<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Announcer) -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        let (found, finds) = oneshot::channel();
        let look = Look(Box::new(move |announcer| {
            // Who asked may have gone.
            let _ = found.send(look(announcer));
        }));
        self.control.try_send(Control::Look(look)).map_err(|error| unavailable(&error))?;
        finds.await.map_err(|_| stopping())
    }

    /// Gives a command and waits until it is durable.
    ///
    /// # Errors
    /// A refusal of the gateway: nothing was done, unless it is [`Reject::OutcomeUnknown`]. What the engine refuses is in the reply.
    pub async fn carry_out(&self, method: Method, ask: Ask, time_in: Timestamp) -> Result<Reply, Refusal> {
        self.admit(&ask)?;
        let connection = self.next_connection();
        let (answer, answered) = oneshot::channel();
        self.control.try_send(Control::Expect { connection, answer }).map_err(|error| unavailable(&error))?;
        let origin = Origin { connection, method, req_id: None, time_in };
        self.inbound.try_send(Inbound { origin: Some(origin), ask }).map_err(|error| unavailable(&error))?;
        let unknown = |why: &str| {
            let message =
                format!("{why}; whether it was done is not known: ask by cl_ord_id, or send the same order again");
            Refusal::new(Reject::OutcomeUnknown, message)
        };
        let text: Utf8Bytes = match tokio::time::timeout(ANSWER, answered).await {
            Ok(Ok(text)) => text,
            Ok(Err(_)) => return Err(unknown("the venue stopped before it answered")),
            Err(_) => return Err(unknown("the engine did not answer in time")),
        };
        match ServerMessage::parse(&text) {
            Ok(ServerMessage::Reply(reply)) => Ok(reply),
            other => unreachable!("the announcer answers a command with a reply, not {other:?}"),
        }
    }

    /// Whether a command may go to the engine now.
    ///
    /// # Errors
    /// While the disk is nearly full, what enters orders.
    pub fn admit(&self, ask: &Ask) -> Result<(), Refusal> {
        if ask.enters_orders() && self.disk_short.load(std::sync::atomic::Ordering::Relaxed) {
            let message =
                "the venue's disk is nearly full: it takes cancels and no orders until there is room; try again later";
            return Err(Refusal::new(Reject::ShuttingDown, message));
        }
        Ok(())
    }
}

/// What a request without a connection asks of the engine for an account.
///
/// # Errors
/// What cannot be said in the venue's units, and what needs a connection.
pub(crate) fn ask_of(shared: &Shared, account: AccountId, call: Call) -> Result<Ask, Refusal> {
    let known = shared.directory.read();
    let catalogue = &known.catalogue;
    let command = match call {
        Call::AddOrder(params) => catalogue.enter(account, &params)?,
        Call::Validate(params) => return Ok(Ask::Check(catalogue.enter(account, &params)?)),
        Call::QueryOrder(params) => return Ok(Ask::Query { account, order: params.order }),
        Call::AmendOrder(params) => return Ok(Ask::Amend { account, params: Box::new(params) }),
        Call::CancelOrder(params) => match params.orders.as_slice() {
            [order] => Command::CancelOrder { account, order: *order },
            _ => return Err(Refusal::new(Reject::InvalidField, "one order at a time is cancelled here")),
        },
        Call::CancelAll(params) => catalogue.cancel_all(account, &params)?,
        Call::CancelAllOrdersAfter(params) => Command::CancelAllAfter { account, seconds: params.timeout },
        Call::Deliver(params) => params.deliver(account),
        Call::Accept(params) => params.command(account),
        Call::Dispute(params) => params.dispute(account),
        Call::RegisterHolding(params) => params.command(account)?,
        Call::ListHolding(params) => catalogue.list_holding(account, &params)?,
        Call::DelistHolding(params) => catalogue.delist_holding(account, &params)?,
        Call::WithdrawHolding(params) => params.command(account),
        _ => return Err(Refusal::new(Reject::UnknownMethod, "this method needs a websocket")),
    };
    Ok(Ask::Command(command))
}

/// Why a channel did not take something.
pub(crate) fn unavailable<T>(error: &TrySendError<T>) -> Refusal {
    match error {
        TrySendError::Full(_) => {
            Refusal::new(Reject::Busy, "the engine has as much to do as it may queue; nothing was done, try again")
        }
        TrySendError::Disconnected(_) => stopping(),
    }
}

fn stopping() -> Refusal {
    Refusal::new(Reject::ShuttingDown, "the venue is stopping; nothing was done, connect again later")
}

//! What waits to be written to one connection: bounded, in order, closed with a reason.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};
use tokio::sync::Notify;
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// Bytes that may wait before book updates are withheld, to be replaced by a fresh snapshot later.
const LAGGING_BYTES: usize = 1 << 20;
/// Commands of one connection that may be without an answer: a small part of what the engine's channel holds, so that
/// one connection cannot make the venue busy for the others.
pub(crate) const MAX_UNANSWERED: u32 = 1_024;
/// Bytes that may wait before the connection is closed.
const FULL_BYTES: usize = 8 << 20;

/// How long something may wait without anything being written before the connection is closed.
const OLDEST: Duration = Duration::from_secs(10);

/// Why the venue closes a connection; the code of the websocket's close frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub enum CloseCode {
    /// A frame that is no text message, or too large.
    BadFrame = 4000,
    /// Logins were refused too often.
    LoginFailed = 4001,
    /// The key that the connection is logged in with was revoked, has expired or lost rights.
    KeyRevoked = 4003,
    /// Request after request is refused for its rate.
    RateAbuse = 4009,
    /// More waits to be written than the connection may have.
    SlowConsumer = 4008,
    /// The venue stops.
    Restart = 4012,
}

impl CloseCode {
    /// The close frame's text.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            CloseCode::BadFrame => "bad frame",
            CloseCode::LoginFailed => "login failed",
            CloseCode::KeyRevoked => "key revoked",
            CloseCode::SlowConsumer => "slow consumer",
            CloseCode::RateAbuse => "rate abuse",
            CloseCode::Restart => "server restart",
        }
    }
}

#[derive(Debug, Default)]
struct Queue {
    messages: VecDeque<Utf8Bytes>,
    bytes: usize,
    /// Since when something has waited without anything being written.
    since: Option<Instant>,
    closed: Option<CloseCode>,
    /// Something waits that was asked for: it does not wait for the writer's pace.
    urgent: bool,
    /// The writer waits until it may write again, and looks by itself then.
    paced: bool,
    /// The connection's tasks are gone.
    dropped: bool,
}

/// The two ends of one connection's queue: the publisher and the reader push, the writer takes.
#[derive(Debug, Clone, Default)]
pub struct Outbox(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    queue: Mutex<Queue>,
    unanswered: AtomicU32,
    changed: Notify,
    ended: Notify,
}

/// What the writer has to do next.
#[derive(Debug)]
pub(crate) enum Next {
    /// Write these.
    Messages(VecDeque<Utf8Bytes>),
    /// Write these, then close.
    Close(VecDeque<Utf8Bytes>, CloseCode),
    /// Nothing yet.
    Wait,
}

impl Outbox {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.0.queue.lock().expect("no code panics while it holds this lock")
    }

    /// Adds a message. One that would go beyond the bound closes the connection instead: nothing is ever left out.
    pub(crate) fn push(&self, message: Utf8Bytes) {
        self.add(message, true);
    }

    /// The same for what everyone is told: it may wait a little, so that more of it is written at once.
    pub(crate) fn push_public(&self, message: Utf8Bytes) {
        self.add(message, false);
    }

    fn add(&self, message: Utf8Bytes, urgent: bool) {
        let mut queue = self.queue();
        if queue.closed.is_some() || queue.dropped {
            return;
        }
        // Of what waited before, the writer has been told.
        let mut tell = queue.messages.is_empty() && !queue.paced;
        // One message always has room: an account's own open orders may be more, and they are bounded.
        if queue.bytes > 0 && queue.bytes + message.len() > FULL_BYTES {
            self.cut_off(&mut queue);
            tell = true;
        } else {
            tell |= urgent && !queue.urgent;
            queue.urgent |= urgent;
            queue.since.get_or_insert_with(Instant::now);
            queue.bytes += message.len();
            queue.messages.push_back(message);
        }
        drop(queue);
        if tell {
            self.0.changed.notify_one();
        }
    }

    fn cut_off(&self, queue: &mut Queue) {
        // What waits would only delay the close.
        queue.messages.clear();
        queue.closed = Some(CloseCode::SlowConsumer);
        self.0.ended.notify_waiters();
    }

    /// Closes the connection when what waits has waited for too long, though not much of it may wait: bytes that are taken by the
    /// kernel and not by the other side would else never be noticed.
    pub(crate) fn judge_age(&self, now: Instant) {
        let mut queue = self.queue();
        let stuck = queue.since.is_some_and(|since| now.saturating_duration_since(since) > OLDEST);
        if stuck && queue.closed.is_none() && !queue.dropped {
            self.cut_off(&mut queue);
            drop(queue);
            self.0.changed.notify_one();
        }
    }

    /// Counts a command that is sent to the engine; false when as many are unanswered as may be.
    pub(crate) fn begin(&self) -> bool {
        // One reader counts up, so a count below the bound stays below it until this one.
        if self.0.unanswered.load(Ordering::Relaxed) >= MAX_UNANSWERED {
            return false;
        }
        self.0.unanswered.fetch_add(1, Ordering::Relaxed);
        true
    }

    /// Counts a command off again: it is answered, or was not sent after all.
    pub(crate) fn answered(&self) {
        self.0.unanswered.fetch_sub(1, Ordering::Relaxed);
    }

    /// Whether so much waits that a fresh snapshot later is better than another update now.
    pub(crate) fn lags(&self) -> bool {
        self.queue().bytes > LAGGING_BYTES
    }

    /// Closes the connection after what waits.
    pub(crate) fn close(&self, code: CloseCode) {
        self.queue().closed.get_or_insert(code);
        self.0.changed.notify_one();
    }

    /// Says that the connection is gone.
    pub(crate) fn drop_all(&self) {
        let mut queue = self.queue();
        queue.dropped = true;
        queue.messages.clear();
        drop(queue);
        self.0.ended.notify_waiters();
        self.0.changed.notify_one();
    }

    /// Whether the connection is gone or going.
    pub(crate) fn is_closed(&self) -> bool {
        let queue = self.queue();
        queue.dropped || queue.closed.is_some()
    }

    /// Whether the venue has decided to close it for being slow: the writer may be stuck in a write.
    pub(crate) fn is_cut(&self) -> bool {
        let queue = self.queue();
        queue.dropped || queue.closed == Some(CloseCode::SlowConsumer)
    }

    /// What there is to do; while `paced`, what everyone is told does not count.
    pub(crate) fn take(&self, paced: bool) -> Next {
        let mut queue = self.queue();
        queue.paced = paced && !queue.urgent && queue.closed.is_none();
        if queue.paced {
            return Next::Wait;
        }
        queue.urgent = false;
        let messages = std::mem::take(&mut queue.messages);
        match queue.closed {
            Some(code) => Next::Close(messages, code),
            None if messages.is_empty() => Next::Wait,
            None => Next::Messages(messages),
        }
    }

    /// Says that `bytes` of what was taken are written.
    pub(crate) fn written(&self, bytes: usize) {
        let mut queue = self.queue();
        queue.bytes = queue.bytes.saturating_sub(bytes);
        queue.since = (queue.bytes > 0).then(Instant::now);
    }

    /// Ends at the next push or close.
    pub(crate) fn changed(&self) -> impl Future<Output = ()> + '_ {
        self.0.changed.notified()
    }

    /// Ends when the connection is gone.
    pub(crate) async fn gone(&self) {
        loop {
            let ended = self.0.ended.notified();
            if self.queue().dropped {
                return;
            }
            ended.await;
        }
    }

    /// Ends when the venue has decided to close the connection for being slow, or it is gone.
    pub(crate) async fn cut(&self) {
        loop {
            let ended = self.0.ended.notified();
            if self.is_cut() {
                return;
            }
            ended.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_that_never_reads_is_cut_off_at_the_bound() {
        let outbox = Outbox::default();
        let message = Utf8Bytes::from("x".repeat(1 << 16));
        for pushed in 1..=FULL_BYTES / message.len() {
            outbox.push(message.clone());
            assert_eq!(outbox.lags(), pushed * message.len() > LAGGING_BYTES);
            assert!(!outbox.is_closed());
        }
        outbox.push(message);
        assert!(outbox.is_cut());
        assert!(matches!(outbox.take(false), Next::Close(messages, CloseCode::SlowConsumer) if messages.is_empty()));
    }

    #[test]
    fn what_waits_too_long_is_cut_off_however_little_it_is() {
        let outbox = Outbox::default();
        let start = Instant::now();
        outbox.judge_age(start + 10 * OLDEST);
        assert!(!outbox.is_closed(), "nothing waits");
        outbox.push("a few bytes".into());
        outbox.judge_age(Instant::now() + OLDEST - Duration::from_secs(1));
        assert!(!outbox.is_closed());
        let Next::Messages(messages) = outbox.take(false) else { panic!("nothing to write") };
        outbox.written(messages[0].len());
        outbox.judge_age(start + 10 * OLDEST);
        assert!(!outbox.is_closed(), "it was written");
        outbox.push("a few more".into());
        outbox.take(false);
        outbox.judge_age(Instant::now() + OLDEST + Duration::from_secs(1));
        assert!(outbox.is_cut(), "taken is not yet written");
    }

    #[test]
    fn one_connection_may_have_only_so_much_unanswered() {
        let outbox = Outbox::default();
        for _ in 0..MAX_UNANSWERED {
            assert!(outbox.begin());
        }
        assert!(!outbox.begin());
        outbox.answered();
        assert!(outbox.begin());
        assert!(!outbox.begin());
    }

    #[test]
    fn what_is_written_no_longer_counts() {
        let outbox = Outbox::default();
        outbox.push(Utf8Bytes::from("x".repeat(LAGGING_BYTES + 1)));
        let Next::Messages(messages) = outbox.take(false) else { panic!("nothing to write") };
        assert!(outbox.lags(), "taken is not yet written");
        outbox.written(messages[0].len());
        assert!(!outbox.lags());
    }

    #[test]
    fn what_everyone_is_told_waits_for_the_pace_and_what_was_asked_for_does_not() {
        let outbox = Outbox::default();
        outbox.push_public("a trade".into());
        assert!(matches!(outbox.take(true), Next::Wait));
        outbox.push_public("another".into());
        assert!(matches!(outbox.take(true), Next::Wait));
        outbox.push("an answer".into());
        assert!(
            matches!(outbox.take(true), Next::Messages(messages) if messages.len() == 3),
            "in order, with the answer"
        );
        outbox.push_public("a third".into());
        assert!(matches!(outbox.take(true), Next::Wait), "answered, it is paced again");
        assert!(matches!(outbox.take(false), Next::Messages(messages) if messages.len() == 1));
        outbox.push_public("the last".into());
        outbox.close(CloseCode::Restart);
        assert!(matches!(outbox.take(true), Next::Close(messages, CloseCode::Restart) if messages.len() == 1));
    }

    #[test]
    fn a_close_comes_after_what_waits() {
        let outbox = Outbox::default();
        outbox.push("last words".into());
        outbox.close(CloseCode::Restart);
        outbox.push("too late".into());
        assert!(matches!(outbox.take(false), Next::Close(messages, CloseCode::Restart) if messages.len() == 1));
    }
}

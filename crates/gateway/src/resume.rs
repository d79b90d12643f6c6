//! What was told lately, kept for those who were cut off: so that they come back and miss nothing.
//!
//! A stream is kept from its first listener on, and for a while after its last has left: its messages are made and kept although
//! nobody hears them.
//!
//! # Invariants
//! - What is kept of a stream is every message after `since`, in order: whoever has seen all up to a number that is not below
//!   it is given the rest without a gap, and nothing twice.
//! - Bytes are bounded, for each stream and over all; the oldest messages go first, of the largest stream when all are too much.
//! - Streams that nobody listens to are bounded in number and in time.

use crate::announcer::Topic;
use std::collections::{HashMap, VecDeque};
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// How much is kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// Bytes of one stream.
    pub stream: usize,
    /// Bytes of all together.
    pub all: usize,
    /// Streams that nobody listens to.
    pub unheard: usize,
    /// How long such a stream is kept, in seconds.
    pub seconds: u32,
}

/// A million bytes a stream are some 3,000 messages.
pub(crate) const BOUNDS: Bounds = Bounds { stream: 1 << 20, all: 128 << 20, unheard: 4_096, seconds: 600 };

/// What a message takes beside its text.
const OVERHEAD: usize = 64;

/// The streams that can be resumed: those that tell what happened, each message with its number.
pub(crate) fn resumable(topic: &Topic) -> bool {
    matches!(topic, Topic::Executions(_) | Topic::Trade(_) | Topic::Ticker(_) | Topic::Auction(_) | Topic::Instruments)
}

#[derive(Debug)]
struct Stream {
    /// Everything after this number is kept.
    since: u64,
    messages: VecDeque<(u64, Utf8Bytes)>,
    bytes: usize,
    /// Seconds since its last listener left; `None` while there is one.
    unheard: Option<u32>,
}

impl Stream {
    /// Forgets the oldest message and gives its bytes.
    fn forget(&mut self) -> usize {
        let Some((number, message)) = self.messages.pop_front() else { return 0 };
        self.since = number;
        let bytes = message.len() + OVERHEAD;
        self.bytes -= bytes;
        bytes
    }
}

/// The streams that are kept.
#[derive(Debug)]
pub(crate) struct Resume {
    bounds: Bounds,
    streams: HashMap<Topic, Stream>,
    bytes: usize,
    unheard: usize,
}

impl Default for Resume {
    fn default() -> Resume {
        Resume::new(BOUNDS)
    }
}

impl Resume {
    pub fn new(bounds: Bounds) -> Resume {
        Resume { bounds, streams: HashMap::new(), bytes: 0, unheard: 0 }
    }

    /// Whether a stream is kept.
    pub fn keeps(&self, topic: &Topic) -> bool {
        self.streams.contains_key(topic)
    }

    /// Somebody listens to a stream, whose last number is `number`.
    pub fn heard(&mut self, topic: Topic, number: u64) {
        if !resumable(&topic) {
            return;
        }
        let fresh = || Stream { since: number, messages: VecDeque::new(), bytes: 0, unheard: None };
        if self.streams.entry(topic).or_insert_with(fresh).unheard.take().is_some() {
            self.unheard -= 1;
        }
    }

    /// The last listener of a stream has left. Gives the streams that are kept no longer, which may be this one.
    pub fn unheard(&mut self, topic: &Topic) -> Vec<Topic> {
        let Some(stream) = self.streams.get_mut(topic) else { return vec![*topic] };
        if stream.unheard.replace(0).is_none() {
            self.unheard += 1;
        }
        if self.unheard <= self.bounds.unheard {
            return Vec::new();
        }
        // A quarter at once, so that who comes and goes does not look through all of them each time.
        let mut ages: Vec<(u32, Topic)> =
            self.streams.iter().filter_map(|(topic, stream)| Some((stream.unheard?, *topic))).collect();
        ages.sort_unstable_by_key(|&(age, _)| std::cmp::Reverse(age));
        ages.truncate(self.bounds.unheard / 4 + 1);
        self.drop_all(ages.into_iter().map(|(_, topic)| topic))
    }

    /// A second has passed. Gives the streams that are kept no longer.
    pub fn second(&mut self) -> Vec<Topic> {
        if self.unheard == 0 {
            return Vec::new();
        }
        let mut over = Vec::new();
        for (topic, stream) in &mut self.streams {
            if let Some(seconds) = &mut stream.unheard {
                *seconds += 1;
                if *seconds > self.bounds.seconds {
                    over.push(*topic);
                }
            }
        }
        self.drop_all(over)
    }

    fn drop_all(&mut self, topics: impl IntoIterator<Item = Topic>) -> Vec<Topic> {
        let mut dropped = Vec::new();
        for topic in topics {
            let Some(stream) = self.streams.remove(&topic) else { continue };
            self.bytes -= stream.bytes;
            self.unheard -= usize::from(stream.unheard.is_some());
            dropped.push(topic);
        }
        dropped
    }

    /// Keeps a message of a stream that is kept; `number` is above those before it.
    pub fn keep(&mut self, topic: &Topic, number: u64, message: &Utf8Bytes) {
        let Some(stream) = self.streams.get_mut(topic) else { return };
        let bytes = message.len() + OVERHEAD;
        stream.messages.push_back((number, message.clone()));
        stream.bytes += bytes;
        self.bytes += bytes;
        while stream.bytes > self.bounds.stream {
            self.bytes -= stream.forget();
        }
        while self.bytes > self.bounds.all {
            // Half of it at once, so that the largest need not be found for every message.
            let Some(largest) = self.streams.values_mut().max_by_key(|stream| stream.bytes) else { return };
            let half = largest.bytes / 2;
            while largest.bytes > half {
                self.bytes -= largest.forget();
            }
        }
    }

    /// The messages after a number that somebody has seen, where the stream stands at `now`; `None` when some of them are kept
    /// no longer, when the number has not come yet, or when it is of executions and not one at which a message ended.
    pub fn after(&self, topic: &Topic, number: u64, now: u64) -> Option<Vec<Utf8Bytes>> {
        let stream = self.streams.get(topic)?;
        let from = stream.messages.partition_point(|&(kept, _)| kept <= number);
        let seen = if from == 0 { stream.since } else { stream.messages[from - 1].0 };
        // A public number is a command's, and a command has one message at most.
        let whole = if matches!(topic, Topic::Executions(_)) { seen == number } else { seen <= number };
        (whole && number <= now).then(|| stream.messages.range(from..).map(|(_, message)| message.clone()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use unspent_model::{AccountId, InstrumentId};

    const SMALL: Bounds = Bounds { stream: 1_000, all: 2_000, unheard: 2, seconds: 3 };

    fn executions(account: u32) -> Topic {
        Topic::Executions(AccountId(account))
    }

    fn after(resume: &Resume, topic: &Topic, number: u64) -> Option<Vec<String>> {
        let messages = resume.after(topic, number, 100)?;
        Some(messages.iter().map(|message| message.as_str()[..2].trim().to_owned()).collect())
    }

    /// A message of a hundred bytes with what it takes beside.
    fn keep(resume: &mut Resume, topic: &Topic, number: u64) {
        let text = format!("{number:<width$}", width = 100 - OVERHEAD);
        resume.keep(topic, number, &text.into());
    }

    #[test]
    fn what_came_after_is_given_whole_or_not_at_all() {
        let mut resume = Resume::new(SMALL);
        let topic = executions(1);
        assert_eq!(after(&resume, &topic, 0), None, "nobody ever listened");
        resume.heard(topic, 10);
        assert_eq!(after(&resume, &topic, 10), Some(vec![]));
        keep(&mut resume, &topic, 12);
        keep(&mut resume, &topic, 15);
        assert_eq!(after(&resume, &topic, 9), None, "before it was kept");
        assert_eq!(after(&resume, &topic, 10).unwrap(), ["12", "15"]);
        assert_eq!(after(&resume, &topic, 12).unwrap(), ["15"]);
        assert_eq!(after(&resume, &topic, 15), Some(vec![]));
        assert_eq!(after(&resume, &topic, 13), None, "in the middle of a message");
        assert_eq!(after(&resume, &topic, 16), None, "of another past");
        let public = Topic::Trade(InstrumentId(0));
        resume.heard(public, 10);
        keep(&mut resume, &public, 12);
        assert_eq!(after(&resume, &public, 11).unwrap(), ["12"]);
        assert_eq!(after(&resume, &public, 99), Some(vec![]), "commands that did not trade");
        assert_eq!(after(&resume, &public, 101), None, "of another past");
        // Ten of them are as much as a stream may have.
        for number in 16..=26 {
            keep(&mut resume, &topic, number);
        }
        assert_eq!(after(&resume, &topic, 15), None);
        assert_eq!(after(&resume, &topic, 16).unwrap().len(), 10);
    }

    #[test]
    fn all_together_are_bounded_and_the_largest_gives_way() {
        let mut resume = Resume::new(SMALL);
        for account in 0..4 {
            resume.heard(executions(account), 0);
        }
        for account in 1..4 {
            (1..=3).for_each(|number| keep(&mut resume, &executions(account), number));
        }
        (1..=10).for_each(|number| keep(&mut resume, &executions(0), number));
        assert_eq!(resume.bytes, 1_900);
        keep(&mut resume, &executions(1), 4);
        keep(&mut resume, &executions(1), 5);
        assert_eq!(resume.bytes, 1_600, "half of the largest went");
        assert_eq!(after(&resume, &executions(0), 4), None);
        assert_eq!(after(&resume, &executions(0), 5).unwrap().len(), 5);
        assert_eq!(after(&resume, &executions(1), 0).unwrap().len(), 5);
    }

    #[test]
    fn what_nobody_hears_is_kept_for_a_while() {
        let mut resume = Resume::new(SMALL);
        let topic = Topic::Trade(InstrumentId(1));
        resume.heard(topic, 5);
        assert!(resume.unheard(&topic).is_empty());
        keep(&mut resume, &topic, 6);
        for _ in 0..3 {
            assert!(resume.second().is_empty());
        }
        // Somebody came back: the time begins anew.
        resume.heard(topic, 6);
        assert_eq!(after(&resume, &topic, 5).unwrap(), ["6"]);
        assert!(resume.second().is_empty());
        assert!(resume.unheard(&topic).is_empty());
        for _ in 0..3 {
            assert!(resume.second().is_empty());
        }
        assert_eq!(resume.second(), [topic]);
        assert!(!resume.keeps(&topic));
        assert_eq!((resume.bytes, resume.unheard), (0, 0));
    }

    #[test]
    fn what_nobody_hears_is_bounded_in_number() {
        let mut resume = Resume::new(SMALL);
        for account in 0..3 {
            resume.heard(executions(account), 0);
        }
        assert!(resume.unheard(&executions(0)).is_empty());
        resume.second();
        assert!(resume.unheard(&executions(1)).is_empty());
        assert_eq!(resume.unheard(&executions(2)), [executions(0)], "the one that was left first");
        assert_eq!(resume.unheard, 2);
        // A book is never kept.
        let book = Topic::Book(InstrumentId(0), crate::announcer::BookScope::Top);
        resume.heard(book, 1);
        assert_eq!(resume.unheard(&book), [book]);
    }
}

//! The executions of an account, each once and without a gap.

use unspent_protocol::{Execution, Kind, Stream};

/// Something about the account's orders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExecutionEvent {
    /// Open orders as they are, in place of everything told before.
    Open(OpenOrders),
    /// One thing that happened to one order.
    Happened {
        /// Its number: the account's executions have no gap between them.
        exec_seq: u64,
        /// What happened. Boxed: it is large.
        execution: Box<Execution>,
    },
}

/// A part of a snapshot of the open orders.
///
/// Between the parts there may be [`ExecutionEvent::Happened`]: the last that is told about an order is what it is, and one
/// with nothing open is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenOrders {
    /// Whether a snapshot begins: forget what is known of open orders.
    pub first: bool,
    /// Whether it ends, and is whole.
    pub last: bool,
    /// Whether executions are missing between what was told before and this snapshot: the venue does not remember them.
    /// Orders that closed meanwhile are told by a query.
    pub missed: bool,
    /// The account's last `exec_seq` at this part.
    pub exec_seq: u64,
    /// The orders.
    pub orders: Vec<Execution>,
}

/// Where a stream of executions stands.
#[derive(Debug, Default)]
pub(crate) struct Track {
    /// The last `exec_seq` that was told.
    told: Option<u64>,
    /// Whether the snapshot that the stream began with was whole.
    whole: bool,
    /// A part was told, and the last was not.
    within: bool,
    /// Whether something was missed before the snapshot that is waited for or under way.
    missed: bool,
}

/// What a message comes to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Tracked {
    /// These are news, in this order; there may be none.
    Events(Vec<ExecutionEvent>),
    /// Something is missing: ask again on a new connection, from [`Track::resume`].
    Gap,
}

impl Track {
    /// Where a new connection goes on from; `None` when only a snapshot helps.
    pub(crate) fn resume(&mut self) -> Option<u64> {
        self.within = false;
        self.told.filter(|_| self.whole)
    }

    /// The venue does not remember what came after where this stands: a snapshot follows.
    pub(crate) fn start_anew(&mut self) {
        self.whole = false;
    }

    pub(crate) fn take(&mut self, stream: Stream<Vec<Execution>>) -> Tracked {
        let Some(exec_seq) = stream.exec_seq else { return Tracked::Events(Vec::new()) };
        if stream.kind == Kind::Update {
            return self.update(exec_seq, stream.data);
        }
        let first = !self.within;
        if first {
            self.missed |= self.told.is_some_and(|told| told != exec_seq);
        } else if self.told != Some(exec_seq) {
            return Tracked::Gap;
        }
        let last = stream.kind == Kind::Snapshot;
        (self.told, self.within, self.whole) = (Some(exec_seq), !last, last);
        let missed = self.missed;
        self.missed &= !last;
        Tracked::Events(vec![ExecutionEvent::Open(OpenOrders { first, last, missed, exec_seq, orders: stream.data })])
    }

    fn update(&mut self, exec_seq: u64, rows: Vec<Execution>) -> Tracked {
        // Before a snapshot there is nothing to continue.
        let Some(told) = self.told.filter(|_| self.whole || self.within) else { return Tracked::Events(Vec::new()) };
        let before = exec_seq.saturating_sub(rows.len() as u64);
        if before > told {
            return Tracked::Gap;
        }
        if exec_seq <= told {
            return Tracked::Events(Vec::new());
        }
        self.told = Some(exec_seq);
        let numbered = (before + 1..).zip(rows).filter(|(exec_seq, _)| *exec_seq > told);
        let happened = numbered.map(|(exec_seq, row)| ExecutionEvent::Happened { exec_seq, execution: Box::new(row) });
        Tracked::Events(happened.collect())
    }
}

//! Which messages belong to a feed, and whether they come without a gap.

use unspent_model::{Interval, Symbol};
use unspent_protocol::{Channel, Data, Kind, Stream, SubscribeParams};

/// Where a message stands in its stream.
#[derive(Clone, Copy, Debug)]
struct Place {
    kind: Kind,
    seq: Option<u64>,
    prev_seq: Option<u64>,
}

fn of<D>(stream: &Stream<D>) -> Place {
    Place { kind: stream.kind, seq: stream.seq, prev_seq: stream.prev_seq }
}

fn place(data: &Data) -> Option<Place> {
    Some(match data {
        Data::Executions(stream) => of(stream),
        Data::Balances(stream) => of(stream),
        Data::Holdings(stream) => of(stream),
        Data::Groups(stream) => of(stream),
        Data::Settlements(stream) => of(stream),
        Data::Book(stream) => of(stream),
        Data::Level3(stream) => of(stream),
        Data::Trade(stream) => of(stream),
        Data::Ticker(stream) => of(stream),
        Data::Ohlc(stream) => of(stream),
        Data::Curve(stream) => of(stream),
        Data::Auction(stream) => of(stream),
        Data::Instrument(stream) => of(stream),
        Data::Status(stream) => of(stream),
        Data::Heartbeat => return None,
    })
}

/// The instrument that a message is about; `None` where it is about none, or says of none.
fn symbol(data: &Data) -> Option<(Symbol, Option<Interval>)> {
    match data {
        Data::Level3(stream) => stream.data.first().map(|row| (row.symbol, None)),
        Data::Trade(stream) => stream.data.first().map(|row| (row.symbol, None)),
        Data::Ticker(stream) => stream.data.first().map(|row| (row.symbol, None)),
        Data::Ohlc(stream) => stream.data.first().map(|row| (row.symbol, Some(row.interval))),
        Data::Curve(stream) => stream.data.first().map(|row| (row.symbol, None)),
        Data::Auction(stream) => stream.data.first().map(|row| (row.symbol, None)),
        _ => None,
    }
}

/// Whether a message answers a subscription. A snapshot without rows does not say of which symbol it is, and tells nothing.
pub(super) fn belongs(params: &SubscribeParams, data: &Data) -> bool {
    if params.channel != data.channel() {
        return false;
    }
    let Some(wanted) = params.symbols.first() else { return true };
    let Some((symbol, interval)) = symbol(data) else { return false };
    match params.channel {
        Channel::Curve => symbol.as_str().rsplit_once('-').is_some_and(|(curve, _)| curve == wanted.as_str()),
        Channel::Ohlc => symbol == *wanted && interval == Some(params.interval.unwrap_or(Interval::Minute)),
        _ => symbol == *wanted,
    }
}

/// Whether a channel can be resumed by `from_seq`.
fn resumable(channel: Channel) -> bool {
    matches!(channel, Channel::Trade | Channel::Ticker | Channel::Auction | Channel::Instrument)
}

/// What to do with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// It is news.
    Tell,
    /// It is news, and something before it is missing.
    TellAfterLoss,
    /// It was told before.
    Pass,
    /// Something is missing: ask again on a new connection.
    Gap,
}

/// Where a feed stands.
#[derive(Debug, Default)]
pub(super) struct Position {
    seq: Option<u64>,
    /// What comes next does not continue what was told.
    broken: bool,
}

impl Position {
    /// What a new connection subscribes with.
    pub(super) fn resume(&mut self, params: &SubscribeParams) -> SubscribeParams {
        let from_seq = self.seq.filter(|_| resumable(params.channel) && !self.broken);
        self.broken = self.seq.is_some() && from_seq.is_none();
        SubscribeParams { from_seq, ..params.clone() }
    }

    /// What comes next does not continue what was told.
    pub(super) fn break_off(&mut self) {
        self.broken = self.seq.is_some();
    }

    pub(super) fn take(&mut self, data: &Data) -> Next {
        let Some(Place { kind, seq: Some(seq), prev_seq }) = place(data) else { return Next::Tell };
        if let (Kind::Update, Some(known), false) = (kind, self.seq, self.broken) {
            // A private stream may tell of one command twice, and has no numbers of its own to tell a gap by.
            if prev_seq.is_some() && seq <= known {
                return Next::Pass;
            }
            if prev_seq.is_some_and(|prev_seq| prev_seq > known) {
                return Next::Gap;
            }
        }
        let lost = std::mem::replace(&mut self.broken, false);
        self.seq = Some(seq);
        if lost { Next::TellAfterLoss } else { Next::Tell }
    }
}

/// Whether a message is the whole, or tells of itself what it is.
pub(super) fn is_snapshot(data: &Data) -> bool {
    place(data).is_none_or(|place| place.kind != Kind::Update)
}

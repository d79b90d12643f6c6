//! Events into messages: what each outcome says to whom. The same for sockets and for the filter.
//!
//! # Invariants
//! - An account's `exec_seq` counts its execution rows without a gap, whether anyone listens or not; a replay counts
//!   the same.
//! - A topic's messages carry the `seq` of the one before them, from its first listener on.

mod asked;
mod groups;
mod pages;
mod programmes;
mod public;
mod saved;
mod settlements;

pub(crate) use pages::PAGE_ROWS;
pub use saved::RestoringAnnouncer;

use crate::road::{Answer, Applied, Origin};
use crate::rows;
use std::borrow::Cow;
use std::collections::HashMap;
use unspent_marketdata::{Changes, OrderWindow, Touched, View, Window};
use unspent_model::{
    AccountId, CallEnded, CommandSeq, Event, Indicative, InstrumentId, Interval, OrderId, Phase, Reply, Side, Symbol,
    Timestamp,
};
use unspent_protocol::{
    Asked, AuctionRow, BatchRow, Book, BookLevel, Catalogue, Channel, CurveRow, ErrorBody, Execution, FillReport,
    Instruments, Kind, LoginResult, Outcome, QuoteReject, QuoteResult, Reply as WireReply, ReplyResult, Stream,
    TickerRow, TimerResult, TradeRow, book_checksum,
};

/// How much of a book its listeners are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BookScope {
    /// The best levels of each side, with a checksum.
    Levels(u32),
    /// The best level of each side; one that is the best no longer is told with quantity 0.
    Top,
    /// Every level.
    Full,
}

impl BookScope {
    fn window(self) -> Window {
        match self {
            BookScope::Levels(levels) => Window::new(levels as usize),
            BookScope::Top => Window::top(),
            BookScope::Full => Window::full(),
        }
    }
}

/// To whom a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    /// The one who asked.
    Reply(Origin),
    /// Listeners to an account's executions.
    Executions(AccountId),
    /// Listeners to an account's money.
    Balances(AccountId),
    /// Listeners to an account's credits.
    Holdings(AccountId),
    /// Listeners to an account's protection groups.
    Groups(AccountId),
    /// Listeners to an account's trades that settle later.
    Settlements(AccountId),
    /// Listeners to an instrument's book.
    Book(InstrumentId, BookScope),
    /// Listeners to the orders at so many of the best prices of each side of an instrument's book.
    Level3(InstrumentId, u32),
    /// Listeners to an instrument's trades.
    Trade(InstrumentId),
    /// Listeners to an instrument's ticker.
    Ticker(InstrumentId),
    /// Listeners to an instrument's candles of one length.
    Ohlc(InstrumentId, Interval),
    /// Listeners to the best prices of a curve, named by its points' symbols without their expiry.
    Curve(Symbol),
    /// Listeners to what an instrument's uncross would come to.
    Auction(InstrumentId),
    /// Listeners to what is listed.
    Instruments,
}

impl Topic {
    /// Whether it is an account's own, and needs a login.
    pub(crate) fn is_private(&self) -> bool {
        matches!(
            self,
            Topic::Executions(_) | Topic::Balances(_) | Topic::Holdings(_) | Topic::Groups(_) | Topic::Settlements(_)
        )
    }

    /// Whether a fresh snapshot stands for whatever was missed.
    #[must_use]
    pub fn is_picture(&self) -> bool {
        matches!(self, Topic::Book(..) | Topic::Level3(..))
    }
}

/// Who listens, and hears.
pub trait Audience {
    /// Whether anybody listens to a topic: what nobody hears is not made.
    fn wants(&self, topic: &Topic) -> bool;
    /// A message. Topics other than [`Topic::is_picture`] must not miss one.
    fn tell(&mut self, topic: Topic, message: &[u8]);
    /// A message of a stream that can be resumed: `number` is its `exec_seq`, or of a public stream its `seq`.
    fn tell_numbered(&mut self, topic: Topic, number: u64, message: &[u8]) {
        let _ = number;
        self.tell(topic, message);
    }
}

/// What an order in a book would meet in the books of other months.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Implied {
    bids: Vec<BookLevel>,
    asks: Vec<BookLevel>,
}

/// A public stream that somebody listens to.
#[derive(Debug, Default)]
struct Heard {
    /// The `seq` of its last message.
    seq: u64,
    /// Of a book: what was told.
    window: Option<Window>,
    /// Of a book that trades across months: what was told of the others.
    implied: Option<Implied>,
    /// Of a ticker: what was told.
    ticker: Option<TickerRow>,
    /// Of orders: what was told.
    orders: Option<OrderWindow>,
    /// Of a curve: what was told of each point.
    curve: Vec<CurveRow>,
}

/// Makes messages of outcomes. Owns the view, which stands where the disk stands.
#[derive(Debug, Default)]
pub struct Announcer {
    view: View,
    catalogue: Catalogue,
    exec_seqs: Vec<u64>,
    /// The last command followed, whether or not it had events.
    seq: CommandSeq,
    heard: HashMap<Topic, Heard>,
    /// Whether private messages name their account, as the filter's do.
    names_accounts: bool,
    /// What the orders of a batch came to so far.
    batch: Vec<BatchRow>,
    scratch: Vec<u8>,
}

/// One account's execution rows of one command.
type Report = (AccountId, Vec<Execution>);

impl Announcer {
    /// An announcer of an empty venue.
    #[must_use]
    pub fn new() -> Announcer {
        Announcer::default()
    }

    /// An announcer whose private messages name their account.
    #[must_use]
    pub fn naming_accounts() -> Announcer {
        Announcer { names_accounts: true, ..Announcer::default() }
    }

    /// What is known.
    #[must_use]
    pub fn view(&self) -> &View {
        &self.view
    }

    /// What is listed.
    #[must_use]
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// The last command followed.
    #[must_use]
    pub fn seq(&self) -> CommandSeq {
        self.seq
    }

    /// An account's last `exec_seq`.
    #[must_use]
    pub fn exec_seq(&self, account: AccountId) -> u64 {
        self.exec_seqs.get(account.0 as usize).copied().unwrap_or(0)
    }

    /// Follows events that are not told again: a replay's.
    pub fn follow(&mut self, at: Timestamp, seq: CommandSeq, events: &[Event]) {
        self.seq = seq;
        for event in events {
            let touched = self.note(at, seq, event);
            rows::each(event, &touched, |account, _| count(&mut self.exec_seqs, account));
        }
    }

    fn note(&mut self, at: Timestamp, seq: CommandSeq, event: &Event) -> Touched {
        if let Event::InstrumentListed { spec, .. } = event {
            self.catalogue.insert(spec.as_ref().clone()).expect("the engine lists a symbol once");
        }
        self.view.apply(at, seq, event)
    }

    /// Follows one command's outcome and tells it: the reply first, then executions, balances, and public data.
    pub fn announce(&mut self, applied: &Applied, events: &[Event], time_out: Timestamp, audience: &mut impl Audience) {
        let (at, seq) = (applied.at, applied.seq);
        self.seq = seq;
        let mut reports: Vec<Report> = Vec::new();
        let mut instruments: Vec<InstrumentId> = Vec::new();
        for event in events {
            let touched = self.note(at, seq, event);
            let catalogue = &self.catalogue;
            let months = self.view.programmes();
            let next = |instrument| catalogue.get(months.month(instrument).filter(|month| month.over)?.next?);
            let next = |instrument| next(instrument).map(|spec| spec.symbol);
            let exec_seqs = &mut self.exec_seqs;
            rows::each(event, &touched, |account, fact| {
                count(exec_seqs, account);
                if audience.wants(&Topic::Executions(account)) {
                    let row = rows::execution(catalogue, at, fact, &next);
                    match reports.iter_mut().find(|(named, _)| *named == account) {
                        Some((_, rows)) => rows.push(row),
                        None => reports.push((account, vec![row])),
                    }
                }
            });
            for instrument in changed_markets(event).into_iter().flatten() {
                if !instruments.contains(&instrument) {
                    instruments.push(instrument);
                }
            }
        }
        let moved = self.moved(events);
        for instrument in &moved {
            if !instruments.contains(instrument) {
                instruments.push(*instrument);
            }
        }
        if let Some(origin) = applied.origin {
            self.reply(origin, applied, events, time_out, audience);
        }
        for (account, rows) in reports {
            self.executions(account, &rows, seq, audience);
        }
        self.balances(events, seq, audience);
        self.group_changes(events, seq, audience);
        self.settlement_changes(events, seq, audience);
        self.listing(events, seq, audience);
        self.auctions(events, seq, at, audience);
        for &instrument in &instruments {
            self.trades(instrument, events, seq, at, audience);
            self.books(instrument, moved.contains(&instrument), seq, at, audience);
            self.level3(instrument, seq, at, audience);
            self.ticker(instrument, seq, at, audience);
            self.candles(instrument, events, seq, audience);
        }
        for instrument in self.implied_elsewhere(&instruments, events) {
            self.books(instrument, false, seq, at, audience);
        }
        self.curves(&instruments, events, seq, at, audience);
    }

    /// The instruments whose change of phase the listeners to their books are told; the filter tells it otherwise.
    fn moved(&self, events: &[Event]) -> Vec<InstrumentId> {
        if self.names_accounts {
            return Vec::new();
        }
        let moved = events.iter().filter_map(|event| match event {
            Event::PhaseChanged { instrument, .. } => Some(*instrument),
            _ => None,
        });
        moved.collect()
    }

    fn tell(&mut self, topic: Topic, audience: &mut impl Audience, write: impl FnOnce(&mut Vec<u8>)) {
        let mut text = std::mem::take(&mut self.scratch);
        text.clear();
        write(&mut text);
        audience.tell(topic, &text);
        self.scratch = text;
    }

    fn tell_numbered(
        &mut self,
        topic: Topic,
        number: u64,
        audience: &mut impl Audience,
        write: impl FnOnce(&mut Vec<u8>),
    ) {
        let mut text = std::mem::take(&mut self.scratch);
        text.clear();
        write(&mut text);
        audience.tell_numbered(topic, number, &text);
        self.scratch = text;
    }

    fn reply(
        &mut self,
        origin: Origin,
        applied: &Applied,
        events: &[Event],
        time_out: Timestamp,
        audience: &mut impl Audience,
    ) {
        let topic = Topic::Reply(origin);
        if !audience.wants(&topic) {
            self.batch.clear();
            return;
        }
        let outcome = match applied.answer {
            Answer::Reply(reply) => self.outcome(reply, applied.asked, events),
            Answer::Part { reply, last } => {
                let outcome = self.outcome(reply, applied.asked, events);
                let Some(outcome) = self.part(outcome, last) else { return };
                outcome
            }
            Answer::Checked(checked) => self.checked(checked, applied.asked),
            Answer::Order { account, order, known } => self.order_state(account, order, known),
        };
        let reply = WireReply {
            method: Some(Cow::Borrowed(origin.method.name())),
            req_id: origin.req_id,
            outcome,
            time_in: origin.time_in,
            time_out,
        };
        self.tell(topic, audience, |text| reply.write(text));
    }

    #[expect(clippy::result_large_err, reason = "a reply holds what it came to by value, and is written at once")]
    fn outcome(&self, reply: Reply, asked: Asked, events: &[Event]) -> Result<ReplyResult, ErrorBody> {
        let catalogue = &self.catalogue;
        let outcome = match reply {
            Reply::Done => Ok(ReplyResult::Done),
            Reply::Added(answer) => {
                let fills = self.fills(answer.order, answer.instrument, events);
                Ok(ReplyResult::AddOrder(catalogue.order_result(&answer, fills, None)))
            }
            Reply::Amended { answer, kept_priority } => {
                let fills = self.fills(answer.order, answer.instrument, events);
                Ok(ReplyResult::AmendOrder(catalogue.order_result(&answer, fills, Some(kept_priority))))
            }
            Reply::Canceled { order, cl_ord_id } => {
                Ok(ReplyResult::CancelOrder(unspent_protocol::CancelResult { order_id: order, cl_ord_id }))
            }
            Reply::Quoted { quote_id, placed, unchanged, pulled, .. } => {
                let rejects = self.quote_rejects(events);
                Ok(ReplyResult::Quotes(QuoteResult { quote_id, placed, unchanged, pulled, rejects }))
            }
            Reply::Timer { due } => Ok(ReplyResult::Timer(TimerResult { trigger_time: due })),
            Reply::Connected { .. } => Ok(ReplyResult::Done),
            Reply::Registered { holding } => {
                Ok(ReplyResult::Registered(unspent_protocol::RegisteredResult { holding_id: holding.0 }))
            }
            Reply::Funded { waits, duplicate } => {
                let withdrawal = waits.map(|id| id.0);
                Ok(ReplyResult::Funded(unspent_protocol::FundedResult { withdrawal, duplicate }))
            }
            Reply::CanceledAll { count } => Ok(ReplyResult::CancelAll(unspent_protocol::CancelAllResult { count })),
            Reply::Rejected(rejection) => {
                let error = ErrorBody::from(self.explained(rejection, asked));
                Err(match asked.order {
                    Some(order) => error.about(order),
                    None => error,
                })
            }
        };
        debug_assert!(!matches!(&outcome, Err(error) if error.detail.outcome == Outcome::Unknown));
        outcome
    }

    fn fills(&self, order: OrderId, instrument: InstrumentId, events: &[Event]) -> Vec<FillReport> {
        let fills = events.iter().filter_map(|event| match event {
            Event::Fill(fill) if fill.taker.order == order => Some(self.catalogue.taker_fill(fill)),
            Event::Recalled(recalled) => Some(self.catalogue.recalled_fill(instrument, recalled)),
            _ => None,
        });
        fills.collect()
    }

    fn quote_rejects(&self, events: &[Event]) -> Vec<QuoteReject> {
        let refused = events.iter().filter_map(|event| match event {
            Event::QuoteRefused { instrument, side, rejection } => Some(QuoteReject {
                symbol: self.catalogue.get(*instrument).expect("listed").symbol,
                side: *side,
                code: rejection.reject.code(),
                reason: Cow::Borrowed(rejection.reject.name()),
                message: self.explained(*rejection, Asked::of_quote(*instrument)).message,
            }),
            _ => None,
        });
        refused.collect()
    }

    /// The answer to a login.
    #[must_use]
    pub fn login_result(&self, account: AccountId, scopes: &[&'static str]) -> LoginResult {
        let name = self.view.balances().account(account).expect("who logs in has an account").name;
        let scopes = scopes.iter().map(|&scope| Cow::Borrowed(scope)).collect();
        LoginResult { account: name, scopes, exec_seq: self.exec_seq(account) }
    }

    fn private<D>(&self, account: AccountId, kind: Kind, exec_seq: Option<u64>, seq: CommandSeq, data: D) -> Stream<D> {
        let named = self.names_accounts.then(|| self.view.balances().account(account)).flatten();
        Stream { kind, account: named.map(|account| account.name), exec_seq, seq: Some(seq.0), prev_seq: None, data }
    }

    fn executions(&mut self, account: AccountId, rows: &[Execution], seq: CommandSeq, audience: &mut impl Audience) {
        let exec_seq = self.exec_seq(account);
        let stream = self.private(account, Kind::Update, Some(exec_seq), seq, rows);
        self.tell_numbered(Topic::Executions(account), exec_seq, audience, |text| {
            stream.write(Channel::Executions, text)
        });
    }

    fn balances(&mut self, events: &[Event], seq: CommandSeq, audience: &mut impl Audience) {
        for event in events {
            match event {
                Event::Cash(cash) if audience.wants(&Topic::Balances(cash.account)) => {
                    let rows = [self.catalogue.balance(cash)];
                    let stream = self.private(cash.account, Kind::Update, None, seq, rows);
                    self.tell(Topic::Balances(cash.account), audience, |text| stream.write(Channel::Balances, text));
                }
                Event::Holding(holding) if audience.wants(&Topic::Holdings(holding.account)) => {
                    let rows = [self.catalogue.holding(holding)];
                    let stream = self.private(holding.account, Kind::Update, None, seq, rows);
                    self.tell(Topic::Holdings(holding.account), audience, |text| stream.write(Channel::Holdings, text));
                }
                _ => {}
            }
        }
    }

    /// One message of every instrument that is new or in another phase.
    fn listing(&mut self, events: &[Event], seq: CommandSeq, audience: &mut impl Audience) {
        let mut changed: Vec<InstrumentId> = Vec::new();
        for event in events {
            if let Event::InstrumentListed { instrument, .. } | Event::PhaseChanged { instrument, .. } = event
                && !changed.contains(instrument)
            {
                changed.push(*instrument);
            }
        }
        if changed.is_empty() || !audience.wants(&Topic::Instruments) {
            return;
        }
        let pair = |instrument| {
            let market = self.view.market(instrument).expect("listed");
            self.catalogue.pair(instrument, market.phase, market.reason)
        };
        let data = Instruments { assets: Vec::new(), pairs: changed.into_iter().map(pair).collect() };
        let prev_seq = self.last(Topic::Instruments, seq);
        let stream = Stream { kind: Kind::Update, account: None, exec_seq: None, seq: Some(seq.0), prev_seq, data };
        self.tell_numbered(Topic::Instruments, seq.0, audience, |text| stream.write(Channel::Instrument, text));
    }

    /// One message of each instrument whose call opened, changed or ended: what calls came to, then what the one that
    /// is there would come to.
    fn auctions(&mut self, events: &[Event], seq: CommandSeq, at: Timestamp, audience: &mut impl Audience) {
        let mut told: Vec<(InstrumentId, Vec<AuctionRow>, bool)> = Vec::new();
        for event in events {
            let (instrument, ended) = match event {
                Event::CallOpened { instrument, .. } => (*instrument, None),
                Event::AuctionCommitted { instrument, .. }
                | Event::CallEnding { instrument, .. }
                | Event::PhaseChanged { instrument, .. }
                    if !self.names_accounts =>
                {
                    (*instrument, None)
                }
                Event::Indicative(indicative) => (indicative.instrument, None),
                Event::CallEnded(ended) => (ended.instrument, Some(ended)),
                _ => continue,
            };
            if !audience.wants(&Topic::Auction(instrument)) {
                continue;
            }
            let at_hand = told.iter().position(|(named, ..)| *named == instrument).unwrap_or_else(|| {
                told.push((instrument, Vec::new(), false));
                told.len() - 1
            });
            let (_, rows, open) = &mut told[at_hand];
            let Some(ended) = ended else {
                *open = true;
                continue;
            };
            // In the phase that follows.
            let phase = self.view.market(instrument).expect("listed").phase;
            let CallEnded { auction, price, lots, surplus, .. } = *ended;
            let row = self.catalogue.auction(&Indicative { instrument, auction, price, lots, surplus }, phase, at);
            let seed = events.iter().find_map(|event| match event {
                Event::AuctionRevealed { auction: of, seed, .. } if *of == auction => Some(rows::hexadecimal(seed)),
                _ => None,
            });
            rows.push(AuctionRow { seed: seed.filter(|_| !self.names_accounts), ..row });
        }
        for (instrument, mut data, open) in told {
            let market = self.view.market(instrument).expect("listed");
            data.extend(rows::auction(&self.catalogue, instrument, market, at, !self.names_accounts).filter(|_| open));
            if data.is_empty() {
                continue;
            }
            let topic = Topic::Auction(instrument);
            let prev_seq = self.last(topic, seq);
            let stream = Stream { kind: Kind::Update, account: None, exec_seq: None, seq: Some(seq.0), prev_seq, data };
            self.tell_numbered(topic, seq.0, audience, |text| stream.write(Channel::Auction, text));
        }
    }

    /// The `seq` of a topic's last message; this one's takes its place.
    fn last(&mut self, topic: Topic, seq: CommandSeq) -> Option<u64> {
        let heard = self.heard.get_mut(&topic)?;
        Some(std::mem::replace(&mut heard.seq, seq.0))
    }

    fn trades(
        &mut self,
        instrument: InstrumentId,
        events: &[Event],
        seq: CommandSeq,
        at: Timestamp,
        audience: &mut impl Audience,
    ) {
        let topic = Topic::Trade(instrument);
        if !audience.wants(&topic) {
            return;
        }
        let fills = events.iter().filter_map(|event| match event {
            Event::Fill(fill) if fill.instrument == instrument => Some(fill),
            _ => None,
        });
        let kind = self.view.market(instrument).and_then(|market| market.tape.last()).map(rows::taker_type);
        let rows: Vec<TradeRow> = fills.map(|fill| self.catalogue.trade(fill, kind, at)).collect();
        if !rows.is_empty() {
            let prev_seq = self.last(topic, seq);
            let stream =
                Stream { kind: Kind::Update, account: None, exec_seq: None, seq: Some(seq.0), prev_seq, data: rows };
            self.tell_numbered(topic, seq.0, audience, |text| stream.write(Channel::Trade, text));
        }
    }

    /// `moved`: the phase changed, which is told even when no level did.
    fn books(
        &mut self,
        instrument: InstrumentId,
        moved: bool,
        seq: CommandSeq,
        at: Timestamp,
        audience: &mut impl Audience,
    ) {
        for scope in [
            BookScope::Levels(10),
            BookScope::Levels(25),
            BookScope::Levels(100),
            BookScope::Levels(1_000),
            BookScope::Top,
            BookScope::Full,
        ] {
            let topic = Topic::Book(instrument, scope);
            if !audience.wants(&topic) {
                continue;
            }
            let now = self.implied(instrument);
            let depth = &self.view.market(instrument).expect("listed").depth;
            let heard = self.heard.entry(topic).or_default();
            let changes = heard.window.get_or_insert_with(|| scope.window()).changes(depth);
            // Whose book trades across months no longer is told so by nothing.
            let now = now.or_else(|| heard.implied.is_some().then(Implied::default));
            let implied = now.filter(|now| heard.implied.as_ref() != Some(now));
            if changes.is_empty() && !moved && implied.is_none() {
                continue;
            }
            if implied.is_some() {
                heard.implied.clone_from(&implied);
            }
            let prev_seq = Some(std::mem::replace(&mut heard.seq, seq.0)).filter(|&seq| seq > 0);
            let row = self.book_row(instrument, scope, &changes, implied, at);
            let data = [row];
            let stream = Stream { kind: Kind::Update, account: None, exec_seq: None, seq: Some(seq.0), prev_seq, data };
            self.tell(topic, audience, |text| stream.write(Channel::Book, text));
        }
    }

    fn book_row(
        &self,
        instrument: InstrumentId,
        scope: BookScope,
        changes: &Changes,
        implied: Option<Implied>,
        at: Timestamp,
    ) -> Book {
        let (implied_bids, implied_asks) = implied.map(|implied| (implied.bids, implied.asks)).unzip();
        let levels = |side: Side| {
            let changed = changes.side(side).iter();
            changed.map(|level| self.catalogue.level(instrument, level.price, level.lots)).collect()
        };
        let phase = self.view.market(instrument).expect("listed").phase;
        Book {
            symbol: self.catalogue.get(instrument).expect("listed").symbol,
            bids: levels(Side::Buy),
            asks: levels(Side::Sell),
            phase: Some(phase).filter(|&phase| phase != Phase::Continuous && !self.names_accounts),
            implied_bids,
            implied_asks,
            checksum: (scope != BookScope::Top).then(|| self.checksum(instrument)),
            timestamp: at,
        }
    }

    fn checksum(&self, instrument: InstrumentId) -> u32 {
        let depth = &self.view.market(instrument).expect("listed").depth;
        let levels = |side| {
            let best = depth.levels(side, unspent_protocol::CHECKSUM_LEVELS);
            best.map(|level| {
                (self.catalogue.price(instrument, level.price), self.catalogue.face(instrument, level.lots))
            })
        };
        book_checksum(levels(Side::Sell), levels(Side::Buy))
    }

    fn ticker(&mut self, instrument: InstrumentId, seq: CommandSeq, at: Timestamp, audience: &mut impl Audience) {
        let topic = Topic::Ticker(instrument);
        if !audience.wants(&topic) {
            return;
        }
        let row = rows::ticker(&self.catalogue, instrument, self.view.market(instrument).expect("listed"), at);
        let Some(heard) = self.heard.get_mut(&topic) else { return };
        let told = heard.ticker.take();
        let same = told.is_some_and(|told| TickerRow { timestamp: at, ..told } == row);
        heard.ticker = Some(row.clone());
        if same {
            return;
        }
        let prev_seq = self.last(topic, seq);
        let data = [row];
        let stream = Stream { kind: Kind::Update, account: None, exec_seq: None, seq: Some(seq.0), prev_seq, data };
        self.tell_numbered(topic, seq.0, audience, |text| stream.write(Channel::Ticker, text));
    }

    /// A topic's first message for a listener who joins now; `None` for topics that have none.
    pub fn snapshot(&mut self, topic: Topic) -> Option<Vec<u8>> {
        let (view_seq, at) = (self.seq, self.view.at());
        let mut text = Vec::with_capacity(1_024);
        if let Topic::Book(..)
        | Topic::Level3(..)
        | Topic::Trade(_)
        | Topic::Ticker(_)
        | Topic::Ohlc(..)
        | Topic::Curve(_)
        | Topic::Auction(_)
        | Topic::Instruments = topic
        {
            self.open(topic);
        }
        let seq = self.heard.get(&topic).map_or(view_seq.0, |heard| heard.seq);
        let public = |seq| (Kind::Snapshot, Some(seq));
        match topic {
            Topic::Reply(_) => return None,
            Topic::Executions(account) => {
                let orders = self.view.orders().of_account(account);
                let rows: Vec<Execution> =
                    orders.map(|order| rows::open_order(&self.catalogue, self.view.orders(), order)).collect();
                let exec_seq = Some(self.exec_seq(account));
                self.private(account, Kind::Snapshot, exec_seq, view_seq, rows).write(Channel::Executions, &mut text);
            }
            Topic::Balances(account) => {
                let rows = [self.catalogue.balance(&self.view.balances().cash(account))];
                self.private(account, Kind::Snapshot, None, view_seq, rows).write(Channel::Balances, &mut text);
            }
            Topic::Holdings(account) => {
                let held = self.view.balances().holdings(account);
                let rows: Vec<_> = held.map(|holding| self.catalogue.holding(holding)).collect();
                self.private(account, Kind::Snapshot, None, view_seq, rows).write(Channel::Holdings, &mut text);
            }
            Topic::Groups(account) => {
                let rows = self.group_rows(account);
                self.private(account, Kind::Snapshot, None, view_seq, rows).write(Channel::Groups, &mut text);
            }
            Topic::Settlements(account) => {
                let rows = self.settlement_rows(account);
                self.private(account, Kind::Snapshot, None, view_seq, rows).write(Channel::Settlements, &mut text);
            }
            Topic::Level3(instrument, _) => {
                let window = self.heard[&topic].orders.as_ref().expect("orders have a window");
                let data = [self.level3_told(instrument, window)];
                let (kind, seq) = public(seq);
                Stream { kind, account: None, exec_seq: None, seq, prev_seq: None, data }
                    .write(Channel::Level3, &mut text);
            }
            Topic::Ohlc(instrument, interval) => {
                let data = self.ohlc_rows(instrument, interval);
                let (kind, seq) = public(seq);
                Stream { kind, account: None, exec_seq: None, seq, prev_seq: None, data }
                    .write(Channel::Ohlc, &mut text);
            }
            Topic::Curve(curve) => {
                let data = self.curve_rows(&curve, at);
                let (kind, seq) = public(seq);
                Stream { kind, account: None, exec_seq: None, seq, prev_seq: None, data }
                    .write(Channel::Curve, &mut text);
            }
            Topic::Book(instrument, scope) => {
                let heard = &self.heard[&topic];
                let window = heard.window.as_ref().expect("a book has a window");
                let changes =
                    Changes { bids: window.told(Side::Buy).collect(), asks: window.told(Side::Sell).collect() };
                let data = [self.book_row(instrument, scope, &changes, heard.implied.clone(), at)];
                let (kind, seq) = public(seq);
                Stream { kind, account: None, exec_seq: None, seq, prev_seq: None, data }
                    .write(Channel::Book, &mut text);
            }
            Topic::Trade(instrument) => {
                let tape = &self.view.market(instrument)?.tape;
                let data: Vec<TradeRow> =
                    tape.recent(50).map(|trade| rows::trade(&self.catalogue, instrument, trade)).collect();
                let (kind, seq) = public(seq);
                Stream { kind, account: None, exec_seq: None, seq, prev_seq: None, data }
                    .write(Channel::Trade, &mut text);
            }
            Topic::Ticker(instrument) => {
                let data = [rows::ticker(&self.catalogue, instrument, self.view.market(instrument)?, at)];
                let (kind, seq) = public(seq);
                Stream { kind, account: None, exec_seq: None, seq, prev_seq: None, data }
                    .write(Channel::Ticker, &mut text);
            }
            Topic::Auction(instrument) => {
                let market = self.view.market(instrument)?;
                let row = rows::auction(&self.catalogue, instrument, market, at, !self.names_accounts);
                let data: Vec<_> = row.into_iter().collect();
                let (kind, seq) = public(seq);
                Stream { kind, account: None, exec_seq: None, seq, prev_seq: None, data }
                    .write(Channel::Auction, &mut text);
            }
            Topic::Instruments => {
                let phase = |instrument| {
                    let market = self.view.market(instrument).expect("listed");
                    (market.phase, market.reason)
                };
                let data = self.catalogue.instruments(phase);
                let (kind, seq) = public(seq);
                Stream { kind, account: None, exec_seq: None, seq, prev_seq: None, data }
                    .write(Channel::Instrument, &mut text);
            }
        }
        Some(text)
    }

    /// Starts a public topic for its first listener.
    fn open(&mut self, topic: Topic) {
        let (seq, at) = (self.seq.0, self.view.at());
        if self.heard.contains_key(&topic) {
            return;
        }
        let mut heard = Heard { seq, ..Heard::default() };
        match topic {
            Topic::Book(instrument, scope) => {
                let mut window = scope.window();
                // What is there now is what a snapshot tells.
                window.changes(&self.view.market(instrument).expect("listed").depth);
                heard.window = Some(window);
                heard.implied = self.implied(instrument);
            }
            Topic::Ticker(instrument) => {
                let market = self.view.market(instrument).expect("listed");
                heard.ticker = Some(rows::ticker(&self.catalogue, instrument, market, at));
            }
            _ => self.begin(topic, &mut heard),
        }
        self.heard.insert(topic, heard);
    }

    /// The number of a stream's last message: of executions the account's `exec_seq`, else the `seq`; where nobody listened
    /// yet, that of the last command.
    pub(crate) fn number(&self, topic: &Topic) -> u64 {
        match topic {
            Topic::Executions(account) => self.exec_seq(*account),
            _ => self.heard.get(topic).map_or(self.seq.0, |heard| heard.seq),
        }
    }

    /// Whether a stream to which nobody listens has certainly told nothing since a number.
    pub(crate) fn unchanged(&self, topic: &Topic, number: u64) -> bool {
        match *topic {
            Topic::Executions(account) => number == self.exec_seq(account),
            Topic::Trade(instrument) => {
                let last = self.view.market(instrument).and_then(|market| market.tape.last());
                (last.map_or(0, |trade| trade.seq.0)..=self.seq.0).contains(&number)
            }
            _ => number == self.seq.0,
        }
    }

    /// Starts a public topic for a listener who has seen everything up to `number`, unless it has started.
    pub(crate) fn resume(&mut self, topic: Topic, number: u64) {
        if !matches!(topic, Topic::Executions(_)) && !self.heard.contains_key(&topic) {
            self.open(topic);
            self.heard.get_mut(&topic).expect("it was opened").seq = number;
        }
    }

    /// Ends a public topic after its last listener.
    pub fn close(&mut self, topic: &Topic) {
        self.heard.remove(topic);
    }
}

fn count(exec_seqs: &mut Vec<u64>, account: AccountId) {
    let at = account.0 as usize;
    if exec_seqs.len() <= at {
        exec_seqs.resize(at + 1, 0);
    }
    exec_seqs[at] += 1;
}

/// The instruments whose book or tape an event may have changed.
fn changed_markets(event: &Event) -> [Option<InstrumentId>; 2] {
    let one = match event {
        Event::Fill(fill) => return [Some(fill.instrument), fill.across.map(|across| across.bid)],
        Event::Rested(rested) => rested.instrument,
        Event::Amended(amended) => amended.instrument,
        Event::Reduced(reduced) if reduced.resting => reduced.instrument,
        Event::Refilled(refilled) => refilled.instrument,
        Event::Canceled(canceled) if !canceled.shown.is_zero() => canceled.instrument,
        _ => return [None; 2],
    };
    [Some(one), None]
}

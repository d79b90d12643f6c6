//! People of the living market at an account of the demo: one session with the venue, and everybody who trades by it.
//!
//! They live faster than the venue: a day of theirs passes in a few seconds. Days left count by the venue's calendar.

use super::board::Board;
use super::market::{PARTICIPANTS, Role, key_of};
use rust_decimal::Decimal;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};
use unspent_client::{ClientError, Credential, ExecutionEvent, Executions, Session, SessionConfig};
use unspent_living::people::{Hunter, Insider, Maker, Seller, Team};
use unspent_living::{Act, Acts, Flow, Lasts, Parameters, Participant, Told};
use unspent_model::{ClOrdId, Date, InstrumentId, Lots, OrderId, OrderRef, Price, Quote, QuoteSide, Side, Timestamp};
use unspent_protocol::{
    AddOrderParams, AmendOrderParams, Call, CancelAllParams, CancelOrderParams, DecayParams, DisconnectScope, ExecType,
    Execution, MassQuoteParams, OrderType, QuoteParams, QuoteSideParams, TimeInForceWord,
};

/// Seconds in which a day of theirs passes.
pub const SECONDS_A_DAY: u64 = 2;
/// How many times faster than the venue they live.
const FASTER: u64 = 86_400 / SECONDS_A_DAY;
/// Days of theirs before they come to the venue: whoever came in them is there from the beginning.
const BEFORE: u64 = 240;
/// Days after which another flow is drawn, with the next seed.
const AFTER: u32 = 365;
const DAY: u64 = 86_400_000_000_000;
/// How long a decaying order waits before its time begins, by the venue's clock: it must not begin in the past.
const SOON: u64 = 2_000_000_000;

/// A life of everybody: from one draw to the next.
#[derive(Clone)]
pub struct Life {
    /// The numbers that they are made of.
    pub parameters: Arc<Parameters>,
    /// What was drawn.
    pub flow: Arc<Flow>,
    began: Instant,
    origin: Timestamp,
}

impl Life {
    /// A life that begins now.
    ///
    /// The published numbers, but for what would make who watches wait: start-ups sell all through a quarter, and makers, of
    /// whom there are as many in a dozen books as otherwise in seventy, bring more.
    pub fn begin(seed: u64, now: Timestamp) -> Life {
        let mut drawn = Parameters::default();
        drawn.start_ups.quarter_lead = (5, 85);
        drawn.makers.endowment = 50_000;
        drawn.makers.size = 20_000;
        drawn.makers.most = 250_000;
        drawn.days = u32::try_from(BEFORE).expect("few days") + AFTER;
        let first = Date::of(Timestamp(now.0.saturating_sub(BEFORE * DAY)));
        let flow = Arc::new(Flow::draw(seed, &drawn, first));
        Life { parameters: Arc::new(drawn), flow, began: Instant::now(), origin: now }
    }

    /// Their time.
    fn now(&self) -> Timestamp {
        let elapsed = u64::try_from(self.began.elapsed().as_nanos()).unwrap_or(u64::MAX);
        Timestamp(self.origin.0.saturating_add(elapsed.saturating_mul(FASTER)))
    }

    /// When it is that time.
    fn instant(&self, at: Timestamp) -> Instant {
        self.began + Duration::from_nanos(at.0.saturating_sub(self.origin.0) / FASTER)
    }

    /// When it is over.
    pub fn ends(&self) -> Instant {
        self.instant(self.flow.end)
    }

    /// Who sits at an account, each with the time at which it first looks.
    fn people(&self, account: &str, role: Role) -> Vec<(Box<dyn Participant>, Timestamp)> {
        let of_role = || PARTICIPANTS.iter().filter(|&&(_, other)| other == role);
        let desks = u32::try_from(of_role().count()).expect("few desks");
        let desk = of_role().position(|&(name, _)| name == account).expect("it is one of them");
        let number = u32::try_from(desk).expect("few desks");
        let (parameters, flow) = (&self.parameters, &self.flow);
        match role {
            Role::StartUps => {
                let mut people: Vec<_> =
                    flow.start_ups.iter().filter(|one| one.number % desks == number).cloned().collect();
                for one in &mut people {
                    // What was to be sold before they came to this venue was.
                    one.lumps.retain(|lump| lump.until > self.origin);
                }
                people.retain(|one| !one.lumps.is_empty());
                let seller = Seller::new(Arc::clone(parameters), flow, people);
                let first = seller.first();
                vec![(Box::new(seller), first)]
            }
            Role::Teams => {
                let mine = flow.buyers.iter().filter(|one| one.number % desks == number).cloned();
                let seat = |one| {
                    let team = Team::new(Arc::clone(parameters), Arc::clone(flow), one);
                    let first = team.first();
                    (Box::new(team) as Box<dyn Participant>, first)
                };
                mine.map(seat).collect()
            }
            Role::Hunter => {
                let hunter = Hunter::new(Arc::clone(parameters), flow, number);
                let first = hunter.first();
                vec![(Box::new(hunter), first)]
            }
            Role::Informed => {
                let insider = Insider::new(Arc::clone(parameters), Arc::clone(flow), number);
                let first = insider.first();
                vec![(Box::new(insider), first)]
            }
            Role::Maker => {
                let maker = Maker::new(Arc::clone(parameters), flow, number);
                let first = maker.first();
                vec![(Box::new(maker), first)]
            }
        }
    }
}

/// Trades until the life or the demo is over. A lost connection is the session's to make again; its orders stay.
pub async fn run(
    url: String,
    account: &'static str,
    role: Role,
    board: Board,
    life: Life,
    mut stop: watch::Receiver<bool>,
) {
    let trading = async {
        // Whatever went wrong, it is tried again: what matters stands in the journal.
        while trade(&url, account, role, &board, &life).await.is_err() {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    tokio::select! {
        () = trading => {}
        () = sleep_until(life.ends()) => {}
        _ = stop.wait_for(|&stop| stop) => {}
    }
}

async fn trade(url: &str, account: &str, role: Role, board: &Board, life: &Life) -> Result<(), ClientError> {
    let mut config = SessionConfig::new(url)?;
    config.credential = Some(Credential::Static { api_key: key_of(account) });
    config.cancel_on_disconnect = (role == Role::Maker).then_some(DisconnectScope::Connection);
    let session = Session::start(config);
    // What an earlier life left open belongs to nobody.
    session.cancel_all(CancelAllParams::default()).await?;
    let executions = session.executions().await?;
    let mut desk = Desk {
        run: unspent_gateway::now().0 / 1_000_000,
        session,
        executions,
        waiting: VecDeque::new(),
        board: board.clone(),
        life: life.clone(),
        people: Vec::new(),
        queue: BinaryHeap::new(),
        orders: BTreeMap::new(),
    };
    let now = life.now();
    for (number, (mut who, first)) in life.people(account, role).into_iter().enumerate() {
        if role == Role::Maker {
            for (at, &(_, face)) in board.books.iter().enumerate() {
                let lots = u64::from(life.parameters.makers.endowment / face);
                let instrument = InstrumentId(u32::try_from(at).expect("a dozen books"));
                who.told(&Told::Received { instrument, lots });
            }
        }
        // Those who should have looked already do so within their first day, one after the other.
        let spread = Timestamp(now.0 + number as u64 * 7_919 % 86_400 * 1_000_000_000);
        let due = first.max(spread);
        desk.queue.push(Reverse((due, number)));
        desk.people.push((who, due));
    }
    desk.run().await
}

struct Desk {
    /// Tells its orders' names from those of other lives.
    run: u64,
    session: Session,
    executions: Executions,
    /// What was told while it was asking for something.
    waiting: VecDeque<ExecutionEvent>,
    board: Board,
    life: Life,
    /// With the time at which each looks next.
    people: Vec<(Box<dyn Participant>, Timestamp)>,
    queue: BinaryHeap<Reverse<(Timestamp, usize)>>,
    /// Whose an open order is. A maker's quotes are not here: it sits alone.
    orders: BTreeMap<OrderId, usize>,
}

impl Desk {
    async fn run(&mut self) -> Result<(), ClientError> {
        let mut acts = Acts::default();
        loop {
            while let Some(event) = self.waiting.pop_front() {
                self.take(event);
            }
            let due = self.queue.peek().map_or(self.life.flow.end, |&Reverse((at, _))| at);
            tokio::select! {
                biased;
                event = self.executions.next() => self.take(event?),
                () = sleep_until(self.life.instant(due)) => {
                    let Some(Reverse((at, number))) = self.queue.pop() else { return Ok(()) };
                    if self.people[number].1 == at {
                        self.ask(number, &mut acts).await?;
                    }
                }
            }
        }
    }

    /// Asks somebody, and sends what it does.
    async fn ask(&mut self, number: usize, acts: &mut Acts) -> Result<(), ClientError> {
        let now = self.life.now();
        let next = {
            let mut market = self.board.market();
            (market.now, market.today) = (now, unspent_gateway::now());
            self.people[number].0.wake(&market, acts)
        };
        self.people[number].1 = next;
        self.queue.push(Reverse((next, number)));
        for act in std::mem::take(&mut acts.acts) {
            let Some((call, tag)) = self.call_of(number, act) else { continue };
            match self.send(call).await {
                Ok(()) => {}
                Err(error @ ClientError::Over(_)) => return Err(error),
                // Refused, or nobody knows: it is not counted on.
                Err(_) => {
                    if let Some(tag) = tag {
                        self.tell(number, &Told::Refused { tag });
                    }
                }
            }
        }
        if !acts.quotes.is_empty() {
            let quotes = std::mem::take(&mut acts.quotes);
            let params = self.mass_quote(&quotes);
            // A side that was refused is gone, and so is every one of a message that was.
            match self.quote(params).await {
                Ok(refused) => {
                    for (instrument, side) in refused {
                        self.tell(number, &Told::Unquoted { instrument, side });
                    }
                }
                Err(error @ ClientError::Over(_)) => return Err(error),
                Err(_) => {
                    for quote in quotes {
                        for side in [Side::Buy, Side::Sell] {
                            self.tell(number, &Told::Unquoted { instrument: quote.instrument, side });
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// Asks the venue, and keeps what is told meanwhile for later.
    async fn call(&mut self, call: Call) -> Result<unspent_protocol::ReplyResult, ClientError> {
        let session = self.session.clone();
        let answer = session.call(call);
        tokio::pin!(answer);
        loop {
            tokio::select! {
                answer = &mut answer => return answer,
                event = self.executions.next() => self.waiting.push_back(event?),
            }
        }
    }

    async fn send(&mut self, call: Call) -> Result<(), ClientError> {
        self.call(call).await.map(|_| ())
    }

    async fn quote(&mut self, params: MassQuoteParams) -> Result<Vec<(InstrumentId, Side)>, ClientError> {
        let answer = self.call(Call::MassQuote(params)).await?;
        let unspent_protocol::ReplyResult::Quotes(result) = answer else { return Ok(Vec::new()) };
        let refused = result.rejects.iter();
        Ok(refused.filter_map(|reject| Some((self.board.book(reject.symbol)?, reject.side))).collect())
    }

    /// The request of an act, and its owner's number for the order; `None` for what happens outside the venue.
    fn call_of(&self, number: usize, act: Act) -> Option<(Call, Option<u32>)> {
        let symbol = |id: InstrumentId| self.board.books[id.0 as usize].0;
        let name = |tag: u32| {
            let name = format!("{:x}-{number:x}-{tag:x}", self.run);
            Some(ClOrdId::parse(&name).expect("hexadecimal and dashes"))
        };
        Some(match act {
            Act::Add { tag, instrument, side, price, lots, lasts } => {
                let time_in_force = match lasts {
                    Lasts::Rests => TimeInForceWord::Gtc,
                    Lasts::AtOnce => TimeInForceWord::Ioc,
                    Lasts::Auction => TimeInForceWord::Auction,
                };
                let qty = self.face(instrument, lots);
                let plain = AddOrderParams::limit(symbol(instrument), side, qty, dollars(price));
                let params = AddOrderParams { time_in_force: Some(time_in_force), cl_ord_id: name(tag), ..plain };
                (Call::AddOrder(params), Some(tag))
            }
            Act::Decay { tag, instrument, price, lots, floor, over, steps } => {
                let from = unspent_gateway::now().0 + SOON;
                let until = Timestamp(from + (over / FASTER).max(u64::from(steps) * 1_000_000));
                let decay = DecayParams::Line { floor: dollars(floor), from: Timestamp(from), until, steps };
                let qty = self.face(instrument, lots);
                let plain = AddOrderParams::limit(symbol(instrument), Side::Sell, qty, dollars(price));
                let params =
                    AddOrderParams { order_type: OrderType::Decay, decay: Some(decay), cl_ord_id: name(tag), ..plain };
                (Call::AddOrder(params), Some(tag))
            }
            Act::Amend { order, price } => {
                let params = AmendOrderParams {
                    order: OrderRef::Id(order),
                    order_qty: None,
                    limit_price: Some(dollars(price)),
                    trigger_price: None,
                    display_qty: None,
                    post_only: None,
                    deadline: None,
                };
                (Call::AmendOrder(params), None)
            }
            Act::Cancel { order } => (Call::CancelOrder(CancelOrderParams { orders: vec![OrderRef::Id(order)] }), None),
            Act::CancelAll { instrument } => {
                let params = CancelAllParams { symbol: Some(symbol(instrument)), ..CancelAllParams::default() };
                (Call::CancelAll(params), None)
            }
            // Providers' meters do not run at this venue.
            Act::Use { .. } => return None,
        })
    }

    fn mass_quote(&self, quotes: &[Quote]) -> MassQuoteParams {
        let side = |id: InstrumentId, side: Option<QuoteSide>| {
            side.map(|side| QuoteSideParams {
                price: (!side.lots.is_zero()).then(|| dollars(side.price)),
                qty: self.face(id, side.lots),
            })
        };
        let params = |quote: &Quote| QuoteParams {
            symbol: self.board.books[quote.instrument.0 as usize].0,
            bid: side(quote.instrument, quote.bid),
            ask: side(quote.instrument, quote.ask),
        };
        MassQuoteParams {
            group: None,
            quote_id: 0,
            post_only: true,
            post_only_mode: None,
            quotes: quotes.iter().map(params).collect(),
            deadline: None,
        }
    }

    fn face(&self, id: InstrumentId, lots: Lots) -> Decimal {
        Decimal::from(u64::from(lots.0) * u64::from(self.board.books[id.0 as usize].1))
    }

    fn tell(&mut self, number: usize, told: &Told) {
        let (who, due) = &mut self.people[number];
        if who.told(told) {
            let now = self.life.now();
            if *due > now {
                *due = now;
                self.queue.push(Reverse((now, number)));
            }
        }
    }

    /// Takes note of an execution.
    fn take(&mut self, event: ExecutionEvent) {
        // What is open at the beginning is nobody's; what a lost connection hid is forgotten with its life.
        let ExecutionEvent::Happened { execution, .. } = event else { return };
        let row = *execution;
        let Some(book) = self.board.book(row.symbol) else { return };
        let owner = row.cl_ord_id.and_then(|name| self.owner(name));
        let number = self.orders.get(&row.order_id).copied().or(owner.map(|(number, _)| number));
        match row.exec_type {
            ExecType::New => {
                if let Some((number, tag)) = owner {
                    self.orders.insert(row.order_id, number);
                    self.tell(number, &Told::Opened { tag, order: row.order_id });
                }
            }
            ExecType::Trade => {
                let Some(told) = self.filled(&row, book) else { return };
                // A quote has no name, and its maker sits alone.
                self.tell(number.unwrap_or(0), &told);
            }
            ExecType::Canceled | ExecType::Expired => match number {
                Some(number) => self.tell(number, &Told::Gone { order: row.order_id }),
                None if row.reason != Some(unspent_protocol::Reason::Requoted) => {
                    self.tell(0, &Told::Unquoted { instrument: book, side: row.side });
                }
                None => {}
            },
            _ => {}
        }
        if row.leaves_qty == 0 {
            self.orders.remove(&row.order_id);
        }
    }

    fn filled(&self, row: &Execution, book: InstrumentId) -> Option<Told> {
        let instrument = row.delivered.map_or(Some(book), |symbol| self.board.book(symbol))?;
        let face = u64::from(self.board.books[book.0 as usize].1);
        let lots = |dollars: u64| u32::try_from(dollars / face).ok().map(Lots);
        let price = (row.last_price? * Decimal::from(10_000)).trunc();
        Some(Told::Filled {
            order: row.order_id,
            book,
            instrument,
            side: row.side,
            price: Price(u32::try_from(price).ok()?),
            lots: lots(row.last_qty?)?,
            leaves: lots(row.leaves_qty)?,
        })
    }

    /// Whose order has this name, and its owner's number for it; `None` for another life's.
    fn owner(&self, name: ClOrdId) -> Option<(usize, u32)> {
        let mut parts = name.as_str().split('-');
        let mut part = || u64::from_str_radix(parts.next()?, 16).ok();
        let (run, number, tag) = (part()?, part()?, part()?);
        let number = usize::try_from(number).ok().filter(|&number| number < self.people.len() && run == self.run)?;
        Some((number, u32::try_from(tag).ok()?))
    }
}

/// A price in basis points as dollars for a dollar of face.
fn dollars(price: Price) -> Decimal {
    Decimal::new(i64::from(price.0), 4)
}

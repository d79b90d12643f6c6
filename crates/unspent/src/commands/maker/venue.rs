//! A venue at the other end of a websocket: its messages become inputs, actions become requests.

use anyhow::{Context, Result, ensure};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::collections::BTreeMap;
use unspent_client::{Client, ClientError};
use unspent_maker::{Action, Config, Input, Level, OwnFill, OwnOrder, Reference, SideRefused};
use unspent_model::{
    Cash, ClOrdId, FeeRate, FeeSchedule, InstrumentId, Lots, OrderRef, Phase, Price, Quote, Reject, Side, Symbol,
};
use unspent_protocol::{
    AddOrderParams, Book, BookDepth, Call, CancelAfterParams, CancelAllParams, CancelOrderParams, Channel, Data,
    ExecType, Execution, Kind, MassQuoteParams, Pair, QuoteParams, QuoteResult, QuoteSideParams, ReplyResult,
    ResetGroupParams, SetGroupParams, Stream, SubscribeParams, UnsubscribeParams, book_checksum,
};

/// How deep the books are that it follows.
const DEPTH: BookDepth = BookDepth::D25;

/// What is known of the instruments of a configuration at a venue that lists these.
pub fn references(config: &Config, pairs: &[Pair]) -> Result<Vec<Reference>> {
    let one = |(at, symbol): (u32, Symbol)| {
        let pair = pairs.iter().find(|pair| pair.symbol == symbol);
        let pair = pair.with_context(|| format!("{symbol} is not listed at the venue"))?;
        let scale = Decimal::from(10_u64.pow(u32::from(pair.price_precision.min(9))));
        let units = |price: Decimal| (price * scale).to_u32().with_context(|| format!("{symbol}: a price of {price}"));
        let expiry = symbol.credit().map(|credit| credit.expiry).with_context(|| format!("{symbol} is no credit"))?;
        // One unit on one lot, in cents.
        let cents = Decimal::from(pair.qty_increment) * Decimal::ONE_HUNDRED / scale;
        ensure!(cents.fract().is_zero(), "{symbol}: a price unit on a lot is no whole number of cents");
        Ok(Reference {
            instrument: InstrumentId(at),
            symbol,
            tick: units(pair.price_increment)?,
            price_max: Price(units(pair.price_max)?),
            unit_value: Cash(cents.to_u64().context("a lot's value")?),
            face_dollars: u32::try_from(pair.qty_increment).context("a lot's face")?,
            fees: FeeSchedule { maker: FeeRate(pair.maker_bp), taker: FeeRate(pair.taker_bp) },
            expiry,
            last_trade: expiry.last_trade(),
        })
    };
    (0..).zip(config.instruments.iter().map(|quoted| quoted.symbol)).map(one).collect()
}

/// One book as it was told.
#[derive(Debug, Default)]
struct Kept {
    bids: BTreeMap<Decimal, u64>,
    asks: BTreeMap<Decimal, u64>,
    seq: Option<u64>,
}

impl Kept {
    /// Takes a message; whether the book is whole and right after it.
    fn take(&mut self, stream: &Stream<Vec<Book>>, row: &Book) -> bool {
        match stream.kind {
            Kind::Update if self.seq.is_none() || stream.prev_seq != self.seq => return false,
            Kind::Update => {}
            _ => *self = Kept::default(),
        }
        self.seq = stream.seq;
        for (side, levels) in [(&mut self.bids, &row.bids), (&mut self.asks, &row.asks)] {
            for level in levels {
                match level.qty {
                    0 => side.remove(&level.price),
                    qty => side.insert(level.price, qty),
                };
            }
        }
        let depth = DEPTH.levels() as usize;
        while self.bids.len() > depth {
            self.bids.pop_first();
        }
        while self.asks.len() > depth {
            self.asks.pop_last();
        }
        let pairs = |(&price, &qty): (&Decimal, &u64)| (price, qty);
        let sum = book_checksum(self.asks.iter().map(pairs), self.bids.iter().rev().map(pairs));
        row.checksum.is_none_or(|checksum| checksum == sum)
    }
}

/// What is known over one connection, and the words between the venue and the strategy.
pub struct Tongue {
    references: Vec<Reference>,
    places: BTreeMap<Symbol, usize>,
    books: BTreeMap<Symbol, Kept>,
    /// Which first pictures have not come.
    wanted: Vec<(Channel, Option<Symbol>)>,
    /// Whether it was said that all have.
    whole: bool,
    /// What begins the names of this run's orders.
    prefix: String,
    group: Option<unspent_model::GroupName>,
    private: bool,
    /// The last execution that was told, over all connections.
    exec_seq: Option<u64>,
}

/// What a message came to.
pub struct Heard {
    pub inputs: Vec<Input>,
    /// Whether every first picture has come now, for the first time.
    pub whole: bool,
}

impl Tongue {
    /// Of these instruments, with a prefix that no other run has.
    pub fn new(references: Vec<Reference>, prefix: String, private: bool) -> Tongue {
        let places = references.iter().enumerate().map(|(at, reference)| (reference.symbol, at)).collect();
        Tongue {
            references,
            places,
            books: BTreeMap::new(),
            wanted: Vec::new(),
            whole: false,
            prefix,
            group: None,
            private,
            exec_seq: None,
        }
    }

    /// What to ask at first of a connection that follows another, in this order, before [`Tongue::subscriptions`]: executions that were
    /// missed meanwhile. They may be refused: the venue does not remember for ever.
    pub fn resume(&self) -> Vec<Call> {
        let Some(exec_seq) = self.exec_seq else { return Vec::new() };
        let executions = SubscribeParams::new(Channel::Executions, Vec::new());
        let end = UnsubscribeParams { channel: Channel::Executions, symbols: Vec::new(), depth: None, interval: None };
        let missed = SubscribeParams { from_exec_seq: Some(exec_seq), ..executions };
        vec![Call::Subscribe(missed), Call::Unsubscribe(end)]
    }

    /// What to subscribe to on a new connection; what was known over the one before is forgotten.
    pub fn subscriptions(&mut self) -> Vec<SubscribeParams> {
        self.books.clear();
        self.wanted.clear();
        self.whole = false;
        let mut all = vec![SubscribeParams::new(Channel::Instrument, Vec::new())];
        if self.private {
            for channel in [Channel::Balances, Channel::Holdings, Channel::Groups, Channel::Executions] {
                all.push(SubscribeParams::new(channel, Vec::new()));
            }
        }
        self.wanted.extend(all.iter().map(|params| (params.channel, None)));
        for reference in &self.references {
            let symbols = vec![reference.symbol];
            self.wanted.push((Channel::Book, Some(reference.symbol)));
            let book = SubscribeParams::new(Channel::Book, symbols.clone());
            all.push(SubscribeParams { depth: Some(DEPTH), ..book });
            let trades = SubscribeParams::new(Channel::Trade, symbols);
            // Trades of before have moved the curve already, or are too old to.
            all.push(SubscribeParams { snapshot: Some(false), ..trades });
        }
        all
    }

    fn price(&self, at: usize, price: Decimal) -> Result<Price> {
        let units = price * Decimal::from(10_000);
        let symbol = self.references[at].symbol;
        units
            .to_u32()
            .filter(|_| units.fract().is_zero())
            .map(Price)
            .with_context(|| format!("{symbol}: a price of {price}"))
    }

    fn lots(&self, at: usize, face: u64) -> u64 {
        face / u64::from(self.references[at].face_dollars)
    }

    fn few(&self, at: usize, face: u64) -> Result<Lots> {
        u32::try_from(self.lots(at, face)).map(Lots).with_context(|| format!("a quantity of {face}"))
    }

    /// The inputs that a message is.
    ///
    /// # Errors
    /// When it contradicts what came before, or is not understood: the connection is to be made anew.
    pub fn hear(&mut self, data: &Data) -> Result<Heard> {
        let mut inputs = Vec::new();
        match data {
            Data::Instrument(stream) => {
                for pair in &stream.data.pairs {
                    if let Some(&at) = self.places.get(&pair.symbol) {
                        inputs.push(Input::Phase { instrument: self.references[at].instrument, phase: pair.phase });
                    }
                }
                self.came(Channel::Instrument, None);
            }
            Data::Book(stream) => self.books(stream, &mut inputs)?,
            Data::Trade(stream) if stream.kind == Kind::Update => {
                for row in &stream.data {
                    let Some(&at) = self.places.get(&row.symbol) else { continue };
                    let (price, lots) = (self.price(at, row.price)?, self.few(at, row.qty)?);
                    inputs.push(Input::Trade { instrument: self.references[at].instrument, price, lots });
                }
            }
            Data::Balances(stream) => {
                for row in stream.data.iter().filter(|row| row.asset == "USD") {
                    let cents = |dollars: Decimal| (dollars * Decimal::ONE_HUNDRED).to_u64().map(Cash).context("money");
                    inputs.push(Input::Cash { available: cents(row.available)?, reserved: cents(row.reserved)? });
                }
                self.came(Channel::Balances, None);
            }
            Data::Holdings(stream) => {
                if stream.kind != Kind::Update {
                    // What is absent is none.
                    inputs.extend(self.references.iter().map(|reference| Input::Holding {
                        instrument: reference.instrument,
                        available: 0,
                        reserved: 0,
                    }));
                }
                for row in &stream.data {
                    let Some(&at) = self.places.get(&row.symbol) else { continue };
                    inputs.push(Input::Holding {
                        instrument: self.references[at].instrument,
                        available: self.lots(at, row.available),
                        reserved: self.lots(at, row.reserved),
                    });
                }
                self.came(Channel::Holdings, None);
            }
            Data::Groups(stream) => {
                let tripped = stream.data.iter().any(|row| row.tripped && Some(row.group) == self.group);
                if tripped {
                    inputs.push(Input::Tripped);
                }
                self.came(Channel::Groups, None);
            }
            Data::Executions(stream) => {
                for row in &stream.data {
                    self.execution(row, &mut inputs)?;
                }
                self.exec_seq = stream.exec_seq.or(self.exec_seq);
                if stream.kind == Kind::Snapshot {
                    self.came(Channel::Executions, None);
                }
            }
            _ => {}
        }
        if inputs.is_empty() {
            inputs.push(Input::Heard);
        }
        let whole = self.wanted.is_empty() && !std::mem::replace(&mut self.whole, self.wanted.is_empty());
        Ok(Heard { inputs, whole })
    }

    /// A first picture has come.
    fn came(&mut self, channel: Channel, symbol: Option<Symbol>) {
        self.wanted.retain(|&wanted| wanted != (channel, symbol));
    }

    fn books(&mut self, stream: &Stream<Vec<Book>>, inputs: &mut Vec<Input>) -> Result<()> {
        for row in &stream.data {
            let Some(&at) = self.places.get(&row.symbol) else { continue };
            let kept = self.books.entry(row.symbol).or_default();
            ensure!(kept.take(stream, row), "the book of {} does not hold", row.symbol);
            let kept = &self.books[&row.symbol];
            let level = |(&price, &qty): (&Decimal, &u64)| {
                Ok(Level { price: self.price(at, price)?, lots: self.lots(at, qty) })
            };
            let instrument = self.references[at].instrument;
            let bids = kept.bids.iter().rev().map(level).collect::<Result<_>>()?;
            let asks = kept.asks.iter().map(level).collect::<Result<_>>()?;
            let phase = row.phase.unwrap_or(Phase::Continuous);
            inputs.extend([Input::Phase { instrument, phase }, Input::Book { instrument, bids, asks }]);
            self.came(Channel::Book, Some(row.symbol));
        }
        Ok(())
    }

    fn execution(&self, row: &Execution, inputs: &mut Vec<Input>) -> Result<()> {
        let Some(&at) = self.places.get(&row.symbol) else {
            // In an instrument that it knows nothing of: an order that is not its own.
            let leaves = Lots(u32::from(row.leaves_qty > 0));
            let order = OwnOrder {
                order: row.order_id,
                instrument: InstrumentId(u32::MAX),
                side: row.side,
                price: Price(0),
                leaves,
                name: None,
            };
            inputs.push(Input::Order(order));
            return Ok(());
        };
        let instrument = self.references[at].instrument;
        let (side, leaves) = (row.side, self.few(at, row.leaves_qty)?);
        if let (ExecType::Trade, Some(qty), Some(price)) = (row.exec_type, row.last_qty, row.last_price) {
            let delivered = row.delivered.and_then(|symbol| self.places.get(&symbol));
            let fee = row.fees.map_or(Decimal::ZERO, |fee| fee.0) * Decimal::ONE_HUNDRED;
            inputs.push(Input::Fill(OwnFill {
                instrument,
                delivered: delivered.map_or(instrument, |&at| self.references[at].instrument),
                side,
                price: self.price(at, price)?,
                lots: self.few(at, qty)?,
                fee: Cash(fee.to_u64().context("a fee")?),
            }));
        }
        let price = row.limit_price.map_or(Ok(Price(0)), |price| self.price(at, price))?;
        let name = row.cl_ord_id.and_then(|name| name.as_str().strip_prefix(&self.prefix)?.parse().ok());
        // A name that is not this run's is one that nobody has asked for.
        let name = name.or(row.cl_ord_id.map(|_| u64::MAX));
        inputs.push(Input::Order(OwnOrder { order: row.order_id, instrument, side, price, leaves, name }));
        Ok(())
    }

    fn name(&self, name: u64) -> ClOrdId {
        ClOrdId::parse(&format!("{}{name}", self.prefix)).expect("a prefix is short and of letters")
    }

    fn side(&self, at: usize, side: unspent_model::QuoteSide) -> QuoteSideParams {
        let qty = Decimal::from(u64::from(side.lots.0) * u64::from(self.references[at].face_dollars));
        let price = (side.lots.0 > 0).then(|| Decimal::new(side.price.0.into(), 4));
        QuoteSideParams { price, qty }
    }

    /// The request that an action is; `None` for what is told to people only.
    pub fn call(&mut self, action: &Action) -> Option<Call> {
        Some(match action {
            Action::Quote { id, group, quotes } => {
                let row = |quote: &Quote| {
                    let at = quote.instrument.0 as usize;
                    QuoteParams {
                        symbol: self.references[at].symbol,
                        bid: quote.bid.map(|side| self.side(at, side)),
                        ask: quote.ask.map(|side| self.side(at, side)),
                    }
                };
                Call::MassQuote(MassQuoteParams {
                    group: *group,
                    quote_id: *id,
                    post_only: true,
                    post_only_mode: None,
                    quotes: quotes.iter().map(row).collect(),
                    deadline: None,
                })
            }
            &Action::Place { name, instrument, side, price, lots } => {
                let reference = &self.references[instrument.0 as usize];
                let qty = Decimal::from(u64::from(lots.0) * u64::from(reference.face_dollars));
                let price = Decimal::new(price.0.into(), 4);
                Call::AddOrder(AddOrderParams {
                    post_only: true,
                    cl_ord_id: Some(self.name(name)),
                    ..AddOrderParams::limit(reference.symbol, side, qty, price)
                })
            }
            &Action::Cancel { name } => {
                Call::CancelOrder(CancelOrderParams { orders: vec![OrderRef::ClOrdId(self.name(name))] })
            }
            Action::CancelAll => {
                Call::CancelAll(CancelAllParams { symbol: None, side: None, programme: None, group: None })
            }
            Action::SetGroup { group, rule } => {
                self.group = Some(*group);
                Call::SetGroup(SetGroupParams { group: *group, lots: rule.lots.0, window: rule.window_seconds })
            }
            Action::ResetGroup { group } => Call::ResetGroup(ResetGroupParams { group: *group }),
            Action::DeadMan { seconds } => Call::CancelAllOrdersAfter(CancelAfterParams { timeout: *seconds }),
            Action::Held { .. } | Action::Released { .. } | Action::NotReloaded { .. } | Action::Done => return None,
        })
    }
}

/// Asks, and gives the inputs that the answer is. Nothing when the connection has ended before it was sent: that is told by its end.
pub async fn ask(client: Client, call: Call, action: Action, places: BTreeMap<Symbol, InstrumentId>) -> Vec<Input> {
    match (client.call(call).await, action) {
        (Ok(ReplyResult::Quotes(QuoteResult { rejects, .. })), Action::Quote { id, .. }) => {
            let refused = rejects.iter().filter_map(|row| {
                let instrument = *places.get(&row.symbol)?;
                Some(SideRefused { instrument, side: row.side, reject: Reject::from_code(row.code) })
            });
            vec![Input::Quoted { id, refused: refused.collect() }]
        }
        (Ok(_), Action::DeadMan { .. }) => vec![Input::Confirmed],
        (Ok(_), _) => Vec::new(),
        (Err(ClientError::Refused(body)), Action::Quote { id, quotes, .. }) => {
            let reject = body.detail.reject();
            let sides = |quote: &Quote| {
                [Side::Buy, Side::Sell].map(|side| SideRefused { instrument: quote.instrument, side, reject })
            };
            vec![Input::Quoted { id, refused: quotes.iter().flat_map(sides).collect() }]
        }
        (Err(ClientError::Refused(body)), Action::Place { name, .. }) => {
            vec![Input::Refused { name, reject: body.detail.reject() }]
        }
        // What it would have done is asked again when it is due, or was done already.
        (Err(ClientError::Refused(_) | ClientError::Closed | ClientError::Over(_)), _) => Vec::new(),
        (Err(_), _) => vec![Input::Unknown],
    }
}

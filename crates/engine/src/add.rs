//! A new order: every check, then the change.

use crate::engine::{Engine, taker_fills};
use crate::execute::Course;
use crate::listed::Listed;
use crate::memory::FirstAnswer;
use crate::orders::{More, NONE, Order, Special, Wait, Waiting};
use crate::terms::Budget;
use unspent_book::Taker;
use unspent_model::{
    AccountId, AddDecay, AddLinked, AddOrder, Cash, ClOrdId, Command, Decay, Event, Level, Linked, Lots, Opened,
    OrderAnswer, OrderId, OrderKind, Phase, PostOnly, Price, Recalled, Reject, Rejection, Reply, Side, TimeInForce,
    Timestamp, limits,
};

/// What the checks found out about an order that is accepted.
pub(crate) struct Decided {
    /// The limit after slide or collar; of a waiting market order its stop.
    pub limit: Price,
    /// What a buy sets aside, or the bond of a sell of promised lots.
    pub reserved: Cash,
    /// Which of its lots a sell sells.
    pub level: Level,
    pub budget: Option<Budget>,
}

impl Engine {
    pub(crate) fn add_order(&mut self, add: &AddOrder, events: &mut Vec<Event>) -> Result<Reply, Rejection> {
        self.enter(add, None, events)
    }

    /// A new order, which may lower its own price.
    #[inline(always)]
    pub(crate) fn enter(
        &mut self,
        add: &AddOrder,
        decay: Option<&Decay>,
        events: &mut Vec<Event>,
    ) -> Result<Reply, Rejection> {
        self.known(add.account)?;
        let digest = decay.map_or(0, Decay::digest);
        if let Some(reply) = self.first_answer(add, digest, events)? {
            return Ok(reply);
        }
        let plain = decay.is_none() && is_plain(add);
        let decided = self.judge(add, plain, decay)?;

        // Decided. From here on everything succeeds.
        self.arrived(add.account);
        let mut special = (!plain).then(|| self.special(add)).flatten();
        let tick = self.listed[add.instrument.0 as usize].tick();
        if decay.is_some() {
            special = Some(Special { decay: true, ..special.unwrap_or(Special::PLAIN) });
        }
        let opened = events.len();
        let (answer, record, traded) = self.open(add, &decided, special, events);
        if add.cl_ord_id.is_some() {
            self.remember_answer(add, digest, answer, record, &events[opened..]);
        }
        if let (Some(decay), Some(record)) = (decay, record) {
            self.begin_decay(record, decay, tick, events);
        }
        self.settle_down(add.instrument, traded, events);
        Ok(Reply::Added(answer))
    }

    /// Every check of a new order of a known account, whose client order id is new.
    #[inline(always)]
    fn judge(&self, add: &AddOrder, plain: bool, decay: Option<&Decay>) -> Result<Decided, Rejection> {
        self.in_time(add.deadline)?;
        if let Some(session) = add.session {
            self.live(session, add.account)?;
        }
        let listed = self.listed(add.instrument)?;
        self.not_killed(add.account, listed)?;
        self.permitted(add.account, listed, add.side)?;
        match add.kind {
            // Most orders: nothing but a price and a quantity can be wrong.
            OrderKind::Limit(price) if plain && listed.phase == Phase::Continuous => {
                listed.quoted(price)?;
                if add.lots.is_zero() || listed.too_large(price, add.lots) {
                    return Err(Reject::InvalidQuantity.into());
                }
            }
            _ => {
                listed.takes(add)?;
                listed.check_terms(add, self.now)?;
                if let Some(decay) = decay {
                    listed.decay_steps(add, decay, self.now)?;
                }
            }
        }
        let account = self.accounts.get(add.account).expect("known");
        let stays = add.time_in_force.rests();
        if stays && account.open >= account.limits.open_orders {
            return Err(Reject::TooManyOpenOrders.into());
        }
        if decay.is_some() && account.decays >= limits::DECAYS_PER_ACCOUNT {
            return Err(Reject::TooManyDecays.into());
        }
        if add.cl_ord_id.is_some() && account.remembered >= limits::CL_ORD_IDS_PER_ACCOUNT {
            return Err(Reject::TooManyClOrdIds.into());
        }
        self.arrives_evenly(add.account)?;
        if stays && account.limits.open_notional.is_some() {
            self.within_notional(add.account, Cash::ZERO, asked_notional(listed, add))?;
        }
        if let Some(stop) = add.stop {
            if listed.stops.len() >= limits::STOPS_PER_INSTRUMENT {
                return Err(Reject::TooManyStops.into());
            }
            if listed.reached(add.side, stop) {
                return Err(Reject::StopReached.into());
            }
        }
        self.decide(add)
    }

    /// The checks against the book, the bands and the balances.
    #[inline(always)]
    pub(crate) fn decide(&self, add: &AddOrder) -> Result<Decided, Rejection> {
        let listed = &self.listed[add.instrument.0 as usize];
        let mut limit = match (add.kind, add.stop) {
            (OrderKind::Limit(price), _) => price,
            (OrderKind::Market { .. }, Some(stop)) => stop,
            (OrderKind::Market { .. }, None) => listed.collared(add.side, self.opposite(add.instrument, add.side))?,
        };
        let waits = add.stop.is_some();
        if matches!(add.kind, OrderKind::Limit(_)) && !waits && listed.beyond_entry(add.side, limit) {
            return Err(Reject::OutsideBand.into());
        }
        let trades = !waits && !listed.phase.collects();
        if add.post_only != PostOnly::No && trades && self.would_meet(add.instrument, add.side, limit) {
            limit = match add.post_only {
                PostOnly::Slide => {
                    let there = listed.short_of_opposite(add.side, self.opposite(add.instrument, add.side));
                    // A sell slides up, to where it may be worth more than one order may be.
                    there.filter(|&price| !listed.too_large(price, add.lots)).ok_or(Reject::PostOnlyWouldTake)?
                }
                _ => return Err(Reject::PostOnlyWouldTake.into()),
            };
        }
        let max_total = match add.kind {
            OrderKind::Market { max_total } => max_total,
            OrderKind::Limit(_) => None,
        };
        let (_, fees) = listed.fees_now;
        let mut budget = None;
        let judged = !add.time_in_force.rests() || add.min_lots.is_some();
        if trades && judged {
            let owner = self.accounts.get(add.account).expect("known").group;
            let taker = Taker { side: add.side, limit, lots: add.lots, owner, self_trade: add.self_trade };
            budget = max_total.map(|max_total| self.spendable(add.instrument, max_total, fees.taker, &taker));
            let fok = add.time_in_force == TimeInForce::Fok;
            let needed = if fok { Some(add.lots) } else { add.min_lots };
            if let Some(needed) = needed {
                let lots = match budget {
                    Some(budget) => budget.lots,
                    None => self.tradable(add.instrument, &taker),
                };
                if lots < needed {
                    let reject = if fok { Reject::FillOrKillNotFilled } else { Reject::MinimumNotMet };
                    return Err(Rejection { reject, available: Some(u64::from(lots.0)) });
                }
            }
        }
        let (mut reserved, mut level) = (Cash::ZERO, Level::Custody);
        match add.side {
            Side::Sell => {
                let (available, _) = self.ledger.lots(add.account, add.instrument);
                if u64::from(add.lots.0) > available {
                    (level, reserved) = self.promised_source(add, limit, available)?;
                }
            }
            Side::Buy => {
                let (available, _) = self.ledger.cash(add.account);
                let needed = match (budget, max_total) {
                    (Some(budget), _) => Some(budget.cost),
                    (None, Some(max_total)) => Some(max_total),
                    (None, None) => fees.required(Default::default(), limit, add.lots, listed.unit_value),
                };
                match needed {
                    Some(needed) if needed <= available => reserved = needed,
                    _ => return Err(Rejection { reject: Reject::InsufficientFunds, available: Some(available.0) }),
                }
            }
        }
        Ok(Decided { limit, reserved, level, budget })
    }

    /// What is special about a new order, when it can be kept and something is.
    fn special(&self, add: &AddOrder) -> Option<Special> {
        let waiting = add.stop.map(|stop| Waiting { stop, kind: add.kind, state: Wait::Armed });
        let special = Special {
            display: add.display,
            time_in_force: add.time_in_force,
            expires: self.expiry(add.time_in_force),
            session: add.session,
            waiting,
            ..Special::PLAIN
        };
        (add.time_in_force.rests() && special != Special::PLAIN).then_some(special)
    }

    /// Opens a decided order: reserves, then lets it wait or executes it. Returns where it stands, its record when it is
    /// open, and the lowest and highest price that it traded at.
    #[inline(always)]
    pub(crate) fn open(
        &mut self,
        add: &AddOrder,
        decided: &Decided,
        special: Option<Special>,
        events: &mut Vec<Event>,
    ) -> (OrderAnswer, Option<u32>, Option<(Price, Price)>) {
        let holding = self.ledger.holding(add.account, add.instrument);
        match add.side {
            Side::Buy => self.ledger.reserve_cash(add.account, decided.reserved),
            Side::Sell if decided.level == Level::Custody => self.ledger.reserve_lots(holding, add.lots),
            Side::Sell => self.reserve_promised(add, decided),
        }
        let listed = &mut self.listed[add.instrument.0 as usize];
        let (fees, _) = listed.fees_now;
        let id = OrderId(self.last_order.0 + 1);
        let more = special.map_or(More::NOTHING, |special| self.orders.keep_special(special));
        let order = Order {
            id,
            reserved: decided.reserved,
            account: add.account,
            instrument: add.instrument,
            limit: decided.limit,
            lots: add.lots,
            cum: Lots::ZERO,
            holding,
            slot: None,
            place: NONE,
            more,
            fee: Default::default(),
            fees,
            side: add.side,
            self_trade: add.self_trade,
            post_only: add.post_only,
            level: decided.level,
        };
        self.last_order = id;
        events.push(Event::Opened(Opened { order: id, price: decided.limit, terms: *add }));
        if let Some(link) = special.and_then(|special| special.link) {
            let (account, instrument) = (add.account, add.instrument);
            events.push(Event::Linked(Linked { order: id, account, instrument, link }));
        }
        if let Some(due) = special.and_then(|special| special.expires) {
            self.timers.arm(due, crate::timers::Due::Order(id));
        }
        if let Some(waiting) = special.and_then(|special| special.waiting) {
            listed.stops.arm(add.side, waiting.stop, id);
            let unit_value = listed.unit_value;
            let record = self.orders.insert(order, unit_value, &mut self.accounts);
            let mut answer = self.answer(&order);
            answer.cl_ord_id = add.cl_ord_id;
            return (answer, Some(record), None);
        }
        let budgeted = decided.budget.map(|budget| budget.walk);
        let course = Course { record: None, budgeted, time_in_force: add.time_in_force };
        let done = self.execute(order, course, events);
        (OrderAnswer { cl_ord_id: add.cl_ord_id, ..done.answer }, done.record, done.traded)
    }

    /// The answer that this client order id got before, if it did.
    #[inline(always)]
    pub(crate) fn first_answer(
        &self,
        add: &AddOrder,
        decay: u64,
        events: &mut Vec<Event>,
    ) -> Result<Option<Reply>, Reject> {
        let Some(id) = add.cl_ord_id else { return Ok(None) };
        let Some(first) = self.remembered(add, id, decay)? else { return Ok(None) };
        events.extend(self.memory.fills(first).map(Event::Recalled));
        Ok(Some(Reply::Added(OrderAnswer { duplicate: true, ..first.answer })))
    }

    /// Keeps the first answer to an order with a client order id, whose record is `record` when it is open, and its fills among
    /// what came of it.
    #[inline]
    pub(crate) fn remember_answer(
        &mut self,
        add: &AddOrder,
        parts: u64,
        answer: OrderAnswer,
        record: Option<u32>,
        came: &[Event],
    ) {
        let fills = taker_fills(came, answer.order).map(|fill| Recalled {
            trade: fill.trade,
            price: fill.price,
            lots: fill.lots,
            fee: fill.taker.fee,
        });
        let key = self.memory.remember(add, parts, answer, fills, self.at, &mut self.accounts);
        if let Some(record) = record {
            self.orders.set_answer(record, key);
        }
    }

    /// The first answer to an order's client order id, when there was one to the same order.
    fn remembered(&self, add: &AddOrder, id: ClOrdId, decay: u64) -> Result<Option<&FirstAnswer>, Reject> {
        let Some(first) = self.memory.find(add.account, id, self.at, &self.orders) else { return Ok(None) };
        // Deadline and session belong to the sending, not to the order.
        let body = |terms: &AddOrder| AddOrder { deadline: None, session: None, ..*terms };
        if body(&first.terms) != body(add) || first.decay != decay {
            return Err(Reject::DuplicateClOrdId);
        }
        Ok(Some(first))
    }

    /// Whether a new order would be accepted if it were the next command, at `at`; an earlier time counts as now. Nothing is
    /// changed and nothing happens. Timers that are due by then have not fired: who wants them to have fired gives a
    /// command before.
    ///
    /// # Errors
    /// The refusal that the order would get.
    pub fn check_order(&mut self, add: &AddOrder, at: Timestamp) -> Result<(), Rejection> {
        self.check_entry(add, None, at)
    }

    /// As [`Engine::check_order`], of an order that lowers its own price.
    ///
    /// # Errors
    /// The refusal that the order would get.
    pub fn check_decay(&mut self, add: &AddDecay, at: Timestamp) -> Result<(), Rejection> {
        self.check_entry(&add.order, Some(&add.decay), at)
    }

    /// As [`Engine::check_order`], of a linked bid.
    ///
    /// # Errors
    /// The refusal that the bid would get.
    pub fn check_linked(&mut self, bid: &AddLinked, at: Timestamp) -> Result<(), Rejection> {
        self.check_at(at, |engine| match engine.would_repeat(&bid.order, bid.digest())? {
            true => Ok(()),
            false => engine.judge_linked(bid).map(drop),
        })
    }

    fn check_entry(&mut self, add: &AddOrder, decay: Option<&Decay>, at: Timestamp) -> Result<(), Rejection> {
        self.check_at(at, |engine| match engine.would_repeat(add, decay.map_or(0, Decay::digest))? {
            true => Ok(()),
            false => engine.judge(add, decay.is_none() && is_plain(add), decay).map(drop),
        })
    }

    fn check_at(
        &mut self,
        at: Timestamp,
        check: impl FnOnce(&Engine) -> Result<(), Rejection>,
    ) -> Result<(), Rejection> {
        let stood = (self.now, self.at);
        self.at = self.at.max(at);
        self.now = self.at;
        let checked = check(self);
        (self.now, self.at) = stood;
        checked
    }

    /// Whether a known account's order would get an answer that it got before.
    fn would_repeat(&self, add: &AddOrder, parts: u64) -> Result<bool, Reject> {
        self.known(add.account)?;
        let Some(id) = add.cl_ord_id else { return Ok(false) };
        Ok(self.remembered(add, id, parts)?.is_some())
    }

    /// As [`Engine::check_order`], of the command that would enter the order; any other command is fine.
    ///
    /// # Errors
    /// The refusal that the order would get.
    pub fn check(&mut self, command: &Command, at: Timestamp) -> Result<(), Rejection> {
        match command {
            Command::AddOrder(add) => self.check_order(add, at),
            Command::AddDecay(add) => self.check_decay(add, at),
            Command::AddLinked(bid) => self.check_linked(bid, at),
            _ => Ok(()),
        }
    }

    /// The order that an account entered last under a client order id, open or not, as long as the id is remembered.
    #[must_use]
    pub fn order_named(&self, account: AccountId, id: ClOrdId) -> Option<OrderId> {
        self.memory.find(account, id, self.at, &self.orders).map(|first| first.answer.order)
    }
}

/// Whether an order has nothing to it but its limit, and at most that it does not rest.
#[inline(always)]
fn is_plain(add: &AddOrder) -> bool {
    add.stop.is_none()
        && add.display.is_none()
        && add.min_lots.is_none()
        && add.session.is_none()
        && matches!(add.time_in_force, TimeInForce::Gtc | TimeInForce::Ioc)
        && add.post_only == PostOnly::No
}

/// What a new order would count for among its account's open orders.
fn asked_notional(listed: &Listed, add: &AddOrder) -> Cash {
    let price = match (add.kind, add.stop) {
        (OrderKind::Limit(price), _) => price,
        (OrderKind::Market { max_total: Some(max_total) }, _) => return max_total,
        (OrderKind::Market { max_total: None }, stop) => stop.unwrap_or_default(),
    };
    price.notional(add.lots, listed.unit_value).expect("an order's notional is bounded")
}

impl Listed {
    /// The lots that an aggressor would trade now, inside the bands.
    pub fn tradable(&self, taker: &Taker) -> Lots {
        match self.permitted(taker.side, taker.limit) {
            Some(limit) => self.book.preview(&Taker { limit, ..*taker }, |_, lots| lots),
            None => Lots::ZERO,
        }
    }
}

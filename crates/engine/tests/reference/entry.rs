//! New orders: the checks in the order of RULES.md §2, and what an accepted one sets aside.

use super::memory::Parts;
use super::orders::{Open, Waits, further, within};
use super::plan::Plan;
use super::{Answer, Reference, no};
use unspent_model::{
    AccountId, AddOrder, Decay, DecayStep, Event, GroupName, Level, Lots, Opened, OrderAnswer, OrderId, OrderKind,
    Phase, PostOnly, Price, Reject, Rejection, Reply, SessionId, Side, TimeInForce, limits,
};

/// What is known of an order when every check has passed.
struct Draft {
    order: Open,
    plan: Plan,
    needs: i128,
    arrival: u64,
    falls: Vec<DecayStep>,
}

/// Where an order comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    Order,
    /// With a schedule on which it lowers its price.
    Decay(Decay),
    /// A mass quote, whose rate was checked already.
    Quote(Option<GroupName>),
}

impl Reference {
    pub(super) fn add(&mut self, add: &AddOrder) -> Answer {
        self.known(add.account)?;
        if let Some(answer) = self.recall(add, &Parts::Nothing) {
            return answer;
        }
        self.in_time(add.deadline)?;
        if let Some(session) = add.session {
            self.live(session, add.account)?;
        }
        self.listed(add.instrument)?;
        let answer = self.enter(add, Source::Order)?;
        self.remember(add, Parts::Nothing, answer);
        Ok(Reply::Added(answer))
    }

    pub(super) fn live(&self, session: SessionId, account: AccountId) -> Result<(), Rejection> {
        if self.sessions.contains(&(session, account)) { Ok(()) } else { no(Reject::SessionClosed) }
    }

    /// Checks an order from the kill switch on, and opens it.
    pub(super) fn enter(&mut self, add: &AddOrder, source: Source) -> Result<OrderAnswer, Rejection> {
        let Draft { mut order, plan, needs, arrival, falls } = self.check(add, source)?;
        self.orders += 1;
        order.id = OrderId(self.orders);
        self.accounts[add.account.0 as usize].arrival = arrival;
        if needs > 0 {
            self.change_for(&order, needs, order.bond);
        }
        self.tell(Event::Opened(Opened { order: order.id, price: Price(order.price), terms: *add }));
        if order.waiting() {
            let answer = self.answer(&order, order.leaves(), None);
            self.open.push(order);
            return Ok(answer);
        }
        let id = order.id;
        let answer = self.execute(order, &plan);
        if !falls.is_empty() && self.find(id).is_some() {
            let mut order = self.take_out(id);
            order.falls = falls;
            self.tell_decay(&order);
            self.open.push(order);
        }
        self.follow_up();
        Ok(answer)
    }

    fn check(&self, add: &AddOrder, source: Source) -> Result<Draft, Rejection> {
        let (account, instrument, side) = (add.account, add.instrument, add.side);
        let listed = self.at(instrument);
        self.not_barred(account, instrument)?;
        if !self.permits(account, instrument, side) {
            return no(Reject::PolicyForbids);
        }
        self.check_shape(add)?;
        let falls = match &source {
            Source::Decay(decay) => self.steps_of(add, decay)?,
            _ => Vec::new(),
        };
        let may_stay = add.time_in_force.rests();
        if may_stay && self.count_open(account) >= self.account(account).limits.open_orders as usize {
            return no(Reject::TooManyOpenOrders);
        }
        let falling =
            |order: &&Open| order.terms.account == account && !(order.falls.is_empty() && order.overdue.is_none());
        if !falls.is_empty() && self.open.iter().filter(falling).count() >= limits::DECAYS_PER_ACCOUNT as usize {
            return no(Reject::TooManyDecays);
        }
        let remembered = self.memory.iter().filter(|first| first.terms.account == account).count();
        if add.cl_ord_id.is_some() && remembered >= limits::CL_ORD_IDS_PER_ACCOUNT as usize {
            return no(Reject::TooManyClOrdIds);
        }
        let arrival = match source {
            Source::Order | Source::Decay(_) => self.next_arrival(account)?,
            Source::Quote(_) => self.account(account).arrival,
        };
        let mut order = self.draft(add, &source);
        if may_stay {
            self.within_notional(&order)?;
        }
        let waiting = self.open.iter().filter(|open| open.is_in(instrument) && open.waiting()).count();
        if add.stop.is_some() && waiting >= limits::STOPS_PER_INSTRUMENT {
            return no(Reject::TooManyStops);
        }
        if add.stop.is_some_and(|stop| self.stop_reached(&order, stop.0)) {
            return no(Reject::StopReached);
        }
        if order.market() && !order.waiting() {
            let Some(limit) = self.collared(instrument, side) else { return no(Reject::NoOppositePrice) };
            order.price = limit;
        }
        if !order.market() && !order.waiting() && self.outside_entry_band(&order) {
            return no(Reject::OutsideBand);
        }
        let continuous = listed.phase == Phase::Continuous;
        if continuous && add.post_only != PostOnly::No && self.meets(&order) {
            match self.slid(&order) {
                Some(price) if add.post_only == PostOnly::Slide => order.price = price,
                _ => return no(Reject::PostOnlyWouldTake),
            }
        }
        let plan = if continuous && !order.waiting() { self.plan(&order) } else { Plan::none() };
        let short = |reject| Err(Rejection { reject, available: Some(u64::from(plan.traded())) });
        if add.time_in_force == TimeInForce::Fok && plan.traded() < add.lots.0 {
            return short(Reject::FillOrKillNotFilled);
        }
        if add.min_lots.is_some_and(|least| plan.traded() < least.0) {
            return short(Reject::MinimumNotMet);
        }
        let needs = if order.max_total().is_some() && !order.waiting() {
            self.spends(&order, &plan)
        } else {
            self.needs(&order)
        };
        if let Some((level, bond)) = self.promised_instead(&order, needs)? {
            (order.level, order.bond) = (level, bond);
        } else {
            self.afford(&order, needs)?;
        }
        Ok(Draft { order, plan, needs, arrival, falls })
    }

    /// What an order says of itself, in its instrument's phase.
    pub(super) fn check_shape(&self, add: &AddOrder) -> Result<(), Rejection> {
        let listed = self.at(add.instrument);
        if !phase_takes(listed.phase, add) {
            return no(Reject::WrongPhase);
        }
        if matches!(add.kind, OrderKind::Limit(price) if !listed.may_be_limit(price)) {
            return no(Reject::InvalidPrice);
        }
        if add.stop.is_some_and(|stop| !listed.may_be_stop(stop)) {
            return no(Reject::InvalidStopPrice);
        }
        let dearest = match add.kind {
            OrderKind::Limit(price) => price,
            OrderKind::Market { .. } => listed.spec.price_max,
        };
        if !self.sensible(add, dearest, add.lots) {
            return no(Reject::InvalidQuantity);
        }
        if add.display.is_some_and(|display| !may_show(display, add.lots)) {
            return no(Reject::InvalidDisplay);
        }
        if add.min_lots.is_some_and(|least| least.0 < 1 || least > add.lots) {
            return no(Reject::InvalidMinimum);
        }
        if matches!(add.time_in_force, TimeInForce::Gtd(until) if until.0 <= self.at) {
            return no(Reject::InvalidExpiry);
        }
        if !means_something(add) {
            return no(Reject::InvalidCombination);
        }
        Ok(())
    }

    /// The order as it is entered, not yet numbered.
    pub(super) fn draft(&self, add: &AddOrder, source: &Source) -> Open {
        let price = match (add.kind, add.stop) {
            (OrderKind::Limit(price), _) => price.0,
            (OrderKind::Market { .. }, Some(stop)) => stop.0,
            (OrderKind::Market { .. }, None) => 0,
        };
        Open {
            id: OrderId(0),
            terms: *add,
            price,
            total: add.lots.0,
            filled: 0,
            shown: 0,
            display: add.display.map(|lots| lots.0),
            waits: add.stop.map_or(Waits::No, |stop| Waits::For(stop.0)),
            fees: self.at(add.instrument).fees(),
            exact_fee: 0,
            place: 0,
            expires: self.expiry(add.time_in_force),
            session: add.session,
            quote: matches!(source, Source::Quote(_)),
            group: if let Source::Quote(group) = source { *group } else { None },
            falls: Vec::new(),
            overdue: None,
            level: Level::Custody,
            bond: 0,
            link: None,
        }
    }

    pub(super) fn sensible(&self, add: &AddOrder, price: Price, lots: Lots) -> bool {
        lots.0 > 0 && self.worth(add.instrument, price.0, lots.0) <= i128::from(limits::ORDER_NOTIONAL_CENTS)
    }

    /// Whether the last trade has reached a stop.
    pub(super) fn stop_reached(&self, order: &Open, stop: u32) -> bool {
        let last = self.at(order.terms.instrument).last;
        last.is_some_and(|last| if order.terms.side == Side::Buy { stop <= last } else { stop >= last })
    }

    pub(super) fn outside_entry_band(&self, order: &Open) -> bool {
        let listed = self.at(order.terms.instrument);
        let (Some(anchor), Some(range)) = (listed.anchor, listed.rules.entry_range) else { return false };
        let edge = further(order.terms.side, anchor, range);
        let price = i128::from(order.price);
        if order.terms.side == Side::Buy { price > edge } else { price < edge }
    }

    /// Whether somebody rests within the order's limit.
    pub(super) fn meets(&self, order: &Open) -> bool {
        let best = self.best_opposite(order.terms.instrument, order.terms.side);
        best.is_some_and(|best| within(order.terms.side, order.price, best))
    }

    /// The nearest multiple of the tick short of the best opposite price.
    fn slid(&self, order: &Open) -> Option<u32> {
        let best = self.best_opposite(order.terms.instrument, order.terms.side)?;
        let listed = self.at(order.terms.instrument);
        let tick = u64::from(listed.spec.tick);
        let price = match order.terms.side {
            Side::Buy => (u64::from(best) - 1) / tick * tick,
            Side::Sell => (u64::from(best) / tick + 1) * tick,
        };
        let inside = (1..=u64::from(listed.spec.price_max.0)).contains(&price);
        inside.then_some(price as u32).filter(|&price| self.sensible(&order.terms, Price(price), order.terms.lots))
    }
}

fn phase_takes(phase: Phase, add: &AddOrder) -> bool {
    match phase {
        Phase::Continuous => add.time_in_force != TimeInForce::Auction,
        Phase::Call | Phase::NoCancel | Phase::VolatilityCall => {
            let market = matches!(add.kind, OrderKind::Market { .. }) && add.stop.is_none();
            !market && add.time_in_force.rests() && add.min_lots.is_none()
        }
        Phase::Halted | Phase::Closed | Phase::CancelOnly | Phase::Expired => false,
    }
}

fn may_show(display: Lots, lots: Lots) -> bool {
    display.0 >= 1 && display <= lots && u64::from(lots.0) <= 100 * u64::from(display.0)
}

fn means_something(add: &AddOrder) -> bool {
    use TimeInForce::{Auction, Day, Fok, Gtc, Gtd, Ioc};
    let till = matches!(add.time_in_force, Gtc | Day | Gtd(_));
    let limit = matches!(add.kind, OrderKind::Limit(_));
    let post_only = add.post_only != PostOnly::No;
    if let OrderKind::Market { max_total } = add.kind {
        if add.stop.is_none() && !matches!(add.time_in_force, Ioc | Fok) {
            return false;
        }
        if max_total.is_some() && add.side == Side::Sell {
            return false;
        }
        if add.stop.is_some() && add.side == Side::Buy && max_total.is_none() {
            return false;
        }
    }
    if add.stop.is_some() && !till {
        return false;
    }
    if (post_only || add.display.is_some()) && !(limit && till) {
        return false;
    }
    if post_only && add.stop.is_some() {
        return false;
    }
    if add.min_lots.is_some() && (add.time_in_force == Fok || post_only || add.stop.is_some()) {
        return false;
    }
    let plain = limit && !post_only && add.display.is_none() && add.min_lots.is_none() && add.stop.is_none();
    add.time_in_force != Auction || plain
}

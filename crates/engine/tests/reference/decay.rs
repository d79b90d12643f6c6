//! Sells that lower their own price, by RULES.md §2.1 and §7.

use super::memory::Parts;
use super::orders::Open;
use super::plan::Plan;
use super::{Answer, Reference, no};
use unspent_model::{
    AddDecay, AddOrder, Decay, DecayStep, Decaying, Event, InstrumentId, OrderId, OrderKind, Phase, PostOnly, Price,
    Reject, Rejection, Reply, Side, TimeInForce, Timestamp, limits,
};

impl Reference {
    pub(super) fn add_decay(&mut self, add: &AddDecay) -> Answer {
        self.known(add.order.account)?;
        let parts = Parts::Decay(add.decay.clone());
        if let Some(answer) = self.recall(&add.order, &parts) {
            return answer;
        }
        self.in_time(add.order.deadline)?;
        if let Some(session) = add.order.session {
            self.live(session, add.order.account)?;
        }
        self.listed(add.order.instrument)?;
        let answer = self.enter(&add.order, super::entry::Source::Decay(add.decay.clone()))?;
        self.remember(&add.order, parts, answer);
        Ok(Reply::Added(answer))
    }

    /// The steps that a schedule comes to, or the refusal.
    pub(super) fn steps_of(&self, add: &AddOrder, decay: &Decay) -> Result<Vec<DecayStep>, Rejection> {
        let (OrderKind::Limit(start), Side::Sell, PostOnly::No) = (add.kind, add.side, add.post_only) else {
            return no(Reject::InvalidCombination);
        };
        let till = matches!(add.time_in_force, TimeInForce::Gtc | TimeInForce::Gtd(_));
        if !till || add.stop.is_some() || add.display.is_some() || add.min_lots.is_some() {
            return no(Reject::InvalidCombination);
        }
        let listed = self.at(add.instrument);
        let tick = if listed.phase.collects() { listed.rules.auction_tick } else { listed.spec.tick };
        let steps = match decay {
            Decay::Table(steps) => steps.clone(),
            Decay::Linear { floor, from, until, steps } => {
                let (span, fall) =
                    (i128::from(until.0) - i128::from(from.0), i128::from(start.0) - i128::from(floor.0));
                let most = i128::from(*steps);
                if span < most || fall < 1 || from.0 < self.at || most > limits::DECAY_STEPS as i128 {
                    return no(Reject::InvalidDecay);
                }
                if floor.0 < 1 || !floor.0.is_multiple_of(tick) {
                    return no(Reject::InvalidDecay);
                }
                let mut all: Vec<DecayStep> = Vec::new();
                for n in 1..=most {
                    // The highest price on the tick that is not above the exact one.
                    let on_tick = |price: i128| price % i128::from(tick) == 0;
                    let fits = |price: &i128| on_tick(*price) && (i128::from(start.0) - price) * most >= fall * n;
                    let price = (1..=i128::from(start.0)).rev().find(fits).expect("the floor fits");
                    let last = all.last().map_or(start.0, |step| step.price.0);
                    if price < i128::from(last) {
                        let at = Timestamp((i128::from(from.0) + span * n / most) as u64);
                        all.push(DecayStep { at, price: Price(price as u32) });
                    }
                }
                all
            }
        };
        let mut before = (Timestamp(self.at), start);
        for step in &steps {
            if step.at <= before.0 || step.price >= before.1 || step.price.0 < 1 || step.price.0 % tick != 0 {
                return no(Reject::InvalidDecay);
            }
            before = (step.at, step.price);
        }
        if steps.is_empty() || steps.len() > limits::DECAY_STEPS {
            return no(Reject::InvalidDecay);
        }
        Ok(steps)
    }

    pub(super) fn tell_decay(&mut self, order: &Open) {
        self.tell(Event::Decaying(Decaying {
            order: order.id,
            account: order.terms.account,
            instrument: order.terms.instrument,
            overdue: order.overdue.map(Price),
            next: order.falls.first().copied(),
            left: order.falls.len() as u32,
        }));
    }

    fn takes_steps(&self, instrument: InstrumentId) -> bool {
        use Phase::{Call, Continuous, NoCancel, VolatilityCall};
        matches!(self.phase(instrument), Continuous | Call | NoCancel | VolatilityCall)
    }

    /// The time of a step has come.
    pub(super) fn decay_due(&mut self, id: OrderId) {
        let mut order = self.take_out(id);
        let step = order.falls.remove(0);
        order.overdue = Some(step.price.0);
        let takes = self.takes_steps(order.terms.instrument);
        if !takes {
            self.tell_decay(&order);
        }
        self.open.push(order);
        if takes {
            self.take_step(id);
        }
    }

    pub(super) fn take_overdue(&mut self, instrument: InstrumentId) {
        loop {
            let overdue = |order: &&Open| order.is_in(instrument) && order.overdue.is_some();
            let next = self.open.iter().filter(overdue).map(|order| order.id).min();
            match next {
                Some(id) if self.takes_steps(instrument) => self.take_step(id),
                _ => return,
            }
        }
    }

    fn take_step(&mut self, id: OrderId) {
        let mut order = self.take_out(id);
        let price = order.overdue.take().expect("a step");
        self.tell_decay(&order);
        let old = order.clone();
        (order.price, order.shown) = (price, 0);
        self.tell_amended(&old, &order, false);
        let continuous = self.phase(order.terms.instrument) == Phase::Continuous;
        let plan = if continuous { self.plan(&order) } else { Plan::none() };
        self.execute(order, &plan);
        self.follow_up();
    }
}

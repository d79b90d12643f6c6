//! Sells that lower their own price: what is to come of each, its timer, and its steps.

use crate::amend::amended;
use crate::engine::Engine;
use crate::execute::Course;
use crate::listed::Listed;
use crate::orders::Order;
use crate::timers::Due;
use std::collections::{BTreeMap, VecDeque};
use unspent_model::{
    AddDecay, AddOrder, Decay, DecayFact, DecayStep, Decaying, Event, InstrumentId, Lots, OrderId, OrderKind, Phase,
    PostOnly, Price, Reject, Rejection, Reply, Side, TimeInForce, Timestamp,
};

/// What is to come of one order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Falling {
    /// The steps, the next first.
    pub steps: VecDeque<DecayStep>,
    /// A step that came while its instrument was halted, closed or cancel-only.
    pub overdue: Option<Price>,
}

/// All orders that lower their own price, by id.
pub(crate) type Decays = BTreeMap<OrderId, Falling>;

impl Listed {
    /// The steps of a decaying order, when order and schedule make sense.
    pub fn decay_steps(&self, add: &AddOrder, decay: &Decay, now: Timestamp) -> Result<Vec<DecayStep>, Reject> {
        let OrderKind::Limit(start) = add.kind else { return Err(Reject::InvalidCombination) };
        let plain = add.stop.is_none() && add.display.is_none() && add.min_lots.is_none();
        let stays = matches!(add.time_in_force, TimeInForce::Gtc | TimeInForce::Gtd(_));
        if add.side != Side::Sell || !plain || !stays || add.post_only != PostOnly::No {
            return Err(Reject::InvalidCombination);
        }
        decay.steps(start, self.tick(), now).ok_or(Reject::InvalidDecay)
    }

    /// Whether a step may be taken in this phase.
    fn takes_steps(&self) -> bool {
        self.phase == Phase::Continuous || self.phase.collects()
    }
}

impl Engine {
    pub(crate) fn add_decay(&mut self, add: &AddDecay, events: &mut Vec<Event>) -> Result<Reply, Rejection> {
        self.enter(&add.order, Some(&add.decay), events)
    }

    /// Keeps the steps of a decaying order that was accepted and is open, and sets its timer.
    pub(crate) fn begin_decay(&mut self, record: u32, decay: &Decay, tick: u32, events: &mut Vec<Event>) {
        let order = *self.orders.get(record);
        // Its limit is the price that it was entered at: only its schedule changes it.
        let steps = decay.steps(order.limit, tick, self.now).expect("it was checked");
        let first = steps[0].at;
        self.decays.insert(order.id, Falling { steps: steps.into(), overdue: None });
        self.timers.arm(first, Due::Decay(order.id));
        self.accounts.get_mut(order.account).decays += 1;
        self.tell_decay(&order, events);
    }

    fn tell_decay(&self, order: &Order, events: &mut Vec<Event>) {
        let falling = self.decays.get(&order.id);
        events.push(Event::Decaying(Decaying {
            order: order.id,
            account: order.account,
            instrument: order.instrument,
            overdue: falling.and_then(|falling| falling.overdue),
            next: falling.and_then(|falling| falling.steps.front().copied()),
            left: falling.map_or(0, |falling| u32::try_from(falling.steps.len()).expect("steps are bounded")),
        }));
    }

    /// Forgets the schedule of an order: it has ended, its price was amended, or its last step was taken.
    pub(crate) fn forget_decay(&mut self, order: &Order) {
        let Some(falling) = self.decays.remove(&order.id) else { return };
        if let Some(next) = falling.steps.front() {
            self.timers.disarm(next.at, Due::Decay(order.id));
        }
        self.accounts.get_mut(order.account).decays -= 1;
    }

    /// Ends the schedule of an open order, and tells so.
    pub(crate) fn end_decay(&mut self, order: &Order, events: &mut Vec<Event>) {
        self.forget_decay(order);
        if let Some(special) = self.orders.special_mut(order.more) {
            special.decay = false;
        }
        self.tell_decay(order, events);
    }

    /// The time of an order's next step has come.
    pub(crate) fn decay_due(&mut self, id: OrderId, events: &mut Vec<Event>) {
        let falling = self.decays.get_mut(&id).expect("the timer of an order without steps is disarmed");
        let step = falling.steps.pop_front().expect("a step was due");
        let next = falling.steps.front().map(|step| step.at);
        falling.overdue = Some(step.price);
        if let Some(next) = next {
            self.timers.arm(next, Due::Decay(id));
        }
        let record = self.orders.find(id).expect("a decaying order is open");
        let order = *self.orders.get(record);
        if self.listed[order.instrument.0 as usize].takes_steps() {
            self.take_step(record, events);
        } else {
            self.tell_decay(&order, events);
        }
    }

    /// Takes the steps that came while an instrument was halted, closed or cancel-only: of each order the last, by id.
    pub(crate) fn take_overdue(&mut self, instrument: InstrumentId, events: &mut Vec<Event>) {
        while self.listed[instrument.0 as usize].takes_steps() {
            let overdue = self.decays.iter().filter(|(_, falling)| falling.overdue.is_some()).find_map(|(&id, _)| {
                let record = self.orders.find(id).expect("a decaying order is open");
                (self.orders.get(record).instrument == instrument).then_some(record)
            });
            let Some(record) = overdue else { return };
            self.take_step(record, events);
        }
    }

    /// An order takes the step that is overdue: as an amend of its price it leaves its book and is executed anew.
    fn take_step(&mut self, record: u32, events: &mut Vec<Event>) {
        let old = *self.orders.get(record);
        let falling = self.decays.get_mut(&old.id).expect("it has a step to take");
        let price = falling.overdue.take().expect("it has a step to take");
        if falling.steps.is_empty() {
            self.end_decay(&old, events);
        } else {
            self.tell_decay(&old, events);
        }
        let mut new = old;
        let slot = new.slot.take().expect("a decaying order rests");
        new.limit = price;
        let book = &mut self.listed[old.instrument.0 as usize].book;
        book.remove(slot);
        if self.listed[old.instrument.0 as usize].related {
            self.note_best(old.instrument, old.side);
        }
        events.push(amended(&old, &new, old.leaves(), Lots::ZERO, None, false));
        self.touch(old.instrument);
        let time_in_force = self.orders.special(&old).map_or(TimeInForce::Gtc, |special| special.time_in_force);
        let course = Course { record: Some(record), budgeted: None, time_in_force };
        let done = self.execute_again(new, course, events);
        self.settle_down(old.instrument, done.traded, events);
    }

    /// What a snapshot says of an order's schedule.
    pub(crate) fn decay_fact(&self, order: OrderId) -> Option<DecayFact> {
        let falling = self.decays.get(&order)?;
        Some(DecayFact { order, overdue: falling.overdue, steps: falling.steps.iter().copied().collect() })
    }

    /// Gives an open order the schedule that it had.
    ///
    /// # Errors
    /// What of it cannot be.
    pub(crate) fn decay_again(&mut self, fact: &DecayFact) -> Result<(), &'static str> {
        let record = self.orders.find(fact.order).ok_or("no open order falls so")?;
        let order = *self.orders.get(record);
        let listed = &self.listed[order.instrument.0 as usize];
        let stays = self.orders.special(&order).is_some_and(|special| {
            let plain = special.display.is_none() && special.waiting.is_none() && !special.quote && !special.decay;
            plain && matches!(special.time_in_force, TimeInForce::Gtc | TimeInForce::Gtd(_))
        });
        let to_come = fact.steps.len() + usize::from(fact.overdue.is_some());
        let bounded = to_come > 0 && fact.steps.len() <= unspent_model::limits::DECAY_STEPS;
        let first = fact.overdue.unwrap_or(order.limit);
        let below = fact.overdue.is_none_or(|price| price < order.limit)
            && fact.steps.first().is_none_or(|step| step.at > self.at && step.price < first)
            && fact.steps.iter().map(|step| step.price).chain(fact.overdue).all(|price| price.0 > 0);
        let falls = fact.steps.is_sorted_by(|one, next| one.at < next.at && one.price > next.price);
        let waits = fact.overdue.is_none() || !listed.takes_steps();
        if order.side != Side::Sell || !stays || !bounded || !below || !falls || !waits {
            return Err("no open order falls so");
        }
        let special = self.orders.special_mut(order.more).expect("it is special");
        special.decay = true;
        if let Some(next) = fact.steps.first() {
            self.timers.arm(next.at, Due::Decay(fact.order));
        }
        let falling = Falling { steps: fact.steps.iter().copied().collect(), overdue: fact.overdue };
        self.decays.insert(fact.order, falling);
        let held = self.accounts.get_mut(order.account);
        held.decays += 1;
        if held.decays > unspent_model::limits::DECAYS_PER_ACCOUNT {
            return Err("its account has too many orders that fall");
        }
        Ok(())
    }

    /// Checks that every decaying order is an open sell with steps to come and a timer for the next one.
    ///
    /// # Panics
    /// At the first that is not so.
    pub(crate) fn check_decays(&self) {
        let mut counts: BTreeMap<_, u32> = BTreeMap::new();
        for (&id, falling) in &self.decays {
            let record = self.orders.find(id).expect("a decaying order is open");
            let order = self.orders.get(record);
            assert!(order.side == Side::Sell && order.slot.is_some(), "order {id} decays and does not rest");
            assert!(self.orders.special(order).is_some_and(|special| special.decay), "order {id} decays unsaid");
            assert!(falling.overdue.is_some() || !falling.steps.is_empty(), "order {id} has no steps to come");
            let first = falling.overdue.or(falling.steps.front().map(|step| step.price));
            assert!(first.is_some_and(|price| price < order.limit), "order {id} would not fall");
            let takes = self.listed[order.instrument.0 as usize].takes_steps();
            assert!(falling.overdue.is_none() || !takes, "a step of order {id} is overdue and could be taken");
            *counts.entry(order.account).or_default() += 1;
        }
        for (account, held) in self.accounts.iter() {
            assert_eq!(held.decays, counts.get(&account).copied().unwrap_or(0), "a count of decaying orders is off");
        }
    }
}

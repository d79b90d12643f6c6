//! What the operator lists and sets.

use super::auction::Call;
use super::orders::Fees;
use super::{Answer, Reference, no};
use unspent_model::{
    Event, Instrument, InstrumentId, OrderId, Phase, PhaseReason, Price, Reject, Reply, Schedule, Timestamp,
    TradingRules, limits,
};

#[derive(Clone, Debug)]
pub struct Listed {
    pub spec: Instrument,
    pub phase: Phase,
    pub rules: TradingRules,
    /// Every auction fee it has ever had: with the other two, every fee schedule.
    pub auction_fees: Vec<u16>,
    pub schedule: Schedule,
    pub next_entry: Option<(Timestamp, Phase)>,
    pub last_trade: Option<u64>,
    /// The price of the last trade.
    pub last: Option<u32>,
    pub anchor: Option<u32>,
    pub reference: Option<u32>,
    /// The call that is not finished.
    pub call: Option<Call>,
    /// Waiting orders whose stop was reached, the next first.
    pub reached: Vec<OrderId>,
}

impl Listed {
    /// What one lot costs at a price of one, in cents.
    pub fn unit(&self) -> i128 {
        let cents = 100 * i128::from(self.spec.face_dollars) * i128::from(self.spec.price_unit);
        cents / 10_i128.pow(u32::from(self.spec.price_decimals))
    }

    /// The fees of an order that is accepted now.
    pub fn fees(&self) -> Fees {
        let (maker, taker) = (self.spec.fees.maker.0, self.spec.fees.taker.0);
        Fees { maker, taker, auction: self.rules.auction_fee.0 }
    }

    pub fn may_be_limit(&self, price: Price) -> bool {
        self.on_tick(price, if self.phase.collects() { self.rules.auction_tick } else { self.spec.tick })
    }

    pub fn may_be_stop(&self, price: Price) -> bool {
        self.on_tick(price, self.spec.tick)
    }

    fn on_tick(&self, price: Price, tick: u32) -> bool {
        price.0 >= 1 && price <= self.spec.price_max && price.0.is_multiple_of(tick)
    }

    /// Whether a continuous trade may print here.
    pub fn inside_bands(&self, price: u32) -> bool {
        near(price, self.anchor, self.rules.dynamic_range) && self.inside_static(price)
    }

    pub fn inside_static(&self, price: u32) -> bool {
        near(price, self.reference, self.rules.static_range)
    }
}

fn near(price: u32, middle: Option<u32>, range: Option<u32>) -> bool {
    match (middle, range) {
        (Some(middle), Some(range)) => price.abs_diff(middle) <= range,
        _ => true,
    }
}

impl Reference {
    pub(super) fn list(&mut self, spec: &Instrument) -> Answer {
        if self.listed.iter().any(|listed| listed.spec.symbol == spec.symbol) {
            return no(Reject::SymbolListed);
        }
        if spec.clone().checked().is_err() {
            return no(Reject::InvalidInstrument);
        }
        let instrument = InstrumentId(self.listed.len() as u32);
        self.listed.push(Listed {
            spec: spec.clone(),
            phase: Phase::Continuous,
            rules: TradingRules::new(spec.fees.maker),
            auction_fees: vec![spec.fees.maker.0],
            schedule: Schedule::default(),
            next_entry: None,
            last_trade: None,
            last: None,
            anchor: None,
            reference: None,
            call: None,
            reached: Vec::new(),
        });
        self.lots_in.push(0);
        self.tell(Event::InstrumentListed { instrument, spec: Box::new(spec.clone()) });
        self.halt_prohibited(instrument);
        Ok(Reply::Done)
    }

    pub(super) fn set_rules(&mut self, instrument: InstrumentId, rules: TradingRules) -> Answer {
        self.listed(instrument)?;
        if rules.dominance && !self.may_dominate(instrument) {
            return no(Reject::InvalidRules);
        }
        let took_part = self.takes_part(instrument);
        let listed = self.at_mut(instrument);
        if !rules.fit(listed.spec.price_max) {
            return no(Reject::InvalidRules);
        }
        if !listed.auction_fees.contains(&rules.auction_fee.0) {
            if listed.auction_fees.len() == limits::FEE_SCHEDULES {
                return no(Reject::InvalidRules);
            }
            listed.auction_fees.push(rules.auction_fee.0);
        }
        listed.rules = rules;
        self.tell(Event::RulesSet { instrument, rules });
        if !took_part && self.takes_part(instrument) {
            self.sweep(instrument, PhaseReason::Operator);
            self.follow_up();
        }
        Ok(Reply::Done)
    }

    pub(super) fn set_schedule(&mut self, instrument: InstrumentId, schedule: &Schedule) -> Answer {
        self.listed(instrument)?;
        if self.phase(instrument) == Phase::Expired {
            return no(Reject::WrongPhase);
        }
        if !schedule.fits() {
            return no(Reject::InvalidSchedule);
        }
        let now = Timestamp(self.at);
        let listed = self.at_mut(instrument);
        listed.schedule = schedule.clone();
        listed.next_entry = schedule.next(now);
        listed.last_trade = schedule.last_trade.map(|at| at.0);
        self.tell(Event::ScheduleSet { instrument, schedule: Box::new(schedule.clone()) });
        Ok(Reply::Done)
    }

    pub(super) fn set_reference(&mut self, instrument: InstrumentId, price: Price) -> Answer {
        self.listed(instrument)?;
        let listed = self.at_mut(instrument);
        if price.0 == 0 || price > listed.spec.price_max {
            return no(Reject::InvalidPrice);
        }
        (listed.anchor, listed.reference) = (Some(price.0), Some(price.0));
        self.tell(Event::ReferenceSet { instrument, price });
        Ok(Reply::Done)
    }

    pub fn phase(&self, instrument: InstrumentId) -> Phase {
        self.at(instrument).phase
    }
}

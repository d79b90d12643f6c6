//! A maker's seat at a venue that runs in the same process: actions become commands, events become inputs.

use crate::action::Action;
use crate::input::{Input, OwnFill, OwnOrder, SideRefused};
use std::collections::BTreeMap;
use unspent_model::{
    AccountId, AddOrder, CancelFilter, ClOrdId, Command, Event, Fill, InstrumentId, Leg, Lots, MassQuote, OrderId,
    OrderRef, PostOnly, Price, Reply, SessionId, Side,
};

/// What is known of an own order.
#[derive(Clone, Copy, Debug)]
struct Mine {
    instrument: InstrumentId,
    side: Side,
    price: Price,
    name: Option<u64>,
}

/// One account's place at a venue, in one session.
///
/// A host asks [`Seat::command`] for what to do about an action, applies it, tells the events of that and of every other command to
/// [`Seat::hear`], and the reply of its own to [`Seat::answered`]; it tells books itself, of which it knows more.
#[derive(Clone, Debug)]
pub struct Seat {
    account: AccountId,
    session: SessionId,
    mine: BTreeMap<OrderId, Mine>,
    /// Sides of a quote that was refused, while its events are told.
    refused: Vec<SideRefused>,
}

/// The client order id of a placed order.
fn written(name: u64) -> ClOrdId {
    ClOrdId::parse(&format!("maker-{name}")).expect("letters, digits and a dash")
}

fn read(name: ClOrdId) -> Option<u64> {
    name.as_str().strip_prefix("maker-")?.parse().ok()
}

impl Seat {
    /// A seat without orders.
    #[must_use]
    pub fn new(account: AccountId, session: SessionId) -> Seat {
        Seat { account, session, mine: BTreeMap::new(), refused: Vec::new() }
    }

    /// What to ask of the venue; `None` for what is told to people only.
    #[must_use]
    pub fn command(&self, action: &Action) -> Option<Command> {
        let (account, session) = (self.account, self.session);
        Some(match action {
            Action::Quote { id, group, quotes } => Command::MassQuote(MassQuote {
                account,
                session,
                group: *group,
                quote_id: *id,
                post_only: PostOnly::Reject,
                quotes: quotes.clone(),
                deadline: None,
            }),
            &Action::Place { name, instrument, side, price, lots } => Command::AddOrder(AddOrder {
                post_only: PostOnly::Reject,
                session: Some(session),
                cl_ord_id: Some(written(name)),
                ..AddOrder::limit(account, instrument, side, price, lots)
            }),
            &Action::Cancel { name } => Command::CancelOrder { account, order: OrderRef::ClOrdId(written(name)) },
            Action::CancelAll => Command::CancelAll { account, filter: CancelFilter::default() },
            &Action::SetGroup { group, rule } => Command::SetGroup { account, group, rule },
            &Action::ResetGroup { group } => Command::ResetGroup { account, group },
            &Action::DeadMan { seconds } => Command::CancelAllAfter { account, seconds },
            Action::Held { .. } | Action::Released { .. } | Action::NotReloaded { .. } | Action::Done => return None,
        })
    }

    /// The inputs that an event is, appended: what everybody may know, and what is the account's own.
    pub fn hear(&mut self, event: &Event, inputs: &mut Vec<Input>) {
        match event {
            Event::Opened(opened) if opened.terms.account == self.account => {
                let name = opened.terms.cl_ord_id.and_then(read);
                let (instrument, side) = (opened.terms.instrument, opened.terms.side);
                self.mine.insert(opened.order, Mine { instrument, side, price: opened.price, name });
            }
            Event::Rested(rested) => self.is_now(rested.order, rested.leaves, inputs),
            Event::Amended(amended) => {
                if let Some(mine) = self.mine.get_mut(&amended.order) {
                    mine.price = amended.price;
                }
                self.is_now(amended.order, amended.leaves, inputs);
            }
            Event::Reduced(reduced) => self.is_now(reduced.order, reduced.leaves, inputs),
            Event::Canceled(canceled) => self.is_now(canceled.order, Lots::ZERO, inputs),
            Event::Fill(fill) => {
                inputs.push(Input::Trade { instrument: fill.instrument, price: fill.price, lots: fill.lots });
                for (leg, side) in [(&fill.maker, fill.taker_side.opposite()), (&fill.taker, fill.taker_side)] {
                    self.filled(fill, leg, side, inputs);
                }
            }
            Event::QuoteRefused { instrument, side, rejection } => {
                self.refused.push(SideRefused { instrument: *instrument, side: *side, reject: Some(rejection.reject) });
            }
            Event::GroupTripped { account, .. } if *account == self.account => inputs.push(Input::Tripped),
            Event::Cash(cash) if cash.account == self.account => {
                inputs.push(Input::Cash { available: cash.available, reserved: cash.reserved });
            }
            Event::Holding(holding) if holding.account == self.account => inputs.push(Input::Holding {
                instrument: holding.instrument,
                available: holding.available,
                reserved: holding.reserved,
            }),
            event => public(event, inputs),
        }
    }

    /// The input that the answer to an action is, when it is one. After the events.
    pub fn answered(&mut self, action: &Action, reply: &Reply) -> Option<Input> {
        let reject = match reply {
            Reply::Rejected(rejection) => Some(rejection.reject),
            _ => None,
        };
        let mut refused = std::mem::take(&mut self.refused);
        match action {
            Action::Quote { id, quotes, .. } => {
                if reject.is_some() {
                    let sides = |quote: &unspent_model::Quote| {
                        [Side::Buy, Side::Sell].map(|side| SideRefused { instrument: quote.instrument, side, reject })
                    };
                    refused = quotes.iter().flat_map(sides).collect();
                }
                Some(Input::Quoted { id: *id, refused })
            }
            Action::Place { name, .. } => reject.map(|reject| Input::Refused { name: *name, reject: Some(reject) }),
            Action::DeadMan { .. } => reject.is_none().then_some(Input::Confirmed),
            _ => None,
        }
    }

    fn is_now(&mut self, order: OrderId, leaves: Lots, inputs: &mut Vec<Input>) {
        let Some(&Mine { instrument, side, price, name }) = self.mine.get(&order) else { return };
        if leaves.is_zero() {
            self.mine.remove(&order);
        }
        inputs.push(Input::Order(OwnOrder { order, instrument, side, price, leaves, name }));
    }

    fn filled(&mut self, fill: &Fill, leg: &Leg, side: Side, inputs: &mut Vec<Input>) {
        if leg.account != self.account {
            return;
        }
        inputs.push(Input::Fill(OwnFill {
            instrument: fill.instrument_of(side),
            delivered: fill.instrument,
            side,
            price: fill.price,
            lots: fill.lots,
            fee: leg.fee,
        }));
        self.is_now(leg.order, leg.leaves, inputs);
    }
}

/// The inputs that an event is for everybody, appended: trades, phases, last trades.
pub fn public(event: &Event, inputs: &mut Vec<Input>) {
    match event {
        Event::Fill(fill) => {
            inputs.push(Input::Trade { instrument: fill.instrument, price: fill.price, lots: fill.lots });
        }
        Event::PhaseChanged { instrument, phase, .. } => {
            inputs.push(Input::Phase { instrument: *instrument, phase: *phase });
        }
        Event::ScheduleSet { instrument, schedule } => {
            inputs.push(Input::LastTrade { instrument: *instrument, at: schedule.last_trade });
        }
        _ => {}
    }
}

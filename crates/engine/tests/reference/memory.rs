//! Client order ids and the first answers to them.

use super::{Answer, Reference, no};
use unspent_model::{AddOrder, Decay, Event, LinkedLeg, OrderAnswer, Recalled, Reject, Reply, limits};

const MEMORY: u64 = limits::CL_ORD_ID_MEMORY_SECONDS * 1_000_000_000;

/// What belongs to an order besides its terms.
#[derive(Clone, Debug, PartialEq)]
pub enum Parts {
    Nothing,
    Decay(Decay),
    /// The other legs of its linked bid.
    Legs(Vec<LinkedLeg>),
}

#[derive(Clone, Debug)]
pub struct Remembered {
    pub terms: AddOrder,
    pub answer: OrderAnswer,
    parts: Parts,
    fills: Vec<Recalled>,
    expires: u64,
}

impl Reference {
    /// What is a day old and closed is forgotten.
    pub(super) fn forget(&mut self) {
        let (open, now) = (&self.open, self.at);
        self.memory.retain(|first| now < first.expires || open.iter().any(|order| order.id == first.answer.order));
    }

    pub(super) fn recall(&mut self, add: &AddOrder, parts: &Parts) -> Option<Answer> {
        let named = |first: &&Remembered| first.terms.account == add.account && first.terms.cl_ord_id == add.cl_ord_id;
        add.cl_ord_id?;
        let first = self.memory.iter().find(named)?.clone();
        let same = AddOrder { deadline: add.deadline, session: add.session, ..first.terms };
        if same != *add || first.parts != *parts {
            return Some(no(Reject::DuplicateClOrdId));
        }
        for fill in first.fills {
            self.tell(Event::Recalled(fill));
        }
        Some(Ok(Reply::Added(OrderAnswer { duplicate: true, ..first.answer })))
    }

    pub(super) fn remember(&mut self, terms: &AddOrder, parts: Parts, answer: OrderAnswer) {
        if terms.cl_ord_id.is_none() {
            return;
        }
        let own = self.events.iter().filter_map(|event| match event {
            Event::Fill(it) if it.taker.order == answer.order && !it.auction => Some(it),
            _ => None,
        });
        let fills = own.map(|it| Recalled { trade: it.trade, price: it.price, lots: it.lots, fee: it.taker.fee });
        let (fills, expires) = (fills.collect(), self.at + MEMORY);
        let remembered = Remembered { terms: *terms, answer, parts, fills, expires };
        self.memory.push(remembered);
    }
}

//! A running call: what is known of its auction before it uncrosses.

use unspent_model::{AuctionId, CallEnded, Event, Indicative, Phase, Price, Side, Timestamp};

/// A call that has not been uncrossed, and what its uncross would come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// The auction.
    pub auction: AuctionId,
    /// The price of an uncross now, or `None` when nothing would trade.
    pub price: Option<Price>,
    /// How many lots would trade.
    pub lots: u64,
    /// The side that would be left with lots at that price, and how many.
    pub surplus: Option<(Side, u64)>,
    /// SHA-256 of the seed of its random end, once the venue has committed to one.
    pub commitment: Option<[u8; 32]>,
    /// Its scheduled and its latest end, while the end between them is being drawn.
    pub ending: Option<(Timestamp, Timestamp)>,
}

impl Call {
    fn opened(auction: AuctionId) -> Call {
        Call { auction, price: None, lots: 0, surplus: None, commitment: None, ending: None }
    }

    /// Moves an instrument's call, if it has one, along with one event of the instrument.
    ///
    /// # Panics
    /// When the event is of another auction than the one that runs.
    pub(crate) fn follow(call: &mut Option<Call>, event: &Event) {
        let running = |call: &mut Option<Call>, auction: AuctionId| {
            let known = call.take().unwrap_or_else(|| panic!("auction {auction} does not run"));
            assert_eq!(known.auction, auction, "another auction runs");
            known
        };
        match *event {
            Event::CallOpened { auction, .. } => {
                assert!(call.is_none(), "auction {auction} begins while another runs");
                *call = Some(Call::opened(auction));
            }
            Event::AuctionCommitted { auction, commitment, .. } => {
                *call = Some(Call { commitment: Some(commitment), ..running(call, auction) });
            }
            Event::CallEnding { auction, scheduled, latest, .. } => {
                *call = Some(Call { ending: Some((scheduled, latest)), ..running(call, auction) });
            }
            Event::Indicative(Indicative { auction, price, lots, surplus, .. }) => {
                *call = Some(Call { price, lots, surplus, ..running(call, auction) });
            }
            Event::CallEnded(CallEnded { auction, .. }) => {
                running(call, auction);
            }
            Event::PhaseChanged { phase: Phase::Expired, .. } => *call = None,
            // Whatever else moves a call, its end is near no longer.
            Event::PhaseChanged { .. } => *call = call.map(|call| Call { ending: None, ..call }),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use unspent_model::{InstrumentId, PhaseReason};

    const HERE: InstrumentId = InstrumentId(0);

    fn opened(auction: u64) -> Event {
        Event::CallOpened { instrument: HERE, auction: AuctionId(auction) }
    }

    fn would(auction: u64, price: Option<u32>, lots: u64, surplus: Option<(Side, u64)>) -> Event {
        let (auction, price) = (AuctionId(auction), price.map(Price));
        Event::Indicative(Indicative { instrument: HERE, auction, price, lots, surplus })
    }

    fn ending(auction: u64) -> Event {
        let (scheduled, latest) = (Timestamp(5), Timestamp(9));
        Event::CallEnding { instrument: HERE, auction: AuctionId(auction), scheduled, latest }
    }

    fn ended(auction: u64) -> Event {
        let auction = AuctionId(auction);
        Event::CallEnded(CallEnded { instrument: HERE, auction, price: None, lots: 0, surplus: None })
    }

    fn moved(phase: Phase) -> Event {
        Event::PhaseChanged { instrument: HERE, from: Phase::Call, phase, reason: PhaseReason::Operator }
    }

    fn after(events: &[Event]) -> Option<Call> {
        let mut call = None;
        events.iter().for_each(|event| Call::follow(&mut call, event));
        call
    }

    #[test]
    fn a_call_shows_what_was_told_last_until_it_ends() {
        let opening = opened(3);
        let none = Call { auction: AuctionId(3), price: None, lots: 0, surplus: None, commitment: None, ending: None };
        assert_eq!(after(std::slice::from_ref(&opening)), Some(none));
        let commitment = [7; 32];
        let committed = Event::AuctionCommitted { instrument: HERE, auction: AuctionId(3), commitment };
        let events = [opening, would(3, Some(90), 5, Some((Side::Buy, 2))), committed, ending(3)];
        let told = Call {
            price: Some(Price(90)),
            lots: 5,
            surplus: Some((Side::Buy, 2)),
            commitment: Some(commitment),
            ending: Some((Timestamp(5), Timestamp(9))),
            ..none
        };
        assert_eq!(after(&events), Some(told));
        let with = |event| after(&[&events[..], &[event]].concat());
        assert_eq!(with(would(3, None, 0, None)), Some(Call { price: None, lots: 0, surplus: None, ..told }));
        // Halted, the call is unfinished, but its end is no longer drawn.
        assert_eq!(with(moved(Phase::Halted)), Some(Call { ending: None, ..told }));
        assert_eq!(with(moved(Phase::Expired)), None);
        assert_eq!(with(ended(3)), None);
    }

    #[test]
    #[should_panic(expected = "another auction runs")]
    fn an_indication_of_another_auction_is_a_bug() {
        after(&[opened(1), would(2, None, 0, None)]);
    }

    #[test]
    #[should_panic(expected = "auction 1 does not run")]
    fn an_auction_ends_once() {
        after(&[opened(1), ended(1), ended(1)]);
    }

    #[test]
    #[should_panic(expected = "auction 2 begins while another runs")]
    fn one_auction_runs_at_a_time() {
        after(&[opened(1), opened(2)]);
    }
}

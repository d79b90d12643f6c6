//! Sells that lower their own price on a schedule.

use crate::{AccountId, AddOrder, InstrumentId, OrderId, Price, Timestamp, limits};

/// One step of a schedule: from this time on the order's limit is this price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DecayStep {
    /// When.
    pub at: Timestamp,
    /// The price.
    pub price: Price,
}

/// How a sell lowers its own price. It starts at its limit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Decay {
    /// By equal parts in equal times; the last step, at `until`, is at `floor`.
    Linear {
        /// The lowest price, below the limit.
        floor: Price,
        /// When its time begins: until then it stays at its limit.
        from: Timestamp,
        /// When it is at its floor.
        until: Timestamp,
        /// How many steps, 1..=[`limits::DECAY_STEPS`].
        steps: u32,
    },
    /// Step by step: times ascend, prices fall; at most [`limits::DECAY_STEPS`].
    Table(Vec<DecayStep>),
}

impl Decay {
    /// The steps of an order whose limit is `start`, from a time on; `None` when the schedule makes no sense.
    ///
    /// A linear step is at the multiple of `tick` at or below its exact price, never below the floor; one that comes to the
    /// price before it is none. The n-th of `steps` is n parts of the time after `from`, in whole nanoseconds rounded down.
    #[must_use]
    pub fn steps(&self, start: Price, tick: u32, now: Timestamp) -> Option<Vec<DecayStep>> {
        let steps = match self {
            Decay::Linear { floor, from, until, steps } => linear(start, *floor, (*from, *until), *steps, tick, now)?,
            Decay::Table(steps) => steps.clone(),
        };
        let known = steps.len() <= limits::DECAY_STEPS && !steps.is_empty();
        let priced = steps.iter().all(|step| step.price.0 >= 1 && step.price.0.is_multiple_of(tick));
        let first = steps.first().is_some_and(|step| step.at > now && step.price < start);
        let falls = steps.is_sorted_by(|one, next| one.at < next.at && one.price > next.price);
        (known && priced && first && falls).then_some(steps)
    }

    /// A number for the schedule that another one hardly has: what is remembered of it under a client order id. Never zero.
    #[must_use]
    pub fn digest(&self) -> u64 {
        match self {
            Decay::Linear { floor, from, until, steps } => {
                crate::digest::of([1, u64::from(floor.0), from.0, until.0, u64::from(*steps)])
            }
            Decay::Table(steps) => {
                let steps = steps.iter().flat_map(|step| [step.at.0, u64::from(step.price.0)]);
                crate::digest::of(std::iter::once(2).chain(steps))
            }
        }
    }
}

fn linear(
    start: Price,
    floor: Price,
    (from, until): (Timestamp, Timestamp),
    steps: u32,
    tick: u32,
    now: Timestamp,
) -> Option<Vec<DecayStep>> {
    let span = until.0.checked_sub(from.0).filter(|&span| span >= u64::from(steps))?;
    let fall = start.0.checked_sub(floor.0).filter(|&fall| fall > 0)?;
    let counted = (1..=limits::DECAY_STEPS).contains(&(steps as usize));
    if !counted || from < now || floor.0 == 0 || !floor.0.is_multiple_of(tick) {
        return None;
    }
    let mut before = start;
    let step = |n: u32| {
        // Exactly: start − fall × n ÷ steps, and then down to the tick; the floor is a multiple of it.
        let fallen = (u64::from(fall) * u64::from(n)).div_ceil(u64::from(steps));
        let exact = start.0 - u32::try_from(fallen).expect("at most the whole fall");
        let price = Price(exact / tick * tick);
        let late = u128::from(span) * u128::from(n) / u128::from(steps);
        let at = Timestamp(from.0 + u64::try_from(late).expect("at most the whole time"));
        let other = price < before;
        before = price;
        other.then_some(DecayStep { at, price })
    };
    Some((1..=steps).filter_map(step).collect())
}

/// A new sell with its schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddDecay {
    /// The order: a plain sell limit, good till cancelled or till a date, that starts at its limit.
    pub order: AddOrder,
    /// How it falls.
    pub decay: Decay,
}

/// What is to come of an order's schedule, told after its acceptance and whenever that changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decaying {
    /// The order.
    pub order: OrderId,
    /// Whose.
    pub account: AccountId,
    /// Where.
    pub instrument: InstrumentId,
    /// A step that came while nothing could trade or be collected: it is taken when that ends.
    pub overdue: Option<Price>,
    /// The next step; `None` when there is none any more.
    pub next: Option<DecayStep>,
    /// How many steps are to come, the next one included.
    pub left: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_000);

    fn steps(decay: &Decay, start: u32, tick: u32) -> Option<Vec<(u64, u32)>> {
        let steps = decay.steps(Price(start), tick, NOW)?;
        Some(steps.into_iter().map(|step| (step.at.0, step.price.0)).collect())
    }

    fn line(floor: u32, from: u64, until: u64, steps: u32) -> Decay {
        Decay::Linear { floor: Price(floor), from: Timestamp(from), until: Timestamp(until), steps }
    }

    #[test]
    fn equal_parts_land_on_the_tick_below_and_end_at_the_floor() {
        assert_eq!(
            steps(&line(60, 1_000, 1_400, 4), 100, 1),
            Some(vec![(1_100, 90), (1_200, 80), (1_300, 70), (1_400, 60)])
        );
        assert_eq!(steps(&line(60, 1_000, 1_300, 3), 100, 10), Some(vec![(1_100, 80), (1_200, 70), (1_300, 60)]));
        assert_eq!(steps(&line(90, 1_000, 1_010, 3), 100, 1), Some(vec![(1_003, 96), (1_006, 93), (1_010, 90)]));
        // Steps that come to the same price are one.
        assert_eq!(steps(&line(80, 1_000, 1_400, 4), 100, 10), Some(vec![(1_100, 90), (1_300, 80)]));
    }

    #[test]
    fn a_schedule_of_nonsense_has_no_steps() {
        for wrong in [
            line(100, 1_000, 1_400, 4),
            line(0, 1_000, 1_400, 4),
            line(55, 1_000, 1_400, 4),
            line(60, 999, 1_400, 4),
            line(60, 1_000, 1_000, 4),
            line(60, 1_400, 1_000, 4),
            line(60, 1_000, 1_003, 4),
            line(60, 1_000, 1_400, 0),
            line(60, 1_000, 1_400, 101),
        ] {
            assert_eq!(steps(&wrong, 100, 10), None, "{wrong:?}");
        }
        let table = |of: &[(u64, u32)]| {
            Decay::Table(of.iter().map(|&(at, price)| DecayStep { at: Timestamp(at), price: Price(price) }).collect())
        };
        assert_eq!(steps(&table(&[(1_001, 90), (1_002, 70)]), 100, 10), Some(vec![(1_001, 90), (1_002, 70)]));
        for wrong in [
            &[][..],
            &[(1_000, 90)],
            &[(1_001, 100)],
            &[(1_001, 95)],
            &[(1_001, 0)],
            &[(1_001, 90), (1_001, 80)],
            &[(1_001, 90), (1_002, 90)],
            &[(1_002, 90), (1_001, 80)],
        ] {
            assert_eq!(steps(&table(wrong), 100, 10), None, "{wrong:?}");
        }
    }

    #[test]
    fn another_schedule_has_another_digest() {
        let all = [line(60, 1, 2, 3), line(60, 1, 2, 4), line(61, 1, 2, 3), Decay::Table(Vec::new())];
        for (at, one) in all.iter().enumerate() {
            assert!(all[at + 1..].iter().all(|other| other.digest() != one.digest()));
        }
    }
}

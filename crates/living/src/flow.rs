//! What is drawn before the market opens: who comes when, with how much, and what it is worth to them.
//!
//! Nothing here knows a price that the market makes, so that markets under different rules can be compared on one flow.

use crate::chance::{DAY, SECOND, Topic, happens, looks_again, stream, weighed, within};
use crate::parameters::{Parameters, ProgrammeShape};
use unspent_model::{Date, Expiry, Timestamp, calendar};

/// The common value of each programme's credits, day by day: 10,000 is the usual.
#[derive(Clone, Debug)]
pub struct Values {
    start: Timestamp,
    paths: Vec<Vec<i64>>,
}

impl Values {
    /// The value of a programme on the day of an instant; beyond what was drawn, the nearest day's.
    #[must_use]
    pub fn at(&self, programme: usize, at: Timestamp) -> i64 {
        let path = &self.paths[programme];
        let day = usize::try_from(at.0.saturating_sub(self.start.0) / DAY).expect("days fit");
        path[day.min(path.len() - 1)]
    }
}

/// A part of what a start-up sells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lump {
    /// When it sells.
    pub at: Timestamp,
    /// By when it wants it sold.
    pub until: Timestamp,
    /// How many lots. What is left of an earlier lump is added.
    pub lots: u32,
}

/// A start-up that comes once.
#[derive(Clone, Debug)]
pub struct StartUp {
    /// Which in the flow.
    pub number: u32,
    /// When it comes.
    pub arrives: Timestamp,
    /// Of which programme its credits are.
    pub programme: usize,
    /// When they end.
    pub expiry: Expiry,
    /// All of its lots.
    pub lots: u32,
    /// How it sells them, in order.
    pub lumps: Vec<Lump>,
    /// What a dollar is worth to it a year from its end, in bp.
    pub reserve: i64,
    /// How far above the broker's price it begins, in bp of that.
    pub hope: i64,
    /// Whether it begins below the best offer.
    pub undercuts: bool,
    /// Whether it first takes what is bid, and how much of the way down it then gives, in 1/10,000.
    pub eagerness: Option<i64>,
}

/// A team that buys what it uses.
#[derive(Clone, Debug)]
pub struct Buyer {
    /// Which in the flow.
    pub number: u32,
    /// Of which programme.
    pub programme: usize,
    /// What it uses in a month, in lots.
    pub uses: u32,
    /// What a dollar that it surely uses is worth to it, in bp.
    pub value: i64,
    /// How many days its credits must at least last.
    pub horizon: i64,
    /// How many months it compares.
    pub compares: usize,
    /// What it wants to gain on an offer at the beginning of its month, in bp.
    pub margin: i64,
    /// How far below its value it bids then, in bp.
    pub shade: i64,
    /// When its first month begins.
    pub begins: Timestamp,
}

/// Everything that is drawn.
#[derive(Clone, Debug)]
pub struct Flow {
    /// The seed.
    pub seed: u64,
    /// The first instant.
    pub start: Timestamp,
    /// The first instant after the last.
    pub end: Timestamp,
    /// What all values have in common.
    pub values: Values,
    /// By arrival.
    pub start_ups: Vec<StartUp>,
    /// By programme.
    pub buyers: Vec<Buyer>,
}

impl Flow {
    /// Draws everything for a market that begins at the midnight of a day.
    #[must_use]
    pub fn draw(seed: u64, parameters: &Parameters, first: Date) -> Flow {
        let start = first.start();
        let end = Timestamp(start.0 + u64::from(parameters.days) * DAY);
        let values = values(seed, parameters, start);
        let mut start_ups = Vec::new();
        for (programme, shape) in parameters.programmes.iter().enumerate() {
            let mut random = stream(seed, Topic::Arrivals, programme as u64);
            for day in 0..parameters.days {
                let midnight = Timestamp(start.0 + u64::from(day) * DAY);
                let sure = shape.arrivals / 100;
                let count = sure + u32::from(happens(&mut random, shape.arrivals % 100 * 100));
                for _ in 0..count {
                    let second = u64::from(random.between(8 * 3_600, 20 * 3_600));
                    let arrives = Timestamp(midnight.0 + second * SECOND);
                    let number = u32::try_from(start_ups.len()).expect("start-ups fit");
                    start_ups.push(start_up(seed, parameters, shape, programme, number, arrives));
                }
            }
        }
        start_ups.sort_by_key(|one| (one.arrives, one.number));
        let mut buyers = Vec::new();
        for (programme, shape) in parameters.programmes.iter().enumerate() {
            for _ in 0..shape.teams {
                let number = u32::try_from(buyers.len()).expect("teams fit");
                buyers.push(buyer(seed, parameters, shape, programme, number, start));
            }
        }
        Flow { seed, start, end, values, start_ups, buyers }
    }
}

fn values(seed: u64, parameters: &Parameters, start: Timestamp) -> Values {
    let walk = &parameters.value_walk;
    let path = |programme: usize| {
        let mut random = stream(seed, Topic::Values, programme as u64);
        let (mut value, mut path) = (10_000_i64, Vec::new());
        // Who knows the value ahead knows it on the last day too.
        for _ in 0..parameters.days + parameters.informed.lead + 1 {
            path.push(value);
            value += i64::from(within(&mut random, (0, 2 * walk.step))) - i64::from(walk.step);
            let jump = i64::from(within(&mut random, walk.jump));
            let (jumps, up) = (happens(&mut random, walk.jumps), happens(&mut random, 5_000));
            if jumps {
                value += if up { jump } else { -jump };
            }
            value += (10_000 - value) / i64::from(walk.returns);
            value = value.clamp(8_500, 11_500);
        }
        path
    };
    Values { start, paths: (0..parameters.programmes.len()).map(path).collect() }
}

fn start_up(
    seed: u64,
    parameters: &Parameters,
    shape: &ProgrammeShape,
    programme: usize,
    number: u32,
    arrives: Timestamp,
) -> StartUp {
    let (p, random) = (&parameters.start_ups, &mut stream(seed, Topic::StartUp, u64::from(number)));
    let grant = u64::from(weighed(random, shape.grants));
    let surplus = grant * u64::from(within(random, p.surplus)) / 10_000;
    let lots = u32::try_from(surplus / u64::from(shape.face)).expect("a grant's lots fit").max(1);
    let months = within(random, p.months_left);
    let today = Date::of(arrives);
    let wanted = u32::from(today.year()) * 12 + u32::from(today.month()) - 1 + months;
    let index = |expiry: Expiry| match expiry {
        Expiry::Month { year, month } => u32::from(year) * 12 + u32::from(month) - 1,
        Expiry::Perpetual => u32::MAX,
    };
    let listed = calendar::listed_months(today, false);
    let before = listed.iter().rev().copied().find(|&month| index(month) <= wanted);
    let expiry = match shape.months {
        true => before.unwrap_or(listed[0]),
        false => Expiry::Perpetual,
    };
    let lumps = lumps(parameters, random, arrives, expiry, lots);
    StartUp {
        number,
        arrives,
        programme,
        expiry,
        lots,
        lumps,
        reserve: i64::from(within(random, p.reserve)),
        hope: i64::from(within(random, p.hope)),
        undercuts: happens(random, p.undercuts),
        eagerness: {
            let (impatient, eager) = (happens(random, p.impatient), i64::from(within(random, p.eagerness)));
            impatient.then_some(eager)
        },
    }
}

/// A lump before each quarter's end, and the rest before the last trade; what never expires goes with the quarters.
fn lumps(
    parameters: &Parameters,
    random: &mut unspent_flow::Random,
    arrives: Timestamp,
    expiry: Expiry,
    lots: u32,
) -> Vec<Lump> {
    let p = &parameters.start_ups;
    let after = |days: u64| Timestamp(arrives.0 + days * DAY);
    let last = expiry.last_trade().unwrap_or(after(240));
    let final_at = last.0.saturating_sub(u64::from(within(random, p.final_lead)) * DAY);
    let final_until = last.0 - u64::from(within(random, p.final_rest)) * DAY;
    let (mut left, mut lumps) = (lots, Vec::new());
    let mut quarter = quarter_end(Date::of(arrives));
    while quarter.end().0 + 30 * DAY < final_at && left > 1 {
        let lead = u64::from(within(random, p.quarter_lead));
        let part = u64::from(left) * u64::from(within(random, p.quarter_part)) / 10_000;
        let (at, until) = (Timestamp(quarter.end().0 - lead * DAY + looks(random)), quarter.end());
        if at >= arrives && part > 0 {
            let lots = u32::try_from(part).expect("a part of a u32");
            lumps.push(Lump { at, until, lots });
            left -= lots;
        }
        quarter = quarter_end(Date::of(quarter.end()));
    }
    // Who comes late begins at once.
    let at = final_at / DAY * DAY + looks(random);
    let at = Timestamp(at.max(arrives.0 + 3_600 * SECOND));
    lumps.push(Lump { at, until: Timestamp(final_until.max(at.0 + DAY)), lots: left });
    lumps
}

/// A second of the day on which somebody is at work, in nanoseconds.
fn looks(random: &mut unspent_flow::Random) -> u64 {
    u64::from(random.between(8 * 3_600, 20 * 3_600)) * SECOND
}

/// The last day of a day's quarter.
fn quarter_end(day: Date) -> Date {
    let month = day.month().div_ceil(3) * 3;
    let last = if matches!(month, 6 | 9) { 30 } else { 31 };
    Date::new(day.year(), month, last).expect("quarters end on these days")
}

fn buyer(
    seed: u64,
    parameters: &Parameters,
    shape: &ProgrammeShape,
    programme: usize,
    number: u32,
    start: Timestamp,
) -> Buyer {
    let (p, random) = (&parameters.buyers, &mut stream(seed, Topic::Buyer, u64::from(number)));
    let uses = weighed(random, shape.uses) / shape.face;
    Buyer {
        number,
        programme,
        uses: uses.max(1),
        value: i64::from(within(random, p.value)),
        horizon: i64::from(within(random, p.horizon)),
        compares: within(random, p.compares) as usize,
        margin: i64::from(within(random, p.margin)),
        shade: i64::from(within(random, p.shade)),
        begins: {
            let first = u64::from(random.below(30));
            looks_again(random, Timestamp(start.0 + first * DAY), (0, 0))
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_up_sells_all_it_has_in_order_and_before_its_last_trade() {
        let flow = Flow::draw(1, &Parameters::default(), Date::parse("2026-12-01").unwrap());
        assert!(flow.start_ups.len() > 400, "{}", flow.start_ups.len());
        for one in &flow.start_ups {
            assert_eq!(one.lumps.iter().map(|lump| lump.lots).sum::<u32>(), one.lots, "{one:?}");
            assert!(one.lumps.is_sorted_by(|a, b| a.at < b.at), "{one:?}");
            assert!(one.lumps.iter().all(|lump| lump.at >= one.arrives && lump.at < lump.until), "{one:?}");
            if let Some(last) = one.expiry.last_trade() {
                assert!(one.lumps.iter().all(|lump| lump.at < last), "{one:?}");
            }
        }
        assert!(flow.start_ups.iter().any(|one| one.lumps.len() > 1));
    }

    #[test]
    fn more_days_or_people_change_nothing_that_was_drawn() {
        let first = Date::parse("2026-12-01").unwrap();
        let short = Parameters { days: 60, ..Parameters::default() };
        let (short, long) = (Flow::draw(3, &short, first), Flow::draw(3, &Parameters::default(), first));
        let value = |flow: &Flow, day: u64| flow.values.at(0, Timestamp(flow.start.0 + day * DAY));
        assert!((0..60).all(|day| value(&short, day) == value(&long, day)));
        assert_eq!(format!("{:?}", short.buyers), format!("{:?}", long.buyers));
    }
}

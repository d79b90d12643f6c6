//! The published numbers of the living market. docs/living-market.md has them as a table, which a test holds against these.

use crate::curve::Curve;
use std::fmt::Write;

/// A programme that is traded.
#[derive(Clone, Debug)]
pub struct ProgrammeShape {
    /// `AWS-ACT`.
    pub id: &'static str,
    /// Dollars of face of one lot.
    pub face: u32,
    /// Whether its credits end in a month; else they never expire.
    pub months: bool,
    /// What a start-up was granted, in dollars, with weights.
    pub grants: &'static [(u32, u32)],
    /// Start-ups that come in a hundred days.
    pub arrivals: u32,
    /// What a team uses in a month, in dollars, with weights.
    pub uses: &'static [(u32, u32)],
    /// Teams that buy.
    pub teams: u32,
}

/// Start-ups: each comes once, with credits that it will not use.
#[derive(Clone, Debug)]
pub struct StartUps {
    /// The part of a grant that it will not use, in 1/10,000.
    pub surplus: (u32, u32),
    /// Whole months until its credits end when it comes.
    pub months_left: (u32, u32),
    /// How many days before a quarter's end it sells a lump for it.
    pub quarter_lead: (u32, u32),
    /// The part of what is left that it sells in such a lump, in 1/10,000.
    pub quarter_part: (u32, u32),
    /// How many days before the last trade it sells all the rest.
    pub final_lead: (u32, u32),
    /// How many days before the last trade its price is as low as it goes.
    pub final_rest: (u32, u32),
    /// What a dollar that it keeps is worth to it a year from its end, in bp of face.
    pub reserve: (u32, u32),
    /// How far above what brokers pay it begins, in bp of that.
    pub hope: (u32, u32),
    /// How often it begins below the best offer when that is lower, in 1/10,000.
    pub undercuts: u32,
    /// How often it first takes what is bid, in 1/10,000.
    pub impatient: u32,
    /// How much of the way from its first to its lowest price it then gives at most, in 1/10,000.
    pub eagerness: (u32, u32),
    /// Every how many days it looks at its order.
    pub attention: (u32, u32),
}

/// Teams that buy what they use.
#[derive(Clone, Debug)]
pub struct Buyers {
    /// What a dollar of credit that it surely uses is worth to a team, in bp.
    pub value: (u32, u32),
    /// What of a month's use it wants to cover, in 1/10,000, drawn anew each month.
    pub cover: (u32, u32),
    /// A month's budget, in 1/10,000 of what the cover would cost at its value.
    pub budget: (u32, u32),
    /// How many days its credits must at least last.
    pub horizon: (u32, u32),
    /// How many months it compares.
    pub compares: (u32, u32),
    /// What it wants to gain on an offer at the beginning of its month, in bp; nothing at its end.
    pub margin: (u32, u32),
    /// How far below its value it bids at the beginning of its month, in bp; a tick at its end.
    pub shade: (u32, u32),
    /// Every how many days it looks.
    pub attention: (u32, u32),
}

/// Bargain hunters: they bid far below, and sell again.
#[derive(Clone, Debug)]
pub struct Hunters {
    /// How many.
    pub count: u32,
    /// What they bid of what brokers pay, in 1/10,000.
    pub bid: (u32, u32),
    /// Dollars of face of one bid.
    pub size: (u32, u32),
    /// How many months of a programme they bid in.
    pub months: (u32, u32),
    /// What they add when they sell again, in 1/10,000 of what they paid.
    pub markup: (u32, u32),
    /// Dollars of face that they hold of one programme at most.
    pub most: u32,
    /// Every how many days they look at a programme.
    pub attention: (u32, u32),
}

/// Who knows what credits will be worth.
#[derive(Clone, Debug)]
pub struct Informed {
    /// How many.
    pub count: u32,
    /// How many days ahead it knows the common value.
    pub lead: u32,
    /// From which change on it trades, in bp of value.
    pub threshold: u32,
    /// Dollars of face of one order.
    pub size: u32,
    /// Dollars of face that it holds of one programme at most.
    pub most: u32,
    /// Hours between two looks.
    pub hours: u32,
}

/// Makers: both sides of every month.
#[derive(Clone, Debug)]
pub struct Makers {
    /// How many.
    pub count: u32,
    /// Dollars of face of each month that the venue lends them to begin with.
    pub endowment: u32,
    /// Half of what they ask between buying and selling, in bp of face.
    pub half_spread: (u32, u32),
    /// Dollars of face of one quote.
    pub size: u32,
    /// Dollars of face of one month that they hold at most.
    pub most: u32,
    /// How far all of that moves their prices, in bp of face.
    pub skew: u32,
    /// They do not bid for what ends within so many days.
    pub no_buy: u32,
    /// From so many days before the end on they ask less, day by day.
    pub ramp: u32,
    /// By so much a day, in bp of face.
    pub ramp_step: u32,
    /// A trade moves what they think by one part in so many.
    pub learning: u32,
    /// Minutes between two looks.
    pub minutes: u32,
}

/// How the common value of a programme's credits wanders: 10,000 is the usual.
#[derive(Clone, Debug)]
pub struct ValueWalk {
    /// The most that it moves in a day, in 1/10,000.
    pub step: u32,
    /// How often it jumps on a day, in 1/10,000.
    pub jumps: u32,
    /// How far it jumps, in 1/10,000.
    pub jump: (u32, u32),
    /// It comes back by one part in so many a day.
    pub returns: u32,
}

/// Every number that the living market is made of.
#[derive(Clone, Debug)]
pub struct Parameters {
    /// Simulated days of a run.
    pub days: u32,
    /// What ends in the first of them is not measured, nor what is traded: the market begins empty.
    pub warm_up: u32,
    /// What is traded.
    pub programmes: Vec<ProgrammeShape>,
    /// Who sells.
    pub start_ups: StartUps,
    /// Who buys.
    pub buyers: Buyers,
    /// Who waits for bargains.
    pub hunters: Hunters,
    /// Who knows more.
    pub informed: Informed,
    /// Who quotes.
    pub makers: Makers,
    /// What all values have in common.
    pub value_walk: ValueWalk,
    /// What part of a credit that ends in so many days a team expects to use, in 1/10,000.
    pub usable: Curve,
    /// What brokers pay for what ends in so many days, in bp of face.
    pub broker: Curve,
    /// What a start-up's reserve is worth with so many days left, in 1/10,000 of it.
    pub own_use: Curve,
}

/// Grants of cloud credits: a programme's maximum, and less.
const CLOUD_GRANTS: &[(u32, u32)] =
    &[(25_000, 25), (50_000, 25), (100_000, 30), (150_000, 8), (200_000, 8), (350_000, 4)];
const MODEL_GRANTS: &[(u32, u32)] = &[(2_500, 30), (5_000, 30), (10_000, 25), (25_000, 15)];
const CLOUD_USES: &[(u32, u32)] = &[(2_000, 20), (5_000, 25), (10_000, 25), (20_000, 15), (40_000, 10), (80_000, 5)];
const MODEL_USES: &[(u32, u32)] = &[(500, 30), (1_000, 30), (2_500, 25), (5_000, 15)];

const fn cloud(id: &'static str, months: bool, arrivals: u32, teams: u32) -> ProgrammeShape {
    ProgrammeShape { id, face: 1_000, months, grants: CLOUD_GRANTS, arrivals, uses: CLOUD_USES, teams }
}

const fn model(id: &'static str, arrivals: u32, teams: u32) -> ProgrammeShape {
    ProgrammeShape { id, face: 100, months: true, grants: MODEL_GRANTS, arrivals, uses: MODEL_USES, teams }
}

impl Default for Parameters {
    fn default() -> Parameters {
        Parameters {
            days: 240,
            warm_up: 45,
            programmes: vec![
                cloud("AWS-ACT", true, 180, 100),
                cloud("GCP-STP", true, 120, 66),
                cloud("AZR-FND", true, 90, 50),
                model("OAI-API", 180, 96),
                model("ANT-API", 120, 64),
                cloud("CRW-GPU", false, 30, 17),
            ],
            start_ups: StartUps {
                surplus: (2_000, 6_000),
                months_left: (2, 15),
                quarter_lead: (5, 25),
                quarter_part: (3_000, 6_000),
                final_lead: (15, 75),
                final_rest: (1, 5),
                reserve: (6_150, 7_750),
                hope: (0, 1_000),
                undercuts: 5_000,
                impatient: 4_000,
                eagerness: (2_000, 8_000),
                attention: (5, 20),
            },
            buyers: Buyers {
                value: (7_200, 8_900),
                cover: (6_000, 14_000),
                budget: (7_000, 10_000),
                horizon: (15, 270),
                compares: (2, 5),
                margin: (200, 1_200),
                shade: (400, 1_500),
                attention: (1, 4),
            },
            hunters: Hunters {
                count: 3,
                bid: (7_800, 8_800),
                size: (5_000, 20_000),
                months: (3, 6),
                markup: (800, 1_500),
                most: 300_000,
                attention: (1, 3),
            },
            informed: Informed { count: 1, lead: 2, threshold: 150, size: 10_000, most: 150_000, hours: 6 },
            makers: Makers {
                count: 2,
                endowment: 5_000,
                half_spread: (100, 200),
                size: 10_000,
                most: 60_000,
                skew: 400,
                no_buy: 25,
                ramp: 35,
                ramp_step: 10,
                learning: 8,
                minutes: 30,
            },
            value_walk: ValueWalk { step: 30, jumps: 150, jump: (200, 700), returns: 60 },
            usable: Curve::new(&[
                (10, 8_300),
                (20, 8_700),
                (30, 9_000),
                (60, 9_400),
                (90, 9_600),
                (180, 9_800),
                (365, 10_000),
            ]),
            broker: Curve::new(&[
                (10, 6_100),
                (30, 6_600),
                (60, 7_000),
                (90, 7_250),
                (180, 7_600),
                (365, 7_800),
                (730, 7_950),
            ]),
            own_use: Curve::new(&[(10, 8_700), (30, 9_100), (60, 9_300), (90, 9_500), (180, 9_800), (365, 10_000)]),
        }
    }
}

impl Parameters {
    /// The same market with so many times as many people in it.
    #[must_use]
    pub fn scaled(mut self, times: u32) -> Parameters {
        for programme in &mut self.programmes {
            programme.arrivals *= times;
            programme.teams *= times;
        }
        self.hunters.count *= times;
        self
    }
}

/// A number as the document publishes it.
#[derive(Clone, Debug)]
pub struct Row {
    /// What it is called in [`Parameters`].
    pub name: &'static str,
    /// Its value: a range is drawn from evenly, both ends included.
    pub value: String,
    /// Its unit.
    pub unit: &'static str,
    /// Where it is from: a document, or `chosen` and why.
    pub source: &'static str,
}

/// Every number with unit and source, as docs/living-market.md has them.
#[must_use]
pub fn documented(p: &Parameters) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut row = |name, value: String, unit, source| rows.push(Row { name, value, unit, source });
    let range = |(low, high): (u32, u32)| format!("{low}–{high}");
    let knots = |curve: &Curve| {
        let mut text = String::new();
        for (days, value) in curve.knots() {
            write!(text, "{}{days} d {value}", if text.is_empty() { "" } else { ", " }).expect("a String takes it");
        }
        text
    };
    let table = |table: &[(u32, u32)]| {
        let parts: Vec<String> = table.iter().map(|(value, weight)| format!("{value}×{weight}")).collect();
        parts.join(", ")
    };
    row("days", p.days.to_string(), "days", "chosen: each month is seen from its quarter to its end");
    row("warm_up", p.warm_up.to_string(), "days", "chosen: the market begins empty");
    for shape in &p.programmes {
        let months = if shape.months { "months" } else { "never expires" };
        let value = format!(
            "{}: lots of ${}, {months}; {} start-ups in 100 days, {} teams",
            shape.id, shape.face, shape.arrivals, shape.teams
        );
        row("programmes", value, "", "fixtures/catalogue/demo.toml; numbers chosen so that more is offered than used");
    }
    row(
        "grants, cloud",
        table(CLOUD_GRANTS),
        "$ × weight",
        "Google's tiers end at $350,000 (fixtures/catalogue/2026-11-21.toml); the rest chosen",
    );
    row("grants, models", table(MODEL_GRANTS), "$ × weight", "chosen: prepaid and promotional API credits are smaller");
    row("uses, cloud", table(CLOUD_USES), "$ a month × weight", "chosen");
    row("uses, models", table(MODEL_USES), "$ a month × weight", "chosen");
    let s = &p.start_ups;
    row("start_ups.surplus", range(s.surplus), "1/10,000 of the grant", "about 40 % of grants expire unused");
    row(
        "start_ups.months_left",
        range(s.months_left),
        "months",
        "grants are good for 12 to 24 months; they come when it is clear what stays unused",
    );
    row("start_ups.quarter_lead", range(s.quarter_lead), "days", "chosen: books close at a quarter's end");
    row("start_ups.quarter_part", range(s.quarter_part), "1/10,000 of what is left", "chosen");
    row(
        "start_ups.final_lead",
        range(s.final_lead),
        "days before the last trade",
        "the alerts of 90 to 30 days before the end, less ten days and more",
    );
    row("start_ups.final_rest", range(s.final_rest), "days before the last trade", "chosen");
    row("start_ups.reserve", range(s.reserve), "bp of face", "calibrated: discounts of 20 to 40 %");
    row("start_ups.hope", range(s.hope), "bp of the broker's price", "chosen");
    row("start_ups.undercuts", s.undercuts.to_string(), "1/10,000", "chosen");
    row("start_ups.impatient", s.impatient.to_string(), "1/10,000", "chosen");
    row("start_ups.eagerness", range(s.eagerness), "1/10,000 of the way down", "chosen");
    row("start_ups.attention", range(s.attention), "days", "chosen: who sells once does not watch a screen");
    let b = &p.buyers;
    row("buyers.value", range(b.value), "bp of face", "calibrated: discounts of 20 to 40 %");
    row("buyers.cover", range(b.cover), "1/10,000 of a month's use", "chosen");
    row("buyers.budget", range(b.budget), "1/10,000 of the cover at its value", "chosen");
    row(
        "buyers.horizon",
        range(b.horizon),
        "days",
        "chosen: from what is used this month to what next year's plans need",
    );
    row("buyers.compares", range(b.compares), "months", "chosen");
    row("buyers.margin", range(b.margin), "bp of face", "chosen");
    row("buyers.shade", range(b.shade), "bp of face", "chosen");
    row("buyers.attention", range(b.attention), "days", "chosen");
    let h = &p.hunters;
    row("hunters.count", h.count.to_string(), "accounts", "chosen");
    row("hunters.bid", range(h.bid), "1/10,000 of the broker's price", "chosen");
    row("hunters.size", range(h.size), "$ of face", "chosen");
    row("hunters.months", range(h.months), "months", "chosen");
    row("hunters.markup", range(h.markup), "1/10,000 of the cost", "chosen");
    row("hunters.most", h.most.to_string(), "$ of face a programme", "chosen");
    row("hunters.attention", range(h.attention), "days", "chosen");
    let i = &p.informed;
    row("informed.count", i.count.to_string(), "accounts", "chosen");
    row("informed.lead", i.lead.to_string(), "days", "chosen");
    row("informed.threshold", i.threshold.to_string(), "1/10,000 of value", "chosen: above both fees");
    row("informed.size", i.size.to_string(), "$ of face", "chosen");
    row("informed.most", i.most.to_string(), "$ of face a programme", "chosen");
    row("informed.hours", i.hours.to_string(), "hours", "chosen");
    let m = &p.makers;
    row("makers.count", m.count.to_string(), "accounts", "chosen");
    row(
        "makers.endowment",
        m.endowment.to_string(),
        "$ of face a month",
        "makers cannot short: what the venue's obligation asks for on a side",
    );
    row("makers.half_spread", range(m.half_spread), "bp of face", "obligation: a spread of at most 400 bp");
    row("makers.size", m.size.to_string(), "$ of face", "obligation: at least $5,000 a side");
    row("makers.most", m.most.to_string(), "$ of face a month", "chosen");
    row("makers.skew", m.skew.to_string(), "bp of face", "chosen");
    row("makers.no_buy", m.no_buy.to_string(), "days", "chosen");
    row("makers.ramp", m.ramp.to_string(), "days", "chosen");
    row("makers.ramp_step", m.ramp_step.to_string(), "bp of face a day", "chosen");
    row("makers.learning", m.learning.to_string(), "", "chosen");
    row("makers.minutes", m.minutes.to_string(), "minutes", "chosen");
    let v = &p.value_walk;
    row("value_walk.step", v.step.to_string(), "1/10,000 a day", "chosen");
    row(
        "value_walk.jumps",
        v.jumps.to_string(),
        "1/10,000 a day",
        "chosen: a new price list or policy every other month",
    );
    row("value_walk.jump", range(v.jump), "1/10,000", "chosen: the size of a list price change");
    row("value_walk.returns", v.returns.to_string(), "days", "chosen");
    row(
        "usable",
        knots(&p.usable),
        "1/10,000 by days left",
        "calibrated: what arrives with a week left cannot be used up by most",
    );
    row("broker", knots(&p.broker), "bp of face by days left", "brokers' 20 to 40 % below face, deeper towards expiry");
    row("own_use", knots(&p.own_use), "1/10,000 by days left", "calibrated: what is kept too long expires");
    rows
}

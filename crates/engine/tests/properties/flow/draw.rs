//! Drawing the next step.

use super::chance::Chance;
use super::make::{MONTHS, SEEDS};
use super::profile::{Kind as StepKind, Profile};
use super::step::{At, By, DecayDraft, Draft, Kind, QuoteDraft, RulesDraft, Scope, Stay, Step, Target, What};
use unspent_model::{AccountLimits, AccountState, Cash, Phase, PostOnly, SelfTrade, Side, limits};

pub const SECOND: u64 = 1_000_000_000;

pub fn step(chance: &mut Chance<'_>, profile: &Profile) -> Step {
    let after = after(chance, profile);
    let kind = chance.weighed(&profile.kinds);
    Step { after, what: what(chance, profile, kind) }
}

fn after(chance: &mut Chance<'_>, profile: &Profile) -> u64 {
    let seconds = if profile.slow {
        chance.weighed(&[(12, 0), (6, 1), (3, 60), (3, 3_600), (1, 43_200), (1, 86_400), (1, 90_000)])
    } else {
        match chance.below(64) {
            0..=31 => 0,
            32..=53 => 1,
            54..=58 => chance.below(6),
            59 | 60 => 30,
            61 | 62 => return chance.below(3 * SECOND),
            _ => chance.weighed(&[(3, 300), (2, 3_600), (1, 86_400)]),
        }
    };
    seconds * SECOND
}

fn what(chance: &mut Chance<'_>, profile: &Profile, kind: StepKind) -> What {
    match kind {
        StepKind::Add => What::Add(Box::new(order(chance, profile))),
        StepKind::Decay => decay(chance, profile),
        StepKind::Linked => linked(chance, profile),
        StepKind::Resend => What::Resend {
            pick: chance.below(6) as u16,
            other: chance.once_in(3),
            deadline: chance.once_in(6).then(|| chance.between(-2, 2)),
        },
        StepKind::Amend => amend(chance, profile),
        StepKind::Cancel => What::Cancel(by(chance)),
        StepKind::CancelAll => What::CancelAll {
            account: account(chance),
            place: chance.once_in(3).then(|| place(chance, profile)),
            side: chance.once_in(3).then(|| side(chance)),
            programme: chance.once_in(5),
            group: chance.once_in(3).then(|| chance.below(3) as u8),
        },
        StepKind::Cash => {
            let cents = chance.below(400);
            let cents = chance.weighed(&[
                (9, cents),
                (1, 0),
                (2, 20_000),
                (1, 20_000_000_000),
                (1, limits::ACCOUNT_CASH_CENTS),
                (1, u64::MAX),
            ]);
            What::Cash(account(chance), cents)
        }
        StepKind::Credits => {
            let lots = chance.below(20);
            let lots = chance.weighed(&[(9, lots), (1, 0), (1, 1_000), (1, limits::ACCOUNT_LOTS), (1, u64::MAX)]);
            What::Credits(account(chance), place(chance, profile), lots)
        }
        StepKind::Phase => What::Phase(place(chance, profile), phase(chance)),
        StepKind::Clock => What::Clock,
        StepKind::List => What::List(chance.below(6) as u8),
        StepKind::Open => What::Open(chance.below(4) as u8),
        StepKind::Quote => quote(chance, profile),
        StepKind::SetGroup => What::SetGroup {
            account: account(chance),
            group: chance.below(3) as u8,
            lots: chance.weighed(&[(8, 3), (8, 10), (4, 40), (1, 0), (1, limits::GROUP_LOTS + 1)]),
            seconds: chance.weighed(&[(8, 1), (8, 10), (8, 3_600), (1, 0), (1, 3_601)]),
        },
        StepKind::ResetGroup => What::ResetGroup { account: account(chance), group: chance.below(3) as u8 },
        StepKind::CancelAllAfter => What::CancelAllAfter {
            account: account(chance),
            seconds: chance.weighed(&[(4, 0), (6, 2), (4, 30), (2, 3_600), (1, 86_400), (1, 86_401)]),
        },
        StepKind::Connect => What::Connect(account(chance)),
        StepKind::Disconnect => What::Disconnect(chance.below(16) as u8),
        StepKind::Rules => What::Rules(place(chance, profile), rules(chance, profile.months)),
        StepKind::Schedule => schedule(chance, profile),
        StepKind::Reference => What::Reference(place(chance, profile), price(chance, profile)),
        StepKind::Limits => What::Limits(account(chance), account_limits(chance)),
        StepKind::Kill => {
            let whose = Scope::Account(account(chance));
            let scope = chance.weighed(&[(2, Scope::Venue), (3, Scope::Programme), (5, whose)]);
            What::Kill(scope, chance.once_in(4))
        }
        StepKind::Commit => What::Commit {
            place: place(chance, profile),
            seed: chance.below(u64::from(SEEDS)) as u8,
            wrong: chance.once_in(20),
        },
        StepKind::Reveal => What::Reveal {
            place: place(chance, profile),
            seed: chance.below(u64::from(SEEDS)) as u8,
            wrong: chance.once_in(20),
        },
        StepKind::Account => {
            // Those that the flow opened are empty, and can be closed.
            let whose = anybody(chance);
            let states = [AccountState::Open, AccountState::Open, AccountState::Suspended, AccountState::Closed];
            What::Account(whose, states[chance.below(4) as usize])
        }
        StepKind::Fund => {
            let cash = chance.once_in(2);
            let few = chance.below(9);
            let amount = if cash { few * 50 } else { few };
            What::Fund {
                account: anybody(chance),
                place: (!cash).then(|| place(chance, profile)),
                out: !chance.once_in(4),
                amount: chance.weighed(&[(12, amount), (1, u64::MAX), (1, limits::ACCOUNT_CASH_CENTS)]),
                reference: if chance.once_in(3) { chance.below(4) as u8 } else { chance.below(200) as u8 },
                by: chance.below(3) as u8,
            }
        }
        StepKind::Decide => What::Decide {
            pick: if chance.once_in(10) { u16::MAX } else { chance.below(3) as u16 },
            approve: !chance.once_in(4),
            by: chance.below(3) as u8,
        },
        StepKind::FundingRules => What::FundingRules {
            approval: chance.weighed(&[(2, 0), (3, 2), (2, 150), (1, 100_000)]),
            daily: chance.weighed(&[(2, None), (1, Some(0)), (2, Some(20)), (2, Some(1_000))]),
        },
        StepKind::Correct => What::Correct {
            back: if chance.once_in(12) { u64::MAX } else { chance.below(4) },
            to: chance.once_in(2).then(|| {
                let near = At::Tick(chance.between(-8, 8));
                chance.weighed(&[(9, near), (1, At::Zero), (1, At::TooHigh), (2, At::Off(0, 1))])
            }),
        },
    }
}

/// Also those that the flow opened, which have nothing at first.
fn anybody(chance: &mut Chance<'_>) -> u32 {
    if chance.once_in(4) { 4 + chance.below(3) as u32 } else { account(chance) }
}

fn account(chance: &mut Chance<'_>) -> u32 {
    chance.weighed(&[(20, 0), (20, 1), (20, 2), (20, 3), (1, 99)])
}

fn place(chance: &mut Chance<'_>, profile: &Profile) -> u32 {
    if profile.months {
        let month = chance.weighed(&[(30, 0), (30, 1), (24, 2), (18, 3)]);
        return chance.weighed(&[(100, MONTHS + month), (6, 0), (1, 99)]);
    }
    chance.weighed(&[(60, 0), (24, 1), (12, 2), (6, 3), (1, 99)])
}

fn side(chance: &mut Chance<'_>) -> Side {
    chance.one_of(&[Side::Buy, Side::Sell])
}

fn phase(chance: &mut Chance<'_>) -> Phase {
    chance.weighed(&[
        (80, Phase::Continuous),
        (20, Phase::Call),
        (10, Phase::NoCancel),
        (6, Phase::Halted),
        (4, Phase::CancelOnly),
        (6, Phase::Closed),
        (1, Phase::VolatilityCall),
        (3, Phase::Expired),
    ])
}

fn price(chance: &mut Chance<'_>, profile: &Profile) -> At {
    let near = chance.between(-profile.spread, profile.spread);
    match chance.below(80) {
        0..=69 => At::Tick(near),
        70..=74 => At::Off(near, chance.between(1, 9)),
        75..=77 => At::Tick(chance.between(-60, 12)),
        78 => At::Zero,
        _ => At::TooHigh,
    }
}

fn deadline(chance: &mut Chance<'_>) -> Option<i64> {
    chance.once_in(30).then(|| chance.between(-2, 2))
}

fn lots(chance: &mut Chance<'_>, profile: &Profile) -> u32 {
    let usual = chance.between(1, profile.size) as u32;
    match chance.below(90) {
        0..=79 => usual,
        80..=87 => chance.between(10, 60) as u32,
        88 => 0,
        _ => u32::MAX,
    }
}

fn order(chance: &mut Chance<'_>, profile: &Profile) -> Draft {
    let lots = lots(chance, profile);
    let stop = chance.percent(profile.stops).then(|| price(chance, profile));
    let market = chance.percent(profile.markets);
    let mut side = side(chance);
    let kind = if market {
        let bounded = chance.once_in(2) || stop.is_some() && !chance.once_in(8);
        // Rarely for a sell, which is refused.
        let bounded = bounded && (side == Side::Buy || chance.once_in(10));
        if bounded && chance.once_in(3) {
            side = Side::Buy;
        }
        Kind::Market(bounded.then(|| chance.below(1_200)))
    } else {
        Kind::Limit(price(chance, profile))
    };
    let display = (!market && chance.percent(profile.icebergs)).then(|| match chance.below(12) {
        0..=7 => chance.between(1, 3) as u32,
        8..=10 => chance.between(1, i64::from(lots.max(1))) as u32,
        _ => 0,
    });
    let least = (stop.is_none() && chance.percent(profile.minimums)).then(|| match chance.below(12) {
        0 => 0,
        _ => chance.between(1, i64::from(lots.clamp(1, 12)) + 1) as u32,
    });
    let dated = chance.percent(profile.dated);
    let auction = chance.percent(profile.auction);
    let immediate = chance.percent(profile.immediate) || market && stop.is_none();
    let stay = if immediate && (stop.is_none() || chance.once_in(12)) && !chance.once_in(25) {
        chance.one_of(&[Stay::Ioc, Stay::Ioc, Stay::Fok])
    } else if dated {
        let until = chance.weighed(&[(1, -1), (2, 0), (6, 3), (4, 60), (1, 100_000)]);
        chance.one_of(&[Stay::Day, Stay::Gtd(until)])
    } else if auction {
        Stay::Auction
    } else {
        Stay::Gtc
    };
    let post_only = if chance.percent(profile.post_only) {
        chance.one_of(&[PostOnly::Reject, PostOnly::Slide])
    } else {
        PostOnly::No
    };
    Draft {
        account: account(chance),
        place: place(chance, profile),
        side,
        kind,
        stop,
        lots,
        display,
        least,
        stay,
        post_only,
        self_trade: chance.one_of(&[
            SelfTrade::CancelNewest,
            SelfTrade::CancelOldest,
            SelfTrade::CancelBoth,
            SelfTrade::Decrement,
        ]),
        name: chance.percent(profile.named).then(|| chance.below(12) as u8),
        session: chance.percent(profile.with_session).then(|| chance.below(16) as u8),
        deadline: deadline(chance),
    }
}

fn decay(chance: &mut Chance<'_>, profile: &Profile) -> What {
    let mut draft = order(chance, profile);
    if !chance.once_in(16) {
        let kind = Kind::Limit(At::Tick(chance.between(0, 2 * profile.spread)));
        let stay = chance.weighed(&[(12, Stay::Gtc), (3, Stay::Gtd(60)), (1, Stay::Day)]);
        draft = Draft {
            side: Side::Sell,
            kind,
            stop: None,
            display: None,
            least: None,
            stay,
            post_only: PostOnly::No,
            ..draft
        };
    }
    let decay = if chance.once_in(2) {
        DecayDraft::Linear {
            fall: chance.weighed(&[(6, 2), (6, 5), (3, 12), (1, 0), (1, 200)]),
            from: chance.weighed(&[(6, 0), (3, 1), (1, -1)]),
            seconds: chance.weighed(&[(6, 2), (4, 5), (2, 60), (1, 0)]),
            steps: chance.weighed(&[(3, 1), (6, 2), (6, 3), (3, 7), (1, 0), (1, 100), (1, 101)]),
        }
    } else {
        let (mut seconds, mut ticks) = (0, 0);
        let mut steps = Vec::new();
        for _ in 0..chance.below(5) {
            seconds += chance.weighed(&[(9, 1), (6, 2), (3, 30), (1, 0)]);
            ticks += chance.weighed(&[(9, 1), (6, 3), (1, 0)]);
            steps.push((seconds, ticks));
        }
        DecayDraft::Table(steps)
    };
    What::Decay(Box::new(draft), decay)
}

fn linked(chance: &mut Chance<'_>, profile: &Profile) -> What {
    let mut draft = order(chance, profile);
    if !chance.once_in(16) {
        let kind = Kind::Limit(price(chance, profile));
        let stay = chance.weighed(&[(12, Stay::Gtc), (3, Stay::Gtd(60)), (1, Stay::Day)]);
        // Mostly months: they have one face value.
        let place = MONTHS + chance.below(4) as u32;
        let (side, post_only) = (Side::Buy, PostOnly::No);
        draft = Draft { place, side, kind, stop: None, display: None, least: None, stay, post_only, ..draft };
    }
    let count = chance.weighed(&[(12, 1), (8, 2), (2, 3), (1, 0), (1, 8)]);
    let mut others = Vec::new();
    for step in 1..=count {
        let place = if chance.once_in(16) { chance.below(7) as u32 } else { MONTHS + (draft.place + 1 + step) % 4 };
        others.push((place, price(chance, profile)));
    }
    What::Linked(Box::new(draft), others)
}

fn by(chance: &mut Chance<'_>) -> By {
    let pick = chance.below(256) as u16;
    match chance.below(40) {
        0..=19 => By::Open { pick, by_name: false },
        20..=25 => By::Open { pick, by_name: true },
        26..=29 => By::Waiting { pick },
        30..=35 => By::Partly { pick },
        36 => By::Foreign { pick, account: account(chance) },
        37 => By::Raw { account: account(chance), id: chance.below(60) },
        _ => By::Name { account: account(chance), name: chance.below(12) as u8 },
    }
}

fn amend(chance: &mut Chance<'_>, profile: &Profile) -> What {
    let lots = match chance.below(15) {
        0..=3 => None,
        4..=10 => Some(Target::By(chance.between(-4, 4))),
        11 | 12 => Some(Target::Filled(chance.between(-2, 1))),
        13 => Some(Target::By(60)),
        _ => Some(Target::Huge),
    };
    let price = (!chance.once_in(3)).then(|| price(chance, profile));
    What::Amend {
        by: by(chance),
        lots,
        price,
        stop: chance.percent(profile.stops).then(|| self::price(chance, profile)),
        display: chance.percent(profile.icebergs).then(|| chance.between(0, 6) as u32),
        post_only: match chance.below(10) {
            8 => Some(true),
            9 => Some(false),
            _ => None,
        },
        deadline: deadline(chance),
    }
}

fn quote(chance: &mut Chance<'_>, profile: &Profile) -> What {
    let mut quotes = Vec::new();
    let places = chance.weighed(&[(1, 0), (12, 1), (6, 2), (3, 3)]);
    let first = place(chance, profile);
    for at in 0..places {
        let next = (first + at as u32) % 4 + if profile.months { MONTHS } else { 0 };
        let place = if at == 0 || chance.once_in(20) { first } else { next };
        let middle = chance.between(-profile.spread / 2, profile.spread / 2);
        let mut side = |sign: i64| {
            let at = match chance.below(8) {
                0..=5 => At::Tick(middle + sign * chance.between(0, 2)),
                _ => price(chance, profile),
            };
            let lots = if chance.once_in(8) { 0 } else { lots(chance, profile) };
            (!chance.once_in(5)).then_some((at, lots))
        };
        quotes.push(QuoteDraft { place, bid: side(-1), ask: side(1) });
    }
    What::Quote {
        account: account(chance),
        session: chance.below(16) as u8,
        group: (!chance.once_in(3)).then(|| chance.below(3) as u8),
        post_only: chance.weighed(&[(4, PostOnly::No), (1, PostOnly::Reject), (1, PostOnly::Slide)]),
        quotes,
        deadline: deadline(chance),
    }
}

fn rules(chance: &mut Chance<'_>, months: bool) -> RulesDraft {
    let mut range = |most: i64| match chance.below(20) {
        0..=5 => None,
        6..=18 => Some(chance.between(1, most) as u32),
        _ => chance.once_in(2).then_some(0),
    };
    let (dynamic_range, static_range, entry_range) = (range(5), range(9), range(8));
    RulesDraft {
        auction_tick: chance.weighed(&[(6, 1), (2, 2), (2, 5), (1, 10), (1, 0)]),
        auction_fee: chance.weighed(&[(3, 0), (3, 10), (3, 300), (1, 10_000), (1, 10_001)]),
        dynamic_range,
        static_range,
        entry_range,
        volatility_seconds: chance.weighed(&[(3, 1), (4, 2), (8, 60), (1, 0)]),
        random_end_seconds: chance.weighed(&[(3, 0), (4, 1), (8, 5), (6, 30), (1, 86_401)]),
        dominance: months && !chance.once_in(4) || chance.once_in(40),
    }
}

fn schedule(chance: &mut Chance<'_>, profile: &Profile) -> What {
    let mut entries = Vec::new();
    let mut second = 0;
    for _ in 0..chance.below(7) {
        second += chance.weighed(&[(8, 1), (8, 2), (4, 10), (2, 600), (1, 0)]);
        let phase = chance.weighed(&[
            (6, Phase::Continuous),
            (6, Phase::Call),
            (4, Phase::NoCancel),
            (3, Phase::Closed),
            (1, Phase::CancelOnly),
        ]);
        entries.push((second, phase));
    }
    if chance.once_in(16) {
        entries.push((second + 1, chance.one_of(&[Phase::Expired, Phase::Halted, Phase::VolatilityCall])));
    }
    What::Schedule {
        place: place(chance, profile),
        entries,
        shuffled: chance.once_in(16),
        last_trade: chance.once_in(3).then(|| chance.weighed(&[(6, 3), (6, 30), (2, 3_600), (1, 0), (1, -1)])),
    }
}

fn account_limits(chance: &mut Chance<'_>) -> AccountLimits {
    let usual = AccountLimits::default();
    if chance.once_in(2) {
        return usual;
    }
    AccountLimits {
        open_orders: chance.weighed(&[(6, usual.open_orders), (3, 6), (1, 0), (1, usual.open_orders + 1)]),
        open_notional: chance.weighed(&[(3, None), (3, Some(Cash(3_000))), (1, Some(Cash(0)))]),
        orders_per_second: chance.weighed(&[(9, 0), (6, 1), (9, 3), (1, 1_000_000_000), (1, 1_000_000_001)]),
        burst: chance.weighed(&[(3, 0), (9, 1), (9, 4), (1, u32::MAX)]),
    }
}

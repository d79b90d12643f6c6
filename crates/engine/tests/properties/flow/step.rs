//! One step of a flow, and simpler steps like it.

use unspent_model::{AccountLimits, AccountState, Phase, PostOnly, SelfTrade, Side};

/// What happens next, and how long after what happened before.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// In nanoseconds.
    pub after: u64,
    pub what: What,
}

/// A price: so many ticks from the middle of its instrument, and so many units off the tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    Tick(i64),
    Off(i64, i64),
    Zero,
    TooHigh,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    Limit(At),
    /// With so many hundredths of the price of a lot to spend.
    Market(Option<u64>),
}

/// A time in force; dates count from now, in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stay {
    Gtc,
    Ioc,
    Fok,
    Day,
    Gtd(i64),
    Auction,
}

/// A new order before its picks are made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Draft {
    pub account: u32,
    pub place: u32,
    pub side: Side,
    pub kind: Kind,
    pub stop: Option<At>,
    pub lots: u32,
    pub display: Option<u32>,
    pub least: Option<u32>,
    pub stay: Stay,
    pub post_only: PostOnly,
    pub self_trade: SelfTrade,
    pub name: Option<u8>,
    pub session: Option<u8>,
    pub deadline: Option<i64>,
}

/// A new total quantity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    /// So much more or less than now.
    By(i64),
    /// So much more or less than what is filled.
    Filled(i64),
    Huge,
}

/// Names an order: mostly one that is open, by its owner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum By {
    Open {
        pick: u16,
        by_name: bool,
    },
    /// One that waits for its stop, when there is one.
    Waiting {
        pick: u16,
    },
    /// One with lots filled, when there is one.
    Partly {
        pick: u16,
    },
    Foreign {
        pick: u16,
        account: u32,
    },
    Raw {
        account: u32,
        id: u64,
    },
    Name {
        account: u32,
        name: u8,
    },
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct QuoteDraft {
    pub place: u32,
    /// Price and lots.
    pub bid: Option<(At, u32)>,
    pub ask: Option<(At, u32)>,
}

/// What the bands and auctions of an instrument are set to; ranges in ticks, zero ones are refused.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RulesDraft {
    pub auction_tick: u32,
    pub auction_fee: u16,
    pub dynamic_range: Option<u32>,
    pub static_range: Option<u32>,
    pub entry_range: Option<u32>,
    pub volatility_seconds: u32,
    pub random_end_seconds: u32,
    pub dominance: bool,
}

/// A schedule in seconds from now and ticks below the limit.
#[derive(Clone, Debug, PartialEq)]
pub enum DecayDraft {
    Linear { fall: i64, from: i64, seconds: i64, steps: u32 },
    Table(Vec<(i64, i64)>),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scope {
    Venue,
    Programme,
    Account(u32),
}

#[derive(Clone, Debug, PartialEq)]
pub enum What {
    Add(Box<Draft>),
    /// A sell that lowers its own price.
    Decay(Box<Draft>, DecayDraft),
    /// A bid for any of several: the others' places and prices.
    Linked(Box<Draft>, Vec<(u32, At)>),
    /// One of the latest new orders again; with another quantity, or another deadline.
    Resend {
        pick: u16,
        other: bool,
        deadline: Option<i64>,
    },
    Amend {
        by: By,
        lots: Option<Target>,
        price: Option<At>,
        stop: Option<At>,
        display: Option<u32>,
        post_only: Option<bool>,
        deadline: Option<i64>,
    },
    Cancel(By),
    CancelAll {
        account: u32,
        place: Option<u32>,
        side: Option<Side>,
        programme: bool,
        group: Option<u8>,
    },
    Cash(u32, u64),
    Credits(u32, u32, u64),
    Phase(u32, Phase),
    Clock,
    List(u8),
    Open(u8),
    Quote {
        account: u32,
        session: u8,
        group: Option<u8>,
        post_only: PostOnly,
        quotes: Vec<QuoteDraft>,
        deadline: Option<i64>,
    },
    SetGroup {
        account: u32,
        group: u8,
        lots: u32,
        seconds: u32,
    },
    ResetGroup {
        account: u32,
        group: u8,
    },
    CancelAllAfter {
        account: u32,
        seconds: u32,
    },
    Connect(u32),
    Disconnect(u8),
    Rules(u32, RulesDraft),
    /// Entries by seconds from now, in the order of the day unless `shuffled`; the last trade too.
    Schedule {
        place: u32,
        entries: Vec<(u32, Phase)>,
        shuffled: bool,
        last_trade: Option<i64>,
    },
    Reference(u32, At),
    Limits(u32, AccountLimits),
    Kill(Scope, bool),
    Commit {
        place: u32,
        seed: u8,
        wrong: bool,
    },
    Reveal {
        place: u32,
        seed: u8,
        wrong: bool,
    },
    Account(u32, AccountState),
    /// Cash without a place.
    Fund {
        account: u32,
        place: Option<u32>,
        out: bool,
        amount: u64,
        reference: u8,
        /// Which operator; 0 for the venue itself.
        by: u8,
    },
    Decide {
        pick: u16,
        approve: bool,
        by: u8,
    },
    FundingRules {
        approval: u64,
        daily: Option<u64>,
    },
    /// A trade counted back from the last one; with a price it is adjusted.
    Correct {
        back: u64,
        to: Option<At>,
    },
}

impl Step {
    /// Steps that say less, the simplest first.
    pub fn simpler(&self) -> Vec<Step> {
        let mut all = Vec::new();
        if self.after > 0 {
            let seconds = self.after / 1_000_000_000;
            for after in [0, 1_000_000_000, seconds / 2 * 1_000_000_000, seconds * 1_000_000_000] {
                if after < self.after {
                    all.push(Step { after, what: self.what.clone() });
                }
            }
        }
        let after = self.after;
        all.extend(simpler(&self.what).into_iter().map(|what| Step { after, what }));
        all.retain(|step| step != self);
        all
    }
}

fn simpler(what: &What) -> Vec<What> {
    match what {
        What::Add(draft) => simpler_order(draft).into_iter().map(|draft| What::Add(Box::new(draft))).collect(),
        What::Decay(draft, decay) => {
            let mut all = vec![What::Add(draft.clone())];
            all.extend(simpler_order(draft).into_iter().map(|draft| What::Decay(Box::new(draft), decay.clone())));
            if let DecayDraft::Table(steps) = decay {
                for at in 0..steps.len() {
                    let mut fewer = steps.clone();
                    fewer.remove(at);
                    all.push(What::Decay(draft.clone(), DecayDraft::Table(fewer)));
                }
            }
            all
        }
        What::Linked(draft, others) => {
            let mut all = vec![What::Add(draft.clone())];
            all.extend(simpler_order(draft).into_iter().map(|draft| What::Linked(Box::new(draft), others.clone())));
            for at in 0..others.len() {
                let mut fewer = others.clone();
                fewer.remove(at);
                all.push(What::Linked(draft.clone(), fewer));
            }
            all
        }
        What::Amend { by, lots, price, stop, display, post_only, deadline } => {
            let (by, lots, price, stop, display, post_only, deadline) =
                (*by, *lots, *price, *stop, *display, *post_only, *deadline);
            let nearer = nearer(by).into_iter();
            let nearer = nearer.map(|by| What::Amend { by, lots, price, stop, display, post_only, deadline });
            let mut all = vec![
                What::Cancel(by),
                What::Amend { by, lots: None, price, stop, display, post_only, deadline },
                What::Amend { by, lots, price: None, stop, display, post_only, deadline },
                What::Amend { by, lots, price, stop: None, display, post_only, deadline },
                What::Amend { by, lots, price, stop, display: None, post_only, deadline },
                What::Amend { by, lots, price, stop, display, post_only: None, deadline: None },
            ];
            all.extend(nearer);
            all
        }
        What::CancelAll { account, place, side, .. } => vec![
            What::CancelAll { account: *account, place: None, side: None, programme: false, group: None },
            What::CancelAll { account: *account, place: *place, side: *side, programme: false, group: None },
        ],
        What::Quote { account, session, group, post_only, quotes, deadline } => {
            let quote = |group, post_only, quotes| What::Quote {
                account: *account,
                session: *session,
                group,
                post_only,
                quotes,
                deadline: *deadline,
            };
            let mut all = vec![quote(None, *post_only, quotes.clone()), quote(*group, PostOnly::No, quotes.clone())];
            for at in 0..quotes.len() {
                let mut fewer = quotes.clone();
                fewer.remove(at);
                all.push(quote(*group, *post_only, fewer));
                for (bid, ask) in [(None, quotes[at].ask), (quotes[at].bid, None)] {
                    let mut one = quotes.clone();
                    (one[at].bid, one[at].ask) = (bid, ask);
                    all.push(quote(*group, *post_only, one));
                }
            }
            all
        }
        What::Rules(place, rules) => {
            let mut all = Vec::new();
            for change in [
                |rules: &mut RulesDraft| rules.dynamic_range = None,
                |rules: &mut RulesDraft| rules.static_range = None,
                |rules: &mut RulesDraft| rules.entry_range = None,
                |rules: &mut RulesDraft| rules.random_end_seconds = 0,
                |rules: &mut RulesDraft| rules.dominance = false,
                |rules: &mut RulesDraft| rules.auction_fee = 0,
                |rules: &mut RulesDraft| rules.auction_tick = 1,
            ] {
                let mut simple = *rules;
                change(&mut simple);
                all.push(What::Rules(*place, simple));
            }
            all
        }
        What::Schedule { place, entries, shuffled, last_trade } => {
            let mut all = Vec::new();
            for at in 0..entries.len() {
                let mut fewer = entries.clone();
                fewer.remove(at);
                all.push(What::Schedule {
                    place: *place,
                    entries: fewer,
                    shuffled: *shuffled,
                    last_trade: *last_trade,
                });
            }
            let (place, entries) = (*place, entries.clone());
            all.push(What::Schedule { place, entries, shuffled: *shuffled, last_trade: None });
            all
        }
        What::Cancel(by) => nearer(*by).into_iter().map(What::Cancel).collect(),
        What::Resend { pick, other, deadline } => {
            smaller(*pick).map(|pick| What::Resend { pick, other: *other, deadline: *deadline }).collect()
        }
        What::Disconnect(pick) => smaller(u16::from(*pick)).map(|pick| What::Disconnect(pick as u8)).collect(),
        _ => Vec::new(),
    }
}

/// Smaller numbers of the same order or another one: what is left when orders before it are taken away.
fn nearer(by: By) -> Vec<By> {
    match by {
        By::Open { pick, by_name } => smaller(pick).map(|pick| By::Open { pick, by_name }).collect(),
        By::Waiting { pick } => smaller(pick).map(|pick| By::Waiting { pick }).collect(),
        By::Partly { pick } => smaller(pick).map(|pick| By::Partly { pick }).collect(),
        _ => Vec::new(),
    }
}

fn smaller(pick: u16) -> impl Iterator<Item = u16> {
    (0..8).filter(move |&smaller| smaller < pick)
}

fn simpler_order(draft: &Draft) -> Vec<Draft> {
    let mut all = Vec::new();
    for change in [
        |draft: &mut Draft| draft.stop = None,
        |draft: &mut Draft| draft.display = None,
        |draft: &mut Draft| draft.least = None,
        |draft: &mut Draft| draft.stay = Stay::Gtc,
        |draft: &mut Draft| draft.post_only = PostOnly::No,
        |draft: &mut Draft| draft.self_trade = SelfTrade::CancelNewest,
        |draft: &mut Draft| draft.name = None,
        |draft: &mut Draft| draft.session = None,
        |draft: &mut Draft| draft.deadline = None,
        |draft: &mut Draft| draft.lots = 1,
        |draft: &mut Draft| draft.lots = draft.lots.div_ceil(2),
        |draft: &mut Draft| draft.lots = draft.lots.saturating_sub(1).max(1),
        |draft: &mut Draft| draft.kind = Kind::Limit(At::Tick(0)),
        |draft: &mut Draft| draft.place = 0,
    ] {
        let mut simple = *draft;
        change(&mut simple);
        all.push(simple);
    }
    all
}

//! What a flow is fond of. Every flow leaves some things out and does others all the time, so that together they
//! come to states that an even mixture never reaches.

use super::chance::Chance;

/// The kinds of steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Add,
    Decay,
    Linked,
    Resend,
    Amend,
    Cancel,
    CancelAll,
    Cash,
    Credits,
    Phase,
    Clock,
    List,
    Open,
    Quote,
    SetGroup,
    ResetGroup,
    CancelAllAfter,
    Connect,
    Disconnect,
    Rules,
    Schedule,
    Reference,
    Limits,
    Kill,
    Commit,
    Reveal,
    Account,
    Fund,
    Decide,
    FundingRules,
    Correct,
}

const USUAL: &[(u32, Kind)] = &[
    (500, Kind::Add),
    (20, Kind::Decay),
    (25, Kind::Linked),
    (20, Kind::Resend),
    (110, Kind::Amend),
    (35, Kind::Cancel),
    (6, Kind::CancelAll),
    (8, Kind::Cash),
    (8, Kind::Credits),
    (22, Kind::Phase),
    (12, Kind::Clock),
    (2, Kind::List),
    (2, Kind::Open),
    (60, Kind::Quote),
    (8, Kind::SetGroup),
    (8, Kind::ResetGroup),
    (6, Kind::CancelAllAfter),
    (5, Kind::Connect),
    (6, Kind::Disconnect),
    (18, Kind::Rules),
    (6, Kind::Schedule),
    (6, Kind::Reference),
    (6, Kind::Limits),
    (9, Kind::Kill),
    (20, Kind::Commit),
    (24, Kind::Reveal),
    (5, Kind::Account),
    (14, Kind::Fund),
    (8, Kind::Decide),
    (2, Kind::FundingRules),
    (10, Kind::Correct),
];

/// How often what happens, in a hundred where nothing else is said.
#[derive(Clone, Debug)]
pub struct Profile {
    pub kinds: Vec<(u32, Kind)>,
    pub stops: u32,
    pub icebergs: u32,
    pub minimums: u32,
    pub markets: u32,
    pub immediate: u32,
    pub dated: u32,
    pub auction: u32,
    pub post_only: u32,
    pub named: u32,
    pub with_session: u32,
    /// How many ticks around the middle most limits are.
    pub spread: i64,
    /// Lots of most orders.
    pub size: i64,
    /// Whether time jumps by hours and days.
    pub slow: bool,
    /// Whether most of it is in the months of one family.
    pub months: bool,
}

impl Profile {
    pub fn draw(chance: &mut Chance<'_>) -> Profile {
        let mut kinds = USUAL.to_vec();
        for (weight, kind) in &mut kinds {
            if !matches!(kind, Kind::Add | Kind::Amend) {
                *weight *= chance.weighed(&[(2, 0), (4, 1), (1, 5)]);
            }
        }
        // Out of a halt there must be a way, and out of a kill switch.
        kinds.extend([(4, Kind::Phase), (2, Kind::Kill)]);
        let mut often = |usual: u32| chance.weighed(&[(3, 0), (4, usual), (2, 4 * usual)]);
        Profile {
            stops: often(12),
            icebergs: often(15),
            minimums: often(5),
            markets: often(8),
            immediate: often(12),
            dated: often(8),
            auction: often(6),
            post_only: often(10),
            named: often(20),
            with_session: often(8),
            kinds,
            spread: chance.weighed(&[(1, 1), (3, 3), (3, 5), (1, 12)]),
            size: chance.weighed(&[(1, 2), (4, 9), (1, 30)]),
            slow: chance.once_in(6),
            months: chance.once_in(3),
        }
    }
}

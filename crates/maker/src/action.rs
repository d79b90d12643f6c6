//! What the strategy wants done.

use std::fmt;
use unspent_model::{GroupName, GroupRule, InstrumentId, Lots, Price, Quote, Side};

/// Something to do at the venue, or to tell people. In order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// A mass quote, post-only: the first layer of each instrument named, at most 100. A side with no lots is to be pulled, one
    /// that is `None` left as it is.
    Quote {
        /// Its number, ascending.
        id: u64,
        /// The group that counts its fills.
        group: Option<GroupName>,
        /// The rows, each instrument once.
        quotes: Vec<Quote>,
    },
    /// A further layer: a post-only limit order of the session, under this name.
    Place {
        /// What the strategy calls it; never used again.
        name: u64,
        /// Where.
        instrument: InstrumentId,
        /// Which side.
        side: Side,
        /// Its limit.
        price: Price,
        /// How many lots.
        lots: Lots,
    },
    /// Cancel a placed order. That it is gone already is no fault.
    Cancel {
        /// Its name.
        name: u64,
    },
    /// Cancel every order of the account: what is open must not stay.
    CancelAll,
    /// Set the protection group; always before its first quote.
    SetGroup {
        /// Which.
        group: GroupName,
        /// When it trips.
        rule: GroupRule,
    },
    /// Let the tripped group quote again.
    ResetGroup {
        /// Which.
        group: GroupName,
    },
    /// Set the account's dead-man timer; the venue's acknowledgement is [`crate::Input::Confirmed`].
    DeadMan {
        /// So many seconds from now; 0 disarms.
        seconds: u32,
    },
    /// It quotes no more, for this reason, until [`Action::Released`]. Cancelling is an action of its own.
    Held {
        /// Why.
        hold: Hold,
        /// In words, with numbers.
        why: String,
    },
    /// A reason not to quote is gone.
    Released {
        /// Which.
        hold: Hold,
    },
    /// A new configuration was not taken, and why. The old one stays.
    NotReloaded {
        /// Why.
        why: String,
    },
    /// It was told to quit, and nothing is open any more.
    Done,
}

/// Why nothing is quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hold {
    /// The venue is not connected.
    Disconnected,
    /// What the account has, and what is open from before, is not known yet or not gone yet.
    Reconciling,
    /// The venue has not acknowledged the dead-man timer for too long.
    Unconfirmed,
    /// Nothing was heard from the venue for too long.
    Stale,
    /// It is not known what became of something that was asked; until nothing is open.
    Unknown,
    /// Somebody paused it.
    Paused,
    /// The file of the pause is there.
    PauseFile,
    /// The protection group tripped.
    Tripped,
    /// The day's loss reached its limit; until somebody resumes.
    Loss,
    /// Orders that are not its own are in its account; until somebody resumes.
    Foreign,
    /// It was told to quit.
    Quitting,
}

impl Hold {
    /// Every one, in order.
    pub const ALL: &'static [Hold] = &[
        Hold::Disconnected,
        Hold::Reconciling,
        Hold::Unconfirmed,
        Hold::Stale,
        Hold::Unknown,
        Hold::Paused,
        Hold::PauseFile,
        Hold::Tripped,
        Hold::Loss,
        Hold::Foreign,
        Hold::Quitting,
    ];

    /// For machines, `pause_file`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Hold::Disconnected => "disconnected",
            Hold::Reconciling => "reconciling",
            Hold::Unconfirmed => "unconfirmed",
            Hold::Stale => "stale",
            Hold::Unknown => "unknown",
            Hold::Paused => "paused",
            Hold::PauseFile => "pause_file",
            Hold::Tripped => "tripped",
            Hold::Loss => "loss",
            Hold::Foreign => "foreign",
            Hold::Quitting => "quitting",
        }
    }
}

impl fmt::Display for Hold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

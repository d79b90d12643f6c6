//! Names that the exchange gives: each a number that counts one kind of thing.

use std::fmt;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident($int:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub $int);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id! {
    /// An account, numbered from 0 in the order of opening.
    AccountId(u32)
}
id! {
    /// An instrument, numbered from 0 in the order of listing.
    InstrumentId(u32)
}
id! {
    /// The exchange's name for an order, counted from 1 over the whole venue; never used again.
    OrderId(u64)
}
id! {
    /// A trade, counted from 1 over the whole venue; both legs carry the same one.
    TradeId(u64)
}
id! {
    /// The position of a command in the venue's one sequence, counted from 1.
    CommandSeq(u64)
}
id! {
    /// Accounts of one owner: self-trade prevention acts between orders of one group.
    OwnerGroup(u32)
}
id! {
    /// A live connection with cancel-on-disconnect: the number of the command that opened it.
    SessionId(u64)
}
id! {
    /// A call auction, counted from 1 over the whole venue.
    AuctionId(u64)
}

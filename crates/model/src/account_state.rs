//! Whether an account may trade.

/// What an account may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum AccountState {
    /// Everything.
    #[default]
    Open = 1,
    /// Look, cancel and be paid: no new order, no withdrawal.
    Suspended = 2,
    /// Nothing, for ever. It is empty, and its name is not given again.
    Closed = 3,
}

impl AccountState {
    /// Every state, by number.
    pub const ALL: &'static [AccountState] = &[AccountState::Open, AccountState::Suspended, AccountState::Closed];

    /// The stable name for machines, `suspended`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            AccountState::Open => "open",
            AccountState::Suspended => "suspended",
            AccountState::Closed => "closed",
        }
    }

    /// The state of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<AccountState> {
        AccountState::ALL.iter().copied().find(|state| state.name() == name)
    }
}

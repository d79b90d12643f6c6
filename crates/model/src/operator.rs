//! Who gave a command in the venue's name, and why.

use crate::{Command, ShortText, TextError};
use std::fmt;

/// Who gave an operator's command: 1 to 64 of `[-A-Za-z0-9_.:]`; for one that came over the network the name of its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Actor(ShortText<64>);

impl Actor {
    /// Most bytes of an actor's name.
    pub const MAX_LEN: usize = 64;

    /// Reads an actor's name.
    ///
    /// # Errors
    /// [`TextError`] when it is empty, too long or has a character outside the set.
    pub fn parse(text: &str) -> Result<Actor, TextError> {
        let accept = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':');
        ShortText::parse_with(text, accept, "letters, digits, '-', '_', '.' and ':'").map(Actor)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// Why an operator's command was given, in words for who reads the journal: 1 to 200 printable ASCII characters, the first
/// and the last of which are no spaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reason(ShortText<200>);

impl Reason {
    /// Most bytes of a reason.
    pub const MAX_LEN: usize = 200;

    /// Reads a reason.
    ///
    /// # Errors
    /// [`TextError`] when it is empty, too long, has a character outside the set, or begins or ends with a space.
    pub fn parse(text: &str) -> Result<Reason, TextError> {
        let allowed = "printable ASCII, and no space at either end";
        if text.starts_with(' ') || text.ends_with(' ') {
            return Err(TextError::Character { found: ' ', allowed });
        }
        ShortText::parse_with(text, |c| c == ' ' || c.is_ascii_graphic(), allowed).map(Reason)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// An operator's command with who gave it and why. The engine does with it what it would do with the command alone: both
/// texts are for who reads the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByOperator {
    actor: Actor,
    reason: Reason,
    /// Always one that an operator may give, so there is never one within another.
    command: Command,
}

impl ByOperator {
    /// `None` when the command is not one that an operator gives: see [`Command::is_an_operators`].
    #[must_use]
    pub fn new(actor: Actor, reason: Reason, command: Command) -> Option<ByOperator> {
        command.is_an_operators().then_some(ByOperator { actor, reason, command })
    }

    /// Who gave it.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Why.
    #[must_use]
    pub fn reason(&self) -> &Reason {
        &self.reason
    }

    /// What is to be done.
    #[must_use]
    pub fn command(&self) -> &Command {
        &self.command
    }
}

impl Command {
    /// Whether an operator gives it in the venue's name: what opens, endows, bounds and stops, and for an account the cancel
    /// of its orders and what is asked about its holdings.
    #[must_use]
    pub fn is_an_operators(&self) -> bool {
        match self {
            Command::ListInstrument(_)
            | Command::OpenAccount { .. }
            | Command::DepositCash { .. }
            | Command::DepositCredits { .. }
            | Command::SetPhase { .. }
            | Command::SetRules { .. }
            | Command::SetSchedule { .. }
            | Command::SetReference { .. }
            | Command::SetLimits { .. }
            | Command::Kill { .. }
            | Command::RegisterLots { .. }
            | Command::WithdrawLots { .. }
            | Command::Holding(_)
            | Command::SetAccount { .. }
            | Command::Fund(_)
            | Command::DecideWithdrawal { .. }
            | Command::SetFundingRules(_)
            | Command::BustTrade { .. }
            | Command::AdjustTrade { .. }
            | Command::SetProgramme(_)
            | Command::Permit(_)
            | Command::RevokePermit { .. }
            | Command::WatchExpiry { .. }
            | Command::CancelAll { .. } => true,
            Command::Settlement(command) => command.is_an_operators(),
            Command::Clock
            | Command::AddOrder(_)
            | Command::AddDecay(_)
            | Command::AddLinked(_)
            | Command::AmendOrder(_)
            | Command::CancelOrder { .. }
            | Command::MassQuote(_)
            | Command::SetGroup { .. }
            | Command::ResetGroup { .. }
            | Command::CancelAllAfter { .. }
            | Command::Connect { .. }
            | Command::Disconnect { .. }
            | Command::CommitAuction { .. }
            | Command::RevealAuction { .. }
            | Command::ByOperator(_) => false,
        }
    }

    /// What is to be done, whoever gave it.
    #[must_use]
    pub fn plain(&self) -> &Command {
        match self {
            Command::ByOperator(by) => &by.command,
            command => command,
        }
    }

    /// Who gave it and why, when an operator did.
    #[must_use]
    pub fn by_operator(&self) -> Option<&ByOperator> {
        match self {
            Command::ByOperator(by) => Some(by),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{InstrumentId, Phase, Sequenced};

    fn by(command: Command) -> Option<ByOperator> {
        ByOperator::new(Actor::parse("uk_1").unwrap(), Reason::parse("it is time").unwrap(), command)
    }

    #[test]
    fn an_actor_and_a_reason_are_bounded_and_printable() {
        assert_eq!(Actor::parse("venue-file").unwrap().as_str(), "venue-file");
        assert_eq!(Actor::parse(&"x".repeat(65)), Err(TextError::Length { max: 64 }));
        assert_eq!(Reason::parse(&"x".repeat(200)).unwrap().as_str().len(), 200);
        assert_eq!(Reason::parse(&"x".repeat(201)), Err(TextError::Length { max: 200 }));
        assert_eq!(Reason::parse(""), Err(TextError::Length { max: 200 }));
        for bad in [" a", "a ", " ", "a\nb", "a\u{202e}b", "ä", "\u{7f}"] {
            assert!(matches!(Reason::parse(bad), Err(TextError::Character { .. })), "{bad:?}");
        }
    }

    #[test]
    fn only_an_operators_command_is_given_by_one_and_none_within_another() {
        let halt = Command::SetPhase { instrument: InstrumentId(0), phase: Phase::Halted };
        assert_eq!(by(Command::Clock), None);
        let given = Command::ByOperator(Box::new(by(halt.clone()).unwrap()));
        assert_eq!((given.plain(), halt.plain()), (&halt, &halt));
        assert_eq!(given.by_operator().unwrap().reason().as_str(), "it is time");
        assert_eq!(halt.by_operator(), None);
        assert_eq!(by(given), None);
    }

    /// Every command is moved and copied through two queues: who gave it costs those nothing that nobody gave.
    #[test]
    fn a_command_is_no_larger_for_it() {
        assert_eq!((size_of::<Command>(), size_of::<Sequenced>()), (144, 160));
    }
}

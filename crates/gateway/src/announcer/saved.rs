//! An announcer as facts: those of its view, then its own. What was told to live connections is not among them.

use super::Announcer;
use unspent_marketdata::{RestoreError, Restoring, View};
use unspent_model::{AccountId, CommandSeq, InstrumentId, ViewAccountPart, ViewFact, ViewFactName, ViewMarketPart};
use unspent_protocol::{Catalogue, CatalogueError};

impl Announcer {
    /// Gives everything that was learned by following, piece by piece, in the order that [`RestoringAnnouncer`] takes it.
    ///
    /// # Panics
    /// As [`View::facts`]: an announcer is saved between two commands.
    pub fn facts(&self, mut each: impl FnMut(&ViewFact)) {
        self.view.facts(&mut each);
        let counted = || (0..).map(AccountId).zip(&self.exec_seqs).filter(|&(_, &exec_seq)| exec_seq > 0);
        each(&ViewFact::Announcer { seq: self.seq, exec_seqs: counted().count() as u64 });
        for (account, &exec_seq) in counted() {
            each(&ViewFact::ExecSeq { account, exec_seq });
        }
    }
}

/// Takes the facts of an announcer in their order and gives the announcer, to which nobody listens yet and whose private messages
/// do not name their account.
///
/// After an error it is of no use any more.
#[derive(Debug, Default)]
pub struct RestoringAnnouncer {
    view: Restoring,
    /// Once the view is whole.
    own: Option<Own>,
}

/// What an announcer has beside its view.
#[derive(Debug)]
struct Own {
    announcer: Announcer,
    last: ViewFactName,
    expected: u64,
    told: u64,
}

impl RestoringAnnouncer {
    /// Knows nothing yet.
    #[must_use]
    pub fn new() -> RestoringAnnouncer {
        RestoringAnnouncer::default()
    }

    /// Takes the next fact.
    ///
    /// # Errors
    /// [`RestoreError`] when it is out of order, names what is not there, or contradicts one before it.
    pub fn take(&mut self, fact: ViewFact) -> Result<(), RestoreError> {
        let name = fact.name();
        let contradiction = |why| RestoreError::Contradiction { fact: name, why };
        match (&mut self.own, fact) {
            (None, ViewFact::Announcer { seq, exec_seqs }) => {
                let view = std::mem::take(&mut self.view).finish()?;
                if seq < view.seq() {
                    return Err(contradiction("the view is of a later command"));
                }
                let announcer = of_view(view, seq)?;
                self.own = Some(Own { announcer, last: name, expected: exec_seqs, told: 0 });
                Ok(())
            }
            (None, ViewFact::ExecSeq { .. }) => {
                Err(RestoreError::Unknown { fact: name, missing: ViewFactName::Announcer })
            }
            (None, fact) => self.view.take(fact),
            (Some(own), _) if own.last >= name => Err(RestoreError::OutOfOrder { fact: name, after: Some(own.last) }),
            (Some(own), ViewFact::ExecSeq { account, exec_seq }) => {
                if own.announcer.view.balances().account(account).is_none() {
                    let missing = ViewFactName::Account(account, ViewAccountPart::Itself);
                    return Err(RestoreError::Unknown { fact: name, missing });
                }
                if exec_seq == 0 {
                    return Err(contradiction("it counts nothing"));
                }
                own.announcer.exec_seqs.resize(account.0 as usize + 1, 0);
                own.announcer.exec_seqs[account.0 as usize] = exec_seq;
                own.last = name;
                own.told += 1;
                Ok(())
            }
            (Some(_), _) => Err(RestoreError::Foreign { fact: name }),
        }
    }

    /// The announcer.
    ///
    /// # Errors
    /// [`RestoreError`] when there are fewer facts than there were said to be, or more.
    pub fn finish(self) -> Result<Announcer, RestoreError> {
        let own = self.own.ok_or(RestoreError::Missing { fact: ViewFactName::Announcer })?;
        let Own { announcer, expected, told, .. } = own;
        if expected != told {
            return Err(RestoreError::Incomplete { what: "exec_seqs", expected, told });
        }
        Ok(announcer)
    }
}

/// An announcer that knows a view. What is listed follows from it.
fn of_view(view: View, seq: CommandSeq) -> Result<Announcer, RestoreError> {
    let mut catalogue = Catalogue::default();
    for (instrument, market) in view.markets() {
        catalogue.insert(market.spec.clone()).map_err(|error| unlisted(instrument, error))?;
    }
    Ok(Announcer { view, catalogue, seq, ..Announcer::default() })
}

fn unlisted(instrument: InstrumentId, error: CatalogueError) -> RestoreError {
    let why = match error {
        CatalogueError::SymbolListed => "another instrument has its symbol",
        CatalogueError::FaceTooLarge => "its face value is too large",
    };
    RestoreError::Contradiction { fact: ViewFactName::Market(instrument, ViewMarketPart::Itself), why }
}

//! Who has heard what, and whether it is still true after a crash.
//!
//! The auditor sees only what a client or an accountant could see: replies and events, once they are told. From the events
//! alone it derives the books and the balances again.

use crate::script::Script;
use crate::watched::Watched;
use unspent_engine::Engine;
use unspent_marketdata::View;
use unspent_model::{AccountId, Event, InstrumentId, Sequenced, Side};
use unspent_recovery::Follower;

/// What was told so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Told {
    /// The last command whose outcome was told.
    pub acked: u64,
    /// The first command of the last batch that was told.
    pub last_batch: u64,
}

/// Follows a replay.
#[derive(Debug)]
pub struct Auditor<'a> {
    script: &'a Script,
    /// What the events make.
    watched: Watched,
    wrong: Option<String>,
}

impl<'a> Auditor<'a> {
    /// Of a replay that begins where `watched` was saved.
    pub fn new(script: &'a Script, watched: Watched) -> Auditor<'a> {
        Auditor { script, watched, wrong: None }
    }

    /// A command that the replay applied, and its events: they are those of the venue that never fails.
    pub fn follow(&mut self, command: &Sequenced, events: &[Event]) {
        if self.wrong.is_some() {
            return;
        }
        if command.seq.0 > self.script.last_seq() {
            self.wrong = Some(format!("command {} was never given", command.seq));
            return;
        }
        let line = self.script.at(command.seq.0);
        if *command != line.command {
            self.wrong = Some(format!("command {} is another than the one that was given", command.seq));
        } else if events != line.events {
            self.wrong = Some(format!("command {} has other events than without the crash", command.seq));
        }
        self.watched.follow(command, events);
    }

    /// After a replay: nothing that was told is gone, nothing happened twice, and what is there is what the events make.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub fn judge(&self, engine: &Engine, least: u64) -> Result<(), String> {
        if let Some(wrong) = &self.wrong {
            return Err(wrong.clone());
        }
        let seq = engine.seq().0;
        if seq < least {
            return Err(format!("the venue ends at command {seq}, but command {least} was acknowledged"));
        }
        let (hash, wanted) = (engine.state_hash(), self.script.hash(seq));
        if hash != wanted {
            return Err(format!("the state after command {seq} is {hash:016x}, and {wanted:016x} without the crash"));
        }
        engine.check_invariants();
        books(&self.watched.0, engine)
    }
}

fn books(view: &View, engine: &Engine) -> Result<(), String> {
    let instruments = u32::try_from(engine.instruments().len()).expect("bounded");
    let accounts = u32::try_from(engine.account_count()).expect("bounded");
    for account in (0..accounts).map(AccountId) {
        let cash = view.balances().cash(account);
        if (cash.available, cash.reserved) != engine.cash(account) {
            return Err(format!("the cash of account {account} is not what its events make"));
        }
    }
    for instrument in (0..instruments).map(InstrumentId) {
        for account in (0..accounts).map(AccountId) {
            let held = view.balances().holding(account, instrument);
            if (held.available, held.reserved) != engine.lots(account, instrument) {
                return Err(format!("account {account}'s lots of {instrument} are not what its events make"));
            }
        }
        let market = view.market(instrument).ok_or("an instrument without an event")?;
        for side in [Side::Buy, Side::Sell] {
            let levels = market.depth.levels(side, usize::MAX).map(|level| (level.price, level.lots));
            if !levels.eq(engine.levels(instrument, side)) {
                return Err(format!("the {side:?} side of {instrument} is not what its events make"));
            }
        }
    }
    Ok(())
}

//! Lists the months that a catalogue's calendar asks for: at the start, and at each midnight (UTC).
//!
//! What it does is sequenced like an operator's commands, by the actor `calendar`, so a replay needs no catalogue. A crash in
//! the middle of a day's listings leaves a venue that lacks the rest, and the next start gives it.

use crate::catalogue::Catalogue;
use crate::catalogue::plan::lacking;
use unspent_engine::Engine;
use unspent_model::{Actor, ByOperator, Command, Date, Reason, Timestamp};

/// The calendar of a venue, when it has a catalogue.
#[derive(Debug)]
pub struct Calendar {
    catalogue: Option<Catalogue>,
    /// The last day whose months were listed.
    listed: Option<Date>,
}

impl Calendar {
    pub fn new(catalogue: Option<Catalogue>) -> Calendar {
        Calendar { catalogue, listed: None }
    }

    /// When it has something to do next.
    pub fn next(&self) -> Option<Timestamp> {
        self.catalogue.as_ref().map(|_| self.listed.map_or(Timestamp(0), Date::end))
    }

    /// The commands of the day of `now`, when it has begun since the last ones.
    pub fn commands(&mut self, engine: &Engine, now: Timestamp) -> Vec<Command> {
        if self.next().is_none_or(|next| next > now) {
            return Vec::new();
        }
        let Some(catalogue) = &self.catalogue else { return Vec::new() };
        let today = Date::of(now);
        self.listed = Some(today);
        let actor = Actor::parse("calendar").expect("a name");
        let why = format!("months of {today}, catalogue version {}", catalogue.version);
        let reason = Reason::parse(&why).expect("a reason");
        let by = |command| ByOperator::new(actor, reason, command).expect("an operator's command");
        let steps = lacking(catalogue, engine, now).into_iter();
        steps.map(|step| Command::ByOperator(Box::new(by(step.command)))).collect()
    }
}

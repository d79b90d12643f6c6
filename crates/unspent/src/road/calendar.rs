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

#[cfg(test)]
mod tests {
    use crate::road::{StartOptions, start};
    use crate::venue_file::VenueFile;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::time::Duration;
    use unspent_model::{Date, Event, Timestamp};

    static NOW: AtomicU64 = AtomicU64::new(0);

    fn clock() -> Timestamp {
        Timestamp(NOW.load(Ordering::Relaxed))
    }

    /// A midnight that comes while the venue runs lists the month that its day begins to need.
    #[test]
    fn a_month_is_listed_at_midnight() {
        let dir = tempfile::tempdir().unwrap();
        let demo = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/catalogue/demo.toml");
        let path = dir.path().join("venue.toml");
        std::fs::write(&path, format!("catalogue = {demo:?}\n")).unwrap();
        let eve = Date::parse("2026-11-20").unwrap();
        NOW.store(eve.start().0 + 1, Ordering::Relaxed);
        let road = start(
            StartOptions {
                data: dir.path().join("data"),
                clock,
                venue: VenueFile::read(&path).unwrap(),
                segment_bytes: 4 << 20,
                snapshot_segments: 0,
                replay_all: false,
            },
            |_| (),
        )
        .unwrap();
        let mut listed = Vec::new();
        let mut take = |until: &str| {
            while !listed.iter().any(|symbol| symbol == until) {
                let released =
                    road.released.recv_timeout(Duration::from_secs(60)).unwrap_or_else(|_| panic!("no {until}"));
                listed.extend(released.events.iter().filter_map(|event| match event {
                    Event::InstrumentListed { spec, .. } => Some(spec.symbol.to_string()),
                    _ => None,
                }));
            }
            listed.clone()
        };
        let first = take("CRW-GPU-1K-PERP");
        let has = |month: &str| first.iter().any(|symbol| symbol == &format!("AWS-ACT-1K-{month}"));
        assert!(has("202611") && has("202704") && !has("202705"), "{first:?}");
        // November's last trade is on the 20th: the next day begins with another month.
        NOW.store(eve.end().0, Ordering::Relaxed);
        take("AWS-ACT-1K-202705");
        drop(road.inbound);
        let waiting = std::thread::spawn(move || road.threads.join());
        while road.released.recv().is_ok() {}
        let engine = waiting.join().unwrap().unwrap();
        assert_eq!(
            engine.instruments().filter(|spec| spec.symbol.as_str().starts_with("AWS-ACT-1K-202705")).count(),
            1
        );
    }
}

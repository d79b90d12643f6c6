//! The publisher's memory, as a snapshot holds it beside the engine.

use unspent_gateway::{Announcer, RestoringAnnouncer};
use unspent_model::{Event, Sequenced};
use unspent_records::{decode_view_fact, encode_view_fact};
use unspent_recovery::Follower;

/// The announcer that follows an engine.
#[derive(Debug)]
pub struct Audience(pub Announcer);

impl Follower for Audience {
    type Restoring = RestoringAnnouncer;

    fn fresh() -> Audience {
        Audience(Announcer::new())
    }

    fn follow(&mut self, command: &Sequenced, events: &[Event]) {
        self.0.follow(command.at, command.seq, events);
    }

    fn save<E>(&self, mut push: impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        let mut frame = Vec::new();
        let mut saved = Ok(());
        self.0.facts(|fact| {
            if saved.is_ok() {
                frame.clear();
                encode_view_fact(fact, &mut frame);
                saved = push(&frame);
            }
        });
        saved
    }

    fn take(restoring: &mut RestoringAnnouncer, frame: &[u8]) -> Result<(), String> {
        let fact = decode_view_fact(frame).map_err(|error| error.to_string())?;
        restoring.take(fact).map_err(|error| error.to_string())
    }

    fn finish(restoring: RestoringAnnouncer) -> Result<Audience, String> {
        restoring.finish().map(Audience).map_err(|error| error.to_string())
    }
}

//! A view of the market that is made of events alone, as the publisher keeps one beside the engine.

use unspent_marketdata::{Restoring, View};
use unspent_model::{Event, Sequenced};
use unspent_records::{decode_view_fact, encode_view_fact};
use unspent_recovery::Follower;

/// The view of everything that was ever told.
#[derive(Debug)]
pub struct Watched(pub View);

impl Follower for Watched {
    type Restoring = Restoring;

    fn fresh() -> Watched {
        Watched(View::new())
    }

    fn follow(&mut self, command: &Sequenced, events: &[Event]) {
        for event in events {
            self.0.apply(command.at, command.seq, event);
        }
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

    fn take(restoring: &mut Restoring, frame: &[u8]) -> Result<(), String> {
        let fact = decode_view_fact(frame).map_err(|error| error.to_string())?;
        restoring.take(fact).map_err(|error| error.to_string())
    }

    fn finish(restoring: Restoring) -> Result<Watched, String> {
        restoring.finish().map(Watched).map_err(|error| error.to_string())
    }
}

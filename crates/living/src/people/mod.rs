//! The participants of the living market.

mod buyer;
mod hunter;
mod informed;
mod maker;
mod seller;

pub use buyer::Team;
pub use hunter::Hunter;
pub use informed::Insider;
pub use maker::Maker;
pub use seller::Seller;

use unspent_model::{InstrumentId, Timestamp};

/// Never asked again.
const NEVER: Timestamp = Timestamp(u64::MAX);

/// Credits held, by book.
#[derive(Debug, Default)]
struct Holding(Vec<(InstrumentId, u64)>);

impl Holding {
    fn add(&mut self, instrument: InstrumentId, lots: u64) {
        match self.0.iter_mut().find(|(held, _)| *held == instrument) {
            Some((_, have)) => *have += lots,
            None => self.0.push((instrument, lots)),
        }
    }

    fn take(&mut self, instrument: InstrumentId, lots: u64) {
        if let Some((_, have)) = self.0.iter_mut().find(|(held, _)| *held == instrument) {
            *have = have.saturating_sub(lots);
        }
    }

    fn of(&self, instrument: InstrumentId) -> u64 {
        self.0.iter().find(|(held, _)| *held == instrument).map_or(0, |&(_, lots)| lots)
    }

    fn drop_all(&mut self, instrument: InstrumentId) {
        self.0.retain(|&(held, _)| held != instrument);
    }
}

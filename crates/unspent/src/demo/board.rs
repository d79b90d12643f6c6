//! What the demo's people see: best prices and trades, followed over a session like anybody's.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use unspent_client::{ClientError, FeedEvent, Session, SessionConfig};
use unspent_living::{Market, Parameters};
use unspent_model::{InstrumentId, Price, Symbol};
use unspent_protocol::{Channel, Data, SubscribeParams, TickerRow};

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// The public's view, shared by everybody who trades, and what the books are called.
#[derive(Clone)]
pub struct Board {
    market: Arc<Mutex<Market>>,
    /// By book: its symbol and dollars of face of one lot.
    pub books: Arc<Vec<(Symbol, u32)>>,
}

impl Board {
    /// The books of the living market's programmes among these symbols.
    pub fn new(parameters: &Parameters, symbols: &[Symbol]) -> Board {
        let mut market = Market::new(parameters.programmes.len(), true, true);
        let mut books = Vec::new();
        for &symbol in symbols {
            let Some(credit) = symbol.credit() else { continue };
            let Some(name) = symbol.programme() else { continue };
            let known =
                |shape: &unspent_living::ProgrammeShape| shape.id == name.as_str() && shape.face == credit.face_dollars;
            if let Some(programme) = parameters.programmes.iter().position(known) {
                market.list(symbol, programme);
                books.push((symbol, credit.face_dollars));
            }
        }
        Board { market: Arc::new(Mutex::new(market)), books: Arc::new(books) }
    }

    /// The market now.
    pub fn market(&self) -> MutexGuard<'_, Market> {
        self.market.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The book of a symbol.
    pub fn book(&self, symbol: Symbol) -> Option<InstrumentId> {
        let at = self.books.iter().position(|&(other, _)| other == symbol)?;
        u32::try_from(at).ok().map(InstrumentId)
    }

    /// Follows every book's ticker for as long as the venue is there.
    pub async fn follow(self, url: String) -> Result<(), ClientError> {
        let session = Session::start(SessionConfig::new(&url)?);
        let mut tasks = tokio::task::JoinSet::new();
        for &(symbol, _) in self.books.iter() {
            let mut feed = session.feed(SubscribeParams::new(Channel::Ticker, vec![symbol])).await?;
            let board = self.clone();
            tasks.spawn(async move {
                while let Ok(event) = feed.next().await {
                    if let FeedEvent::Data(data) = event
                        && let Data::Ticker(stream) = *data
                    {
                        stream.data.iter().for_each(|row| board.take(row));
                    }
                }
            });
        }
        while tasks.join_next().await.is_some() {}
        Ok(())
    }

    fn take(&self, row: &TickerRow) {
        let Some(id) = self.book(row.symbol) else { return };
        let mut market = self.market();
        let book = market.book_mut(id);
        book.best = [row.bid, row.ask].map(|price| price.and_then(price_of));
        let last = row.last.and_then(price_of);
        // A ticker does not say how many trades there were: a price or a volume that is another means one at least.
        if last.is_some() && last != book.last {
            book.prints += 1;
        }
        book.last = last;
    }
}

/// Dollars for a dollar of face in basis points.
fn price_of(price: Decimal) -> Option<Price> {
    let bp = (price.abs() * Decimal::from(10_000)).to_u32()?;
    (bp > 0).then_some(Price(bp))
}

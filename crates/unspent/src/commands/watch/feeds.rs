//! What is followed at a venue, brought together in one picture.

use super::picture::{News, Picture};
use crate::cli::WatchArgs;
use crate::commands::connect::{account_session, connect, instruments, of, plain, session, symbol};
use crate::failure::Failure;
use std::collections::BTreeSet;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;
use unspent_client::{ClientError, Feed, FeedEvent, Session, SessionState};
use unspent_model::{Symbol, Timestamp};
use unspent_protocol::{BookDepth, Call, Channel, SubscribeParams};

/// Instruments that are followed at a time.
const MOST: usize = 32;
/// What waits to be taken into the picture; beyond, readers wait.
const WAITING: usize = 256;

/// This machine's time.
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(u64::try_from(since.as_nanos()).unwrap_or(u64::MAX))
}

type Sender = mpsc::Sender<Result<News, ClientError>>;

/// Streams that are open, and what they told.
pub struct Feeds {
    /// What is known.
    pub picture: Picture,
    news: mpsc::Receiver<Result<News, ClientError>>,
    states: watch::Receiver<SessionState>,
}

impl Feeds {
    /// Opens everything: with a key also what is the account's.
    pub async fn open(args: &WatchArgs) -> Result<Feeds, Failure> {
        let mut symbols: Vec<Symbol> = args.symbols.iter().map(|text| symbol(text)).collect::<Result<_, _>>()?;
        if symbols.len() > MOST {
            return Err(Failure::Usage(format!(
                "name at most {MOST} instruments; --json and --lines follow any number"
            )));
        }
        // A venue that is not there at first is an error; one that goes is waited for.
        let (client, mut inbox) = connect(&args.client).await?;
        let listed = instruments(&client, &mut inbox).await?.pairs;
        drop((client, inbox));
        let all = symbols.is_empty();
        if all {
            symbols = listed.iter().map(|pair| pair.symbol).take(MOST).collect();
        }
        let private = args.client.key.is_some() || args.client.key_file.is_some();
        let session = if private { account_session(&args.client)? } else { session(&args.client)? };
        let (sender, news) = mpsc::channel(WAITING);
        let mut picture = Picture::new(&args.client.url, &symbols, private);
        picture.pass(now());
        if all && listed.len() > MOST {
            picture.model.note('!', format!("{} are listed; the first {MOST} are followed: name others", listed.len()));
        }
        let mut states = session.states();
        states.mark_changed();
        open(&session, &sender, &symbols, private).await?;
        tokio::spawn(ping(session, sender));
        Ok(Feeds { picture, news, states })
    }

    /// Takes the next thing that happens into the picture. Cancel safe.
    pub async fn next(&mut self) -> Result<(), Failure> {
        tokio::select! {
            news = self.news.recv() => {
                // The task that pings holds a sender as long as the session lives.
                let Some(news) = news else { return Err(ClientError::Closed.into()) };
                self.picture.take(now(), news?);
            }
            Ok(()) = self.states.changed() => {
                let state = self.states.borrow_and_update().clone();
                self.picture.state(now(), &state);
            }
        }
        Ok(())
    }
}

async fn open(session: &Session, sender: &Sender, symbols: &[Symbol], private: bool) -> Result<(), Failure> {
    follow(session.feed(plain(Channel::Instrument)).await?, sender, None);
    let mut families = BTreeSet::new();
    for &symbol in symbols {
        let mut book = session.book(symbol, BookDepth::D25).await?;
        let books = sender.clone();
        tokio::spawn(async move {
            loop {
                let event = book.next().await.map(|event| News::Book(symbol, event));
                let over = event.is_err();
                if books.send(event).await.is_err() || over {
                    return;
                }
            }
        });
        for channel in [Channel::Ticker, Channel::Trade] {
            let params = SubscribeParams { symbols: vec![symbol], ..plain(channel) };
            follow(session.feed(params).await?, sender, Some(symbol));
        }
        families.extend(symbol.family().and_then(|family| Symbol::parse(family.trim_end_matches('-')).ok()));
    }
    for family in families {
        follow(session.feed(of(Channel::Curve, vec![family], None)).await?, sender, None);
    }
    if private {
        for channel in [Channel::Balances, Channel::Holdings] {
            follow(session.feed(plain(channel)).await?, sender, None);
        }
        let (mut executions, sender) = (session.executions().await?, sender.clone());
        tokio::spawn(async move {
            loop {
                let event = executions.next().await.map(News::Execution);
                let over = event.is_err();
                if sender.send(event).await.is_err() || over {
                    return;
                }
            }
        });
    }
    Ok(())
}

/// Takes a feed's messages into the queue until it ends.
fn follow(mut feed: Feed, sender: &Sender, symbol: Option<Symbol>) {
    let sender = sender.clone();
    tokio::spawn(async move {
        loop {
            let event = feed.next().await.map(|event| match event {
                FeedEvent::Data(data) => News::Data(data),
                FeedEvent::Missed => News::Missed(symbol),
            });
            let over = event.is_err();
            if sender.send(event).await.is_err() || over {
                return;
            }
        }
    });
}

/// Measures how long an answer takes, once a second, while there is a connection.
async fn ping(session: Session, sender: Sender) {
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        if session.state() != SessionState::Live {
            if sender.is_closed() {
                return;
            }
            continue;
        }
        let asked = Instant::now();
        if session.call(Call::Ping).await.is_ok() && sender.send(Ok(News::Answered(asked.elapsed()))).await.is_err() {
            return;
        }
    }
}

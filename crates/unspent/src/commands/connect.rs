//! What every command that talks to a venue needs: a runtime, a connection, a login, the first picture of a stream.

use crate::cli::ClientArgs;
use crate::credential::Credential;
use crate::failure::Failure;
use std::time::Duration;
use unspent_client::{Client, Endpoint, Inbox, Session, SessionConfig};
use unspent_model::Symbol;
use unspent_protocol::{Book, BookDepth, Channel, Data, Execution, Instruments, OpenRows, Pair, SubscribeParams};

/// How long a first picture may take.
const PICTURE: Duration = Duration::from_secs(10);

/// Runs a command that talks.
pub fn talk(command: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(command)
}

/// Where the venue is.
pub fn endpoint(args: &ClientArgs) -> Result<Endpoint, Failure> {
    let endpoint = Endpoint::new(&args.url)?;
    Ok(match &args.ca_file {
        Some(path) => endpoint.with_authorities_in(path)?,
        None => endpoint,
    })
}

/// A connection without a login.
pub async fn connect(args: &ClientArgs) -> Result<(Client, Inbox), Failure> {
    Ok(Client::connect_to(&endpoint(args)?).await?)
}

/// What acts for an account. What is wrong with the key is said before anything is sent.
pub fn credential(args: &ClientArgs) -> Result<unspent_client::Credential, Failure> {
    let credential = args.key_file.as_deref().map(Credential::read).transpose();
    let credential = credential.map_err(|error| Failure::Login(format!("{error:#}")))?;
    match (&args.key, credential) {
        (Some(key), None) => Ok(unspent_client::Credential::Static { api_key: key.clone() }),
        (None, Some(Credential { api_key, seed })) => Ok(unspent_client::Credential::Signed { api_key, seed }),
        (None, None) => Err(Failure::Login(
            "this needs your API key: pass it with --key-file or --key, or UNSPENT_KEY_FILE or UNSPENT_KEY".to_owned(),
        )),
        (Some(_), Some(_)) => Err(Failure::Usage(
            "pass one of --key-file and --key, also when they come from UNSPENT_KEY_FILE and UNSPENT_KEY".to_owned(),
        )),
    }
}

/// A connection that acts for an account.
pub async fn login(args: &ClientArgs) -> Result<(Client, Inbox), Failure> {
    let credential = credential(args)?;
    let (client, inbox) = connect(args).await?;
    client.log_in(&credential, None).await?;
    Ok((client, inbox))
}

/// A session without a login: it outlives its connections.
pub fn session(args: &ClientArgs) -> Result<Session, Failure> {
    let endpoint = endpoint(args)?;
    Ok(Session::start(SessionConfig { endpoint, ..SessionConfig::new(&args.url)? }))
}

/// A session that acts for an account.
pub fn account_session(args: &ClientArgs) -> Result<Session, Failure> {
    let (endpoint, credential) = (endpoint(args)?, Some(credential(args)?));
    Ok(Session::start(SessionConfig { endpoint, credential, ..SessionConfig::new(&args.url)? }))
}

/// A symbol, or what would be one.
pub fn symbol(text: &str) -> Result<Symbol, Failure> {
    Symbol::parse(text)
        .map_err(|error| Failure::Usage(format!("symbol {text}: {error}; an example is AWS-ACT-1K-202706")))
}

/// A subscription to a channel without symbols.
pub fn plain(channel: Channel) -> SubscribeParams {
    SubscribeParams {
        channel,
        symbols: Vec::new(),
        depth: None,
        interval: None,
        snapshot: None,
        from_seq: None,
        from_exec_seq: None,
    }
}

/// A subscription to a channel of some instruments.
pub fn of(channel: Channel, symbols: Vec<Symbol>, depth: Option<BookDepth>) -> SubscribeParams {
    SubscribeParams { symbols, depth, ..plain(channel) }
}

/// Subscribes and waits for the first picture that `pick` recognises.
pub async fn picture<T>(
    client: &Client,
    inbox: &mut Inbox,
    params: SubscribeParams,
    mut pick: impl FnMut(Data) -> Option<T>,
) -> Result<T, Failure> {
    client.subscribe(params).await?;
    let found = async {
        while let Some(data) = inbox.next().await {
            if let Some(found) = pick(data) {
                return Some(found);
            }
        }
        None
    };
    match tokio::time::timeout(PICTURE, found).await {
        Ok(Some(found)) => Ok(found),
        _ => Err(Failure::Unavailable("the venue sent no snapshot; try again".to_owned())),
    }
}

/// What is listed.
pub async fn instruments(client: &Client, inbox: &mut Inbox) -> Result<Instruments, Failure> {
    picture(client, inbox, plain(Channel::Instrument), |data| match data {
        Data::Instrument(stream) => Some(stream.data),
        _ => None,
    })
    .await
}

/// One instrument.
pub async fn pair(client: &Client, inbox: &mut Inbox, symbol: Symbol) -> Result<Pair, Failure> {
    let listed = instruments(client, inbox).await?;
    let names: Vec<String> = listed.pairs.iter().map(|pair| pair.symbol.to_string()).collect();
    listed
        .pairs
        .into_iter()
        .find(|pair| pair.symbol == symbol)
        .ok_or_else(|| Failure::Usage(format!("{symbol} is not listed here; listed are {}", names.join(", "))))
}

/// A book's picture.
pub async fn book(client: &Client, inbox: &mut Inbox, symbol: Symbol, depth: BookDepth) -> Result<Book, Failure> {
    picture(client, inbox, of(Channel::Book, vec![symbol], Some(depth)), |data| match data {
        Data::Book(stream) => stream.data.into_iter().find(|book| book.symbol == symbol),
        _ => None,
    })
    .await
}

/// An account's open orders.
pub async fn open_orders(client: &Client, inbox: &mut Inbox) -> Result<Vec<Execution>, Failure> {
    let mut open = OpenRows::default();
    picture(client, inbox, plain(Channel::Executions), |data| match data {
        Data::Executions(stream) => {
            open.take(&stream);
            open.is_whole().then(|| std::mem::take(&mut open).rows().collect())
        }
        _ => None,
    })
    .await
}

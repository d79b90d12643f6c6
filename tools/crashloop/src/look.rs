//! What a client finds when it connects after a restart.

use crate::history::{Problem, Purse, There};
use crate::server::{CASH, CREDITS, INSTRUMENTS, key};
use anyhow::{Context, Result, ensure};
use rust_decimal::Decimal;
use unspent_client::{Client, Inbox};
use unspent_protocol::{Channel, Data, OpenRows, SubscribeParams};

fn stream(channel: Channel) -> SubscribeParams {
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

/// Connects an account and looks at everything it has.
///
/// # Errors
/// When the connection is refused or lost.
pub async fn open(url: &str, i: usize) -> Result<((Client, Inbox), There)> {
    let (client, mut inbox) = Client::connect(url).await?;
    let (id, seed) = key(i);
    let mut there = There { exec_seq: client.login_signed(&id, &seed).await?.exec_seq, ..There::default() };
    let mut open = OpenRows::default();
    for channel in [Channel::Executions, Channel::Balances, Channel::Holdings] {
        client.subscribe(stream(channel)).await?;
        loop {
            match inbox.next().await.context("the connection was lost")? {
                Data::Executions(stream) => {
                    ensure!(stream.exec_seq == Some(there.exec_seq), "login and executions differ in exec_seq");
                    open.take(&stream);
                    if open.is_whole() {
                        there.open = std::mem::take(&mut open).rows().collect();
                        break;
                    }
                }
                Data::Balances(snapshot) => {
                    there.purse.cash = snapshot.data.iter().map(|row| row.balance).sum();
                    break;
                }
                Data::Holdings(snapshot) => {
                    let held = snapshot.data.iter().filter(|row| row.balance > 0);
                    there.purse.credits = held.map(|row| (row.symbol.to_string(), i128::from(row.balance))).collect();
                    break;
                }
                _ => {}
            }
        }
    }
    Ok(((client, inbox), there))
}

/// The credits of all accounts are what came in; their cash is what came in less the fees, all of which are told but
/// those of the last moments before a kill.
#[must_use]
pub fn conserved(purses: &[Purse], fees: Decimal) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (symbol, _) in INSTRUMENTS {
        let name = (*symbol).to_owned();
        let is: i128 = purses.iter().filter_map(|purse| purse.credits.get(&name)).sum();
        let came_in = i128::from(CREDITS) * purses.len() as i128;
        if is != came_in {
            problems.push(Problem::CreditsNotConserved { symbol: name, is, came_in });
        }
    }
    let is: Decimal = purses.iter().map(|purse| purse.cash).sum();
    let came_in = Decimal::from(CASH) * Decimal::from(purses.len());
    if is + fees > came_in {
        problems.push(Problem::CashNotConserved { is, fees, came_in });
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn what_is_made_from_nothing_is_seen() {
        let credits = || INSTRUMENTS.iter().map(|(symbol, _)| ((*symbol).to_owned(), i128::from(CREDITS)));
        let purse = Purse { cash: Decimal::from(CASH), credits: BTreeMap::from_iter(credits()) };
        assert_eq!(conserved(&[purse.clone(), purse.clone()], Decimal::ZERO), []);
        // A fee was told, and nobody paid it.
        let unpaid = conserved(&[purse.clone(), purse.clone()], Decimal::ONE);
        assert!(matches!(unpaid[..], [Problem::CashNotConserved { .. }]));
        let mut less = purse.clone();
        less.credits.pop_first();
        assert!(matches!(conserved(&[purse, less], Decimal::ZERO)[..], [Problem::CreditsNotConserved { .. }]));
    }
}

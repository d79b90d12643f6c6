//! `unspent reconcile`: two sets of books over one journal, and whether they agree to the cent and to the lot.

use super::journal::common::{Progress, journal_of};
use crate::cli::ReconcileArgs;
use crate::failure::Failure;
use crate::money;
use crate::output::say;
use anyhow::anyhow;
use rust_decimal::Decimal;
use serde_json::json;
use unspent_engine::Engine;
use unspent_journal::Reader;
use unspent_marketdata::Accounting;
use unspent_model::{AccountId, InstrumentId};
use unspent_protocol::print_time;
use unspent_recovery::{Replay, Until};

/// Replays with the ledger and, from the events alone, with books that share no code with it; then compares.
pub fn run(args: &ReconcileArgs, json: bool) -> Result<(), Failure> {
    let dir = journal_of(&args.data.data, "--data")?;
    let mut reader = Reader::open(&dir)?;
    let mut replay = Replay::new(Engine::new(0));
    let mut progress = Progress::new(json);
    let (mut books, mut entries) = (Accounting::new(), 0_u64);
    replay.run(
        &mut reader,
        args.until.map_or(Until::End, Until::Time),
        |_, events| {
            for event in events {
                books.apply(event, |_| entries += 1);
            }
        },
        |seq| progress.command("replaying", seq),
    )?;
    let (engine, outcome) = replay.finish();
    let mut wrong = books.contradictions();
    wrong.extend(differences(&engine, &books));
    let accounts = engine.account_count();
    let lots: i128 = ids(&engine).map(|id| books.lots_in(id)).sum();
    let held: i128 = books.all().map(|(_, owned)| owned.cash).sum();
    if json {
        say!(
            "{}",
            json!({
                "seq": outcome.summary.last_seq, "time": print_time(engine.now()), "accounts": accounts, "entries": entries,
                "cash_in": cents(books.cash_in()).to_string(), "cash_held": cents(held).to_string(),
                "fees": cents(books.earned()).to_string(), "lots_in": lots.to_string(),
                "state_hash": format!("{:016x}", engine.state_hash()), "reconciles": wrong.is_empty(), "wrong": wrong,
            })
        );
    } else {
        say!(
            "behind command {}, of {}: {} entries of {} accounts",
            money::count(outcome.summary.last_seq),
            print_time(engine.now()),
            money::count(entries),
            money::count(accounts as u64)
        );
        say!("");
        say!("{:<32} {:>24}", "came in and did not leave", money::dollars(cents(books.cash_in())));
        say!("{:<32} {:>24}", "accounts have", money::dollars(cents(held)));
        say!("{:<32} {:>24}", "the venue earned", money::dollars(cents(books.earned())));
        say!("{:<32} {:>24}", "lots in custody", lots);
        say!("");
    }
    if let Some(first) = wrong.first() {
        if !json {
            for each in &wrong {
                say!("WRONG: {each}");
            }
        }
        return Err(anyhow!("the books do not reconcile: {} contradictions, the first: {first}", wrong.len()).into());
    }
    if !json {
        say!("Every balance reconciles with the ledger to the cent and to the lot.");
    }
    Ok(())
}

fn cents(cents: i128) -> Decimal {
    Decimal::from_i128_with_scale(cents, 2)
}

fn ids(engine: &Engine) -> impl Iterator<Item = InstrumentId> {
    (0..).map(InstrumentId).take(engine.instruments().len())
}

/// What the ledger has of an account's money: free, set aside and in escrow.
pub fn cash_held(engine: &Engine, account: AccountId) -> i128 {
    let (free, aside) = engine.cash(account);
    i128::from(free.0) + i128::from(aside.0) + i128::from(engine.escrow(account).0)
}

/// What the ledger has of an account's lots of an instrument: in custody and promised.
pub fn lots_held(engine: &Engine, account: AccountId, id: InstrumentId) -> i128 {
    let (free, aside) = engine.lots(account, id);
    let promised = engine.promises(account).filter(|it| it.instrument == id);
    let promised: i128 = promised.map(|it| i128::from(it.available + it.reserved + it.escrow)).sum();
    i128::from(free) + i128::from(aside) + promised
}

/// Where the ledger has something else than the books.
fn differences(engine: &Engine, books: &Accounting) -> Vec<String> {
    let mut wrong = Vec::new();
    let accounts = (0..).map(AccountId).take(engine.account_count());
    for account in accounts {
        let Some(owned) = books.owned(account) else {
            wrong.push(format!("account {account} is in the ledger only"));
            continue;
        };
        let held = cash_held(engine, account);
        if held != owned.cash {
            wrong.push(format!("account {account} has {held} cents in the ledger and {} in the books", owned.cash));
        }
        for id in ids(engine) {
            let owned = owned.lots.get(&id).copied().unwrap_or_default();
            let held = lots_held(engine, account, id);
            if held != owned {
                wrong.push(format!("account {account} has {held} lots of {id} in the ledger and {owned} in the books"));
            }
        }
    }
    // What was contributed to the default fund came in, but to no account.
    let contributed = i128::from(engine.cash_in().0) - books.cash_in();
    let fees = i128::from(engine.fees().0) + i128::from(engine.default_fund().0) - contributed;
    if fees != books.earned() {
        wrong.push(format!("the venue earned {fees} cents by the ledger and {} by the books", books.earned()));
    }
    wrong
}

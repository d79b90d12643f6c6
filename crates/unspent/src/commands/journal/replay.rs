//! `unspent journal replay`: the market as it was behind any command.

use super::common::{Progress, journal_of};
use crate::cli::ReplayArgs;
use crate::commands::book::print_levels;
use crate::failure::Failure;
use crate::money;
use crate::output::say;
use serde_json::{Value, json};
use unspent_engine::Engine;
use unspent_journal::Reader;
use unspent_marketdata::{OpenOrder, View};
use unspent_model::{CommandSeq, InstrumentId, Side};
use unspent_protocol::{BookLevel, Catalogue, dollars, print_order_id, print_time};
use unspent_recovery::{Outcome, Replay, Until};

/// How many accounts are listed for people.
const ACCOUNTS: usize = 20;

/// The market at a command.
struct Then<'a> {
    engine: Engine,
    outcome: Outcome,
    view: View,
    catalogue: Catalogue,
    args: &'a ReplayArgs,
}

/// Replays, and shows what there is then.
pub fn run(args: &ReplayArgs, json: bool) -> Result<(), Failure> {
    let dir = journal_of(&args.data.data, "--data")?;
    let until = match (args.at, args.time) {
        (_, Some(time)) => Until::Time(time),
        (Some(seq), None) => Until::Seq(CommandSeq(seq)),
        (None, None) => Until::End,
    };
    let mut reader = Reader::open(&dir)?;
    let mut replay = Replay::new(Engine::new(0));
    let mut view = View::new();
    let mut progress = Progress::new(json);
    replay.run(
        &mut reader,
        until,
        |command, events| {
            for event in events {
                view.apply(command.at, command.seq, event);
            }
        },
        |seq| progress.command("replaying", seq),
    )?;
    let (engine, outcome) = replay.finish();
    if let Some(seq) = args.at.filter(|&seq| seq > outcome.summary.last_seq) {
        let last = outcome.summary.last_seq;
        return Err(Failure::Usage(format!("the journal ends at command {last}, there is no command {seq} in it")));
    }
    let mut catalogue = Catalogue::new();
    for spec in engine.instruments() {
        catalogue.insert(spec.clone()).map_err(anyhow::Error::from)?;
    }
    let then = Then { engine, outcome, view, catalogue, args };
    let chosen = then.chosen()?;
    if json {
        say!("{}", then.object(&chosen));
    } else {
        then.print(&chosen);
    }
    Ok(())
}

impl Then<'_> {
    fn chosen(&self) -> Result<Vec<InstrumentId>, Failure> {
        let Some(symbol) = self.args.instrument else {
            return Ok(self.catalogue.iter().map(|(id, _)| id).collect());
        };
        let Some((id, _)) = self.catalogue.find(&symbol) else {
            let known: Vec<String> = self.catalogue.iter().map(|(_, spec)| spec.symbol.to_string()).collect();
            return Err(Failure::Usage(format!(
                "{symbol} was not listed behind command {}; there were {}",
                self.outcome.summary.last_seq,
                if known.is_empty() { "none".to_owned() } else { known.join(", ") }
            )));
        };
        Ok(vec![id])
    }

    /// The best levels of a side.
    fn levels(&self, instrument: InstrumentId, side: Side, depth: usize) -> Vec<BookLevel> {
        let levels = self.engine.levels(instrument, side).take(depth);
        levels.map(|(price, lots)| self.catalogue.level(instrument, price, lots)).collect()
    }

    fn orders(&self, instrument: InstrumentId) -> impl Iterator<Item = &OpenOrder> {
        self.view.orders().iter().filter(move |order| order.instrument == instrument)
    }

    fn print(&self, chosen: &[InstrumentId]) {
        let summary = &self.outcome.summary;
        say!(
            "behind command {}, of {}: {} orders are open, state {:016x}",
            summary.last_seq,
            print_time(self.engine.now()),
            money::count(self.engine.open_orders() as u64),
            self.engine.state_hash()
        );
        for &id in chosen {
            let (bids, asks) =
                (self.levels(id, Side::Buy, self.args.depth), self.levels(id, Side::Sell, self.args.depth));
            let symbol = self.catalogue.get(id).map(|spec| spec.symbol.to_string()).unwrap_or_default();
            let waiting = self.orders(id).filter(|order| order.waiting).count();
            say!("");
            say!(
                "{symbol}   {}, {} open orders{}",
                self.engine.phase(id).name(),
                money::count(self.orders(id).count() as u64),
                if waiting > 0 { format!(", {waiting} of them wait for their stop") } else { String::new() }
            );
            print_levels(&bids, &asks);
        }
        say!("");
        self.print_balances(chosen);
    }

    fn print_balances(&self, chosen: &[InstrumentId]) {
        let accounts = self.view.balances().accounts();
        say!("{:<32} {:>20} {:>20} {:>20}", "account", "cash", "reserved", "credits");
        for account in accounts.iter().take(ACCOUNTS) {
            let (available, reserved) = self.engine.cash(account.account);
            let credits: u64 = chosen
                .iter()
                .map(|&id| {
                    let (available, reserved) = self.engine.lots(account.account, id);
                    self.catalogue.face(id, available.saturating_add(reserved))
                })
                .fold(0, u64::saturating_add);
            say!(
                "{:<32} {:>20} {:>20} {:>20}",
                account.name.to_string(),
                money::dollars(dollars(available)),
                money::dollars(dollars(reserved)),
                money::face(credits)
            );
        }
        if accounts.len() > ACCOUNTS {
            say!("and {} more; --json has them all", money::count((accounts.len() - ACCOUNTS) as u64));
        }
        say!("{:<32} {:>20}", "the venue's fees", money::dollars(dollars(self.engine.fees())));
    }

    fn object(&self, chosen: &[InstrumentId]) -> Value {
        let summary = &self.outcome.summary;
        let instruments: Vec<Value> = chosen.iter().map(|&id| self.instrument(id)).collect();
        let accounts = self.view.balances().accounts().iter().map(|account| {
            let (available, reserved) = self.engine.cash(account.account);
            let holdings = self.view.balances().holdings(account.account).filter(|row| chosen.contains(&row.instrument));
            let holdings = holdings.map(|row| {
                json!({
                    "symbol": self.symbol(row.instrument), "available": self.catalogue.face(row.instrument, row.available),
                    "reserved": self.catalogue.face(row.instrument, row.reserved),
                })
            });
            json!({
                "account": account.account.0, "name": account.name.to_string(), "available_cents": available.0,
                "reserved_cents": reserved.0, "credits": holdings.collect::<Vec<_>>(),
            })
        });
        json!({
            "seq": summary.last_seq, "time": print_time(self.engine.now()),
            "state_hash": format!("{:016x}", self.engine.state_hash()), "open_orders": self.engine.open_orders(),
            "fees_cents": self.engine.fees().0, "instruments": instruments, "accounts": accounts.collect::<Vec<_>>(),
        })
    }

    fn symbol(&self, id: InstrumentId) -> Option<String> {
        self.catalogue.get(id).map(|spec| spec.symbol.to_string())
    }

    fn instrument(&self, id: InstrumentId) -> Value {
        let orders = self.orders(id).map(|order| {
            json!({
                "order_id": print_order_id(order.order), "account": order.account.0,
                "cl_ord_id": order.cl_ord_id.map(|name| name.to_string()),
                "side": super::fields::side(order.side), "price": number(self.catalogue.price(id, order.price)),
                "leaves_qty": self.catalogue.face(id, u64::from(order.leaves.0)),
                "cum_qty": self.catalogue.face(id, u64::from(order.cum.0)), "waiting": order.waiting,
            })
        });
        json!({
            "symbol": self.symbol(id), "phase": self.engine.phase(id).name(),
            "bids": levels(&self.levels(id, Side::Buy, usize::MAX)), "asks": levels(&self.levels(id, Side::Sell, usize::MAX)),
            "open_orders": orders.collect::<Vec<_>>(),
        })
    }
}

fn levels(levels: &[BookLevel]) -> Value {
    levels.iter().map(|level| json!({ "price": number(level.price), "qty": level.qty })).collect()
}

fn number(price: rust_decimal::Decimal) -> Option<f64> {
    rust_decimal::prelude::ToPrimitive::to_f64(&price)
}

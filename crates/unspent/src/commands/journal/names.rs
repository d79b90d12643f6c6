//! Who and what the numbers in a journal are, learned from its own commands.

use crate::cli::Named;
use crate::failure::Failure;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, HashMap};
use unspent_model::{
    AccountId, AccountName, ClOrdId, Command, Fill, Instrument, InstrumentId, Lots, OrderId, OrderRef, Price,
    Sequenced, SessionId, Symbol,
};

/// Accounts, instruments and sessions so far.
#[derive(Debug, Default)]
pub struct Names {
    /// The journal does not begin at its first command, so its numbers cannot be known.
    blind: bool,
    accounts: Vec<AccountName>,
    by_name: BTreeMap<AccountName, AccountId>,
    instruments: Vec<Instrument>,
    by_symbol: BTreeMap<Symbol, InstrumentId>,
    sessions: BTreeMap<SessionId, AccountId>,
}

impl Names {
    /// Of a journal that begins with this command.
    pub fn from(first_seq: u64) -> Names {
        Names { blind: first_seq > 1, ..Names::default() }
    }

    /// Takes in a command. Refused ones give no number: the same names are refused here as in the engine.
    pub fn learn(&mut self, command: &Sequenced) {
        match command.command.plain() {
            Command::Connect { account } => {
                self.sessions.insert(SessionId(command.seq.0), *account);
            }
            Command::OpenAccount { name, .. } if !self.blind && !self.by_name.contains_key(name) => {
                let id = AccountId(u32::try_from(self.accounts.len()).expect("the engine bounds them"));
                self.accounts.push(*name);
                self.by_name.insert(*name, id);
            }
            Command::ListInstrument(spec) if !self.blind && !self.by_symbol.contains_key(&spec.symbol) => {
                let Ok(spec) = spec.clone().checked() else { return };
                let id = InstrumentId(u32::try_from(self.instruments.len()).expect("the engine bounds them"));
                self.by_symbol.insert(spec.symbol, id);
                self.instruments.push(spec);
            }
            _ => {}
        }
    }

    /// Forgets a session that has ended.
    pub fn forget(&mut self, command: &Command) {
        if let Command::Disconnect { session } = command {
            self.sessions.remove(session);
        }
    }

    pub fn account(&self, id: AccountId) -> Option<&AccountName> {
        self.accounts.get(id.0 as usize)
    }

    pub fn instrument(&self, id: InstrumentId) -> Option<&Instrument> {
        self.instruments.get(id.0 as usize)
    }

    pub fn session(&self, id: SessionId) -> Option<AccountId> {
        self.sessions.get(&id).copied()
    }

    /// An account's name, or `#` and its number.
    pub fn account_text(&self, id: AccountId) -> String {
        self.account(id).map_or_else(|| format!("#{id}"), ToString::to_string)
    }

    /// An instrument's symbol, or `#` and its number.
    pub fn symbol_text(&self, id: InstrumentId) -> String {
        self.instrument(id).map_or_else(|| format!("#{id}"), |spec| spec.symbol.to_string())
    }

    /// A price in dollars.
    pub fn price(&self, instrument: InstrumentId, price: Price) -> Option<Decimal> {
        let spec = self.instrument(instrument)?;
        let steps = i128::from(price.0) * i128::from(spec.price_unit);
        Some(Decimal::from_i128_with_scale(steps, u32::from(spec.price_decimals)))
    }

    /// Lots in dollars of face.
    pub fn face(&self, instrument: InstrumentId, lots: u64) -> Option<u64> {
        self.instrument(instrument).map(|spec| lots.saturating_mul(u64::from(spec.face_dollars)))
    }

    /// Whether this is the account that is asked for.
    pub fn is_account(&self, id: AccountId, asked: &Named) -> bool {
        match asked {
            Named::Number(number) => id.0 == *number,
            Named::Name(name) => self.account(id).is_some_and(|known| known.as_str() == name),
        }
    }

    /// Whether this is the instrument that is asked for.
    pub fn is_instrument(&self, id: InstrumentId, asked: &Named) -> bool {
        match asked {
            Named::Number(number) => id.0 == *number,
            Named::Name(name) => {
                let bare = name.strip_suffix("/USD").unwrap_or(name);
                self.instrument(id).is_some_and(|spec| spec.symbol.as_str() == bare)
            }
        }
    }

    /// Whether the name was there to be found in the whole journal; the failure names those that were.
    pub fn known(&self, account: Option<&Named>, instrument: Option<&Named>) -> Result<(), Failure> {
        let list = |names: Vec<String>| match names.len() {
            0 => "none".to_owned(),
            count if count > 20 => format!("{}, and {} more", names[..20].join(", "), count - 20),
            _ => names.join(", "),
        };
        let unknown = |what: &str, name: &str, known: Vec<String>| {
            if self.blind {
                return Err(Failure::Usage(format!(
                    "the names of this journal are not known, its oldest segments were taken away: say {what} #N instead \
                     of {name}"
                )));
            }
            Err(Failure::Usage(format!("{what} {name} is not in this journal; there are {}", list(known))))
        };
        if let Some(Named::Name(name)) = account
            && !self.accounts.iter().any(|known| known.as_str() == name)
        {
            return unknown("--account", name, self.accounts.iter().map(ToString::to_string).collect());
        }
        if let Some(asked @ Named::Name(name)) = instrument
            && !self.by_symbol.values().any(|&id| self.is_instrument(id, asked))
        {
            return unknown(
                "--instrument",
                name,
                self.instruments.iter().map(|spec| spec.symbol.to_string()).collect(),
            );
        }
        Ok(())
    }
}

/// The instruments of orders, as far as earlier records tell: an order's own name stands with its instrument in the command
/// that entered it, the exchange's id in its fills.
#[derive(Debug, Default)]
pub struct Orders {
    by_name: HashMap<(AccountId, ClOrdId), InstrumentId>,
    by_id: HashMap<OrderId, InstrumentId>,
}

impl Orders {
    pub fn learn(&mut self, command: &Command) {
        let Some(add) = command.entered() else { return };
        if let Some(name) = add.cl_ord_id {
            self.by_name.insert((add.account, name), add.instrument);
        }
    }

    pub fn learn_fill(&mut self, fill: &Fill) {
        for (leg, instrument) in [(&fill.maker, fill.maker_instrument()), (&fill.taker, fill.taker_instrument())] {
            // One that is filled is never named again, but to be told so.
            if leg.leaves == Lots::ZERO {
                self.by_id.remove(&leg.order);
            } else {
                self.by_id.insert(leg.order, instrument);
            }
        }
    }

    pub fn instrument(&self, account: AccountId, order: OrderRef) -> Option<InstrumentId> {
        match order {
            OrderRef::Id(id) => self.by_id.get(&id).copied(),
            OrderRef::ClOrdId(name) => self.by_name.get(&(account, name)).copied(),
        }
    }
}

//! A tiny language for market stories: commands as a trader would say them, and everything that came of them.
//!
//! A story is commands between `|`; each gives one line with every event in order and, behind `=>`, the reply.
//!
//! ```text
//! m1 sell 5 @ 90                     a limit order; `on Y` names another instrument than X
//! t1 buy 7 mkt max 500 fok           a market order; words: ioc fok gtc post stp=oldest id=abc deadline=+5s
//! m1 amend #1 qty 3 @ 91 post        #1: m1's first order; m2#1: m2's; :abc by client order id; !7 by order id
//! m1 cancel #1 | m1 cancel-all on X sell
//! list Y fee 10/25 tick 5 max 1000 collar 30 unit 7 | open a.2 | deposit t1 $ 500 | deposit m1 20 X
//! halt X | resume X | close X | clock +24h
//! show t1 | book X | fees            questions: balances as available+reserved, depth, what the venue earned
//! ```
//!
//! X is listed and every account is opened, rich, when the story first needs it, unless the setup does so. Accounts
//! whose names agree up to the dot are one owner.

mod parse;
mod render;

use expect_test::Expect;
use std::collections::BTreeMap;
use unspent_engine::Engine;
use unspent_model::{
    AccountId, AccountName, Cash, Command, CommandSeq, Event, FeeRate, FeeSchedule, Instrument, InstrumentId, OrderId,
    OwnerGroup, Price, Reply, Sequenced, Symbol, Timestamp,
};

/// What an account has that the story did not open itself: cents, and lots of X.
pub const RICH: (u64, u64) = (1_000_000, 1_000);

/// When stories begin.
pub const START: Timestamp = Timestamp(1_800_000_000_000_000_000);

/// A venue with the names that a story uses.
pub struct World {
    pub engine: Engine,
    pub seq: u64,
    pub at: Timestamp,
    pub accounts: Vec<String>,
    pub symbols: Vec<String>,
    groups: BTreeMap<String, OwnerGroup>,
    /// Order ids by account in the order of acceptance.
    orders: Vec<Vec<OrderId>>,
    tell_balances: bool,
}

/// An instrument with prices 1..=10,000, where one lot at a price of one costs a cent, without fees.
pub fn plain(symbol: &str) -> Instrument {
    Instrument {
        symbol: Symbol::parse(symbol).unwrap(),
        face_dollars: 1,
        price_decimals: 2,
        price_unit: 1,
        tick: 1,
        price_max: Price(10_000),
        collar: 10,
        fees: FeeSchedule::default(),
    }
}

/// Fees in basis points.
pub fn fees(maker: u16, taker: u16) -> FeeSchedule {
    FeeSchedule { maker: FeeRate(maker), taker: FeeRate(taker) }
}

impl World {
    /// A venue with nothing in it.
    pub fn empty() -> World {
        World {
            engine: Engine::new(7),
            seq: 0,
            at: START,
            accounts: Vec::new(),
            symbols: Vec::new(),
            groups: BTreeMap::new(),
            orders: Vec::new(),
            tell_balances: true,
        }
    }

    /// A venue after `setup`, and after everything that it and `story` take for granted.
    pub fn new(setup: &str, story: &str) -> World {
        let mut world = World { tell_balances: false, ..World::empty() };
        let lines = || setup.split('|').chain(story.split('|')).map(str::trim).filter(|line| !line.is_empty());
        if !lines().any(|line| line.starts_with("list X")) {
            world.apply(Command::ListInstrument(plain("X")));
        }
        for line in setup.split('|').map(str::trim).filter(|line| !line.is_empty()) {
            match line {
                "balances" => world.tell_balances = true,
                _ => _ = world.line(line),
            }
        }
        for line in lines() {
            let name = parse::account_of(line);
            if let Some(name) = name
                && !world.accounts.iter().any(|known| known == name)
                && !lines().any(|line| line == format!("open {name}"))
            {
                world.rich(name);
            }
        }
        world
    }

    fn rich(&mut self, name: &str) {
        self.line(&format!("open {name}"));
        self.line(&format!("deposit {name} $ {}", RICH.0));
        self.line(&format!("deposit {name} {} X", RICH.1));
    }

    /// Carries out one command at the story's time, and checks every invariant.
    pub fn apply(&mut self, command: Command) -> (Vec<Event>, Reply) {
        let answer = self.apply_unchecked(command);
        self.engine.check_invariants();
        answer
    }

    /// Carries out one of very many commands.
    pub fn apply_unchecked(&mut self, command: Command) -> (Vec<Event>, Reply) {
        let seq = CommandSeq(self.seq + 1);
        let mut events = Vec::new();
        let reply = self.engine.apply(&Sequenced { seq, at: self.at, command }, &mut events);
        self.note(&events);
        (events, reply)
    }

    /// Counts a command and learns the names in its events.
    pub fn note(&mut self, events: &[Event]) {
        self.seq += 1;
        for event in events {
            match event {
                Event::AccountOpened { name, .. } => {
                    self.accounts.push(name.to_string());
                    self.orders.push(Vec::new());
                }
                Event::InstrumentListed { spec, .. } => self.symbols.push(spec.symbol.to_string()),
                Event::Opened(opened) => {
                    self.orders[opened.terms.account.0 as usize].push(opened.order);
                }
                _ => (),
            }
        }
    }

    /// One line of a story, answered in one line.
    pub fn line(&mut self, line: &str) -> String {
        if let Some(answer) = self.question(line) {
            return answer;
        }
        let command = self.command(line);
        let (events, reply) = self.apply(command);
        self.answer(&events, &reply)
    }

    /// The command that a line says; a `clock` moves the story's time.
    pub fn command(&mut self, line: &str) -> Command {
        parse::command(self, line).unwrap_or_else(|| panic!("not understood: {line:?}"))
    }

    pub fn account(&self, name: &str) -> AccountId {
        // A name that was never opened is an account that does not exist.
        let at = self.accounts.iter().position(|known| known == name).unwrap_or(99_999);
        AccountId(u32::try_from(at).unwrap())
    }

    pub fn instrument(&self, symbol: &str) -> InstrumentId {
        let at = self.symbols.iter().position(|known| known == symbol).unwrap_or(99_999);
        InstrumentId(u32::try_from(at).unwrap())
    }

    fn open(&mut self, name: &str) -> Command {
        let owner = name.split('.').next().unwrap().to_owned();
        let next = OwnerGroup(u32::try_from(self.groups.len()).unwrap());
        let group = *self.groups.entry(owner).or_insert(next);
        Command::OpenAccount { name: AccountName::parse(name).unwrap(), group }
    }

    fn question(&self, line: &str) -> Option<String> {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "show" => Some(self.show(rest)),
            "book" => Some(self.depth(self.instrument(rest))),
            "fees" => Some(format!("fees {}", self.engine.fees().0)),
            _ => None,
        }
    }

    fn show(&self, name: &str) -> String {
        let account = self.account(name);
        let (Cash(available), Cash(reserved)) = self.engine.cash(account);
        let mut text = format!("{name} ${available}+{reserved}");
        for symbol in &self.symbols {
            let (available, reserved) = self.engine.lots(account, self.instrument(symbol));
            text += &format!(" {symbol} {available}+{reserved}");
        }
        text
    }
}

/// Tells a story at a venue where X is listed without fees and everybody is rich.
pub fn check(story: &str, expect: Expect) {
    check_in("", story, expect);
}

/// Tells a story after a setup whose answers are not shown. The setup's word `balances` shows balance events too.
pub fn check_in(setup: &str, story: &str, expect: Expect) {
    let mut world = World::new(setup, story);
    let mut told = String::new();
    for line in story.split('|').map(str::trim).filter(|line| !line.is_empty()) {
        told += world.line(line).trim();
        told += "\n";
    }
    expect.assert_eq(&told);
}

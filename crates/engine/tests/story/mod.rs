//! A tiny language for market stories: commands as a trader would say them, and everything that came of them.
//!
//! A story is commands between `|`; each gives one line with every event in order and, behind `=>`, the reply.
//!
//! ```text
//! m1 sell 5 @ 90                     a limit order; `on Y` names another instrument than X
//! t1 buy 7 mkt max 500 fok           a market order; words: ioc fok gtc day gtd auction post slide stp=oldest id=abc
//! t1 buy 5 @ 95 stop 92 gtd 08:10    `mkt` with a stop waits good-till-cancelled unless it says how long
//! m1 sell 10 @ 90 show 2 via ~1      an iceberg, of m1's first session; `min 3`, `deadline=+5s`
//! m1 sell 5 @ 90 falls 85 at 08:10, 80 at 08:20    or: falls to 60 from 08:00 until 08:40 in 4
//! t1 buy 60 @ 66 any 70 on Y, 64 on Z               a linked bid: one quantity for all; its legs are orders of their own
//! m1 amend #1 qty 3 @ 91 post        #1: m1's first order; m2#1: m2's; :abc by client order id; !7 by order id;
//!                                    further `stop 93`, `show 3`, `nopost`
//! m1 cancel #1 | m1 cancel-all on X of AWS-ACT in g1 sell
//! m1 connect | disconnect m1~1 | m1 dead-man 30
//! m1 quote ~1 g1 post id=7: 5@88 / 5@92, Y 0@10 / -
//! m1 group g1 10 in 5s | m1 reset g1
//! list Y fee 10/25 tick 5 max 1000 collar 30 unit 7 | open a.2 | deposit t1 $ 500 | deposit m1 20 X
//! rules X tick 5 fee 10 dynamic 50 static 100 entry 80 volatility 60 end 10 dominance
//! schedule X 08:10 call, 08:20 continuous, last 20:00 | reference X 90
//! halt X | resume X | close X | expire X | phase X no-cancel | clock +24h
//! limits m1 orders 5 notional 1000 rate 2 burst 3 | kill venue | release account m1 | kill programme AWS-ACT
//! suspend m1 | reopen m1 | shut m1   the operator's word on an account
//! fund m1 $ +500 ref a | fund m1 X -5 ref b | by ops approve w1 | decline w1      w1: the first withdrawal that waited
//! funding cash 100 face 10 daily 500 dailyface 50 | bust 1 | adjust 1 @ 90
//! programme A-B prohibited pieces 9 the terms of a programme; source, date, pieces and piece as below unless said
//! permit t1 A-B family until 2027-01-20 | revoke t1 A-B family | watch A-B-100-202702
//! commit X 1 5s | reveal X 1 5s      the seed whose first eight bytes say 5 s, the rest zeros
//! promise m1 40 X attested | withdraw m1 5 X documented | m1 deliver s1 ref-17 | t1 accept s1 | t1 dispute s1 empty
//! rule s1 partial 3 | claw s1 2 | contribute 500 | terms bond 1000 grace 60      what is not said is as by default
//! m1 register c1 A-B 15000000 in 99 until 2027-07-20      a holding: cents, pieces; `dated 2027-01-02`, `from bill-7`
//! level h1 attested | m1 list 15 A-B-10K-202706 of h1 | m1 delist 5 A-B-10K-202706 of h1 | m1 drop h1
//! at 08:10 m1 sell 5 @ 90            any command at its time; stories begin at 08:00 UTC; 32:00 is 08:00 tomorrow
//! show t1 | book X | fees | fund     questions: balances as available+reserved, depth, what the venue earned
//! ```
//!
//! In the answers `5(2)@90` is an order of five lots that shows two; what was shown is pulled, what was not (an order on
//! its way in, one that waits) is cancelled; a fill of an uncross is a `cross`, the buy first; a phase says why when it
//! was not the operator. A fill across months says whose month's credit it delivers for whose bid; of a sweep it is a
//! `sweep`.
//!
//! X is listed and every account is opened, rich, when the story first needs it, unless the setup does so. Accounts
//! whose names agree up to the dot are one owner.

mod hold;
mod parse;
mod render;
mod say;
mod settle;
mod sha256;
mod time;

use expect_test::Expect;
use std::collections::BTreeMap;
use unspent_engine::Engine;
use unspent_model::{
    AccountId, AccountName, Cash, Command, CommandSeq, Event, FeeRate, FeeSchedule, Instrument, InstrumentId, OrderId,
    OwnerGroup, Phase, PhaseReason, Price, Reply, Sequenced, SessionId, Symbol, Timestamp, WithdrawalId,
};

/// What an account has that the story did not open itself: cents, and lots of X.
pub const RICH: (u64, u64) = (1_000_000, 1_000);

/// When stories begin: at 08:00 UTC.
pub const START: Timestamp = Timestamp(1_800_000_000_000_000_000);

/// A venue with the names that a story uses.
pub struct World {
    pub engine: Engine,
    pub seq: u64,
    pub at: Timestamp,
    pub accounts: Vec<String>,
    pub symbols: Vec<String>,
    specs: Vec<Instrument>,
    /// The phase that each instrument was last said to be in.
    phases: Vec<Phase>,
    groups: BTreeMap<String, OwnerGroup>,
    /// Order ids by account in the order of acceptance.
    orders: Vec<Vec<OrderId>>,
    /// Sessions by account in the order of connecting.
    sessions: Vec<Vec<SessionId>>,
    /// Withdrawals in the order in which they were asked for.
    withdrawals: Vec<WithdrawalId>,
    /// The seeds that were committed to, by their hash, in the story's words.
    seeds: BTreeMap<[u8; 32], String>,
    tell_balances: bool,
}

/// An instrument with prices 1..=10,000, where one lot at a price of one costs a cent, without fees; so does a credit of
/// $100.
pub fn plain(symbol: &str) -> Instrument {
    let symbol = Symbol::parse(symbol).unwrap();
    let face_dollars = symbol.credit().map_or(1, |credit| credit.face_dollars);
    Instrument {
        face_dollars,
        price_decimals: if symbol.credit().is_some() { 4 } else { 2 },
        symbol,
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
            specs: Vec::new(),
            phases: Vec::new(),
            groups: BTreeMap::new(),
            orders: Vec::new(),
            sessions: Vec::new(),
            withdrawals: Vec::new(),
            seeds: BTreeMap::new(),
            tell_balances: true,
        }
    }

    /// A venue after `setup`, and after everything that it and `story` take for granted.
    pub fn new(setup: &str, story: &str) -> World {
        let mut world = World { tell_balances: false, ..World::empty() };
        let lines = |text| str::split(text, '|').map(str::trim).filter(|line| !line.is_empty());
        let all = || lines(setup).chain(lines(story));
        let ready = |world: &mut World, line| {
            if let Some(name) = parse::account_of(line)
                && !world.accounts.iter().any(|known| known == name)
                && !all().any(|line| line == format!("open {name}"))
            {
                world.rich(name);
            }
        };
        if !all().any(|line| line.starts_with("list X")) {
            world.apply(Command::ListInstrument(plain("X")));
        }
        for line in lines(setup) {
            if line == "balances" {
                world.tell_balances = true;
                continue;
            }
            ready(&mut world, line);
            let told = world.line(line);
            assert!(!told.contains("=> 2") && !told.contains("=> 6"), "{line:?} of the setup is refused: {told}");
        }
        for line in lines(story) {
            ready(&mut world, line);
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
                    self.sessions.push(Vec::new());
                }
                Event::InstrumentListed { spec, .. } => {
                    self.symbols.push(spec.symbol.to_string());
                    self.specs.push((**spec).clone());
                    self.phases.push(Phase::Continuous);
                }
                Event::PhaseChanged { instrument, from, phase, reason } => {
                    let was = std::mem::replace(&mut self.phases[instrument.0 as usize], *phase);
                    assert_eq!(*from, was, "a change from a phase in which the instrument was not");
                    assert_eq!(from == phase, *reason == PhaseReason::Extended, "a change that is none");
                }
                Event::SessionOpened { session, account } => self.sessions[account.0 as usize].push(*session),
                Event::WithdrawalAsked(pending) => self.withdrawals.push(pending.id),
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
        self.check_words(&command);
        let (events, reply) = self.apply(command);
        if let Reply::Amended { kept_priority, .. } = reply {
            let amended = events.iter().find_map(|event| match event {
                Event::Amended(it) => Some(it.kept_priority),
                _ => None,
            });
            assert_eq!(kept_priority, amended.unwrap_or(false), "the answer says something else of its place");
        }
        self.answer(&events, &reply)
    }

    /// A command in words is the same command: so a flow that failed can be told as a story.
    fn check_words(&mut self, command: &Command) {
        // Of an instrument only its symbol is said, and of time nothing.
        if !matches!(command, Command::ListInstrument(_) | Command::Clock) {
            let said = self.say(command);
            assert_eq!(parse::command(self, &said).as_ref(), Some(command), "{said}");
        }
    }

    /// The command that a line says; `clock` and `at` move the story's time.
    pub fn command(&mut self, line: &str) -> Command {
        let command = parse::command(self, line).unwrap_or_else(|| panic!("not understood: {line:?}"));
        if let Command::CommitAuction { commitment, .. } = command {
            let (_, seed) = line.rsplit_once(' ').expect("a seed comes last");
            self.seeds.insert(commitment, seed.to_owned());
        }
        command
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
            "default-fund" => Some(format!("default-fund {}", self.engine.default_fund().0)),
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
        text + &self.show_aside(account)
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

/// The seed that draws so many nanoseconds, before the remainder.
fn seed(drawn: u64) -> [u8; 32] {
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&drawn.to_le_bytes());
    seed
}

//! The whole state, and the one way to change it.

use crate::accounts::Accounts;
use crate::across::Prints;
use crate::calls::OpenCall;
use crate::decay::Decays;
use crate::family::Families;
use crate::funding::Fundings;
use crate::groups::Groups;
use crate::link::Links;
use crate::listed::Listed;
use crate::memory::Memory;
use crate::orders::{Orders, Wait};
use crate::policy::Policies;
use crate::quotes::{Quotes, Round};
use crate::registry::{Registry, Stock};
use crate::settlements::Settlements;
use crate::timers::Timers;
use crate::trades::Trades;
use std::collections::{BTreeMap, BTreeSet};
use unspent_book::{Candidates, Pair, Step};
use unspent_ledger::{Changed, Ledger, Promise};
use unspent_model::{
    AccountId, AccountLimits, AccountName, Asset, AuctionId, Cash, CashBalance, Command, CommandSeq, Event, Fill,
    HoldingBalance, Instrument, InstrumentId, Level, Lots, OrderId, OrderKind, OrderRef, Phase, Price, Programme,
    PromisedBalance, Rejection, Reply, Schedule, Sequenced, SessionId, Side, Symbol, Timestamp, TradingRules,
};

/// The venue. See the crate for what always holds.
#[derive(Debug)]
pub struct Engine {
    pub(crate) listed: Vec<Listed>,
    pub(crate) symbols: BTreeMap<Symbol, InstrumentId>,
    pub(crate) accounts: Accounts,
    pub(crate) ledger: Ledger,
    pub(crate) orders: Orders,
    pub(crate) memory: Memory,
    pub(crate) timers: Timers,
    pub(crate) settlements: Settlements,
    pub(crate) registry: Registry,
    pub(crate) groups: Groups,
    pub(crate) quotes: Quotes,
    /// Live sessions and whose they are.
    pub(crate) sessions: BTreeMap<SessionId, AccountId>,
    /// Dead-man timers that are armed.
    pub(crate) dead_men: BTreeMap<AccountId, Timestamp>,
    /// Whether the venue's kill switch is engaged, and those of which programmes.
    pub(crate) killed: bool,
    pub(crate) killed_programmes: BTreeSet<Programme>,
    pub(crate) fundings: Fundings,
    pub(crate) trades: Trades,
    pub(crate) policies: Policies,
    /// Dollars of face by programme that were held when a month ended.
    pub(crate) expired: BTreeMap<Programme, u64>,
    pub(crate) last_auction: AuctionId,
    /// The last order id and trade id given.
    pub(crate) last_order: OrderId,
    pub(crate) last_trade: u64,
    pub(crate) seq: CommandSeq,
    pub(crate) at: Timestamp,
    /// The command's time, or while timers fire that of the one that does.
    pub(crate) now: Timestamp,
    /// Instruments whose indication may have changed with this command.
    pub(crate) touched: Vec<InstrumentId>,
    /// What the book did for the current command; kept to be filled again, as what follows.
    pub(crate) steps: Vec<Step>,
    pub(crate) pairs: Vec<Pair>,
    pub(crate) candidates: Candidates,
    pub(crate) rounds: Vec<Round>,
    pub(crate) quoted: Vec<InstrumentId>,
    /// Open orders that lower their own price.
    pub(crate) decays: Decays,
    /// Bids whose legs are open.
    pub(crate) links: Links,
    /// Books that trade across months.
    pub(crate) families: Families,
    /// What an execution across months printed, and whose bands it breached; kept to be filled again.
    pub(crate) prints: Vec<Prints>,
    pub(crate) breached: Vec<InstrumentId>,
    /// What the last execution printed in months with stops other than its own, and whose stops' turn may have come.
    pub(crate) reached: Vec<Prints>,
    pub(crate) woken: Vec<InstrumentId>,
}

impl Engine {
    /// An empty venue. `hash_seed` decides only where lookups store their entries: nothing that can be seen depends on
    /// it, and a value that strangers cannot guess keeps them from slowing the venue with colliding ids.
    #[must_use]
    pub fn new(hash_seed: u64) -> Engine {
        Engine {
            listed: Vec::new(),
            symbols: BTreeMap::new(),
            accounts: Accounts::default(),
            ledger: Ledger::new(),
            orders: Orders::default(),
            memory: Memory::new(hash_seed),
            timers: Timers::default(),
            settlements: Settlements::default(),
            registry: Registry::default(),
            groups: Groups::default(),
            quotes: Quotes::default(),
            sessions: BTreeMap::new(),
            dead_men: BTreeMap::new(),
            killed: false,
            killed_programmes: BTreeSet::new(),
            fundings: Fundings::default(),
            trades: Trades::default(),
            policies: Policies::default(),
            expired: BTreeMap::new(),
            last_auction: AuctionId(0),
            last_order: OrderId(0),
            last_trade: 0,
            seq: CommandSeq(0),
            at: Timestamp(0),
            now: Timestamp(0),
            touched: Vec::new(),
            steps: Vec::new(),
            pairs: Vec::new(),
            candidates: Candidates::default(),
            rounds: Vec::new(),
            quoted: Vec::new(),
            decays: Decays::new(),
            links: Links::new(),
            families: Families::default(),
            prints: Vec::new(),
            breached: Vec::new(),
            reached: Vec::new(),
            woken: Vec::new(),
        }
    }

    /// Makes room for so many open orders, and for so many in an instrument's book, so that none of the next ones pays
    /// for growth.
    ///
    /// # Panics
    /// When the instrument is not listed.
    pub fn reserve(&mut self, instrument: InstrumentId, orders: usize) {
        self.orders.reserve(orders);
        self.listed[instrument.0 as usize].book.reserve(orders);
    }

    /// Fires the timers that are due, carries out one command, appends what happened to `events` and returns the answer.
    ///
    /// Decides before it changes: with [`Reply::Rejected`] the venue is as its timers left it, and only they told
    /// anything.
    ///
    /// # Panics
    /// When the stamps are not the next: the sequence has a gap, or time goes back. And when an invariant is broken:
    /// the process must stop and replay its journal.
    pub fn apply(&mut self, command: &Sequenced, events: &mut Vec<Event>) -> Reply {
        assert_eq!(command.seq.0, self.seq.0 + 1, "command out of sequence");
        assert!(command.at >= self.at, "time went back");
        (self.seq, self.at) = (command.seq, command.at);
        self.fire_timers(events);
        self.memory.forget(self.at, &self.orders, &mut self.accounts);
        let before = events.len();
        let reply = match self.carry_out(&command.command, events) {
            Ok(reply) => reply,
            Err(rejection) => {
                debug_assert_eq!(events.len(), before, "a refused command left a trace");
                Reply::Rejected(rejection)
            }
        };
        self.tell_indications(events);
        if self.ledger.has_debts() {
            self.collect_debts(events);
        }
        self.tell_balances(events);
        reply
    }

    fn carry_out(&mut self, command: &Command, events: &mut Vec<Event>) -> Result<Reply, Rejection> {
        match command {
            Command::AddOrder(add) => self.add_order(add, events),
            Command::AddDecay(add) => self.add_decay(add, events),
            Command::AddLinked(bid) => self.add_linked(bid, events),
            Command::AmendOrder(amend) => self.amend_order(amend, events),
            Command::CancelOrder { account, order } => self.cancel_order(*account, *order, events),
            Command::CancelAll { account, filter } => self.cancel_all(*account, filter, events),
            Command::MassQuote(quote) => self.mass_quote(quote, events),
            Command::Clock => Ok(Reply::Done),
            Command::Connect { account } => self.connect(*account, events),
            Command::Disconnect { session } => self.disconnect(*session, events),
            Command::CancelAllAfter { account, seconds } => self.cancel_all_after(*account, *seconds, events),
            Command::SetGroup { account, group, rule } => self.set_group(*account, *group, *rule, events),
            Command::ResetGroup { account, group } => self.reset_group(*account, *group, events),
            Command::ListInstrument(spec) => self.list_instrument(spec, events),
            Command::OpenAccount { name, group } => self.open_account(*name, *group, events),
            Command::DepositCash { account, amount } => self.deposit_cash(*account, *amount, events),
            Command::DepositCredits { account, instrument, lots } => {
                self.deposit_lots(*account, *instrument, *lots, events)
            }
            Command::SetPhase { instrument, phase } => self.set_phase(*instrument, *phase, events),
            Command::SetRules { instrument, rules } => self.set_rules(*instrument, *rules, events),
            Command::SetSchedule { instrument, schedule } => self.set_schedule(*instrument, schedule, events),
            Command::SetReference { instrument, price } => self.set_reference(*instrument, *price, events),
            Command::SetLimits { account, limits } => self.set_limits(*account, *limits, events),
            Command::Kill { scope, engaged } => self.kill(*scope, *engaged, events),
            Command::SetProgramme(terms) => self.set_programme(terms, events),
            Command::Permit(permit) => self.permit(permit, events),
            Command::RevokePermit { account, programme, kind } => {
                self.revoke_permit(*account, *programme, *kind, events)
            }
            Command::WatchExpiry { instrument } => self.watch_expiry(*instrument, events),
            Command::CommitAuction { auction, instrument, commitment } => {
                self.commit_auction(*instrument, *auction, *commitment, events)
            }
            Command::RevealAuction { auction, instrument, seed } => {
                self.reveal_auction(*instrument, *auction, seed, events)
            }
            Command::RegisterLots { account, instrument, level, lots } => {
                self.register_lots(Promise { account: *account, instrument: *instrument, level: *level }, *lots, events)
            }
            Command::WithdrawLots { account, instrument, level, lots } => {
                self.withdraw_lots(Promise { account: *account, instrument: *instrument, level: *level }, *lots, events)
            }
            Command::Settlement(command) => self.settlement(command, events),
            Command::Holding(command) => self.holding(command, events),
            Command::SetAccount { account, state } => self.set_account(*account, *state, events),
            Command::SetFundingRules(rules) => Ok(self.set_funding_rules(*rules, events)),
            Command::Fund(funding) => self.fund(funding, None, events),
            Command::DecideWithdrawal { withdrawal, approve } => {
                self.decide_withdrawal(*withdrawal, *approve, None, events)
            }
            Command::BustTrade { instrument, trade } => self.bust_trade(*instrument, *trade, events),
            Command::AdjustTrade { instrument, trade, price } => self.adjust_trade(*instrument, *trade, *price, events),
            Command::ByOperator(by) => match by.command() {
                // The only two for which it matters who gave them: nobody approves alone.
                Command::Fund(funding) => self.fund(funding, Some(*by.actor()), events),
                Command::DecideWithdrawal { withdrawal, approve } => {
                    self.decide_withdrawal(*withdrawal, *approve, Some(*by.actor()), events)
                }
                command => self.carry_out(command, events),
            },
        }
    }

    fn tell_balances(&mut self, events: &mut Vec<Event>) {
        let listed = self.registry.sums();
        let mut short = BTreeSet::new();
        self.ledger.drain_changed(|changed| {
            if !listed.is_empty() {
                short.extend(fewer_than(listed, &changed));
            }
            events.push(match changed {
                Changed::Cash { account, available, reserved } => {
                    Event::Cash(CashBalance { account, available: Cash(available), reserved: Cash(reserved) })
                }
                Changed::Holding { account, instrument, available, reserved } => {
                    Event::Holding(HoldingBalance { account, instrument, available, reserved })
                }
                Changed::Escrow(balance) => Event::Escrow(balance),
                Changed::Promised(balance) => Event::Promised(balance),
                Changed::Fund(fund) => Event::Fund(fund),
                Changed::Claim(claim) => Event::Claim(claim),
            });
        });
        if !short.is_empty() {
            self.lots_left(short, events);
        }
    }

    /// The last command's sequence number.
    #[must_use]
    pub fn seq(&self) -> CommandSeq {
        self.seq
    }

    /// The last command's time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The account of this name.
    #[must_use]
    pub fn account(&self, name: &AccountName) -> Option<AccountId> {
        self.accounts.find(name)
    }

    /// How many accounts there are; their ids count from 0.
    #[must_use]
    pub fn account_count(&self) -> usize {
        self.accounts.len()
    }

    /// The instrument of this symbol.
    #[must_use]
    pub fn instrument(&self, symbol: &Symbol) -> Option<InstrumentId> {
        self.symbols.get(symbol).copied()
    }

    /// The instruments listed, by id from 0.
    pub fn instruments(&self) -> impl ExactSizeIterator<Item = &Instrument> {
        self.listed.iter().map(|listed| &listed.spec)
    }

    /// The best price that an order of this side would meet now, in this book or in another month's.
    ///
    /// # Panics
    /// When the instrument is not listed.
    #[must_use]
    pub fn best_across(&self, instrument: InstrumentId, side: Side) -> Option<Price> {
        self.opposite(instrument, side)
    }

    /// The best price of a side and the lots resting there.
    ///
    /// # Panics
    /// When the instrument is not listed.
    #[must_use]
    pub fn best(&self, instrument: InstrumentId, side: Side) -> Option<(Price, u64)> {
        self.listed[instrument.0 as usize].book.best(side)
    }

    /// The levels of a side, best first: price and lots resting there.
    ///
    /// # Panics
    /// When the instrument is not listed.
    pub fn levels(&self, instrument: InstrumentId, side: Side) -> impl Iterator<Item = (Price, u64)> + '_ {
        self.listed[instrument.0 as usize].book.levels(side)
    }

    /// The resting orders of a side in the order in which they would trade: order, price and the lots that the book
    /// shows.
    ///
    /// # Panics
    /// When the instrument is not listed.
    pub fn queue(&self, instrument: InstrumentId, side: Side) -> impl Iterator<Item = (OrderId, Price, Lots)> + '_ {
        let queue = self.listed[instrument.0 as usize].book.queue(side);
        queue.map(|resting| (resting.id, resting.price, resting.shown))
    }

    /// The order that would trade first on a side, and its open lots.
    ///
    /// # Panics
    /// When the instrument is not listed.
    #[must_use]
    pub fn front(&self, instrument: InstrumentId, side: Side) -> Option<(OrderId, Lots)> {
        self.listed[instrument.0 as usize].book.front(side).map(|resting| (resting.id, resting.leaves))
    }

    /// Whether an order is open, and with how many lots.
    #[must_use]
    pub fn leaves(&self, order: OrderId) -> Option<Lots> {
        self.orders.find(order).map(|record| self.orders.get(record).leaves())
    }

    /// The instrument of an account's open order, so that a request to amend it can be read.
    #[must_use]
    pub fn order_instrument(&self, account: AccountId, order: OrderRef) -> Option<InstrumentId> {
        let record = self.own_order(account, order).ok()?;
        Some(self.orders.get(record).instrument)
    }

    /// When the next timer is due: a command then, or any later, fires it.
    #[must_use]
    pub fn next_timer(&self) -> Option<Timestamp> {
        self.timers.next()
    }

    /// The phase of an instrument.
    ///
    /// # Panics
    /// When it is not listed.
    #[must_use]
    pub fn phase(&self, instrument: InstrumentId) -> Phase {
        self.listed[instrument.0 as usize].phase
    }

    /// How an instrument is protected and how its auctions run.
    ///
    /// # Panics
    /// When it is not listed.
    #[must_use]
    pub fn rules(&self, instrument: InstrumentId) -> &TradingRules {
        &self.listed[instrument.0 as usize].rules
    }

    /// The trading day of an instrument; without its last trade once it has expired.
    ///
    /// # Panics
    /// When it is not listed.
    #[must_use]
    pub fn schedule(&self, instrument: InstrumentId) -> &Schedule {
        &self.listed[instrument.0 as usize].schedule
    }

    /// The bounds of an account.
    ///
    /// # Panics
    /// When it is not open.
    #[must_use]
    pub fn limits(&self, account: AccountId) -> AccountLimits {
        self.accounts.get(account).expect("an open account").limits
    }

    /// The live sessions, oldest first.
    pub fn sessions(&self) -> impl Iterator<Item = SessionId> + '_ {
        self.sessions.keys().copied()
    }

    /// The calls that have not been uncrossed, by instrument.
    pub fn calls(&self) -> impl Iterator<Item = OpenCall> + '_ {
        (0..).map(InstrumentId).zip(&self.listed).filter_map(|(instrument, listed)| {
            let call = listed.call?;
            Some(OpenCall {
                instrument,
                auction: call.auction,
                committed: call.commitment.is_some(),
                ending: call.ending.map(|ending| (ending.scheduled, ending.latest)),
            })
        })
    }

    /// About how many things the state consists of: what [`Engine::state_hash`] and a snapshot take time for.
    #[must_use]
    pub fn size(&self) -> usize {
        self.orders.len()
            + self.memory.len()
            + self.accounts.len()
            + self.listed.len()
            + self.settlements.len()
            + self.registry.len()
    }

    /// How many orders are open.
    #[must_use]
    pub fn open_orders(&self) -> usize {
        self.orders.len()
    }

    /// An account's cash: available and reserved.
    ///
    /// # Panics
    /// When the account is not open.
    #[must_use]
    pub fn cash(&self, account: AccountId) -> (Cash, Cash) {
        self.ledger.cash(account)
    }

    /// An account's lots of an instrument: available and reserved.
    ///
    /// # Panics
    /// When the account is not open.
    #[must_use]
    pub fn lots(&self, account: AccountId, instrument: InstrumentId) -> (u64, u64) {
        self.ledger.lots(account, instrument)
    }

    /// What the venue earned in fees.
    #[must_use]
    pub fn fees(&self) -> Cash {
        self.ledger.fees()
    }

    /// Checks every invariant by looking at everything. O(n): for tests and the simulator.
    ///
    /// # Panics
    /// At the first one that does not hold.
    pub fn check_invariants(&self) {
        self.ledger.check_conservation();
        self.check_families();
        self.check_decays();
        self.check_policies();
        self.check_registry();
        let mut resting = 0;
        for listed in &self.listed {
            listed.book.check_invariants();
            resting += listed.book.len() + listed.stops.len();
            assert!(listed.call.is_some() || !listed.phase.collects(), "a call without a number");
            assert!(listed.phase != Phase::Expired || listed.book.is_empty(), "an order outlived its instrument");
            let stuck = listed.phase == Phase::Continuous && listed.stops.queued().next().is_some();
            assert!(!stuck, "a stop was reached and not triggered");
        }
        assert_eq!(resting, self.orders.len(), "an open order rests in no book, or one that rests is not open");
        let mut cash = vec![Cash::ZERO; self.accounts.len()];
        let (mut lots, mut promised) = (BTreeMap::new(), BTreeMap::new());
        for (account, held) in self.accounts.iter() {
            let (mut before, mut open, mut notional) = (OrderId(0), 0, Cash::ZERO);
            for (_, order) in self.orders.of(&self.accounts, account) {
                assert_eq!(order.account, account, "order {} is in another account's list", order.id);
                assert!(order.id > before, "an account's orders are not in the order of their ids");
                before = order.id;
                open += 1;
                let listed = &self.listed[order.instrument.0 as usize];
                notional = notional + self.orders.share(order, listed.unit_value);
                let waiting = self.orders.waiting(order);
                assert!(waiting.is_none_or(|waiting| waiting.state != Wait::Triggered), "a stop is half triggered");
                match order.slot {
                    Some(slot) => {
                        let rests = listed.book.get(slot);
                        assert_eq!((rests.id, rests.side), (order.id, order.side));
                        assert_eq!((rests.price, rests.leaves), (order.limit, order.leaves()));
                    }
                    None => assert!(waiting.is_some(), "order {} neither rests nor waits", order.id),
                }
                let budgeted = waiting.and_then(|waiting| match waiting.kind {
                    OrderKind::Market { max_total } => max_total,
                    OrderKind::Limit(_) => None,
                });
                match order.side {
                    Side::Buy if self.link_of(order).is_some() => assert_eq!(order.reserved, Cash::ZERO),
                    Side::Buy => {
                        let fees = listed.fees[usize::from(order.fees)];
                        let limit = order.required(fees, order.limit, order.leaves(), listed.unit_value);
                        let required = budgeted.or(limit);
                        assert_eq!(Some(order.reserved), required, "order {} set aside too much or little", order.id);
                        cash[account.0 as usize] = cash[account.0 as usize] + order.reserved;
                    }
                    Side::Sell if order.is_promised() => {
                        cash[account.0 as usize] = cash[account.0 as usize] + order.reserved;
                        *promised.entry(order.promise()).or_insert(0) += u64::from(order.leaves().0);
                    }
                    Side::Sell => {
                        assert_eq!(order.reserved, Cash::ZERO);
                        *lots.entry((account, order.instrument)).or_insert(0) += u64::from(order.leaves().0);
                    }
                }
            }
            assert_eq!(open, held.open, "an account's count of open orders is off");
            assert_eq!(notional, held.open_notional, "what an account's open orders are worth is off");
        }
        self.check_links(&mut cash);
        for pending in self.fundings.pending.values() {
            let account = pending.funding.account;
            match pending.funding.asset {
                Asset::Cash(amount) => cash[account.0 as usize] = cash[account.0 as usize] + amount,
                Asset::Credits { instrument, lots: many } => *lots.entry((account, instrument)).or_insert(0) += many,
            }
        }
        for balance in self.ledger.balances() {
            match balance {
                Changed::Cash { account, reserved, .. } => {
                    assert_eq!(Cash(reserved), cash[account.0 as usize], "reserved cash is not what orders need");
                }
                Changed::Holding { account, instrument, reserved, .. } => {
                    let needed = lots.remove(&(account, instrument)).unwrap_or(0);
                    assert_eq!(reserved, needed, "reserved lots are not what orders need");
                }
                Changed::Promised(PromisedBalance { account, instrument, level, reserved, .. }) => {
                    let needed = promised.remove(&Promise { account, instrument, level }).unwrap_or(0);
                    assert_eq!(reserved, needed, "reserved promised lots are not what orders need");
                }
                // See below.
                Changed::Escrow(_) | Changed::Fund(_) | Changed::Claim(_) => {}
            }
        }
        assert!(lots.is_empty(), "a sell order without a holding");
        assert!(promised.is_empty(), "a sell order without promised lots");
        if let Err(broken) = self.settlements_add_up() {
            panic!("{broken}");
        }
        assert!(self.ledger.is_collected(), "a debtor has free cash, or a buyer waits beside the fund");
    }
}

/// The stock of a changed balance of which there is less now than is listed out of its owner's holdings.
fn fewer_than(listed: &BTreeMap<Stock, u64>, changed: &Changed) -> Option<Stock> {
    let (stock, total) = match *changed {
        Changed::Holding { account, instrument, available, reserved } => {
            (Stock { account, instrument, level: Level::Custody }, available + reserved)
        }
        Changed::Promised(PromisedBalance { account, instrument, level, available, reserved, escrow }) => {
            (Stock { account, instrument, level }, available + reserved + escrow)
        }
        _ => return None,
    };
    listed.get(&stock).is_some_and(|&listed| listed > total).then_some(stock)
}

/// The part of a fill that a first answer remembers.
pub(crate) fn taker_fills(events: &[Event], order: OrderId) -> impl Iterator<Item = &Fill> {
    events.iter().filter_map(move |event| match event {
        Event::Fill(fill) if fill.taker.order == order => Some(fill),
        _ => None,
    })
}

//! An engine made of facts.

use super::error::{RestoreError, Wrong};
use crate::engine::Engine;
use std::collections::BTreeMap;
use unspent_ledger::Changed;
use unspent_model::{
    AccountId, EngineFact, HoldingId, HoldingLots, InstrumentId, Level, LinkFact, OrderId, Phase, Programme, Timestamp,
    VenueFact, limits,
};

/// The order in which kinds come: what belongs to another fact comes with it.
fn stage(fact: &EngineFact) -> u8 {
    match fact {
        EngineFact::Venue(_) => 1,
        EngineFact::KilledProgramme(_) => 2,
        EngineFact::Instrument(_) | EngineFact::Call(_) => 3,
        EngineFact::Account(_) => 4,
        EngineFact::Holding(_) => 5,
        EngineFact::Terms { .. }
        | EngineFact::Registered { .. }
        | EngineFact::Promised(_)
        | EngineFact::Escrow { .. }
        | EngineFact::Fund(_)
        | EngineFact::Claim(_)
        | EngineFact::GoodDeliveries { .. }
        | EngineFact::Settlement(_) => 6,
        EngineFact::Session { .. } => 7,
        EngineFact::DeadMan { .. } => 8,
        EngineFact::Group(_) | EngineFact::GroupFill { .. } => 9,
        EngineFact::Link(_) => 10,
        EngineFact::Order(_) | EngineFact::PromisedOrder { .. } => 11,
        EngineFact::Decay(_) => 12,
        EngineFact::Answer(_) | EngineFact::AnswerFill(_) => 13,
        EngineFact::Programme(_) => 14,
        EngineFact::Permit(_) => 15,
        EngineFact::Month { .. } => 16,
        EngineFact::Expired { .. } => 17,
        EngineFact::AccountState { .. } => 18,
        EngineFact::FundingRules(_) => 19,
        EngineFact::Withdrawal(_) => 20,
        EngineFact::Asked { .. } => 21,
        EngineFact::Funded { .. } => 22,
        EngineFact::TradesSince(_) => 23,
        EngineFact::Trade(_) => 24,
        EngineFact::Registry { .. } => 25,
        EngineFact::RegisteredHolding(_) => 26,
        EngineFact::ListedOut { .. } => 27,
    }
}

/// Takes the facts of [`Engine::facts`] and makes an engine that goes on as that one would have.
#[derive(Debug)]
pub struct Restore {
    pub(super) engine: Engine,
    /// Facts taken.
    number: u64,
    /// The stage of the last one; 0 before the first.
    stage: u8,
    /// What accounts and then holdings are said to have set aside, in the order of the ledger's balances.
    pub(super) reserved: Vec<u64>,
    /// Where the last order stands among all: instrument, kind of place, price, id.
    pub(super) last_order: (InstrumentId, u8, u32, OrderId),
    /// Fills that the last answer still has to come.
    pub(super) fills: u32,
    /// What promised lots are said to have set aside, in their order.
    pub(super) promised_reserved: Vec<u64>,
    /// The last fact about trades that settle later.
    pub(super) last_settlement_fact: (u8, u64, u64, u8),
    /// The level of the lots that the order that comes next sells.
    pub(super) promised_order: Option<(OrderId, Level)>,
    /// Linked bids whose legs are still to come, and of each such leg the bid.
    pub(super) linked: Vec<LinkFact>,
    pub(super) links: BTreeMap<OrderId, OrderId>,
    /// The last account that was said not to be open.
    pub(super) last_barred: Option<AccountId>,
    /// Whether it was said which trade is the first one kept.
    pub(super) since_said: bool,
    /// The last trade that may be corrected.
    pub(super) last_kept: u64,
    /// The instrument of the last month.
    pub(super) month: Option<InstrumentId>,
    /// The last holding.
    pub(super) last_holding: HoldingId,
    /// The last lots that were listed, and out of which holding.
    pub(super) last_listed: Option<(HoldingId, HoldingLots)>,
    failed: Option<RestoreError>,
}

impl Restore {
    /// Nothing taken yet. `hash_seed` as for [`Engine::new`]; it need not be that of the engine that was saved.
    #[must_use]
    pub fn new(hash_seed: u64) -> Restore {
        Restore {
            engine: Engine::new(hash_seed),
            number: 0,
            stage: 0,
            reserved: Vec::new(),
            last_order: (InstrumentId(0), 0, 0, OrderId(0)),
            fills: 0,
            promised_reserved: Vec::new(),
            last_settlement_fact: (0, 0, 0, 0),
            promised_order: None,
            linked: Vec::new(),
            links: BTreeMap::new(),
            last_barred: None,
            since_said: false,
            last_kept: 0,
            month: None,
            last_holding: HoldingId(0),
            last_listed: None,
            failed: None,
        }
    }

    /// Takes the next fact.
    ///
    /// # Errors
    /// [`RestoreError`] when it is out of order, names what is not there or contradicts what came before. From then on
    /// every answer is this error.
    pub fn take(&mut self, fact: EngineFact) -> Result<(), RestoreError> {
        if let Some(failed) = self.failed {
            return Err(failed);
        }
        self.number += 1;
        let taken = self.accept(&fact);
        taken.map_err(|wrong| self.fail(fact.name(), wrong))
    }

    fn fail(&mut self, fact: &'static str, wrong: Wrong) -> RestoreError {
        *self.failed.insert(RestoreError { number: self.number, fact, wrong })
    }

    fn accept(&mut self, fact: &EngineFact) -> Result<(), Wrong> {
        let stage = stage(fact);
        if stage < self.stage || (stage == 1) != (self.stage == 0) {
            return Err(Wrong::OutOfOrder);
        }
        self.stage = stage;
        if self.fills > 0 && !matches!(fact, EngineFact::AnswerFill(_)) {
            return Err(Wrong::Contradiction("fills of the answer before it are missing"));
        }
        match fact {
            EngineFact::Venue(venue) => self.venue(venue),
            EngineFact::KilledProgramme(programme) => self.killed_programme(*programme),
            EngineFact::Instrument(instrument) => self.instrument(instrument),
            EngineFact::Call(call) => self.call(call),
            EngineFact::Account(account) => self.account(account),
            EngineFact::Holding(holding) => self.holding(holding),
            EngineFact::Terms { .. }
            | EngineFact::Registered { .. }
            | EngineFact::Promised(_)
            | EngineFact::Escrow { .. }
            | EngineFact::Fund(_)
            | EngineFact::Claim(_)
            | EngineFact::GoodDeliveries { .. }
            | EngineFact::Settlement(_) => self.settlement_fact(fact),
            EngineFact::PromisedOrder { order, level } => self.promised_order(*order, *level),
            EngineFact::Session { session, account } => self.session(*session, *account),
            EngineFact::DeadMan { account, due } => self.dead_man(*account, *due),
            EngineFact::Group(group) => self.group(group),
            EngineFact::GroupFill { at, lots } => self.group_fill(*at, *lots),
            EngineFact::Link(link) => self.link(link),
            EngineFact::Order(order) => self.order(order),
            EngineFact::Decay(decay) => self.decay(decay),
            EngineFact::Answer(answer) => self.answer(answer),
            EngineFact::AnswerFill(fill) => self.answer_fill(*fill),
            EngineFact::AccountState { account, state } => self.account_state(*account, *state),
            EngineFact::FundingRules(rules) => self.funding_rules(*rules),
            EngineFact::Withdrawal(pending) => self.withdrawal(pending),
            EngineFact::Asked { account, day, cents, face } => self.asked(*account, *day, *cents, *face),
            EngineFact::Funded { funding, withdrawal } => self.funded(*funding, *withdrawal),
            EngineFact::TradesSince(since) => self.trades_since(*since),
            EngineFact::Trade(trade) => self.trade(trade),
            EngineFact::Programme(terms) => self.terms(terms),
            EngineFact::Permit(permit) => self.permit(permit),
            EngineFact::Month { instrument, watched, lots_out } => self.month(*instrument, *watched, *lots_out),
            EngineFact::Expired { programme, dollars } => self.expired(*programme, *dollars),
            EngineFact::Registry { last } => self.registry(*last),
            EngineFact::RegisteredHolding(holding) => self.registered_holding(holding),
            EngineFact::ListedOut { holding, listed } => self.listed_out(*holding, *listed),
        }
    }

    fn venue(&mut self, fact: &VenueFact) -> Result<(), Wrong> {
        // So that tomorrow's timers fit.
        const TIME_MAX: Timestamp = Timestamp(u64::MAX - 3 * 86_400_000_000_000);
        const ORDERS_PER_COMMAND: u64 = 2 * limits::QUOTES_PER_COMMAND as u64;
        let engine = &mut self.engine;
        if fact.at > TIME_MAX {
            return Err(Wrong::Contradiction("the end of time"));
        }
        // Every order that the venue enters to buy in trades.
        if fact.last_order.0 > fact.seq.0.saturating_mul(ORDERS_PER_COMMAND).saturating_add(fact.last_trade) {
            return Err(Wrong::Contradiction("more orders than commands can open"));
        }
        // So that counting on fits.
        if fact.seq.0.max(fact.last_trade).max(fact.last_order.0).max(fact.last_auction.0) > u64::MAX / 2 {
            return Err(Wrong::Contradiction("a count beyond reach"));
        }
        if !engine.ledger.restore_venue(fact.fees, fact.cash_in) {
            return Err(Wrong::Contradiction("more cash than came in, or than may"));
        }
        (engine.seq, engine.at, engine.now) = (fact.seq, fact.at, fact.at);
        (engine.last_order, engine.last_trade) = (fact.last_order, fact.last_trade);
        (engine.last_auction, engine.killed) = (fact.last_auction, fact.killed);
        Ok(())
    }

    fn killed_programme(&mut self, programme: Programme) -> Result<(), Wrong> {
        if self.engine.killed_programmes.last().is_some_and(|&before| before >= programme) {
            return Err(Wrong::OutOfOrder);
        }
        self.engine.killed_programmes.insert(programme);
        Ok(())
    }

    /// The engine, once every fact was taken. The caller compares its [`Engine::state_hash`].
    ///
    /// # Errors
    /// [`RestoreError`] when a fact was wrong, or facts are missing or do not add up.
    pub fn finish(mut self) -> Result<Engine, RestoreError> {
        if let Some(failed) = self.failed {
            return Err(failed);
        }
        self.number += 1;
        if let Err(wrong) = self.complete() {
            return Err(self.fail("end", wrong));
        }
        Ok(self.engine)
    }

    fn complete(&mut self) -> Result<(), Wrong> {
        if self.stage == 0 {
            return Err(Wrong::Contradiction("there are no facts"));
        }
        if self.fills > 0 {
            return Err(Wrong::Contradiction("fills of the last answer are missing"));
        }
        let engine = &mut self.engine;
        for listed in &engine.listed {
            if listed.phase.collects() && listed.call.is_none() {
                return Err(Wrong::Contradiction("an instrument collects orders without a call"));
            }
            if listed.phase == Phase::Continuous && listed.stops.queued().next().is_some() {
                return Err(Wrong::Contradiction("a stop was reached and not triggered"));
            }
        }
        engine.restore_families().map_err(Wrong::Contradiction)?;
        if !self.links.is_empty() {
            return Err(Wrong::Contradiction("a leg of a linked bid is not open"));
        }
        self.link_legs()?;
        let engine = &mut self.engine;
        engine.ledger.conserved().map_err(Wrong::Contradiction)?;
        let set_aside = engine.ledger.balances().filter_map(|balance| match balance {
            Changed::Cash { reserved, .. } | Changed::Holding { reserved, .. } => Some(reserved),
            _ => None,
        });
        if !set_aside.eq(self.reserved.iter().copied()) {
            return Err(Wrong::Contradiction("what is set aside is not what orders need"));
        }
        self.settlements_complete()?;
        self.registry_complete()?;
        let engine = &mut self.engine;
        // Facts of before trades were kept say none.
        if !self.since_said {
            engine.trades.set_since(engine.last_trade + 1);
        }
        if !engine.trades.complete(engine.last_trade) {
            return Err(Wrong::Contradiction("trades are missing"));
        }
        engine.ledger.drain_changed(|_| ());
        engine.orders.list_again(&mut engine.accounts);
        for account in (0..engine.accounts.len()).map(|id| AccountId(id as u32)) {
            let held = engine.accounts.get(account).expect("it was opened");
            if held.open > limits::OPEN_ORDERS_PER_ACCOUNT || held.remembered > limits::CL_ORD_IDS_PER_ACCOUNT {
                return Err(Wrong::Contradiction("an account has more than it may"));
            }
        }
        self.permitted()
    }
}

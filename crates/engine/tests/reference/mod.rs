//! The venue of RULES.md written naively: lists searched from end to end, money in `i128`, every question answered
//! anew. It shares no logic with the engine, only the words of the market.
//!
//! Nothing is kept that can be worked out: what an order has set aside follows from its terms and its fills, what an
//! account has free follows from what it owns and what its open orders have set aside, when a timer is due from
//! everything that has one.

mod accounts;
mod amend;
mod aside;
mod auction;
mod buy_in;
mod cancel;
mod corrections;
mod decay;
mod entry;
mod execution;
mod funding;
mod groups;
mod holdings;
mod instruments;
mod kill;
mod linked;
mod losses;
mod memory;
mod months;
mod orders;
mod phases;
mod plan;
mod programmes;
mod promises;
mod quotes;
mod sessions;
mod settlements;
mod stops;
mod timers;

use accounts::{Account, Thing};
use corrections::Traded;
use funding::Fundings;
use groups::{Group, Trip};
use instruments::Listed;
use memory::Remembered;
pub use orders::Open;
use unspent_model::{
    AccountId, Command, CommandSeq, Event, InstrumentId, KillScope, Permit, ProgrammeTerms, Reject, Rejection, Reply,
    Sequenced, SessionId, Timestamp,
};

/// The whole venue.
#[derive(Clone, Debug, Default)]
pub struct Reference {
    listed: Vec<Listed>,
    accounts: Vec<Account>,
    /// Lots owned, set aside or not.
    owned: Vec<(AccountId, InstrumentId, i128)>,
    /// Every open order of every instrument, those that wait for a stop too.
    pub open: Vec<Open>,
    memory: Vec<Remembered>,
    links: Vec<linked::Link>,
    sessions: Vec<(SessionId, AccountId)>,
    groups: Vec<Group>,
    kills: Vec<KillScope>,
    pub fundings: Fundings,
    /// Every trade that there ever was.
    traded: Vec<Traded>,
    terms: Vec<ProgrammeTerms>,
    permits: Vec<Permit>,
    /// Instruments whose month is watched, and until when.
    watched: Vec<(InstrumentId, u64)>,
    pub registry: holdings::Registry,
    earned: i128,
    cash_in: i128,
    lots_in: Vec<i128>,
    orders: u64,
    trades: u64,
    auctions: u64,
    places: u64,
    seq: u64,
    at: u64,
    /// What the execution that goes on printed where, and the groups that it tripped.
    prints: Vec<(InstrumentId, u32)>,
    tripped: Vec<Trip>,
    /// Balances changed by this command, in the order of the first change.
    changed: Vec<Thing>,
    /// Everything about trades that settle later.
    pub settling: aside::Settling,
    /// What this command told.
    pub events: Vec<Event>,
}

type Answer = Result<Reply, Rejection>;

fn no<T>(reject: Reject) -> Result<T, Rejection> {
    Err(Rejection { reject, available: None })
}

impl Reference {
    /// Carries out one command; what it told is in `events` until the next one.
    pub fn apply(&mut self, command: &Sequenced) -> Reply {
        self.events.clear();
        self.changed.clear();
        self.seq = command.seq.0;
        self.fire_timers(command.at.0);
        self.at = command.at.0;
        self.forget();
        let before = (self.events.len(), self.changed.len());
        let answer = self.carry_out(&command.command);
        if answer.is_err() {
            assert_eq!(before, (self.events.len(), self.changed.len()), "the reference decides before it changes");
        }
        self.tell_indications();
        self.collect();
        self.tell_balances();
        self.tell_aside();
        self.note_left();
        answer.unwrap_or_else(Reply::Rejected)
    }

    fn carry_out(&mut self, command: &Command) -> Answer {
        match command {
            Command::ListInstrument(spec) => self.list(spec),
            Command::OpenAccount { name, group } => self.open_account(*name, *group),
            Command::DepositCash { account, amount } => self.deposit_cash(*account, i128::from(amount.0)),
            Command::DepositCredits { account, instrument, lots } => {
                self.deposit_lots(*account, *instrument, i128::from(*lots))
            }
            Command::SetPhase { instrument, phase } => self.set_phase(*instrument, *phase),
            Command::Clock => Ok(Reply::Done),
            Command::AddOrder(add) => self.add(add),
            Command::AddDecay(add) => self.add_decay(add),
            Command::AddLinked(bid) => self.add_linked(bid),
            Command::AmendOrder(amend) => self.amend(amend),
            Command::CancelOrder { account, order } => self.cancel(*account, *order),
            Command::CancelAll { account, filter } => self.cancel_all(*account, *filter),
            Command::MassQuote(mass) => self.mass_quote(mass),
            Command::SetGroup { account, group, rule } => self.set_group(*account, *group, *rule),
            Command::ResetGroup { account, group } => self.reset_group(*account, *group),
            Command::CancelAllAfter { account, seconds } => self.cancel_all_after(*account, *seconds),
            Command::Connect { account } => self.connect(*account),
            Command::Disconnect { session } => self.disconnect(*session),
            Command::SetRules { instrument, rules } => self.set_rules(*instrument, *rules),
            Command::SetSchedule { instrument, schedule } => self.set_schedule(*instrument, schedule),
            Command::SetReference { instrument, price } => self.set_reference(*instrument, *price),
            Command::SetLimits { account, limits } => self.set_limits(*account, *limits),
            Command::Kill { scope, engaged } => self.kill(*scope, *engaged),
            Command::SetProgramme(terms) => self.set_programme(terms),
            Command::Permit(permit) => self.permit(permit),
            Command::RevokePermit { account, programme, kind } => self.revoke_permit(*account, *programme, *kind),
            Command::WatchExpiry { instrument } => self.watch_expiry(*instrument),
            Command::CommitAuction { auction, instrument, commitment } => {
                self.commit(*instrument, *auction, *commitment)
            }
            Command::RevealAuction { auction, instrument, seed } => self.reveal(*instrument, *auction, *seed),
            Command::RegisterLots { account, instrument, level, lots } => {
                self.register((*account, *instrument, *level), i128::from(*lots))
            }
            Command::WithdrawLots { account, instrument, level, lots } => {
                self.withdraw((*account, *instrument, *level), i128::from(*lots))
            }
            Command::Holding(command) => self.holdings_command(command),
            Command::Settlement(command) => self.settlement(command),
            Command::SetAccount { account, state } => self.set_account(*account, *state),
            Command::SetFundingRules(rules) => self.set_funding_rules(*rules),
            Command::Fund(funding) => self.fund(*funding, None),
            Command::DecideWithdrawal { withdrawal, approve } => self.decide_withdrawal(*withdrawal, *approve, None),
            Command::BustTrade { instrument, trade } => self.bust(*instrument, *trade),
            Command::AdjustTrade { instrument, trade, price } => self.adjust(*instrument, *trade, *price),
            Command::ByOperator(by) => match by.command() {
                Command::Fund(funding) => self.fund(*funding, Some(*by.actor())),
                Command::DecideWithdrawal { withdrawal, approve } => {
                    self.decide_withdrawal(*withdrawal, *approve, Some(*by.actor()))
                }
                command => self.carry_out(command),
            },
        }
    }

    fn tell(&mut self, event: Event) {
        self.events.push(event);
    }

    fn known(&self, account: AccountId) -> Result<(), Rejection> {
        if (account.0 as usize) < self.accounts.len() { Ok(()) } else { no(Reject::UnknownAccount) }
    }

    fn listed(&self, instrument: InstrumentId) -> Result<(), Rejection> {
        if (instrument.0 as usize) < self.listed.len() { Ok(()) } else { no(Reject::UnknownSymbol) }
    }

    fn at(&self, instrument: InstrumentId) -> &Listed {
        &self.listed[instrument.0 as usize]
    }

    fn at_mut(&mut self, instrument: InstrumentId) -> &mut Listed {
        &mut self.listed[instrument.0 as usize]
    }

    fn in_time(&self, deadline: Option<Timestamp>) -> Result<(), Rejection> {
        if deadline.is_some_and(|deadline| deadline.0 < self.at) { no(Reject::DeadlinePassed) } else { Ok(()) }
    }

    fn seq(&self) -> CommandSeq {
        CommandSeq(self.seq)
    }
}

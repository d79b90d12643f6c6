//! The engine and the naive venue side by side.

use super::draw::SECOND;
use super::make::{MONTHS, Maker, instruments};
use super::step::Step;
use super::words::Names;
use crate::reference::Reference;
use unspent_engine::{Engine, OpenCall};
use unspent_model::{
    AccountId, AccountName, AddOrder, Cash, Command, CommandSeq, Event, InstrumentId, Lots, OwnerGroup, Phase, Reply,
    Sequenced, Side, Timestamp, TradingRules,
};

/// When flows begin: some hours after midnight.
pub const START: Timestamp = Timestamp(1_800_000_000 * SECOND);

const OWNERS: [(&str, u32); 4] = [("a.1", 0), ("a.2", 0), ("b", 1), ("c", 2)];

/// Both venues, and what was asked of them.
pub struct Pair {
    pub engine: Engine,
    pub reference: Reference,
    /// The last command, what both told, and the reply.
    pub told: Sequenced,
    pub events: Vec<Event>,
    pub reply: Reply,
    adds: Vec<AddOrder>,
}

impl Pair {
    /// Two venues with nothing in them.
    pub fn empty() -> Pair {
        Pair {
            engine: Engine::new(7),
            reference: Reference::default(),
            told: Sequenced { seq: CommandSeq(0), at: START, command: Command::Clock },
            events: Vec::new(),
            reply: Reply::Done,
            adds: Vec::new(),
        }
    }

    /// Two venues with instruments and rich accounts.
    pub fn new() -> Result<Pair, String> {
        let mut pair = Pair::empty();
        for command in Pair::setup() {
            pair.command(START, command)?;
        }
        Ok(pair)
    }

    /// The commands that come before every flow.
    pub fn setup() -> Vec<Command> {
        let mut commands: Vec<Command> = instruments().into_iter().map(Command::ListInstrument).collect();
        for (month, spec) in instruments().iter().enumerate().skip(MONTHS as usize) {
            let rules = TradingRules { dominance: true, ..TradingRules::new(spec.fees.maker) };
            commands.push(Command::SetRules { instrument: InstrumentId(month as u32), rules });
        }
        for (name, group) in OWNERS {
            let name = AccountName::parse(name).unwrap();
            commands.push(Command::OpenAccount { name, group: OwnerGroup(group) });
        }
        for account in (0..4).map(AccountId) {
            commands.push(Command::DepositCash { account, amount: Cash(60_000_000_000) });
            // Not so much that nobody ever runs out.
            for (instrument, lots) in [(0, 120), (1, 40), (2, 30), (3, 60), (4, 60), (5, 60), (6, 60)] {
                let instrument = InstrumentId(instrument);
                commands.push(Command::DepositCredits { account, instrument, lots });
            }
        }
        commands
    }

    /// Makes the command of a step and carries it out.
    pub fn step(&mut self, step: &Step) -> Result<(), String> {
        let now = Timestamp(self.told.at.0 + step.after);
        let command = Maker { reference: &self.reference, now, adds: &self.adds }.command(&step.what);
        if let Command::AddOrder(add) = command {
            self.adds.push(add);
        }
        self.command(now, command)
    }

    /// Carries out a command on both venues and compares all that can be seen.
    pub fn command(&mut self, at: Timestamp, command: Command) -> Result<(), String> {
        self.told = Sequenced { seq: CommandSeq(self.told.seq.0 + 1), at, command };
        let expected = self.reference.apply(&self.told);
        self.events.clear();
        self.reply = self.engine.apply(&self.told, &mut self.events);
        if self.events != self.reference.events || self.reply != expected {
            return Err(self.difference(&expected));
        }
        self.engine.check_invariants();
        self.compare_state()
    }

    /// Both event lists in words, from the first difference on exactly.
    fn difference(&self, expected: &Reply) -> String {
        let names = Names::new(&self.reference);
        let mut text = String::new();
        for (who, events, reply) in
            [("engine", &self.events, &self.reply), ("rules ", &self.reference.events, expected)]
        {
            let told: Vec<String> = events.iter().map(|event| names.event(event)).collect();
            text += &format!("  {who}: {} => {}\n", told.join(", "), names.reply(reply));
        }
        let mut pairs = self.events.iter().zip(&self.reference.events);
        let same = pairs.by_ref().take_while(|(engine, naive)| engine == naive).count();
        let of = |events: &[Event]| events.get(same).map_or("nothing".to_owned(), |event| format!("{event:?}"));
        if self.events != self.reference.events {
            let (engine, rules) = (of(&self.events), of(&self.reference.events));
            text += &format!("  first difference at event {same}:\n    engine: {engine}\n    rules:  {rules}\n");
        } else {
            text += &format!("  replies:\n    engine: {:?}\n    rules:  {expected:?}\n", self.reply);
        }
        text
    }

    fn calls(&self) -> impl Iterator<Item = OpenCall> + '_ {
        let (_, listed) = self.reference.counts();
        (0..listed).map(InstrumentId).filter_map(|instrument| {
            let call = self.reference.call(instrument)?;
            let ending = call.ending.map(|ending| (Timestamp(ending.scheduled), Timestamp(ending.latest)));
            Some(OpenCall { instrument, auction: call.auction, committed: call.committed.is_some(), ending })
        })
    }

    fn compare_state(&self) -> Result<(), String> {
        let (engine, reference) = (&self.engine, &self.reference);
        let same = |what: String, equal: bool| if equal { Ok(()) } else { Err(format!("  {what} differs\n")) };
        let (accounts, instruments) = reference.counts();
        for instrument in (0..instruments).map(InstrumentId) {
            let mut best = Vec::new();
            for side in [Side::Buy, Side::Sell] {
                let levels = reference.levels(instrument, side);
                let front = reference.front(instrument, side);
                same(format!("first order of {instrument}"), engine.front(instrument, side) == front)?;
                let equal = engine.levels(instrument, side).eq(levels.iter().copied());
                same(format!("depth of {instrument}"), equal)?;
                best.extend(levels.first().map(|&(price, _)| price));
            }
            let phase = reference.phase(instrument);
            same(format!("phase of {instrument}"), engine.phase(instrument) == phase)?;
            let crossed = best.len() == 2 && best[0] >= best[1];
            same(format!("{instrument} is crossed while continuous; it"), phase != Phase::Continuous || !crossed)?;
            for account in (0..accounts).map(AccountId) {
                let held = reference.holding(account, instrument);
                let equal = engine.lots(account, instrument) == (held.available, held.reserved);
                same(format!("holding of {account} in {instrument}"), equal)?;
            }
        }
        for account in (0..accounts).map(AccountId) {
            let cash = reference.cash(account);
            same(format!("cash of {account}"), engine.cash(account) == (cash.available, cash.reserved))?;
        }
        for order in &reference.open {
            let leaves = engine.leaves(order.id);
            same(format!("what is left of #{}", order.id), leaves == Some(Lots(order.leaves())))?;
        }
        let sessions = reference.sessions().iter().map(|&(session, _)| session);
        same("list of sessions".to_owned(), engine.sessions().eq(sessions))?;
        same("list of calls".to_owned(), engine.calls().eq(self.calls()))?;
        same("time of the next timer".to_owned(), engine.next_timer() == reference.next_timer())?;
        same("fees".to_owned(), engine.fees() == reference.fees())?;
        same("count of open orders".to_owned(), engine.open_orders() == reference.open.len())?;
        reference.check_conservation();
        Ok(())
    }
}

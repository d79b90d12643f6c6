//! The one thread that owns all state: stamps, applies, hands over.
//!
//! While a batch is on its way to the disk the next one is made of whatever arrives; it is handed over the moment the
//! journal is free. Nothing waits on purpose.

use super::work::Work;
use crossbeam_channel::{Receiver, Sender, select};
use unspent_engine::Engine;
use unspent_gateway::{Applied, Ask, Inbound};
use unspent_model::{Command, CommandSeq, Event, Sequenced, Timestamp};
use unspent_protocol::Asked;
use unspent_records::StateMark;

/// Commands between two state hashes in the journal.
const COMMANDS_PER_MARK: u64 = 65_536;

/// Where time comes from: nanoseconds since 1970.
pub type Clock = fn() -> Timestamp;

/// Applies what arrives until every sender of `inbound` is gone; then hands over what is left, ended by a state hash.
///
/// Returns the engine as it is after the last command.
pub fn run(
    mut engine: Engine,
    clock: Clock,
    inbound: &Receiver<Inbound>,
    journal: &Sender<Work>,
    spent: &Receiver<Work>,
) -> Engine {
    let mut work = Work::default();
    loop {
        if work.is_empty() {
            let Ok(first) = inbound.recv() else { break };
            apply(&mut engine, clock, first, &mut work);
        }
        while !work.is_full()
            && let Ok(next) = inbound.try_recv()
        {
            apply(&mut engine, clock, next, &mut work);
        }
        if work.is_full() {
            let next = spent.try_recv().unwrap_or_default();
            if journal.send(std::mem::replace(&mut work, next)).is_err() {
                return engine;
            }
            continue;
        }
        select! {
            send(journal, std::mem::replace(&mut work, spent.try_recv().unwrap_or_default())) -> sent => {
                if sent.is_err() {
                    return engine;
                }
            }
            recv(inbound) -> next => match next {
                Ok(next) => apply(&mut engine, clock, next, &mut work),
                Err(_) => break,
            }
        }
    }
    if engine.seq() > CommandSeq(0) {
        work.mark(StateMark { seq: engine.seq(), hash: engine.state_hash() });
    }
    // When the journal is gone it has said why.
    let _ = journal.send(work);
    engine
}

fn apply(engine: &mut Engine, clock: Clock, inbound: Inbound, work: &mut Work) {
    let seq = CommandSeq(engine.seq().0 + 1);
    let (command, asked) = resolve(engine, inbound.ask);
    let command = Sequenced { seq, at: clock().max(engine.now()), command };
    let first = work.released.events.len();
    let reply = engine.apply(&command, &mut work.released.events);
    let events = &work.released.events[first..];
    work.journalled.command(&command);
    for event in events {
        if let Event::Fill(fill) = event {
            work.journalled.fill(fill);
        }
    }
    let applied = Applied { seq, at: command.at, origin: inbound.origin, reply, asked, events: events.len() };
    work.released.applied.push(applied);
    if seq.0.is_multiple_of(COMMANDS_PER_MARK) {
        work.mark(StateMark { seq, hash: engine.state_hash() });
    }
}

/// The command that was asked for, and what advice on it needs to know.
pub fn resolve(engine: &Engine, ask: Ask) -> (Command, Asked) {
    match ask {
        Ask::Command(command) => {
            let asked = Asked::of(&command);
            (command, asked)
        }
        Ask::Amend { account, params } => {
            let instrument = engine.order_instrument(account, params.order);
            let spec = instrument.and_then(|instrument| engine.instruments().nth(instrument.0 as usize));
            let command = Command::AmendOrder(params.in_units(account, spec));
            let asked = Asked { instrument, ..Asked::of(&command) };
            (command, asked)
        }
    }
}

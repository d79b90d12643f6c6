//! Recorded flow: an hour of NASDAQ messages as operations, or its generated twin where the hour is absent.

use crate::Case;
use std::env;
use unspent_engine::Engine;
use unspent_flow::Op;
use unspent_lobster::{Hour, PRICE_MAX, Replay, Tape, repository};
use unspent_model::{Command, Lots, OrderId, OrderKind, OrderRef, Reply, Sequenced, TimeInForce};

/// The recorded flow that there is, named `nasdaq_hour` or `twin`.
///
/// The operations are those that the replay of the tape enters into the engine, less the ones that it refuses (adds that
/// would trade on arrival) and less what opens the venue. Everything is timed, from an empty book.
///
/// # Panics
/// When neither is there, or one cannot be read.
#[must_use]
pub fn recorded() -> Case {
    let here = env::current_dir().expect("a current folder");
    let (name, tape) = match Hour::find(&Hour::folder(&here)) {
        Ok(hour) => ("nasdaq_hour", Tape::read(&hour.messages, &hour.tops, Some(&hour.full))),
        Err(absent) => {
            eprintln!("{absent}: its generated twin stands in");
            let twin = repository(&here).join("fixtures/lobster-twin");
            ("twin", Tape::read(&twin.join("message.csv"), &twin.join("orderbook_L1cols.csv"), None))
        }
    };
    let tape = tape.expect("a good tape");
    let commands = Replay::commands(&tape).expect("the engine takes the tape");
    Case::new(name, PRICE_MAX, Vec::new(), operations(&commands))
}

/// What an engine accepts of these commands, as operations whose ids count from 1 without a gap.
fn operations(commands: &[Sequenced]) -> Vec<Op> {
    let (mut engine, mut events) = (Engine::new(0), Vec::new());
    // By the engine's id: ours, and the total that an amend counts from.
    let mut orders = vec![(OrderId(0), Lots::ZERO)];
    let mut last = 0;
    let mut ops = Vec::new();
    for command in commands {
        events.clear();
        let reply = engine.apply(command, &mut events);
        match (&command.command, reply) {
            (_, Reply::Rejected(_)) => {}
            (Command::AddOrder(add), Reply::Added(answer)) => {
                let OrderKind::Limit(price) = add.kind else { panic!("a tape has only limit orders") };
                last += 1;
                let (id, side, lots) = (OrderId(last), add.side, add.lots);
                let engines = usize::try_from(answer.order.0).expect("few orders");
                orders.resize(engines + 1, (OrderId(0), Lots::ZERO));
                orders[engines] = (id, lots);
                ops.push(match add.time_in_force {
                    TimeInForce::Gtc => Op::Add { id, side, price, lots },
                    _ => Op::Ioc { id, side, price, lots },
                });
            }
            (Command::CancelOrder { order: OrderRef::Id(id), .. }, _) => {
                ops.push(Op::Cancel { id: orders[id.0 as usize].0 });
            }
            (Command::AmendOrder(amend), _) => {
                let (OrderRef::Id(id), Some(lots)) = (amend.order, amend.lots) else {
                    panic!("a tape reduces orders by id")
                };
                let (id, total) = &mut orders[id.0 as usize];
                ops.push(Op::Reduce { id: *id, lots: *total - lots });
                *total = lots;
            }
            _ => {}
        }
    }
    ops
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recorded_flow_does_the_same_on_book_and_engine_with_and_without_reductions() {
        let recorded = recorded();
        assert!(recorded.reduces());
        recorded.check();
        let without = recorded.without_reductions("without");
        assert!(!without.reduces() && without.timed.len() * 10 > recorded.timed.len() * 9);
        without.check();
    }
}

//! The random flows reach everything, so that a change to them cannot silently stop exercising a feature.

use crate::flow::{Run, flows};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use std::collections::BTreeMap;
use unspent_model::{CancelReason, Command, Event, OrderKind, OrderStatus, Reply, SelfTrade, TimeInForce};

/// What must have happened at least so often in the flows below.
const REACHED: &[&str] = &[
    "listed",
    "opened account",
    "phase Continuous",
    "phase Halted",
    "phase Closed",
    "opened",
    "fill",
    "fill with fees for both",
    "fill for a fee of the whole proceeds",
    "reduced maker",
    "reduced taker",
    "amended kept",
    "amended lost",
    "amended, traded",
    "amended, canceled SelfTrade",
    "amended, canceled User",
    "rested",
    "canceled User",
    "canceled TimeInForce",
    "canceled SelfTrade maker",
    "canceled SelfTrade taker",
    "canceled Operator",
    "recalled fill",
    "again",
    "again after its deadline",
    "cash",
    "holding",
    "canceled all",
    "stp CancelNewest",
    "stp CancelOldest",
    "stp CancelBoth",
    "stp Decrement",
    "fok filled",
    "market buy filled",
    "market sell filled",
    "max_total filled",
    "max_total binds",
    "fok max_total filled",
    "status Open",
    "status PartiallyFilled",
    "status Filled",
    "status Canceled",
    "6001",
    "2106",
    "2112",
    "2101",
    "2113",
    "2114",
    "2110",
    "2102",
    "2103",
    "2118",
    "2117",
    "2107",
    "2111",
    "2104",
    "2105",
    "6002",
    "6003",
    "6004",
    "6005",
];

#[derive(Default)]
struct Count(BTreeMap<String, u32>);

impl Count {
    fn one(&mut self, what: impl Into<String>) {
        *self.0.entry(what.into()).or_insert(0) += 1;
    }

    fn event(&mut self, event: &Event) {
        match event {
            Event::InstrumentListed { .. } => self.one("listed"),
            Event::AccountOpened { .. } => self.one("opened account"),
            Event::PhaseChanged { phase, .. } => self.one(format!("phase {phase:?}")),
            Event::Opened(_) => self.one("opened"),
            Event::Fill(it) => {
                self.one("fill");
                if it.maker.fee.0 > 0 && it.taker.fee.0 > 0 {
                    self.one("fill with fees for both");
                }
                if it.maker.fee.0 > 1_000_000 {
                    self.one("fill for a fee of the whole proceeds");
                }
            }
            Event::Reduced(it) => self.one(if it.resting { "reduced maker" } else { "reduced taker" }),
            Event::Amended(it) => self.one(if it.kept_priority { "amended kept" } else { "amended lost" }),
            Event::Rested(_) => self.one("rested"),
            Event::Canceled(it) => match (it.reason, it.resting) {
                (CancelReason::SelfTrade, true) => self.one("canceled SelfTrade maker"),
                (CancelReason::SelfTrade, false) => self.one("canceled SelfTrade taker"),
                (reason, _) => self.one(format!("canceled {reason:?}")),
            },
            Event::Recalled(_) => self.one("recalled fill"),
            Event::Cash(_) => self.one("cash"),
            Event::Holding(_) => self.one("holding"),
        }
    }

    fn answer(&mut self, command: &Command, reply: &Reply, at: u64) {
        match (command, reply) {
            (_, Reply::Rejected(rejection)) => self.one(rejection.reject.code().to_string()),
            (Command::AddOrder(add), Reply::Added(answer)) => {
                if answer.duplicate {
                    self.one("again");
                    if add.deadline.is_some_and(|deadline| deadline.0 < at) {
                        self.one("again after its deadline");
                    }
                    return;
                }
                self.one(format!("status {:?}", answer.status));
                if answer.canceled == Some(CancelReason::SelfTrade) || add.self_trade == SelfTrade::CancelOldest {
                    self.one(format!("stp {:?}", add.self_trade));
                }
                let filled = answer.status == OrderStatus::Filled;
                let fok = add.time_in_force == TimeInForce::Fok;
                if filled && fok {
                    self.one("fok filled");
                }
                match add.kind {
                    OrderKind::Market { max_total: Some(_) } if filled && fok => self.one("fok max_total filled"),
                    OrderKind::Market { max_total: Some(_) } if filled => self.one("max_total filled"),
                    OrderKind::Market { max_total: Some(_) } if !answer.cum.is_zero() => self.one("max_total binds"),
                    OrderKind::Market { max_total: None } if filled => {
                        self.one(format!("market {} filled", if add.side as u8 == 1 { "buy" } else { "sell" }));
                    }
                    _ => (),
                }
            }
            (_, Reply::Amended { answer, .. }) => {
                if let Some(reason) = answer.canceled {
                    self.one(format!("amended, canceled {reason:?}"));
                }
            }
            (_, Reply::CanceledAll { count }) if *count > 1 => self.one("canceled all"),
            _ => (),
        }
    }
}

#[test]
fn the_flows_reach_everything() {
    let mut runner = TestRunner::deterministic();
    let strategy = flows(60);
    let mut count = Count::default();
    for _ in 0..400 {
        let flow = strategy.new_tree(&mut runner).unwrap().current();
        let mut run = Run::default();
        for step in &flow.steps {
            let before = run.events.len();
            run.step(step);
            let told = run.told.last().unwrap();
            let events = &run.events[before..];
            events.iter().for_each(|event| count.event(event));
            count.answer(&told.command.command, run.replies.last().unwrap(), told.command.at.0);
            if matches!(events.first(), Some(Event::Amended(_))) && matches!(events.get(1), Some(Event::Fill(_))) {
                count.one("amended, traded");
            }
        }
    }
    let seldom: Vec<_> = REACHED.iter().filter(|what| count.0.get(**what).is_none_or(|&times| times < 5)).collect();
    assert!(seldom.is_empty(), "hardly ever: {seldom:?}\nin all: {:#?}", count.0);
    let unheard: Vec<_> = count.0.keys().filter(|what| !REACHED.contains(&what.as_str())).collect();
    assert!(unheard.is_empty(), "reached, and not asked for: {unheard:?}");
}

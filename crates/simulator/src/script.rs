//! What the clients of one world ask for, and what a venue that never fails answers.
//!
//! Every command is drawn from a seed and carried out on the engine and on the naive venue of RULES.md, which must agree. So
//! the auditor compares a venue that crashed with two that did not.

use crate::flow::chance::Chance;
use crate::flow::draw_flow;
use crate::flow::pair::{Pair, START};
use unspent_model::{Event, Reply, Sequenced};

/// A command and all that follows from it.
#[derive(Debug)]
pub struct Line {
    /// The command with its stamps.
    pub command: Sequenced,
    /// What happens.
    pub events: Vec<Event>,
    /// What its sender hears.
    pub reply: Reply,
    /// The state hash after it.
    pub hash: u64,
}

/// All commands of a world, in order; the first is command 1.
#[derive(Debug)]
pub struct Script {
    lines: Vec<Line>,
}

impl Script {
    /// Some `steps` commands from a seed, after those that make the venue's instruments and accounts.
    ///
    /// # Errors
    /// When the engine and the naive venue differ.
    pub fn draw(seed: u64, steps: usize) -> Result<Script, String> {
        let mut pair = Pair::new()?;
        let mut lines = Vec::with_capacity(steps + 32);
        let mut engine = unspent_engine::Engine::new(11);
        for (seq, command) in (1..).map(unspent_model::CommandSeq).zip(Pair::setup()) {
            lines.push(Script::line(&mut engine, Sequenced { seq, at: START, command }));
        }
        for step in draw_flow(&mut Chance::Seed(seed), steps) {
            pair.step(&step)?;
            lines.push(Line {
                command: pair.told.clone(),
                events: pair.events.clone(),
                reply: pair.reply,
                hash: pair.engine.state_hash(),
            });
        }
        Ok(Script { lines })
    }

    fn line(engine: &mut unspent_engine::Engine, command: Sequenced) -> Line {
        let mut events = Vec::new();
        let reply = engine.apply(&command, &mut events);
        Line { command, events, reply, hash: engine.state_hash() }
    }

    /// The last command's number.
    pub fn last_seq(&self) -> u64 {
        self.lines.len() as u64
    }

    /// Command `seq`, which is one of the script.
    pub fn at(&self, seq: u64) -> &Line {
        &self.lines[seq as usize - 1]
    }

    /// The state hash after command `seq`; of an empty venue for 0.
    pub fn hash(&self, seq: u64) -> u64 {
        if seq == 0 { unspent_engine::Engine::new(0).state_hash() } else { self.at(seq).hash }
    }
}

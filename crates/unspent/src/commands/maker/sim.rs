//! `unspent maker run --mode sim`: a market from a seed, as fast as it goes.

use super::{account, read, references, report::Report};
use crate::cli::{MakerAccountArgs, MakerBacktestArgs, MakerFileArgs, MakerRunArgs};
use crate::failure::Failure;
use anyhow::anyhow;
use unspent_maker::{Backtest, Simulation, SimulationSettings, Status};

/// A market from a seed as it is said.
fn market(file: &MakerFileArgs, said: &MakerAccountArgs, seed: u64) -> Result<Simulation, Failure> {
    let config = read(&file.file)?.config;
    let references = references(&config, said)?;
    let (cash, held) = account(&references, said)?;
    let settings = SimulationSettings {
        cash,
        lots: held.iter().map(|&(_, lots)| lots).max().filter(|&lots| lots > 0).unwrap_or(20),
        fees: references[0].fees,
        ..SimulationSettings::new(seed)
    };
    Simulation::new(config, settings).map_err(|error| anyhow!("{error}").into())
}

/// Runs the steps, and tells where the maker stands at their end.
pub fn run(args: &MakerRunArgs, json: bool) -> Result<(), Failure> {
    let mut simulation = market(&args.file, &args.account, args.seed)?;
    let mut report = Report::new(simulation.references(), args.transcript.as_deref(), json, "sim")?;
    for _ in 0..args.steps {
        simulation.step();
        for line in simulation.take_lines() {
            report.write(&line)?;
        }
    }
    report.flush()?;
    report.status(simulation.now(), &simulation.strategy().status());
    Ok(())
}

/// The same for a backtest: how it ended, and what was seen of it.
pub fn backtest(args: &MakerBacktestArgs, seed: u64) -> Result<(Status, Backtest), Failure> {
    let mut simulation = market(&args.file, &args.account, seed)?;
    let mut backtest = Backtest::new(simulation.references());
    for _ in 0..args.steps {
        simulation.step();
        simulation.take_lines();
        for fill in simulation.take_fills() {
            backtest.fill(simulation.now(), &fill, simulation.strategy());
        }
        backtest.see(simulation.now(), simulation.strategy());
    }
    Ok((simulation.strategy().status(), backtest))
}

//! `unspent maker run --mode sim`: a market from a seed, as fast as it goes.

use super::{account, read, references, report::Report};
use crate::cli::MakerRunArgs;
use crate::failure::Failure;
use anyhow::anyhow;
use unspent_maker::{Simulation, SimulationSettings};

/// Runs the steps, and tells where the maker stands at their end.
pub fn run(args: &MakerRunArgs, json: bool) -> Result<(), Failure> {
    let config = read(&args.file.file)?.config;
    let references = references(&config, &args.account)?;
    let (cash, held) = account(&references, &args.account)?;
    let settings = SimulationSettings {
        cash,
        lots: held.iter().map(|&(_, lots)| lots).max().filter(|&lots| lots > 0).unwrap_or(20),
        fees: references[0].fees,
        ..SimulationSettings::new(args.seed)
    };
    let mut report = Report::new(&references, args.transcript.as_deref(), json, "sim")?;
    let mut simulation = Simulation::new(config, settings).map_err(|error| anyhow!("{error}"))?;
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

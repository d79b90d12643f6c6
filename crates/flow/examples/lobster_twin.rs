//! Writes a twin of a LOBSTER file pair: `--seed N --rows N --out FOLDER`.

use std::path::PathBuf;
use std::process::ExitCode;
use unspent_flow::lobster;

const USAGE: &str = "usage: lobster_twin --seed N --rows N --out FOLDER";

fn arguments() -> Option<(u64, usize, PathBuf)> {
    let (mut seed, mut rows, mut out) = (None, None, None);
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next()?;
        match name.as_str() {
            "--seed" => seed = Some(value.parse().ok()?),
            "--rows" => rows = Some(value.parse().ok()?),
            "--out" => out = Some(PathBuf::from(value)),
            _ => return None,
        }
    }
    Some((seed?, rows?, out?))
}

fn main() -> ExitCode {
    let Some((seed, rows, out)) = arguments() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let twin = lobster::twin(seed, rows);
    for (name, text) in [("message.csv", &twin.message), ("orderbook_L1cols.csv", &twin.orderbook)] {
        let path = out.join(name);
        if let Err(error) = std::fs::create_dir_all(&out).and_then(|()| std::fs::write(&path, text)) {
            eprintln!("{}: {error}", path.display());
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
